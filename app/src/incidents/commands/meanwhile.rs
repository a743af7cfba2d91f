//! What somebody else did to a field while a form for it was open: “Godwit changed the
//! severity to Sev1 8 seconds ago.”

use chrono::Utc;
use domain::IncidentId;
use domain::elapsed::humane;
use leptos::prelude::*;
use store::incidents::{Change, Field};

use crate::ctx::ctx;
use crate::refused::conflict_here;

/// The sentence, for the form that was refused.
#[derive(Clone)]
pub struct Meanwhile(pub String);

/// Looks it up when a form of this page was refused for it. `now` gives what a field says by
/// now: `severity`, or `assignee:` and the task's id. Without an answer the form says only that
/// there was a change.
pub async fn look(incident: &str, now: impl FnOnce(&str) -> Option<String>) {
    let (Some((name, part)), Ok(ctx), Ok(incident)) = (conflict_here(), ctx(), IncidentId::parse(incident)) else {
        return;
    };
    let Some(field) = Field::of(&name, part.as_deref()) else { return };
    if let Ok(Some(change)) = ctx.store.last_change(&ctx.viewer, incident, field).await {
        let seconds = (Utc::now() - change.at).num_seconds();
        let key = part.map_or_else(|| name.clone(), |part| format!("{name}:{part}"));
        provide_context(Meanwhile(sentence(&name, &change, now(&key).as_deref(), seconds)));
    }
}

fn sentence(field: &str, change: &Change, now: Option<&str>, seconds: i64) -> String {
    let who = change.who.as_ref().map_or("Somebody", |person| person.name.as_str());
    let what = match field {
        "item" => "this timeline item",
        "assignee" => "who does it",
        "status" => "the status",
        "severity" => "the severity",
        "lead" => "the lead",
        "operations" => "who does operations",
        "communications" => "who does communications",
        "postmortem_owner" => "who writes the postmortem",
        "task" => "this task",
        "time" => "this time",
        "title" => "the title",
        "summary" => "the summary",
        "cause" => "the cause",
        _ => "it",
    };
    let to = now.map(|now| format!(" to {now}")).unwrap_or_default();
    format!("{who} changed {what}{to} {}.", ago(seconds))
}

fn ago(seconds: i64) -> String {
    match seconds {
        ..=1 => "a second ago".into(),
        2..60 => format!("{seconds} seconds ago"),
        _ => format!("{} ago", humane(chrono::TimeDelta::seconds(seconds))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::PersonName;

    #[test]
    fn it_says_who_what_and_when() {
        let id = "01900000-0000-7000-8000-000000000001".parse().unwrap();
        let godwit = PersonName { id, name: "Godwit".into(), picture_url: None };
        let change = Change { who: Some(godwit), at: Utc::now() };
        assert_eq!(
            sentence("severity", &change, Some("Sev1"), 8),
            "Godwit changed the severity to Sev1 8 seconds ago."
        );
        let system = Change { who: None, at: Utc::now() };
        assert_eq!(sentence("item", &system, None, 0), "Somebody changed this timeline item a second ago.");
        assert_eq!(ago(600), "10 min ago");
        let said = sentence("operations", &change, Some("nobody"), 60);
        assert_eq!(said, "Godwit changed who does operations to nobody 1 min ago.");
    }
}
