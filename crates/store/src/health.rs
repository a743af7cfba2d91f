//! Whether the database answers, and whether it is ours.

use std::time::Duration;

use sqlx::Connection;

use crate::{Store, StoreError, pool::Held};

impl Store {
    /// Whether Postgres answers within a second. Never an error: no is an answer.
    pub async fn ping(&self) -> bool {
        let answer = async {
            let mut connection = Held::of(&self.reads).await?;
            connection.ping().await?;
            connection.done();
            Ok::<_, StoreError>(())
        };
        matches!(tokio::time::timeout(Duration::from_secs(1), answer).await, Ok(Ok(())))
    }

    /// Whether every migration of this program was applied, unchanged. A database
    /// that is ahead is fine: each migration works with the program before it.
    pub async fn migrated(&self) -> Result<bool, StoreError> {
        let mut connection = Held::of(&self.reads).await?;
        // Not checked at compile time: the table belongs to the migrator.
        let applied =
            sqlx::query_as::<_, (i64, Vec<u8>)>("select version, checksum from _sqlx_migrations where success")
                .fetch_all(&mut *connection)
                .await;
        connection.done();
        let applied = match applied {
            // 42P01: no such table, so nothing was ever applied.
            Err(sqlx::Error::Database(answer)) if answer.code().as_deref() == Some("42P01") => return Ok(false),
            other => other?,
        };
        Ok(crate::migrate::MIGRATIONS.iter().all(|ours| {
            applied.iter().any(|(version, checksum)| *version == ours.version && **checksum == *ours.checksum)
        }))
    }
}
