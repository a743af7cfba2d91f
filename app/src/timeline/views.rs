//! The timeline, ready to show: by day in the shown zone, newest first, each item a
//! sentence.

use chrono::{DateTime, NaiveDate, Utc};
use domain::zones::{Zone, rfc3339};
use serde::{Deserialize, Serialize};
use store::incidents::{Homepage, Item, ItemKind};

use super::sentences;
use crate::ui::{Mark, TimeView};

/// One day of the timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayView {
    /// `Thursday 20 November`.
    pub heading: String,
    /// Newest first.
    pub items: Vec<ItemView>,
}

/// One item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemView {
    /// The end of its own address: `#t-…`.
    pub anchor: String,
    /// When it happened.
    pub at: TimeView,
    /// `update`, `note` or `change`: how loud it is.
    pub loudness: String,
    /// The picture before it, for what came from elsewhere or went to everybody.
    pub icon: Option<String>,
    /// Who.
    pub who: String,
    /// What they did: `told everybody:`, `set the severity to`.
    pub did: String,
    /// The severity or status that it was set to.
    pub to: Option<Mark>,
    /// A link that it added or leads to: label and address.
    pub link: Option<(String, String)>,
    /// What they said, as safe HTML.
    pub html: String,
    /// The same as it was written.
    pub words: String,
    /// Said by somebody elsewhere, so in quotation marks.
    pub is_quote: bool,
    /// Small sentences below: what else it told, when it was written down.
    pub notes: Vec<String>,
}

/// Puts the items under their days.
pub fn days(homepage: &mut Homepage, zone: &Zone, now: DateTime<Utc>, only_updates: bool) -> Vec<DayView> {
    let items = std::mem::take(&mut homepage.timeline);
    let mut days: Vec<(NaiveDate, DayView)> = Vec::new();
    for item in items {
        if only_updates && item.kind != ItemKind::Update {
            continue;
        }
        let (day, at) = (zone.day(item.occurred_at), item.occurred_at);
        let view = item_view(item, homepage, zone);
        match days.last_mut() {
            Some((last, under)) if *last == day => under.items.push(view),
            _ => days.push((day, DayView { heading: zone.day_heading(at, now), items: vec![view] })),
        }
    }
    days.into_iter().map(|(_, day)| day).collect()
}

fn item_view(item: Item, homepage: &Homepage, zone: &Zone) -> ItemView {
    let said = sentences::of(&item, homepage, zone);
    let notes = sentences::notes(&item, homepage, zone);
    let loudness = match item.kind {
        ItemKind::Update => "update",
        ItemKind::Note | ItemKind::Link | ItemKind::Pin | ItemKind::Alert => "note",
        _ => "change",
    };
    let icon = match item.kind {
        ItemKind::Update => Some("megaphone"),
        ItemKind::Link => Some("link"),
        ItemKind::Pin => Some("pin"),
        ItemKind::Alert => Some("bell"),
        _ => None,
    };
    let shows_words = !matches!(item.kind, ItemKind::Link);
    ItemView {
        anchor: format!("t-{}", item.id),
        at: TimeView { at: rfc3339(item.occurred_at), text: zone.clock(item.occurred_at) },
        loudness: loudness.into(),
        icon: icon.map(Into::into),
        who: said.who,
        did: said.did,
        to: said.to,
        link: said.link,
        html: if shows_words { item.body_html } else { String::new() },
        words: if shows_words { item.body } else { String::new() },
        is_quote: item.kind == ItemKind::Pin,
        notes,
    }
}
