//! What can be asked of an incident. Web, Slack, import and API ask in these words.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Aim, Baton, Cause, Kind, Role, Status, Visibility};
use crate::key_times::{KeyTimeKind, KeyTimeSource, Precision};
use crate::text::{LinkLabel, MarkdownText, Reason, Summary, TagName, Title, Url};
use crate::{
    ActionItemId, ComponentId, HandOffId, IncidentId, LinkId, PersonId, SeverityId, TagId, TaskId, TimelineItemId,
};

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
        /// Timeline items that show it. Others that do already stay, but for those that
        /// whoever asks saw and does not name (`Seen::evidence`).
        #[serde(default)]
        evidence: Vec<TimelineItemId>,
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
    /// Written down afterwards, for a moment that has passed.
    Recount {
        /// What it says.
        body: MarkdownText,
        /// When it happened.
        occurred_at: DateTime<Utc>,
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
    /// A timeline item gets other words or another time; what it said before is kept.
    EditItem {
        /// Which.
        item: TimelineItemId,
        /// What it says now.
        body: MarkdownText,
        /// When it happened.
        occurred_at: DateTime<Utc>,
    },
    /// A timeline item is shown no more; it is not lost.
    HideItem {
        /// Which.
        item: TimelineItemId,
    },
    /// A hidden timeline item is shown again.
    RestoreItem {
        /// Which.
        item: TimelineItemId,
    },
    /// A link is put at the incident's top.
    AttachLink {
        /// Made by whoever sends it.
        link: LinkId,
        /// Where it leads.
        url: Url,
        /// What it is called; the address says it when nobody does.
        label: Option<LinkLabel>,
    },
    /// A link is taken away.
    RemoveLink {
        /// Which.
        link: LinkId,
    },
    /// A component failed, or failed with it.
    AddComponent {
        /// Which.
        component: ComponentId,
    },
    /// The component had nothing to do with it.
    RemoveComponent {
        /// Which.
        component: ComponentId,
    },
    /// It gets a tag, a new one if need be.
    AddTag {
        /// What it is called.
        name: TagName,
    },
    /// It loses a tag.
    RemoveTag {
        /// Which.
        tag: TagId,
    },
    /// Another incident has to do with it.
    Relate {
        /// Which.
        other: IncidentId,
    },
    /// Another incident has nothing to do with it.
    Unrelate {
        /// Which.
        other: IncidentId,
    },
    /// It becomes private, or public again.
    ChangeVisibility {
        /// Which of the two.
        to: Visibility,
    },
    /// Whoever asks follows it from now on.
    Join,
    /// Whoever asks follows it no more.
    Leave,
    /// Somebody is invited; into a private incident too.
    Invite {
        /// Who.
        person: PersonId,
    },
    /// Somebody takes part no more; a private incident is closed to them again.
    RemovePerson {
        /// Who.
        person: PersonId,
    },
    /// Something is to be done during the incident.
    AddTask {
        /// Made by whoever sends it.
        task: TaskId,
        /// What.
        title: Title,
        /// By whom.
        assignee: Option<PersonId>,
    },
    /// A task is somebody's, or nobody's.
    AssignTask {
        /// Which.
        task: TaskId,
        /// Whose.
        assignee: Option<PersonId>,
    },
    /// A task is called something else.
    RenameTask {
        /// Which.
        task: TaskId,
        /// What it is called.
        title: Title,
    },
    /// A task is done, or it is not after all.
    TickTask {
        /// Which.
        task: TaskId,
        /// Whether it is done.
        done: bool,
    },
    /// A task becomes an action item: it goes on after the incident.
    PromoteTask {
        /// Which.
        task: TaskId,
        /// Made by whoever sends it.
        action: ActionItemId,
        /// What it is to achieve.
        aim: Aim,
    },
    /// Something is to be done after the incident.
    AddActionItem {
        /// Made by whoever sends it.
        action: ActionItemId,
        /// What.
        title: Title,
        /// What it is to achieve.
        aim: Aim,
        /// Whose.
        owner: Option<PersonId>,
    },
    /// The lead offers the lead to somebody, with a baton note.
    OfferHandOff {
        /// Made by whoever sends it.
        hand_off: HandOffId,
        /// To whom.
        to: PersonId,
        /// What they have to know.
        baton: Baton,
    },
    /// Whoever was asked takes over.
    AcceptHandOff {
        /// Which.
        hand_off: HandOffId,
    },
    /// Whoever was asked cannot.
    DeclineHandOff {
        /// Which.
        hand_off: HandOffId,
    },
    /// The giver takes the offer back.
    WithdrawHandOff {
        /// Which.
        hand_off: HandOffId,
    },
    /// Nobody answered in time; asked by the product itself.
    ExpireHandOff {
        /// Which.
        hand_off: HandOffId,
    },
    /// Looking for the cause of what is over may take until then.
    BoxTriage {
        /// Until when; without it, as long as it takes as a rule (`TRIAGE_BOX`) from now on.
        until: Option<DateTime<Utc>>,
    },
}
