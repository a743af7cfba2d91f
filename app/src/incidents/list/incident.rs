//! One incident in the list, ready to show.

use chrono::{DateTime, TimeDelta, Utc};
use domain::elapsed::{bar_position, humane};
use domain::incidents::{Cause, Status, Visibility};
use domain::zones::{Zone, rfc3339};
use serde::{Deserialize, Serialize};
use store::incidents::ListRow;

use crate::paths;
use crate::ticking;
use crate::ui::{Mark, TimeView, language};

/// An incident that is happening.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NowView {
    /// `INC-20`.
    pub reference: String,
    /// Its address.
    pub href: String,
    /// Its title.
    pub title: String,
    /// How bad it is.
    pub severity: Mark,
    /// Where it stands.
    pub status: Mark,
    /// Who leads; nobody yet.
    pub lead: Option<String>,
    /// Whether the company is large enough that a missing lead is worth a word.
    pub asks_for_lead: bool,
    /// Since when, in seconds since 1970.
    pub since: i64,
    /// How long that is now.
    pub elapsed: String,
    /// The next update: due in seconds since 1970, words, colour.
    pub due: Option<(i64, String, String)>,
    /// The words of the last update.
    pub words: Option<String>,
    /// It is private, and who can see it.
    pub private: Option<String>,
}

/// An incident in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowView {
    /// `INC-18`.
    pub reference: String,
    /// Its address.
    pub href: String,
    /// Its title.
    pub title: String,
    /// The title's language, when its script tells.
    pub lang: Option<String>,
    /// How bad it is.
    pub severity: Mark,
    /// The day it was reported: `Wed 12`.
    pub day: TimeView,
    /// How long it lasted or lasts.
    pub length: LengthView,
    /// It is private.
    pub is_private: bool,
    /// What is unusual about it, in whole sentences.
    pub aside: String,
    /// The words of the last update.
    pub words: Option<String>,
    /// Who led.
    pub lead: Option<String>,
    /// How many next steps are open.
    pub next_steps: u8,
}

/// How long an incident lasted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LengthView {
    /// This long, and where its bar ends on the scale, 0 to 100.
    Known(String, String),
    /// It goes on: since when in seconds since 1970, and how long that is now.
    Running(i64, String),
    /// It is over, but nobody has said when it started.
    StartMissing,
    /// It was no failure.
    None,
}

impl NowView {
    /// Puts it into words.
    pub(super) fn of(row: ListRow, now: DateTime<Utc>) -> Self {
        let since = row.started_at.unwrap_or(row.reported_at);
        let due = row.next_update_due_at.map(|at| {
            let (words, colour) = ticking::until((at - now).num_seconds());
            (at.timestamp(), words, colour.to_owned())
        });
        Self {
            href: paths::incident(row.reference),
            reference: row.reference.to_string(),
            severity: Mark::severity(row.severity.rank, &row.severity.name, row.kind),
            status: Mark::status(row.status),
            private: (row.visibility == Visibility::Private).then(|| visible_to(&row.visible_to)),
            title: row.title,
            lead: row.lead.map(|lead| lead.name),
            asks_for_lead: true,
            since: since.timestamp(),
            elapsed: ticking::since((now - since).num_seconds()),
            due,
            words: row.last_words,
        }
    }
}

/// `Wed 12`, under the heading of its month.
pub(super) const DAY: &str = "%a %-d";
/// `Tue 18 Nov`.
pub(super) const DAY_AND_MONTH: &str = "%a %-d %b";

impl RowView {
    /// Puts it into words; `day` is how its day is written.
    pub(super) fn of(row: ListRow, zone: &Zone, now: DateTime<Utc>, day: &str) -> Self {
        Self {
            href: paths::incident(row.reference),
            reference: row.reference.to_string(),
            severity: Mark::severity(row.severity.rank, &row.severity.name, row.kind),
            day: TimeView { at: rfc3339(row.reported_at), text: zone.local(row.reported_at).format(day).to_string() },
            length: length(&row, now),
            is_private: row.visibility == Visibility::Private,
            aside: aside(&row),
            lang: language(&row.title).map(Into::into),
            title: row.title,
            words: row.last_words,
            lead: row.lead.map(|lead| lead.name),
            next_steps: row.next_steps,
        }
    }
}

fn length(row: &ListRow, now: DateTime<Utc>) -> LengthView {
    if row.status.is_open() {
        let since = row.started_at.unwrap_or(row.reported_at);
        return LengthView::Running(since.timestamp(), ticking::since((now - since).num_seconds()));
    }
    match row.elapsed {
        Some(elapsed) => {
            let elapsed = elapsed.max(TimeDelta::zero());
            LengthView::Known(humane(elapsed), format!("{:.1}", bar_position(elapsed)))
        }
        None if row.status.is_over() => LengthView::StartMissing,
        None => LengthView::None,
    }
}

