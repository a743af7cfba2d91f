//! What happened: one event is one change, and one row of the activity log.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Aim, Baton, Cause, Declaration, HandOffStatus, Role, Status, Visibility};
use crate::key_times::{KeyTime, KeyTimeKind};
use crate::text::{LinkLabel, MarkdownText, Reason, Summary, TagName, Title, Url};
use crate::{
    ActionItemId, ComponentId, HandOffId, IncidentId, LinkId, PersonId, SeverityId, TagId, TaskId, TimelineItemId,
};

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
        /// The timeline items that show it, after: all of them.
        #[serde(default)]
        evidence: Vec<TimelineItemId>,
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
        /// When it happened, if not when it was written.
        #[serde(default)]
        occurred_at: Option<DateTime<Utc>>,
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
    /// A timeline item got other words or another time.
    ItemEdited {
        /// Which.
        item: TimelineItemId,
        /// What it said.
        body_before: String,
        /// When it was said to have happened.
        occurred_at_before: DateTime<Utc>,
        /// What it says.
        body: MarkdownText,
        /// When it happened.
        occurred_at: DateTime<Utc>,
    },
    /// A timeline item is shown no more.
    ItemHidden {
        /// Which.
        item: TimelineItemId,
    },
    /// A timeline item is shown again.
    ItemRestored {
        /// Which.
        item: TimelineItemId,
    },
    /// A link was attached.
    LinkAttached {
        /// Which.
        link: LinkId,
        /// Where it leads.
        url: Url,
        /// What it is called.
        label: Option<LinkLabel>,
    },
    /// A link was taken away.
    LinkRemoved {
        /// Which.
        link: LinkId,
    },
    /// A component was added.
    ComponentAdded {
        /// Which.
        component: ComponentId,
    },
    /// A component was taken away.
    ComponentRemoved {
        /// Which.
        component: ComponentId,
    },
    /// A tag was added.
    TagAdded {
        /// What it is called.
        name: TagName,
    },
    /// A tag was taken away.
    TagRemoved {
        /// Which.
        tag: TagId,
    },
    /// Another incident has to do with it.
    Related {
        /// Which.
        other: IncidentId,
    },
    /// Another incident has nothing to do with it.
    Unrelated {
        /// Which.
        other: IncidentId,
    },
    /// It became private, or public.
    VisibilityChanged {
        /// Before.
        from: Visibility,
        /// After.
        to: Visibility,
    },
    /// Somebody follows it.
    PersonJoined {
        /// Who.
        person: PersonId,
    },
    /// Somebody follows it no more.
    PersonLeft {
        /// Who.
        person: PersonId,
    },
    /// Somebody was invited by somebody else.
    PersonInvited {
        /// Who.
        person: PersonId,
    },
    /// Somebody was taken out by somebody else.
    PersonRemoved {
        /// Who.
        person: PersonId,
    },
    /// A task was added.
    TaskAdded {
        /// Which.
        task: TaskId,
        /// What.
        title: Title,
        /// By whom it is to be done.
        assignee: Option<PersonId>,
    },
    /// A task changed hands.
    TaskAssigned {
        /// Which.
        task: TaskId,
        /// Whose it was.
        from: Option<PersonId>,
        /// Whose it is.
        to: Option<PersonId>,
    },
    /// A task is called something else.
    TaskRenamed {
        /// Which.
        task: TaskId,
        /// Before.
        from: Title,
        /// After.
        to: Title,
    },
    /// A task was ticked, or unticked.
    TaskTicked {
        /// Which.
        task: TaskId,
        /// Whether it is done.
        done: bool,
    },
    /// A task became an action item; the action item is an event of its own.
    TaskPromoted {
        /// Which.
        task: TaskId,
        /// The action item.
        action: ActionItemId,
    },
    /// There is a new action item.
    ActionItemAdded {
        /// Which.
        action: ActionItemId,
        /// What.
        title: Title,
        /// What it is to achieve.
        aim: Aim,
        /// Whose.
        owner: Option<PersonId>,
    },
    /// The lead was offered to somebody.
    HandOffOffered {
        /// Which.
        hand_off: HandOffId,
        /// Who gives.
        from: PersonId,
        /// Who was asked.
        to: PersonId,
        /// What they have to know.
        baton: Baton,
        /// When it comes back by itself.
        expires_at: DateTime<Utc>,
    },
    /// A hand-off was answered, taken back, or nobody answered.
    HandOffEnded {
        /// Which.
        hand_off: HandOffId,
        /// Who gave.
        from: PersonId,
        /// Who was asked.
        to: PersonId,
        /// How it ended.
        how: HandOffStatus,
    },
    /// Additional triage got its time-box.
    TriageBoxed {
        /// Until when.
        until: DateTime<Utc>,
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
            Self::ItemEdited { .. } => "item_edited",
            Self::ItemHidden { .. } => "item_hidden",
            Self::ItemRestored { .. } => "item_restored",
            Self::LinkAttached { .. } => "link_attached",
            Self::LinkRemoved { .. } => "link_removed",
            Self::ComponentAdded { .. } => "component_added",
            Self::ComponentRemoved { .. } => "component_removed",
            Self::TagAdded { .. } => "tag_added",
            Self::TagRemoved { .. } => "tag_removed",
            Self::Related { .. } => "related",
            Self::Unrelated { .. } => "unrelated",
            Self::VisibilityChanged { .. } => "visibility_changed",
            Self::PersonJoined { .. } => "person_joined",
            Self::PersonLeft { .. } => "person_left",
            Self::PersonInvited { .. } => "person_invited",
            Self::PersonRemoved { .. } => "person_removed",
            Self::TaskAdded { .. } => "task_added",
            Self::TaskAssigned { .. } => "task_assigned",
            Self::TaskRenamed { .. } => "task_renamed",
            Self::TaskTicked { .. } => "task_ticked",
            Self::TaskPromoted { .. } => "task_promoted",
            Self::ActionItemAdded { .. } => "action_item_added",
            Self::HandOffOffered { .. } => "hand_off_offered",
            Self::HandOffEnded { .. } => "hand_off_ended",
            Self::TriageBoxed { .. } => "triage_boxed",
        }
    }
}
