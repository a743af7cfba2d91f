//! One record in our words.

use std::collections::HashSet;

use domain::incidents::Status;
use domain::text::{ComponentName, Url};
use domain::zones::Zone;
use serde_json::Value;

use super::backfill;
use super::record::{Page, Record, UpdateRecord};
use super::told::{Times, Told, update_status};
use crate::import::Found;
use crate::{Imported, Mapping, fitting};

/// What the record is.
pub(super) fn read(record: &Record, page: Option<&Page>, mapping: &Mapping) -> Result<Found, String> {
    if let Some(reason) = planned(record) {
        return Ok(Found::Maintenance(reason));
    }
    let mut left_out = Vec::new();
    let source_ref = source_ref(record, page)?;
    let title = fitting::title(record.name.as_deref().unwrap_or_default())
        .map_err(|refusal| format!("its name cannot be a title: {refusal}"))?;
    let zone = page.and_then(|page| page.zone).unwrap_or(Zone::UTC);
    let status = status(record)?;
    let raw_updates = raw_updates(record, &mut left_out);
    let times = Times::read(record, &mut left_out);
    let told = match backfill::read(&times, &raw_updates, zone, status) {
        Some(told) => told,
        None => Told::from_fields(record, &times, &raw_updates, status, &mut left_out),
    };
    let Some(reported_at) = told.reported_at() else {
        return Err("it has no time at all".to_owned());
    };
    let impact = record.impact();
    Ok(Found::Incident(
        Box::new(Imported {
            source_ref,
            link: link(record, page),
            title,
            summary: Default::default(),
            severity_name: mapping.severity_for(&impact).clone(),
            impact,
            status,
            status_since: told.status_since(reported_at),
            reported_at,
            key_times: told.key_times,
            updates: told.updates,
            components: components(record, &raw_updates),
            zone,
        }),
        left_out,
    ))
}

/// No update that was looked at has more than some kilobytes; a longer one is cut before
/// its HTML is read.
const MOST_BODY_BYTES: usize = 256 * 1024;

fn raw_updates(record: &Record, left_out: &mut Vec<String>) -> Vec<UpdateRecord> {
    let mut updates = Vec::new();
    for value in record.incident_updates.iter().flatten() {
        let mut update: UpdateRecord = match serde_json::from_value(value.clone()) {
            Ok(update) => update,
            Err(error) => {
                left_out.push(format!("“{}”: an update is not understood: {error}", name(record)));
                continue;
            }
        };
        if let Some(body) = update.body.as_mut().filter(|body| body.len() > MOST_BODY_BYTES) {
            body.truncate(body.floor_char_boundary(MOST_BODY_BYTES));
            left_out.push(format!("“{}”: the end of an update, which is too long", name(record)));
        }
        updates.push(update);
    }
    updates
}

fn status(record: &Record) -> Result<Status, String> {
    let word = record.status.as_deref().unwrap_or_default().trim().to_lowercase();
    match word.as_str() {
        "resolved" | "postmortem" => Ok(Status::Closed),
        other => match update_status(Some(other)) {
            Some(status) => Ok(status),
            None if record.resolved_at.is_some() => Ok(Status::Closed),
            None => Err(format!("the status “{}” is not one of the format", fitting::shown(&word))),
        },
    }
}

fn planned(record: &Record) -> Option<String> {
    let status = record.status.as_deref().unwrap_or_default().trim().to_lowercase();
    let planned_status =
        ["scheduled", "in_progress", "in progress", "verifying", "completed"].contains(&status.as_str());
    let is_planned =
        planned_status || record.scheduled_for.is_some() || record.impact().eq_ignore_ascii_case("maintenance");
    is_planned.then(|| format!("“{}”", name(record)))
}

fn source_ref(record: &Record, page: Option<&Page>) -> Result<String, String> {
    let page_id = record.page_id.as_deref().or(page.and_then(|page| page.id.as_deref())).unwrap_or("unknown");
    let id = record.id.as_deref().ok_or("it has no id")?;
    let plain = |id: &str| {
        let characters = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        characters && (1..=64).contains(&id.len())
    };
    if plain(id) && plain(page_id) {
        Ok(format!("statuspage:{page_id}:{id}"))
    } else {
        Err(format!("“{}” cannot be an id", fitting::shown(id)))
    }
}

fn link(record: &Record, page: Option<&Page>) -> Option<Url> {
    let on_page = || {
        let (url, id) = (page?.url.as_deref()?, record.id.as_deref()?);
        Url::parse(&format!("{}/incidents/{id}", url.trim_end_matches('/'))).ok()
    };
    record.shortlink.as_deref().and_then(|link| Url::parse(link).ok()).or_else(on_page)
}

fn components(record: &Record, updates: &[UpdateRecord]) -> Vec<ComponentName> {
    let named = |values: &[Value]| -> Vec<ComponentName> {
        let names = values.iter().filter_map(|value| value.get("name").and_then(Value::as_str));
        names.filter_map(fitting::component).collect()
    };
    let mut names = named(record.components.as_deref().unwrap_or_default());
    if names.is_empty() {
        names = updates
            .iter()
            .flat_map(|update| named(update.affected_components.as_deref().unwrap_or_default()))
            .collect();
    }
    let mut met = HashSet::new();
    names.retain(|name| met.insert(name.as_str().to_lowercase()));
    names
}

pub(super) fn name(record: &Record) -> String {
    fitting::shown(record.name.as_deref().unwrap_or_default())
}
