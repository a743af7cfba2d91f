//! Events become rows: what they change, a timeline item where people want to
//! read of it, and an activity row each.

use domain::incidents::{Event, IncidentState, Moment, Role, Status};
use domain::key_times::{KeyTime, KeyTimeKind, KeyTimeSource};
use domain::{IncidentId, PersonId, RequestId, SeverityId, TimelineItemId};
use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

use super::rows::{NewItem, Told, item, join, update};
use crate::incidents::ItemKind;
use crate::pool::Rendered;
use crate::{StoreError, words};

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
    let mut told = (None, None);
    let mut new_words = String::new();
    for event in events {
        if !declared {
            state.apply(event);
        }
        if let Event::Updated { status, severity, .. } = event {
            told = (*status, *severity);
        }
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
    for event in events {
        found_by(event, &mut new_words);
    }
    let seq = seq + i64::try_from(events.len()).unwrap_or_default();
    save(connection, entry, &state, seq, events).await?;
    remember(connection, entry.incident, &new_words).await?;
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
        Event::RoleGiven { person, .. } | Event::RoleEnded { person, .. } => Some(person.uuid()),
        Event::PostmortemAssigned { to, .. } => Some(to.uuid()),
        Event::Merged { into, .. } => Some(into.uuid()),
        Event::SeverityChanged { to, .. } => Some(to.uuid()),
        _ => None,
    }
}

/// The rows beside the incident's own that an event changes.
async fn change(connection: &mut PgConnection, entry: &Entry<'_>, event: &Event) -> Result<(), StoreError> {
    match event {
        Event::RoleGiven { role, person, .. } => {
            end_role(connection, entry, *role).await?;
            sqlx::query!(
                "insert into incident_roles (id, incident_id, role, person_id, given_at) values ($1, $2, $3, $4, $5)",
                Uuid::now_v7(),
                entry.incident.uuid(),
                role.as_str(),
                person.uuid(),
                entry.moment.now
            )
            .execute(connection)
            .await?;
        }
        Event::RoleEnded { role, .. } => end_role(connection, entry, *role).await?,
        Event::KeyTimeSet(key_time) => {
            supersede(connection, entry, key_time.kind).await?;
            write_down(connection, entry, key_time).await?;
        }
        Event::KeyTimeSuperseded { kind } => supersede(connection, entry, *kind).await?,
        _ => {}
    }
    Ok(())
}

