//! Incidents that were put on the page long after they happened. Their `created_at` is
//! their `resolved_at`, and their updates were created when somebody brought them over.
//! When things happened stands only in the words: `<strong>2010-02-13 02:04:00</strong> - …`.
//! Those times are read, and no others.

use chrono::{DateTime, TimeDelta, Utc};
use domain::incidents::Status;
use domain::key_times::{KeyTimeKind, Precision};
use domain::zones::Zone;

use super::record::UpdateRecord;
use super::told::{Times, Told};
use crate::moments::Moment;
use crate::{ImportedTime, ImportedUpdate, ReadFrom, fitting, markup, moments};

/// What the words tell, when this is such an incident; `None` when it is not.
pub(super) fn read(times: &Times, updates: &[UpdateRecord], zone: Zone, status: Status) -> Option<Told> {
    let (created, resolved) = times.created.zip(times.resolved)?;
    if (resolved - created).abs() >= TimeDelta::seconds(1) || !status.is_over() {
        return None;
    }
    let zone = zone_of_words(updates, created, zone);
    let mut lines: Vec<Line> = Vec::new();
    let mut undated: Vec<String> = Vec::new();
    for update in updates {
        for piece in markup::pieces(update.body.as_deref().unwrap_or_default(), |text| is_time(text, zone)) {
            match piece.time.and_then(|text| moments::read(&text, zone).ok()) {
                Some(moment) => lines.push(Line { moment, markdown: piece.markdown }),
                None => undated.push(piece.markdown),
            }
        }
    }
    lines.sort_by_key(|line| line.moment.at);
    Some(match (lines.first(), lines.last()) {
        (Some(first), Some(last)) => {
            let (first, last) = (first.moment, last.moment);
            told(lines, undated, first, last)
        }
        _ => without_times(created, updates),
    })
}

struct Line {
    moment: Moment,
    markdown: String,
}

fn told(lines: Vec<Line>, undated: Vec<String>, first: Moment, last: Moment) -> Told {
    let time = |kind, moment: Moment, assumed| ImportedTime {
        kind,
        at: moment.at,
        precision: moment.precision,
        assumed,
        read_from: ReadFrom::Text,
    };
    let mut key_times = vec![time(KeyTimeKind::FailureStarted, first, true), time(KeyTimeKind::Reported, first, false)];
    // With a single time nobody knows how long it took: a gap, not zero.
    let ends = last.at > first.at;
    if ends {
        key_times.push(time(KeyTimeKind::Recovered, last, false));
    }
    let mut updates: Vec<_> = lines.into_iter().map(|line| update(line.moment.at, &line.markdown)).collect();
    updates.extend(undated.iter().map(|words| update(last.at, words)));
    updates.retain(|update| update.body.is_some());
    if let Some(over) = updates.last_mut().filter(|update| ends && update.at == last.at) {
        over.status = Some(Status::Recovered);
    }
    Told { key_times, updates }
}

/// The words name no time: when it was posted is all that is known.
fn without_times(created: DateTime<Utc>, updates: &[UpdateRecord]) -> Told {
    let reported = ImportedTime {
        kind: KeyTimeKind::Reported,
        at: created,
        precision: Precision::Second,
        assumed: true,
        read_from: ReadFrom::Field("created_at"),
    };
    let mut told: Vec<_> = updates
        .iter()
        .rev()
        .map(|said| update(created, &markup::to_markdown(said.body.as_deref().unwrap_or_default())))
        .collect();
    told.retain(|update| update.body.is_some());
    Told { key_times: vec![reported], updates: told }
}

fn update(at: DateTime<Utc>, markdown: &str) -> ImportedUpdate {
    ImportedUpdate { at, status: None, body: fitting::body(markdown).0, edited_at: None }
}

fn is_time(text: &str, zone: Zone) -> bool {
    moments::read(text, zone).is_ok_and(|moment| moment.precision != Precision::Day)
}

/// The times in the words name no zone. They are UTC, or the page's: whichever makes the
/// first of them the time under which the incident is kept; the page's when neither does.
fn zone_of_words(updates: &[UpdateRecord], created: DateTime<Utc>, page: Zone) -> Zone {
    let first = |zone: Zone| {
        let pieces = updates
            .iter()
            .flat_map(|update| markup::pieces(update.body.as_deref().unwrap_or_default(), |text| is_time(text, zone)));
        pieces.filter_map(|piece| moments::read(&piece.time?, zone).ok()).map(|moment| moment.at).min()
    };
    let agrees = |zone| first(zone).is_some_and(|at| (at - created).abs() < TimeDelta::minutes(1));
    if !agrees(page) && agrees(Zone::UTC) { Zone::UTC } else { page }
}
