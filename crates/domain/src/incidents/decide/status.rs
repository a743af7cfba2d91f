//! Steps of the life cycle.

use super::{Decision, as_seen};
use crate::incidents::{Event, Status, Transition, transition};
use crate::key_times::KeyTimeKind;
use crate::text::Reason;
use crate::{IncidentId, Refusal, Why};

impl Decision<'_> {
    pub(super) fn accept(&mut self, to: Status) -> Result<(), Refusal> {
        let from = self.state.status;
        if !to.is_active() {
            return Err(Refusal::invalid("status", Why::NotKnown));
        }
        // Somebody else accepted it at the same time.
        if from.is_active() && from != to {
            return Err(Refusal::conflict("status"));
        }
        self.take_status(to, None)
    }

    pub(super) fn take_status(&mut self, to: Status, reason: Option<&Reason>) -> Result<(), Refusal> {
        let from = self.state.status;
        match transition(from, to) {
            Transition::Legal => {}
            Transition::LegalWithReason if reason.is_some() => {}
            Transition::LegalWithReason => return Err(Reason::too_short()),
            Transition::LegalIntoTarget => return Err(Refusal::TargetMissing),
            Transition::WhenNothingGuardedIsOwed => self.nothing_guarded_is_owed()?,
            Transition::Same => return Err(Refusal::SameStatus { status: from }),
            Transition::Illegal => return Err(no_step(from, to)),
        }
        // Whatever somebody saw before: it's over is true when it is over.
        if to != Status::Recovered {
            self.status_as_seen()?;
        }
        self.happens(Event::StatusChanged { from, to, reason: reason.cloned() });
        self.write_status_time(to);
        if !to.is_open() {
            self.promise(None);
        }
        Ok(())
    }

    pub(super) fn merge(&mut self, target: IncidentId, chain: &[IncidentId]) -> Result<(), Refusal> {
        let from = self.state.status;
        match transition(from, Status::Merged) {
            Transition::LegalIntoTarget => {}
            Transition::Same => return Err(Refusal::SameStatus { status: from }),
            _ => return Err(no_step(from, Status::Merged)),
        }
        if target == self.state.id {
            return Err(Refusal::MergesIntoItself);
        }
        if chain.contains(&self.state.id) {
            return Err(Refusal::MergeCycle);
        }
        self.status_as_seen()?;
        self.happens(Event::Merged { from, into: target });
        self.promise(None);
        Ok(())
    }

    pub(super) fn reopen(&mut self, to: Status, reason: &Reason) -> Result<(), Refusal> {
        let from = self.state.status;
        if from.is_open() {
            return Err(Refusal::NothingToReopen { status: from });
        }
        if !to.is_open() || transition(from, to) != Transition::LegalWithReason {
            return Err(Refusal::NotAllowedNow { from, to });
        }
        self.status_as_seen()?;
        self.happens(Event::Reopened { from, to, reason: reason.clone() });
        for kind in [KeyTimeKind::Recovered, KeyTimeKind::Closed] {
            if self.state.key_times.has(kind) {
                self.happens(Event::KeyTimeSuperseded { kind });
            }
        }
        Ok(())
    }

    fn nothing_guarded_is_owed(&self) -> Result<(), Refusal> {
        if self.moment.guarded_owed.is_empty() {
            return Ok(());
        }
        Err(Refusal::GuardedOwed { rules: self.moment.guarded_owed.clone() })
    }

    fn status_as_seen(&self) -> Result<(), Refusal> {
        as_seen("status", &self.moment.seen.status, &self.state.status)
    }
}

/// Why there is no step: what has ended has to come back first.
fn no_step(from: Status, to: Status) -> Refusal {
    if from == Status::Closed || from.is_end() {
        Refusal::AlreadyEnded { status: from }
    } else {
        Refusal::NotAllowedNow { from, to }
    }
}
