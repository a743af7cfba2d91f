//! Slack's roster: people exist before they sign in, and who leaves loses every
//! session within a minute.

use std::sync::Arc;
use std::time::Duration;

use domain::System;
use domain::text::{Email, Name};
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
        name: name(&user.name, &user.id),
        user: user.id,
        email: user.email.and_then(email),
        picture: user.picture.filter(|picture| !picture.contains(char::is_control)),
        zone: user.zone,
        gone,
    })
}

/// A name as the database takes it: people write anything into Slack, and one name that
/// is refused would keep the whole roster out, and with it the news of who has left.
pub(crate) fn name(said: &str, id: &str) -> String {
    let said: String = said.chars().filter(|letter| !letter.is_control()).take(200).collect();
    Name::parse(&said).map_or_else(|_| id.to_owned(), String::from)
}

/// An address as the database takes it, or none.
pub(crate) fn email(said: String) -> Option<String> {
    Email::parse(&said).ok().map(String::from)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_keeps_the_roster_out_by_what_they_wrote() {
        for (said, kept) in [
            ("Hana", "Hana"),
            ("<b>Hana", "<b>Hana"),
            ("Ha\0na\n", "Hana"),
            ("\u{200b}", "U1"),
            ("\0", "U1"),
            ("z\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}", "U1"),
        ] {
            let user = User {
                id: "U1".into(),
                team_id: None,
                name: said.into(),
                email: Some("no address".into()),
                zone: None,
                picture: Some("https://x.example/\0".into()),
                standing: Standing::Member,
            };
            let person = person(user, "T1").unwrap();
            assert_eq!((person.name.as_str(), person.email, person.picture), (kept, None, None));
        }
        assert_eq!(name(&"x".repeat(500), "U1").len(), 200);
    }
}
