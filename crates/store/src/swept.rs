//! What people were told long ago goes: it is written down in the incidents themselves.

use sqlx::PgConnection;

use crate::StoreError;

/// Notifications that were read are kept so many days.
const NOTIFICATIONS_KEPT: i32 = 90;
/// Messages that Slack has taken are kept so many days. One that stands in Slack and can be
/// changed or taken back stays.
const MESSAGES_KEPT: i32 = 30;
/// At most so many rows of a kind go at once, so that nobody waits for it.
const MOST: i64 = 5_000;

/// Sweeps up a part of what is old. Answers how many rows went.
pub(crate) async fn what_was_told(connection: &mut PgConnection) -> Result<u64, StoreError> {
    let notifications = sqlx::query!(
        r#"
        delete from notifications where id in (
            select id from notifications
            where read_at is not null and created_at < now() - make_interval(days => $1)
            order by created_at limit $2 for update skip locked)
        "#,
        NOTIFICATIONS_KEPT,
        MOST
    )
    .execute(&mut *connection)
    .await?;
    let messages = sqlx::query!(
        r#"
        delete from slack_outbox where id in (
            select o.id from slack_outbox o
            where o.done_at < now() - make_interval(days => $1)
              and not exists (select 1 from slack_messages m where m.id = o.id and m.taken_back_at is null)
            order by o.done_at limit $2 for update of o skip locked)
        "#,
        MESSAGES_KEPT,
        MOST
    )
    .execute(connection)
    .await?;
    Ok(notifications.rows_affected() + messages.rows_affected())
}
