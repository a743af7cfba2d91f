//! The schema travels inside the program.

use sqlx::migrate::Migrator;
use sqlx::{ConnectOptions, Connection};

use crate::{Store, StoreError, pool};

/// Every migration, in order. Forward only.
pub(crate) static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

impl Store {
    /// Brings the database up to this program. Servers that start together take
    /// turns under a lock. Uses a connection of its own without time limits,
    /// because an index of a large table takes the time it takes.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        let mut options = (*self.options).clone();
        options.guards.timeouts = false;
        let options = pool::connect_options(&options)?;
        // The migrator's future cannot move between threads (sqlx 0.9), so it stays on one.
        let runtime = tokio::runtime::Handle::current();
        let migrating = tokio::task::spawn_blocking(move || {
            runtime.block_on(async move {
                let mut connection = options.connect().await?;
                MIGRATIONS.run(&mut connection).await.map_err(sqlx::Error::from)?;
                connection.close().await
            })
        });
        Ok(migrating.await.map_err(|_| sqlx::Error::WorkerCrashed)??)
    }
}
