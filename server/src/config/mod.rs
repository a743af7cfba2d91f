//! What an operator decides: environment variables, or the same names in a
//! TOML file. Everything is checked at start and every problem is named at once.

mod problems;
mod slack;
mod sources;

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use ipnet::IpNet;
use secrecy::SecretString;
use url::Url;

pub use problems::{ConfigError, Problem};
pub use slack::SlackConfig;
pub use sources::{AROUND, SETTINGS, Setting, Sources};

/// A checked configuration. Secrets are wrapped, so that printing it shows none.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where the product listens. Default `127.0.0.1:3100`.
    pub address: SocketAddr,
    /// What people type: scheme, host and port, without a path.
    pub public_url: Url,
    /// Where the data are kept.
    pub database: Database,
    /// The workspace that signs in. `None` only where nobody signs in (`migrate`, `import`).
    pub slack: Option<SlackConfig>,
    /// Folder of the built site (`manifest.json`, `pkg`, `icons`).
    pub site: PathBuf,
    /// Where metrics are served; always a loopback address. Off by default.
    pub metrics: Option<SocketAddr>,
    /// How log lines look.
    pub log: LogFormat,
    /// Whether the demo story is written into an empty database.
    pub demo: bool,
    /// Proxies whose `X-Forwarded-For` is believed. None by default.
    pub trusted_proxies: Vec<IpNet>,
}

/// Where the data are kept.
#[derive(Debug, Clone)]
pub enum Database {
    /// A Postgres that somebody else runs (`DATABASE_URL`).
    Url(SecretString),
    /// A private Postgres that this program starts and stops.
    Private(PrivateDatabase),
}

/// The private Postgres' folders.
#[derive(Debug, Clone)]
pub struct PrivateDatabase {
    /// Where its data, its password and its socket live (`SENSIBLE_DATA`).
    pub data: PathBuf,
    /// An installed server to use (`SENSIBLE_POSTGRES`); looked for when not given.
    pub installed: Option<PathBuf>,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For a person at a terminal.
    Text,
    /// One JSON object a line, for a collector.
    Json,
}

/// What a command needs of the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Serving people: sign-in must be possible.
    Serving,
    /// Only the database: `migrate`, `import`.
    DatabaseOnly,
}

/// The session cookie's form, which follows from the public address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CookieForm {
    /// `__Host-sensible_session` under https, `sensible_session` on loopback without
    /// TLS: Safari drops Secure cookies there.
    pub session: &'static str,
    /// The cookie that binds a started sign-in to its browser.
    pub browser: &'static str,
    /// Whether the cookies carry `Secure`.
    pub secure: bool,
}

impl Config {
    /// Reads and checks everything. The error lists every problem, not the first.
    pub fn read(sources: &Sources, need: Need) -> Result<Self, ConfigError> {
        let mut problems = Vec::new();
        sources.report_unknown(&mut problems);

        let address = read_address(sources, &mut problems);
        let public_url = read_public_url(sources, address, &mut problems);
        let slack = slack::read(sources, need, &public_url, &mut problems);
        let database = read_database(sources, need, slack.as_ref(), &mut problems);
        let metrics = read_metrics(sources, address, &mut problems);
        let log = match sources.get("SENSIBLE_LOG").as_deref() {
            None | Some("text") => LogFormat::Text,
            Some("json") => LogFormat::Json,
            Some(other) => {
                problems.push(Problem::new("SENSIBLE_LOG", format!("is {other:?}"), "Write text or json."));
                LogFormat::Text
            }
        };
        let demo = match sources.get("SENSIBLE_DEMO").as_deref() {
            None | Some("0" | "false") => false,
            Some("1" | "true") => true,
            Some(other) => {
                problems.push(Problem::new(
                    "SENSIBLE_DEMO",
                    format!("is {other:?}"),
                    "Write 1 to have the demo story, 0 not to.",
                ));
                false
            }
        };
        let trusted_proxies = read_proxies(sources, need, &public_url, &mut problems);
        let site = sources.get("SENSIBLE_SITE").map_or_else(site_beside_executable, PathBuf::from);
        if need == Need::Serving && !site.join("manifest.json").is_file() {
            problems.push(Problem::new(
                "SENSIBLE_SITE",
                format!("points to {}, which holds no manifest.json", site.display()),
                "Build the site with bin/build, or name the folder that holds it.",
            ));
        }

        if !problems.is_empty() {
            return Err(ConfigError { problems });
        }
        Ok(Self { address, public_url, database, slack, site, metrics, log, demo, trusted_proxies })
    }

