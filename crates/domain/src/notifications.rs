//! What is told to one person, because it concerns them: never what they did themselves,
//! and never anything to somebody who may not read the incident (the caller leaves those
//! out, since only the store knows who was invited).

use uuid::Uuid;

use crate::announcements::{Company, calls_everybody};
use crate::incidents::{Event, HandOffStatus, IncidentState, Kind, Role, Source, Visibility};
use crate::{Actor, PersonId};

codes! {
    /// What somebody is told.
    pub enum Told of "notification" {
        /// They lead now.
        LeadGiven = "lead_given", "You lead now";
        /// They hold another role now.
        RoleGiven = "role_given", "You have a role";
        /// What somebody who has left led is theirs now.
        Reassigned = "reassigned", "Re-assigned to you";
        /// A task is theirs.
        TaskAssigned = "task_assigned", "A task for you";
        /// An action item is theirs.
        ActionItemAssigned = "action_item_assigned", "An action item for you";
        /// They write the postmortem.
        PostmortemAssigned = "postmortem_assigned", "You write the postmortem";
        /// The lead is offered to them.
        HandOffOffered = "hand_off_offered", "Offered to you";
        /// Their offer was taken.
        HandOffAccepted = "hand_off_accepted", "Hand-off accepted";
        /// Their offer was declined.
        HandOffDeclined = "hand_off_declined", "Hand-off declined";
        /// Nobody answered in time: the lead stays where it was.
        HandOffCameBack = "hand_off_came_back", "Hand-off came back";
        /// What was offered to them is not any more.
        HandOffWithdrawn = "hand_off_withdrawn", "Hand-off withdrawn";
        /// They were invited.
        Invited = "invited", "You are invited";
        /// An update in an incident they take part in.
        Update = "update", "Update";
        /// An incident of the worst severity was declared.
        WorstDeclared = "worst_declared", "Declared";
        /// An incident has the worst severity now.
        BecameWorst = "became_worst", "The worst severity";
        /// The promised update is overdue.
        UpdateOverdue = "update_overdue", "Update overdue";
        /// The time for additional triage is over.
        TriageOver = "triage_over", "Triage is over";
    }
}

impl Told {
    /// Whether it is owed by the person: then it goes to Slack as a direct message too.
    pub const fn is_owed(self) -> bool {
        matches!(
            self,
            Self::LeadGiven
                | Self::RoleGiven
                | Self::Reassigned
                | Self::TaskAssigned
                | Self::ActionItemAssigned
                | Self::PostmortemAssigned
                | Self::HandOffOffered
                | Self::HandOffCameBack
                | Self::UpdateOverdue
                | Self::TriageOver
        )
    }

    /// Whether it interrupts.
    pub const fn is_loud(self) -> bool {
        matches!(self, Self::HandOffCameBack | Self::WorstDeclared | Self::BecameWorst)
    }
}

/// Something to tell one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Notification {
    /// Whom.
    pub person: PersonId,
    /// What.
    pub told: Told,
    /// Which task, action item or hand-off it is about.
    pub subject: Option<Uuid>,
}

/// The people around an incident.
#[derive(Clone, Debug, Default)]
pub struct People {
    /// Who takes part, observers too.
    pub participants: Vec<PersonId>,
    /// To whom it is news that the incident has the worst severity: see
    /// [`is_told_to_everybody`].
    pub everybody: Vec<PersonId>,
    /// Who has left, among those whom the events name.
    pub left: Vec<PersonId>,
}

