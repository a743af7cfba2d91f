//! Around a command: when, by whom, from where, and what the person had seen.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Cause, Engagement, Named, Part, Status, WaitingHandOff};
use crate::text::{Summary, Title};
use crate::{Actor, PersonId, RuleRef, SeverityId, TimelineItemId};

codes! {
    /// Where a command came from.
    pub enum Source of "source" {
        /// A page.
        Web = "web", "the web";
        /// Slack.
        Slack = "slack", "Slack";
        /// The API.
        Api = "api", "the API";
        /// An alert.
        Alert = "alert", "an alert";
        /// An import.
        Import = "import", "an import";
        /// The demo story.
        Demo = "demo", "the demo";
        /// The product itself, because time passed.
        Software = "software", "the software itself";
    }
}

/// What a decision has to know besides the incident and the command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// When it happens, by the database's clock; for imported history, when it happened.
    pub now: DateTime<Utc>,
    /// When it is written down: `now`, except for history.
    pub recorded_at: DateTime<Utc>,
    /// Who does it.
    pub actor: Actor,
    /// Where it came from.
    pub source: Source,
    /// The guarded rules that stand before Closed.
    pub guarded_owed: Vec<RuleRef>,
    /// What the person saw of the fields they change.
    pub seen: Seen,
    /// The part that the command is about, as it stands.
    pub part: Part,
    /// Whom the command names, when it names somebody and history is not being told.
    pub named: Option<Named>,
    /// The hand-off that waits for an answer in the incident.
    pub waiting: Option<WaitingHandOff>,
    /// How whoever acts takes part; nobody does yet in history.
    pub engagement: Option<Engagement>,
    /// Who was invited, for a command that gives a role away or changes who can see it.
    pub invited: Vec<PersonId>,
}

impl Moment {
    /// Something that happens now.
    pub fn new(now: DateTime<Utc>, actor: impl Into<Actor>, source: Source) -> Self {
        Self {
            now,
            recorded_at: now,
            actor: actor.into(),
            source,
            guarded_owed: Vec::new(),
            seen: Seen::default(),
            part: Part::Whole,
            named: None,
            waiting: None,
            engagement: None,
            invited: Vec::new(),
        }
    }

    /// Something that happened before and is written down now.
    pub fn in_history(
        happened_at: DateTime<Utc>,
        recorded_at: DateTime<Utc>,
        actor: impl Into<Actor>,
        source: Source,
    ) -> Self {
        Self { recorded_at, ..Self::new(happened_at, actor, source) }
    }
}

/// What somebody had before their eyes when they decided, field by field. A field that was
/// seen differently from what it is refuses a change of that field and of no other, so that
/// a note never blocks a severity. `None` asks no question.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Seen {
    /// The status; recovering never asks.
    pub status: Option<Status>,
    /// The severity.
    pub severity: Option<SeverityId>,
    /// The lead: outer `Some` when it was seen, inner `None` when nobody led.
    pub lead: Option<Option<PersonId>>,
    /// The title.
    pub title: Option<Title>,
    /// The summary.
    pub summary: Option<Summary>,
    /// The cause.
    pub cause: Option<Cause>,
    /// The cause in words.
    pub cause_text: Option<Summary>,
    /// The timeline items that showed the cause. What was not seen is not taken away, so that
    /// two people who choose at once both have chosen.
    pub evidence: Option<Vec<TimelineItemId>>,
    /// When the timeline item was last changed, or written down.
    pub item: Option<DateTime<Utc>>,
    /// Who has the task: as the lead.
    pub assignee: Option<Option<PersonId>>,
    /// What the task was called.
    pub task: Option<Title>,
    /// Who does operations: as the lead.
    pub operations: Option<Option<PersonId>>,
    /// Who does communications: as the lead.
    pub communications: Option<Option<PersonId>>,
    /// The key time that is stated or corrected: inner `None` when nobody had said it.
    pub time: Option<Option<DateTime<Utc>>>,
    /// Who writes the postmortem: as the lead.
    pub postmortem_owner: Option<Option<PersonId>>,
}
