//! What time alone brings about: updates that are overdue, hand-offs that nobody answered,
//! additional triage that has taken long enough.

use std::time::Duration;

use domain::System;
use store::Store;

use super::pause;
use crate::shutdown::Shutdown;

/// Between two looks. A hand-off comes back within this time of its fifteen minutes.
const INTERVAL: Duration = Duration::from_secs(5);

/// Looks until the end begins. Any number of servers may: the store says each thing once.
pub async fn keep_reminding(store: Store, shutdown: Shutdown) {
    let mut wait = INTERVAL;
    while pause(&shutdown, wait).await {
        wait = match store.remind(System::Worker).await {
            Ok(reminded) => {
                if reminded != store::notifications::Reminded::default() {
                    tracing::info!(
                        updates = reminded.updates,
                        triages = reminded.triages,
                        hand_offs = reminded.hand_offs,
                        "reminded"
                    );
                }
                INTERVAL
            }
            Err(error) => {
                tracing::warn!(%error, "nobody was reminded");
                INTERVAL * 2
            }
        };
    }
}
