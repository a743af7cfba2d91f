//! What the timeline shows of an event. What an update told already is not told
//! twice, and what is only of use in the activity log is not told at all.

use domain::SeverityId;
use domain::incidents::{Event, HandOffStatus, Part, Status};
use domain::key_times::{KeyTimeKind, KeyTimeSource};
use serde_json::{Value, json};

use super::beside::said_by;
use super::events::Entry;
use super::rows::NewItem;
use crate::incidents::ItemKind;

/// What other events of the same write have told already.
#[derive(Clone, Copy, Default)]
pub(super) struct Told {
    pub(super) status: Option<Status>,
    pub(super) severity: Option<SeverityId>,
    /// It went private, or a role of it went to somebody else: that whoever was inside
    /// stays inside needs no line of its own.
    pub(super) stays_inside: bool,
}

impl Told {
    /// With what this event tells.
    pub(super) fn and(self, event: &Event) -> Self {
        match event {
            Event::Updated { status, severity, .. } => Self { status: *status, severity: *severity, ..self },
            Event::VisibilityChanged { .. } | Event::RoleGiven { .. } | Event::RoleEnded { .. } => {
                Self { stays_inside: true, ..self }
            }
            _ => self,
        }
    }
}

/// The timeline item that an event makes, if it makes one.
pub(super) fn shown<'a>(event: &'a Event, entry: &Entry<'a>, told: Told) -> Option<NewItem<'a>> {
    let (kind, body, data) = words(event, entry, told).or_else(|| beside(event, entry, told))?;
    // A title is one plain line; everything else that has words is Markdown.
    let is_plain = matches!(kind, ItemKind::Link | ItemKind::Task | ItemKind::ActionItem)
        || matches!(event, Event::Renamed { .. });
    let occurred_at = match event {
        Event::Noted { occurred_at: Some(occurred_at), .. } => *occurred_at,
        _ => entry.moment.now,
    };
    Some(NewItem {
        kind,
        occurred_at,
        recorded_at: entry.moment.recorded_at,
        author: entry.moment.actor.person(),
        label: entry.label,
        html: if body.is_empty() || is_plain { "" } else { entry.text.html.as_str() },
        body,
        data,
        source: entry.moment.source,
    })
}

type Shown<'a> = (ItemKind, std::borrow::Cow<'a, str>, Value);

/// The incident's own story.
fn words<'a>(event: &'a Event, _entry: &Entry<'a>, told: Told) -> Option<Shown<'a>> {
    let (kind, body, data) = match event {
        Event::Declared(declaration) => (
            ItemKind::Declared,
            declaration.summary.as_str(),
            json!({ "status": declaration.status, "severity": declaration.severity }),
        ),
        Event::StatusChanged { to, .. } if told.status == Some(*to) => return None,
        Event::StatusChanged { from, to, reason } => {
            (ItemKind::Status, reason.as_ref().map_or("", |reason| reason.as_str()), json!({ "from": from, "to": to }))
        }
        Event::Merged { from, into } => (ItemKind::Merged, "", json!({ "from": from, "into": into, "other": into })),
        Event::Reopened { from, to, reason } => {
            (ItemKind::Reopened, reason.as_str(), json!({ "from": from, "to": to }))
        }
        Event::SeverityChanged { to, .. } if told.severity == Some(*to) => return None,
        Event::SeverityChanged { from, to } => (ItemKind::Severity, "", json!({ "from": from, "to": to })),
        Event::Renamed { to, .. } => (ItemKind::Summary, to.as_str(), json!({ "field": "title" })),
        Event::Summarised { to, .. } => (ItemKind::Summary, to.as_str(), json!({ "field": "summary" })),
        Event::CauseSettled { from, to, text, evidence } => {
            (ItemKind::Cause, text.as_str(), json!({ "from": from, "to": to, "evidence": evidence }))
        }
        Event::KeyTimeSet(key_time)
            if key_time.source == KeyTimeSource::Manual && key_time.kind != KeyTimeKind::Reported =>
        {
            let (kind, at) = (key_time.kind, key_time.at);
            let (precision, assumed) = (key_time.precision, key_time.assumed);
            (ItemKind::KeyTime, "", json!({ "kind": kind, "at": at, "precision": precision, "assumed": assumed }))
        }
        Event::Noted { body, .. } => (ItemKind::Note, body.as_str(), json!({})),
        Event::Updated { body, .. } => (ItemKind::Update, body.as_str(), json!({})),
        Event::VisibilityChanged { from, to } => (ItemKind::Visibility, "", json!({ "from": from, "to": to })),
        _ => return None,
    };
    Some((kind, body.into(), data))
}

/// People, work, and what hangs on the incident.
fn beside<'a>(event: &'a Event, entry: &Entry<'a>, told: Told) -> Option<Shown<'a>> {
    let nothing = std::borrow::Cow::Borrowed("");
    Some(match event {
        Event::RoleGiven { role, person, before } => {
            let handed_over = matches!(entry.moment.part, Part::HandOff(_));
            let data = json!({ "role": role, "person": person, "before": before, "handed_over": handed_over });
            (ItemKind::Lead, nothing, data)
        }
        Event::RoleEnded { role, person } => {
            (ItemKind::Lead, nothing, json!({ "role": role, "person": person, "ended": true }))
        }
        Event::LinkAttached { link, url, label } => {
            let label = label.as_ref().map_or_else(|| said_by(url.as_str()).into(), |label| label.as_str().into());
            (ItemKind::Link, label, json!({ "url": url, "link": link }))
        }
        Event::ComponentAdded { component } => (ItemKind::Component, nothing, json!({ "component": component })),
        Event::ComponentRemoved { component } => {
            (ItemKind::Component, nothing, json!({ "component": component, "removed": true }))
        }
        Event::Related { other } => (ItemKind::Related, nothing, json!({ "other": other })),
        Event::Unrelated { other } => (ItemKind::Related, nothing, json!({ "other": other, "removed": true })),
        Event::PersonInvited { person } if !told.stays_inside => {
            (ItemKind::People, nothing, json!({ "person": person }))
        }
        Event::PersonRemoved { person } => (ItemKind::People, nothing, json!({ "person": person, "removed": true })),
        Event::TaskAdded { task, title, assignee } => {
            (ItemKind::Task, title.as_str().into(), json!({ "task": task, "person": assignee }))
        }
        Event::TaskTicked { task, done: true } => {
            let title = match &entry.moment.part {
                Part::Task(state) => state.title.as_str(),
                _ => "",
            };
            (ItemKind::Task, title.into(), json!({ "task": task, "done": true }))
        }
        Event::ActionItemAdded { action, title, aim, owner } => {
            (ItemKind::ActionItem, title.as_str().into(), json!({ "action": action, "aim": aim, "person": owner }))
        }
        Event::HandOffOffered { hand_off, from, to, baton, expires_at } => (
            ItemKind::HandOff,
            baton.note.as_str().into(),
            json!({ "hand_off": hand_off, "from": from, "person": to, "expires_at": expires_at }),
        ),
        // That somebody took over is told by the role; that it ended with the lead or with the
        // incident, by those.
        Event::HandOffEnded { hand_off, from, to, how }
            if *how != HandOffStatus::Accepted && matches!(entry.moment.part, Part::HandOff(_)) =>
        {
            (ItemKind::HandOff, nothing, json!({ "hand_off": hand_off, "from": from, "person": to, "how": how }))
        }
        _ => return None,
    })
}
