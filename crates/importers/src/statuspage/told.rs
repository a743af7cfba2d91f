//! What is known of an incident's course: its key times and its updates.

use chrono::{DateTime, TimeDelta, Utc};
use domain::incidents::Status;
use domain::key_times::{KeyTimeKind, Precision};
use domain::zones::Zone;

use super::incident::name;
use super::record::{Record, UpdateRecord};
use crate::fitting::shown;
use crate::{ImportedTime, ImportedUpdate, ReadFrom, fitting, markup, moments};

/// The times of a record's fields.
pub(super) struct Times {
    pub(super) created: Option<DateTime<Utc>>,
    pub(super) started: Option<DateTime<Utc>>,
    pub(super) monitoring: Option<DateTime<Utc>>,
    pub(super) resolved: Option<DateTime<Utc>>,
}

impl Times {
    pub(super) fn read(record: &Record, left_out: &mut Vec<String>) -> Self {
        let mut time = |field: &str, text: &Option<String>| time(field, text.as_deref(), left_out);
        Self {
            created: time("created_at", &record.created_at),
            started: time("started_at", &record.started_at),
            monitoring: time("monitoring_at", &record.monitoring_at),
            resolved: time("resolved_at", &record.resolved_at),
        }
    }
}

/// What is known of an incident's course.
pub(super) struct Told {
    pub(super) key_times: Vec<ImportedTime>,
    pub(super) updates: Vec<ImportedUpdate>,
}

impl Told {
    /// From the fields, as a page kept them while it happened.
    pub(super) fn from_fields(
        record: &Record,
        times: &Times,
        raw: &[UpdateRecord],
        status: Status,
        left_out: &mut Vec<String>,
    ) -> Self {
        let mut updates: Vec<_> = raw
            .iter()
            .filter_map(|update| told(update, left_out))
            .filter(|update| update.status.is_some() || update.body.is_some())
            .collect();
        // Newest first in the file; of two at the same time the later in the file was first.
        updates.reverse();
        updates.sort_by_key(|update| update.at);

        let mut key_times = Vec::new();
        let mut add = |kind, at: DateTime<Utc>, assumed, read_from| {
            key_times.push(ImportedTime { kind, at, precision: Precision::Second, assumed, read_from });
        };
        let reported = times.created.or(times.started).or(updates.first().map(|update| update.at));
        let reported_from = if times.created.is_some() { "created_at" } else { "started_at" };
        let started = times.started.or(reported);
        if let (Some(started), Some(reported)) = (started, reported) {
            // Unless somebody set it, the page fills it in when the incident is posted.
            let assumed = (reported - started).abs() < TimeDelta::minutes(1);
            let from = if times.started.is_some() { "started_at" } else { reported_from };
            add(KeyTimeKind::FailureStarted, started, assumed, ReadFrom::Field(from));
            // The page writes both within milliseconds, in either order.
            let reported = if assumed { reported.max(started) } else { reported };
            add(KeyTimeKind::Reported, reported, false, ReadFrom::Field(reported_from));
        }
        let first = |status| updates.iter().find(|update| update.status == Some(status)).map(|update| update.at);
        if let Some(at) = first(Status::Identified) {
            add(KeyTimeKind::Identified, at, false, ReadFrom::Update);
        }
        if let Some(at) = first(Status::Monitoring) {
            add(KeyTimeKind::Fixed, at, false, ReadFrom::Update);
        } else if let Some(at) = times.monitoring {
            add(KeyTimeKind::Fixed, at, false, ReadFrom::Field("monitoring_at"));
        }
        if status.is_over() {
            let last = updates.iter().rev().find(|update| update.status == Some(Status::Recovered));
            match (times.resolved, last) {
                (Some(at), _) => add(KeyTimeKind::Recovered, at, false, ReadFrom::Field("resolved_at")),
                (None, Some(update)) => add(KeyTimeKind::Recovered, update.at, false, ReadFrom::Update),
                (None, None) => left_out.push(format!("“{}”: it is over, but nothing says since when", name(record))),
            }
        }
        let mut told = Self { key_times, updates };
        told.drop_what_cannot_be(&name(record), left_out);
        told
    }

    /// Nothing is over before it begins; such a time is a slip of the pen and becomes a gap.
    fn drop_what_cannot_be(&mut self, name: &str, left_out: &mut Vec<String>) {
        let Some(started) = self.at(KeyTimeKind::FailureStarted) else { return };
        self.key_times.retain(|time| {
            let possible = time.kind == KeyTimeKind::Reported || time.at >= started;
            if !possible {
                left_out.push(format!(
                    "“{name}”: {} at {} lies before its start",
                    time.kind.as_str(),
                    time.at.to_rfc3339()
                ));
            }
            possible
        });
    }

    fn at(&self, kind: KeyTimeKind) -> Option<DateTime<Utc>> {
        self.key_times.iter().find(|time| time.kind == kind).map(|time| time.at)
    }

    pub(super) fn reported_at(&self) -> Option<DateTime<Utc>> {
        self.at(KeyTimeKind::Reported)
    }

    pub(super) fn status_since(&self, reported_at: DateTime<Utc>) -> DateTime<Utc> {
        let last = self.updates.iter().rev().find(|update| update.status.is_some()).or(self.updates.last());
        self.at(KeyTimeKind::Recovered).or(last.map(|update| update.at)).unwrap_or(reported_at).max(reported_at)
    }
}

/// A status word of an update; `update`, `postmortem` and others bring none.
pub(super) fn update_status(word: Option<&str>) -> Option<Status> {
    match word?.trim().to_lowercase().as_str() {
        "investigating" => Some(Status::Investigating),
        "identified" => Some(Status::Identified),
        "monitoring" => Some(Status::Monitoring),
        "resolved" => Some(Status::Recovered),
        _ => None,
    }
}

fn told(update: &UpdateRecord, left_out: &mut Vec<String>) -> Option<ImportedUpdate> {
    let created = time("created_at", update.created_at.as_deref(), left_out);
    let shown = time("display_at", update.display_at.as_deref(), left_out);
    let Some(at) = shown.or(created) else {
        left_out.push("an update without a time".to_owned());
        return None;
    };
    let changed = time("updated_at", update.updated_at.as_deref(), left_out);
    let edited_at = changed.zip(created).filter(|(changed, created)| *changed - *created > TimeDelta::seconds(1));
    let (body, is_cut) = fitting::body(&markup::to_markdown(update.body.as_deref().unwrap_or_default()));
    if is_cut {
        left_out.push(format!("the end of the update of {}, which is too long", at.to_rfc3339()));
    }
    let edited_at = edited_at.map(|(changed, _)| changed);
    Some(ImportedUpdate { at, status: update_status(update.status.as_deref()), body, edited_at })
}

fn time(field: &str, text: Option<&str>, left_out: &mut Vec<String>) -> Option<DateTime<Utc>> {
    let text = text.filter(|text| !text.trim().is_empty())?;
    match moments::read(text, Zone::UTC) {
        Ok(moment) => Some(moment.at),
        Err(reason) => {
            left_out.push(format!("the {field} “{}” {reason}", shown(text)));
            None
        }
    }
}
