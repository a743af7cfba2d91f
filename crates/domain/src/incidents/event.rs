//! What happened: one event is one change, and one row of the activity log.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Cause, Declaration, Role, Status};
use crate::key_times::{KeyTime, KeyTimeKind};
use crate::text::{MarkdownText, Reason, Summary, Title};
use crate::{IncidentId, PersonId, SeverityId};

/// Something that happened to an incident. A decision gives them in the order in which they
/// happened; [`IncidentState::apply`](super::IncidentState::apply) makes them true.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// It was declared.
    Declared(Box<Declaration>),
    /// It took another status: accepted, moved, recovered, closed, declined, cancelled.
    StatusChanged {
        /// Before.
        from: Status,
        /// After.
        to: Status,
        /// Why, where a reason is asked for.
        reason: Option<Reason>,
    },
    /// It goes on in another incident.
    Merged {
        /// The status before.
        from: Status,
        /// The other incident.
        into: IncidentId,
    },
    /// It came back, or its end was undone.
    Reopened {
        /// Before.
        from: Status,
        /// After.
        to: Status,
        /// Why.
        reason: Reason,
    },
    /// It took another severity.
    SeverityChanged {
        /// Before.
        from: SeverityId,
        /// After.
        to: SeverityId,
    },
    /// Somebody took or was given a role.
    RoleGiven {
        /// Which.
        role: Role,
        /// Who.
        person: PersonId,
        /// Who held it before; that ends with this event.
        before: Option<PersonId>,
    },
    /// Somebody holds a role no more, and nobody else does.
    RoleEnded {
        /// Which.
        role: Role,
        /// Who held it.
        person: PersonId,
    },
    /// It got another title.
    Renamed {
        /// Before.
        from: Title,
        /// After.
        to: Title,
    },
    /// It got another summary.
    Summarised {
        /// Before.
        from: Summary,
        /// After.
        to: Summary,
    },
    /// What is known of the cause changed.
    CauseSettled {
        /// Before.
        from: Cause,
        /// After.
        to: Cause,
        /// In words, after.
        text: Summary,
    },
    /// A key time was written down; a standing one of its kind is superseded by it.
    KeyTimeSet(KeyTime),
    /// A key time counts no more.
    KeyTimeSuperseded {
        /// Which.
        kind: KeyTimeKind,
    },
    /// The next update is promised for a moment, or no longer promised.
    NextUpdatePromised {
        /// When it is due.
        due_at: Option<DateTime<Utc>>,
    },
    /// A note was written.
    Noted {
        /// What it says.
        body: MarkdownText,
    },
    /// An update was told to everybody. It comes before the events of what it changes
    /// (status, severity, the next promise), and it names them: one timeline item is enough.
    Updated {
        /// What it says.
        body: MarkdownText,
        /// The new status, when it changed.
        status: Option<Status>,
        /// The new severity, when it changed.
        severity: Option<SeverityId>,
        /// When the next one is due.
        next_update_due_at: Option<DateTime<Utc>>,
    },
    /// Somebody writes the postmortem.
    PostmortemAssigned {
        /// Who did before.
        from: Option<PersonId>,
        /// Who does now.
        to: PersonId,
    },
}

impl Event {
    /// The activity log's verb; the same as the tag it travels with.
    pub const fn verb(&self) -> &'static str {
        match self {
            Self::Declared(_) => "declared",
            Self::StatusChanged { .. } => "status_changed",
            Self::Merged { .. } => "merged",
            Self::Reopened { .. } => "reopened",
            Self::SeverityChanged { .. } => "severity_changed",
            Self::RoleGiven { .. } => "role_given",
            Self::RoleEnded { .. } => "role_ended",
            Self::Renamed { .. } => "renamed",
            Self::Summarised { .. } => "summarised",
            Self::CauseSettled { .. } => "cause_settled",
            Self::KeyTimeSet(_) => "key_time_set",
            Self::KeyTimeSuperseded { .. } => "key_time_superseded",
            Self::NextUpdatePromised { .. } => "next_update_promised",
            Self::Noted { .. } => "noted",
            Self::Updated { .. } => "updated",
            Self::PostmortemAssigned { .. } => "postmortem_assigned",
        }
    }
}
