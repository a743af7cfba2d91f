//! What can be asked of an incident. Web, Slack, import and API ask in these words.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Cause, Kind, Role, Status, Visibility};
use crate::key_times::{KeyTimeKind, KeyTimeSource, Precision};
use crate::text::{MarkdownText, Reason, Summary, Title};
use crate::{IncidentId, PersonId, SeverityId};

/// A new incident. Only the title has to be thought of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declaration {
    /// Made by whoever sends it, so that sending twice declares once.
    pub id: IncidentId,
    /// What looks broken.
    pub title: Title,
    /// More, when there is more.
    #[serde(default)]
    pub summary: Summary,
    /// Real or practice.
    pub kind: Kind,
    /// Public or private.
    pub visibility: Visibility,
    /// Triage, or an active status.
    pub status: Status,
    /// How bad it looks.
    pub severity: SeverityId,
    /// Who reports it, when it is a person.
    pub reporter: Option<PersonId>,
    /// Who leads from the start.
    #[serde(default)]
    pub lead: Option<PersonId>,
    /// Moments that are known already: from an alert, a form, an import. Without a stated
    /// `reported`, the incident is reported at the moment of its declaration.
    #[serde(default)]
    pub key_times: Vec<StatedKeyTime>,
}

/// A moment that comes with a declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatedKeyTime {
    /// Which moment.
    pub kind: KeyTimeKind,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// How exactly that is known.
    pub precision: Precision,
    /// Who says so.
    pub source: KeyTimeSource,
    /// Whether it is assumed.
    pub assumed: bool,
}

/// Something asked of an existing incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// Take it on: from Triage to an active status.
    Accept {
        /// Investigating, Identified or Monitoring.
        to: Status,
    },
    /// Any step that needs neither a reason nor a target.
    Move {
        /// The status to take.
        to: Status,
    },
    /// It's over. Never refused while it is open.
    Recover,
    /// Nothing more is owed.
    Close,
    /// It was no incident; from Triage.
    Decline {
        /// Why.
        reason: Reason,
    },
    /// It was declared by mistake.
    Cancel {
        /// Why.
        reason: Reason,
    },
    /// It goes on in another incident.
    Merge {
        /// The other incident.
        target: IncidentId,
        /// What the target is itself merged into, step by step to the end; empty when it
        /// is not merged.
        chain: Vec<IncidentId>,
    },
    /// It is back, or its end was a mistake.
    Reopen {
        /// The status to take: Investigating.
        to: Status,
        /// Why.
        reason: Reason,
    },
    /// It is worse, or less bad, than thought.
    ChangeSeverity {
        /// The severity to take.
        to: SeverityId,
    },
    /// Somebody leads from now on, whoever led before.
    TakeLead {
        /// Who.
        person: PersonId,
    },
    /// Somebody holds a role from now on.
    GiveRole {
        /// Which role.
        role: Role,
        /// Who.
        person: PersonId,
    },
    /// Nobody holds the role any more.
    EndRole {
        /// Which role.
        role: Role,
    },
    /// A better title.
    Rename {
        /// The title.
        title: Title,
    },
    /// A better summary.
    Summarise {
        /// The summary; empty takes it away.
        summary: Summary,
    },
    /// What is known of the cause.
    SettleCause {
        /// How far it is known.
        cause: Cause,
        /// In words.
        text: Summary,
    },
    /// A person states or corrects when something happened.
    SetKeyTime {
        /// Which moment.
        kind: KeyTimeKind,
        /// When it happened.
        at: DateTime<Utc>,
        /// How exactly that is known.
        precision: Precision,
        /// Whether it is assumed.
        assumed: bool,
    },
    /// Written down for the timeline.
    Note {
        /// What it says.
        body: MarkdownText,
    },
    /// Told to everybody, with what changes.
    Update {
        /// What it says.
        body: MarkdownText,
        /// A new status, one that needs neither reason nor target.
        status: Option<Status>,
        /// A new severity.
        severity: Option<SeverityId>,
        /// When the next update is due; `None` promises nothing.
        next_update_due_at: Option<DateTime<Utc>>,
    },
    /// Somebody writes the postmortem.
    AssignPostmortem {
        /// Who.
        person: PersonId,
    },
}
