//! The timeline on the homepage: what is shown, and the ways on.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::item::one_item;
use super::only::Only;
use super::views::DayView;
use crate::paths;
use crate::ui::Empty;

/// A page of the timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineView {
    /// The incident's address.
    pub here: String,
    /// What people call it.
    pub reference: String,
    /// By day, newest first.
    pub days: Vec<DayView>,
    /// The zone that every time is shown in: `Tokyo, JST`.
    pub zone: String,
    /// Which items.
    pub only: Only,
    /// Where the next page begins, when there are earlier items.
    pub earlier: Option<String>,
    /// The page does not begin with the newest.
    pub is_later_page: bool,
    /// The first day's heading stands on the page before.
    pub goes_on: bool,
}

impl TimelineView {
    /// The section: filters, days, the way to what is earlier, the activity log.
    pub fn view(self) -> impl IntoView {
        let nothing = self.days.is_empty().then(|| nothing(&self.here, self.only).into_any());
        let newest = self.is_later_page.then(|| {
            let href = self.only.address(&self.here);
            view! { <p class="timeline-later"><a href=href>"Back to the newest"</a></p> }
        });
        let activity = paths::activity(&self.here);
        view! {
            <section class="timeline" aria-label="Timeline" id="timeline">
                {filters(&self.here, self.only).into_any()}
                {newest}
                {nothing}
                {self.items().into_any()}
                <p class="timeline-foot">
                    <a href=activity>"Activity log"</a>" has everything that was done, as it was recorded."
                </p>
            </section>
        }
    }

    /// The days, and the link to what is earlier: what the browser puts in the place of that
    /// link when it loads more.
    pub fn items(&self) -> impl IntoView + use<> {
        let mut zone = Some(self.zone.clone()).filter(|_| !self.goes_on);
        let mut goes_on = self.goes_on;
        let days = self
            .days
            .iter()
            .map(|day| one_day(day.clone(), zone.take(), std::mem::take(&mut goes_on), &self.here).into_any())
            .collect_view();
        let earlier = self.earlier.as_ref().map(|before| {
            let pairs = [("only", self.only.code()), ("before", before.as_str())];
            let href = format!("{}#timeline", paths::with_query(&self.here, pairs));
            view! {
                <p class="timeline-earlier" data-earlier=before.clone() data-only=self.only.code()
                    data-reference=self.reference.clone()>
                    <a class="button" href=href>"Earlier"</a>
                </p>
            }
        });
        view! { {days} {earlier} }
    }
}

fn filters(here: &str, only: Only) -> impl IntoView + use<> {
    let links = Only::ALL.map(|choice| {
        let current = (choice == only).then_some("true");
        view! { <a href=choice.address(here) aria-current=current>{choice.word()}</a> " " }
    });
    view! { <nav class="timeline-filters" aria-label="Which items">{links.into_iter().collect_view()}</nav> }
}

fn one_day(day: DayView, zone: Option<String>, goes_on: bool, here: &str) -> impl IntoView + use<> {
    let heading = day.heading.clone();
    let head = (!goes_on).then(|| {
        view! {
            <div class="timeline-head"><h2>{day.heading}{zone.map(|zone| view! { " " <span>{zone}</span> })}</h2></div>
        }
    });
    view! {
        {head}
        <ol data-day=heading>{day.items.into_iter().map(|item| one_item(item, here).into_any()).collect_view()}</ol>
    }
}

fn nothing(here: &str, only: Only) -> impl IntoView + use<> {
    let all = Only::Everything.address(here);
    let way_back = || view! { <a href=all>"Show the whole timeline"</a> "." };
    match only {
        Only::Everything => {
            view! { <Empty says="Nothing is written down yet.">"What happens stands here, newest first."</Empty> }
                .into_any()
        }
        Only::Updates => {
            view! { <Empty says="No updates yet.">"Nobody has told everybody anything. " {way_back()}</Empty> }
                .into_any()
        }
        Only::Changes => {
            view! { <Empty says="No changes yet.">"It is as it was declared. " {way_back()}</Empty> }.into_any()
        }
        Only::Notes => {
            view! { <Empty says="No notes yet.">"Nobody has written anything down. " {way_back()}</Empty> }.into_any()
        }
        Only::Hidden => view! { <Empty says="Nothing is hidden.">{way_back()}</Empty> }.into_any(),
    }
}
