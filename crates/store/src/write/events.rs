//! Events become rows: what they change, a timeline item where people want to
//! read of it, and an activity row each.

use domain::incidents::{Event, HandOffStatus, IncidentState, Moment, Status};
use domain::key_times::KeyTimeKind;
use domain::{IncidentId, PersonId, RequestId, SeverityId, TimelineItemId};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::beside::change;
use super::found::find_by;
use super::rows::{Told, item, join, update};
use super::shown::{self, shown};
use crate::StoreError;
use crate::pool::Rendered;

/// What all the rows of one write have in common.
pub(crate) struct Entry<'a> {
    pub(crate) incident: IncidentId,
    pub(crate) moment: &'a Moment,
    /// Who, when it is nobody of ours.
    pub(crate) label: Option<&'a str>,
    pub(crate) request: Option<RequestId>,
    /// The one Markdown text of the write, rendered.
    pub(crate) text: &'a Rendered,
}

/// Writes everything that follows from the events and gives the new seq with
/// the timeline items. `state` is what was before them (after a declaration:
/// what it led to, since its row is there already).
pub(crate) async fn persist(
    connection: &mut PgConnection,
    entry: &Entry<'_>,
    mut state: IncidentState,
    seq: i64,
    events: &[Event],
) -> Result<(i64, Vec<TimelineItemId>), StoreError> {
    log(connection, entry, seq, events).await?;
    let declared = matches!(events.first(), Some(Event::Declared(_)));
    let mut items = Vec::new();
    let mut told = shown::Told::default();
    for event in events {
        if !declared {
            state.apply(event);
        }
        told = told.and(event);
        change(connection, entry, event).await?;
        let Some(new) = shown(event, entry, told) else { continue };
        let id = item(connection, entry.incident, new).await?;
        if let Event::Updated { body, status, severity, next_update_due_at } = event {
            let told = Told {
                author: entry.moment.actor.person(),
                body: body.as_str(),
                words: &entry.text.words,
                status: status.map(Status::as_str),
                severity: severity.map(SeverityId::uuid),
                next_update_due_at: *next_update_due_at,
                posted_at: entry.moment.now,
            };
            update(connection, entry.incident, id, &told).await?;
        }
        items.push(id);
    }
    let seq = seq + i64::try_from(events.len()).unwrap_or_default();
    save(connection, entry, &state, seq, events).await?;
    find_by(connection, entry.incident, events).await?;
    take_part(connection, entry, events).await?;
    Ok((seq, items))
}

/// The activity log: one row for each event, the event itself as its data.
async fn log(connection: &mut PgConnection, entry: &Entry<'_>, seq: i64, events: &[Event]) -> Result<(), StoreError> {
    let actor = entry.moment.actor;
    let seqs: Vec<i64> = (seq + 1..).take(events.len()).collect();
    let verbs: Vec<String> = events.iter().map(|event| event.verb().to_owned()).collect();
    let subjects: Vec<Option<Uuid>> = events.iter().map(subject).collect();
    let data = events
        .iter()
        .map(serde_json::to_value)
        .collect::<Result<Vec<Value>, _>>()
        .map_err(|error| StoreError::Broken(sqlx::Error::Encode(error.into())))?;
    sqlx::query!(
        r#"
        insert into activity (incident_id, seq, actor_id, actor_kind, verb, subject_id, data, request_id)
        select $1, e.seq, $2, $3, e.verb, e.subject, e.data, $4
        from unnest($5::bigint[], $6::text[], $7::uuid[], $8::jsonb[]) as e (seq, verb, subject, data)
        order by e.seq
        "#,
        entry.incident.uuid(),
        actor.person().map(PersonId::uuid),
        actor.kind(),
        entry.request.map(RequestId::uuid),
        &seqs,
        &verbs,
        &subjects as &[Option<Uuid>],
        &data
    )
    .execute(connection)
    .await?;
    Ok(())
}

