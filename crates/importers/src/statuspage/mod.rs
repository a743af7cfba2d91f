//! Statuspage: the JSON of its API, version 2, as people save it.
//!
//! A file holds `{page, incident}`, a bare incident, an array of either, or
//! `{page, incidents: […]}` (also `{scheduled_maintenances: […]}`). Updates come newest
//! first. `display_at` is when an update was said, `created_at` when it was typed.

mod backfill;
mod incident;
mod record;
mod told;

use serde_json::Value;

use crate::Mapping;
use crate::import::Found;
use record::{Page, Record};

/// Every record of a file.
pub(crate) fn read(text: &str, mapping: &Mapping) -> Vec<Found> {
    let value: Value = match serde_json::from_str(text) {
        Ok(value) => value,
        Err(error) => return vec![Found::NotUnderstood(format!("it is not JSON: {error}"))],
    };
    let mut found = Vec::new();
    match value {
        Value::Array(records) => {
            for (n, record) in records.into_iter().enumerate() {
                read_record(record, None, &format!("record {}: ", n + 1), mapping, &mut found);
            }
        }
        value => read_record(value, None, "", mapping, &mut found),
    }
    if found.is_empty() {
        found.push(Found::NotUnderstood("there is no incident in it".to_owned()));
    }
    found
}

/// One object: an incident, or something with incidents in it.
fn read_record(value: Value, page: Option<&Page>, place: &str, mapping: &Mapping, found: &mut Vec<Found>) {
    let Value::Object(mut object) = value else {
        found.push(Found::NotUnderstood(format!("{place}it is not an incident")));
        return;
    };
    let page = object.get("page").and_then(Page::read).or_else(|| page.cloned());
    let mut records = Vec::new();
    let mut is_frame = false;
    for key in ["incident", "incidents", "scheduled_maintenances"] {
        match object.remove(key) {
            None => continue,
            Some(Value::Array(listed)) => records.extend(listed),
            Some(record @ Value::Object(_)) => records.push(record),
            Some(Value::Null) => {}
            Some(_) => found.push(Found::NotUnderstood(format!("{place}“{key}” holds no incident"))),
        }
        is_frame = true;
    }
    if !is_frame {
        found.push(read_incident(Value::Object(object), page.as_ref(), place, mapping));
        return;
    }
    let many = records.len() > 1;
    for (n, record) in records.into_iter().enumerate() {
        let place = if many { format!("{place}incident {}: ", n + 1) } else { place.to_owned() };
        found.push(read_incident(record, page.as_ref(), &place, mapping));
    }
}

fn read_incident(value: Value, page: Option<&Page>, place: &str, mapping: &Mapping) -> Found {
    let outcome = Record::read(value).and_then(|record| incident::read(&record, page, mapping));
    match outcome {
        Ok(Found::Incident(incident, left_out)) => {
            Found::Incident(incident, left_out.into_iter().map(|reason| format!("{place}{reason}")).collect())
        }
        Ok(Found::Maintenance(reason)) => Found::Maintenance(format!("{place}{reason}")),
        Ok(Found::NotUnderstood(reason)) | Err(reason) => Found::NotUnderstood(format!("{place}{reason}")),
    }
}
