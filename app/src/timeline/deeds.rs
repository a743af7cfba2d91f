//! The words of the activity log: one whole sentence for each event, without who did it.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::incidents::{Aim, Cause, Event, HandOffStatus, Role, Visibility};
use domain::zones::Zone;
use domain::{ComponentId, PersonId, SeverityId};
use uuid::Uuid;

/// What the ids in an event are called, as far as whoever looks may know it.
#[derive(Clone, Debug, Default)]
pub struct Names(HashMap<Uuid, String>);

impl Names {
    /// From ids of any kind and their names.
    pub fn of(names: impl IntoIterator<Item = (Uuid, String)>) -> Self {
        Self(names.into_iter().collect())
    }

    fn person(&self, id: PersonId) -> &str {
        self.0.get(&id.uuid()).map_or("somebody", String::as_str)
    }

    fn severity(&self, id: SeverityId) -> &str {
        self.0.get(&id.uuid()).map_or("another severity", String::as_str)
    }

    fn component(&self, id: ComponentId) -> String {
        self.0.get(&id.uuid()).map_or_else(|| "a component".into(), |name| format!("the component {name}"))
    }

    fn incident(&self, id: Uuid) -> &str {
        self.0.get(&id).map_or("another incident", String::as_str)
    }
}

/// What `who` did: `set the status from Triage to Investigating.`
pub fn did(event: &Event, who: Option<PersonId>, names: &Names, zone: &Zone) -> String {
    let is_self = |person: &PersonId| who == Some(*person);
    let at = |at: DateTime<Utc>| zone.date_and_clock(at);
    match event {
        Event::Declared(declaration) => {
            format!("declared it as {}: {}", declaration.status, quoted(declaration.title.as_str()))
        }
        Event::StatusChanged { from, to, reason } => match reason {
            Some(reason) => format!("set the status from {from} to {to}, because: {}", quoted(reason.as_str())),
            None => format!("set the status from {from} to {to}."),
        },
        Event::Merged { from, into } => format!("merged it, which was {from}, into {}.", names.incident(into.uuid())),
        Event::Reopened { from, to, reason } => {
            format!("re-opened it, which was {from}, as {to}, because: {}", quoted(reason.as_str()))
        }
        Event::SeverityChanged { from, to } => {
            format!("set the severity from {} to {}.", names.severity(*from), names.severity(*to))
        }
        Event::RoleGiven { role, person, before } => {
            let what = role_words(*role);
            let from = before.map(|before| format!(" from {}", names.person(before))).unwrap_or_default();
            if is_self(person) {
                format!("took {what}{from}.")
            } else {
                format!("gave {what}{from} to {}.", names.person(*person))
            }
        }
        Event::RoleEnded { role, person } if is_self(person) => format!("gave up {}.", role_words(*role)),
        Event::RoleEnded { role, person } => format!("took {} from {}.", role_words(*role), names.person(*person)),
        Event::Renamed { from, to } => {
            format!("changed the title from {} to {}", bare(from.as_str()), quoted(to.as_str()))
        }
        Event::Summarised { to, .. } if to.is_empty() => "took the summary away.".into(),
        Event::Summarised { to, .. } => format!("wrote the summary: {}", quoted(to.as_str())),
        Event::CauseSettled { from, to, text, evidence } => {
            cause(*from, *to) + &after_colon(text.as_str()) + &evidence_words(evidence.len())
        }
        Event::KeyTimeSet(key_time) => {
            let verb = if key_time.assumed { "assumed" } else { "wrote down" };
            format!("{verb}: {} at {}.", key_time.kind.word().to_lowercase(), at(key_time.at))
        }
        Event::KeyTimeSuperseded { kind } => format!("let the time “{}” count no more.", kind.word().to_lowercase()),
        Event::NextUpdatePromised { due_at: Some(due_at) } => format!("promised the next update for {}.", at(*due_at)),
        Event::NextUpdatePromised { due_at: None } => "left no next update promised.".into(),
        Event::Noted { body, occurred_at: Some(occurred_at) } => {
            format!("wrote a note of what happened at {}: {}", at(*occurred_at), quoted(body.as_str()))
        }
        Event::Noted { body, occurred_at: None } => format!("wrote a note: {}", quoted(body.as_str())),
        Event::Updated { body, .. } => format!("told everybody: {}", quoted(body.as_str())),
        Event::PostmortemAssigned { to, .. } => format!("asked {} to write the postmortem.", names.person(*to)),
        Event::ItemEdited { body_before, body, occurred_at_before, occurred_at, .. } => {
            let words = if body_before == body.as_str() {
                String::new()
            } else {
                format!(" from {} to {}", bare(body_before), quoted(body.as_str()))
            };
            let time = if occurred_at_before == occurred_at {
                String::new()
            } else {
                format!(" It happened at {}, not at {}.", at(*occurred_at), at(*occurred_at_before))
            };
            let end = if words.is_empty() { "." } else { "" };
            format!("edited a timeline item{words}{end}{time}")
        }
        Event::ItemHidden { .. } => "hid a timeline item.".into(),
        Event::ItemRestored { .. } => "showed a hidden timeline item again.".into(),
        Event::LinkAttached { url, label, .. } => match label {
            Some(label) => format!("attached a link: {} {}", bare(label.as_str()), quoted(url.as_str())),
            None => format!("attached a link: {}", quoted(url.as_str())),
        },
        Event::LinkRemoved { .. } => "removed a link.".into(),
        Event::ComponentAdded { component } => format!("added {}.", names.component(*component)),
        Event::ComponentRemoved { component } => format!("took {} away.", names.component(*component)),
        Event::TagAdded { name } => format!("added the tag {}", quoted(name.as_str())),
        Event::TagRemoved { .. } => "removed a tag.".into(),
        Event::Related { other } => format!("related it to {}.", names.incident(other.uuid())),
        Event::Unrelated { other } => format!("said that it has nothing to do with {}.", names.incident(other.uuid())),
        Event::VisibilityChanged { to: Visibility::Private, .. } => "made it private.".into(),
        Event::VisibilityChanged { to: Visibility::Public, .. } => "made it public.".into(),
        Event::PersonJoined { person } if is_self(person) => "followed it from then on.".into(),
        Event::PersonLeft { person } if is_self(person) => "followed it no more.".into(),
        Event::PersonJoined { person } => format!("let {} follow it.", names.person(*person)),
        Event::PersonLeft { person } => format!("let {} follow it no more.", names.person(*person)),
        Event::PersonInvited { person } if is_self(person) => "is inside from then on.".into(),
        Event::PersonInvited { person } => format!("invited {}.", names.person(*person)),
        Event::PersonRemoved { person } => format!("took {} out.", names.person(*person)),
        Event::TaskAdded { title, assignee, .. } => {
            let whose = assignee.map(|person| format!(" for {}", names.person(person))).unwrap_or_default();
            format!("added a task{whose}: {}", quoted(title.as_str()))
        }
        Event::TaskAssigned { to: Some(person), .. } => format!("gave a task to {}.", names.person(*person)),
        Event::TaskAssigned { to: None, .. } => "left a task to nobody in particular.".into(),
        Event::TaskRenamed { from, to, .. } => {
            format!("changed a task from {} to {}", bare(from.as_str()), quoted(to.as_str()))
        }
        Event::TaskTicked { done: true, .. } => "ticked a task as done.".into(),
        Event::TaskTicked { done: false, .. } => "took the tick from a task.".into(),
        Event::TaskPromoted { .. } => "promoted a task to an action item.".into(),
        Event::ActionItemAdded { title, aim, owner, .. } => {
            let whose = owner.map(|person| format!(" for {}", names.person(person))).unwrap_or_default();
            format!("added an action item{whose} to {}: {}", aim_words(*aim), quoted(title.as_str()))
        }
        Event::HandOffOffered { to, expires_at, .. } => {
            format!("offered the lead to {}, who has until {} to answer.", names.person(*to), at(*expires_at))
        }
        Event::HandOffEnded { from, to, how, .. } => hand_off(names.person(*from), names.person(*to), *how),
        Event::TriageBoxed { until } => format!("gave additional triage until {}.", at(*until)),
    }
}

