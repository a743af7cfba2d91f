//! Everything in Postgres: the only room that knows SQL.
//!
//! Reading: a page asks one method, which asks one connection a few statements.
//! Writing: everything that happens in an incident goes through one door
//! ([`Store::execute`], [`Store::declare`]), which makes timeline, activity, outbox and
//! the live signal unforgettable, in one transaction that a departing client
//! cannot cancel. The first argument of a method is who is acting; access is
//! checked here, before anything is read, because pages are rendered without HTTP.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod action_items;
pub mod announcements;
pub mod changes;
mod choices;
mod components;
mod crew;
mod demo;
mod error;
mod frame;
mod health;
mod history;
mod inbox;
pub mod incidents;
mod jump;
mod migrate;
pub mod notifications;
mod outbox;
mod owed;
mod page;
mod people;
mod pool;
mod refused_forms;
mod roster;
mod sessions;
mod settings;
mod severities;
mod sign_in;
mod since;
mod swept;
mod switches;
#[cfg(feature = "testing")]
pub mod testing;
mod to_do;
mod words;
mod write;

pub use action_items::{ActionItemFilter, ActionItemRow, MOST_ACTION_ITEMS};
pub use changes::{Change, Changes};
pub use choices::Choices;
pub use components::{ComponentChange, ComponentListed, LinkChange, LinkKind, Tag};
pub use crew::{Crew, CrewMember};
pub use demo::DemoSettings;
pub use error::StoreError;
pub use frame::Frame;
pub use history::{Deed, History, Recorded, Step};
pub use inbox::Received;
pub use jump::{JumpTo, Jumps};
pub use outbox::{DueMessage, LATE, Message, PATIENCE};
pub use owed::{Owed, OwedAction, OwedIncident, OwedTask};
pub use people::{Person, PersonName, Profile};
pub use pool::{Guards, Render, StoreOptions};
pub use refused_forms::RefusedForm;
pub use roster::{RosterChange, RosterPerson};
pub use sessions::{LiveSession, SessionId, SessionPerson};
pub use settings::{Company, Settings};
pub use severities::{SeverityChange, SeverityListed};
pub use sign_in::{SignInAttempt, SignedIn, SlackIdentity};
pub use since::Since;
pub use switches::Switches;
pub use to_do::{Counts, ToDo, ToDoIncident};
pub use write::{About, Outcome, Request, Who};

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use sqlx::PgPool;
use tokio_util::task::TaskTracker;

/// A network that swallows packets must not keep a write for ever; by then the
/// database has given up long ago.
const LONGEST_WRITE: Duration = Duration::from_secs(15);

/// The database, as the rest of the product sees it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) reads: PgPool,
    pub(crate) writes: PgPool,
    pub(crate) options: Arc<StoreOptions>,
    /// What looks alike, found lately.
    pub(crate) alike: incidents::AlikeCache,
    /// Writes that run on although their request may be gone.
    running: TaskTracker,
}

impl Store {
    /// Prepares the connections; the first one is made when it is needed, so
    /// that a server starts (and says 503) while its database is away. Fails
    /// only when the address cannot be read. Has to be called inside a runtime.
    pub fn connect(options: StoreOptions) -> Result<Self, StoreError> {
        Ok(Self {
            reads: pool::reads(&options)?,
            writes: pool::writes(&options)?,
            options: Arc::new(options),
            alike: incidents::alike_cache(),
            running: TaskTracker::new(),
        })
    }

    /// Lets the writes that are under way end, then closes every connection.
    /// For the end of the program, under a deadline of the caller's.
    pub async fn close(&self) {
        self.running.close();
        self.running.wait().await;
        self.reads.close().await;
        self.writes.close().await;
    }

    /// Runs a write to its end even when whoever waits for it leaves. A panic
    /// goes on in the caller, so that it is answered there.
    pub(crate) async fn to_its_end<T: Send + 'static>(
        &self,
        write: impl Future<Output = Result<T, StoreError>> + Send + 'static,
    ) -> Result<T, StoreError> {
        if !self.options.guards.uncancellable_writes {
            return write.await;
        }
        match self.running.spawn(tokio::time::timeout(LONGEST_WRITE, write)).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Err(StoreError::Away(sqlx::Error::PoolTimedOut)),
            Err(ended) if ended.is_panic() => std::panic::resume_unwind(ended.into_panic()),
            Err(_) => Err(StoreError::Away(sqlx::Error::WorkerCrashed)),
        }
    }
}
