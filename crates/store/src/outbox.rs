//! Messages to Slack, stored in the transaction that causes them and sent by a
//! worker afterwards: a page never waits for Slack, and nothing is lost when it
//! is away.
//!
//! One message of a channel is in flight at a time, the oldest first. Taking one
//! reserves it for thirty seconds; a worker that dies loses nothing but that time.

use std::time::Duration;

use domain::{IncidentId, System};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{Store, StoreError};

/// A call of Slack's Web API that is to be made.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// The incident it is about.
    pub incident: Option<IncidentId>,
    /// The channel, which also says what must stay in order.
    pub channel: String,
    /// For example `chat.postMessage`.
    pub method: String,
    /// Its arguments.
    pub payload: Value,
    /// A newer message with the same key replaces one that still waits.
    pub coalesce_key: Option<String>,
}

/// A message that a worker has taken.
#[derive(Clone, Debug, PartialEq)]
pub struct DueMessage {
    /// For [`Store::done`], [`Store::retry_later`] and [`Store::give_up`]; also
    /// the message's own id in Slack's metadata, so that an unsure sending can
    /// be looked up.
    pub id: Uuid,
    /// What to send.
    pub message: Message,
    /// How often it was taken, this time included.
    pub attempts: u16,
}

/// After so many tries a message is left alone and shown to an admin.
pub const MOST_ATTEMPTS: u16 = 10;

/// Puts a message into the outbox, as part of the write that causes it.
pub(crate) async fn enqueue(connection: &mut PgConnection, message: &Message) -> Result<Uuid, StoreError> {
    if let Some(key) = &message.coalesce_key {
        sqlx::query!(
            r#"
            delete from slack_outbox where id in (
                select id from slack_outbox
                where coalesce_key = $1 and channel = $2 and done_at is null and failed_at is null and attempts = 0
                for update skip locked)
            "#,
            key,
            message.channel
        )
        .execute(&mut *connection)
        .await?;
    }
    let id = Uuid::now_v7();
    sqlx::query!(
        r#"
        insert into slack_outbox (id, incident_id, channel, method, payload, coalesce_key, created_at, next_try_at)
        values ($1, $2, $3, $4, $5, $6, clock_timestamp(), clock_timestamp())
        "#,
        id,
        message.incident.map(IncidentId::uuid),
        message.channel,
        message.method,
        message.payload,
        message.coalesce_key
    )
    .execute(connection)
    .await?;
    Ok(id)
}

impl Store {
    /// Puts a message into the outbox that no incident causes.
    pub async fn enqueue(&self, _worker: System, message: Message) -> Result<Uuid, StoreError> {
        let store = self.clone();
        self.to_its_end(async move {
            let mut transaction = store.begin().await?;
            let id = enqueue(&mut transaction, &message).await?;
            transaction.commit().await?;
            Ok(id)
        })
        .await
    }

    /// Takes up to `most` messages whose time has come: of each channel only the
    /// oldest, and none of a channel that has one in flight or is waiting.
    pub async fn take_due(&self, _worker: System, most: u16) -> Result<Vec<DueMessage>, StoreError> {
        let store = self.clone();
        self.to_its_end(async move {
            let mut transaction = store.begin().await?;
            let rows = sqlx::query!(
                r#"
                update slack_outbox set attempts = attempts + 1, next_try_at = now() + interval '30 seconds'
                where id in (
                    select o.id from slack_outbox o
                    where o.done_at is null and o.failed_at is null and o.next_try_at <= now()
                      and not exists (
                          select 1 from slack_outbox earlier
                          where earlier.channel = o.channel and earlier.done_at is null and earlier.failed_at is null
                            and (earlier.created_at, earlier.id) < (o.created_at, o.id))
                    order by o.created_at, o.id
                    limit $1
                    for update skip locked)
                returning id, incident_id, channel, method, payload, coalesce_key, attempts, created_at
                "#,
                i64::from(most)
            )
            .fetch_all(&mut *transaction)
            .await?;
            transaction.commit().await?;
            let mut rows = rows;
            rows.sort_by_key(|row| (row.created_at, row.id));
            Ok(rows
                .into_iter()
                .map(|row| DueMessage {
                    id: row.id,
                    message: Message {
                        incident: row.incident_id.map(IncidentId::from_uuid),
                        channel: row.channel,
                        method: row.method,
                        payload: row.payload,
                        coalesce_key: row.coalesce_key,
                    },
                    attempts: u16::try_from(row.attempts).unwrap_or(u16::MAX),
                })
                .collect())
        })
        .await
    }

    /// Slack has it. `slack_ts` is what Slack calls the message.
    pub async fn done(&self, _worker: System, id: Uuid, slack_ts: Option<String>) -> Result<(), StoreError> {
        let store = self.clone();
        self.to_its_end(async move {
            let mut transaction = store.begin().await?;
            sqlx::query!(
                "update slack_outbox set done_at = now(), slack_ts = $2, last_error = null where id = $1",
                id,
                slack_ts
            )
            .execute(&mut *transaction)
            .await?;
            transaction.commit().await?;
            Ok(())
        })
        .await
    }

    /// Slack would not have it now: again after `pause`. `error` is a code of
    /// Slack's, never a text with a secret. After [`MOST_ATTEMPTS`] it is given up.
    pub async fn retry_later(
        &self,
        _worker: System,
        id: Uuid,
        pause: Duration,
        error: String,
    ) -> Result<(), StoreError> {
        let store = self.clone();
        self.to_its_end(async move {
            let mut transaction = store.begin().await?;
            sqlx::query!(
                r#"
                update slack_outbox set
                    next_try_at = now() + make_interval(secs => $2),
                    last_error = $3,
                    failed_at = case when attempts >= $4 then now() end
                where id = $1 and done_at is null
                "#,
                id,
                pause.as_secs_f64(),
                error,
                i16::try_from(MOST_ATTEMPTS).unwrap_or(i16::MAX)
            )
            .execute(&mut *transaction)
            .await?;
            transaction.commit().await?;
            Ok(())
        })
        .await
    }

    /// Slack will never have it. It stays, with the reason, to be shown.
    pub async fn give_up(&self, _worker: System, id: Uuid, error: String) -> Result<(), StoreError> {
        let store = self.clone();
        self.to_its_end(async move {
            let mut transaction = store.begin().await?;
            sqlx::query!(
                "update slack_outbox set failed_at = now(), last_error = $2 where id = $1 and done_at is null",
                id,
                error
            )
            .execute(&mut *transaction)
            .await?;
            transaction.commit().await?;
            Ok(())
        })
        .await
    }
}
