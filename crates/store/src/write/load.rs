//! An incident as decisions need it, its row locked until the transaction ends:
//! the order of commits is the order of `seq`.

use chrono::{DateTime, Utc};
use domain::incidents::{Cause, IncidentState, Kind, Role, Status, Visibility, WaitingHandOff};
use domain::key_times::{KeyTime, KeyTimeKind, KeyTimeSource, Precision};
use domain::text::{Summary, Title};
use domain::{IncidentId, PersonId, Reference};
use sqlx::PgConnection;

use crate::StoreError;
use crate::incidents::reference;

pub(crate) struct Loaded {
    pub(crate) state: IncidentState,
    pub(crate) reference: Reference,
    pub(crate) seq: i64,
    /// The hand-off that waits for an answer.
    pub(crate) waiting: Option<WaitingHandOff>,
    /// Whether the person who asks was invited.
    pub(crate) invited: bool,
    /// The database's clock, after the lock was had.
    pub(crate) now: DateTime<Utc>,
}

/// Locks and loads; nothing when there is no such incident. Access is the caller's to check.
pub(crate) async fn load(
    connection: &mut PgConnection,
    incident: IncidentId,
    person: Option<PersonId>,
) -> Result<Option<Loaded>, StoreError> {
    let Some(row) = sqlx::query!(
        r#"
        select series, number, title, summary, kind, visibility, status, severity_id, reporter_id, cause, cause_text,
               postmortem_owner_id, merged_into_id, next_update_due_at, times_reopened, triage_until,
               seq
        from incidents where id = $1 for update
        "#,
        incident.uuid()
    )
    .fetch_optional(&mut *connection)
    .await?
    else {
        return Ok(None);
    };
    let key_times = sqlx::query!(
        r#"
        select kind, occurred_at, precision, source, assumed, recorded_at, recorded_by
        from key_times where incident_id = $1 and superseded_at is null
        "#,
        incident.uuid()
    )
    .fetch_all(&mut *connection)
    .await?;
    let roles = sqlx::query!(
        "select role, person_id from incident_roles where incident_id = $1 and ended_at is null",
        incident.uuid()
    )
    .fetch_all(&mut *connection)
    .await?;
    let asked = sqlx::query!(
        r#"
        select clock_timestamp() as "now!",
               exists (select 1 from invitations where incident_id = $1 and person_id = $2) as "invited!",
               h.id as "hand_off?", h.from_id as "from_id?", h.to_id as "to_id?"
        from (select 1) one left join hand_offs h on h.incident_id = $1 and h.status = 'offered'
        "#,
        incident.uuid(),
        person.map(PersonId::uuid)
    )
    .fetch_one(connection)
    .await?;
    let holder =
        |role: Role| roles.iter().find(|row| row.role == role.as_str()).map(|row| PersonId::from_uuid(row.person_id));
    let state = IncidentState {
        id: incident,
        kind: Kind::parse(&row.kind)?,
        visibility: Visibility::parse(&row.visibility)?,
        status: Status::parse(&row.status)?,
        severity: row.severity_id.into(),
        lead: holder(Role::Lead),
        operations: holder(Role::Operations),
        communications: holder(Role::Communications),
        reporter: row.reporter_id.map(Into::into),
        merged_into: row.merged_into_id.map(Into::into),
        cause: Cause::parse(&row.cause)?,
        cause_text: Summary::parse(&row.cause_text)?,
        title: Title::parse(&row.title)?,
        summary: Summary::parse(&row.summary)?,
        next_update_due_at: row.next_update_due_at,
        times_reopened: u16::try_from(row.times_reopened).unwrap_or_default(),
        postmortem_owner: row.postmortem_owner_id.map(Into::into),
        triage_until: row.triage_until,
        key_times: key_times
            .into_iter()
            .map(|row| {
                Ok(KeyTime {
                    kind: KeyTimeKind::parse(&row.kind)?,
                    at: row.occurred_at,
                    precision: Precision::parse(&row.precision)?,
                    source: KeyTimeSource::parse(&row.source)?,
                    assumed: row.assumed,
                    recorded_at: row.recorded_at,
                    recorded_by: row.recorded_by.map(Into::into),
                })
            })
            .collect::<Result<_, StoreError>>()?,
    };
    Ok(Some(Loaded {
        state,
        reference: reference(&row.series, row.number)?,
        seq: row.seq,
        waiting: asked.hand_off.zip(asked.from_id.zip(asked.to_id)).map(|(hand_off, (from, to))| WaitingHandOff {
            hand_off: hand_off.into(),
            from: from.into(),
            to: to.into(),
        }),
        invited: asked.invited,
        now: asked.now,
    }))
}
