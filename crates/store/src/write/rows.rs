//! The rows around an incident that no event describes by itself.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use domain::incidents::{Command, IncidentState, Moment, Source, Visibility};
use domain::key_times::KeyTimeKind;
use domain::text::TagName;
use domain::zones::Zone;
use domain::{ComponentId, IncidentId, PersonId, Reference, Refusal, TagId, TimelineItemId, UpdateId, practice};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::Who;
use crate::StoreError;
use crate::incidents::{ItemKind, reference};

/// The row of a new incident, with the next number of its series. Numbers are
/// given in the transaction, so that a failed declaration leaves no gap.
pub(crate) async fn create(
    connection: &mut PgConnection,
    state: &IncidentState,
    moment: &Moment,
    document_zone: Option<&Zone>,
    source_ref: Option<&str>,
) -> Result<Reference, StoreError> {
    let series = practice::series(state.kind, state.visibility);
    let reported_at = state.key_times.at(KeyTimeKind::Reported).unwrap_or(moment.now);
    let number = sqlx::query_scalar!(
        "update incident_series set last_number = last_number + 1 where series = $1 returning last_number",
        series.as_str()
    )
    .fetch_one(&mut *connection)
    .await?;
    sqlx::query!(
        r#"
        insert into incidents (id, series, number, title, kind, visibility, status, severity_id, reporter_id,
                               document_zone, reported_at, status_since, source, source_ref)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, coalesce($10, (select zone from settings)), $11, $12, $13, $14)
        "#,
        state.id.uuid(),
        series.as_str(),
        number,
        state.title.as_str(),
        state.kind.as_str(),
        state.visibility.as_str(),
        state.status.as_str(),
        state.severity.uuid(),
        state.reporter.map(PersonId::uuid),
        document_zone.map(Zone::name),
        reported_at,
        moment.now,
        moment.source.as_str(),
        source_ref
    )
    .execute(connection)
    .await?;
    Ok(reference(series.as_str(), number)?)
}

