//! Files of status pages in, incidents and a report out.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod corpus;
mod cstate;
mod noise;
mod statuspage;

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use domain::key_times::KeyTimeKind;
use importers::{Import, Imported, Mapping, Report, list_files};

/// A file under `tests/fixtures`.
fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

/// Everything in a file or a folder.
fn import(path: &Path, mapping: Mapping) -> (Vec<Imported>, Report) {
    let mut import = Import::new(mapping);
    let mut incidents = Vec::new();
    for file in list_files(&[path.to_owned()]).files {
        let bytes = std::fs::read(&file).unwrap();
        incidents.extend(import.read(&file.to_string_lossy(), &bytes));
    }
    (incidents, import.report().clone())
}

fn by_default(name: &str) -> (Vec<Imported>, Report) {
    import(&fixture(name), Mapping::by_default().unwrap())
}

fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

fn key_time(incident: &Imported, kind: KeyTimeKind) -> Option<DateTime<Utc>> {
    incident.key_time(kind).map(|time| time.at)
}

/// The bodies of the updates, oldest first.
fn bodies(incident: &Imported) -> Vec<&str> {
    incident.updates.iter().map(|update| update.body.as_ref().map_or("", |body| body.as_str())).collect()
}
