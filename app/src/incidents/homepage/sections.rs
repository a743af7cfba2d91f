//! The homepage in parts that live pages replace one by one. A part is the same for
//! everybody who reads in the same zone, so it is made once however many people look. What
//! concerns one person only carries `data-for` and is hidden; their browser shows it.

use std::cell::Cell;

use chrono::{DateTime, Utc};
use domain::PersonId;
use domain::zones::Zone;
use leptos::prelude::*;
use store::incidents::Homepage;
use uuid::Uuid;

use super::page;
use super::views::HomepageView;
use crate::clocks::key_times;
use crate::timeline::{TimelineView, item_html};

/// A part: its name in `data-live`, and how it is made.
type Section = (&'static str, fn(&HomepageView) -> AnyView);

/// Every part but the timeline, whose items come one by one, and what is asked for one
/// person only.
const SECTIONS: &[Section] = &[
    ("where", |homepage| page::place(homepage).into_any()),
    ("title", |homepage| page::title(&homepage.title).into_any()),
    ("situation", |homepage| homepage.situation.clone().view().into_any()),
    ("private", |homepage| page::private(homepage).into_any()),
    ("merged", |homepage| page::merged_here(homepage.merged_here.clone()).into_any()),
    ("change", |homepage| homepage.change.clone().view().into_any()),
    ("links", |homepage| homepage.links.clone().view().into_any()),
    ("delivery", |homepage| homepage.delivery.clone().view().into_any()),
    ("about", |homepage| homepage.about.clone().view().into_any()),
    ("composer", |homepage| homepage.composer.clone().view().into_any()),
    ("hand-off", |homepage| homepage.hand_off.clone().view().into_any()),
    ("next-steps", |homepage| homepage.next_steps.clone().view().into_any()),
    ("tasks", |homepage| homepage.tasks.clone().view().into_any()),
    ("components", |homepage| {
        homepage.components.iter().map(|component| component.clone().view().into_any()).collect_view().into_any()
    }),
    ("people", |homepage| homepage.people.clone().view().into_any()),
    ("key-times", |homepage| {
        let forms = homepage.key_time_forms.clone();
        key_times(homepage.key_times.clone(), forms, homepage.zone.clone()).into_any()
    }),
    ("definition", |homepage| page::definition(homepage.definition.clone(), homepage.tags.clone()).into_any()),
];

/// A part as it stands on the page. Its box is there when it is empty, so that it can fill.
pub(super) fn section(name: &'static str, homepage: &HomepageView) -> impl IntoView + use<> {
    let inside = SECTIONS.iter().find(|(known, _)| *known == name).map(|(_, make)| make(homepage));
    view! { <div class="live-part" data-live=name>{inside}</div> }
}

/// A homepage made for everybody who reads in one zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveParts {
    /// Each part's name and its inside as HTML.
    pub sections: Vec<(&'static str, String)>,
    /// The newest timeline items, newest first.
    pub items: Vec<LiveItem>,
    /// What the tab says, before the company's name.
    pub title: String,
}

/// A timeline item made for everybody who reads in one zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveItem {
    /// The element's id: `t-…`.
    pub anchor: String,
    /// When it happened, RFC 3339.
    pub at: String,
    /// The heading that it stands under.
    pub day: String,
    /// `update`, `note` or `change`.
    pub loudness: String,
    /// The whole element as HTML.
    pub html: String,
    /// What a screen reader says of it: `Godwit told everybody`.
    pub says: String,
}

thread_local! {
    static FOR_EVERYBODY: Cell<bool> = const { Cell::new(false) };
}

/// Whether what is being made now goes to everybody: then a form's ids are [`crate::incidents::FRESH_ID`].
pub fn is_for_everybody() -> bool {
    FOR_EVERYBODY.get()
}

/// Makes a homepage for everybody who reads in this zone.
pub fn live_parts(homepage: Homepage, zone: &Zone, now: DateTime<Utc>) -> LiveParts {
    let nobody = PersonId::from_uuid(Uuid::nil());
    let _shared = ForEverybody::begin();
    // Nothing of a page that happens to be made on this thread is found by these views.
    Owner::new().with(|| {
        let timeline = TimelineView::first(&homepage, zone);
        let view = HomepageView::of(homepage, timeline, nobody, zone, now);
        let sections = SECTIONS.iter().map(|(name, make)| (*name, make(&view).to_html())).collect();
        let title = format!("{} {}", view.reference, view.title);
        let here = view.href.clone();
        let items = view
            .timeline
            .days
            .into_iter()
            .flat_map(|day| day.items.into_iter().map(move |item| (day.heading.clone(), item)))
            .map(|(day, item)| LiveItem {
                anchor: item.anchor.clone(),
                at: item.at.at.clone(),
                day,
                loudness: item.loudness.clone(),
                says: said(&item.who, &item.did),
                html: item_html(&item, &here),
            })
            .collect();
        LiveParts { sections, items, title }
    })
}

fn said(who: &str, did: &str) -> String {
    if did.is_empty() {
        format!("{who} wrote something down")
    } else {
        format!("{who} {}", did.trim_end_matches([':', '.']))
    }
}

/// Ends with the scope, also when making the page panics.
struct ForEverybody;

impl ForEverybody {
    fn begin() -> Self {
        FOR_EVERYBODY.set(true);
        Self
    }
}

impl Drop for ForEverybody {
    fn drop(&mut self) {
        FOR_EVERYBODY.set(false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_has_its_own_name_that_is_an_attribute() {
        let mut names: Vec<_> = SECTIONS.iter().map(|(name, _)| *name).collect();
        assert!(names.iter().all(|name| name.chars().all(|c| c.is_ascii_lowercase() || c == '-')));
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), SECTIONS.len());
    }

    #[test]
    fn every_part_stands_on_the_page() {
        let page = include_str!("page.rs");
        for (name, _) in SECTIONS {
            assert!(page.contains(&format!("section(\"{name}\"")), "{name}");
        }
        assert_eq!(page.matches("{section(\"").count(), SECTIONS.len());
    }

    #[test]
    fn what_is_made_for_everybody_ends() {
        assert!(!is_for_everybody());
        {
            let _shared = ForEverybody::begin();
            assert!(is_for_everybody());
        }
        assert!(!is_for_everybody());
    }

    #[test]
    fn an_item_is_said_in_a_few_words() {
        assert_eq!(said("Godwit", "told everybody:"), "Godwit told everybody");
        assert_eq!(said("Godwit", ""), "Godwit wrote something down");
    }
}
