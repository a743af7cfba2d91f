use std::collections::BTreeMap;
use std::path::Path;

use super::{ConfigError, Problem};

/// One setting: its variable and what it means. `sensible check-config` prints the list.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// The environment variable, and the key in the file.
    pub name: &'static str,
    /// One line for a person.
    pub meaning: &'static str,
    /// Whether its value is never shown.
    pub secret: bool,
}

const fn plain(name: &'static str, meaning: &'static str) -> Setting {
    Setting { name, meaning, secret: false }
}

const fn secret(name: &'static str, meaning: &'static str) -> Setting {
    Setting { name, meaning, secret: true }
}

/// Every setting there is.
pub const SETTINGS: &[Setting] = &[
    plain("SENSIBLE_ADDRESS", "Where Sensible listens. Default 127.0.0.1:3100."),
    plain("SENSIBLE_PUBLIC_URL", "What people type. Default http:// and the address; https anywhere but on loopback."),
    secret("DATABASE_URL", "Your Postgres. Without it a private one is started."),
    plain("SENSIBLE_DATA", "Folder of the private Postgres. Default ~/.local/share/sensible/postgres."),
    plain("SENSIBLE_POSTGRES", "Folder of an installed PostgreSQL server for it, like /usr/lib/postgresql/15."),
    plain("SLACK_CLIENT_ID", "Client id of your Slack app."),
    secret("SLACK_CLIENT_SECRET", "Client secret of your Slack app."),
    plain("SLACK_TEAM_ID", "The only workspace that gets in."),
    secret("SLACK_BOT_TOKEN", "Optional: reads the roster, refuses guests, posts messages."),
    plain("SLACK_BASE_URL", "Default https://slack.com."),
    plain("SENSIBLE_SITE", "Folder of the built site. Default: site, beside the program."),
    plain("SENSIBLE_METRICS_ADDRESS", "Loopback address for Prometheus metrics, like 127.0.0.1:9100. Default off."),
    plain(
        "SENSIBLE_TRUSTED_PROXIES",
        "Addresses or networks of proxies whose X-Forwarded-For is believed, or none. Needed with https.",
    ),
    plain("SENSIBLE_LOG", "text or json. Default text; RUST_LOG chooses how much."),
    plain("SENSIBLE_DEMO", "1 writes the demo story into an empty database."),
];

/// What is read before the settings, and therefore from the environment only.
pub const AROUND: &[Setting] = &[
    plain("SENSIBLE_CONFIG", "A TOML file with these settings; the environment goes before it."),
    plain("RUST_LOG", "How much is logged: error, warn, info, debug. Default info."),
];

/// Where settings come from: the environment first, then the file.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    environment: BTreeMap<String, String>,
    file: BTreeMap<String, String>,
    unknown: Vec<String>,
}

impl Sources {
    /// The process' environment, and the file that `SENSIBLE_CONFIG` names.
    pub fn of_process() -> Result<Self, ConfigError> {
        let environment = SETTINGS
            .iter()
            .filter_map(|setting| Some((setting.name.to_owned(), std::env::var(setting.name).ok()?)))
            .collect();
        let sources = Self { environment, ..Self::default() };
        match std::env::var_os("SENSIBLE_CONFIG") {
            Some(path) => sources.with_file(Path::new(&path)),
            None => Ok(sources),
        }
    }

    /// Settings given as pairs, for tests.
    pub fn of_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let environment = pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Self { environment, ..Self::default() }
    }

    /// Adds a TOML file of flat `NAME = "value"` lines (case does not matter).
    pub fn with_file(self, path: &Path) -> Result<Self, ConfigError> {
        let fail = |what: String| ConfigError {
            problems: vec![Problem::new(
                "SENSIBLE_CONFIG",
                what,
                "Name a TOML file of lines like SENSIBLE_ADDRESS = \"127.0.0.1:3100\".",
            )],
        };
        let text = std::fs::read_to_string(path)
            .map_err(|error| fail(format!("names {}, which cannot be read ({})", path.display(), error.kind())))?;
        self.with_toml(&text).map_err(|line| fail(format!("names {}, which is no TOML{line}", path.display())))
    }

    /// Adds settings written as TOML. The error says where, and never repeats the
    /// line, which may hold a secret.
    pub fn with_toml(mut self, text: &str) -> Result<Self, String> {
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
            error.span().map_or_else(String::new, |span| {
                let line = text.get(..span.start).unwrap_or("").matches('\n').count() + 1;
                format!(" (line {line})")
            })
        })?;
        for (key, value) in table {
            let name = key.to_ascii_uppercase();
            let value = match value {
                toml::Value::String(text) => Some(text),
                toml::Value::Integer(n) => Some(n.to_string()),
                toml::Value::Boolean(yes) => Some(yes.to_string()),
                _ => None,
            };
            match value {
                Some(value) if SETTINGS.iter().any(|setting| setting.name == name) => {
                    self.file.insert(name, value);
                }
                _ => self.unknown.push(key),
            }
        }
        Ok(self)
    }

    /// A setting's value; an empty one counts as not given.
    pub fn get(&self, name: &str) -> Option<String> {
        [&self.environment, &self.file]
            .into_iter()
            .find_map(|from| from.get(name).map(|value| value.trim()).filter(|value| !value.is_empty()))
            .map(ToOwned::to_owned)
    }

    pub(super) fn report_unknown(&self, problems: &mut Vec<Problem>) {
        for key in &self.unknown {
            problems.push(Problem::new(
                "SENSIBLE_CONFIG",
                format!("has a line {key:?}, which is no setting"),
                "Run `sensible check-config --list` to see every setting.",
            ));
        }
    }
}
