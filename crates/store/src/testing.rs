//! A migrated database of its own for each test, on a running Postgres.
//!
//! `SENSIBLE_TEST_DATABASE` is the address of a database whose user may create
//! others, such as `postgres://postgres@127.0.0.1:5432/postgres`. Without it
//! tests that need Postgres fail, unless `SENSIBLE_TEST_SKIP=1` says that they
//! may be left out: a test that did not run must not look like one that passed.
//! The schema is made once for each state of the migrations, as a template that
//! is cloned.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, PgPool};

use crate::migrate::MIGRATIONS;
use crate::{Store, StoreError, StoreOptions, pool};

/// Where the tests' Postgres is.
pub const VARIABLE: &str = "SENSIBLE_TEST_DATABASE";
/// Set to 1 where there is no Postgres and the other tests are wanted.
pub const SKIP: &str = "SENSIBLE_TEST_SKIP";

/// A database that is dropped with this value.
#[derive(Debug)]
pub struct TestDatabase {
    /// Its address.
    pub url: String,
    /// The store on it, with every guard.
    pub store: Store,
    name: String,
    server: String,
}

impl TestDatabase {
    /// A database as every start finds it after migrating. None, with a message,
    /// when [`SKIP`] is set and [`VARIABLE`] is not. Panics when neither is, and
    /// when the database does not work.
    #[expect(clippy::panic, reason = "a test that cannot run must not pass")]
    pub async fn create() -> Option<Self> {
        let Ok(server) = std::env::var(VARIABLE) else {
            let remedy = format!("set {VARIABLE} to the address of a Postgres whose user may create databases");
            assert!(
                std::env::var(SKIP).is_ok_and(|skip| skip == "1"),
                "{remedy}, for example  export {VARIABLE}=$(bin/cluster up /tmp/sensible-dev 54329)  or leave such tests out with {SKIP}=1"
            );
            eprintln!("skipped: {remedy}");
            return None;
        };
        match Self::clone_template(&server).await {
            Ok(database) => Some(database),
            Err(error) => panic!("no test database on {VARIABLE}: {error:?}"),
        }
    }

    /// A second store on the same database, with options of the test's own.
    pub fn connect(&self, change: impl FnOnce(&mut StoreOptions)) -> Result<Store, StoreError> {
        let mut options = StoreOptions::new(&self.url);
        change(&mut options);
        Store::connect(options)
    }

    /// Plain connections, for what a test looks up or breaks by hand.
    pub async fn pool(&self) -> Result<PgPool, StoreError> {
        Ok(sqlx::postgres::PgPoolOptions::new().max_connections(4).connect(&self.url).await?)
    }

    async fn clone_template(server: &str) -> Result<Self, StoreError> {
        let mut admin = connect(server).await?;
        let template = template(&mut admin, server).await?;
        let born = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let name = format!("sensible_test_{born}_{}", uuid::Uuid::now_v7().simple());
        run(&mut admin, format!("create database {name} template {template}")).await?;
        admin.close().await?;
        let url = with_database(server, &name);
        let store = Store::connect(StoreOptions { max_connections: 9, ..StoreOptions::new(&url) })?;
        Ok(Self { url, store, name, server: server.to_owned() })
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        // A runtime of its own: the test's cannot be waited for here.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
            runtime.block_on(async {
                let mut admin = connect(&server).await.ok()?;
                run(&mut admin, format!("drop database if exists {name} with (force)")).await.ok()
            })
        });
        let _ = dropped.join();
    }
}

/// The template of these migrations, made by whoever comes first.
async fn template(admin: &mut PgConnection, server: &str) -> Result<String, StoreError> {
    let mut hash = Sha256::new();
    for migration in MIGRATIONS.iter() {
        hash.update(&migration.checksum);
    }
    let hash: String = hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    let name = format!("sensible_template_{hash}");
    if exists(admin, &name).await? {
        return Ok(name);
    }
    sqlx::query("select pg_advisory_lock(hashtext('sensible_template'))").execute(&mut *admin).await?;
    if !exists(admin, &name).await? {
        sweep(admin).await?;
        // Under another name until it is whole.
        let making = format!("{name}_making");
        run(admin, format!("drop database if exists {making} with (force)")).await?;
        run(admin, format!("create database {making} template template0 encoding 'UTF8'")).await?;
        let store = Store::connect(StoreOptions::new(with_database(server, &making)))?;
        store.migrate().await?;
        store.close().await;
        run(admin, format!("alter database {making} rename to {name}")).await?;
    }
    sqlx::query("select pg_advisory_unlock(hashtext('sensible_template'))").execute(&mut *admin).await?;
    Ok(name)
}

/// Databases that tests killed an hour ago or earlier left behind.
async fn sweep(admin: &mut PgConnection) -> Result<(), StoreError> {
    let names: Vec<(String,)> = sqlx::query_as(
        "select datname from pg_database where datname ~ '^sensible_test_[0-9]+_' \
         and split_part(datname, '_', 3)::bigint < extract(epoch from now()) - 3600",
    )
    .fetch_all(&mut *admin)
    .await?;
    for (name,) in names {
        run(admin, format!("drop database if exists {name} with (force)")).await?;
    }
    Ok(())
}

async fn exists(admin: &mut PgConnection, name: &str) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar("select exists (select 1 from pg_database where datname = $1)")
        .bind(name)
        .fetch_one(admin)
        .await?)
}

/// Names cannot be parameters; these are made above, of letters and digits.
async fn run(admin: &mut PgConnection, sql: String) -> Result<(), StoreError> {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(admin).await?;
    Ok(())
}

async fn connect(server: &str) -> Result<PgConnection, StoreError> {
    let mut options = StoreOptions::new(server);
    options.guards.timeouts = false;
    let options = pool::connect_options(&options)?;
    tokio::time::timeout(Duration::from_secs(10), options.connect())
        .await
        .map_err(|_| StoreError::Away(sqlx::Error::PoolTimedOut))?
        .map_err(Into::into)
}

fn with_database(server: &str, name: &str) -> String {
    let (address, parameters) = server.split_once('?').map_or((server, None), |(address, rest)| (address, Some(rest)));
    let start = address.rfind('/').filter(|at| *at > "postgres://".len()).unwrap_or(address.len());
    let parameters = parameters.map(|parameters| format!("?{parameters}")).unwrap_or_default();
    format!("{}/{name}{parameters}", &address[..start])
}

/// The constraints whose violation is told as a field's refusal, for the test
/// that compares them with the schema.
pub fn guarded_constraints() -> impl Iterator<Item = &'static str> {
    crate::error::guarded_constraints()
}
