//! What changed, for the live pages: a wake-up only; the tables are the truth.
//!
//! Every committed write notifies the channel `incidents`. Postgres keeps no
//! notification for a listener that is away, and a dead network looks like a
//! quiet day, so every five seconds the listener sends itself a heartbeat. When
//! the connection was lost, or the heartbeat is not heard, everybody is told to
//! read again ([`Change::Resync`]).

use std::time::Duration;

use domain::{IncidentId, PersonId};
use sqlx::postgres::{PgListener, PgNotification};
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

use crate::{Store, StoreError};

/// The channel of `notify`.
pub(crate) const CHANNEL: &str = "incidents";
const HEARTBEAT: &str = "heartbeat";
/// What the database's triggers write before a person's id.
const PERSON: &str = "person:";
const EVERY: Duration = Duration::from_secs(5);
const PATIENCE: Duration = Duration::from_secs(2);

/// One wake-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Something happened in this incident.
    Incident(IncidentId),
    /// A session of this person ended, or they were deactivated: whoever shows them
    /// something asks again whether they may see it.
    Person(PersonId),
    /// Something may have been missed: read again whatever is shown.
    Resync,
}

/// Hands wake-ups to any number of subscribers.
#[derive(Clone, Debug)]
pub struct Changes {
    sender: broadcast::Sender<Change>,
}

impl Changes {
    /// From now on. A subscriber that is too slow gets
    /// [`broadcast::error::RecvError::Lagged`], which means the same as
    /// [`Change::Resync`].
    pub fn subscribe(&self) -> broadcast::Receiver<Change> {
        self.sender.subscribe()
    }
}

impl Store {
    /// Listens until `stop`, on a connection of its own that is made again
    /// whenever it is lost.
    pub fn listen(&self, stop: CancellationToken) -> Changes {
        let (sender, _) = broadcast::channel(1024);
        let changes = Changes { sender: sender.clone() };
        let url = self.options.url.clone();
        tokio::spawn(async move {
            stop.run_until_cancelled(keep_listening(&url, &sender)).await;
        });
        changes
    }
}

async fn keep_listening(url: &str, sender: &broadcast::Sender<Change>) {
    let mut pause = Duration::from_millis(100);
    loop {
        match listener(url).await {
            Ok(mut listener) => {
                pause = Duration::from_millis(100);
                // Whatever happened while nobody listened. Nobody may be subscribed: fine.
                let _ = sender.send(Change::Resync);
                if let Err(error) = hear(&mut listener, sender).await {
                    tracing::warn!(%error, "stopped hearing changes, listening again");
                }
            }
            Err(error) => tracing::warn!(%error, "cannot listen for changes"),
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(EVERY);
    }
}

async fn listener(url: &str) -> Result<PgListener, StoreError> {
    let connect = async {
        let mut listener = PgListener::connect(url).await?;
        listener.eager_reconnect(false);
        listener.listen(CHANNEL).await?;
        Ok::<_, sqlx::Error>(listener)
    };
    tokio::time::timeout(PATIENCE, connect)
        .await
        .map_err(|_| StoreError::Away(sqlx::Error::PoolTimedOut))?
        .map_err(Into::into)
}

/// Until the connection is lost.
async fn hear(listener: &mut PgListener, sender: &broadcast::Sender<Change>) -> Result<(), StoreError> {
    loop {
        match tokio::time::timeout(EVERY, listener.try_recv()).await {
            Ok(Ok(Some(notification))) => pass_on(&notification, sender),
            // Lost, and made again behind our back: something may have been missed.
            Ok(Ok(None)) => return Ok(()),
            Ok(Err(error)) => return Err(error.into()),
            Err(_quiet) => heartbeat(listener, sender).await?,
        }
    }
}

async fn heartbeat(listener: &mut PgListener, sender: &broadcast::Sender<Change>) -> Result<(), StoreError> {
    let lost = || StoreError::Away(sqlx::Error::PoolTimedOut);
    let send = sqlx::query!("select pg_notify($1, $2)", CHANNEL, HEARTBEAT).execute(&mut *listener);
    tokio::time::timeout(PATIENCE, send).await.map_err(|_| lost())??;
    loop {
        let heard = tokio::time::timeout(PATIENCE, listener.try_recv()).await.map_err(|_| lost())??;
        let notification = heard.ok_or_else(lost)?;
        if notification.payload() == HEARTBEAT {
            return Ok(());
        }
        pass_on(&notification, sender);
    }
}

fn pass_on(notification: &PgNotification, sender: &broadcast::Sender<Change>) {
    let payload = notification.payload();
    let change = match payload.strip_prefix(PERSON) {
        Some(person) => person.parse().map(Change::Person),
        None => payload.parse().map(Change::Incident),
    };
    if let Ok(change) = change {
        // An error only says that nobody is subscribed.
        let _ = sender.send(change);
    }
}
