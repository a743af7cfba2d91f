//! What a killed Sensible leaves behind: a `postmaster.pid`, and maybe a Postgres
//! that still runs.

use std::path::Path;

/// The loopback port of a Postgres that still runs on these data. A `postmaster.pid`
/// of one that does not is removed: its process number may belong to somebody else by
/// now, and Postgres would then refuse to start. The folder's lock is held, so no
/// other Sensible can be the one that runs it.
pub(super) fn port_of_running(data: &Path) -> Option<u16> {
    let path = data.join("postmaster.pid");
    let text = std::fs::read_to_string(&path).ok()?;
    let mut lines = text.lines();
    let pid = lines.next().and_then(|line| line.trim().parse::<u32>().ok());
    // Lines: process, folder, start, port, socket folder, address, memory, state.
    let port = lines.nth(2).and_then(|line| line.trim().parse::<u16>().ok());
    let is_ready = text.lines().nth(7).is_some_and(|state| state.trim() == "ready");
    if pid.is_some_and(is_postgres) {
        if is_ready {
            tracing::info!("taking over the private Postgres of an earlier start");
            return port.filter(|port| *port != 0);
        }
        return None;
    }
    tracing::info!("an earlier Sensible was killed: removing its postmaster.pid");
    let _ = std::fs::remove_file(&path);
    None
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
        assert_eq!(port_of_running(&folder), None);
        assert!(!folder.join("postmaster.pid").exists());
        assert_eq!(port_of_running(&folder), None);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
