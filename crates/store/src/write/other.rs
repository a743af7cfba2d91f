//! What concerns two incidents at once: merging and relating.

use domain::incidents::{Command, Event};
use domain::{Actor, IncidentId};
use serde_json::json;
use sqlx::PgConnection;

use super::{record_in, wake};
use crate::StoreError;

/// Locks the incidents that one write concerns, the smaller id first, so that two
/// writes that concern the same two take turns.
pub(crate) async fn lock_both(
    connection: &mut PgConnection,
    incident: IncidentId,
    command: &Command,
) -> Result<(), StoreError> {
    let Some(other) = other(command) else { return Ok(()) };
    sqlx::query!(
        "select id from incidents where id = any($1) order by id for update",
        &[incident.uuid(), other.uuid()][..]
    )
    .fetch_all(connection)
    .await?;
    Ok(())
}

/// The other incident that a command concerns.
pub(crate) fn other(command: &Command) -> Option<IncidentId> {
    match command {
        Command::Merge { target: other, .. } | Command::Relate { other } | Command::Unrelate { other } => Some(*other),
        _ => None,
    }
}

/// What happened in one incident concerns another: its log says so, and its pages wake.
/// Of a private one nothing is written there: that something happened would tell of it.
pub(crate) async fn tell_other(
    connection: &mut PgConnection,
    actor: Actor,
    incident: IncidentId,
    other: IncidentId,
    events: &[Event],
) -> Result<(), StoreError> {
    let is_told = sqlx::query_scalar!(
        r#"select exists (select 1 from incidents where id = $1 and visibility = 'public') as "is_told!""#,
        incident.uuid()
    )
    .fetch_one(&mut *connection)
    .await?;
    for event in events.iter().filter(|_| is_told) {
        let verb = match event {
            Event::Merged { .. } => "merged_here",
            Event::Related { .. } | Event::Unrelated { .. } => event.verb(),
            _ => continue,
        };
        let seq = sqlx::query_scalar!("update incidents set seq = seq + 1 where id = $1 returning seq", other.uuid())
            .fetch_one(&mut *connection)
            .await?;
        let data = json!({ "event": verb, "other": incident });
        record_in(connection, Some((other, seq)), actor, verb, Some(incident.uuid()), data).await?;
    }
    wake(connection, other).await
}