/// What failed, and the tags.
pub(crate) async fn attach(
    connection: &mut PgConnection,
    incident: IncidentId,
    components: &[ComponentId],
    tags: &[TagId],
) -> Result<(), StoreError> {
    let components: Vec<Uuid> = components.iter().map(|id| id.uuid()).collect();
    sqlx::query!(
        "insert into incident_components (incident_id, component_id) select $1, unnest($2::uuid[]) on conflict do nothing",
        incident.uuid(),
        &components
    )
    .execute(&mut *connection)
    .await?;
    let tags: Vec<Uuid> = tags.iter().map(|id| id.uuid()).collect();
    sqlx::query!(
        "insert into incident_tags (incident_id, tag_id) select $1, unnest($2::uuid[]) on conflict do nothing",
        incident.uuid(),
        &tags
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The tag of this name, whatever its capitals; a new one if need be.
pub(crate) async fn tag(connection: &mut PgConnection, name: &TagName) -> Result<TagId, StoreError> {
    let id = sqlx::query_scalar!(
        "insert into tags (id, name) values ($1, $2) on conflict (lower(name)) do update set name = tags.name returning id",
        Uuid::now_v7(),
        name.as_str()
    )
    .fetch_one(connection)
    .await?;
    Ok(id.into())
}

/// Somebody takes part: actively, or by following. Who is active stays active.
pub(crate) async fn join(
    connection: &mut PgConnection,
    incident: IncidentId,
    person: PersonId,
    active: bool,
    since: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        insert into participants (incident_id, person_id, engagement, since)
        values ($1, $2, case when $3 then 'active' else 'observer' end, $4)
        on conflict (incident_id, person_id) do update set engagement = 'active', since = excluded.since
        where participants.engagement = 'observer' and excluded.engagement = 'active'
        "#,
        incident.uuid(),
        person.uuid(),
        active,
        since
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Somebody may read a private incident.
pub(crate) async fn invite(
    connection: &mut PgConnection,
    incident: IncidentId,
    guest: PersonId,
    by: Option<PersonId>,
) -> Result<(), StoreError> {
    sqlx::query!(
        "insert into invitations (incident_id, person_id, invited_by) values ($1, $2, $3) on conflict do nothing",
        incident.uuid(),
        guest.uuid(),
        by.map(PersonId::uuid)
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A timeline item as it is written.
pub(crate) struct NewItem<'a> {
    pub(crate) kind: ItemKind,
    pub(crate) occurred_at: DateTime<Utc>,
    pub(crate) recorded_at: DateTime<Utc>,
    pub(crate) author: Option<PersonId>,
    pub(crate) label: Option<&'a str>,
    pub(crate) body: Cow<'a, str>,
    pub(crate) html: &'a str,
    pub(crate) data: Value,
    pub(crate) source: Source,
}

pub(crate) async fn item(
    connection: &mut PgConnection,
    incident: IncidentId,
    new: NewItem<'_>,
) -> Result<TimelineItemId, StoreError> {
    let id = Uuid::now_v7();
    sqlx::query!(
        r#"
        insert into timeline_items (id, incident_id, kind, occurred_at, recorded_at, author_id, author_label,
                                    body, body_html, data, source)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        "#,
        id,
        incident.uuid(),
        new.kind.as_str(),
        new.occurred_at,
        new.recorded_at,
        new.author.map(PersonId::uuid),
        new.label,
        &*new.body,
        new.html,
        new.data,
        new.source.as_str()
    )
    .execute(connection)
    .await?;
    Ok(id.into())
}

/// The row of an update, beside its timeline item.
pub(super) async fn update(
    connection: &mut PgConnection,
    incident: IncidentId,
    item: TimelineItemId,
    told: &Told<'_>,
) -> Result<UpdateId, StoreError> {
    let id = Uuid::now_v7();
    sqlx::query!(
        r#"
        insert into updates (id, incident_id, timeline_item_id, author_id, body, words, status, severity_id,
                             next_update_due_at, posted_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        "#,
        id,
        incident.uuid(),
        item.uuid(),
        told.author.map(PersonId::uuid),
        told.body,
        told.words,
        told.status,
        told.severity,
        told.next_update_due_at,
        told.posted_at
    )
    .execute(connection)
    .await?;
    Ok(id.into())
}

pub(super) struct Told<'a> {
    pub(super) author: Option<PersonId>,
    pub(super) body: &'a str,
    pub(super) words: &'a str,
    pub(super) status: Option<&'a str>,
    pub(super) severity: Option<Uuid>,
    pub(super) next_update_due_at: Option<DateTime<Utc>>,
    pub(super) posted_at: DateTime<Utc>,
}

/// A merge, with what its target is itself merged into, step by step: that is
/// known here and nowhere else. A target that the person may not read does not
/// exist for them.
pub(crate) async fn with_chain(
    connection: &mut PgConnection,
    who: Who,
    command: &Command,
) -> Result<Command, StoreError> {
    let Command::Merge { target, .. } = command else { return Ok(command.clone()) };
    let person = who.viewer().map(|viewer| viewer.person.uuid());
    let chain = sqlx::query!(
        r#"
        with recursive chain (id, place) as (
            select i.id, 0 from incidents i
            where i.id = $1 and ($2::uuid is null or i.visibility = 'public'
                                 or is_inside(i.id, i.reporter_id, i.lead_id, $2))
            union
            select i.merged_into_id, c.place + 1 from chain c join incidents i on i.id = c.id
            where i.merged_into_id is not null and c.place < 1000
        )
        select id as "id!" from chain order by place
        "#,
        target.uuid(),
        person
    )
    .fetch_all(connection)
    .await?;
    if chain.is_empty() {
        return Err(Refusal::TargetMissing.into());
    }
    let chain = chain.into_iter().skip(1).map(|row| row.id.into()).collect();
    Ok(Command::Merge { target: *target, chain })
}

/// Refuses a private incident while the company has switched them off.
pub(super) async fn private_incidents_on(
    connection: &mut PgConnection,
    visibility: Visibility,
) -> Result<(), StoreError> {
    if visibility == Visibility::Public {
        return Ok(());
    }
    let on = sqlx::query_scalar!(r#"select has_private_incidents() as "on!""#).fetch_one(connection).await?;
    if on { Ok(()) } else { Err(Refusal::PrivateIncidentsOff.into()) }
}
