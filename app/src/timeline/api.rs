//! The timeline's pages, read.

use chrono::{DateTime, Utc};
use domain::zones::Zone;
use domain::{Reference, Refusal, TimelineItemId};
use leptos::prelude::*;
use store::incidents::{Homepage, Item, ItemCursor, Only as Kinds, TimelineFilter, TimelinePage};

use super::only::Only;
use super::page::TimelineView;
use super::sentences::Context;
use super::views::days_of;
use crate::ctx::{Ctx, ctx, told};
use crate::error::AppError;
use crate::incidents::SinceView;
use crate::paths;

/// Which page of a timeline an address asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    only: Only,
    before: Option<ItemCursor>,
    around: Option<TimelineItemId>,
}

impl Asked {
    /// Reads what stands in an address; empty is nothing.
    pub fn parse(only: &str, before: &str, around: &str) -> Result<Self, Refusal> {
        let (before, around) = (before.trim(), around.trim());
        Ok(Self {
            only: Only::parse(only)?,
            before: (!before.is_empty()).then(|| before.parse()).transpose()?,
            around: (!around.is_empty()).then(|| TimelineItemId::parse(around)).transpose()?,
        })
    }

    /// The page of an incident that was read already. The first page came with it.
    pub async fn read(self, ctx: &Ctx, homepage: &Homepage) -> Result<TimelineView, AppError> {
        if self == Self::default() {
            return Ok(TimelineView::first(homepage, &ctx.zone));
        }
        let page = ctx.store.timeline(&ctx.viewer, homepage.id, &self.filter()).await?;
        let page = page.filter(|page| self.is_answered_by(page)).ok_or_else(AppError::not_found)?;
        Ok(view(page, self, homepage, &ctx.zone))
    }

    fn filter(self) -> TimelineFilter {
        TimelineFilter {
            only: match self.only {
                Only::Everything | Only::Hidden => None,
                Only::Updates => Some(Kinds::Updates),
                Only::Changes => Some(Kinds::Changes),
                Only::Notes => Some(Kinds::Notes),
            },
            before: self.before,
            around: self.around,
            hidden: self.only == Only::Hidden,
            most: 0,
        }
    }

    fn is_answered_by(self, page: &TimelinePage) -> bool {
        self.around.is_none_or(|item| page.items.iter().any(|found| found.id == item))
    }
}

impl TimelineView {
    /// The first page, which comes with the homepage.
    pub fn first(homepage: &Homepage, zone: &Zone) -> Self {
        let items = homepage.timeline.clone();
        let next = items.last().filter(|_| homepage.timeline_goes_on).map(Item::cursor);
        view(TimelinePage { items, next, starts_midway: false }, Asked::default(), homepage, zone)
    }
}

fn view(page: TimelinePage, asked: Asked, homepage: &Homepage, zone: &Zone) -> TimelineView {
    let now = homepage.read_at;
    let earlier = page.next.map(|place| place.to_string());
    TimelineView {
        here: paths::incident(homepage.reference),
        reference: homepage.reference.to_string(),
        days: days_of(page.items, &Context::from(homepage), zone, now),
        zone: zone.label(now),
        only: asked.only,
        earlier,
        is_later_page: page.starts_midway,
        goes_on: false,
    }
}

/// The page that begins at a place, as ready HTML: for the browser, which puts it where the
/// link to it stood (`browser/timeline.rs`).
#[server(endpoint = "timeline/page")]
pub async fn earlier_items(
    reference: String,
    #[server(default)] only: String,
    #[server(default)] before: String,
    #[server(default)] since: String,
) -> Result<String, AppError> {
    let ctx = ctx()?;
    let asked = Asked::parse(&only, &before, "").map_err(told)?;
    let homepage = incident(&ctx, &reference).await.map_err(told)?;
    let mut page = asked.read(&ctx, &homepage).await.map_err(told)?;
    // The heading of the day that goes on stands above already.
    let first =
        page.days.first().and_then(|day| day.items.first()).and_then(|item| item.at.at.parse::<DateTime<Utc>>().ok());
    page.goes_on =
        asked.before.zip(first).is_some_and(|(at, first)| ctx.zone.day(at.occurred_at) == ctx.zone.day(first));
    SinceView::mark_after(&ctx, homepage.id, &since, &mut page.days).await.map_err(told)?;
    Ok(page.items().to_html())
}

/// An incident by its reference; one that is not there and one that is not for whoever asks
/// are answered alike.
pub(super) async fn incident(ctx: &Ctx, reference: &str) -> Result<Homepage, AppError> {
    let reference = Reference::parse(reference).map_err(|_| AppError::not_found())?;
    ctx.store.homepage(&ctx.viewer, reference).await?.ok_or_else(AppError::not_found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_address_of_ours_says_is_refused() {
        assert_eq!(Asked::parse("", " ", "").unwrap(), Asked::default());
        assert!(Asked::parse("loud", "", "").is_err());
        assert!(Asked::parse("", "yesterday", "").is_err());
        assert!(Asked::parse("", "", "INC-6").is_err());
    }
}
