//! cState: one Markdown file an incident, with YAML or TOML front matter.
//!
//! `date` is when it began, `resolvedWhen` when it ended, typed by hand. Updates, where
//! there are any, end in `{{< track "2018-04-13 16:50:00" >}}`, newest first.

mod body;
mod front_matter;

use chrono::{DateTime, Utc};
use domain::incidents::Status;
use domain::key_times::KeyTimeKind;
use domain::text::Url;

use crate::import::Found;
use crate::moments::Moment;
use crate::{Imported, ImportedTime, ImportedUpdate, Mapping, ReadFrom, fitting, moments};
use body::Body;
use front_matter::FrontMatter;

/// What the file is.
pub(crate) fn read(name: &str, text: &str, mapping: &Mapping) -> Found {
    let outcome = front_matter::split(text).and_then(|(matter, body)| incident(name, &matter, body, mapping));
    outcome.unwrap_or_else(Found::NotUnderstood)
}

fn incident(file: &str, matter: &FrontMatter, text: &str, mapping: &Mapping) -> Result<Found, String> {
    let slug = slug(file)?;
    let title =
        fitting::title(&matter.text("title")).map_err(|refusal| format!("its title is not taken: {refusal}"))?;
    if let Some(reason) = planned(matter, title.as_str(), &slug, mapping) {
        return Ok(Found::Maintenance(reason));
    }
    let mut left_out = Vec::new();
    let began = matter.text("date");
    let began = moments::read(&began, mapping.cstate_zone)
        .map_err(|reason| format!("the date “{}” {reason}", fitting::shown(&began)))?;
    let body = Body::read(text, mapping.cstate_zone, &mut left_out);
    let is_over = matter.says_yes("resolved");
    let recovered = if is_over { recovery(matter, &body, began, mapping, &mut left_out) } else { None };
    let last_status = body.updates.iter().rev().find_map(|update| update.status).filter(|status| status.is_active());
    let status = if is_over { Status::Closed } else { last_status.unwrap_or(Status::Investigating) };
    let reported = body.updates.first().map(|update| update.at);
    let reported_at = reported.unwrap_or(began.at);
    let last_word = body.updates.last().map_or(reported_at, |update| update.at);
    let status_since = recovered.as_ref().map_or(last_word, |time| time.at).max(reported_at);
    let (summary, is_cut) = fitting::summary(&body.rest);
    if is_cut {
        left_out.push("the end of its text, which is too long".to_owned());
    }
    let impact = matter.text("severity");
    Ok(Found::Incident(
        Box::new(Imported {
            source_ref: source_ref(&slug, mapping),
            link: link(&slug, mapping),
            title,
            summary,
            severity_name: mapping.severity_for(&impact).clone(),
            impact,
            status,
            status_since,
            reported_at,
            key_times: key_times(began, reported, recovered, &body.updates),
            updates: body.updates,
            components: matter.components(),
            zone: mapping.cstate_zone,
        }),
        left_out,
    ))
}

fn key_times(
    began: Moment,
    reported: Option<DateTime<Utc>>,
    recovered: Option<ImportedTime>,
    updates: &[ImportedUpdate],
) -> Vec<ImportedTime> {
    let dated = |kind, assumed| {
        let Moment { at, precision } = began;
        ImportedTime { kind, at, precision, assumed, read_from: ReadFrom::Field("date") }
    };
    let mut times = vec![dated(KeyTimeKind::FailureStarted, false)];
    // Without updates the page does not keep when it was told.
    times.push(reported.map_or(dated(KeyTimeKind::Reported, true), |at| of_update(KeyTimeKind::Reported, at)));
    for (status, kind) in [(Status::Identified, KeyTimeKind::Identified), (Status::Monitoring, KeyTimeKind::Fixed)] {
        let first = updates.iter().find(|update| update.status == Some(status) && update.at >= began.at);
        times.extend(first.map(|update| of_update(kind, update.at)));
    }
    times.extend(recovered);
    times
}

fn of_update(kind: KeyTimeKind, at: DateTime<Utc>) -> ImportedTime {
    ImportedTime { kind, at, precision: moments::precision_of(at), assumed: false, read_from: ReadFrom::Update }
}

/// When it was over: `resolvedWhen`, else the last update that says so. A time before the
/// beginning is a slip of the pen; it becomes a gap.
fn recovery(
    matter: &FrontMatter,
    body: &Body,
    began: Moment,
    mapping: &Mapping,
    left_out: &mut Vec<String>,
) -> Option<ImportedTime> {
    let kind = KeyTimeKind::Recovered;
    let written = matter.text("resolvedwhen");
    if written.is_empty() {
        let last = body
            .updates
            .iter()
            .rev()
            .find(|update| update.status == Some(Status::Recovered) && update.at >= began.at)?;
        return Some(of_update(kind, last.at));
    }
    match moments::read(&written, mapping.cstate_zone) {
        Ok(Moment { at, precision }) if at >= began.at => {
            Some(ImportedTime { kind, at, precision, assumed: false, read_from: ReadFrom::Field("resolvedWhen") })
        }
        Ok(_) => {
            left_out.push(format!("resolvedWhen “{}” lies before date", fitting::shown(&written)));
            None
        }
        Err(reason) => {
            left_out.push(format!("resolvedWhen “{}” {reason}", fitting::shown(&written)));
            None
        }
    }
}

/// Announcements (`informational`) and work that its title or its file name calls so.
fn planned(matter: &FrontMatter, title: &str, slug: &str, mapping: &Mapping) -> Option<String> {
    if matter.says_yes("informational") {
        return Some(format!("“{title}” is marked informational"));
    }
    let words = |text: &str| -> Vec<String> {
        text.to_lowercase().split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect()
    };
    let severity = matter.text("severity");
    let places = [("severity", severity.as_str()), ("title", title), ("file name", slug)];
    let said = |(_, text): &(&str, &str)| words(text).iter().any(|word| mapping.maintenance_words.contains(word));
    let (place, _) = places.into_iter().find(said)?;
    Some(format!("“{title}” is planned work by its {place}"))
}

/// The file's name without its ending, which is what cState knows an incident by; of a
/// folder with `index.md` the folder's.
fn slug(file: &str) -> Result<String, String> {
    let mut parts = file.rsplit(['/', '\\']);
    let name = parts.next().unwrap_or_default();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let slug = if stem == "index" { parts.next().unwrap_or_default() } else { stem };
    let fits = !slug.is_empty() && slug.chars().count() <= 200 && !slug.chars().any(char::is_control);
    fits.then(|| slug.to_owned()).ok_or_else(|| "its file name cannot be an id".to_owned())
}

fn source_ref(slug: &str, mapping: &Mapping) -> String {
    let host = mapping.cstate_address.as_ref().and_then(|address| {
        let (_, rest) = address.as_str().split_once("://")?;
        rest.split(['/', '?', '#']).next().map(str::to_lowercase)
    });
    format!("cstate:{}:{slug}", host.as_deref().unwrap_or("unknown"))
}

fn link(slug: &str, mapping: &Mapping) -> Option<Url> {
    let address = mapping.cstate_address.as_ref()?;
    let slug: String = slug.to_lowercase().chars().map(|c| if c.is_whitespace() { '-' } else { c }).collect();
    Url::parse(&format!("{}/issues/{slug}/", address.as_str().trim_end_matches('/'))).ok()
}
