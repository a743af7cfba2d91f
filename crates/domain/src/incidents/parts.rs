//! The parts of an incident that a command can be about: a timeline item, a task, a link,
//! a hand-off, somebody who takes part. They live in tables of their own; the store loads
//! the one that a command names, so that a decision stays a matter of plain values.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{Cause, Event, Status};
use crate::text::{MarkdownText, Title};
use crate::{HandOffId, PersonId, TimelineItemId};

codes! {
    /// How somebody takes part.
    pub enum Engagement of "engagement" {
        /// Did something in the incident.
        Active = "active", "active";
        /// Follows it, or was told.
        Observer = "observer", "observer";
    }
}

codes! {
    /// What an action item is to achieve.
    pub enum Aim of "aim" {
        /// It does not happen again.
        Prevent = "prevent", "Prevent";
        /// It is noticed sooner.
        Detect = "detect", "Detect";
        /// It is over sooner.
        Recover = "recover", "Recover";
        /// It is understood better.
        Learn = "learn", "Learn";
    }
}

codes! {
    /// How far an action item is.
    pub enum ActionStatus of "status" {
        /// Nobody has said what becomes of it.
        Triage = "triage", "Triage (Want)";
        /// Wanted, and not planned yet.
        Backlog = "backlog", "Backlog";
        /// Planned.
        Planned = "planned", "Planned";
        /// Somebody works on it.
        InProgress = "in_progress", "In progress";
        /// Done.
        Done = "done", "Done";
        /// Decided against.
        NotDoing = "not_doing", "Not doing";
    }
}

impl ActionStatus {
    /// Whether something is still to be done.
    pub const fn is_open(self) -> bool {
        !matches!(self, Self::Done | Self::NotDoing)
    }
}

codes! {
    /// Where a hand-off stands.
    pub enum HandOffStatus of "hand_off" {
        /// Somebody was asked and has not answered.
        Offered = "offered", "Offered";
        /// They took over.
        Accepted = "accepted", "Accepted";
        /// They cannot.
        Declined = "declined", "Declined";
        /// Nobody answered in time.
        Expired = "expired", "Expired";
        /// The giver took it back.
        Withdrawn = "withdrawn", "Withdrawn";
    }
}

/// After this time without an answer an offered hand-off comes back to its giver.
pub const HAND_OFF_PATIENCE: TimeDelta = TimeDelta::minutes(15);

/// How long additional triage may take when nobody says otherwise.
pub const TRIAGE_BOX: TimeDelta = TimeDelta::days(2);

/// When the time for additional triage ends: when somebody said (`boxed`), or else two days
/// after the recovery. What is closed has only the time that somebody gave it, and what goes
/// on, or has its cause, has none. The schema's `triage_ends` says the same.
pub fn triage_ends(
    status: Status,
    cause: Cause,
    boxed: Option<DateTime<Utc>>,
    recovered: Option<DateTime<Utc>>,
) -> Option<DateTime<Utc>> {
    match status {
        _ if cause.is_settled() => None,
        Status::Recovered => boxed.or_else(|| Some(recovered? + TRIAGE_BOX)),
        Status::Closed => boxed,
        _ => None,
    }
}

/// What whoever takes over has to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Baton {
    /// The note itself: state, tried, next, risks, who is asleep.
    pub note: MarkdownText,
}

/// A timeline item as a decision needs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemState {
    /// Whether its words can be changed: what somebody wrote, not what the software noted.
    pub is_written: bool,
    /// Its words.
    pub body: String,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// When it was last changed, or written down.
    pub changed_at: DateTime<Utc>,
    /// Whether it is hidden.
    pub is_hidden: bool,
}

/// A task as a decision needs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskState {
    /// What is to be done.
    pub title: Title,
    /// By whom.
    pub assignee: Option<PersonId>,
    /// Whether it is done.
    pub is_done: bool,
    /// Whether it was promoted to an action item.
    pub is_promoted: bool,
}

/// A hand-off as a decision needs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOffState {
    /// Who gives.
    pub from: PersonId,
    /// Who was asked.
    pub to: PersonId,
    /// Where it stands.
    pub status: HandOffStatus,
    /// When it comes back by itself.
    pub expires_at: DateTime<Utc>,
}

/// A hand-off that waits for its answer, whatever the command is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingHandOff {
    /// Which.
    pub hand_off: HandOffId,
    /// Who gives.
    pub from: PersonId,
    /// Who was asked.
    pub to: PersonId,
}

impl WaitingHandOff {
    /// What waits after these events, when this waited before them.
    pub fn after(before: Option<Self>, events: &[Event]) -> Option<Self> {
        events.iter().fold(before, |waiting, event| match event {
            Event::HandOffOffered { hand_off, from, to, .. } => {
                Some(Self { hand_off: *hand_off, from: *from, to: *to })
            }
            Event::HandOffEnded { .. } => None,
            _ => waiting,
        })
    }
}

/// The part that a command is about, as it stands before the command.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Part {
    /// The command is about the incident as a whole.
    #[default]
    Whole,
    /// There is no such part in this incident.
    Missing,
    /// A timeline item.
    Item(ItemState),
    /// A task.
    Task(TaskState),
    /// A hand-off.
    HandOff(HandOffState),
    /// Whether a link, a component, a tag or another incident is attached.
    Attached(bool),
    /// The hand-off that waits for an answer, when somebody offers one or the lead changes.
    Waiting(bool),
    /// Evidence of a cause.
    Evidence {
        /// The timeline items that show it already.
        is: Vec<TimelineItemId>,
        /// Of those that are named now, the ones that belong to the incident.
        known: Vec<TimelineItemId>,
    },
}

/// Somebody whom a command names, as the store knows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// Whether they are there at all, and not deactivated.
    pub is_active: bool,
    /// Whether they may read the incident.
    pub is_inside: bool,
    /// How they take part, if they do.
    pub engagement: Option<Engagement>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn additional_triage_begins_by_itself_and_ends_when_somebody_said_or_after_two_days() {
        let recovered: DateTime<Utc> = "2025-11-20T14:44:00Z".parse().unwrap();
        let said = recovered + TimeDelta::days(5);
        let ends = |status, cause, boxed| triage_ends(status, cause, boxed, Some(recovered));
        for cause in [Cause::Unknown, Cause::Suspected] {
            assert_eq!(ends(Status::Recovered, cause, None), Some(recovered + TimeDelta::days(2)));
            assert_eq!(ends(Status::Recovered, cause, Some(said)), Some(said));
            assert_eq!(ends(Status::Closed, cause, Some(said)), Some(said));
            assert_eq!(ends(Status::Closed, cause, None), None, "what is closed rests");
            assert_eq!(ends(Status::Investigating, cause, Some(said)), None);
            assert_eq!(triage_ends(Status::Recovered, cause, None, None), None);
        }
        assert_eq!(ends(Status::Recovered, Cause::Confirmed, Some(said)), None);
        assert_eq!(ends(Status::Recovered, Cause::AcceptedUnknown, None), None);
    }
}
