//! Slack's roster: people exist before they sign in, and who leaves loses every
//! session within a minute.

use std::sync::Arc;
use std::time::Duration;

use domain::System;
use slack::{Remedy, SlackError, Standing, User, WebApi};
use store::{RosterChange, RosterPerson, Store, StoreError};

use super::pause;
use crate::shutdown::Shutdown;

/// Between two readings. With the reading itself it stays under the minute that a
/// leaver may keep a session. A page of 200 people is one call, and Slack allows
/// twenty a minute.
pub const INTERVAL: Duration = Duration::from_secs(45);

/// After a reading that Slack did not answer.
const SOON: Duration = Duration::from_secs(5);

/// Reads the roster at once and then every [`INTERVAL`], until the end begins.
pub async fn keep_reading(store: Store, web_api: Arc<WebApi>, team: String, shutdown: Shutdown) {
    loop {
        let wait = match read(&store, &web_api, &team).await {
            Ok(change) => {
                tell(&change);
                INTERVAL
            }
            Err(Failed::Slack(error)) => {
                let remedy = error.remedy();
                if remedy == Remedy::MendInstallation {
                    tracing::error!(%error, "the roster cannot be read: install the Slack app again");
                } else {
                    tracing::warn!(%error, "the roster was not read");
                }
                match remedy {
                    Remedy::Wait(wait) => wait.max(SOON),
                    Remedy::TryAgain => SOON,
                    Remedy::MendInstallation | Remedy::GiveUp => INTERVAL,
                }
            }
            Err(Failed::Store(error)) => {
                tracing::warn!(%error, "the roster was not stored");
                INTERVAL
            }
        };
        if !pause(&shutdown, wait).await {
            return;
        }
    }
}

/// Why a reading did not work.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// Slack did not give the list.
    #[error(transparent)]
    Slack(#[from] SlackError),
    /// The database did not take it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Reads the roster once and stores what changed.
pub async fn read(store: &Store, web_api: &WebApi, team: &str) -> Result<RosterChange, Failed> {
    let everybody = web_api.users_list().await?;
    let roster = everybody.into_iter().filter_map(|user| person(user, team)).collect();
    Ok(store.sync_roster(System::Worker, roster).await?)
}

/// Programs and people of other workspaces are no people of ours; guests and who has
/// left may not come in.
fn person(user: User, team: &str) -> Option<RosterPerson> {
    let gone = match user.standing {
        Standing::Member => false,
        Standing::Guest | Standing::Deactivated => true,
        Standing::Bot | Standing::Stranger => return None,
    };
    Some(RosterPerson {
        team: team.to_owned(),
        user: user.id,
        name: user.name,
        email: user.email,
        picture: user.picture,
        zone: user.zone,
        gone,
    })
}

fn tell(change: &RosterChange) {
    if *change != RosterChange::default() {
        tracing::info!(
            added = change.added,
            left = change.left.len(),
            returned = change.returned,
            "the roster changed"
        );
    }
    if change.last_admin_left.is_some() {
        tracing::error!("the last admin has left Slack; make somebody else an admin");
    }
}
