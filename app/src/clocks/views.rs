//! Key times and clocks, ready to show. Nothing is invented: a moment that is not known
//! is named as missing, and a clock without an edge gives no number.

use chrono::{DateTime, NaiveDate, Utc};
use domain::clocks::{Clock, ClockReading, Edge, clock};
use domain::elapsed::humane;
use domain::incidents::Status;
use domain::key_times::{KeyTimeKind, KeyTimes, Precision};
use domain::zones::{Zone, rfc3339};
use serde::{Deserialize, Serialize};

use crate::ui::TimeView;

/// The key times of one incident and its clocks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyTimesView {
    /// In their order; missing ones that one would expect among them.
    pub moments: Vec<MomentView>,
    /// The clocks that have a number.
    pub clocks: Vec<ClockView>,
    /// Why others have none: `No TTD and no TTR, because “failure started” is missing.`
    pub no_number: Option<String>,
    /// Moments that contradict each other, a sentence each.
    pub contradictions: Vec<String>,
}

/// A key time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MomentView {
    /// Which.
    pub kind: KeyTimeKind,
    /// `Detected`.
    pub name: String,
    /// When; nothing when it is missing.
    pub at: Option<TimeView>,
    /// The date, when it is another than that of the moment above.
    pub day: Option<String>,
    /// It is assumed rather than known.
    pub assumed: bool,
    /// How long after the known moment above, when that says something.
    pub gap: Option<String>,
}

/// A clock with its number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockView {
    /// `TTD`.
    pub name: String,
    /// `time to detect`.
    pub meaning: String,
    /// `12 min`.
    pub reads: String,
    /// It goes on: since when, in seconds since 1970.
    pub since: Option<i64>,
}

/// The clocks of one incident. TBF, TTP, TTL and TTI need more than one.
const CLOCKS: [Clock; 5] = [Clock::Ttd, Clock::Tte, Clock::Ttf, Clock::Ttr, Clock::Ttt];

impl KeyTimesView {
    /// Puts the key times of an incident into words.
    pub fn of(key_times: &KeyTimes, status: Status, zone: &Zone, now: DateTime<Utc>) -> Self {
        let mut clocks = Vec::new();
        let mut missing: Vec<(Clock, Vec<Edge>)> = Vec::new();
        for kind in CLOCKS {
            match clock(kind, key_times, status, now) {
                ClockReading::Known(interval) => clocks.push(ClockView {
                    name: kind.word().into(),
                    meaning: kind.meaning().into(),
                    reads: humane(interval),
                    since: None,
                }),
                // What is closed waits for nothing: imported history would be at it for years.
                ClockReading::Running(_) if status == Status::Closed => {}
                ClockReading::Running(interval) => clocks.push(ClockView {
                    name: kind.word().into(),
                    meaning: kind.meaning().into(),
                    reads: humane(interval),
                    since: Some((now - interval).timestamp()),
                }),
                // What can still come is not missing.
                ClockReading::Missing(edges) if status.is_over() && kind != Clock::Ttt => missing.push((kind, edges)),
                ClockReading::Missing(_) => {}
            }
        }
        let contradictions = key_times
            .out_of_order()
            .into_iter()
            .map(|(earlier, later)| format!("“{later}” lies before “{earlier}”: one of them is wrong."))
            .collect();
        Self { moments: moments(key_times, status, zone), clocks, no_number: no_number(&missing), contradictions }
    }
}

fn moments(key_times: &KeyTimes, status: Status, zone: &Zone) -> Vec<MomentView> {
    let mut above: Option<DateTime<Utc>> = None;
    let mut day_above: Option<NaiveDate> = None;
    KeyTimeKind::ALL
        .iter()
        .filter(|kind| key_times.has(**kind) || is_expected(**kind, status))
        .map(|kind| {
            let Some(known) = key_times.get(*kind) else {
                return MomentView {
                    kind: *kind,
                    name: kind.word().into(),
                    at: None,
                    day: None,
                    assumed: false,
                    gap: None,
                };
            };
            let day = zone.day(known.at);
            let view = MomentView {
                kind: *kind,
                name: kind.word().into(),
                at: Some(TimeView { at: rfc3339(known.at), text: exact(known.at, known.precision, zone) }),
                day: (day_above != Some(day)).then(|| zone.date(known.at)),
                assumed: known.assumed,
                gap: above.and_then(|above| gap(above, known.at)),
            };
            (above, day_above) = (Some(known.at), Some(day));
            view
        })
        .collect()
}

/// Whether one would ask for this moment: the edges of the clocks that everybody measures.
fn is_expected(kind: KeyTimeKind, status: Status) -> bool {
    use KeyTimeKind::{Detected, Engaged, FailureStarted, Recovered};
    match kind {
        FailureStarted | Detected => !status.is_end(),
        Engaged => status.is_over(),
        Recovered => status.is_over(),
        _ => false,
    }
}

fn exact(at: DateTime<Utc>, precision: Precision, zone: &Zone) -> String {
    match precision {
        Precision::Second | Precision::Minute => zone.clock(at),
        Precision::Hour => format!("about {}", zone.clock(at)),
        Precision::Day => "that day".into(),
    }
}

