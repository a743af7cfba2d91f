//! The demo's colleague: twenty seconds after somebody opens the incident that goes on in
//! the story, they post a line, so that one sees a page change by itself. Once in the life
//! of a story: the request's id follows from the incident's.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use domain::incidents::{Command, Seen, Source};
use domain::text::MarkdownText;
use domain::{IncidentId, RequestId, System};
use store::{Request, Store, StoreError};
use uuid::Uuid;

use super::room::Room;
use crate::shutdown::Shutdown;

const AFTER: Duration = Duration::from_secs(20);
/// The incident of the story that is happening.
const JOINS: &str = "INC-20";
const WORDS: &str = "Rollback is out.";

#[derive(Debug)]
pub(super) struct Colleague {
    store: Store,
    shutdown: Shutdown,
    /// On their way, or done.
    is_coming: Arc<AtomicBool>,
}

impl Colleague {
    pub(super) fn new(store: Store, shutdown: Shutdown) -> Self {
        Self { store, shutdown, is_coming: Arc::default() }
    }

    /// Somebody looks at this incident. Nobody looking any more, or a stop of the server,
    /// takes it back; the next visitor brings it again.
    pub(super) async fn join(&self, room: &Arc<Room>) {
        let is_it = room.reference().await.is_some_and(|reference| reference.to_string() == JOINS);
        if !is_it || self.is_coming.swap(true, Ordering::AcqRel) {
            return;
        }
        let (store, shutdown, is_coming) = (self.store.clone(), self.shutdown.clone(), self.is_coming.clone());
        let room = room.clone();
        tokio::spawn(async move {
            tokio::select! {
                () = tokio::time::sleep(AFTER) => {
                    if let Err(error) = post(&store, room.incident).await {
                        tracing::debug!(%error, "the demo's colleague kept quiet");
                    }
                }
                () = room.empty.cancelled() => {}
                () = shutdown.begun() => {}
            }
            // A story that was started again has another incident, and hears it again.
            is_coming.store(false, Ordering::Release);
        });
    }
}

async fn post(store: &Store, incident: IncidentId) -> Result<(), StoreError> {
    let body = MarkdownText::parse(WORDS)?;
    let request = Request { id: once(incident), source: Source::Demo, seen: Seen::default() };
    store.execute(System::Demo, request, incident, Command::Note { body }).await.map(|_| ())
}

/// The same for the same incident, on every server.
fn once(incident: IncidentId) -> RequestId {
    RequestId::from_uuid(Uuid::from_u128(incident.uuid().as_u128() ^ 0xC0_11EA_60E5))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_story_hears_it_once() {
        let [a, b] = [1, 2].map(|n| IncidentId::from_uuid(Uuid::from_u128(n)));
        assert_eq!(once(a), once(a));
        assert_ne!(once(a), once(b));
        assert_ne!(once(a).uuid(), a.uuid());
        assert!(MarkdownText::parse(WORDS).is_ok());
    }
}
