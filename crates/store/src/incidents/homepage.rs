//! The incident homepage: everything about one incident, in three statements on
//! one connection.

use chrono::{DateTime, TimeDelta, Utc};
use domain::incidents::{ActionStatus, Aim, Cause, HandOffStatus, Kind, Source, Status, Visibility};
use domain::key_times::KeyTimes;
use domain::people::Phase;
use domain::{
    ActionItemId, ActionReference, ComponentId, HandOffId, IncidentId, LinkId, Reference, SeverityId, TaskId,
    TimelineItemId, Viewer,
};
use serde::Deserialize;

use super::homepage_rows;
use super::next_steps::NextSteps;
use super::row::SeverityName;
use super::timeline::{self, Item, TimelineFilter};
use crate::announcements::{Undelivered, undelivered};
use crate::components::Tag;
use crate::crew::{self, Crew};
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
    pub tags: Vec<Tag>,
    /// The links at its top, the oldest first.
    pub links: Vec<AttachedLink>,
    /// What is done or to be done in it.
    pub tasks: Vec<TaskShown>,
    /// What is to be done after it.
    pub action_items: Vec<ActionItemShown>,
    /// The hand-off that waits for an answer.
    pub hand_off: Option<HandOffShown>,
    /// The last hand-off, when it came back: declined or without an answer, and its
    /// giver still leads.
    pub last_hand_off: Option<HandOffShown>,
    /// Incidents that have to do with it, of what the viewer may read.
    pub related: Vec<IncidentLink>,
    /// Who was invited, in the order of being invited.
    pub invited: Vec<PersonName>,
    /// The timeline items that show the cause, the earliest first; none that is hidden.
    pub evidence: Vec<EvidenceShown>,
    /// How long additional triage may take.
    pub triage_until: Option<DateTime<Utc>>,
    /// Up to which seq the viewer has seen it, and when they last looked.
    pub last_looked: Option<(i64, DateTime<Utc>)>,
    /// What of it Slack has not taken.
    pub undelivered: Vec<Undelivered>,
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
    /// How much of the product the company needs to see.
    pub phase: Phase,
    /// Whether an incident can become private.
    pub private_incidents: bool,
    /// The channel in Slack that hears of it, if one does.
    pub announced_in: Option<String>,
    /// Where it came from.
    pub source: Source,
    /// Of a private incident, who may read it, by name.
    pub visible_to: Vec<PersonName>,
    /// Its timeline: the first page of what is visible, newest first.
    pub timeline: Vec<Item>,
    /// Whether there are more items than that.
    pub timeline_goes_on: bool,
    /// Everybody who can be asked, with the hours they work.
    pub crew: Crew,
    /// Counts everything that happened in it.
    pub seq: i64,
    /// The database's clock, from which elapsed times run on.
    pub read_at: DateTime<Utc>,
}

impl Homepage {
    /// Who did something in it, in the order of joining.
    pub fn active(&self) -> impl Iterator<Item = &PersonName> {
        self.participants.iter().filter(|participant| participant.active).map(|participant| &participant.person)
    }

    /// Who follows it, in the order of joining.
    pub fn observers(&self) -> impl Iterator<Item = &PersonName> {
        self.participants.iter().filter(|participant| !participant.active).map(|participant| &participant.person)
    }
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
    /// What caused it, when that is confirmed.
    pub cause: Option<String>,
    /// The first of its action items that was neither done nor given up.
    pub undone: Option<Undone>,
}

/// An action item that waits.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Undone {
    /// What people call it.
    pub reference: ActionReference,
    /// What it is.
    pub title: String,
}

/// Another incident, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncidentLink {
    /// Which.
    pub id: IncidentId,
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
    /// The action item it became.
    pub promoted: Option<ActionItemId>,
}

/// A link at the incident's top.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct AttachedLink {
    /// Which.
    pub id: LinkId,
    /// Where it goes.
    pub url: String,
    /// What it says.
    pub label: String,
}

/// An action item of the incident.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ActionItemShown {
    /// Which.
    pub id: ActionItemId,
    /// What people call it.
    pub reference: ActionReference,
    /// What is to be done.
    pub title: String,
    /// What it is to achieve.
    pub aim: Aim,
    /// How far it is.
    pub status: ActionStatus,
    /// Whose it is.
    pub owner: Option<PersonName>,
}

/// A timeline item that shows the cause.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct EvidenceShown {
    /// Which.
    pub id: TimelineItemId,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// How it begins, in Markdown; empty for what nobody wrote.
    pub body: String,
}

/// A hand-off of the lead.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct HandOffShown {
    /// Which.
    pub id: HandOffId,
    /// Who gives.
    pub from: PersonName,
    /// Who was asked.
    pub to: PersonName,
    /// What they have to know, in Markdown.
    pub note: String,
    /// The same as safe HTML; empty when it was not rendered yet.
    pub note_html: String,
    /// Where it stands.
    pub status: HandOffStatus,
    /// When it was offered.
    pub offered_at: DateTime<Utc>,
    /// When it comes back by itself.
    pub expires_at: DateTime<Utc>,
    /// When it was answered, or came back.
    pub answered_at: Option<DateTime<Utc>>,
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
        let first = timeline::page(&mut connection, viewer, homepage.id, &TimelineFilter::default()).await?;
        homepage.timeline_goes_on = first.next.is_some();
        homepage.timeline = first.items;
        homepage.undelivered = undelivered(&mut connection, homepage.id).await?;
        homepage.crew = crew::read(&mut connection).await?;
        homepage.announced_in = homepage.announced_in.filter(|_| self.options.bot);
        connection.done();
        Ok(Some(homepage))
    }
}
