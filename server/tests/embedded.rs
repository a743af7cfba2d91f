//! The private Postgres. Needs an installed server, and somebody who is not root.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use secrecy::ExposeSecret as _;
use server::config::PrivateDatabase;
use server::embedded::{EmbeddedError, PrivatePostgres};
use sqlx::{Connection as _, PgConnection};

fn settings(name: &str) -> PrivateDatabase {
    let data = std::env::temp_dir().join(format!("sensible-private-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&data);
    PrivateDatabase { data, installed: None }
}

struct Gone(PathBuf);

impl Drop for Gone {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn ask(postgres: &PrivatePostgres, sql: &'static str) -> String {
    let mut connection = PgConnection::connect(postgres.url().expose_secret()).await.unwrap();
    sqlx::query_scalar(sql).fetch_one(&mut connection).await.unwrap()
}

#[tokio::test]
async fn it_keeps_its_data_and_recovers_from_being_killed() {
    let settings = settings("whole");
    let _gone = Gone(settings.data.clone());
    let postgres = match PrivatePostgres::start(&settings).await {
        Err(error @ EmbeddedError::Root) => {
            eprintln!("skipped: {error}");
            return;
        }
        Err(error @ EmbeddedError::NoServer(_)) => {
            eprintln!("skipped: {error}");
            return;
        }
        other => other.unwrap(),
    };
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
    postgres.stop().await.unwrap();
    assert!(!settings.data.join("postgres/postmaster.pid").exists());

    // A file that a killed server left, whose number is somebody else's by now.
    std::fs::write(
        settings.data.join("postgres/postmaster.pid"),
        format!("{}\n/x\n1\n1\n\n127.0.0.1\n 1 1\nready\n", std::process::id()),
    )
    .unwrap();
    let postgres = PrivatePostgres::start(&settings).await.unwrap();
    assert_eq!(ask(&postgres, "select word from kept").await, "kept");
    postgres.stop().await.unwrap();
}

#[tokio::test]
async fn a_folder_that_is_not_ours_is_said() {
    let settings = PrivateDatabase { data: "/proc/sensible".into(), installed: None };
    let error = PrivatePostgres::start(&settings).await.unwrap_err();
    assert!(matches!(error, EmbeddedError::Folder { .. } | EmbeddedError::Root), "{error}");
    assert!(error.to_string().contains("SENSIBLE_DATA") || error.to_string().contains("DATABASE_URL"));
}
