//! Sweeping up: sessions that ended, sign-ins that were never finished, refused forms
//! that nobody came back to, old request ids, notifications that were read and messages
//! that were delivered long ago, and counters of who has been quiet.

use std::time::Duration;

use store::Store;

use super::pause;
use crate::http::limits::Limits;
use crate::shutdown::Shutdown;

const INTERVAL: Duration = Duration::from_secs(600);

/// Sweeps every ten minutes until the end begins.
pub async fn keep_sweeping(store: Store, limits: Limits, shutdown: Shutdown) {
    while pause(&shutdown, INTERVAL).await {
        limits.forget_the_quiet();
        match store.sweep().await {
            Ok(rows) => tracing::debug!(rows, "swept"),
            Err(error) => tracing::warn!(%error, "not swept"),
        }
    }
}
