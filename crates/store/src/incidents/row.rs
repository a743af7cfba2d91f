//! One row of the list.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use domain::incidents::{Cause, Kind, Status, Visibility};
use domain::{IncidentId, PersonId, Reference, SeverityId, Viewer};
use sqlx::PgConnection;
use uuid::Uuid;

use super::next_steps::{Known, NextSteps};
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
    /// When it applies; the list does not read it.
    #[serde(default)]
    pub definition: String,
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
    /// start time, the detection, the cause, somebody for the postmortem.
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

/// The columns of [`RawRow`] of incidents `i` with the lead `p`.
pub(crate) const COLUMNS: &str = "i.*, p.name as lead_name, p.picture_url as lead_picture";

/// The columns of incidents that [`COLUMNS`] takes over.
pub(crate) const OWN_COLUMNS: &str = "\
    i.id, i.series, i.number, i.title, i.severity_id, i.status, i.visibility, i.kind, i.cause, i.reported_at, \
    i.status_since, i.started_at, i.recovered_at, i.last_words, i.times_reopened, i.next_update_due_at, i.lead_id, \
    i.merged_into_id, i.postmortem_owner_id is not null as has_owner, \
    i.status <> 'recovered' or exists (select 1 from key_times k where k.incident_id = i.id \
        and k.kind = 'detected' and k.superseded_at is null) as has_detected";

/// What few rows have: asked for only when a row of the page has it.
#[derive(Debug, Default)]
pub(crate) struct Rare {
    merged_into: HashMap<Uuid, Reference>,
    visible_to: HashMap<Uuid, Vec<String>>,
}

impl Rare {
    pub(crate) async fn of(
        connection: &mut PgConnection,
        viewer: &Viewer,
        rows: impl Iterator<Item = &RawRow>,
    ) -> Result<Self, StoreError> {
        let ids: Vec<Uuid> = rows
            .filter(|row| row.merged_into_id.is_some() || row.visibility == Visibility::Private.as_str())
            .map(|row| row.id)
            .collect();
        let mut rare = Self::default();
        if ids.is_empty() {
            return Ok(rare);
        }
        let rows = sqlx::query!(
            r#"
            select i.id, m.series as "series?", m.number as "number?",
                   array(select q.name from people q
                         where i.visibility = 'private' and q.id <> $1
                           and (q.id = i.reporter_id or q.id = i.lead_id or exists (
                                select 1 from invitations v where v.incident_id = i.id and v.person_id = q.id))
                         order by lower(q.name), q.id limit 3) as "visible_to!"
            from incidents i
            left join incidents m on m.id = i.merged_into_id
                and (m.visibility = 'public' or is_inside(m.id, m.reporter_id, m.lead_id, $1))
            where i.id = any($2) and (i.visibility = 'public' or is_inside(i.id, i.reporter_id, i.lead_id, $1))
            "#,
            viewer.person.uuid(),
            &ids
        )
        .fetch_all(connection)
        .await?;
        for row in rows {
            if let (Some(series), Some(number)) = (row.series, row.number) {
                rare.merged_into.insert(row.id, reference(&series, number)?);
            }
            rare.visible_to.insert(row.id, row.visible_to);
        }
        Ok(rare)
    }
}

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
    /// Whether somebody said when it was noticed; asked of what is over and not closed only.
    has_detected: bool,
    lead_id: Option<Uuid>,
    merged_into_id: Option<Uuid>,
    lead_name: Option<String>,
    lead_picture: Option<String>,
}

impl RawRow {
    /// Its place in the list.
    pub(crate) fn place(&self) -> (DateTime<Utc>, Uuid) {
        (self.reported_at, self.id)
    }

    /// Happening now, or over and not closed.
    pub(crate) fn is_above_history(&self) -> bool {
        matches!(self.status.as_str(), "triage" | "investigating" | "identified" | "monitoring" | "recovered")
    }

    pub(crate) fn read(self, severities: &[SeverityName], rare: &mut Rare) -> Result<ListRow, StoreError> {
        let status = Status::parse(&self.status)?;
        let (kind, cause) = (Kind::parse(&self.kind)?, Cause::parse(&self.cause)?);
        let severity = severities
            .iter()
            .find(|severity| severity.id.uuid() == self.severity_id)
            .cloned()
            .ok_or_else(|| StoreError::Broken(sqlx::Error::RowNotFound))?;
        let steps = NextSteps::of(&Known {
            kind,
            status,
            started: self.started_at.is_some(),
            detected: self.has_detected,
            cause,
            has_postmortem_owner: self.has_owner,
        });
        let ended_at = self.recovered_at.or(status.is_end().then_some(self.status_since));
        Ok(ListRow {
            id: self.id.into(),
            reference: reference(&self.series, self.number)?,
            title: self.title,
            severity,
            status,
            visibility: Visibility::parse(&self.visibility)?,
            kind,
            cause,
            reported_at: self.reported_at,
            started_at: self.started_at,
            ended_at,
            // TTR: what was merged, declined or cancelled never recovered, so it has none.
            elapsed: self.started_at.zip(self.recovered_at).map(|(started, recovered)| recovered - started),
            last_words: self.last_words,
            lead: self.lead_id.zip(self.lead_name).map(|(id, name)| PersonName {
                id: PersonId::from_uuid(id),
                name,
                picture_url: self.lead_picture,
            }),
            merged_into: rare.merged_into.remove(&self.id),
            times_reopened: self.times_reopened,
            next_update_due_at: self.next_update_due_at,
            // What is closed owes nothing any more.
            next_steps: if status == Status::Recovered { steps.count() } else { 0 },
            visible_to: rare.visible_to.remove(&self.id).unwrap_or_default(),
        })
    }
}
