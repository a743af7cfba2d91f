//! What of an incident stands in Slack: remembered when it is posted, so that it can be
//! changed in place and taken away.

use domain::incidents::{Kind, Visibility};
use domain::practice::is_announced;
use domain::{IncidentId, System};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{ANNOUNCE, CALL, REPLY, TAKE_BACK, key};
use crate::outbox::{Message, done, enqueue};
use crate::{Store, StoreError};

/// A message of ours in Slack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stands {
    /// The outbox row that posted it.
    pub id: Uuid,
    /// As Slack calls the channel.
    pub channel: String,
    /// As Slack calls the message.
    pub ts: String,
}

/// A message that Slack has taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Landed {
    /// The incident it is about.
    pub incident: IncidentId,
    /// Whether it is the announcement, and not something in its thread.
    pub is_announcement: bool,
    /// The outbox row and where the message is.
    pub stands: Stands,
    /// The channel as the outbox calls it.
    pub lane: String,
    /// Whether it is known to have called everybody.
    pub called: bool,
}

impl Store {
    /// Remembers a message that Slack has taken, and that its row is done. When the
    /// incident became private in the meantime, or another announcement stands already,
    /// it is taken back.
    pub async fn landed(&self, _worker: System, landed: Landed) -> Result<(), StoreError> {
        let store = self.clone();
        self.to_its_end(async move {
            let mut transaction = store.begin().await?;
            // Takes turns with the door: whoever makes the incident private comes before
            // this, and is seen here, or after it, and sees the message.
            let row =
                sqlx::query!("select kind, visibility from incidents where id = $1 for share", landed.incident.uuid())
                    .fetch_optional(&mut *transaction)
                    .await?;
            done(&mut transaction, landed.stands.id, Some(&landed.stands.ts)).await?;
            if let Some(row) = row {
                let open = is_announced(Kind::parse(&row.kind)?, Visibility::parse(&row.visibility)?);
                remember(&mut transaction, &landed, open).await?;
            }
            if landed.called {
                call_no_more(&mut transaction, landed.incident).await?;
            }
            transaction.commit().await?;
            Ok(())
        })
        .await
    }

    /// A message of ours is gone from Slack.
    pub async fn gone(&self, _worker: System, message: Uuid) -> Result<(), StoreError> {
        let store = self.clone();
        self.to_its_end(async move {
            let mut transaction = store.begin().await?;
            sqlx::query!("update slack_messages set taken_back_at = now() where id = $1", message)
                .execute(&mut *transaction)
                .await?;
            transaction.commit().await?;
            Ok(())
        })
        .await
    }
}

async fn remember(connection: &mut PgConnection, landed: &Landed, open: bool) -> Result<(), StoreError> {
    let alone = insert(connection, landed, if landed.is_announcement { "announcement" } else { "reply" }).await?;
    if !alone {
        // Posted twice, by two servers at once: the second goes.
        insert(connection, landed, "reply").await?;
    }
    if open && alone {
        return Ok(());
    }
    let is_announcement = landed.is_announcement && alone;
    let message = Message {
        incident: Some(landed.incident),
        channel: landed.lane.clone(),
        method: if is_announcement { ANNOUNCE } else { TAKE_BACK }.to_owned(),
        payload: if is_announcement { json!({}) } else { json!({ "message": landed.stands.id }) },
        coalesce_key: is_announcement.then(|| key(landed.incident)),
        urgent: true,
    };
    enqueue(connection, &message).await?;
    Ok(())
}

async fn insert(connection: &mut PgConnection, landed: &Landed, kind: &str) -> Result<bool, StoreError> {
    let inserted = sqlx::query!(
        r#"
        insert into slack_messages (id, incident_id, kind, channel_id, ts, called) values ($1, $2, $3, $4, $5, $6)
        on conflict do nothing
        "#,
        landed.stands.id,
        landed.incident.uuid(),
        kind,
        landed.stands.channel,
        landed.stands.ts,
        landed.called
    )
    .execute(connection)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// Everybody was called: a call that still waits would be the second.
async fn call_no_more(connection: &mut PgConnection, incident: IncidentId) -> Result<(), StoreError> {
    sqlx::query!(
        "update slack_outbox set done_at = now() where incident_id = $1 and method = $2 and done_at is null",
        incident.uuid(),
        CALL
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Whether everybody was called for an incident, or is about to be.
pub(super) async fn called(connection: &mut PgConnection, incident: IncidentId) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar!(
        r#"
        select exists (select 1 from slack_messages where incident_id = $1 and called)
            or exists (select 1 from slack_outbox
                       where incident_id = $1 and method = $2 and done_at is null and failed_at is null) as "called!"
        "#,
        incident.uuid(),
        CALL
    )
    .fetch_one(connection)
    .await?)
}

/// The announcement is to say nothing any more, what stands in its thread is to go, and
/// what waits is not to be said. Before everything else in the channel.
pub(super) async fn take_all_back(
    connection: &mut PgConnection,
    incident: IncidentId,
    channel: &str,
) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        delete from slack_outbox where id in (
            select id from slack_outbox
            where incident_id = $1 and method = any($2) and done_at is null and attempts = 0 for update skip locked)
        "#,
        incident.uuid(),
        &[REPLY.to_owned(), CALL.to_owned()]
    )
    .execute(&mut *connection)
    .await?;
    let standing = sqlx::query!(
        r#"
        select m.id, m.kind, coalesce(o.channel, m.channel_id) as "lane!"
        from slack_messages m left join slack_outbox o on o.id = m.id
        where m.incident_id = $1 and m.taken_back_at is null
        order by m.kind, m.posted_at
        "#,
        incident.uuid()
    )
    .fetch_all(&mut *connection)
    .await?;
    let lane = standing.iter().find(|row| row.kind == "announcement").map_or(channel, |row| &row.lane);
    if !lane.is_empty() {
        // Even when none stands: one may be on its way.
        let message = Message {
            incident: Some(incident),
            channel: lane.to_owned(),
            method: ANNOUNCE.to_owned(),
            payload: json!({}),
            coalesce_key: Some(key(incident)),
            urgent: true,
        };
        enqueue(connection, &message).await?;
    }
    for row in standing.iter().filter(|row| row.kind == "reply") {
        let message = Message {
            incident: Some(incident),
            channel: row.lane.clone(),
            method: TAKE_BACK.to_owned(),
            payload: json!({ "message": row.id }),
            coalesce_key: None,
            urgent: true,
        };
        enqueue(connection, &message).await?;
    }
    Ok(())
}
