//! The private Postgres: an installed server where there is one, else a downloaded
//! one; its data stay between starts. It listens on loopback with a random password.

mod installed;
mod leftover;

use std::collections::HashMap;
use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use postgresql_embedded::{PostgreSQL, Settings, VersionReq};
use rand::RngExt as _;
use rand::distr::Alphanumeric;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::process::Command;

use crate::config::PrivateDatabase;
use installed::Server;

const DATABASE: &str = "sensible";
const SUPERUSER: &str = "postgres";
/// macOS knows no C.UTF-8 before version 15; what is stored is the same.
const LOCALES: [&str; 3] = ["C.UTF-8", "en_US.UTF-8", "C"];
const STOP_AND_START_TIME: Duration = Duration::from_secs(60);

/// Why the private Postgres cannot be used. Each sentence says what to do.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {
    /// PostgreSQL refuses root, and rightly.
    #[error(
        "The private Postgres cannot be started by root: PostgreSQL refuses it. Run Sensible as an ordinary user (bin/start does that by itself), or name a database in DATABASE_URL."
    )]
    Root,
    /// Somebody else has this folder.
    #[error("Another Sensible is using {}. Stop it first, or name another folder in SENSIBLE_DATA.", .0.display())]
    InUse(PathBuf),
    /// Somebody else has this folder, and its Postgres does not answer yet, or not any more.
    #[error("The Sensible that uses {} is starting or stopping. Try again in a moment.", .0.display())]
    Between(PathBuf),
    /// The folder cannot be used.
    #[error("{} cannot be used ({kind}). Give it to the user who runs Sensible, or name another folder in SENSIBLE_DATA.", .path.display())]
    Folder {
        /// Which file or folder.
        path: PathBuf,
        /// What the system said.
        kind: std::io::ErrorKind,
    },
    /// No server is installed and none could be downloaded.
    #[error(
        "No PostgreSQL server is installed, and none could be downloaded ({0}). Install one (Debian: apt-get install postgresql; macOS: brew install postgresql@17), name its folder in SENSIBLE_POSTGRES, or name a database in DATABASE_URL."
    )]
    NoServer(String),
    /// The data were written by another major version.
    #[error("The data in {} were written by PostgreSQL {data}, and only {found} is installed. Install PostgreSQL {data} again, or move the data with pg_dump (docs/OPERATING.md).", .folder.display())]
    OtherVersion {
        /// Where the data are.
        folder: PathBuf,
        /// The version that wrote them.
        data: u32,
        /// What is installed.
        found: String,
    },
    /// initdb or pg_ctl failed.
    #[error("PostgreSQL could not {what}: {detail}")]
    Postgres {
        /// What it was asked to do.
        what: &'static str,
        /// What it said.
        detail: String,
    },
}

/// A running private Postgres. [`stop`](Self::stop) ends it, and dropping it does too,
/// when it was started here.
pub struct PrivatePostgres {
    own: Option<Own>,
    url: SecretString,
}

/// What this process started.
struct Own {
    postgres: PostgreSQL,
    /// Held as long as this process may write the folder.
    _lock: File,
}

impl fmt::Debug for PrivatePostgres {
    /// Without its settings, which hold the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivatePostgres").finish_non_exhaustive()
    }
}

impl PrivatePostgres {
    /// Prepares the folder on the first start, starts the server and makes the
    /// database. A server that a killed Sensible left running is taken over.
    pub async fn start(settings: &PrivateDatabase) -> Result<Self, EmbeddedError> {
        if is_root().await {
            return Err(EmbeddedError::Root);
        }
        let folder = &settings.data;
        make_folder(folder)?;
        let lock = lock(folder)?;
        let password = password(&folder.join("password"))?;
        let data = folder.join("postgres");
        let server = installed::find(settings.installed.as_deref(), &data, folder).await?;
        if !data.join("PG_VERSION").exists() {
            initialise(&server, folder, &data).await?;
        }

        let port = leftover::port_of_running(&data);
        // Every field by itself: the crate's default makes temporary folders and keeps them.
        let mut postgres = PostgreSQL::new(Settings {
            releases_url: String::new(),
            version: VersionReq::STAR,
            socket_dir: None,
            installation_dir: server.folder.clone(),
            trust_installation_dir: true,
            data_dir: data,
            password_file: folder.join("password"),
            host: "127.0.0.1".to_owned(),
            port: port.unwrap_or(0),
            username: SUPERUSER.to_owned(),
            password: password.expose_secret().to_owned(),
            temporary: false,
            timeout: Some(STOP_AND_START_TIME),
            configuration: configuration(),
        });
        if port.is_none() {
            postgres.start().await.map_err(|error| failed("start", &error, Some(folder)))?;
        }
        let exists = postgres.database_exists(DATABASE).await.map_err(|error| failed("answer", &error, None))?;
        if !exists {
            postgres.create_database(DATABASE).await.map_err(|error| failed("make a database", &error, None))?;
        }
        let url = SecretString::from(postgres.settings().url(DATABASE));
        Ok(Self { own: Some(Own { postgres, _lock: lock }), url })
    }

