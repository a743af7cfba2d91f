use std::collections::HashSet;

use crate::{Imported, Mapping, Remark, Report, cstate, statuspage};

/// An import under way: file after file goes in, incidents come out, and the report grows.
#[derive(Debug)]
pub struct Import {
    mapping: Mapping,
    report: Report,
    met: HashSet<String>,
}

/// Larger files are refused: every page that was looked at stays below a megabyte.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// What one record turned out to be.
pub(crate) enum Found {
    /// An incident, and what of it could not be taken over.
    Incident(Box<Imported>, Vec<String>),
    /// Planned work, and how one knows.
    Maintenance(String),
    /// Neither, and why.
    NotUnderstood(String),
}

impl Import {
    /// Begins an import.
    #[must_use]
    pub fn new(mapping: Mapping) -> Self {
        Self { mapping, report: Report::default(), met: HashSet::new() }
    }

    /// Reads one file. `name` is its path as people gave it; its last part is what cState
    /// knows an incident by. The format is recognised by the content.
    pub fn read(&mut self, name: &str, bytes: &[u8]) -> Vec<Imported> {
        self.report.read += 1;
        let found = match text(bytes) {
            Ok(text) if text.starts_with("---") || text.starts_with("+++") => {
                vec![cstate::read(name, text, &self.mapping)]
            }
            Ok(text) if text.starts_with(['{', '[']) => statuspage::read(text, &self.mapping),
            Ok("") => vec![Found::NotUnderstood("the file is empty".to_owned())],
            Ok(_) => vec![Found::NotUnderstood("it begins neither with JSON nor with front matter".to_owned())],
            Err(reason) => vec![Found::NotUnderstood(reason)],
        };
        found.into_iter().filter_map(|found| self.take(name, found)).collect()
    }

    /// Notes a file that could not be opened.
    pub fn could_not_open(&mut self, name: &str, reason: &str) {
        self.report.not_understood(name, format!("it could not be opened: {reason}"));
    }

    /// What was found so far.
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.report
    }

    fn take(&mut self, name: &str, found: Found) -> Option<Imported> {
        let (incident, left_out) = match found {
            Found::Incident(incident, left_out) => (incident, left_out),
            Found::Maintenance(reason) => {
                self.report.maintenance.push(Remark::new(name, reason));
                return None;
            }
            Found::NotUnderstood(reason) => {
                self.report.not_understood(name, reason);
                return None;
            }
        };
        if !self.met.insert(incident.source_ref.clone()) {
            self.report.repeated.push(Remark::new(name, incident.source_ref.clone()));
            return None;
        }
        self.report.left_out.extend(left_out.into_iter().map(|reason| Remark::new(name, reason)));
        self.report.imported += 1;
        let met = self.report.impacts.entry(incident.impact.clone());
        met.or_insert_with(|| (incident.severity_name.clone(), 0)).1 += 1;
        Some(*incident)
    }
}

fn text(bytes: &[u8]) -> Result<&str, String> {
    if bytes.len() > MOST_BYTES {
        return Err(format!("it has more than {} MiB", MOST_BYTES / 1024 / 1024));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not text in UTF-8".to_owned())?;
    Ok(text.trim_start_matches('\u{FEFF}').trim_start())
}
