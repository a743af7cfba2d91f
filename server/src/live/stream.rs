//! One stream: `GET /live?incidents=<id>,<id>&since=<id>:<seq>,…&list=1&me=1`. A page that
//! shows nothing of its own that changes asks for `me` alone: what its person is told.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use app::ctx::CurrentPerson;
use axum::Extension;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use domain::IncidentId;
use futures::stream;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use rand::RngExt as _;
use serde::Deserialize;
use store::{Counts, StoreError};
use tokio::sync::mpsc;
use tower_sessions::Session;

use super::hub::Hub;
use super::message;
use super::room::{Missing, Room, Signal, Viewer};
use crate::AppState;
use crate::auth::session::stored_id;
use crate::shutdown::Shutdown;

/// A comment so often, so that proxies keep a quiet stream and clients notice a dead one.
const STILL_HERE: Duration = Duration::from_secs(15);
/// Incidents in one stream at most.
const INCIDENTS: usize = 32;
/// Events that wait for a slow reader before the stream waits too.
const WAITING: usize = 4;

/// What is asked for.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    incidents: String,
    #[serde(default)]
    since: String,
    #[serde(default)]
    list: String,
    /// How much the person has not seen, at once; whoever has a stream hears of what comes.
    #[serde(default)]
    me: String,
}

/// What a page shows: up to which seq, if it says so.
type Wanted = HashMap<IncidentId, Option<i64>>;

/// `GET /live`. 204 for whoever wants nothing, which also ends a browser's own attempts.
pub async fn follow(
    State(state): State<AppState>,
    person: Option<Extension<CurrentPerson>>,
    session: Session,
    asked: Result<Query<Asked>, axum::extract::rejection::QueryRejection>,
    headers: HeaderMap,
) -> Response {
    let (Some(Extension(person)), Some(session)) = (person, session.id()) else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let Ok(Query(asked)) = asked else { return StatusCode::BAD_REQUEST.into_response() };
    let wanted = wanted(&asked, headers.get("last-event-id"));
    let (Some(wanted), Some(list), Some(me)) = (wanted, is_asked(&asked.list), is_asked(&asked.me)) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    if wanted.is_empty() && !list && !me {
        return StatusCode::NO_CONTENT.into_response();
    }
    let Some((viewer, signals)) = state.live.admit(person.viewer.person, stored_id(&session), person.zone, list) else {
        return ([(header::RETRY_AFTER, "30")], StatusCode::TOO_MANY_REQUESTS).into_response();
    };
    let (out, events) = mpsc::channel(WAITING);
    let stream = Stream { hub: state.live, shutdown: state.shutdown, viewer, me, rooms: HashMap::new(), out };
    tokio::spawn(stream.run(wanted, signals));
    response(events)
}

