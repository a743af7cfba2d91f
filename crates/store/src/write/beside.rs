//! The rows beside the incident's own that an event changes.

use domain::incidents::{Event, Role};
use domain::key_times::{KeyTime, KeyTimeKind};
use domain::{IncidentId, PersonId, TimelineItemId};
use sqlx::PgConnection;
use uuid::Uuid;

use super::events::Entry;
use super::rows::{invite, join};
use super::work::{action_item, end_hand_off, offer, task};
use crate::StoreError;

/// Makes what an event says true in the tables around the incident.
pub(super) async fn change(connection: &mut PgConnection, entry: &Entry<'_>, event: &Event) -> Result<(), StoreError> {
    match event {
        Event::RoleGiven { role, person, .. } => {
            end_role(connection, entry, *role).await?;
            give_role(connection, entry, *role, *person).await
        }
        Event::RoleEnded { role, .. } => end_role(connection, entry, *role).await,
        Event::KeyTimeSet(key_time) => {
            supersede(connection, entry, key_time.kind).await?;
            write_down(connection, entry, key_time).await
        }
        Event::KeyTimeSuperseded { kind } => supersede(connection, entry, *kind).await,
        Event::CauseSettled { evidence, .. } => show_by(connection, entry, evidence).await,
        Event::ItemEdited { .. } => edit(connection, entry, event).await,
        Event::ItemHidden { item } => hide(connection, entry, *item, true).await,
        Event::ItemRestored { item } => hide(connection, entry, *item, false).await,
        Event::LinkAttached { .. }
        | Event::LinkRemoved { .. }
        | Event::ComponentAdded { .. }
        | Event::ComponentRemoved { .. }
        | Event::TagAdded { .. }
        | Event::TagRemoved { .. } => attach(connection, entry, event).await,
        Event::Related { other } => relate(connection, entry, *other, true).await,
        Event::Unrelated { other } => relate(connection, entry, *other, false).await,
        Event::PersonJoined { person } => join(connection, entry.incident, *person, false, entry.moment.now).await,
        Event::PersonInvited { person } => {
            invite(connection, entry.incident, *person, entry.moment.actor.person()).await?;
            join(connection, entry.incident, *person, false, entry.moment.now).await
        }
        Event::PersonLeft { person } => {
            // Whoever stops following a public incident is not inside when it goes private.
            sqlx::query!(
                r#"
                delete from invitations v using incidents i
                where v.incident_id = $1 and v.person_id = $2 and i.id = v.incident_id and i.visibility = 'public'
                "#,
                entry.incident.uuid(),
                person.uuid()
            )
            .execute(&mut *connection)
            .await?;
            leave(connection, entry.incident, *person).await
        }
        Event::PersonRemoved { person } => {
            sqlx::query!(
                "delete from invitations where incident_id = $1 and person_id = $2",
                entry.incident.uuid(),
                person.uuid()
            )
            .execute(&mut *connection)
            .await?;
            leave(connection, entry.incident, *person).await
        }
        Event::TaskAdded { .. }
        | Event::TaskAssigned { .. }
        | Event::TaskRenamed { .. }
        | Event::TaskTicked { .. }
        | Event::TaskPromoted { .. } => task(connection, entry, event).await,
        Event::ActionItemAdded { .. } => action_item(connection, entry, event).await,
        Event::HandOffOffered { .. } => offer(connection, entry, event).await,
        Event::HandOffEnded { hand_off, how, .. } => end_hand_off(connection, entry, hand_off.uuid(), *how).await,
        Event::Declared(_)
        | Event::StatusChanged { .. }
        | Event::Merged { .. }
        | Event::Reopened { .. }
        | Event::SeverityChanged { .. }
        | Event::Renamed { .. }
        | Event::Summarised { .. }
        | Event::NextUpdatePromised { .. }
        | Event::Noted { .. }
        | Event::Updated { .. }
        | Event::PostmortemAssigned { .. }
        | Event::VisibilityChanged { .. }
        | Event::TriageBoxed { .. } => Ok(()),
    }
}