async fn end_role(connection: &mut PgConnection, entry: &Entry<'_>, role: Role) -> Result<(), StoreError> {
    sqlx::query!(
        "update incident_roles set ended_at = $3 where incident_id = $1 and role = $2 and ended_at is null",
        entry.incident.uuid(),
        role.as_str(),
        entry.moment.now
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn supersede(connection: &mut PgConnection, entry: &Entry<'_>, kind: KeyTimeKind) -> Result<(), StoreError> {
    sqlx::query!(
        "update key_times set superseded_at = $3 where incident_id = $1 and kind = $2 and superseded_at is null",
        entry.incident.uuid(),
        kind.as_str(),
        entry.moment.recorded_at
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn write_down(connection: &mut PgConnection, entry: &Entry<'_>, key_time: &KeyTime) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        insert into key_times (id, incident_id, kind, occurred_at, precision, recorded_at, recorded_by, source, assumed)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        "#,
        Uuid::now_v7(),
        entry.incident.uuid(),
        key_time.kind.as_str(),
        key_time.at,
        key_time.precision.as_str(),
        key_time.recorded_at,
        key_time.recorded_by.map(PersonId::uuid),
        key_time.source.as_str(),
        key_time.assumed
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What the timeline shows of an event. What an update told already is not told
/// twice, and what the software wrote down by itself is not told at all.
fn shown<'a>(event: &'a Event, entry: &Entry<'a>, told: (Option<Status>, Option<SeverityId>)) -> Option<NewItem<'a>> {
    let (kind, body, data) = match event {
        Event::Declared(declaration) => (
            ItemKind::Declared,
            declaration.summary.as_str(),
            json!({ "status": declaration.status, "severity": declaration.severity }),
        ),
        Event::StatusChanged { to, .. } if told.0 == Some(*to) => return None,
        Event::StatusChanged { from, to, reason } => {
            (ItemKind::Status, reason.as_ref().map_or("", |reason| reason.as_str()), json!({ "from": from, "to": to }))
        }
        Event::Merged { from, into } => (ItemKind::Merged, "", json!({ "from": from, "into": into })),
        Event::Reopened { from, to, reason } => {
            (ItemKind::Reopened, reason.as_str(), json!({ "from": from, "to": to }))
        }
        Event::SeverityChanged { to, .. } if told.1 == Some(*to) => return None,
        Event::SeverityChanged { from, to } => (ItemKind::Severity, "", json!({ "from": from, "to": to })),
        Event::RoleGiven { role, person, before } => {
            (ItemKind::Lead, "", json!({ "role": role, "person": person, "before": before }))
        }
        Event::RoleEnded { role, person } => {
            (ItemKind::Lead, "", json!({ "role": role, "person": person, "ended": true }))
        }
        Event::Renamed { to, .. } => (ItemKind::Summary, to.as_str(), json!({ "field": "title" })),
        Event::Summarised { to, .. } => (ItemKind::Summary, to.as_str(), json!({ "field": "summary" })),
        Event::CauseSettled { from, to, text } => (ItemKind::Cause, text.as_str(), json!({ "from": from, "to": to })),
        Event::KeyTimeSet(key_time)
            if key_time.source == KeyTimeSource::Manual && key_time.kind != KeyTimeKind::Reported =>
        {
            (
                ItemKind::KeyTime,
                "",
                json!({
                    "kind": key_time.kind,
                    "at": key_time.at,
                    "precision": key_time.precision,
                    "assumed": key_time.assumed,
                }),
            )
        }
        Event::Noted { body } => (ItemKind::Note, body.as_str(), json!({})),
        Event::Updated { body, .. } => (ItemKind::Update, body.as_str(), json!({})),
        Event::KeyTimeSet(_)
        | Event::KeyTimeSuperseded { .. }
        | Event::NextUpdatePromised { .. }
        | Event::PostmortemAssigned { .. } => return None,
    };
    // A title is one plain line; everything else that has words is Markdown.
    let html = if body.is_empty() || matches!(event, Event::Renamed { .. }) { "" } else { entry.text.html.as_str() };
    Some(NewItem {
        kind,
        occurred_at: entry.moment.now,
        recorded_at: entry.moment.recorded_at,
        author: entry.moment.actor.person(),
        label: entry.label,
        body,
        html,
        data,
        source: entry.moment.source,
    })
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
            next_update_due_at = $14, times_reopened = $15, reported_at = coalesce($16, reported_at), seq = $17
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
        seq
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Adds what an event says to what search finds.
fn found_by(event: &Event, found: &mut String) {
    let (first, second) = match event {
        Event::Declared(declaration) => (declaration.title.as_str(), declaration.summary.as_str()),
        Event::Renamed { to, .. } => (to.as_str(), ""),
        Event::Summarised { to, .. } => (to.as_str(), ""),
        Event::CauseSettled { text, .. } => (text.as_str(), ""),
        Event::Noted { body } | Event::Updated { body, .. } => (body.as_str(), ""),
        Event::StatusChanged { reason: Some(reason), .. } | Event::Reopened { reason, .. } => (reason.as_str(), ""),
        _ => return,
    };
    for text in [first, second] {
        if !text.is_empty() {
            found.push_str(text);
            found.push('\n');
        }
    }
}

/// At most so many characters of an incident are found by search.
const MOST_WORDS: i32 = 500_000;

/// Stores what search finds, the reference among it.
pub(crate) async fn remember(
    connection: &mut PgConnection,
    incident: IncidentId,
    text: &str,
) -> Result<(), StoreError> {
    if text.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        r#"
        insert into incident_words as w (incident_id, words)
        select i.id, lower(i.series || '-' || i.number) || E'\n' || $2 from incidents i where i.id = $1
        on conflict (incident_id) do update set words = w.words || $2
        where char_length(w.words) < $3
        "#,
        incident.uuid(),
        words::fold(text),
        MOST_WORDS
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Who acts takes part; so does whom a role is given, and the reporter.
async fn take_part(connection: &mut PgConnection, entry: &Entry<'_>, events: &[Event]) -> Result<(), StoreError> {
    let mut people: Vec<PersonId> = entry.moment.actor.person().into_iter().collect();
    for event in events {
        match event {
            Event::Declared(declaration) => people.extend(declaration.reporter),
            Event::RoleGiven { person, .. } => people.push(*person),
            _ => {}
        }
    }
    people.sort_unstable();
    people.dedup();
    for person in people {
        join(connection, entry.incident, person, true, entry.moment.now).await?;
    }
    Ok(())
}
