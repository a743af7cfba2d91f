//! One row of the list.

use chrono::{DateTime, TimeDelta, Utc};
use domain::incidents::{Cause, Kind, Status, Visibility};
use domain::{IncidentId, PersonId, Reference, SeverityId};
use uuid::Uuid;

use super::reference;
use crate::StoreError;
use crate::page::Cursor;
use crate::people::PersonName;

/// A severity as one word.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
pub struct SeverityName {
    /// Which.
    pub id: SeverityId,
    /// The word.
    pub name: String,
    /// 1 is the worst.
    pub rank: i16,
    /// Whether new incidents cannot have it any more.
    pub archived: bool,
}

/// An incident in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListRow {
    /// Which.
    pub id: IncidentId,
    /// What people call it.
    pub reference: Reference,
    /// Its title.
    pub title: String,
    /// How bad it is.
    pub severity: SeverityName,
    /// Where it stands.
    pub status: Status,
    /// Public or private.
    pub visibility: Visibility,
    /// Real or practice.
    pub kind: Kind,
    /// How far the cause is known.
    pub cause: Cause,
    /// When it was reported: its place in the list.
    pub reported_at: DateTime<Utc>,
    /// When the failure started, if that is known.
    pub started_at: Option<DateTime<Utc>>,
    /// When it was over: the recovery; for what was declined, merged or
    /// cancelled without one, when that happened.
    pub ended_at: Option<DateTime<Utc>>,
    /// From the start to the end; none when either is missing. Never invented.
    pub elapsed: Option<TimeDelta>,
    /// The words of the last update.
    pub last_words: Option<String>,
    /// Who leads.
    pub lead: Option<PersonName>,
    /// What it was merged into, when the viewer may read that.
    pub merged_into: Option<Reference>,
    /// How often it came back.
    pub times_reopened: i16,
    /// When the next update is promised for.
    pub next_update_due_at: Option<DateTime<Utc>>,
    /// How much is still owed of an incident that is over and not closed: the
    /// start time, the cause, somebody for the postmortem.
    pub next_steps: u8,
    /// Of a private incident, at most three who may read it, the viewer left out.
    pub visible_to: Vec<String>,
}

impl ListRow {
    /// Its place in the list.
    pub fn cursor(&self) -> Cursor {
        Cursor { reported_at: self.reported_at, id: self.id }
    }
}

/// The columns of [`RawRow`] of incidents `i`, with the lead `p` and the merge target `m`.
pub(crate) const COLUMNS: &str = "\
    i.id, i.series, i.number, i.title, i.severity_id, i.status, i.visibility, i.kind, i.cause, i.reported_at, \
    i.status_since, i.started_at, i.recovered_at, i.last_words, i.times_reopened, i.next_update_due_at, \
    i.postmortem_owner_id is not null as has_owner, \
    p.id as lead_id, p.name as lead_name, p.picture_url as lead_picture, \
    m.series as into_series, m.number as into_number, \
    case when i.visibility = 'private' then array(\
        select q.name from people q where q.id <> $1 and (q.id = i.reporter_id or q.id = i.lead_id \
            or exists (select 1 from invitations v where v.incident_id = i.id and v.person_id = q.id)) \
        order by lower(q.name) limit 3) end as visible_to";

/// The joins of [`COLUMNS`]; a merge target the viewer may not read is left out.
pub(crate) const JOINS: &str = "\
    left join people p on p.id = i.lead_id \
    left join incidents m on m.id = i.merged_into_id \
        and (m.visibility = 'public' or is_inside(m.id, m.reporter_id, m.lead_id, $1))";

#[derive(sqlx::FromRow)]
pub(crate) struct RawRow {
    id: Uuid,
    series: String,
    number: i32,
    title: String,
    severity_id: Uuid,
    status: String,
    visibility: String,
    kind: String,
    cause: String,
    pub(crate) reported_at: DateTime<Utc>,
    status_since: DateTime<Utc>,
    started_at: Option<DateTime<Utc>>,
    recovered_at: Option<DateTime<Utc>>,
    last_words: Option<String>,
    times_reopened: i16,
    next_update_due_at: Option<DateTime<Utc>>,
    has_owner: bool,
    lead_id: Option<Uuid>,
    lead_name: Option<String>,
    lead_picture: Option<String>,
    into_series: Option<String>,
    into_number: Option<i32>,
    visible_to: Option<Vec<String>>,
}

impl RawRow {
    /// Happening now, or over and not closed.
    pub(crate) fn is_above_history(&self) -> bool {
        matches!(self.status.as_str(), "triage" | "investigating" | "identified" | "monitoring" | "recovered")
    }

    pub(crate) fn read(self, severities: &[SeverityName]) -> Result<ListRow, StoreError> {
        let status = Status::parse(&self.status)?;
        let cause = Cause::parse(&self.cause)?;
        let severity = severities
            .iter()
            .find(|severity| severity.id.uuid() == self.severity_id)
            .cloned()
            .ok_or_else(|| StoreError::Broken(sqlx::Error::RowNotFound))?;
        let ended_at = self.recovered_at.or(status.is_end().then_some(self.status_since));
        Ok(ListRow {
            id: self.id.into(),
            reference: reference(&self.series, self.number)?,
            title: self.title,
            severity,
            status,
            visibility: Visibility::parse(&self.visibility)?,
            kind: Kind::parse(&self.kind)?,
            cause,
            reported_at: self.reported_at,
            started_at: self.started_at,
            ended_at,
            elapsed: self.started_at.zip(ended_at).map(|(started, ended)| ended - started),
            last_words: self.last_words,
            lead: self.lead_id.zip(self.lead_name).map(|(id, name)| PersonName {
                id: PersonId::from_uuid(id),
                name,
                picture_url: self.lead_picture,
            }),
            merged_into: match (self.into_series, self.into_number) {
                (Some(series), Some(number)) => Some(reference(&series, number)?),
                _ => None,
            },
            times_reopened: self.times_reopened,
            next_update_due_at: self.next_update_due_at,
            next_steps: if status == Status::Recovered {
                u8::from(self.started_at.is_none()) + u8::from(!cause.is_settled()) + u8::from(!self.has_owner)
            } else {
                0
            },
            visible_to: self.visible_to.unwrap_or_default(),
        })
    }
}
