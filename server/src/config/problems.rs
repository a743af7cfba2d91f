use std::fmt;

/// One setting that cannot be used, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The variable's name.
    pub setting: &'static str,
    /// What is wrong, as the rest of a sentence that starts with the name.
    pub what: String,
    /// What to do, a whole sentence.
    pub way_out: String,
}

impl Problem {
    /// A problem with one setting.
    pub fn new(setting: &'static str, what: impl Into<String>, way_out: impl Into<String>) -> Self {
        Self { setting, what: what.into(), way_out: way_out.into() }
    }
}

/// Everything that is wrong with the configuration, in one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// At least one.
    pub problems: Vec<Problem>,
}

impl std::error::Error for ConfigError {}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.problems.len() {
            1 => writeln!(f, "Sensible cannot start: one setting needs you.")?,
            n => writeln!(f, "Sensible cannot start: {n} settings need you.")?,
        }
        for problem in &self.problems {
            writeln!(f, "\n  {} {}.\n      {}", problem.setting, problem.what, problem.way_out)?;
        }
        write!(f, "\nSettings are environment variables, or the same names in the file that SENSIBLE_CONFIG names.")
    }
}
