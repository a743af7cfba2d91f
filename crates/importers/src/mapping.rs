use std::collections::BTreeMap;
use std::fmt;

use domain::text::{SeverityName, Url};
use domain::zones::Zone;
use serde::Deserialize;

/// How another tool's impacts become our severities, and what else an import has to be
/// told. Read from a TOML file; what the file does not say stays as it is by default.
///
/// ```toml
/// otherwise = "Sev3"              # an impact that is not in the table
///
/// [impact]
/// critical = "Sev1"
/// "partial outage" = "Sev2"
///
/// [cstate]
/// zone = "Europe/Zurich"          # of times that name none; UTC by default, as in Hugo
/// address = "https://status.example.org"   # where the incidents can be seen
/// maintenance = ["maintenance"]   # words of a title or a file name that mean planned work
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Mapping {
    impact: BTreeMap<String, SeverityName>,
    otherwise: SeverityName,
    pub(crate) cstate_zone: Zone,
    pub(crate) cstate_address: Option<Url>,
    pub(crate) maintenance_words: Vec<String>,
}

/// Why a mapping file is refused.
#[derive(Debug, thiserror::Error)]
pub enum MappingError {
    /// It is no TOML, or has a key that nothing reads.
    #[error("the mapping is not understood: {0}")]
    NotUnderstood(#[from] toml::de::Error),
    /// A severity's name is empty or too long.
    #[error("“{0}” cannot be the name of a severity")]
    Severity(String),
    /// A zone that nobody knows.
    #[error("“{0}” is no time zone; zones are named like Europe/Zurich")]
    Zone(String),
    /// An address that is none.
    #[error("“{0}” is no web address")]
    Address(String),
}

/// Impacts of Statuspage (critical, major, minor, none), of cState (down, disrupted,
/// notice) and what people write instead of them.
const DEFAULTS: [(&str, &[&str]); 3] = [
    ("Sev1", &["critical", "down", "major-outage", "outage", "high", "1"]),
    ("Sev2", &["major", "disrupted", "partial-outage", "degraded", "degraded-performance", "medium", "2"]),
    ("Sev3", &["minor", "none", "notice", "low", "3"]),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MappingFile {
    otherwise: Option<String>,
    #[serde(default)]
    impact: BTreeMap<String, String>,
    #[serde(default)]
    cstate: CStatePart,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct CStatePart {
    zone: Option<String>,
    address: Option<String>,
    maintenance: Option<Vec<String>>,
}

impl Mapping {
    /// The mapping that holds when nothing else is said.
    ///
    /// # Errors
    /// None in practice: every name in the table is a severity's name.
    pub fn by_default() -> Result<Self, MappingError> {
        let mut impact = BTreeMap::new();
        for (name, impacts) in DEFAULTS {
            for said in impacts {
                impact.insert((*said).to_owned(), severity(name)?);
            }
        }
        Ok(Self {
            impact,
            otherwise: severity("Sev3")?,
            cstate_zone: Zone::UTC,
            cstate_address: None,
            maintenance_words: vec!["maintenance".to_owned()],
        })
    }

    /// Reads a mapping file. Its lines are added to the default ones.
    ///
    /// # Errors
    /// [`MappingError`] names what is wrong.
    pub fn parse(file: &str) -> Result<Self, MappingError> {
        let file: MappingFile = toml::from_str(file)?;
        let mut mapping = Self::by_default()?;
        for (said, name) in &file.impact {
            mapping.impact.insert(plain(said), severity(name)?);
        }
        if let Some(name) = &file.otherwise {
            mapping.otherwise = severity(name)?;
        }
        if let Some(zone) = &file.cstate.zone {
            mapping.cstate_zone = Zone::parse(zone).map_err(|_| MappingError::Zone(zone.clone()))?;
        }
        if let Some(address) = &file.cstate.address {
            let address =
                Url::parse(address.trim_end_matches('/')).map_err(|_| MappingError::Address(address.clone()))?;
            mapping.cstate_address = Some(address);
        }
        if let Some(words) = file.cstate.maintenance {
            mapping.maintenance_words = words.iter().map(|word| word.trim().to_lowercase()).collect();
            mapping.maintenance_words.retain(|word| !word.is_empty());
        }
        Ok(mapping)
    }

    /// The severity for an impact as it was written, in any case and with one slip of
    /// the pen (`dissrupted`). An impact that nobody mapped gets the severity of the rest.
    #[must_use]
    pub fn severity_for(&self, impact: &str) -> &SeverityName {
        let said = plain(impact);
        self.impact
            .get(&said)
            .or_else(|| self.impact.iter().find(|(known, _)| nearly(known, &said)).map(|(_, name)| name))
            .unwrap_or(&self.otherwise)
    }

    /// Every severity that an import with this mapping may ask for.
    #[must_use]
    pub fn severities(&self) -> Vec<&SeverityName> {
        let mut names: Vec<_> = self.impact.values().chain([&self.otherwise]).collect();
        names.sort();
        names.dedup();
        names
    }
}

/// The table as it is printed before an import.
impl fmt::Display for Mapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for name in self.severities() {
            let said: Vec<_> =
                self.impact.iter().filter(|(_, mapped)| *mapped == name).map(|(said, _)| said.as_str()).collect();
            let rest = if *name == self.otherwise { "everything else" } else { "" };
            let both = if said.is_empty() || rest.is_empty() { "" } else { ", " };
            writeln!(f, "{name}: {}{both}{rest}", said.join(", "))?;
        }
        Ok(())
    }
}

fn severity(name: &str) -> Result<SeverityName, MappingError> {
    SeverityName::parse(name).map_err(|_| MappingError::Severity(name.to_owned()))
}

/// `Partial Outage`, `partial_outage` and `partial-outage` are one.
fn plain(said: &str) -> String {
    said.trim().to_lowercase().replace([' ', '_'], "-")
}

/// Whether two words of six letters or more differ by one letter: added, dropped or changed.
fn nearly(known: &str, said: &str) -> bool {
    let (known, said): (Vec<char>, Vec<char>) = (known.chars().collect(), said.chars().collect());
    let (short, long) = if known.len() <= said.len() { (&known, &said) } else { (&said, &known) };
    if short.len() < 6 || long.len() - short.len() > 1 {
        return false;
    }
    let same_start = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    let same_end =
        short.iter().rev().zip(long.iter().rev()).take(short.len() - same_start).take_while(|(a, b)| a == b).count();
    same_start + same_end + 1 >= long.len()
}