/// What follows from events for whom: each person is told one thing at most of one kind and
/// subject. `before` is nothing for a declaration.
pub fn told(
    before: Option<&IncidentState>,
    after: &IncidentState,
    events: &[Event],
    people: &People,
    actor: Actor,
) -> Vec<Notification> {
    let mut all = Vec::new();
    let mut tell = |person: PersonId, told: Told, subject: Option<Uuid>| {
        if actor.person() != Some(person) {
            all.push(Notification { person, told, subject });
        }
    };
    let worst = if before.is_some() { Told::BecameWorst } else { Told::WorstDeclared };
    people.everybody.iter().for_each(|person| tell(*person, worst, None));
    // Who keeps their place inside a private incident is not invited to it.
    let was_inside = |event: &Event| {
        matches!(event, Event::VisibilityChanged { .. } | Event::RoleGiven { .. } | Event::RoleEnded { .. })
    };
    let invites = !events.iter().any(was_inside);
    let taken_over =
        events.iter().any(|event| matches!(event, Event::HandOffEnded { how: HandOffStatus::Accepted, .. }));
    for event in events {
        match event {
            // Whoever accepts a hand-off knows that they lead.
            Event::RoleGiven { role: Role::Lead, .. } if taken_over => {}
            Event::RoleGiven { person, before, .. } if before.is_some_and(|left| people.left.contains(&left)) => {
                tell(*person, Told::Reassigned, None);
            }
            Event::RoleGiven { role: Role::Lead, person, .. } => tell(*person, Told::LeadGiven, None),
            Event::RoleGiven { person, .. } => tell(*person, Told::RoleGiven, None),
            Event::TaskAdded { task, assignee: Some(person), .. } => {
                tell(*person, Told::TaskAssigned, Some(task.uuid()));
            }
            Event::TaskAssigned { task, from, to: Some(person) } => {
                let left = from.is_some_and(|from| people.left.contains(&from));
                let told = if left { Told::Reassigned } else { Told::TaskAssigned };
                tell(*person, told, Some(task.uuid()));
            }
            Event::ActionItemAdded { action, owner: Some(person), .. } => {
                tell(*person, Told::ActionItemAssigned, Some(action.uuid()));
            }
            Event::PostmortemAssigned { from, to } => {
                let left = from.is_some_and(|from| people.left.contains(&from));
                tell(*to, if left { Told::Reassigned } else { Told::PostmortemAssigned }, None);
            }
            Event::HandOffOffered { hand_off, to, .. } => tell(*to, Told::HandOffOffered, Some(hand_off.uuid())),
            Event::HandOffEnded { hand_off, from, to, how } => {
                let subject = Some(hand_off.uuid());
                match how {
                    HandOffStatus::Accepted => tell(*from, Told::HandOffAccepted, subject),
                    HandOffStatus::Declined => tell(*from, Told::HandOffDeclined, subject),
                    // What time took back concerns nobody any more.
                    HandOffStatus::Withdrawn if actor.person().is_none() => {}
                    HandOffStatus::Withdrawn => tell(*to, Told::HandOffWithdrawn, subject),
                    HandOffStatus::Expired => {
                        tell(*from, Told::HandOffCameBack, subject);
                        after.reporter.iter().for_each(|person| tell(*person, Told::HandOffCameBack, subject));
                    }
                    HandOffStatus::Offered => {}
                }
            }
            Event::PersonInvited { person } if invites => tell(*person, Told::Invited, None),
            Event::Updated { .. } => {
                people.participants.iter().for_each(|person| tell(*person, Told::Update, None));
            }
            _ => {}
        }
    }
    if before.is_some() && all.iter().any(|one| one.told == Told::LeadGiven) {
        // An update that gives the lead as well is one thing to whoever leads now.
        let lead = after.lead;
        all.retain(|one| one.told != Told::Update || Some(one.person) != lead);
    }
    all.sort_unstable();
    all.dedup();
    all
}

/// Whether any of the events can concern somebody, so that nothing is read for a note.
pub fn concerns(events: &[Event]) -> bool {
    events.iter().any(|event| {
        is_news(event)
            || matches!(
                event,
                Event::RoleGiven { .. }
                    | Event::TaskAdded { .. }
                    | Event::TaskAssigned { .. }
                    | Event::ActionItemAdded { .. }
                    | Event::PostmortemAssigned { .. }
                    | Event::HandOffOffered { .. }
                    | Event::HandOffEnded { .. }
                    | Event::PersonInvited { .. }
                    | Event::Updated { .. }
            )
    })
}

/// Whether events are told to everybody: a real incident goes on with the worst severity,
/// in a company that is told by push, and that is news, from the beginning or later. The
/// caller leaves out whoever was told of this incident before, so that it is told once.
pub fn is_told_to_everybody(after: &IncidentState, events: &[Event], source: Source, company: &Company) -> bool {
    events.iter().any(is_news)
        && after.kind == Kind::Real
        && calls_everybody(company, after.severity, after.status)
        && !matches!(source, Source::Import | Source::Demo)
}

/// What can make the worst severity known to somebody who did not know of it.
fn is_news(event: &Event) -> bool {
    matches!(
        event,
        Event::Declared(_)
            | Event::SeverityChanged { .. }
            | Event::Reopened { .. }
            | Event::VisibilityChanged { to: Visibility::Public, .. }
    )
}