fn response(events: mpsc::Receiver<Bytes>) -> Response {
    let events = stream::unfold(events, |mut events| async {
        events.recv().await.map(|event| (Ok::<_, Infallible>(event), events))
    });
    let mut response = Response::new(Body::from_stream(events));
    for (name, value) in [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-store"),
        (header::HeaderName::from_static("x-accel-buffering"), "no"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Whether `1` stands there, or nothing.
fn is_asked(text: &str) -> Option<bool> {
    match text {
        "" => Some(false),
        "1" => Some(true),
        _ => None,
    }
}

/// What is wanted, with what is shown already; of what the address and the browser's own
/// header say the newer counts. Nothing when it is not ids and numbers.
fn wanted(asked: &Asked, last: Option<&HeaderValue>) -> Option<Wanted> {
    let parts =
        |text: &str| text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect();
    let incidents: Vec<String> = parts(&asked.incidents);
    let since: Vec<String> = parts(&asked.since);
    if incidents.len() > INCIDENTS || since.len() > INCIDENTS {
        return None;
    }
    let mut wanted: Wanted = HashMap::new();
    for incident in incidents {
        wanted.insert(IncidentId::parse(&incident).ok()?, None);
    }
    for shown in since {
        let (incident, seq) = shown_until(&shown)?;
        wanted.entry(incident).and_modify(|known| *known = (*known).max(Some(seq)));
    }
    // The header comes from the browser alone, and says nothing wrong, or nothing.
    if let Some((incident, seq)) = last.and_then(|last| shown_until(last.to_str().ok()?)) {
        wanted.entry(incident).and_modify(|known| *known = (*known).max(Some(seq)));
    }
    Some(wanted)
}

fn shown_until(text: &str) -> Option<(IncidentId, i64)> {
    let (incident, seq) = text.split_once(':')?;
    Some((IncidentId::parse(incident).ok()?, seq.parse().ok().filter(|seq| *seq >= 0)?))
}

struct Stream {
    hub: Hub,
    shutdown: Shutdown,
    viewer: Arc<Viewer>,
    /// The person wants to know at once how much they have not seen.
    me: bool,
    /// Each incident, and up to which seq it was sent.
    rooms: HashMap<IncidentId, (Arc<Room>, i64)>,
    out: mpsc::Sender<Bytes>,
}

/// The stream is over: its reader left, its session ended, the server stops.
struct Over;

impl Stream {
    async fn run(mut self, wanted: Wanted, mut signals: mpsc::Receiver<Signal>) {
        // Whatever ends it, `drop` takes it out of its rooms.
        let _ = self.tell(wanted, &mut signals).await;
        if self.viewer.ended.is_cancelled() {
            let _ = self.out.try_send(message::ended());
        } else if self.shutdown.has_begun() {
            let _ = self.out.try_send(message::bye(rand::rng().random_range(250..1500)));
        }
    }

    async fn tell(&mut self, wanted: Wanted, signals: &mut mpsc::Receiver<Signal>) -> Result<(), Over> {
        self.send(message::hello()).await?;
        for (incident, since) in wanted {
            let room = self.hub.enter(incident, &self.viewer);
            self.rooms.insert(incident, (room.clone(), since.unwrap_or_default()));
            self.catch_up(&room, since).await?;
            self.hub.looked_at(&room).await;
        }
        // What came while nothing was heard.
        if self.me {
            self.count(message::unread).await?;
        }
        let mut still_here = tokio::time::interval_at(tokio::time::Instant::now() + STILL_HERE, STILL_HERE);
        loop {
            let (out, viewer, shutdown) = (self.out.clone(), self.viewer.clone(), self.shutdown.clone());
            tokio::select! {
                biased;
                () = viewer.ended.cancelled() => return Err(Over),
                () = shutdown.begun() => return Err(Over),
                () = out.closed() => return Err(Over),
                signal = signals.recv() => match signal {
                    Some(signal) => self.pass_on(signal).await?,
                    None => return Err(Over),
                },
                _ = still_here.tick() => {
                    let _ = self.out.try_send(message::still_here());
                }
            }
            if signals.is_empty() && self.viewer.behind.swap(false, Ordering::AcqRel) {
                self.catch_up_with_all().await?;
            }
        }
    }

    async fn pass_on(&mut self, signal: Signal) -> Result<(), Over> {
        match signal {
            Signal::List => self.send(message::list()).await,
            Signal::Notified => self.count(message::notified).await,
            Signal::Unread => self.count(message::unread).await,
            Signal::Readers { incident } => self.stays(incident).await.map(|_| ()),
            Signal::Changed { incident, from, seq, frame } => {
                if !self.stays(incident).await? {
                    return Ok(());
                }
                let Some((room, sent)) = self.rooms.get_mut(&incident) else { return Ok(()) };
                if *sent > seq || (*sent == seq && from < seq) {
                    return Ok(());
                }
                if *sent < from {
                    let (room, since) = (room.clone(), *sent);
                    return self.catch_up(&room, Some(since)).await;
                }
                *sent = seq;
                self.send(frame).await
            }
        }
    }

    /// What the frame counts for the person; nothing while that cannot be read.
    async fn count(&self, says: fn(&Counts) -> Bytes) -> Result<(), Over> {
        match self.hub.counts(self.viewer.person).await {
            Some(counts) => self.send(says(&counts)).await,
            None => Ok(()),
        }
    }

    /// Whether the person may still read it; if not they are told, once, and hear no more.
    async fn stays(&mut self, incident: IncidentId) -> Result<bool, Over> {
        match self.rooms.get(&incident) {
            Some((room, _)) if room.includes(self.viewer.person) => Ok(true),
            Some(_) => {
                self.leave(incident);
                self.send(message::gone(incident)).await?;
                Ok(false)
            }
            None => Ok(false),
        }
    }

    async fn catch_up_with_all(&mut self) -> Result<(), Over> {
        let rooms: Vec<_> = self.rooms.values().cloned().collect();
        for (room, sent) in rooms {
            self.catch_up(&room, Some(sent)).await?;
        }
        if self.viewer.list { self.send(message::list()).await } else { Ok(()) }
    }

    /// What is missing since then. While the database is away, the stream waits with it.
    async fn catch_up(&mut self, room: &Arc<Room>, since: Option<i64>) -> Result<(), Over> {
        let missing = loop {
            match self.unless_over(room.missing(&self.viewer, since)).await? {
                Ok(missing) => break missing,
                Err(error) => self.wait_for_the_database(&error).await?,
            }
        };
        let (seq, frame) = match missing {
            Missing::Nothing(seq) => (seq, None),
            Missing::This(seq, frame) => (seq, Some(frame)),
            Missing::Gone => {
                self.leave(room.incident);
                return self.send(message::gone(room.incident)).await;
            }
        };
        if let Some((_, sent)) = self.rooms.get_mut(&room.incident) {
            *sent = seq;
        }
        match frame {
            Some(frame) => self.send(frame).await,
            None => Ok(()),
        }
    }

    async fn wait_for_the_database(&self, error: &StoreError) -> Result<(), Over> {
        tracing::warn!(%error, "a stream waits for the database");
        self.unless_over(tokio::time::sleep(Duration::from_secs(1))).await
    }

    /// Waits for a slow reader, but for nobody whose stream is over.
    async fn send(&self, event: Bytes) -> Result<(), Over> {
        self.unless_over(self.out.send(event)).await?.map_err(|_| Over)
    }

    async fn unless_over<T>(&self, work: impl Future<Output = T>) -> Result<T, Over> {
        tokio::select! {
            done = work => Ok(done),
            () = self.viewer.ended.cancelled() => Err(Over),
            () = self.shutdown.begun() => Err(Over),
            () = self.out.closed() => Err(Over),
        }
    }

    fn leave(&mut self, incident: IncidentId) {
        if let Some((room, _)) = self.rooms.remove(&incident) {
            self.hub.leave(&room, &self.viewer);
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        for (room, _) in self.rooms.values() {
            self.hub.leave(room, &self.viewer);
        }
        self.hub.dismiss(&self.viewer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn asked(incidents: &str, since: &str) -> Asked {
        Asked { incidents: incidents.into(), since: since.into(), list: String::new(), me: String::new() }
    }

    #[test]
    fn the_newer_of_address_and_header_counts() {
        let [a, b] = [1, 2].map(|n| IncidentId::from_uuid(Uuid::from_u128(n)));
        let both = asked(&format!("{a},{b}"), &format!("{a}:5,{b}:9"));
        let header = |text: String| HeaderValue::from_str(&text).unwrap();
        let found = wanted(&both, Some(&header(format!("{a}:7")))).unwrap();
        assert_eq!((found[&a], found[&b]), (Some(7), Some(9)));
        let found = wanted(&both, Some(&header(format!("{b}:3")))).unwrap();
        assert_eq!((found[&a], found[&b]), (Some(5), Some(9)));
        assert_eq!(wanted(&asked(&a.to_string(), ""), None).unwrap()[&a], None);
        // Not asked for, not followed.
        assert_eq!(wanted(&asked("", &format!("{a}:1")), Some(&header(format!("{b}:1")))).unwrap().len(), 0);
    }

    #[test]
    fn nonsense_is_refused_and_a_nonsense_header_means_nothing() {
        let a = IncidentId::from_uuid(Uuid::from_u128(1));
        for (incidents, since) in [("x", ""), ("", "x"), ("", "x:1"), (&*a.to_string(), &*format!("{a}:-1"))] {
            assert!(wanted(&asked(incidents, since), None).is_none(), "{incidents} {since}");
        }
        assert!(wanted(&asked(&vec![a.to_string(); INCIDENTS + 1].join(","), ""), None).is_none());
        let header = HeaderValue::from_bytes(b"\xff").unwrap();
        assert_eq!(wanted(&asked(&a.to_string(), ""), Some(&header)).unwrap()[&a], None);
    }
}
