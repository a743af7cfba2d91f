//! The private Postgres, on an installed server. Started by root, which PostgreSQL
//! refuses, the tests run themselves once more as `nobody`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::PathBuf;
use std::process::Command;

use secrecy::ExposeSecret as _;
use server::config::PrivateDatabase;
use server::embedded::{EmbeddedError, PrivatePostgres};
use sqlx::{Connection as _, PgConnection};

fn settings(name: &str) -> PrivateDatabase {
    let data = std::env::temp_dir().join(format!("sensible-private-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&data);
    PrivateDatabase { data, installed: None }
}

fn is_root() -> bool {
    let mine = temporary("whose");
    std::fs::write(&mine.0, "").unwrap();
    std::fs::metadata(&mine.0).unwrap().uid() == 0
}

/// This very program, from where `nobody` can start it, with one of its tests.
fn again_as_nobody(test: &str) {
    let copy = temporary(test);
    std::fs::copy(std::env::current_exe().unwrap(), &copy.0).unwrap();
    std::fs::set_permissions(&copy.0, std::fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = Command::new("setpriv");
    command.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups", "--inh-caps=-all", "--"]);
    command.arg(&copy.0).args(["--exact", test, "--nocapture"]).current_dir("/").env("HOME", "/nonexistent");
    let ran = command.output().unwrap();
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success() && said.contains("1 passed"), "{said}{}", String::from_utf8_lossy(&ran.stderr));
}

fn temporary(name: &str) -> Gone {
    Gone(std::env::temp_dir().join(format!("sensible-embedded-{name}-{}", std::process::id())))
}

struct Gone(PathBuf);

impl Drop for Gone {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
        let _ = std::fs::remove_file(&self.0);
    }
}

async fn ask(postgres: &PrivatePostgres, sql: &'static str) -> String {
    let mut connection = PgConnection::connect(postgres.url().expose_secret()).await.unwrap();
    sqlx::query_scalar(sql).fetch_one(&mut connection).await.unwrap()
}

#[tokio::test]
async fn it_keeps_its_data_and_recovers_from_being_killed() {
    if is_root() {
        assert!(matches!(PrivatePostgres::start(&settings("root")).await, Err(EmbeddedError::Root)));
        return again_as_nobody("it_keeps_its_data_and_recovers_from_being_killed");
    }
    let settings = settings("whole");
    let _gone = Gone(settings.data.clone());
    let postgres = PrivatePostgres::start(&settings).await.unwrap();
    // What was acknowledged is on the disk, although the crate starts its servers without.
    assert_eq!(ask(&postgres, "show fsync").await, "on");
    assert_eq!(ask(&postgres, "show server_encoding").await, "UTF8");
    assert_eq!(
        ask(&postgres, "select datcollate from pg_database where datname = 'sensible'")
            .await
            .to_lowercase()
            .replace('-', ""),
        "c.utf8"
    );
    assert_eq!(ask(&postgres, "show listen_addresses").await, "127.0.0.1");
    assert_eq!(ask(&postgres, "show unix_socket_directories").await, "");
    let mode = |name: &str| std::fs::metadata(settings.data.join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("password"), mode("."), mode("postgres")), (0o600, 0o700, 0o700));
    let password = std::fs::read_to_string(settings.data.join("password")).unwrap();
    assert!(password.len() == 32 && !format!("{postgres:?} {:?}", postgres.url()).contains(&password));

    assert!(matches!(PrivatePostgres::start(&settings).await, Err(EmbeddedError::InUse(_))), "one at a time");

    let mut connection = PgConnection::connect(postgres.url().expose_secret()).await.unwrap();
    sqlx::raw_sql("create table kept (word text); insert into kept values ('kept')")
        .execute(&mut connection)
        .await
        .unwrap();
    drop(connection);

    // A command beside it reads the same, and leaves it running.
    let beside = PrivatePostgres::join(&settings).await.unwrap();
    assert_eq!(ask(&beside, "select word from kept").await, "kept");
    beside.stop().await.unwrap();
    assert_eq!(ask(&postgres, "select word from kept").await, "kept");

    postgres.stop().await.unwrap();
    assert!(!settings.data.join("postgres/postmaster.pid").exists());

    // A file that a killed server left, whose number is somebody else's by now.
    std::fs::write(
        settings.data.join("postgres/postmaster.pid"),
        format!("{}\n/x\n1\n1\n\n127.0.0.1\n 1 1\nready\n", std::process::id()),
    )
    .unwrap();
    // Where none runs, a command starts one, and then it is the one that serving must wait for.
    let postgres = PrivatePostgres::join(&settings).await.unwrap();
    assert_eq!(ask(&postgres, "select word from kept").await, "kept");
    assert!(matches!(PrivatePostgres::start(&settings).await, Err(EmbeddedError::InUse(_))));
    postgres.stop().await.unwrap();
}

#[tokio::test]
async fn a_folder_that_is_not_ours_is_said() {
    let settings = PrivateDatabase { data: "/proc/sensible".into(), installed: None };
    let error = PrivatePostgres::start(&settings).await.unwrap_err();
    assert!(matches!(error, EmbeddedError::Folder { .. } | EmbeddedError::Root), "{error}");
    assert!(error.to_string().contains("SENSIBLE_DATA") || error.to_string().contains("DATABASE_URL"));
}
