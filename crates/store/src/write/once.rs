//! A request that is sent again does nothing twice.

use std::borrow::Cow;

use domain::incidents::Command;
use domain::{Actor, Refusal, RequestId};
use serde::Serialize;
use sha2::{Digest, Sha256};
use sqlx::PgConnection;

use super::Outcome;
use crate::StoreError;

/// Tells one content from another.
pub(crate) fn fingerprint(content: &impl Serialize) -> Result<Vec<u8>, StoreError> {
    let bytes = serde_json::to_vec(content).map_err(|error| StoreError::Broken(sqlx::Error::Encode(error.into())))?;
    Ok(Sha256::digest(bytes).to_vec())
}

/// A command as it was sent. When the next update is due is counted from the moment at
/// which the form arrives, so that the same form, sent again, names another moment.
pub(super) fn as_sent(command: &Command) -> Cow<'_, Command> {
    match command {
        Command::Update { body, status, severity, next_update_due_at: Some(_) } => Cow::Owned(Command::Update {
            body: body.clone(),
            status: *status,
            severity: *severity,
            next_update_due_at: None,
        }),
        other => Cow::Borrowed(other),
    }
}

/// Takes the request id for this transaction, or gives what it led to before.
/// Waits for another transaction that is at the same request. The same id by
/// somebody else or with other content is [`Refusal::RequestReused`].
pub(super) async fn begin(
    connection: &mut PgConnection,
    request: RequestId,
    actor: Actor,
    content: &[u8],
) -> Result<Option<Outcome>, StoreError> {
    let person = actor.person().map(|person| person.uuid());
    let new = sqlx::query!(
        "insert into requests (id, actor_id, fingerprint) values ($1, $2, $3) on conflict (id) do nothing",
        request.uuid(),
        person,
        content
    )
    .execute(&mut *connection)
    .await?;
    if new.rows_affected() == 1 {
        return Ok(None);
    }
    let before = sqlx::query!("select actor_id, fingerprint, outcome from requests where id = $1", request.uuid())
        .fetch_one(connection)
        .await?;
    if before.actor_id != person || before.fingerprint != content {
        return Err(Refusal::RequestReused.into());
    }
    let outcome = serde_json::from_value(before.outcome);
    Ok(Some(outcome.map_err(|error| StoreError::Broken(sqlx::Error::Decode(error.into())))?))
}

/// Keeps what the request led to.
pub(super) async fn end(
    connection: &mut PgConnection,
    request: RequestId,
    outcome: &Outcome,
) -> Result<(), StoreError> {
    let outcome =
        serde_json::to_value(outcome).map_err(|error| StoreError::Broken(sqlx::Error::Encode(error.into())))?;
    sqlx::query!("update requests set outcome = $2 where id = $1", request.uuid(), outcome).execute(connection).await?;
    Ok(())
}