    /// Whether people reach the product through TLS.
    pub fn is_https(&self) -> bool {
        self.public_url.scheme() == "https"
    }

    /// The cookies' names and flags (Safari drops Secure cookies on loopback http).
    pub fn cookies(&self) -> CookieForm {
        if self.is_https() {
            CookieForm { session: "__Host-sensible_session", browser: "__Host-sensible_sign_in", secure: true }
        } else {
            CookieForm { session: "sensible_session", browser: "sensible_sign_in", secure: false }
        }
    }

    /// The public address as a browser sends it in `Origin`: no trailing slash.
    pub fn origin(&self) -> String {
        self.public_url.origin().ascii_serialization()
    }
}

fn read_address(sources: &Sources, problems: &mut Vec<Problem>) -> SocketAddr {
    let default = SocketAddr::from(([127, 0, 0, 1], 3100));
    let Some(text) = sources.get("SENSIBLE_ADDRESS") else { return default };
    text.parse().unwrap_or_else(|_| {
        problems.push(Problem::new(
            "SENSIBLE_ADDRESS",
            format!("is {text:?}, which is no address with a port"),
            "Write something like 127.0.0.1:3100.",
        ));
        default
    })
}

fn read_public_url(sources: &Sources, address: SocketAddr, problems: &mut Vec<Problem>) -> Url {
    let default = loopback_url(address);
    let (url, given) = match sources.get("SENSIBLE_PUBLIC_URL") {
        None => (default.clone(), false),
        Some(text) => match Url::parse(&text) {
            Ok(url) if matches!(url.scheme(), "http" | "https") && url.host_str().is_some() => (url, true),
            _ => {
                problems.push(Problem::new(
                    "SENSIBLE_PUBLIC_URL",
                    format!("is {text:?}, which is no web address"),
                    "Write what people type, like https://incidents.example.com.",
                ));
                return default;
            }
        },
    };
    if !matches!(url.path(), "" | "/")
        || url.query().is_some()
        || url.fragment().is_some()
        || !url.username().is_empty()
    {
        problems.push(Problem::new(
            "SENSIBLE_PUBLIC_URL",
            "has more than a scheme, a host and a port",
            "Sensible lives at the root of its own host name: leave everything after the host out.",
        ));
    }
    if url.scheme() == "http" && !(is_loopback_url(&url) && address.ip().is_loopback()) {
        let (what, way_out) = if given && !is_loopback_url(&url) {
            (
                "is not https",
                "Put a proxy with TLS in front (docs/OPERATING.md has one for Caddy) and write its https address.",
            )
        } else {
            (
                "is not https while SENSIBLE_ADDRESS is reachable from other machines",
                "Either listen on 127.0.0.1, or put a proxy with TLS in front and write its https address.",
            )
        };
        problems.push(Problem::new("SENSIBLE_PUBLIC_URL", what, way_out));
    }
    url
}

fn read_database(sources: &Sources, need: Need, slack: Option<&SlackConfig>, problems: &mut Vec<Problem>) -> Database {
    if let Some(text) = sources.get("DATABASE_URL") {
        let is_postgres = Url::parse(&text).is_ok_and(|url| matches!(url.scheme(), "postgres" | "postgresql"));
        if !is_postgres {
            // The value itself may hold a password, so it is not repeated.
            problems.push(Problem::new(
                "DATABASE_URL",
                "is no Postgres address",
                "Write postgres://user:password@host:5432/database.",
            ));
        }
        return Database::Url(SecretString::from(text));
    }
    let data = sources.get("SENSIBLE_DATA").map(PathBuf::from);
    let is_real_workspace = slack.is_some_and(|slack| !is_loopback_url(&slack.base_url));
    if need == Need::Serving && data.is_none() && is_real_workspace {
        problems.push(Problem::new(
            "DATABASE_URL",
            "is missing, while the Slack variables name a real workspace",
            "Write the address of your Postgres, or name a folder in SENSIBLE_DATA to keep the data in a private Postgres on this machine.",
        ));
    }
    let installed = sources.get("SENSIBLE_POSTGRES").map(PathBuf::from);
    if let Some(folder) = &installed
        && !folder.join("bin/initdb").is_file()
    {
        problems.push(Problem::new(
            "SENSIBLE_POSTGRES",
            format!("points to {}, which holds no bin/initdb", folder.display()),
            "Name the folder of an installed PostgreSQL server, like /usr/lib/postgresql/15, or leave it out.",
        ));
    }
    Database::Private(PrivateDatabase { data: data.unwrap_or_else(default_data_folder), installed })
}

