//! What changed in an incident since somebody last looked, in a sentence or two.

use chrono::TimeDelta;

use super::{Cause, Event, HandOffStatus, Role, Status, Visibility};
use crate::SeverityId;
use crate::elapsed::humane;

/// What many events come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    severity: Option<(SeverityId, SeverityId)>,
    status: Option<(Status, Status)>,
    was_fixed: bool,
    was_reopened: bool,
    lead: bool,
    renamed: bool,
    summarised: bool,
    cause: Option<Cause>,
    visibility: Option<Visibility>,
    hand_off: Option<HandOffStatus>,
    updates: usize,
    notes: usize,
    links: usize,
    tasks_added: usize,
    tasks_done: usize,
    action_items: usize,
}

impl Changed {
    /// Takes in an event that somebody else caused, in the order in which they happened.
    pub fn take_in(&mut self, event: &Event) {
        match event {
            Event::StatusChanged { from, to, .. } => self.move_to(*from, *to),
            Event::Reopened { from, to, .. } => {
                self.was_reopened = true;
                self.move_to(*from, *to);
            }
            Event::Merged { from, .. } => self.move_to(*from, Status::Merged),
            Event::SeverityChanged { from, to } => {
                let first = self.severity.map_or(*from, |(first, _)| first);
                self.severity = Some((first, *to));
            }
            Event::RoleGiven { role: Role::Lead, .. } | Event::RoleEnded { role: Role::Lead, .. } => self.lead = true,
            Event::Renamed { .. } => self.renamed = true,
            Event::Summarised { .. } => self.summarised = true,
            Event::CauseSettled { to, .. } => self.cause = Some(*to),
            Event::VisibilityChanged { to, .. } => self.visibility = Some(*to),
            Event::HandOffOffered { .. } => self.hand_off = Some(HandOffStatus::Offered),
            Event::HandOffEnded { how, .. } => self.hand_off = Some(*how),
            Event::Noted { .. } => self.notes += 1,
            Event::Updated { .. } => self.updates += 1,
            Event::LinkAttached { .. } => self.links += 1,
            Event::TaskAdded { .. } => self.tasks_added += 1,
            Event::TaskTicked { done: true, .. } => self.tasks_done += 1,
            Event::TaskTicked { done: false, .. } => self.tasks_done = self.tasks_done.saturating_sub(1),
            Event::ActionItemAdded { .. } => self.action_items += 1,
            _ => {}
        }
    }

    /// So many notes and updates, when they need not be read one by one.
    pub fn take_in_words(&mut self, notes: usize, updates: usize) {
        self.notes += notes;
        self.updates += updates;
    }

    fn move_to(&mut self, from: Status, to: Status) {
        let first = self.status.map_or(from, |(first, _)| first);
        self.status = Some((first, to));
        self.was_fixed |= to == Status::Monitoring;
    }

    /// Says it: `Since you last looked, 9 h ago: Sev3 became Sev2, Godwit leads, 6 notes,
    /// the fix is out.` Nothing when nothing is worth saying. `lead` is who leads now;
    /// `severity` gives a severity's name.
    pub fn say<'a>(
        &self,
        ago: TimeDelta,
        lead: Option<&str>,
        severity: impl Fn(SeverityId) -> Option<&'a str>,
    ) -> Option<String> {
        let mut main = Vec::new();
        if let Some((from, to)) = self.severity.filter(|(from, to)| from != to) {
            match (severity(from), severity(to)) {
                (Some(from), Some(to)) => main.push(format!("{from} became {to}")),
                (None, Some(to)) => main.push(format!("it became {to}")),
                _ => main.push("the severity changed".to_owned()),
            }
        }
        if self.lead {
            main.push(lead.map_or_else(|| "nobody leads any more".to_owned(), |name| format!("{name} leads")));
        }
        main.extend(counted(self.updates, "an update", "updates"));
        main.extend(counted(self.notes, "a note", "notes"));
        main.extend(self.status());
        let mut rest = Vec::new();
        rest.extend(self.cause.map(cause).map(str::to_owned));
        rest.extend(self.hand_off.map(hand_off).map(str::to_owned));
        rest.extend(self.visibility.map(|to| format!("it is {} now", to.word().to_lowercase())));
        rest.extend(counted(self.tasks_added, "a new task", "new tasks"));
        rest.extend(counted(self.tasks_done, "a task is done", "tasks are done"));
        rest.extend(counted(self.action_items, "a new action item", "new action items"));
        rest.extend(counted(self.links, "a new link", "new links"));
        rest.extend(self.renamed.then(|| "another title".to_owned()));
        rest.extend(self.summarised.then(|| "another summary".to_owned()));
        if main.is_empty() {
            std::mem::swap(&mut main, &mut rest);
        }
        if main.is_empty() {
            return None;
        }
        let mut said =
            format!("Since you last looked, {} ago: {}.", humane(ago.max(TimeDelta::zero())), main.join(", "));
        if !rest.is_empty() {
            said.push_str(&format!(" Also {}.", rest.join(", ")));
        }
        Some(said)
    }

    fn status(&self) -> Vec<String> {
        let Some((from, to)) = self.status else { return Vec::new() };
        let mut said = Vec::new();
        if self.was_reopened {
            said.push("it was re-opened".to_owned());
        }
        if from == to {
            return said;
        }
        // That it is over says more than that the fix went out before.
        if self.was_fixed && to == Status::Monitoring {
            said.push("the fix is out".to_owned());
        } else {
            said.extend(match to {
                Status::Triage => Some("it is back in triage".to_owned()),
                Status::Investigating if self.was_reopened => None,
                Status::Investigating => Some("it is being investigated".to_owned()),
                Status::Identified => Some("it is known what is wrong".to_owned()),
                Status::Monitoring => None,
                Status::Recovered => Some("it is over".to_owned()),
                Status::Closed => Some("it was closed".to_owned()),
                Status::Declined => Some("it was declined".to_owned()),
                Status::Merged => Some("it was merged into another incident".to_owned()),
                Status::Cancelled => Some("it was cancelled".to_owned()),
            });
        }
        said
    }
}

