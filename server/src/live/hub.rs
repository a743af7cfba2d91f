//! Everybody who looks at something live, on this server.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};
use std::time::Duration;

use domain::zones::Zone;
use domain::{IncidentId, PersonId, System};
use store::incidents::Readers;
use store::{Change, Counts, SessionId, Store, StoreError};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;

use super::colleague::Colleague;
use super::room::{Room, Signal, Viewer};
use crate::shutdown::Shutdown;

/// Streams of one person at a time. A browser holds one however many tabs it has.
pub const STREAMS_OF_ONE: usize = 64;
/// How often every session that holds a stream is looked at. Ends that are announced are
/// heard at once; this is for the ones that time brings.
const SESSIONS_CHECKED: Duration = Duration::from_secs(30);
/// Lists are told at most so often.
const LISTS_TOLD: Duration = Duration::from_millis(300);
/// How long a failed read waits before the next.
const TRY_AGAIN: Duration = Duration::from_millis(500);
/// Signals that a slow stream may fall behind before it has to catch up.
const SIGNALS: usize = 32;

/// Rooms and streams. Cheap to clone. Listens from the first stream on.
#[derive(Clone, Debug)]
pub struct Hub(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Store,
    shutdown: Shutdown,
    colleague: Option<Colleague>,
    listening: Once,
    next: AtomicU64,
    rooms: Mutex<HashMap<IncidentId, Arc<Room>>>,
    viewers: Mutex<HashMap<u64, Arc<Viewer>>>,
    news: Mutex<News>,
    lists_changed: Notify,
}

/// What happened since lists were told last.
#[derive(Debug, Default)]
struct News {
    incidents: HashSet<IncidentId>,
    /// Nobody knows what: something was not heard.
    anything: bool,
}

impl Hub {
    /// Nobody looks yet. With `demo` a colleague of the story joins in.
    pub fn new(store: Store, shutdown: Shutdown, demo: bool) -> Self {
        Self(Arc::new(Inner {
            colleague: demo.then(|| Colleague::new(store.clone(), shutdown.clone())),
            store,
            shutdown,
            listening: Once::new(),
            next: AtomicU64::new(0),
            rooms: Mutex::default(),
            viewers: Mutex::default(),
            news: Mutex::default(),
            lists_changed: Notify::new(),
        }))
    }

    /// Streams that are open on this server.
    pub fn streams(&self) -> usize {
        self.viewers().len()
    }

    /// Lets a stream in, unless its person has too many.
    pub(super) fn admit(
        &self,
        person: PersonId,
        session: SessionId,
        zone: Zone,
        list: bool,
    ) -> Option<(Arc<Viewer>, mpsc::Receiver<Signal>)> {
        self.listen();
        let mut viewers = self.viewers();
        if viewers.values().filter(|viewer| viewer.person == person).count() >= STREAMS_OF_ONE {
            return None;
        }
        let (signals, receiver) = mpsc::channel(SIGNALS);
        let viewer = Arc::new(Viewer {
            id: self.0.next.fetch_add(1, Ordering::Relaxed),
            person,
            session,
            zone,
            list,
            signals,
            behind: false.into(),
            ended: CancellationToken::new(),
        });
        viewers.insert(viewer.id, viewer.clone());
        Some((viewer, receiver))
    }

    /// The room of an incident, with the viewer in it.
    pub(super) fn enter(&self, incident: IncidentId, viewer: &Arc<Viewer>) -> Arc<Room> {
        let mut rooms = self.rooms();
        let room = rooms.entry(incident).or_insert_with(|| {
            let room = Arc::new(Room::new(incident, self.0.store.clone()));
            tokio::spawn(keep_fresh(room.clone(), self.0.shutdown.clone()));
            room
        });
        room.enter(viewer);
        room.clone()
    }

    /// Somebody was shown what is in the room.
    pub(super) async fn looked_at(&self, room: &Arc<Room>) {
        if let Some(colleague) = &self.0.colleague {
            colleague.join(room).await;
        }
    }

    /// The viewer looks at it no more. An empty room is given up.
    pub(super) fn leave(&self, room: &Room, viewer: &Viewer) {
        let mut rooms = self.rooms();
        if room.leave(viewer) {
            room.empty.cancel();
            rooms.remove(&room.incident);
        }
    }

    /// The stream is over.
    pub(super) fn dismiss(&self, viewer: &Viewer) {
        self.viewers().remove(&viewer.id);
    }

