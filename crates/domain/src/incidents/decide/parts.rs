//! The timeline's items, links, components, tags and related incidents.

use chrono::{DateTime, Utc};

use super::{Decision, as_seen, changes};
use crate::incidents::{Event, IncidentState, ItemState, Part, Visibility};
use crate::text::{LinkLabel, MarkdownText, Url};
use crate::{IncidentId, LinkId, Refusal, TimelineItemId, Why};

impl Decision<'_> {
    /// Something that happened earlier and is written down now.
    pub(super) fn recount(&mut self, body: &MarkdownText, occurred_at: DateTime<Utc>) -> Result<(), Refusal> {
        self.not_yet_to_come(occurred_at)?;
        self.happens(Event::Noted { body: body.clone(), occurred_at: Some(occurred_at) });
        Ok(())
    }

    pub(super) fn edit_item(
        &mut self,
        id: TimelineItemId,
        body: &MarkdownText,
        occurred_at: DateTime<Utc>,
    ) -> Result<(), Refusal> {
        let item = self.item()?;
        if !item.is_written {
            return Err(Refusal::NotWritten);
        }
        as_seen("item", &self.moment.seen.item, &item.changed_at)?;
        self.not_yet_to_come(occurred_at)?;
        changes("item", &(item.body.as_str(), item.occurred_at), &(body.as_str(), occurred_at))?;
        self.happens(Event::ItemEdited {
            item: id,
            body_before: item.body,
            occurred_at_before: item.occurred_at,
            body: body.clone(),
            occurred_at,
        });
        Ok(())
    }

    pub(super) fn hide_item(&mut self, item: TimelineItemId) -> Result<(), Refusal> {
        changes("item", &self.item()?.is_hidden, &true)?;
        self.happens(Event::ItemHidden { item });
        Ok(())
    }

    pub(super) fn restore_item(&mut self, item: TimelineItemId) -> Result<(), Refusal> {
        changes("item", &self.item()?.is_hidden, &false)?;
        self.happens(Event::ItemRestored { item });
        Ok(())
    }

    pub(super) fn attach_link(&mut self, link: LinkId, url: &Url, label: Option<&LinkLabel>) -> Result<(), Refusal> {
        self.attach("link")?;
        self.happens(Event::LinkAttached { link, url: url.clone(), label: label.cloned() });
        Ok(())
    }

    pub(super) fn relate(&mut self, other: IncidentId) -> Result<(), Refusal> {
        if other == self.state.id {
            return Err(Refusal::invalid("incident", Why::NotKnown));
        }
        self.attach("incident")?;
        self.happens(Event::Related { other });
        Ok(())
    }

    /// Going private shuts out everybody but the reporter, whoever has a role, whom they
    /// invited and whoever does it.
    pub(super) fn change_visibility(&mut self, to: Visibility) -> Result<(), Refusal> {
        let from = self.state.visibility;
        changes("visibility", &from, &to)?;
        self.happens(Event::VisibilityChanged { from, to });
        let IncidentState { lead, operations, communications, .. } = self.state;
        let there = [lead, operations, communications, self.moment.actor.person()];
        there.into_iter().flatten().for_each(|person| self.stays_inside(person));
        Ok(())
    }

    pub(super) fn attach(&self, field: &'static str) -> Result<(), Refusal> {
        match self.moment.part {
            Part::Missing => Err(Refusal::NotFound),
            Part::Attached(true) => Err(Refusal::unchanged(field)),
            _ => Ok(()),
        }
    }

    pub(super) fn detach(&self, field: &'static str) -> Result<(), Refusal> {
        match self.moment.part {
            Part::Missing => Err(Refusal::NotFound),
            Part::Attached(false) => Err(Refusal::unchanged(field)),
            _ => Ok(()),
        }
    }

    pub(super) fn not_yet_to_come(&self, at: DateTime<Utc>) -> Result<(), Refusal> {
        if at > self.moment.recorded_at {
            return Err(Refusal::invalid("occurred_at", Why::InTheFuture));
        }
        Ok(())
    }

    fn item(&self) -> Result<ItemState, Refusal> {
        match &self.moment.part {
            Part::Item(item) => Ok(item.clone()),
            _ => Err(Refusal::NotFound),
        }
    }
}