fn counted(count: usize, one: &str, many: &str) -> Option<String> {
    match count {
        0 => None,
        1 => Some(one.to_owned()),
        count => Some(format!("{count} {many}")),
    }
}

fn cause(cause: Cause) -> &'static str {
    match cause {
        Cause::Unknown => "the cause is unknown again",
        Cause::Suspected => "a cause is suspected",
        Cause::Confirmed => "the cause is confirmed",
        Cause::AcceptedUnknown => "the cause is accepted as unknown",
    }
}

fn hand_off(how: HandOffStatus) -> &'static str {
    match how {
        HandOffStatus::Offered => "a hand-off waits for its answer",
        HandOffStatus::Accepted => "a hand-off was accepted",
        HandOffStatus::Declined => "a hand-off was declined",
        HandOffStatus::Expired => "a hand-off came back unanswered",
        HandOffStatus::Withdrawn => "a hand-off was taken back",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PersonId;
    use crate::text::{MarkdownText, Reason, Title};
    use uuid::Uuid;

    fn severity(n: u128) -> SeverityId {
        SeverityId::from_uuid(Uuid::from_u128(n))
    }

    fn name(id: SeverityId) -> Option<&'static str> {
        [(severity(1), "Sev1"), (severity(2), "Sev2"), (severity(3), "Sev3")]
            .into_iter()
            .find_map(|(known, name)| (known == id).then_some(name))
    }

    fn became(from: u128, to: u128) -> Event {
        Event::SeverityChanged { from: severity(from), to: severity(to) }
    }

    fn moved(from: Status, to: Status) -> Event {
        Event::StatusChanged { from, to, reason: None }
    }

    fn noted() -> Event {
        Event::Noted { body: MarkdownText::parse("Looked.").unwrap(), occurred_at: None }
    }

    fn led() -> Event {
        Event::RoleGiven { role: Role::Lead, person: PersonId::from_uuid(Uuid::nil()), before: None }
    }

    fn said(events: &[Event]) -> Option<String> {
        let mut changed = Changed::default();
        events.iter().for_each(|event| changed.take_in(event));
        changed.say(TimeDelta::hours(9), Some("Godwit"), name)
    }

    #[test]
    fn a_night_in_one_sentence() {
        let mut night = vec![became(3, 2), led(), moved(Status::Investigating, Status::Identified)];
        night.extend((0..6).map(|_| noted()));
        night.push(moved(Status::Identified, Status::Monitoring));
        assert_eq!(
            said(&night).unwrap(),
            "Since you last looked, 9 h ago: Sev3 became Sev2, Godwit leads, 6 notes, the fix is out."
        );
    }

    #[test]
    fn what_came_back_to_where_it_was_is_not_said() {
        assert_eq!(said(&[became(3, 1), became(1, 3)]), None);
        let (known, not) = (Status::Identified, Status::Investigating);
        assert_eq!(said(&[moved(not, known), moved(known, not)]), None);
        assert!(said(&[became(3, 1), became(1, 2)]).unwrap().contains("Sev3 became Sev2"));
    }

    #[test]
    fn nothing_happened_and_nothing_is_said() {
        assert_eq!(said(&[]), None);
        assert_eq!(said(&[Event::PersonJoined { person: PersonId::from_uuid(Uuid::nil()) }]), None);
    }

    #[test]
    fn its_end_says_more_than_the_fix() {
        let over = said(&[moved(Status::Identified, Status::Monitoring), moved(Status::Monitoring, Status::Recovered)]);
        assert!(over.unwrap().ends_with(": it is over."));
        let again = Event::Reopened {
            from: Status::Recovered,
            to: Status::Investigating,
            reason: Reason::parse("It came back.").unwrap(),
        };
        assert!(said(&[moved(Status::Monitoring, Status::Recovered), again]).unwrap().ends_with(": it was re-opened."));
    }

    #[test]
    fn what_matters_less_comes_after() {
        let renamed = Event::Renamed { from: Title::parse("a").unwrap(), to: Title::parse("b").unwrap() };
        assert_eq!(
            said(&[noted(), renamed.clone()]).unwrap(),
            "Since you last looked, 9 h ago: a note. Also another title."
        );
        assert_eq!(said(&[renamed]).unwrap(), "Since you last looked, 9 h ago: another title.");
    }

    #[test]
    fn notes_need_not_be_read_to_be_counted() {
        let mut changed = Changed::default();
        changed.take_in_words(40, 1);
        let said = changed.say(TimeDelta::seconds(-3), None, name).unwrap();
        assert_eq!(said, "Since you last looked, under 1 min ago: an update, 40 notes.");
    }
}