/// What is unusual about an incident, before its last words.
fn aside(row: &ListRow) -> String {
    let mut said: Vec<String> = Vec::new();
    if row.visibility == Visibility::Private {
        said.push(visible_to(&row.visible_to));
    }
    if row.kind.is_practice() {
        said.push("Not counted.".into());
    }
    match (row.status, &row.merged_into) {
        (Status::Merged, Some(into)) => said.push(format!("Merged into {into}.")),
        (Status::Recovered, _) => said.push(match row.cause {
            Cause::Unknown => "Recovered, cause not known yet.".into(),
            Cause::Suspected => "Recovered, cause suspected.".into(),
            Cause::Confirmed | Cause::AcceptedUnknown => "Recovered.".into(),
        }),
        (Status::Closed, _) => {}
        (status, _) => said.push(format!("{status}.")),
    }
    match row.times_reopened {
        ..=0 => {}
        1 => said.push("Re-opened once.".into()),
        2 => said.push("Re-opened twice.".into()),
        times => said.push(format!("Re-opened {times} times.")),
    }
    if row.cause == Cause::AcceptedUnknown {
        said.push("Cause accepted as unknown.".into());
    }
    said.join(" ")
}

/// Who can read a private incident, the one who looks among them.
fn visible_to(others: &[String]) -> String {
    match others {
        [] => "Private, only you.".into(),
        [one] => format!("Private, you and {one}."),
        [one, other] => format!("Private, you, {one} and {other}."),
        [one, other, ..] => format!("Private, you, {one}, {other} and others."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::incidents::Kind;
    use store::incidents::SeverityName;

    fn row() -> ListRow {
        let id = "01900000-0000-7000-8000-000000000001";
        let reported_at: DateTime<Utc> = "2025-11-12T12:22:00Z".parse().unwrap();
        ListRow {
            id: id.parse().unwrap(),
            reference: "INC-18".parse().unwrap(),
            title: "Builds wait".into(),
            severity: SeverityName {
                id: id.parse().unwrap(),
                name: "Sev2".into(),
                rank: 2,
                archived: false,
                definition: String::new(),
            },
            status: Status::Closed,
            visibility: Visibility::Public,
            kind: Kind::Real,
            cause: Cause::Confirmed,
            reported_at,
            started_at: Some(reported_at),
            ended_at: Some(reported_at + TimeDelta::minutes(108)),
            elapsed: Some(TimeDelta::minutes(108)),
            last_words: None,
            lead: None,
            merged_into: None,
            times_reopened: 0,
            next_update_due_at: None,
            next_steps: 0,
            visible_to: Vec::new(),
        }
    }

    #[test]
    fn a_row_says_how_long_or_that_nobody_knows() {
        let now = row().reported_at + TimeDelta::minutes(12);
        assert_eq!(length(&row(), now), LengthView::Known("1 h 48 min".into(), "50.8".into()));
        let missing = ListRow { elapsed: None, started_at: None, status: Status::Recovered, ..row() };
        assert_eq!(length(&missing, now), LengthView::StartMissing);
        let open = ListRow { status: Status::Triage, ..missing.clone() };
        assert_eq!(length(&open, now), LengthView::Running(now.timestamp() - 720, "12 min".into()));
        assert_eq!(length(&ListRow { status: Status::Declined, ..missing }, now), LengthView::None);
    }

    #[test]
    fn unusual_ends_lead_the_second_line() {
        assert_eq!(aside(&row()), "");
        assert_eq!(aside(&ListRow { kind: Kind::Drill, ..row() }), "Not counted.");
        assert_eq!(aside(&ListRow { times_reopened: 1, ..row() }), "Re-opened once.");
        assert_eq!(aside(&ListRow { cause: Cause::AcceptedUnknown, ..row() }), "Cause accepted as unknown.");
        let merged = ListRow { status: Status::Merged, merged_into: Some("INC-13".parse().unwrap()), ..row() };
        assert_eq!(aside(&merged), "Merged into INC-13.");
        assert_eq!(aside(&ListRow { merged_into: None, ..merged }), "Merged.", "a target one may not read has no name");
        let private = ListRow { visibility: Visibility::Private, visible_to: vec!["Avocet".into()], ..row() };
        assert_eq!(aside(&private), "Private, you and Avocet.");
        let over = ListRow { status: Status::Recovered, cause: Cause::Suspected, ..row() };
        assert_eq!(aside(&over), "Recovered, cause suspected.");
    }

    #[test]
    fn the_day_is_the_day_in_the_shown_zone() {
        let tokyo = Zone::parse("Asia/Tokyo").unwrap();
        let late = ListRow { reported_at: "2025-11-12T20:00:00Z".parse().unwrap(), ..row() };
        assert_eq!(RowView::of(late.clone(), &tokyo, late.reported_at, DAY).day.text, "Thu 13");
        assert_eq!(RowView::of(late.clone(), &Zone::UTC, late.reported_at, DAY_AND_MONTH).day.text, "Wed 12 Nov");
    }
}
