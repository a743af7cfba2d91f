//! Which PostgreSQL server to use: the one that was named, an installed one that
//! fits the data, or a downloaded one.

use std::path::{Path, PathBuf};

use postgresql_embedded::{PostgreSQL, Settings};
use tokio::process::Command;

use super::EmbeddedError;

/// The oldest version that is promised (docs/OPERATING.md).
const OLDEST: u32 = 15;

/// A server on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Server {
    /// The folder that holds `bin/initdb`.
    pub(super) folder: PathBuf,
    /// Its major version.
    pub(super) major: u32,
}

impl Server {
    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.folder.join("bin").join(name)
    }

    async fn at(folder: &Path) -> Option<Self> {
        let output = Command::new(folder.join("bin/initdb")).arg("--version").output().await.ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        Some(Self { folder: folder.to_owned(), major: major(&text)? })
    }
}

/// The server for the data in `data`, which may not exist yet.
pub(super) async fn find(named: Option<&Path>, data: &Path, downloads: &Path) -> Result<Server, EmbeddedError> {
    let wanted = std::fs::read_to_string(data.join("PG_VERSION")).ok().and_then(|text| text.trim().parse().ok());
    let folders = named.map_or_else(usual_folders, |folder| vec![folder.to_owned()]);
    let mut servers = Vec::new();
    for folder in folders {
        servers.extend(Server::at(&folder).await);
    }
    if let Some(server) = choose(&servers, wanted) {
        return Ok(server.clone());
    }
    if let (Some(wanted), false) = (wanted, servers.is_empty()) {
        let mut found: Vec<u32> = servers.iter().map(|server| server.major).collect();
        found.sort_unstable();
        let found = found.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
        return Err(EmbeddedError::OtherVersion { folder: data.to_owned(), data: wanted, found });
    }
    download(downloads).await
}

/// The version that wrote the data, or the newest one for new data.
fn choose(servers: &[Server], wanted: Option<u32>) -> Option<&Server> {
    match wanted {
        Some(wanted) => servers.iter().find(|server| server.major == wanted),
        None => servers.iter().filter(|server| server.major >= OLDEST).max_by_key(|server| server.major),
    }
}

fn usual_folders() -> Vec<PathBuf> {
    let mut folders = Vec::new();
    // Debian and Ubuntu; Homebrew on Apple silicon and on Intel; Red Hat is /usr/pgsql-17.
    for (parent, prefix) in [
        ("/usr/lib/postgresql", ""),
        ("/opt/homebrew/opt", "postgresql"),
        ("/usr/local/opt", "postgresql"),
        ("/usr", "pgsql-"),
    ] {
        let Ok(entries) = std::fs::read_dir(parent) else { continue };
        folders.extend(
            entries
                .flatten()
                .filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix))
                .map(|entry| entry.path()),
        );
    }
    if let Some(path) = std::env::var_os("PATH") {
        folders.extend(
            std::env::split_paths(&path)
                .filter(|bin| bin.ends_with("bin"))
                .filter_map(|bin| bin.parent().map(Path::to_owned)),
        );
    }
    folders.retain(|folder| folder.join("bin/initdb").is_file() && folder.join("bin/pg_ctl").is_file());
    folders.sort();
    folders.dedup();
    folders
}

async fn download(downloads: &Path) -> Result<Server, EmbeddedError> {
    tracing::info!("no PostgreSQL server is installed: downloading one, which usually takes a minute");
    // The crate installs and makes data in one step; those data are thrown away,
    // since ours are made with another locale and another way to sign in.
    let scratch = downloads.join("download");
    let settings = Settings {
        installation_dir: downloads.join("server"),
        data_dir: scratch.join("data"),
        password_file: scratch.join("password"),
        temporary: true,
        ..Settings::default()
    };
    std::fs::create_dir_all(&scratch).map_err(|error| super::unusable(&scratch, &error))?;
    let mut postgres = PostgreSQL::new(settings);
    let installed = postgres.setup().await.map_err(|error| EmbeddedError::NoServer(one_line(&error.to_string())));
    let folder = postgres.settings().installation_dir.clone();
    drop(postgres);
    let _ = std::fs::remove_dir_all(&scratch);
    installed?;
    Server::at(&folder).await.ok_or_else(|| EmbeddedError::NoServer("what was downloaded does not run".to_owned()))
}

fn one_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().chars().take(200).collect()
}

fn major(version: &str) -> Option<u32> {
    let number = version.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    number.split(['.', 'b', 'r', 'd']).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_every_packager_writes_them() {
        for (text, expected) in [
            ("initdb (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", Some(15)),
            ("initdb (PostgreSQL) 17.2 (Homebrew)", Some(17)),
            ("initdb (PostgreSQL) 18beta1", Some(18)),
            ("initdb", None),
        ] {
            assert_eq!(major(text), expected, "{text}");
        }
    }

    #[test]
    fn data_get_their_own_version_and_new_data_the_newest() {
        let servers: Vec<Server> =
            [13, 15, 17].map(|major| Server { folder: format!("/{major}").into(), major }).into();
        assert_eq!(choose(&servers, Some(15)).unwrap().major, 15);
        assert_eq!(choose(&servers, Some(16)), None);
        assert_eq!(choose(&servers, None).unwrap().major, 17);
        assert_eq!(choose(&servers[..1], None), None);
    }
}
