//! Messages to Slack, stored in the transaction that causes them and sent by a
//! worker afterwards: a page never waits for Slack, and nothing is lost when it
//! is away.
//!
//! A row about an incident says which message is meant and holds ids only; its words
//! are read when it is sent. One message of a channel is in flight at a time, the oldest
//! first, and at most one a second. Taking one reserves it for thirty seconds; a worker
//! that dies loses nothing but that time, and leaves the row marked as unsure.

use std::time::Duration;

use domain::{IncidentId, System};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{Store, StoreError, write};

/// Something that is to be said in Slack.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Message {
    /// The incident it is about.
    pub incident: Option<IncidentId>,
    /// The channel, which also says what must stay in order.
    pub channel: String,
    /// What is to be done: a method of Slack's Web API, or one of the kinds of
    /// [`announcements`](crate::announcements).
    pub method: String,
    /// A method's arguments, or the ids of what it is about.
    pub payload: Value,
    /// One that still waits with the same key takes this one's payload on and keeps its
    /// place, so that many changes make one message.
    pub coalesce_key: Option<String>,
    /// Goes before all others of its channel.
    pub urgent: bool,
}

/// A message that a worker has taken.
#[derive(Clone, Debug, PartialEq)]
pub struct DueMessage {
    /// For [`Store::done`], [`Store::retry_later`] and [`Store::give_up`]; also
    /// the message's own mark in Slack, so that an unsure sending can be looked up.
    pub id: Uuid,
    /// What to send.
    pub message: Message,
    /// How often it was taken, this time included.
    pub attempts: u16,
    /// Whether an earlier try may have worked although nobody knows.
    pub unsure: bool,
    /// When it was put into the outbox, in seconds since 1970.
    pub created_at: i64,
}

/// After so long a message that Slack would not take is given up, with the reason.
pub const PATIENCE: Duration = Duration::from_secs(24 * 3600);

/// After so long a message that failed and is tried again is shown on its incident.
pub const LATE: Duration = Duration::from_secs(60);

