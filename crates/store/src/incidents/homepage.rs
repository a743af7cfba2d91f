//! The incident homepage: everything about one incident, in two statements on
//! one connection.

use chrono::{DateTime, TimeDelta, Utc};
use domain::incidents::{Cause, Kind, Source, Status, Visibility};
use domain::key_times::KeyTimes;
use domain::{ComponentId, IncidentId, Reference, SeverityId, TaskId, Viewer};
use serde::Deserialize;

use super::homepage_rows;
use super::row::SeverityName;
use super::timeline::{self, Item};
use crate::people::PersonName;
use crate::pool::Held;
use crate::{Store, StoreError};

/// Everything about one incident that the viewer may read.
#[derive(Clone, Debug)]
pub struct Homepage {
    /// Which.
    pub id: IncidentId,
    /// What people call it.
    pub reference: Reference,
    /// Its title.
    pub title: String,
    /// What it is about, in Markdown.
    pub summary: String,
    /// The same as safe HTML; empty when it was not rendered yet.
    pub summary_html: String,
    /// Real or practice.
    pub kind: Kind,
    /// Public or private.
    pub visibility: Visibility,
    /// Where it stands.
    pub status: Status,
    /// Since when.
    pub status_since: DateTime<Utc>,
    /// How bad it is, with its definition.
    pub severity: SeverityShown,
    /// Every severity, worst first, for the words of the timeline and the choices.
    pub severities: Vec<SeverityName>,
    /// How far the cause is known.
    pub cause: Cause,
    /// The cause in words.
    pub cause_text: String,
    /// When it was reported.
    pub reported_at: DateTime<Utc>,
    /// Who reported it.
    pub reporter: Option<PersonName>,
    /// Who leads.
    pub lead: Option<PersonName>,
    /// Who does operations, when the lead split the role.
    pub operations: Option<PersonName>,
    /// Who does communications, when the lead split the role.
    pub communications: Option<PersonName>,
    /// Who did something in it, then who follows it, each in the order of joining.
    pub participants: Vec<Participant>,
    /// Its key times.
    pub key_times: KeyTimes,
    /// What failed, with its links and the last time it failed.
    pub components: Vec<ComponentShown>,
    /// Its tags, by name.
    pub tags: Vec<String>,
    /// What is done or to be done in it.
    pub tasks: Vec<TaskShown>,
    /// What it was merged into, when the viewer may read that.
    pub merged_into: Option<IncidentLink>,
    /// What was merged into it, of what the viewer may read.
    pub merged_here: Vec<IncidentLink>,
    /// When the next update is promised for.
    pub next_update_due_at: Option<DateTime<Utc>>,
    /// How often it came back.
    pub times_reopened: i16,
    /// Who writes the postmortem.
    pub postmortem_owner: Option<PersonName>,
    /// What is still owed once it is over.
    pub next_steps: NextSteps,
    /// The zone of exports and the printed postmortem, an IANA name.
    pub document_zone: String,
    /// Where it came from.
    pub source: Source,
    /// Of a private incident, who may read it, by name.
    pub visible_to: Vec<PersonName>,
    /// Its timeline: what is visible, newest first, at most five hundred items.
    pub timeline: Vec<Item>,
    /// Whether there are more items than that.
    pub timeline_goes_on: bool,
    /// Counts everything that happened in it.
    pub seq: i64,
    /// The database's clock, from which elapsed times run on.
    pub read_at: DateTime<Utc>,
}

/// A severity with what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeverityShown {
    /// Which.
    pub id: SeverityId,
    /// One word.
    pub name: String,
    /// 1 is the worst.
    pub rank: i16,
    /// When it applies.
    pub definition: String,
    /// A case of it.
    pub example: String,
}

/// Somebody in the incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Participant {
    /// Who.
    pub person: PersonName,
    /// Did something, rather than only following.
    pub active: bool,
    /// Since when.
    pub since: DateTime<Utc>,
}

/// A component of the incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComponentShown {
    /// Which.
    pub id: ComponentId,
    /// Its name.
    pub name: String,
    /// Dashboard, logs, runbook and others, in the order of the settings.
    pub links: Vec<LinkShown>,
    /// The last real incident before this one on the same component.
    pub last: Option<LastTime>,
    /// How many counted incidents on it were reported in the year before this
    /// one; 20 means twenty or more.
    pub times_in_a_year: i64,
}

/// A link of a component.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct LinkShown {
    /// `dashboard`, `logs`, `runbook` or `other`.
    pub kind: String,
    /// What it says.
    pub label: String,
    /// Where it goes.
    pub url: String,
}

/// The last time a component failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastTime {
    /// Which incident.
    pub incident: IncidentLink,
    /// When it was reported.
    pub reported_at: DateTime<Utc>,
    /// How long it took, if start and recovery are known.
    pub elapsed: Option<TimeDelta>,
    /// Who led it.
    pub lead: Option<String>,
    /// The words of its last update.
    pub last_words: Option<String>,
}

/// Another incident, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncidentLink {
    /// What people call it.
    pub reference: Reference,
    /// Its title.
    pub title: String,
}

/// A task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskShown {
    /// Which.
    pub id: TaskId,
    /// What is to be done.
    pub title: String,
    /// Who does it.
    pub assignee: Option<PersonName>,
    /// When it was done.
    pub done_at: Option<DateTime<Utc>>,
}

/// What an incident that is over still asks for. Nothing of it for practice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NextSteps {
    /// Nobody has said when the failure started.
    pub start_missing: bool,
    /// The cause is neither confirmed nor accepted as unknown.
    pub cause_open: bool,
    /// Nobody writes the postmortem.
    pub no_postmortem_owner: bool,
}

impl Store {
    /// The incident, or nothing: for one that does not exist as for one that
    /// the viewer may not read, at the same cost.
    pub async fn homepage(&self, viewer: &Viewer, reference: Reference) -> Result<Option<Homepage>, StoreError> {
        let mut connection = Held::of(&self.reads).await?;
        let found = homepage_rows::incident(&mut connection, viewer, reference).await?;
        let Some(mut homepage) = found else {
            connection.done();
            return Ok(None);
        };
        (homepage.timeline, homepage.timeline_goes_on) = timeline::newest(&mut connection, homepage.id).await?;
        connection.done();
        Ok(Some(homepage))
    }
}

/// Which steps are next, from what is known.
pub(super) fn next_steps(
    kind: Kind,
    status: Status,
    started: bool,
    cause: Cause,
    owner: &Option<PersonName>,
) -> NextSteps {
    if kind.is_practice() || !status.is_over() {
        return NextSteps::default();
    }
    NextSteps { start_missing: !started, cause_open: !cause.is_settled(), no_postmortem_owner: owner.is_none() }
}
