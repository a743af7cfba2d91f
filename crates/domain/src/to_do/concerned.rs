//! Whose list an event can change: their open pages count again.

use crate::PersonId;
use crate::incidents::{Event, IncidentState, Part};
use crate::key_times::KeyTimeKind;

/// Whose list has to be counted again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Concerned {
    /// These people's, each once.
    pub people: Vec<PersonId>,
    /// And that of whoever has a task in the incident.
    pub has_tasks: bool,
}

/// Whose list can be another after these events. A note concerns nobody. `before` is nothing
/// for a declaration, `part` what the command was about.
pub fn concerned(before: Option<&IncidentState>, events: &[Event], part: &Part) -> Concerned {
    let mut concerned = Concerned::default();
    let Some(mut after) = before.cloned() else { return concerned };
    events.iter().for_each(|event| after.apply(event));
    let mut asks = false;
    for event in events {
        asks |= asks_whoever_leads(event);
        concerned.has_tasks |= ends_or_begins(event);
        concerned.people.extend(named(event, part).into_iter().flatten());
    }
    if asks {
        let asked = |state: &IncidentState| [state.lead, state.communications, state.reporter, state.postmortem_owner];
        concerned.people.extend(before.into_iter().chain([&after]).flat_map(asked).flatten());
    }
    concerned.people.sort_unstable();
    concerned.people.dedup();
    concerned
}

/// Whether it changes what whoever leads, speaks, reported it or writes of it owes.
fn asks_whoever_leads(event: &Event) -> bool {
    use KeyTimeKind::{Detected, FailureStarted, PostmortemReady};
    let is_asked = |kind| matches!(kind, FailureStarted | Detected | PostmortemReady);
    match event {
        Event::KeyTimeSet(key_time) => is_asked(key_time.kind),
        Event::KeyTimeSuperseded { kind } => is_asked(*kind),
        Event::RoleGiven { .. }
        | Event::RoleEnded { .. }
        | Event::CauseSettled { .. }
        | Event::NextUpdatePromised { .. }
        | Event::PostmortemAssigned { .. }
        | Event::TaskTicked { .. }
        | Event::TaskPromoted { .. }
        | Event::TriageBoxed { .. } => true,
        other => ends_or_begins(other),
    }
}

/// Whether the incident ends, comes back, or becomes visible to others.
const fn ends_or_begins(event: &Event) -> bool {
    matches!(
        event,
        Event::StatusChanged { .. } | Event::Merged { .. } | Event::Reopened { .. } | Event::VisibilityChanged { .. }
    )
}

/// Whom the event itself gives something to, or takes it from.
fn named(event: &Event, part: &Part) -> [Option<PersonId>; 2] {
    match event {
        Event::TaskAdded { assignee: to, .. } | Event::ActionItemAdded { owner: to, .. } => [*to, None],
        Event::TaskAssigned { from, to, .. } => [*from, *to],
        Event::TaskTicked { .. } | Event::TaskPromoted { .. } => match part {
            Part::Task(task) => [task.assignee, None],
            _ => [None, None],
        },
        Event::HandOffOffered { to, .. } | Event::HandOffEnded { to, .. } => [Some(*to), None],
        Event::PersonInvited { person } | Event::PersonRemoved { person } | Event::PersonLeft { person } => {
            [Some(*person), None]
        }
        _ => [None, None],
    }
}
