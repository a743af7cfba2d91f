//! Changes beside the status: severity, roles, words, updates. Whether a change changes
//! anything is asked first: two people who choose the same agree, whatever each had seen.

use chrono::{DateTime, Utc};

use super::{Decision, as_seen, changes};
use crate::incidents::{Cause, Event, Part, Role, Status};
use crate::key_times::KeyTimeKind;
use crate::text::{MarkdownText, Summary, Title};
use crate::{PersonId, Refusal, SeverityId, TimelineItemId, Why};

impl Decision<'_> {
    pub(super) fn change_severity(&mut self, to: SeverityId) -> Result<(), Refusal> {
        let from = self.state.severity;
        changes("severity", &from, &to)?;
        as_seen("severity", &self.moment.seen.severity, &from)?;
        self.happens(Event::SeverityChanged { from, to });
        Ok(())
    }

    pub(super) fn give_role(&mut self, role: Role, person: PersonId) -> Result<(), Refusal> {
        let before = self.state.holder(role);
        changes(role.as_str(), &before, &Some(person))?;
        self.can_be_given(person)?;
        self.role_as_seen(role)?;
        self.happens(Event::RoleGiven { role, person, before });
        before.into_iter().for_each(|before| self.stays_inside(before));
        if role == Role::Lead && self.state.status.is_open() {
            self.write_now(KeyTimeKind::Engaged);
        }
        Ok(())
    }

    pub(super) fn end_role(&mut self, role: Role) -> Result<(), Refusal> {
        let person = self.state.holder(role).ok_or(Refusal::NobodyHoldsRole { role })?;
        self.role_as_seen(role)?;
        self.happens(Event::RoleEnded { role, person });
        self.stays_inside(person);
        Ok(())
    }

    fn role_as_seen(&self, role: Role) -> Result<(), Refusal> {
        let seen = &self.moment.seen;
        let seen = match role {
            Role::Lead => &seen.lead,
            Role::Operations => &seen.operations,
            Role::Communications => &seen.communications,
        };
        as_seen(role.as_str(), seen, &self.state.holder(role))
    }

    pub(super) fn rename(&mut self, title: &Title) -> Result<(), Refusal> {
        let from = self.state.title.clone();
        changes("title", &from, title)?;
        as_seen("title", &self.moment.seen.title, &from)?;
        self.happens(Event::Renamed { from, to: title.clone() });
        Ok(())
    }

    pub(super) fn summarise(&mut self, summary: &Summary) -> Result<(), Refusal> {
        let from = self.state.summary.clone();
        changes("summary", &from, summary)?;
        as_seen("summary", &self.moment.seen.summary, &from)?;
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
        let (shown_by, evidence) = self.evidence(evidence)?;
        changes("cause", &(from, &self.state.cause_text, &shown_by), &(to, text, &evidence))?;
        if from != to {
            as_seen("cause", &self.moment.seen.cause, &from)?;
        }
        if self.state.cause_text != *text {
            as_seen("cause", &self.moment.seen.cause_text, &self.state.cause_text)?;
        }
        self.happens(Event::CauseSettled { from, to, text: text.clone(), evidence });
        let kind = KeyTimeKind::CauseSettled;
        if to.is_settled() {
            self.write_now(kind);
        } else if self.state.key_times.has(kind) {
            self.happens(Event::KeyTimeSuperseded { kind });
        }
        Ok(())
    }

    /// What shows the cause, before and after: what was named comes to it, and what was seen
    /// and not named goes.
    fn evidence(&self, named: &[TimelineItemId]) -> Result<(Vec<TimelineItemId>, Vec<TimelineItemId>), Refusal> {
        let before = match &self.moment.part {
            Part::Evidence { known, .. } if named.iter().any(|item| !known.contains(item)) => {
                return Err(Refusal::invalid("evidence", Why::NotKnown));
            }
            Part::Evidence { is, .. } => is.clone(),
            _ => Vec::new(),
        };
        let seen = self.moment.seen.evidence.as_deref().unwrap_or_default();
        let stays = |item: &TimelineItemId| named.contains(item) || !seen.contains(item);
        let mut after: Vec<TimelineItemId> = before.iter().copied().filter(stays).collect();
        for item in named {
            if !after.contains(item) {
                after.push(*item);
            }
        }
        Ok((before, after))
    }

    pub(super) fn assign_postmortem(&mut self, to: PersonId) -> Result<(), Refusal> {
        let from = self.state.postmortem_owner;
        changes("postmortem_owner", &from, &Some(to))?;
        self.can_be_given(to)?;
        as_seen("postmortem_owner", &self.moment.seen.postmortem_owner, &from)?;
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
