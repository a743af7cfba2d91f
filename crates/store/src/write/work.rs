//! The rows of work: tasks, action items, and the hand-off of the lead.

use domain::PersonId;
use domain::incidents::{Event, HandOffStatus};
use sqlx::PgConnection;
use uuid::Uuid;

use super::events::Entry;
use crate::StoreError;

pub(super) async fn task(connection: &mut PgConnection, entry: &Entry<'_>, event: &Event) -> Result<(), StoreError> {
    let actor = entry.moment.actor.person().map(PersonId::uuid);
    match event {
        Event::TaskAdded { task, title, assignee } => {
            sqlx::query!(
                r#"
                insert into tasks (id, incident_id, title, assignee_id, created_by, created_at)
                values ($1, $2, $3, $4, $5, $6)
                "#,
                task.uuid(),
                entry.incident.uuid(),
                title.as_str(),
                assignee.map(PersonId::uuid),
                actor,
                entry.moment.now
            )
            .execute(connection)
            .await?;
        }
        Event::TaskAssigned { task, to, .. } => {
            sqlx::query!("update tasks set assignee_id = $2 where id = $1", task.uuid(), to.map(PersonId::uuid))
                .execute(connection)
                .await?;
        }
        Event::TaskRenamed { task, to, .. } => {
            sqlx::query!("update tasks set title = $2 where id = $1", task.uuid(), to.as_str())
                .execute(connection)
                .await?;
        }
        Event::TaskTicked { task, done } => {
            sqlx::query!(
                "update tasks set done_at = case when $2 then $3::timestamptz end, done_by = case when $2 then $4::uuid end where id = $1",
                task.uuid(),
                done,
                entry.moment.now,
                actor
            )
            .execute(connection)
            .await?;
        }
        Event::TaskPromoted { task, action } => {
            sqlx::query!("update tasks set promoted_to_id = $2 where id = $1", task.uuid(), action.uuid())
                .execute(connection)
                .await?;
        }
        _ => {}
    }
    Ok(())
}

pub(super) async fn action_item(
    connection: &mut PgConnection,
    entry: &Entry<'_>,
    event: &Event,
) -> Result<(), StoreError> {
    let Event::ActionItemAdded { action, title, aim, owner } = event else { return Ok(()) };
    sqlx::query!(
        r#"
        insert into action_items (id, incident_id, title, aim, owner_id, created_by, created_at, series, number)
        select $1, i.id, $3, $4, $5, $6, $7, case when i.visibility = 'private' then 'PRA' else 'ACT' end,
               nextval(case when i.visibility = 'private' then 'action_items_private_number'::regclass
                            else 'action_items_number_seq'::regclass end)
        from incidents i where i.id = $2
        "#,
        action.uuid(),
        entry.incident.uuid(),
        title.as_str(),
        aim.as_str(),
        owner.map(PersonId::uuid),
        entry.moment.actor.person().map(PersonId::uuid),
        entry.moment.now
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn offer(connection: &mut PgConnection, entry: &Entry<'_>, event: &Event) -> Result<(), StoreError> {
    let Event::HandOffOffered { hand_off, from, to, baton, expires_at } = event else { return Ok(()) };
    sqlx::query!(
        r#"
        insert into hand_offs (id, incident_id, from_id, to_id, note, note_html, offered_at, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        "#,
        hand_off.uuid(),
        entry.incident.uuid(),
        from.uuid(),
        to.uuid(),
        baton.note.as_str(),
        entry.text.html,
        entry.moment.now,
        expires_at
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn end_hand_off(
    connection: &mut PgConnection,
    entry: &Entry<'_>,
    hand_off: Uuid,
    how: HandOffStatus,
) -> Result<(), StoreError> {
    sqlx::query!(
        "update hand_offs set status = $2, answered_at = $3 where id = $1",
        hand_off,
        how.as_str(),
        entry.moment.now
    )
    .execute(connection)
    .await?;
    Ok(())
}