/// Under a minute there is nothing to see; a moment before the one above is said so.
fn gap(above: DateTime<Utc>, at: DateTime<Utc>) -> Option<String> {
    let gap = at - above;
    match gap.num_minutes() {
        0 => None,
        1.. => Some(humane(gap)),
        _ => Some(format!("{} earlier", humane(-gap))),
    }
}

/// One sentence for all clocks without a number, by what they lack.
fn no_number(missing: &[(Clock, Vec<Edge>)]) -> Option<String> {
    let mut lacks: Vec<&'static str> = Vec::new();
    let mut names: Vec<String> = Vec::new();
    for (clock, edges) in missing {
        names.push(format!("no {clock}"));
        for edge in edges {
            let Edge::KeyTime(kind) = edge else { continue };
            if !lacks.contains(&kind.word()) {
                lacks.push(kind.word());
            }
        }
    }
    let (names, lacks): (Vec<&str>, Vec<String>) =
        (names.iter().map(String::as_str).collect(), lacks.iter().map(|word| format!("“{word}”")).collect());
    let lacks: Vec<&str> = lacks.iter().map(String::as_str).collect();
    if names.is_empty() || lacks.is_empty() {
        return None;
    }
    let verb = if lacks.len() == 1 { "is" } else { "are" };
    let mut sentence = format!("{}, because {} {verb} missing.", listed(&names), listed(&lacks));
    sentence.replace_range(..1, "N");
    Some(sentence)
}

/// `a`, `a and b`, `a, b and c`.
fn listed(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::key_times::{KeyTime, KeyTimeSource};

    fn key_times(known: &[(KeyTimeKind, &str)]) -> KeyTimes {
        let at = |at: &str| at.parse::<DateTime<Utc>>().unwrap();
        known
            .iter()
            .map(|(kind, text)| KeyTime {
                kind: *kind,
                at: at(text),
                precision: Precision::Minute,
                source: KeyTimeSource::Manual,
                assumed: false,
                recorded_at: at(text),
                recorded_by: None,
            })
            .collect()
    }

    #[test]
    fn what_lies_between_two_moments_stands_between_them() {
        use KeyTimeKind::*;
        let key_times = key_times(&[
            (FailureStarted, "2025-11-20T14:26:00Z"),
            (Detected, "2025-11-20T14:29:00Z"),
            (Engaged, "2025-11-20T14:33:00Z"),
            (Recovered, "2025-11-20T15:14:00Z"),
        ]);
        let now = "2025-11-21T00:00:00Z".parse().unwrap();
        let view = KeyTimesView::of(&key_times, Status::Recovered, &Zone::parse("Asia/Tokyo").unwrap(), now);
        let gaps: Vec<Option<&str>> = view.moments.iter().map(|moment| moment.gap.as_deref()).collect();
        assert_eq!(gaps, [None, Some("3 min"), Some("4 min"), Some("41 min")]);
        let days: Vec<Option<&str>> = view.moments.iter().map(|moment| moment.day.as_deref()).collect();
        assert_eq!(days, [Some("Thu 20 Nov 2025"), None, None, Some("Fri 21 Nov 2025")], "midnight in Tokyo");
        let clocks: Vec<(&str, &str)> = view.clocks.iter().map(|c| (c.name.as_str(), c.reads.as_str())).collect();
        assert_eq!(
            clocks,
            [("TTD", "3 min"), ("TTE", "4 min"), ("TTF", "41 min"), ("TTR", "48 min"), ("TTT", "8 h 46 min")]
        );
        assert_eq!(view.no_number, None);
    }

    #[test]
    fn a_missing_moment_is_named_and_gives_no_number() {
        use KeyTimeKind::*;
        let key_times = key_times(&[(Engaged, "2025-11-20T14:33:00Z"), (Recovered, "2025-11-20T15:14:00Z")]);
        let view = KeyTimesView::of(&key_times, Status::Closed, &Zone::UTC, "2025-11-21T00:00:00Z".parse().unwrap());
        let missing: Vec<&str> = view.moments.iter().filter(|m| m.at.is_none()).map(|m| m.name.as_str()).collect();
        assert_eq!(missing, ["Failure started", "Detected"]);
        assert!(view.clocks.iter().all(|clock| clock.name != "TTR"));
        assert_eq!(
            view.no_number.as_deref(),
            Some("No TTD, no TTE and no TTR, because “Failure started” and “Detected” are missing.")
        );
    }

    #[test]
    fn triage_runs_until_the_incident_is_closed() {
        let key_times = key_times(&[(KeyTimeKind::Recovered, "2013-02-22T20:41:00Z")]);
        let now = "2026-11-22T00:00:00Z".parse().unwrap();
        let runs =
            |status| KeyTimesView::of(&key_times, status, &Zone::UTC, now).clocks.iter().any(|c| c.name == "TTT");
        assert!(runs(Status::Recovered));
        assert!(!runs(Status::Closed));
    }

    #[test]
    fn what_can_still_come_is_not_missing() {
        let view = KeyTimesView::of(&KeyTimes::new(), Status::Investigating, &Zone::UTC, Utc::now());
        assert!(view.moments.iter().all(|moment| moment.name != "Recovered"));
        assert_eq!(view.no_number, None);
    }
}
