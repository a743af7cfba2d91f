//! What is true of an incident now. The rows of the database hold it; events change it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Declaration, Event, Role, Status};
use crate::access::IncidentAccess;
use crate::key_times::KeyTimes;
use crate::text::{Summary, Title};
use crate::{IncidentId, PersonId, SeverityId};

codes! {
    /// Whether it is the real thing.
    pub enum Kind of "kind" {
        /// A real incident.
        Real = "real", "Real";
        /// A practice incident one walks through alone.
        Tutorial = "tutorial", "Tutorial";
        /// A practice incident for a team.
        Drill = "drill", "Drill";
    }
}

impl Kind {
    /// Whether it is a practice incident: never announced, never counted.
    pub const fn is_practice(self) -> bool {
        !matches!(self, Self::Real)
    }
}

codes! {
    /// Who may read an incident.
    pub enum Visibility of "visibility" {
        /// Everybody.
        Public = "public", "Public";
        /// The reporter, the lead and whom they invited.
        Private = "private", "Private";
    }
}

codes! {
    /// How far the cause is known. A field of its own, apart from the postmortem's status.
    pub enum Cause of "cause" {
        /// Not known.
        Unknown = "unknown", "Unknown";
        /// Somebody has an idea.
        Suspected = "suspected", "Suspected";
        /// It is known.
        Confirmed = "confirmed", "Confirmed";
        /// It will not be known, and that is accepted.
        AcceptedUnknown = "accepted_unknown", "Accepted unknown";
    }
}

impl Cause {
    /// Whether the question is answered, by a cause or by giving up on one.
    pub const fn is_settled(self) -> bool {
        matches!(self, Self::Confirmed | Self::AcceptedUnknown)
    }
}

/// An incident as far as decisions need it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentState {
    /// Which.
    pub id: IncidentId,
    /// Real or practice.
    pub kind: Kind,
    /// Public or private.
    pub visibility: Visibility,
    /// Where it stands.
    pub status: Status,
    /// How bad it is.
    pub severity: SeverityId,
    /// Who leads.
    pub lead: Option<PersonId>,
    /// Who does operations, when the lead split the role.
    pub operations: Option<PersonId>,
    /// Who does communications, when the lead split the role.
    pub communications: Option<PersonId>,
    /// Who reported it; nobody when an alert or an import did.
    pub reporter: Option<PersonId>,
    /// What it goes on in; set exactly while it is Merged.
    pub merged_into: Option<IncidentId>,
    /// How far the cause is known.
    pub cause: Cause,
    /// The cause in words.
    pub cause_text: Summary,
    /// What it is called.
    pub title: Title,
    /// What it is about.
    pub summary: Summary,
    /// When the next update is promised for; only while it is open.
    pub next_update_due_at: Option<DateTime<Utc>>,
    /// How often it came back after Recovered or Closed.
    pub times_reopened: u16,
    /// Who writes the postmortem.
    pub postmortem_owner: Option<PersonId>,
    /// How long additional triage may take; only after recovery, while the cause is open.
    pub triage_until: Option<DateTime<Utc>>,
    /// Its key times.
    pub key_times: KeyTimes,
}

impl IncidentState {
    /// An incident at the instant of its declaration, before anything else follows.
    pub fn declared(declaration: &Declaration) -> Self {
        Self {
            id: declaration.id,
            kind: declaration.kind,
            visibility: declaration.visibility,
            status: declaration.status,
            severity: declaration.severity,
            lead: None,
            operations: None,
            communications: None,
            reporter: declaration.reporter,
            merged_into: None,
            cause: Cause::Unknown,
            cause_text: Summary::default(),
            title: declaration.title.clone(),
            summary: declaration.summary.clone(),
            next_update_due_at: None,
            times_reopened: 0,
            postmortem_owner: None,
            triage_until: None,
            key_times: KeyTimes::new(),
        }
    }

    /// Who holds a role.
    pub const fn holder(&self, role: Role) -> Option<PersonId> {
        match role {
            Role::Lead => self.lead,
            Role::Operations => self.operations,
            Role::Communications => self.communications,
        }
    }

    /// What decides who may read it.
    pub const fn access(&self, invited: bool) -> IncidentAccess {
        IncidentAccess { visibility: self.visibility, reporter: self.reporter, lead: self.lead, invited }
    }

    /// Makes what an event says true. Each event changes exactly what it names.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Declared(declaration) => *self = Self::declared(declaration),
            Event::StatusChanged { to, .. } => self.status = *to,
            Event::Merged { into, .. } => {
                self.status = Status::Merged;
                self.merged_into = Some(*into);
            }
            Event::Reopened { from, to, .. } => {
                self.status = *to;
                self.merged_into = None;
                self.triage_until = None;
                if from.is_over() {
                    self.times_reopened = self.times_reopened.saturating_add(1);
                }
            }
            Event::SeverityChanged { to, .. } => self.severity = *to,
            Event::RoleGiven { role, person, .. } => *self.role(*role) = Some(*person),
            Event::RoleEnded { role, .. } => *self.role(*role) = None,
            Event::Renamed { to, .. } => self.title = to.clone(),
            Event::Summarised { to, .. } => self.summary = to.clone(),
            Event::CauseSettled { to, text, .. } => {
                self.cause = *to;
                self.cause_text = text.clone();
                if to.is_settled() {
                    self.triage_until = None;
                }
            }
            Event::KeyTimeSet(key_time) => {
                self.key_times.write(*key_time);
            }
            Event::KeyTimeSuperseded { kind } => self.key_times.supersede(*kind),
            Event::NextUpdatePromised { due_at } => self.next_update_due_at = *due_at,
            Event::PostmortemAssigned { to, .. } => self.postmortem_owner = Some(*to),
            Event::VisibilityChanged { to, .. } => self.visibility = *to,
            Event::TriageBoxed { until } => self.triage_until = Some(*until),
            Event::Noted { .. }
            | Event::Updated { .. }
            | Event::ItemEdited { .. }
            | Event::ItemHidden { .. }
            | Event::ItemRestored { .. }
            | Event::LinkAttached { .. }
            | Event::LinkRemoved { .. }
            | Event::ComponentAdded { .. }
            | Event::ComponentRemoved { .. }
            | Event::TagAdded { .. }
            | Event::TagRemoved { .. }
            | Event::Related { .. }
            | Event::Unrelated { .. }
            | Event::PersonJoined { .. }
            | Event::PersonLeft { .. }
            | Event::PersonInvited { .. }
            | Event::PersonRemoved { .. }
            | Event::TaskAdded { .. }
            | Event::TaskAssigned { .. }
            | Event::TaskRenamed { .. }
            | Event::TaskTicked { .. }
            | Event::TaskPromoted { .. }
            | Event::ActionItemAdded { .. }
            | Event::HandOffOffered { .. }
            | Event::HandOffEnded { .. } => {}
        }
    }

    fn role(&mut self, role: Role) -> &mut Option<PersonId> {
        match role {
            Role::Lead => &mut self.lead,
            Role::Operations => &mut self.operations,
            Role::Communications => &mut self.communications,
        }
    }
}
