//! Changes beside the status: severity, roles, words, updates.

use chrono::{DateTime, Utc};

use super::{Decision, as_seen, changes};
use crate::incidents::{Cause, Event, Part, Role, Status};
use crate::key_times::KeyTimeKind;
use crate::text::{MarkdownText, Summary, Title};
use crate::{PersonId, Refusal, SeverityId, TimelineItemId, Why};

impl Decision<'_> {
    pub(super) fn change_severity(&mut self, to: SeverityId) -> Result<(), Refusal> {
        let from = self.state.severity;
        as_seen("severity", &self.moment.seen.severity, &from)?;
        changes("severity", &from, &to)?;
        self.happens(Event::SeverityChanged { from, to });
        Ok(())
    }

    pub(super) fn give_role(&mut self, role: Role, person: PersonId) -> Result<(), Refusal> {
        let before = self.state.holder(role);
        self.can_be_given(person)?;
        self.role_as_seen(role)?;
        changes(role.as_str(), &before, &Some(person))?;
        self.happens(Event::RoleGiven { role, person, before });
        if role == Role::Lead && self.state.status.is_open() {
            self.write_now(KeyTimeKind::Engaged);
        }
        Ok(())
    }

    pub(super) fn end_role(&mut self, role: Role) -> Result<(), Refusal> {
        self.role_as_seen(role)?;
        let person = self.state.holder(role).ok_or(Refusal::NobodyHoldsRole { role })?;
        self.happens(Event::RoleEnded { role, person });
        Ok(())
    }

    fn role_as_seen(&self, role: Role) -> Result<(), Refusal> {
        match role {
            Role::Lead => as_seen("lead", &self.moment.seen.lead, &self.state.lead),
            Role::Operations | Role::Communications => Ok(()),
        }
    }

    pub(super) fn rename(&mut self, title: &Title) -> Result<(), Refusal> {
        let from = self.state.title.clone();
        as_seen("title", &self.moment.seen.title, &from)?;
        changes("title", &from, title)?;
        self.happens(Event::Renamed { from, to: title.clone() });
        Ok(())
    }

    pub(super) fn summarise(&mut self, summary: &Summary) -> Result<(), Refusal> {
        let from = self.state.summary.clone();
        as_seen("summary", &self.moment.seen.summary, &from)?;
        changes("summary", &from, summary)?;
        self.happens(Event::Summarised { from, to: summary.clone() });
        Ok(())
    }

    /// `cause_settled` stands exactly while the cause is settled.
    pub(super) fn settle_cause(
        &mut self,
        to: Cause,
        text: &Summary,
        evidence: &[TimelineItemId],
    ) -> Result<(), Refusal> {
        let from = self.state.cause;
        as_seen("cause", &self.moment.seen.cause, &from)?;
        if let Part::Evidence(known) = &self.moment.part
            && evidence.iter().any(|item| !known.contains(item))
        {
            return Err(Refusal::invalid("evidence", Why::NotKnown));
        }
        if evidence.is_empty() {
            changes("cause", &(from, &self.state.cause_text), &(to, text))?;
        }
        self.happens(Event::CauseSettled { from, to, text: text.clone(), evidence: evidence.to_vec() });
        let kind = KeyTimeKind::CauseSettled;
        if to.is_settled() {
            self.write_now(kind);
        } else if self.state.key_times.has(kind) {
            self.happens(Event::KeyTimeSuperseded { kind });
        }
        Ok(())
    }

    pub(super) fn assign_postmortem(&mut self, to: PersonId) -> Result<(), Refusal> {
        let from = self.state.postmortem_owner;
        self.can_be_given(to)?;
        changes("postmortem_owner", &from, &Some(to))?;
        self.happens(Event::PostmortemAssigned { from, to });
        Ok(())
    }

    /// An update says what changes with it; naming what it is already changes nothing and is
    /// not refused. Posting it fulfils the last promise and makes the next one, or none.
    pub(super) fn update(
        &mut self,
        body: &MarkdownText,
        status: Option<Status>,
        severity: Option<SeverityId>,
        due_at: Option<DateTime<Utc>>,
    ) -> Result<(), Refusal> {
        let status = status.filter(|to| *to != self.state.status);
        let severity = severity.filter(|to| *to != self.state.severity);
        if let Some(due_at) = due_at {
            if !status.unwrap_or(self.state.status).is_open() {
                return Err(Refusal::NoNextUpdateWhenOver);
            }
            if due_at <= self.moment.now {
                return Err(Refusal::invalid("next_update_due_at", Why::InThePast));
            }
        }
        self.happens(Event::Updated { body: body.clone(), status, severity, next_update_due_at: due_at });
        if let Some(to) = status {
            self.take_status(to, None)?;
        }
        if let Some(to) = severity {
            self.change_severity(to)?;
        }
        self.promise(due_at);
        Ok(())
    }

    pub(super) fn promise(&mut self, due_at: Option<DateTime<Utc>>) {
        if self.state.next_update_due_at != due_at {
            self.happens(Event::NextUpdatePromised { due_at });
        }
    }
}
