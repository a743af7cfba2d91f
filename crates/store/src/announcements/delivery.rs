//! What could not be delivered, for whoever looks at the incident.

use chrono::{DateTime, Utc};
use domain::{IncidentId, Refusal, Viewer};
use sqlx::PgConnection;

use crate::outbox::LATE;
use crate::pool::Held;
use crate::{Store, StoreError, write};

/// Something about an incident that Slack has not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undelivered {
    /// [`ANNOUNCE`](super::ANNOUNCE), [`REPLY`](super::REPLY), …
    pub what: String,
    /// The channel's name or id, or the name of the person it was for.
    pub to: String,
    /// A code of Slack's, or `away`, `unreadable`, `rate_limited`.
    pub why: String,
    /// Whether nobody tries any more.
    pub given_up: bool,
    /// Since when it waits.
    pub since: DateTime<Utc>,
}

/// As many are told of at most.
const MOST: i64 = 20;

/// What about an incident could not be delivered to Slack: given up, or failed and older
/// than [`LATE`]. For whoever may read it, which is the caller's to check.
pub(crate) async fn undelivered(
    connection: &mut PgConnection,
    incident: IncidentId,
) -> Result<Vec<Undelivered>, StoreError> {
    let rows = sqlx::query!(
        r#"
        select o.method, coalesce(p.name, o.channel) as "to!", coalesce(o.last_error, '') as "why!",
               o.failed_at is not null as "given_up!", o.created_at
        from slack_outbox o
        left join people p on p.slack_user_id = o.channel
        where o.incident_id = $1 and o.done_at is null
          and (o.failed_at is not null
               or (o.last_error is not null and o.created_at < now() - make_interval(secs => $3)))
        order by o.created_at, o.id
        limit $2
        "#,
        incident.uuid(),
        MOST,
        LATE.as_secs_f64()
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Undelivered {
            what: row.method,
            to: row.to,
            why: row.why,
            given_up: row.given_up,
            since: row.created_at,
        })
        .collect())
}

impl Store {
    /// What about an incident could not be delivered. Nothing for whoever may not read it.
    pub async fn undelivered(&self, viewer: &Viewer, incident: IncidentId) -> Result<Vec<Undelivered>, StoreError> {
        let mut connection = Held::of(&self.reads).await?;
        let read = async {
            if is_readable(&mut connection, viewer, incident).await? {
                undelivered(&mut connection, incident).await
            } else {
                Ok(Vec::new())
            }
        }
        .await;
        connection.done();
        read
    }

    /// Tries again whatever of an incident could not be delivered, in the order in which it
    /// was meant to be. Refused:
    /// [`Refusal::NotFound`] for whoever may not read it.
    pub async fn deliver_again(&self, viewer: &Viewer, incident: IncidentId) -> Result<(), StoreError> {
        let (store, viewer) = (self.clone(), *viewer);
        self.to_its_end(async move {
            let mut transaction = store.begin().await?;
            if !is_readable(&mut transaction, &viewer, incident).await? {
                return Err(Refusal::NotFound.into());
            }
            sqlx::query!(
                r#"
                update slack_outbox set
                    tried_again_at = clock_timestamp(), next_try_at = clock_timestamp(), failed_at = null, attempts = 0
                where incident_id = $1 and done_at is null and failed_at is not null
                "#,
                incident.uuid()
            )
            .execute(&mut *transaction)
            .await?;
            let data = serde_json::Value::Null;
            let of = Some(incident.uuid());
            write::record(&mut transaction, (&viewer).into(), "delivered_again", of, data).await?;
            write::wake(&mut transaction, incident).await?;
            transaction.commit().await?;
            Ok(())
        })
        .await
    }
}

async fn is_readable(connection: &mut PgConnection, viewer: &Viewer, incident: IncidentId) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar!(
        r#"
        select exists (select 1 from incidents i where i.id = $1
            and (i.visibility = 'public' or is_inside(i.id, i.reporter_id, i.lead_id, $2))) as "readable!"
        "#,
        incident.uuid(),
        viewer.person.uuid()
    )
    .fetch_one(connection)
    .await?)
}
