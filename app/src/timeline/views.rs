//! The timeline, ready to show: by day in the shown zone, newest first, each item a
//! sentence.

use chrono::{DateTime, NaiveDate, Utc};
use domain::zones::{Zone, rfc3339};
use serde::{Deserialize, Serialize};
use store::incidents::{Item, ItemKind};

use super::sentences::{self, Context};
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
    /// Which.
    pub id: String,
    /// Of which incident.
    pub incident: String,
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
    /// Somebody wrote it, so that it can be edited.
    pub is_written: bool,
    /// It is not shown any more.
    pub is_hidden: bool,
    /// It came since whoever looks was here.
    pub is_new: bool,
}

/// Puts items, newest first, under their days.
pub fn days_of(
    items: impl IntoIterator<Item = Item>,
    context: &Context<'_>,
    zone: &Zone,
    now: DateTime<Utc>,
) -> Vec<DayView> {
    let mut days: Vec<(NaiveDate, DayView)> = Vec::new();
    for item in items {
        let (day, at) = (zone.day(item.occurred_at), item.occurred_at);
        let view = ItemView::of(item, context, zone);
        match days.last_mut() {
            Some((last, under)) if *last == day => under.items.push(view),
            _ => days.push((day, DayView { heading: zone.day_heading(at, now), items: vec![view] })),
        }
    }
    days.into_iter().map(|(_, day)| day).collect()
}

impl ItemView {
    /// Puts one item into words.
    pub fn of(item: Item, context: &Context<'_>, zone: &Zone) -> Self {
        let said = sentences::of(&item, context, zone);
        let notes = sentences::notes(&item, context, zone);
        let icon = match item.kind {
            ItemKind::Update => Some("megaphone"),
            ItemKind::Link => Some("link"),
            ItemKind::Pin => Some("pin"),
            ItemKind::Alert => Some("bell"),
            _ => None,
        };
        let (is_hidden, shows_words) = (item.hidden_at.is_some(), item.kind != ItemKind::Link);
        Self {
            id: item.id.to_string(),
            incident: context.incident.to_string(),
            anchor: anchor(item.id),
            at: TimeView { at: rfc3339(item.occurred_at), text: zone.clock(item.occurred_at) },
            loudness: loudness(item.kind).into(),
            icon: icon.map(Into::into),
            who: said.who,
            did: said.did,
            to: said.to,
            link: said.link,
            html: if shows_words { item.body_html } else { String::new() },
            words: if shows_words { item.body } else { String::new() },
            is_quote: item.kind == ItemKind::Pin,
            notes,
            is_written: is_written(item.kind),
            is_hidden,
            is_new: false,
        }
    }
}

/// The end of an item's own address on its incident's page.
pub fn anchor(item: domain::TimelineItemId) -> String {
    format!("t-{item}")
}

/// Whether somebody wrote it; what the software noted stays as it was.
pub fn is_written(kind: ItemKind) -> bool {
    matches!(kind, ItemKind::Note | ItemKind::Update)
}

fn loudness(kind: ItemKind) -> &'static str {
    match kind {
        ItemKind::Update => "update",
        ItemKind::Note | ItemKind::Link | ItemKind::Pin | ItemKind::Alert => "note",
        _ => "change",
    }
}
