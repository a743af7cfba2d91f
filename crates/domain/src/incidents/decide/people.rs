//! Who takes part.

use super::Decision;
use crate::incidents::{Event, Visibility};
use crate::{PersonId, Refusal};

impl Decision<'_> {
    /// Following is not acting: who joins is an observer.
    pub(super) fn join(&mut self) -> Result<(), Refusal> {
        let person = self.moment.actor.person().ok_or(Refusal::NotAllowed)?;
        if self.moment.engagement.is_some() {
            return Err(Refusal::unchanged("participant"));
        }
        self.happens(Event::PersonJoined { person });
        Ok(())
    }

    pub(super) fn leave(&mut self) -> Result<(), Refusal> {
        let person = self.moment.actor.person().ok_or(Refusal::NotAllowed)?;
        self.may_go(person)?;
        if self.moment.engagement.is_none() {
            return Err(Refusal::unchanged("participant"));
        }
        self.happens(Event::PersonLeft { person });
        Ok(())
    }

    pub(super) fn invite(&mut self, person: PersonId) -> Result<(), Refusal> {
        let named = self.moment.named.ok_or(Refusal::NotFound)?;
        if !named.is_active {
            return Err(Refusal::Deactivated);
        }
        let is_there = match self.state.visibility {
            Visibility::Public => named.engagement.is_some(),
            Visibility::Private => named.is_inside && named.engagement.is_some(),
        };
        if is_there {
            return Err(Refusal::unchanged("participant"));
        }
        self.happens(Event::PersonInvited { person });
        Ok(())
    }

    pub(super) fn remove_person(&mut self, person: PersonId) -> Result<(), Refusal> {
        let named = self.moment.named.ok_or(Refusal::NotFound)?;
        self.may_go(person)?;
        let is_invited = self.state.visibility == Visibility::Private && named.is_inside;
        if named.engagement.is_none() && !is_invited {
            return Err(Refusal::unchanged("participant"));
        }
        self.happens(Event::PersonRemoved { person });
        Ok(())
    }

    /// Whoever had a role in a private incident stays inside without it: they know what it
    /// says, and whoever follows them may have to ask.
    pub(super) fn stays_inside(&mut self, person: PersonId) {
        let invited = Event::PersonInvited { person };
        let is_inside = self.state.reporter == Some(person)
            || self.moment.invited.contains(&person)
            || self.events.contains(&invited);
        if self.state.visibility == Visibility::Private && !is_inside {
            self.happens(invited);
        }
    }

    /// Whether somebody can be given something: they can sign in, and may read the incident.
    /// History is told as it was.
    pub(super) fn can_be_given(&self, person: PersonId) -> Result<(), Refusal> {
        match self.moment.named {
            _ if self.moment.actor.person() == Some(person) => Ok(()),
            Some(named) if !named.is_active => Err(Refusal::Deactivated),
            Some(named) if !named.is_inside => Err(Refusal::NotInvited),
            _ => Ok(()),
        }
    }

    fn may_go(&self, person: PersonId) -> Result<(), Refusal> {
        if self.state.reporter == Some(person) {
            return Err(Refusal::ReporterStays);
        }
        if [self.state.lead, self.state.operations, self.state.communications].contains(&Some(person)) {
            return Err(Refusal::AlwaysThere);
        }
        Ok(())
    }
}