    fn rooms(&self) -> MutexGuard<'_, HashMap<IncidentId, Arc<Room>>> {
        self.0.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn viewers(&self) -> MutexGuard<'_, HashMap<u64, Arc<Viewer>>> {
        self.0.viewers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn news(&self) -> MutexGuard<'_, News> {
        self.0.news.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn listen(&self) {
        self.0.listening.call_once(|| {
            let hub = self.clone();
            tokio::spawn(async move {
                let stop = CancellationToken::new();
                let hearing = stop.clone();
                tokio::select! {
                    () = hub.hear(hearing) => {}
                    () = hub.look_at_sessions() => {}
                    () = hub.tell_lists() => {}
                    () = hub.0.shutdown.begun() => {}
                }
                stop.cancel();
            });
        });
    }

    async fn hear(&self, stop: CancellationToken) {
        let mut changes = self.0.store.listen(stop).subscribe();
        loop {
            match changes.recv().await {
                Ok(Change::Incident(incident)) => {
                    if let Some(room) = self.rooms().get(&incident) {
                        room.woken.notify_one();
                    }
                    self.news().incidents.insert(incident);
                    self.0.lists_changed.notify_one();
                }
                Ok(Change::Person(person)) => {
                    self.look_at(|viewer| viewer.person == person);
                    for viewer in self.viewers().values().filter(|viewer| viewer.person == person) {
                        viewer.signal(Signal::Notified);
                    }
                }
                Ok(Change::Resync) | Err(RecvError::Lagged(_)) => {
                    self.rooms().values().for_each(|room| room.woken.notify_one());
                    self.viewers().values().for_each(|viewer| viewer.signal(Signal::Unread));
                    self.news().anything = true;
                    self.0.lists_changed.notify_one();
                    self.look_at(|_| true);
                }
                Err(RecvError::Closed) => return,
            }
        }
    }

    /// What the frame counts for somebody; nothing while that cannot be read.
    pub(super) async fn counts(&self, person: PersonId) -> Option<Counts> {
        let viewer = domain::Viewer { person, is_admin: false };
        self.0.store.counts(&viewer).await.ok()
    }

    /// Lists are only woken: they ask again with their reader's rights. That something
    /// happens in a private incident is told to nobody outside.
    async fn tell_lists(&self) {
        loop {
            self.0.lists_changed.notified().await;
            let news = std::mem::take(&mut *self.news());
            let lists: Vec<Arc<Viewer>> = self.viewers().values().filter(|viewer| viewer.list).cloned().collect();
            if !lists.is_empty() {
                match self.readers_of(&news).await {
                    Ok(readers) => lists
                        .iter()
                        .filter(|viewer| readers.include(viewer.person))
                        .for_each(|viewer| viewer.signal(Signal::List)),
                    Err(error) => {
                        tracing::warn!(%error, "lists are told later");
                        self.news().incidents.extend(news.incidents);
                        self.0.lists_changed.notify_one();
                    }
                }
            }
            tokio::time::sleep(LISTS_TOLD).await;
        }
    }

    async fn readers_of(&self, news: &News) -> Result<Readers, StoreError> {
        if news.anything {
            return Ok(Readers::Everybody);
        }
        let incidents: Vec<IncidentId> = news.incidents.iter().copied().collect();
        self.0.store.readers_of_any(System::Worker, &incidents).await
    }

    async fn look_at_sessions(&self) {
        loop {
            tokio::time::sleep(SESSIONS_CHECKED).await;
            self.look_at(|_| true);
        }
    }

    /// Ends the streams, of those that are meant, whose session is not good any more.
    fn look_at(&self, meant: impl Fn(&Viewer) -> bool) {
        let viewers: Vec<Arc<Viewer>> = self.viewers().values().filter(|viewer| meant(viewer)).cloned().collect();
        if viewers.is_empty() {
            return;
        }
        let store = self.0.store.clone();
        tokio::spawn(async move {
            let sessions: Vec<SessionId> = viewers.iter().map(|viewer| viewer.session).collect();
            match store.live_sessions(&sessions).await {
                Ok(good) => {
                    let good: HashSet<SessionId> = good.into_iter().collect();
                    viewers
                        .iter()
                        .filter(|viewer| !good.contains(&viewer.session))
                        .for_each(|viewer| viewer.ended.cancel());
                }
                // Nothing can be read now, so nothing is shown either; the next look is soon.
                Err(error) => tracing::warn!(%error, "the sessions of streams were not looked at"),
            }
        });
    }
}

/// Reads an incident each time it is woken, as long as somebody looks.
async fn keep_fresh(room: Arc<Room>, shutdown: Shutdown) {
    let work = async {
        loop {
            room.woken.notified().await;
            while let Err(error) = room.refresh().await {
                tracing::warn!(%error, incident = %room.incident, "what changed could not be read, trying again");
                tokio::time::sleep(TRY_AGAIN).await;
            }
        }
    };
    tokio::select! {
        () = work => {}
        () = room.empty.cancelled() => {}
        () = shutdown.begun() => {}
    }
}
