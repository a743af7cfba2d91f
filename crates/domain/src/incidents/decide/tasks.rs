//! Tasks during the incident, and action items after it.

use chrono::{DateTime, Utc};

use super::{Decision, as_seen, changes};
use crate::incidents::{Aim, Event, Part, TRIAGE_BOX, TaskState};
use crate::text::Title;
use crate::{ActionItemId, PersonId, Refusal, TaskId, Why};

impl Decision<'_> {
    pub(super) fn add_task(&mut self, task: TaskId, title: &Title, assignee: Option<PersonId>) -> Result<(), Refusal> {
        if let Some(person) = assignee {
            self.can_be_given(person)?;
        }
        self.happens(Event::TaskAdded { task, title: title.clone(), assignee });
        Ok(())
    }

    pub(super) fn assign_task(&mut self, task: TaskId, assignee: Option<PersonId>) -> Result<(), Refusal> {
        let before = self.task()?.assignee;
        changes("assignee", &before, &assignee)?;
        as_seen("assignee", &self.moment.seen.assignee, &before)?;
        if let Some(person) = assignee {
            self.can_be_given(person)?;
        }
        self.happens(Event::TaskAssigned { task, from: before, to: assignee });
        Ok(())
    }

    pub(super) fn rename_task(&mut self, task: TaskId, title: &Title) -> Result<(), Refusal> {
        let from = self.task()?.title;
        changes("title", &from, title)?;
        as_seen("task", &self.moment.seen.task, &from)?;
        self.happens(Event::TaskRenamed { task, from, to: title.clone() });
        Ok(())
    }

    pub(super) fn tick_task(&mut self, task: TaskId, done: bool) -> Result<(), Refusal> {
        let state = self.task()?;
        if state.is_promoted {
            return Err(Refusal::PromotedAlready);
        }
        changes("task", &state.is_done, &done)?;
        self.happens(Event::TaskTicked { task, done });
        Ok(())
    }

    /// The action item takes over the words and the person of the task.
    pub(super) fn promote_task(&mut self, task: TaskId, action: ActionItemId, aim: Aim) -> Result<(), Refusal> {
        let TaskState { title, assignee, is_done, is_promoted } = self.task()?;
        if is_promoted {
            return Err(Refusal::PromotedAlready);
        }
        if is_done {
            return Err(Refusal::unchanged("task"));
        }
        self.happens(Event::ActionItemAdded { action, title, aim, owner: assignee });
        self.happens(Event::TaskPromoted { task, action });
        Ok(())
    }

    pub(super) fn add_action_item(
        &mut self,
        action: ActionItemId,
        title: &Title,
        aim: Aim,
        owner: Option<PersonId>,
    ) -> Result<(), Refusal> {
        if let Some(person) = owner {
            self.can_be_given(person)?;
        }
        self.happens(Event::ActionItemAdded { action, title: title.clone(), aim, owner });
        Ok(())
    }

    pub(super) fn box_triage(&mut self, until: Option<DateTime<Utc>>) -> Result<(), Refusal> {
        let until = until.unwrap_or(self.moment.now + TRIAGE_BOX);
        if !self.state.status.is_over() || self.state.cause.is_settled() {
            return Err(Refusal::NothingToTriage);
        }
        if until <= self.moment.now {
            return Err(Refusal::invalid("until", Why::InThePast));
        }
        changes("until", &self.state.triage_until, &Some(until))?;
        self.happens(Event::TriageBoxed { until });
        Ok(())
    }

    fn task(&self) -> Result<TaskState, Refusal> {
        match &self.moment.part {
            Part::Task(task) => Ok(task.clone()),
            _ => Err(Refusal::NotFound),
        }
    }
}
