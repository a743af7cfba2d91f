//! What is urgent of somebody's list, beside an incident: at most three things.

use chrono::{DateTime, Utc};
use domain::Reference;
use domain::to_do::Debt;
use domain::zones::Zone;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use store::ToDo;

use super::page::owed;
use super::views::ToDoItem;
use crate::paths;

/// At most so many.
const MOST: usize = 3;

/// At most three things that whoever looks owes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToDoRail {
    /// The incident that it stands beside.
    here: String,
    items: Vec<ToDoItem>,
    /// How many more there are on the page.
    more: usize,
}

impl ToDoRail {
    /// The head of the list, beside the incident `here`: without what its page asks itself.
    pub fn of(list: Vec<ToDo>, here: Reference, zone: &Zone, now: DateTime<Utc>) -> Self {
        let is_asked = |item: &ToDo| {
            item.reference() == Some(here)
                && (item.debt.is_next_step() || matches!(item.debt, Debt::HandOff | Debt::Task | Debt::ActionItem))
        };
        let rest: Vec<ToDo> = list.into_iter().filter(|item| !is_asked(item)).collect();
        let more = rest.len().saturating_sub(MOST);
        let shown = |item: ToDo| {
            let item = ToDoItem::of(item, zone, now);
            // The page that it stands on needs no link to itself.
            let incident = item.incident.filter(|(reference, ..)| *reference != here.to_string());
            ToDoItem { incident, ..item }
        };
        Self { here: here.to_string(), items: rest.into_iter().take(MOST).map(shown).collect(), more }
    }

    /// As it stands beside the incident. Its box is there when it is empty, so that it can
    /// fill: `browser/to_do.rs` asks for it again whenever the count in the frame changes.
    pub fn view(self) -> impl IntoView {
        let here = self.here.clone();
        view! { <div class="live-part" data-to-do=here>{self.inside()}</div> }
    }

    /// What is in its box.
    pub(super) fn inside(self) -> impl IntoView {
        (!self.items.is_empty()).then(|| {
            let items = self.items.into_iter().map(|item| owed(item, false).into_any()).collect_view();
            let more = match self.more {
                0 => None,
                more => Some(view! { <p><a class="act" href=paths::TO_DO>{format!("{more} more to do")}</a></p> }),
            };
            view! {
                <section class="rail-first to-do-rail" aria-labelledby="to-do-head">
                    <div class="rail-head"><h2 id="to-do-head"><a href=paths::TO_DO>"To do"</a></h2></div>
                    <ul>{items}</ul>
                    {more}
                </section>
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::incidents::Status;
    use store::ToDoIncident;
    use store::incidents::IncidentLink;

    fn owed(debt: Debt, reference: &str) -> ToDo {
        let link =
            IncidentLink { id: uuid::Uuid::nil().into(), reference: reference.parse().unwrap(), title: "Slow".into() };
        ToDo {
            debt,
            incident: Some(ToDoIncident { link, status: Status::Investigating, rank: 2 }),
            subject: None,
            action: Some("ACT-1".parse().unwrap()),
            words: "x".into(),
            due_at: None,
            since: Utc::now(),
        }
    }

    #[test]
    fn it_shows_three_things_that_the_page_does_not_ask_itself() {
        let list = vec![
            owed(Debt::HandOff, "INC-20"),
            owed(Debt::Update, "INC-20"),
            owed(Debt::Task, "INC-20"),
            owed(Debt::Task, "INC-19"),
            owed(Debt::CauseOpen, "INC-20"),
            owed(Debt::CauseOpen, "INC-18"),
            owed(Debt::ActionItem, "INC-3"),
        ];
        let rail = ToDoRail::of(list, "INC-20".parse().unwrap(), &Zone::UTC, Utc::now());
        let references: Vec<&str> =
            rail.items.iter().filter_map(|item| item.incident.as_ref()).map(|(name, ..)| name.as_str()).collect();
        assert_eq!(references, ["INC-19", "INC-18"]);
        assert_eq!(rail.items.len(), 3);
        assert_eq!(rail.more, 1);
    }
}