    /// For a command beside a running Sensible: its Postgres is asked, and goes on running
    /// afterwards. Where none runs, one is started as by [`start`](Self::start).
    pub async fn join(settings: &PrivateDatabase) -> Result<Self, EmbeddedError> {
        match url_of_neighbour(&settings.data)? {
            Some(url) => Ok(Self { own: None, url }),
            None => Self::start(settings).await,
        }
    }

    /// The database's address, with its password.
    pub fn url(&self) -> &SecretString {
        &self.url
    }

    /// Stops the server when it was started here; the data stay.
    pub async fn stop(self) -> Result<(), EmbeddedError> {
        match self.own {
            Some(own) => own.postgres.stop().await.map_err(|error| failed("stop", &error, None)),
            None => Ok(()),
        }
    }
}

/// `postgresql_embedded` starts every server with `-F`, which switches fsync off; the
/// last word on the command line counts, so this switches it on again: an acknowledged
/// entry is stored. A test asks the running server.
fn configuration() -> HashMap<String, String> {
    [("fsync", "on"), ("listen_addresses", "127.0.0.1"), ("unix_socket_directories", ""), ("max_connections", "40")]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

async fn is_root() -> bool {
    match Command::new("id").arg("-u").output().await {
        Ok(output) => output.stdout.trim_ascii() == b"0",
        Err(_) => false,
    }
}

fn make_folder(folder: &Path) -> Result<(), EmbeddedError> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| unusable(folder, &error))
}

fn lock(folder: &Path) -> Result<File, EmbeddedError> {
    let path = folder.join("lock");
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(&path)
        .map_err(|error| unusable(&path, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(EmbeddedError::InUse(folder.to_owned())),
        Err(TryLockError::Error(error)) => Err(unusable(&path, &error)),
    }
}

/// The address of the Postgres that another Sensible runs in this folder. Nothing is
/// made or changed there: whoever asks may be somebody else, root for example.
fn url_of_neighbour(folder: &Path) -> Result<Option<SecretString>, EmbeddedError> {
    let path = folder.join("lock");
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unusable(&path, &error)),
    };
    match file.try_lock_shared() {
        Ok(()) => return Ok(None),
        Err(TryLockError::WouldBlock) => {}
        Err(TryLockError::Error(error)) => return Err(unusable(&path, &error)),
    }
    let between = || EmbeddedError::Between(folder.to_owned());
    let port = leftover::port_of_neighbour(&folder.join("postgres")).ok_or_else(between)?;
    let path = folder.join("password");
    let password = std::fs::read_to_string(&path).map_err(|error| unusable(&path, &error))?;
    let url = format!("postgresql://{SUPERUSER}:{}@127.0.0.1:{port}/{DATABASE}", password.trim());
    Ok(Some(SecretString::from(url)))
}

/// The password of the first start, kept where only this user reads it.
fn password(path: &Path) -> Result<SecretString, EmbeddedError> {
    match std::fs::read_to_string(path) {
        Ok(text) if !text.trim().is_empty() => return Ok(SecretString::from(text.trim().to_owned())),
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(unusable(path, &error)),
    }
    let text: String = rand::rng().sample_iter(&Alphanumeric).take(32).map(char::from).collect();
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(0o600)
        .open(path)
        .map_err(|error| unusable(path, &error))?;
    file.write_all(text.as_bytes()).map_err(|error| unusable(path, &error))?;
    Ok(SecretString::from(text))
}

/// Makes the data beside their place and moves them in when they are whole, so that
/// an interrupted first start leaves nothing half done.
async fn initialise(server: &Server, folder: &Path, data: &Path) -> Result<(), EmbeddedError> {
    let fresh = folder.join("postgres.new");
    let mut said = String::new();
    for locale in LOCALES {
        if fresh.exists() {
            std::fs::remove_dir_all(&fresh).map_err(|error| unusable(&fresh, &error))?;
        }
        let output = Command::new(server.program("initdb"))
            .arg("--pgdata")
            .arg(&fresh)
            .arg("--pwfile")
            .arg(folder.join("password"))
            .args(["--username", SUPERUSER, "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", locale])
            .output()
            .await
            .map_err(|error| EmbeddedError::Postgres { what: "prepare its data", detail: error.kind().to_string() })?;
        if output.status.success() {
            return std::fs::rename(&fresh, data).map_err(|error| unusable(data, &error));
        }
        said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        if !said.contains("locale") {
            break;
        }
    }
    Err(EmbeddedError::Postgres { what: "prepare its data", detail: said })
}

fn unusable(path: &Path, error: &std::io::Error) -> EmbeddedError {
    EmbeddedError::Folder { path: path.to_owned(), kind: error.kind() }
}

fn failed(what: &'static str, error: &postgresql_embedded::Error, folder: Option<&Path>) -> EmbeddedError {
    let log =
        folder.and_then(|folder| std::fs::read_to_string(folder.join("postgres/start.log")).ok()).unwrap_or_default();
    let last_lines: Vec<&str> = log.lines().rev().take(5).collect();
    let detail = if last_lines.is_empty() {
        error.to_string()
    } else {
        last_lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    };
    EmbeddedError::Postgres { what, detail }
}
