//! What stands in `postmaster.pid`: the Postgres that a running Sensible has, or what a
//! killed one left behind, which may still run.

use std::path::Path;

/// The loopback port of a Postgres that still runs on these data. A `postmaster.pid`
/// of one that does not is removed: its process number may belong to somebody else by
/// now, and Postgres would then refuse to start. The folder's lock is held, so no
/// other Sensible can be the one that runs it.
pub(super) fn port_of_running(data: &Path) -> Option<u16> {
    let left = Left::read(data)?;
    if left.is_running() {
        return left.ready_port().inspect(|_| tracing::info!("taking over the private Postgres of an earlier start"));
    }
    tracing::info!("an earlier Sensible was killed: removing its postmaster.pid");
    let _ = std::fs::remove_file(data.join(FILE));
    None
}

/// The loopback port of the Postgres that another Sensible runs on these data, once it
/// takes connections. Only read.
pub(super) fn port_of_neighbour(data: &Path) -> Option<u16> {
    Left::read(data).filter(Left::is_running).and_then(|left| left.ready_port())
}

const FILE: &str = "postmaster.pid";

/// The lines of the file that matter here.
struct Left {
    pid: Option<u32>,
    port: Option<u16>,
    is_ready: bool,
}

impl Left {
    fn read(data: &Path) -> Option<Self> {
        let text = std::fs::read_to_string(data.join(FILE)).ok()?;
        // Lines: process, folder, start, port, socket folder, address, memory, state.
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        Some(Self {
            pid: lines.first().and_then(|line| line.parse().ok()),
            port: lines.get(3).and_then(|line| line.parse().ok()).filter(|port| *port != 0),
            is_ready: lines.get(7).is_some_and(|state| *state == "ready"),
        })
    }

    fn is_running(&self) -> bool {
        self.pid.is_some_and(is_postgres)
    }

    fn ready_port(&self) -> Option<u16> {
        self.port.filter(|_| self.is_ready)
    }
}

fn is_postgres(pid: u32) -> bool {
    let name = std::fs::read_to_string(format!("/proc/{pid}/comm")).ok().or_else(|| {
        let output = std::process::Command::new("ps").args(["-o", "comm=", "-p", &pid.to_string()]).output().ok()?;
        String::from_utf8(output.stdout).ok()
    });
    name.is_some_and(|name| name.trim().rsplit('/').next().is_some_and(|name| name.starts_with("postgres")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stale_file_is_removed_even_when_its_number_is_taken() {
        let folder = std::env::temp_dir().join(format!("sensible-leftover-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        // This very process is alive and no Postgres.
        let text = format!("{}\n/data\n1\n5555\n\n127.0.0.1\n 1 2\nready\n", std::process::id());
        std::fs::write(folder.join("postmaster.pid"), text).unwrap();
        assert_eq!(port_of_neighbour(&folder), None);
        assert!(folder.join("postmaster.pid").exists(), "who only asks removes nothing");
        assert_eq!(port_of_running(&folder), None);
        assert!(!folder.join("postmaster.pid").exists());
        assert_eq!(port_of_running(&folder), None);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