async fn give_role(
    connection: &mut PgConnection,
    entry: &Entry<'_>,
    role: Role,
    person: PersonId,
) -> Result<(), StoreError> {
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

/// The evidence of a cause, replaced as a whole.
async fn show_by(
    connection: &mut PgConnection,
    entry: &Entry<'_>,
    evidence: &[TimelineItemId],
) -> Result<(), StoreError> {
    let evidence: Vec<Uuid> = evidence.iter().map(|item| item.uuid()).collect();
    sqlx::query!(
        "delete from cause_evidence where incident_id = $1 and item_id <> all($2)",
        entry.incident.uuid(),
        &evidence
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "insert into cause_evidence (incident_id, item_id) select $1, unnest($2::uuid[]) on conflict do nothing",
        entry.incident.uuid(),
        &evidence
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What the item said before is kept; an update says the new words everywhere.
async fn edit(connection: &mut PgConnection, entry: &Entry<'_>, event: &Event) -> Result<(), StoreError> {
    let Event::ItemEdited { item, body_before, occurred_at_before, body, occurred_at } = event else { return Ok(()) };
    sqlx::query!(
        r#"
        insert into timeline_revisions (id, item_id, occurred_at, body, replaced_at, replaced_by)
        values ($1, $2, $3, $4, $5, $6)
        "#,
        Uuid::now_v7(),
        item.uuid(),
        occurred_at_before,
        body_before,
        entry.moment.recorded_at,
        entry.moment.actor.person().map(PersonId::uuid)
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "update timeline_items set body = $2, body_html = $3, occurred_at = $4, edited_at = $5 where id = $1",
        item.uuid(),
        body.as_str(),
        entry.text.html,
        occurred_at,
        entry.moment.recorded_at
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "update updates set body = $2, words = $3 where timeline_item_id = $1",
        item.uuid(),
        body.as_str(),
        entry.text.words
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn hide(
    connection: &mut PgConnection,
    entry: &Entry<'_>,
    item: TimelineItemId,
    hidden: bool,
) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        update timeline_items set hidden_at = case when $2 then $3::timestamptz end,
                                  hidden_by = case when $2 then $4::uuid end
        where id = $1
        "#,
        item.uuid(),
        hidden,
        entry.moment.recorded_at,
        entry.moment.actor.person().map(PersonId::uuid)
    )
    .execute(&mut *connection)
    .await?;
    // The incident's last words follow a touch of the update, by trigger.
    sqlx::query!("update updates set words = words where timeline_item_id = $1", item.uuid())
        .execute(connection)
        .await?;
    Ok(())
}

/// Links, components and tags.
async fn attach(connection: &mut PgConnection, entry: &Entry<'_>, event: &Event) -> Result<(), StoreError> {
    let incident = entry.incident.uuid();
    match event {
        Event::LinkAttached { link, url, label } => {
            sqlx::query!(
                r#"
                insert into incident_links (id, incident_id, url, label, added_by, added_at)
                values ($1, $2, $3, $4, $5, $6)
                "#,
                link.uuid(),
                incident,
                url.as_str(),
                label.as_ref().map_or_else(|| said_by(url.as_str()), |label| label.as_str().to_owned()),
                entry.moment.actor.person().map(PersonId::uuid),
                entry.moment.now
            )
            .execute(connection)
            .await?;
        }
        Event::LinkRemoved { link } => {
            sqlx::query!(
                "update incident_links set removed_at = $2 where id = $1",
                link.uuid(),
                entry.moment.recorded_at
            )
            .execute(connection)
            .await?;
        }
        Event::ComponentAdded { component } => super::attach(connection, entry.incident, &[*component], &[]).await?,
        Event::ComponentRemoved { component } => {
            sqlx::query!(
                "delete from incident_components where incident_id = $1 and component_id = $2",
                incident,
                component.uuid()
            )
            .execute(connection)
            .await?;
        }
        Event::TagAdded { name } => {
            let tag = super::rows::tag(connection, name).await?;
            super::attach(connection, entry.incident, &[], &[tag]).await?;
        }
        Event::TagRemoved { tag } => {
            sqlx::query!("delete from incident_tags where incident_id = $1 and tag_id = $2", incident, tag.uuid())
                .execute(connection)
                .await?;
        }
        _ => {}
    }
    Ok(())
}

/// What a link is called when nobody says: its address without the beginning that
/// all addresses share, cut short.
pub(super) fn said_by(url: &str) -> String {
    let short = url.split_once("://").map_or(url, |(_, rest)| rest).trim_end_matches('/');
    if short.chars().count() <= 120 {
        return short.to_owned();
    }
    short.chars().take(119).chain(['…']).collect()
}

/// Each pair stands once, the smaller id first.
async fn relate(
    connection: &mut PgConnection,
    entry: &Entry<'_>,
    other: IncidentId,
    related: bool,
) -> Result<(), StoreError> {
    if related {
        sqlx::query!(
            r#"
            insert into related_incidents (a_id, b_id, related_by, related_at)
            values (least($1::uuid, $2::uuid), greatest($1::uuid, $2::uuid), $3, $4) on conflict do nothing
            "#,
            entry.incident.uuid(),
            other.uuid(),
            entry.moment.actor.person().map(PersonId::uuid),
            entry.moment.now
        )
        .execute(connection)
        .await?;
    } else {
        sqlx::query!(
            "delete from related_incidents where a_id = least($1::uuid, $2::uuid) and b_id = greatest($1::uuid, $2::uuid)",
            entry.incident.uuid(),
            other.uuid()
        )
        .execute(connection)
        .await?;
    }
    Ok(())
}

async fn leave(connection: &mut PgConnection, incident: IncidentId, person: PersonId) -> Result<(), StoreError> {
    sqlx::query!("delete from participants where incident_id = $1 and person_id = $2", incident.uuid(), person.uuid())
        .execute(connection)
        .await?;
    Ok(())
}