/// Puts a message into the outbox, as part of the write that causes it.
pub(crate) async fn enqueue(connection: &mut PgConnection, message: &Message) -> Result<Uuid, StoreError> {
    if let Some(key) = &message.coalesce_key {
        // Waits for a worker that is just taking it: then it is in flight, and a new row follows.
        let waiting = sqlx::query_scalar!(
            r#"
            update slack_outbox set payload = payload || $3, method = $4, urgent = urgent or $5
            where id = (
                select id from slack_outbox
                where coalesce_key = $1 and channel = $2 and done_at is null and failed_at is null and attempts = 0
                order by created_at, id limit 1
                for update)
            returning id
            "#,
            key,
            message.channel,
            message.payload,
            message.method,
            message.urgent
        )
        .fetch_optional(&mut *connection)
        .await?;
        if let Some(id) = waiting {
            return Ok(id);
        }
    }
    let id = Uuid::now_v7();
    sqlx::query!(
        r#"
        insert into slack_outbox
            (id, incident_id, channel, method, payload, coalesce_key, urgent, created_at, next_try_at)
        values ($1, $2, $3, $4, $5, $6, $7, clock_timestamp(), clock_timestamp())
        "#,
        id,
        message.incident.map(IncidentId::uuid),
        message.channel,
        message.method,
        message.payload,
        message.coalesce_key,
        message.urgent
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
    /// first, none of a channel that has one in flight, was written to within the
    /// last second, or in which Slack wants nothing now.
    pub async fn take_due(&self, _worker: System, most: u16) -> Result<Vec<DueMessage>, StoreError> {
        let store = self.clone();
        self.to_its_end(async move {
            let mut transaction = store.begin().await?;
            let mut rows = sqlx::query!(
                r#"
                with due as (
                    select o.id, o.unsure from slack_outbox o
                    where o.done_at is null and o.failed_at is null and o.next_try_at <= now()
                      and not exists (
                          select 1 from slack_outbox earlier
                          where earlier.channel = o.channel and earlier.done_at is null and earlier.failed_at is null
                            and (not earlier.urgent, earlier.created_at, earlier.id) < (not o.urgent, o.created_at, o.id))
                      and not exists (
                          select 1 from slack_outbox recent
                          where recent.channel = o.channel and recent.done_at > now() - interval '1 second')
                      and not exists (select 1 from slack_pauses p where p.what = o.channel and p.until > now())
                    order by o.urgent desc, o.created_at, o.id
                    limit $1
                    for update skip locked)
                update slack_outbox o set
                    attempts = attempts + 1, next_try_at = now() + interval '30 seconds', unsure = true
                from due where o.id = due.id
                returning o.id, o.incident_id, o.channel, o.method, o.payload, o.coalesce_key, o.urgent, o.attempts,
                          o.created_at, due.unsure as "was_unsure!"
                "#,
                i64::from(most)
            )
            .fetch_all(&mut *transaction)
            .await?;
            transaction.commit().await?;
            rows.sort_by_key(|row| (!row.urgent, row.created_at, row.id));
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
                        urgent: row.urgent,
                    },
                    attempts: u16::try_from(row.attempts).unwrap_or(u16::MAX),
                    unsure: row.was_unsure,
                    created_at: row.created_at.timestamp(),
                })
                .collect())
        })
        .await
    }

    /// It is done. `slack_ts` is what Slack calls the message, when there is one.
    pub async fn done(&self, _worker: System, id: Uuid, slack_ts: Option<String>) -> Result<(), StoreError> {
        let store = self.clone();
        self.to_its_end(async move {
            let mut transaction = store.begin().await?;
            done(&mut transaction, id, slack_ts.as_deref()).await?;
            transaction.commit().await?;
            Ok(())
        })
        .await
    }

    /// Slack would not have it now: again after `pause`. `error` is a code, never a
    /// text with a secret. `unsure` says that Slack may have it all the same. After
    /// [`PATIENCE`] it is given up. The incident's open pages say so once it is worth a
    /// word ([`LATE`]).
    pub async fn retry_later(
        &self,
        _worker: System,
        id: Uuid,
        pause: Duration,
        error: String,
        unsure: bool,
    ) -> Result<(), StoreError> {
        let store = self.clone();
        self.to_its_end(async move {
            let mut transaction = store.begin().await?;
            let late = sqlx::query_scalar!(
                r#"
                update slack_outbox set
                    next_try_at = now() + make_interval(secs => $2),
                    last_error = $3,
                    unsure = $4,
                    failed_at = case
                        when coalesce(tried_again_at, created_at) < now() - make_interval(secs => $5) then now() end
                where id = $1 and done_at is null
                returning case when created_at < now() - make_interval(secs => $6) then incident_id end
                "#,
                id,
                pause.as_secs_f64(),
                error,
                unsure,
                PATIENCE.as_secs_f64(),
                LATE.as_secs_f64()
            )
            .fetch_optional(&mut *transaction)
            .await?;
            if let Some(incident) = late.flatten() {
                write::wake(&mut transaction, incident.into()).await?;
            }
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
            let of = sqlx::query_scalar!(
                r#"
                update slack_outbox set failed_at = now(), last_error = $2 where id = $1 and done_at is null
                returning incident_id
                "#,
                id,
                error
            )
            .fetch_optional(&mut *transaction)
            .await?;
            // Its pages say so.
            if let Some(incident) = of.flatten() {
                write::wake(&mut transaction, incident.into()).await?;
            }
            transaction.commit().await?;
            Ok(())
        })
        .await
    }

    /// Slack asks to wait before `method` is called again, and before anything is
    /// said in `channel`. Every server keeps to it.
    pub async fn pause_slack(
        &self,
        _worker: System,
        method: &'static str,
        channel: &str,
        wait: Duration,
    ) -> Result<(), StoreError> {
        let (store, what) = (self.clone(), vec![method.to_owned(), channel.to_owned()]);
        self.to_its_end(async move {
            let mut transaction = store.begin().await?;
            sqlx::query!(
                r#"
                insert into slack_pauses as p (what, until)
                select w, clock_timestamp() + make_interval(secs => $2) from unnest($1::text[]) w order by w
                on conflict (what) do update set until = greatest(p.until, excluded.until)
                "#,
                &what,
                wait.as_secs_f64()
            )
            .execute(&mut *transaction)
            .await?;
            sqlx::query!("delete from slack_pauses where until < now() - interval '1 hour'")
                .execute(&mut *transaction)
                .await?;
            transaction.commit().await?;
            Ok(())
        })
        .await
    }

    /// How long Slack wants no call of `method` yet.
    pub async fn slack_pause(&self, _worker: System, method: &'static str) -> Result<Option<Duration>, StoreError> {
        let mut connection = crate::pool::Held::of(&self.reads).await?;
        let left = sqlx::query_scalar!(
            r#"
            select extract(epoch from until - clock_timestamp())::float8 as "left!"
            from slack_pauses where what = $1 and until > clock_timestamp()
            "#,
            method
        )
        .fetch_optional(&mut *connection)
        .await;
        connection.done();
        Ok(left?.map(Duration::from_secs_f64))
    }
}

/// It is done, in the transaction that remembers what came of it.
pub(crate) async fn done(connection: &mut PgConnection, id: Uuid, slack_ts: Option<&str>) -> Result<(), StoreError> {
    let was_late = sqlx::query_scalar!(
        r#"
        with late as (select incident_id from slack_outbox where id = $1 and last_error is not null)
        update slack_outbox set done_at = clock_timestamp(), slack_ts = $2, last_error = null, unsure = false
        where id = $1 returning (select incident_id from late)
        "#,
        id,
        slack_ts
    )
    .fetch_optional(&mut *connection)
    .await?;
    if let Some(incident) = was_late.flatten() {
        write::wake(connection, incident.into()).await?;
    }
    Ok(())
}
