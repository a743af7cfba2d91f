//! What people change in a timeline: words and time of an item, whether it is shown.

use domain::incidents::{Command, Seen};
use domain::text::MarkdownText;
use domain::zones::Zone;
use domain::{Refusal, TimelineItemId, Why};
use leptos::prelude::*;

use chrono::{DateTime, Utc};

use super::typed_time;
use crate::error::AppError;
use crate::incidents::commands::ask;

/// Gives an item other words or another time. `happened_at` is the moment that stood in the
/// field when the page was made: a time that was left alone keeps its seconds.
#[server(endpoint = "timeline/edit")]
#[allow(clippy::too_many_arguments, reason = "the fields of one form")]
pub async fn edit_item(
    incident: String,
    request: String,
    #[server(default)] back: String,
    item: String,
    #[server(default)] body: String,
    #[server(default)] occurred_at: String,
    #[server(default)] which: String,
    zone: String,
    happened_at: String,
    seen_item: String,
) -> Result<(), AppError> {
    let seen = seen_item.parse().ok();
    let typed = Typed { occurred_at, which, zone, happened_at };
    let command = if seen.is_some() { edited(&item, &body, &typed) } else { Err(not_a_time("seen_item")) };
    ask(incident, request, back, Seen { item: seen, ..Seen::default() }, "item-edited", command).await
}

/// Shows an item no more. It is not lost.
#[server(endpoint = "timeline/hide")]
pub async fn hide_item(
    incident: String,
    request: String,
    item: String,
    #[server(default)] back: String,
) -> Result<(), AppError> {
    let command = TimelineItemId::parse(&item).map(|item| Command::HideItem { item });
    ask(incident, request, back, Seen::default(), "item-hidden", command).await
}

/// Shows a hidden item again.
#[server(endpoint = "timeline/restore")]
pub async fn restore_item(
    incident: String,
    request: String,
    item: String,
    #[server(default)] back: String,
) -> Result<(), AppError> {
    let command = TimelineItemId::parse(&item).map(|item| Command::RestoreItem { item });
    ask(incident, request, back, Seen::default(), "item-restored", command).await
}

/// When it happened, as the form sends it.
struct Typed {
    occurred_at: String,
    which: String,
    zone: String,
    happened_at: String,
}

fn edited(item: &str, body: &str, typed: &Typed) -> Result<Command, Refusal> {
    Ok(Command::EditItem {
        item: TimelineItemId::parse(item)?,
        body: MarkdownText::parse(body)?,
        occurred_at: typed.at()?,
    })
}

impl Typed {
    fn at(&self) -> Result<DateTime<Utc>, Refusal> {
        let stood: DateTime<Utc> = self.happened_at.parse().map_err(|_| not_a_time("happened_at"))?;
        let zone = Zone::parse(&self.zone)?;
        if self.which.is_empty() && self.occurred_at.trim() == zone.field_value(stood) {
            return Ok(stood);
        }
        typed_time::read(&self.occurred_at, &self.zone, &self.which, "occurred_at")
    }
}

fn not_a_time(field: &'static str) -> Refusal {
    Refusal::invalid(field, Why::NotATime)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(occurred_at: &str, which: &str) -> Typed {
        Typed {
            occurred_at: occurred_at.into(),
            which: which.into(),
            zone: "America/Los_Angeles".into(),
            happened_at: "2026-11-01T09:30:17.250Z".into(),
        }
    }

    #[test]
    fn a_time_that_was_left_alone_keeps_its_seconds_and_is_not_asked_about() {
        let stood: DateTime<Utc> = "2026-11-01T09:30:17.250Z".parse().unwrap();
        assert_eq!(typed("2026-11-01T01:30", "").at().unwrap(), stood);
        assert_eq!(typed("2026-11-01T01:31", "").at(), Err(Refusal::invalid("occurred_at", Why::Twice)));
        let earlier = typed("2026-11-01T01:30", "earlier").at().unwrap();
        assert_eq!(earlier, "2026-11-01T08:30:00Z".parse::<DateTime<Utc>>().unwrap());
    }
}
