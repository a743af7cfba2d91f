//! The components of an incident: the last time each failed. Their links stand on top
//! (`links.rs`).

use domain::elapsed::humane;
use domain::zones::Zone;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use store::incidents::{ComponentShown, LastTime};

use crate::paths;
use crate::ui::text;

/// A component beside the incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComponentView {
    /// Its name.
    pub name: String,
    /// The last time it failed.
    pub last: Option<LastTimeView>,
    /// `It failed 6 times in the year before.`
    pub often: Option<String>,
}

/// The last time a component failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastTimeView {
    /// `Last time it failed, Turnstone fixed it in 41 min:`
    pub says: String,
    /// Its cause, or the last words of that time.
    pub words: Option<String>,
    /// `INC-11, Thu 3 Jul 2025`.
    pub label: String,
    /// Its address.
    pub href: String,
    /// What was to be done since then and is not: `ACT-3`, its address and what it is.
    pub undone: Option<(String, String, String)>,
}

impl ComponentView {
    /// Puts a component into words.
    pub fn of(component: ComponentShown, zone: &Zone) -> Self {
        let often = match component.times_in_a_year {
            ..=0 => None,
            1 => Some("It failed once in the year before.".to_owned()),
            2 => Some("It failed twice in the year before.".to_owned()),
            50.. => Some("It failed fifty times or more in the year before.".to_owned()),
            times => Some(format!("It failed {times} times in the year before.")),
        };
        Self { name: component.name, last: component.last.map(|last| last_time(last, zone)), often }
    }

    /// Its part of the page.
    pub fn view(self) -> impl IntoView {
        let last = self.last.map(|last| {
            let words = last.words.map(|words| view! { " “" {text(words)} "”" });
            let undone = last.undone.map(|(number, href, title)| {
                view! { <p>"Not done since then: " <a href=href>{number}</a>" "<bdi>{title}</bdi></p> }
            });
            view! { <p>{last.says}{words}" " <a href=last.href>{last.label}</a></p> {undone} }
        });
        view! {
            <section>
                <div class="rail-head"><h2><bdi>{self.name}</bdi></h2></div>
                {last}
                {self.often.map(|often| view! { <p class="soft note-size">{often}</p> })}
            </section>
        }
    }
}

fn last_time(last: LastTime, zone: &Zone) -> LastTimeView {
    // The confirmed cause says best what fixed it, then the last update.
    let words = last.cause.or(last.last_words);
    let mut says = match (&last.lead, last.elapsed) {
        (Some(lead), Some(elapsed)) => format!("Last time it failed, {lead} fixed it in {}", humane(elapsed)),
        (Some(lead), None) => format!("Last time it failed, {lead} led"),
        (None, Some(elapsed)) => format!("Last time it failed, it was over in {}", humane(elapsed)),
        (None, None) => "It has failed before".to_owned(),
    };
    says.push(if words.is_some() { ':' } else { '.' });
    LastTimeView {
        says,
        words,
        label: format!("{}, {}", last.incident.reference, zone.date(last.reported_at)),
        href: paths::incident(last.incident.reference),
        undone: last.undone.map(|action| (action.reference.to_string(), paths::action(action.reference), action.title)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;
    use store::incidents::IncidentLink;

    fn last() -> LastTime {
        LastTime {
            incident: IncidentLink {
                id: "01900000-0000-7000-8000-000000000011".parse().unwrap(),
                reference: "INC-11".parse().unwrap(),
                title: "Webhooks repeat themselves".into(),
            },
            reported_at: "2025-07-03T02:00:00Z".parse().unwrap(),
            elapsed: Some(TimeDelta::minutes(41)),
            lead: Some("Turnstone".into()),
            last_words: None,
            cause: None,
            undone: None,
        }
    }

    #[test]
    fn the_last_time_says_who_and_how_long_as_far_as_that_is_known() {
        let view = last_time(last(), &Zone::UTC);
        assert_eq!(view.says, "Last time it failed, Turnstone fixed it in 41 min.");
        assert_eq!(view.label, "INC-11, Thu 3 Jul 2025");
        let unknown = LastTime { lead: None, elapsed: None, last_words: Some("Gone.".into()), ..last() };
        assert_eq!(last_time(unknown, &Zone::UTC).says, "It has failed before:");
        let known = LastTime { cause: Some("A full disk.".into()), last_words: Some("Quiet now.".into()), ..last() };
        assert_eq!(last_time(known, &Zone::UTC).words.as_deref(), Some("A full disk."));
    }
}
