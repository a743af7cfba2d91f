//! What goes on beside the requests: reading Slack's roster, sending Slack's messages,
//! reminding, sweeping up. Each stops between two pieces of work when the end begins; what was
//! left undone is in the database and done by the next start.

pub mod outbox;
pub mod reminders;
pub mod roster;
pub mod sweep;

use std::time::Duration;

use tokio::task::JoinSet;

use crate::AppState;
use crate::announcements::Sender;
use crate::shutdown::Shutdown;

/// Starts every worker that this installation has. Dropping the set stops them.
pub fn start(state: &AppState) -> JoinSet<()> {
    let mut workers = JoinSet::new();
    workers.spawn(sweep::keep_sweeping(state.store.clone(), state.limits.clone(), state.shutdown.clone()));
    workers.spawn(reminders::keep_reminding(state.store.clone(), state.shutdown.clone()));
    if let (Some(web_api), Some(slack)) = (&state.web_api, &state.config.slack) {
        let team = slack.team_id.clone();
        workers.spawn(roster::keep_reading(state.store.clone(), web_api.clone(), team, state.shutdown.clone()));
        let sender = Sender { store: state.store.clone(), web_api: web_api.clone(), public_url: state.config.origin() };
        workers.spawn(outbox::keep_sending(sender, state.shutdown.clone()));
    }
    workers
}

/// Waits, but not beyond the beginning of the end. False when it has begun.
async fn pause(shutdown: &Shutdown, length: Duration) -> bool {
    tokio::select! {
        () = tokio::time::sleep(length) => true,
        () = shutdown.begun() => false,
    }
}
