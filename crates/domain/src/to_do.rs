//! The one list of whatever somebody owes, what is urgent in it, and whose list an event can
//! change.

mod concerned;

pub use concerned::{Concerned, concerned};

use std::cmp::Ordering;

use chrono::{DateTime, Utc};

codes! {
    /// What is owed.
    pub enum Debt of "kind" {
        /// An answer: somebody offers their lead to me.
        HandOff = "hand_off", "Hand-off";
        /// An update that was promised, where I lead or speak.
        Update = "update", "Update";
        /// The time for looking for the cause is over, where I led.
        TriageOver = "triage_over", "Additional triage";
        /// A task of mine.
        Task = "task", "Task";
        /// When the failure started, where I led.
        StartMissing = "start_missing", "Key times";
        /// When it was noticed, where I led.
        DetectedMissing = "detected_missing", "Key times";
        /// What the cause was, where I led.
        CauseOpen = "cause_open", "Cause";
        /// Who writes the postmortem, where I led.
        NobodyWrites = "nobody_writes", "Postmortem";
        /// Tasks that stayed open, where I led.
        TasksLeft = "tasks_left", "Tasks";
        /// The postmortem that I agreed to write.
        Postmortem = "postmortem", "Postmortem";
        /// An action item of mine.
        ActionItem = "action_item", "Action item";
    }
}

impl Debt {
    /// Whether the incident's own page asks for it as a next step.
    pub const fn is_next_step(self) -> bool {
        matches!(
            self,
            Self::TriageOver
                | Self::StartMissing
                | Self::DetectedMissing
                | Self::CauseOpen
                | Self::NobodyWrites
                | Self::TasksLeft
        )
    }
}

/// What decides how urgent something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Urgency {
    /// What is owed.
    pub debt: Debt,
    /// Whether the incident goes on.
    pub is_open: bool,
    /// How bad the incident is, 1 the worst.
    pub rank: i16,
    /// When it is due, if it is.
    pub due_at: Option<DateTime<Utc>>,
    /// Since when it is owed.
    pub since: DateTime<Utc>,
}

impl Urgency {
    /// The most urgent comes first. Somebody waits for a hand-off; then what is late; then
    /// what goes on before what is over, by what is due, how bad it is, and how long it waits.
    pub fn cmp(&self, other: &Self, now: DateTime<Utc>) -> Ordering {
        let due = |of: &Self| (of.due_at.is_none(), of.due_at);
        let step = |of: &Self| of.step(now);
        step(self)
            .cmp(&step(other))
            .then_with(|| due(self).cmp(&due(other)))
            .then_with(|| self.rank.cmp(&other.rank))
            .then_with(|| self.debt.cmp(&other.debt))
            .then_with(|| other.is_open.cmp(&self.is_open))
            .then_with(|| self.since.cmp(&other.since))
    }

    fn step(&self, now: DateTime<Utc>) -> u8 {
        let is_late = self.due_at.is_some_and(|due| due <= now);
        match self.debt {
            Debt::HandOff => 0,
            Debt::Update if is_late => 1,
            Debt::Update => 2,
            Debt::Task if self.is_open => 3,
            Debt::TriageOver => 4,
            Debt::Task
            | Debt::StartMissing
            | Debt::DetectedMissing
            | Debt::CauseOpen
            | Debt::NobodyWrites
            | Debt::TasksLeft
            | Debt::Postmortem => 5,
            Debt::ActionItem => 6,
        }
    }
}

/// Puts a list into the order of its urgency; equal ones keep their order.
pub fn by_urgency<T>(list: &mut [T], now: DateTime<Utc>, urgency: impl Fn(&T) -> Urgency) {
    list.sort_by(|one, other| urgency(one).cmp(&urgency(other), now));
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;
    use proptest::prelude::*;

    fn now() -> DateTime<Utc> {
        "2025-11-20T14:44:00Z".parse().unwrap()
    }

    fn owed(debt: Debt) -> Urgency {
        Urgency { debt, is_open: true, rank: 2, due_at: None, since: now() }
    }

    fn due(debt: Debt, minutes: i64) -> Urgency {
        Urgency { due_at: Some(now() + TimeDelta::minutes(minutes)), ..owed(debt) }
    }

    #[test]
    fn who_waits_comes_first_and_what_has_time_last() {
        let over = |debt| Urgency { is_open: false, ..owed(debt) };
        let expected = [
            due(Debt::HandOff, 12),
            due(Debt::Update, -20),
            due(Debt::Update, -1),
            due(Debt::Update, 4),
            Urgency { rank: 1, ..owed(Debt::Task) },
            owed(Debt::Task),
            due(Debt::TriageOver, -60),
            over(Debt::Task),
            over(Debt::StartMissing),
            over(Debt::DetectedMissing),
            over(Debt::CauseOpen),
            over(Debt::NobodyWrites),
            over(Debt::TasksLeft),
            over(Debt::Postmortem),
            owed(Debt::ActionItem),
        ];
        let mut list = expected.to_vec();
        list.reverse();
        by_urgency(&mut list, now(), |one| *one);
        assert_eq!(list, expected);
    }

    fn any_urgency() -> impl Strategy<Value = Urgency> {
        let parts = (0..Debt::ALL.len(), any::<bool>(), 1i16..4, proptest::option::of(-90i64..90), 0i64..9);
        parts.prop_map(|(debt, is_open, rank, minutes, since)| Urgency {
            debt: Debt::ALL[debt],
            is_open,
            rank,
            due_at: minutes.map(|minutes| now() + TimeDelta::minutes(minutes)),
            since: now() - TimeDelta::hours(since),
        })
    }

    proptest! {
        #[test]
        fn the_order_does_not_depend_on_the_order_before(mut list in proptest::collection::vec(any_urgency(), 0..20)) {
            let mut other = list.clone();
            other.reverse();
            by_urgency(&mut list, now(), |one| *one);
            by_urgency(&mut other, now(), |one| *one);
            prop_assert_eq!(&list, &other);
        }

        #[test]
        fn late_updates_stand_before_everything_but_hand_offs(mut list in proptest::collection::vec(any_urgency(), 1..20)) {
            by_urgency(&mut list, now(), |one| *one);
            let is_late = |one: &Urgency| one.debt == Debt::Update && one.due_at.is_some_and(|due| due <= now());
            if let Some(last) = list.iter().rposition(is_late) {
                prop_assert!(list[..last].iter().all(|one| one.debt == Debt::HandOff || is_late(one)));
            }
        }
    }
}
