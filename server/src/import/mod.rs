//! `sensible import statuspage`: reads other people's incident files and records what
//! they tell, each incident whole and once. Nothing of it is announced.

mod history;

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::process::ExitCode;

use domain::{PersonId, SeverityId, System, Viewer};
use importers::{Import, Imported, Mapping, MappingError, Remark, Report, list_files};
use indicatif::{ProgressBar, ProgressStyle};
use store::{Recorded, Store, StoreError};

/// What to import, and how.
#[derive(Debug, Clone)]
pub struct ImportOptions {
    /// Files, or folders with such files.
    pub paths: Vec<PathBuf>,
    /// Which impact becomes which severity; by default the printed one.
    pub mapping: Option<PathBuf>,
}

/// Why an import did not begin or stopped.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The mapping file cannot be opened.
    #[error("The mapping {} cannot be read ({kind}).", .path.display())]
    MappingFile {
        /// The file.
        path: PathBuf,
        /// What the system said.
        kind: std::io::ErrorKind,
    },
    /// The mapping file is not a mapping.
    #[error("{0}.")]
    Mapping(#[from] MappingError),
    /// The mapping names a severity that the company does not have.
    #[error(
        "There is no severity “{0}” here. Add it in the settings, or name another in a file and give it with --mapping."
    )]
    NoSeverity(String),
    /// The database went away half way.
    #[error("The import stopped: {0}. What was recorded stays; run it again, and it goes on where it stopped.")]
    Store(#[from] StoreError),
}

/// What an import did.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// What was found in the files.
    pub report: Report,
    /// Incidents that are here now and were not before.
    pub new: usize,
    /// Incidents that were recorded by an earlier import.
    pub known: usize,
    /// Incidents that a rule refused, by file.
    pub refused: Vec<Remark>,
    /// Whether nothing was to be stored.
    pub dry_run: bool,
}

impl Summary {
    /// Success, unless there were files and nothing in them was understood.
    pub fn exit_code(&self) -> ExitCode {
        let is_nothing = self.report.imported == 0 && self.report.maintenance.is_empty();
        if is_nothing || (!self.dry_run && self.new + self.known == 0 && !self.refused.is_empty()) {
            ExitCode::FAILURE
        } else {
            ExitCode::SUCCESS
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.report)?;
        if !self.refused.is_empty() {
            writeln!(f, "{}, refused by a rule:", self.refused.len())?;
            for remark in &self.refused {
                writeln!(f, "  {remark}")?;
            }
        }
        if self.dry_run {
            write!(f, "Nothing was stored: this was a dry run.")
        } else {
            write!(f, "{} recorded, {} were here before.", self.new, self.known)
        }
    }
}

/// An incident and the file that it was read from.
struct Found {
    file: String,
    incident: Imported,
}

/// Reads and reports, and stores nothing. Prints the mapping and the summary.
pub fn dry_run(options: &ImportOptions) -> Result<Summary, ImportError> {
    let (report, _) = read(options)?;
    let summary = Summary { report, dry_run: true, ..Summary::default() };
    println!("{summary}");
    Ok(summary)
}

/// Reads everything, then records it, the oldest first, so that the numbers follow the
/// time. Prints the mapping and the summary.
pub async fn run(store: &Store, options: &ImportOptions) -> Result<Summary, ImportError> {
    let (report, mut found) = read(options)?;
    found.sort_by(|a, b| {
        (a.incident.reported_at, &a.incident.source_ref).cmp(&(b.incident.reported_at, &b.incident.source_ref))
    });
    let severities = severities(store, &found).await?;
    let mut summary = Summary { report, ..Summary::default() };
    let bar = bar("Recording", found.len());
    for Found { file, incident } in found {
        let Some(severity) = severities.get(incident.severity_name.as_str()) else { continue };
        match history::of(incident, *severity) {
            Ok(history) => match store.record(System::Import, history).await {
                Ok(Recorded::New(_)) => summary.new += 1,
                Ok(Recorded::Known) => summary.known += 1,
                Err(StoreError::Refused(refusal)) => summary.refused.push(Remark::new(&file, refusal.to_string())),
                Err(error) => {
                    bar.abandon();
                    return Err(error.into());
                }
            },
            Err(refusal) => summary.refused.push(Remark::new(&file, refusal.to_string())),
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    println!("{summary}");
    Ok(summary)
}

fn read(options: &ImportOptions) -> Result<(Report, Vec<Found>), ImportError> {
    let mapping = mapping(options)?;
    println!("Impacts become severities like this:\n{mapping}");
    let files = list_files(&options.paths);
    let mut import = Import::new(mapping);
    let mut found = Vec::new();
    for (path, error) in &files.unreadable {
        import.could_not_open(&path.display().to_string(), &error.to_string());
    }
    let bar = bar("Reading", files.files.len());
    for path in files.files {
        let name = path.display().to_string();
        match std::fs::read(&path) {
            Ok(bytes) => found
                .extend(import.read(&name, &bytes).into_iter().map(|incident| Found { file: name.clone(), incident })),
            Err(error) => import.could_not_open(&name, &error.to_string()),
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    match files.passed_over {
        0 => {}
        1 => println!("1 file of another kind was passed over."),
        many => println!("{many} files of other kinds were passed over."),
    }
    Ok((import.report().clone(), found))
}

fn mapping(options: &ImportOptions) -> Result<Mapping, ImportError> {
    let Some(path) = &options.mapping else { return Ok(Mapping::by_default()?) };
    let text = std::fs::read_to_string(path)
        .map_err(|error| ImportError::MappingFile { path: path.clone(), kind: error.kind() })?;
    Ok(Mapping::parse(&text)?)
}

/// The ids of the severities that the found incidents need, checked before anything is stored.
async fn severities(store: &Store, found: &[Found]) -> Result<HashMap<String, SeverityId>, ImportError> {
    // Severities are nobody's secret; nobody in particular asks.
    let nobody = Viewer { person: PersonId::from_uuid(uuid::Uuid::nil()), is_admin: false };
    let severities: HashMap<String, SeverityId> = store
        .severities(&nobody)
        .await?
        .into_iter()
        .filter(|severity| !severity.archived)
        .map(|severity| (severity.name, severity.id))
        .collect();
    match found.iter().find(|found| !severities.contains_key(found.incident.severity_name.as_str())) {
        Some(found) => Err(ImportError::NoSeverity(found.incident.severity_name.as_str().to_owned())),
        None => Ok(severities),
    }
}

/// A progress bar on stderr; indicatif hides it where nobody watches.
fn bar(what: &'static str, length: usize) -> ProgressBar {
    let bar = ProgressBar::new(u64::try_from(length).unwrap_or(u64::MAX)).with_message(what);
    match ProgressStyle::with_template("{msg:>10} {bar:40} {pos} of {len}, {eta} left") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
