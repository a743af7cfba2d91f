//! Key times: those that follow from what is done, and those that somebody states.

use chrono::{DateTime, Utc};

use super::{Decision, as_seen, changes};
use crate::incidents::{Command, Event, Source, StatedKeyTime, Status};
use crate::key_times::{KeyTime, KeyTimeKind, KeyTimeSource, Precision};
use crate::{Refusal, Why};

impl Decision<'_> {
    /// The key time that comes with a status; Triage, Investigating and the ends have none.
    pub(super) fn write_status_time(&mut self, status: Status) {
        match status {
            Status::Identified => self.write_now(KeyTimeKind::Identified),
            Status::Monitoring => self.write_now(KeyTimeKind::Fixed),
            Status::Recovered => self.write_now(KeyTimeKind::Recovered),
            Status::Closed => self.write_now(KeyTimeKind::Closed),
            Status::Triage | Status::Investigating | Status::Declined | Status::Merged | Status::Cancelled => {}
        }
    }

    /// Engaged is the first lead or the first person acting, whichever comes first, while
    /// the incident is open. Whoever reported it acts by taking it on (a status, a role), not
    /// by telling more of what they saw. Ending an incident engages nobody: a fix that
    /// took no time would be invented.
    pub(super) fn engage(&mut self, command: &Command) {
        let Some(actor) = self.moment.actor.person() else { return };
        let acts = match command {
            Command::Accept { .. } | Command::Move { .. } | Command::Reopen { .. } => true,
            Command::Update { status: Some(_), .. } => true,
            Command::TakeLead { person } | Command::GiveRole { person, .. } if *person == actor => true,
            Command::SetKeyTime { .. } | Command::AssignPostmortem { .. } => false,
            // Following, inviting and answering "no" are not acting.
            Command::Join
            | Command::Leave
            | Command::Invite { .. }
            | Command::RemovePerson { .. }
            | Command::ChangeVisibility { .. }
            | Command::DeclineHandOff { .. } => false,
            _ => self.state.reporter != Some(actor),
        };
        if acts && self.state.status.is_open() {
            self.write_now(KeyTimeKind::Engaged);
        }
    }

    /// A person states or corrects a moment; an import or an alert states one that nobody
    /// has stated yet.
    pub(super) fn set_key_time(
        &mut self,
        kind: KeyTimeKind,
        at: DateTime<Utc>,
        precision: Precision,
        assumed: bool,
    ) -> Result<(), Refusal> {
        let is_true = match kind {
            // An end may follow a recovery; the recovery's time can be wrong all the same.
            KeyTimeKind::Recovered => self.state.status.is_over() || self.state.key_times.has(kind),
            KeyTimeKind::Closed => self.state.status == Status::Closed,
            KeyTimeKind::CauseSettled => self.state.cause.is_settled(),
            _ => true,
        };
        if !is_true {
            return Err(Refusal::KeyTimeTooEarly { kind });
        }
        self.not_in_the_future("at", at)?;
        let source = match self.moment.source {
            Source::Import => KeyTimeSource::Import,
            Source::Alert => KeyTimeSource::Alert,
            Source::Web | Source::Slack | Source::Api | Source::Demo | Source::Software => KeyTimeSource::Manual,
        };
        let stated = self.recorded(kind, at, precision, source, assumed);
        if !self.state.key_times.accepts(&stated) {
            return Err(Refusal::unchanged("time"));
        }
        let said = |key_time: &KeyTime| (key_time.at, key_time.precision, key_time.assumed);
        let standing = self.state.key_times.get(kind);
        changes("time", &standing.map(said), &Some(said(&stated)))?;
        as_seen("time", &self.moment.seen.time, &standing.map(|key_time| key_time.at))?;
        self.happens(Event::KeyTimeSet(stated));
        Ok(())
    }

    /// A moment that comes with a declaration.
    pub(super) fn write_stated(&mut self, stated: &StatedKeyTime) -> Result<(), Refusal> {
        let StatedKeyTime { kind, at, precision, source, assumed } = *stated;
        if kind.follows_state() {
            return Err(Refusal::KeyTimeTooEarly { kind });
        }
        self.not_in_the_future(kind.as_str(), at)?;
        self.write(self.recorded(kind, at, precision, source, assumed));
        Ok(())
    }

    /// Writes down that it happens at this moment, unless that is written already.
    pub(super) fn write_now(&mut self, kind: KeyTimeKind) {
        let source = match self.moment.source {
            Source::Import => KeyTimeSource::Import,
            Source::Alert => KeyTimeSource::Alert,
            Source::Web | Source::Slack | Source::Api | Source::Demo | Source::Software => KeyTimeSource::Status,
        };
        self.write(self.recorded(kind, self.moment.now, Precision::Second, source, false));
    }

    fn write(&mut self, key_time: KeyTime) {
        if self.state.key_times.accepts(&key_time) {
            self.happens(Event::KeyTimeSet(key_time));
        }
    }

    fn recorded(
        &self,
        kind: KeyTimeKind,
        at: DateTime<Utc>,
        precision: Precision,
        source: KeyTimeSource,
        assumed: bool,
    ) -> KeyTime {
        let recorded_at = self.moment.recorded_at;
        let recorded_by = self.moment.actor.person();
        KeyTime { kind, at, precision, source, assumed, recorded_at, recorded_by }
    }

    fn not_in_the_future(&self, field: &'static str, at: DateTime<Utc>) -> Result<(), Refusal> {
        if at > self.moment.recorded_at {
            return Err(Refusal::invalid(field, Why::InTheFuture));
        }
        Ok(())
    }
}
