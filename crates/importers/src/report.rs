use std::collections::BTreeMap;
use std::fmt;

use domain::text::SeverityName;

/// What an import found. Everything that was not taken over is named here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Files that were read.
    pub read: usize,
    /// Incidents that were understood.
    pub imported: usize,
    /// Records of planned work, which is no incident.
    pub maintenance: Vec<Remark>,
    /// Incidents that came a second time in the same run.
    pub repeated: Vec<Remark>,
    /// Files, or records in them, that were not taken over at all.
    pub not_understood: Vec<Remark>,
    /// What of an incident that was taken over could not be: a time, an update.
    pub left_out: Vec<Remark>,
    /// Every impact that was met, with the severity that it became and how often.
    pub impacts: BTreeMap<String, (SeverityName, usize)>,
}

/// Something about one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// The name of the file, as it was given.
    pub file: String,
    /// Why, in one sentence without a full stop.
    pub reason: String,
}

impl Report {
    /// Notes that a file, or a record in it, was not taken over.
    pub fn not_understood(&mut self, file: &str, reason: impl Into<String>) {
        self.not_understood.push(Remark::new(file, reason));
    }
}

impl Remark {
    /// A remark on a file.
    pub fn new(file: &str, reason: impl Into<String>) -> Self {
        Self { file: file.to_owned(), reason: reason.into() }
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file, self.reason)
    }
}

/// The summary that the command line prints: counts, then what was met, then every remark.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} read: {}.", counted(self.read, "file"), counted(self.imported, "incident"))?;
        for (impact, (severity, times)) in &self.impacts {
            let impact = if impact.is_empty() { "(none given)" } else { impact };
            writeln!(f, "  impact {impact} became {severity}: {times}")?;
        }
        let lists = [
            ("planned maintenance, skipped", &self.maintenance),
            ("met twice, taken once", &self.repeated),
            ("left out of an incident", &self.left_out),
            ("not understood", &self.not_understood),
        ];
        for (what, remarks) in lists.into_iter().filter(|(_, remarks)| !remarks.is_empty()) {
            writeln!(f, "{}, {what}:", remarks.len())?;
            for remark in remarks {
                writeln!(f, "  {remark}")?;
            }
        }
        Ok(())
    }
}

fn counted(n: usize, thing: &str) -> String {
    if n == 1 { format!("1 {thing}") } else { format!("{n} {thing}s") }
}