/// What was done, of a verb that is none of an event: one of an earlier version.
pub fn did_something(verb: &str) -> String {
    match verb {
        "invited" => "invited somebody.".into(),
        "pinned" => "pinned what was said elsewhere.".into(),
        "alerted" => "passed an alert on.".into(),
        _ => format!("did this: {}.", verb.replace('_', " ")),
    }
}

fn role_words(role: Role) -> &'static str {
    match role {
        Role::Lead => "the lead",
        Role::Operations => "operations",
        Role::Communications => "communications",
    }
}

fn cause(from: Cause, to: Cause) -> String {
    if from == to {
        return format!("wrote what is known of the cause, which is {} as before", to.word().to_lowercase());
    }
    format!("set the cause from {} to {}", from.word().to_lowercase(), to.word().to_lowercase())
}

fn after_colon(words: &str) -> String {
    if words.trim().is_empty() { ".".into() } else { format!(": {}", quoted(words)) }
}

fn evidence_words(items: usize) -> String {
    match items {
        0 => String::new(),
        1 => " One timeline item shows it.".into(),
        items => format!(" {items} timeline items show it."),
    }
}

fn aim_words(aim: Aim) -> &'static str {
    match aim {
        Aim::Prevent => "prevent it",
        Aim::Detect => "detect it sooner",
        Aim::Recover => "recover sooner",
        Aim::Learn => "learn from it",
    }
}

fn hand_off(from: &str, to: &str, how: HandOffStatus) -> String {
    match how {
        HandOffStatus::Offered => format!("left the lead of {from} offered to {to}."),
        HandOffStatus::Accepted => format!("ended the offer of the lead to {to}: accepted."),
        HandOffStatus::Declined => format!("ended the offer of the lead to {to}: declined, so {from} keeps it."),
        HandOffStatus::Expired => format!("ended the offer of the lead to {to}: no answer, so it came back to {from}."),
        HandOffStatus::Withdrawn => format!("ended the offer of the lead to {to}: taken back."),
    }
}

/// The most characters of what somebody wrote; the whole stands where it was written.
const MOST: usize = 300;

fn bare(text: &str) -> String {
    let mut line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = line.char_indices().nth(MOST) {
        line.truncate(end);
        line.push('…');
    }
    format!("“{line}”")
}

/// The same at the end of a sentence.
fn quoted(text: &str) -> String {
    let quote = bare(text);
    if [".”", "!”", "?”", "。”"].iter().any(|end| quote.ends_with(end)) { quote } else { format!("{quote}.") }
}

#[cfg(test)]
mod tests;
