//! Handing the lead over: offered with a baton note, answered, or back with its giver.

use super::Decision;
use crate::incidents::{Baton, Event, HAND_OFF_PATIENCE, HandOffState, HandOffStatus, Part, Role, WaitingHandOff};
use crate::{HandOffId, PersonId, Refusal, Why};

impl Decision<'_> {
    /// Offers the lead to somebody else. Nothing changes hands before they accept.
    pub(super) fn offer_hand_off(&mut self, hand_off: HandOffId, to: PersonId, baton: &Baton) -> Result<(), Refusal> {
        let from = self.moment.actor.person().filter(|person| self.state.lead == Some(*person));
        let from = from.ok_or(Refusal::NotTheLead)?;
        if !self.state.status.is_open() {
            return Err(Refusal::AlreadyEnded { status: self.state.status });
        }
        if to == from {
            return Err(Refusal::invalid("person", Why::NotKnown));
        }
        self.can_be_given(to)?;
        if self.moment.part == Part::Waiting(true) {
            return Err(Refusal::HandOffWaits);
        }
        let expires_at = self.moment.now + HAND_OFF_PATIENCE;
        self.happens(Event::HandOffOffered { hand_off, from, to, baton: baton.clone(), expires_at });
        Ok(())
    }

    /// The lead changes hands in the same moment.
    pub(super) fn accept_hand_off(&mut self, hand_off: HandOffId) -> Result<(), Refusal> {
        let HandOffState { from, to, .. } = self.waiting()?;
        if self.moment.actor.person() != Some(to) {
            return Err(Refusal::NotAskedOfYou);
        }
        if !self.state.status.is_open() {
            return Err(Refusal::AlreadyEnded { status: self.state.status });
        }
        // Somebody else took the lead meanwhile; it is not the giver's any more.
        if self.state.lead != Some(from) {
            return Err(Refusal::conflict("lead"));
        }
        self.happens(Event::HandOffEnded { hand_off, from, to, how: HandOffStatus::Accepted });
        self.give_role(Role::Lead, to)
    }

    pub(super) fn decline_hand_off(&mut self, hand_off: HandOffId) -> Result<(), Refusal> {
        let HandOffState { from, to, .. } = self.waiting()?;
        if self.moment.actor.person() != Some(to) {
            return Err(Refusal::NotAskedOfYou);
        }
        self.happens(Event::HandOffEnded { hand_off, from, to, how: HandOffStatus::Declined });
        Ok(())
    }

    /// Whoever leads may take an offer back, also one that an earlier lead made.
    pub(super) fn withdraw_hand_off(&mut self, hand_off: HandOffId) -> Result<(), Refusal> {
        let HandOffState { from, to, .. } = self.waiting()?;
        let actor = self.moment.actor.person();
        if actor.is_some() && actor != Some(from) && actor != self.state.lead {
            return Err(Refusal::NotTheLead);
        }
        self.happens(Event::HandOffEnded { hand_off, from, to, how: HandOffStatus::Withdrawn });
        Ok(())
    }

    /// Only the product itself says that the time is over. What nobody could take over any
    /// more does not come back to anybody: it is taken back.
    pub(super) fn expire_hand_off(&mut self, hand_off: HandOffId) -> Result<(), Refusal> {
        let HandOffState { from, to, expires_at, .. } = self.waiting()?;
        if self.moment.actor.person().is_some() {
            return Err(Refusal::NotAllowed);
        }
        if self.moment.now < expires_at {
            return Err(Refusal::unchanged("hand-off"));
        }
        let how = if self.stands(from) { HandOffStatus::Expired } else { HandOffStatus::Withdrawn };
        self.happens(Event::HandOffEnded { hand_off, from, to, how });
        Ok(())
    }

    /// What waits ends with what it is about: when the lead changes hands otherwise, and when
    /// there is nothing to lead any more.
    pub(super) fn end_what_waits(&mut self) {
        let Some(WaitingHandOff { hand_off, from, to }) = self.moment.waiting else { return };
        let is_answered = |event: &Event| matches!(event, Event::HandOffEnded { hand_off: it, .. } if *it == hand_off);
        if !self.stands(from) && !self.events.iter().any(is_answered) {
            self.happens(Event::HandOffEnded { hand_off, from, to, how: HandOffStatus::Withdrawn });
        }
    }

    /// Whether there is a lead to take over, and whoever gives it still has it.
    fn stands(&self, from: PersonId) -> bool {
        self.state.status.is_open() && self.state.lead == Some(from)
    }

    fn waiting(&self) -> Result<HandOffState, Refusal> {
        match &self.moment.part {
            Part::HandOff(state) if state.status == HandOffStatus::Offered => Ok(state.clone()),
            Part::HandOff(state) => Err(Refusal::HandOffEnded { how: state.status }),
            _ => Err(Refusal::NotFound),
        }
    }
}
