//! The to-do list, ready to show.

use chrono::{DateTime, Utc};
use domain::to_do::Debt;
use domain::zones::Zone;
use serde::{Deserialize, Serialize};
use store::ToDo;

use crate::{paths, ticking};

/// Whatever somebody owes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToDoView {
    /// The most urgent first.
    pub items: Vec<ToDoItem>,
}

/// One thing that is owed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToDoItem {
    /// What: `Next update`, `Drain the queue`.
    pub what: String,
    /// Why, or what about it.
    pub why: String,
    /// When it is due: seconds since 1970, words, colour.
    pub due: Option<(i64, String, String)>,
    /// The incident: reference, address, title.
    pub incident: Option<(String, String, String)>,
    /// What the one button says, and where it leads.
    pub act: (String, String),
}

impl ToDoView {
    /// Puts a list into words.
    pub fn of(list: Vec<ToDo>, zone: &Zone, now: DateTime<Utc>) -> Self {
        Self { items: list.into_iter().map(|item| ToDoItem::of(item, zone, now)).collect() }
    }
}

impl ToDoItem {
    /// Puts one thing into words.
    pub fn of(item: ToDo, zone: &Zone, now: DateTime<Utc>) -> Self {
        let page = item.reference().map(paths::incident).unwrap_or_else(|| paths::TO_DO.into());
        let (what, why, button, place) = words(&item, zone);
        let href = match (item.debt, item.action) {
            (Debt::ActionItem, Some(reference)) => paths::action(reference),
            (Debt::Task, _) => format!("{page}#task-{}", item.subject.map(|id| id.to_string()).unwrap_or_default()),
            _ => format!("{page}{place}"),
        };
        let due = item.due_at.map(|at| {
            let (words, colour) = ticking::until((at - now).num_seconds());
            (at.timestamp(), words, colour.to_owned())
        });
        Self {
            what,
            why,
            due,
            incident: item.incident.map(|incident| {
                let reference = incident.link.reference;
                (reference.to_string(), paths::incident(reference), incident.link.title)
            }),
            act: (button.into(), href),
        }
    }
}

/// The composer, with "Tell everybody" chosen.
const WRITE_IT: &str = "?what=update#note";

/// What it is, why it is asked, what the button says, and where on the incident's page.
fn words(item: &ToDo, zone: &Zone) -> (String, String, &'static str, &'static str) {
    let said = |what: &str, why: &str| (what.to_owned(), why.to_owned());
    let due = item.due_at.map(|at| zone.date_and_clock(at)).unwrap_or_default();
    let ((what, why), button, place) = match item.debt {
        Debt::HandOff => {
            let what = format!("{} offers you the lead", item.words);
            ((what, format!("Read the baton note. Without an answer it goes back at {due}.")), "Answer", "#hand-off")
        }
        Debt::Update => ((String::from("Next update"), format!("Promised for {due}.")), "Write it", WRITE_IT),
        Debt::Task => ((item.words.clone(), "A task of yours.".into()), "Open it", "#tasks"),
        Debt::TriageOver => {
            let why = "Additional triage is over. Which signal was missing?";
            (said("Is the cause known, or accepted as unknown?", why), "Answer", "#next-steps")
        }
        Debt::StartMissing => {
            (said("When did it start?", "Without it nobody knows how long it took."), "Say when", "#next-steps")
        }
        Debt::DetectedMissing => {
            (said("When was it noticed?", "By a person or a machine, whoever came first."), "Say when", "#next-steps")
        }
        Debt::CauseOpen if item.words == "suspected" => {
            (said("Was that the cause?", "It is suspected, not confirmed."), "Answer", "#next-steps")
        }
        Debt::CauseOpen => {
            (said("What was the cause?", "That it stays unknown is an answer too."), "Answer", "#next-steps")
        }
        Debt::NobodyWrites => (said("Who writes the postmortem?", "Somebody who was there."), "Answer", "#next-steps"),
        Debt::TasksLeft => {
            let left = if item.words == "1" {
                "A task stayed open".into()
            } else {
                format!("{} tasks stayed open", item.words)
            };
            ((left, "They go on as action items, or are ticked.".into()), "Look", "#next-steps")
        }
        Debt::Postmortem => {
            (said("The postmortem is yours to write", "What is known so far stands on the incident."), "Open it", "")
        }
        Debt::ActionItem => {
            let number = item.action.map(|reference| reference.to_string()).unwrap_or_default();
            ((item.words.clone(), format!("{number}, an action item of yours.")), "Open it", "")
        }
    };
    (what, why, button, place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::incidents::Status;
    use store::ToDoIncident;
    use store::incidents::IncidentLink;

    fn owed(debt: Debt, words: &str) -> ToDo {
        let link = IncidentLink {
            id: uuid::Uuid::nil().into(),
            reference: "INC-20".parse().unwrap(),
            title: "Webhooks delayed".into(),
        };
        ToDo {
            debt,
            incident: Some(ToDoIncident { link, status: Status::Recovered, rank: 2 }),
            subject: Some(uuid::Uuid::nil()),
            action: None,
            words: words.into(),
            due_at: None,
            since: "2025-11-20T14:00:00Z".parse().unwrap(),
        }
    }

    fn shown(item: ToDo) -> ToDoItem {
        ToDoItem::of(item, &Zone::parse("Asia/Tokyo").unwrap(), "2025-11-20T14:44:00Z".parse().unwrap())
    }

    #[test]
    fn each_thing_has_a_sentence_and_one_button_that_leads_to_it() {
        for &debt in Debt::ALL {
            let item = shown(owed(debt, "Curlew"));
            assert!(!item.what.is_empty() && item.why.ends_with(['.', '?']) && !item.act.0.is_empty(), "{debt}");
            assert!(item.act.1.starts_with("/incidents/INC-20"), "{}", item.act.1);
        }
        let action =
            shown(ToDo { action: "ACT-12".parse().ok(), ..owed(Debt::ActionItem, "Alert on the queue’s age") });
        assert_eq!((action.what.as_str(), action.act.1.as_str()), ("Alert on the queue’s age", "/actions/ACT-12"));
    }

    #[test]
    fn what_is_due_says_when_in_the_shown_zone() {
        let at = "2025-11-20T14:48:00Z".parse().unwrap();
        let update = shown(ToDo { due_at: Some(at), ..owed(Debt::Update, "") });
        assert_eq!(update.why, "Promised for Thu 20 Nov 2025, 23:48.");
        assert_eq!(update.due, Some((at.timestamp(), "in 4 min".into(), "soon".into())));
    }

    #[test]
    fn a_promised_update_is_written_as_one() {
        assert_eq!(shown(owed(Debt::Update, "")).act, ("Write it".into(), "/incidents/INC-20?what=update#note".into()));
    }

    #[test]
    fn one_task_is_one_task() {
        assert_eq!(shown(owed(Debt::TasksLeft, "1")).what, "A task stayed open");
        assert_eq!(shown(owed(Debt::TasksLeft, "3")).what, "3 tasks stayed open");
    }
}