fn read_metrics(sources: &Sources, address: SocketAddr, problems: &mut Vec<Problem>) -> Option<SocketAddr> {
    let text = sources.get("SENSIBLE_METRICS_ADDRESS").filter(|text| text != "off")?;
    let way_out = "Write something like 127.0.0.1:9100, another port than the product's, or off.";
    match text.parse::<SocketAddr>() {
        Ok(metrics) if !metrics.ip().is_loopback() => {
            problems.push(Problem::new("SENSIBLE_METRICS_ADDRESS", "is reachable from other machines", way_out));
            None
        }
        Ok(metrics) if metrics.port() != 0 && metrics.port() == address.port() => {
            problems.push(Problem::new("SENSIBLE_METRICS_ADDRESS", "uses the product's own port", way_out));
            None
        }
        Ok(metrics) => Some(metrics),
        Err(_) => {
            problems.push(Problem::new("SENSIBLE_METRICS_ADDRESS", format!("is {text:?}"), way_out));
            None
        }
    }
}

/// Sensible itself speaks no TLS, so under https there is always a proxy; one that is not
/// named would make everybody behind it one stranger, who shares one limit of sign-ins.
fn read_proxies(sources: &Sources, need: Need, public_url: &Url, problems: &mut Vec<Problem>) -> Vec<IpNet> {
    let setting = "SENSIBLE_TRUSTED_PROXIES";
    let Some(text) = sources.get(setting) else {
        if need == Need::Serving && public_url.scheme() == "https" {
            problems.push(Problem::new(
                setting,
                "is missing, while SENSIBLE_PUBLIC_URL says that a proxy is in front",
                "Write the proxy's address, 127.0.0.1 when it runs on this machine; or none, when it cannot say whom it speaks for.",
            ));
        }
        return Vec::new();
    };
    if text == "none" {
        return Vec::new();
    }
    let mut proxies = Vec::new();
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        match part.parse::<IpNet>().or_else(|error| part.parse::<IpAddr>().map(IpNet::from).map_err(|_| error)) {
            Ok(net) if net.prefix_len() == 0 => problems.push(Problem::new(
                setting,
                format!("holds {part:?}, which is everybody: each could write whatever address they like"),
                "Write the proxies' own addresses, like 127.0.0.1, 172.16.0.0/12.",
            )),
            Ok(net) => proxies.push(net),
            Err(_) => problems.push(Problem::new(
                setting,
                format!("holds {part:?}, which is neither an address nor a network"),
                "Write the proxies' addresses, like 127.0.0.1, 172.16.0.0/12.",
            )),
        }
    }
    proxies
}

fn loopback_url(address: SocketAddr) -> Url {
    let mut url = loopback_root();
    let host = if address.ip().is_unspecified() { IpAddr::from([127, 0, 0, 1]) } else { address.ip() };
    // Both only fail for addresses without a host, which this one has.
    let _ = url.set_ip_host(host);
    let _ = url.set_port(Some(address.port()));
    url
}

#[expect(clippy::expect_used, reason = "a constant address")]
fn loopback_root() -> Url {
    Url::parse("http://127.0.0.1/").expect("a constant address parses")
}

/// Whether an address stays on this machine.
pub fn is_loopback_url(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

fn site_beside_executable() -> PathBuf {
    std::env::current_exe()
        .ok()
        .and_then(|path| path.parent().map(|folder| folder.join("site")))
        .unwrap_or_else(|| PathBuf::from("site"))
}

/// The folder that bin/start uses, so that what is started by hand finds the same data.
fn default_data_folder() -> PathBuf {
    std::env::var_os("XDG_DATA_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::home_dir().map(|home| home.join(".local/share")))
        .unwrap_or_else(|| PathBuf::from("."))
        .join("sensible/postgres")
}

#[cfg(test)]
mod tests;