fn subject(event: &Event) -> Option<Uuid> {
    match event {
        Event::RoleGiven { person, .. }
        | Event::RoleEnded { person, .. }
        | Event::PersonJoined { person }
        | Event::PersonLeft { person }
        | Event::PersonInvited { person }
        | Event::PersonRemoved { person } => Some(person.uuid()),
        Event::PostmortemAssigned { to, .. } => Some(to.uuid()),
        Event::Merged { into: other, .. } | Event::Related { other } | Event::Unrelated { other } => Some(other.uuid()),
        Event::SeverityChanged { to, .. } => Some(to.uuid()),
        Event::ItemEdited { item, .. } | Event::ItemHidden { item } | Event::ItemRestored { item } => Some(item.uuid()),
        Event::LinkAttached { link, .. } | Event::LinkRemoved { link } => Some(link.uuid()),
        Event::ComponentAdded { component } | Event::ComponentRemoved { component } => Some(component.uuid()),
        Event::TagRemoved { tag } => Some(tag.uuid()),
        Event::TaskAdded { task, .. }
        | Event::TaskAssigned { task, .. }
        | Event::TaskRenamed { task, .. }
        | Event::TaskTicked { task, .. }
        | Event::TaskPromoted { task, .. } => Some(task.uuid()),
        Event::ActionItemAdded { action, .. } => Some(action.uuid()),
        Event::HandOffOffered { hand_off, .. } | Event::HandOffEnded { hand_off, .. } => Some(hand_off.uuid()),
        _ => None,
    }
}

/// The incident's own row, as the events left it.
async fn save(
    connection: &mut PgConnection,
    entry: &Entry<'_>,
    state: &IncidentState,
    seq: i64,
    events: &[Event],
) -> Result<(), StoreError> {
    let entered = events.iter().any(|event| {
        matches!(
            event,
            Event::StatusChanged { .. } | Event::Merged { .. } | Event::Reopened { .. } | Event::Declared(_)
        )
    });
    let summarised = events.iter().any(|event| matches!(event, Event::Summarised { .. } | Event::Declared(_)));
    sqlx::query!(
        r#"
        update incidents set
            title = $2, summary = $3, summary_html = case when $4 then $5 else summary_html end,
            status = $6, status_since = case when $7 then $8 else status_since end,
            severity_id = $9, cause = $10, cause_text = $11, postmortem_owner_id = $12, merged_into_id = $13,
            next_update_due_at = $14, times_reopened = $15, reported_at = coalesce($16, reported_at), visibility = $17,
            triage_until = $18, seq = $19
        where id = $1
        "#,
        entry.incident.uuid(),
        state.title.as_str(),
        state.summary.as_str(),
        summarised,
        entry.text.html,
        state.status.as_str(),
        entered,
        entry.moment.now,
        state.severity.uuid(),
        state.cause.as_str(),
        state.cause_text.as_str(),
        state.postmortem_owner.map(PersonId::uuid),
        state.merged_into.map(IncidentId::uuid),
        state.next_update_due_at,
        i16::try_from(state.times_reopened).unwrap_or(i16::MAX),
        state.key_times.at(KeyTimeKind::Reported),
        state.visibility.as_str(),
        state.triage_until,
        seq
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Who acts takes part; so does whom a role is given, and the reporter. Whoever gets
/// work to do follows from then on.
async fn take_part(connection: &mut PgConnection, entry: &Entry<'_>, events: &[Event]) -> Result<(), StoreError> {
    let mut active: Vec<PersonId> = Vec::new();
    let mut observers: Vec<PersonId> = Vec::new();
    if events.iter().any(is_acting) {
        active.extend(entry.moment.actor.person());
    }
    for event in events {
        match event {
            Event::Declared(declaration) => active.extend(declaration.reporter),
            Event::RoleGiven { person, .. } => active.push(*person),
            Event::TaskAdded { assignee: person, .. } | Event::TaskAssigned { to: person, .. } => {
                observers.extend(*person);
            }
            Event::HandOffOffered { to, .. } => observers.push(*to),
            _ => {}
        }
    }
    for (people, is_active) in [(&mut active, true), (&mut observers, false)] {
        people.sort_unstable();
        people.dedup();
        for person in people {
            join(connection, entry.incident, *person, is_active, entry.moment.now).await?;
        }
    }
    Ok(())
}

/// Following, inviting, saying who may read and answering "no" are not acting.
const fn is_acting(event: &Event) -> bool {
    !matches!(
        event,
        Event::PersonJoined { .. }
            | Event::PersonLeft { .. }
            | Event::PersonInvited { .. }
            | Event::PersonRemoved { .. }
            | Event::VisibilityChanged { .. }
            | Event::HandOffEnded { how: HandOffStatus::Declined | HandOffStatus::Expired, .. }
    )
}
