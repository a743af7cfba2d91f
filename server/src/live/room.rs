//! One incident that somebody looks at: what they were last shown, and what changed since.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use app::incidents::{LiveItem, LiveParts, live_parts};
use bytes::Bytes;
use chrono::Utc;
use domain::zones::Zone;
use domain::{IncidentId, PersonId, System};
use store::incidents::{ChangedItem, Homepage, LiveHomepage, Readers};
use store::{SessionId, Store, StoreError};
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;

use super::message::{self, Message, Step};

/// At most so many changes are kept for those who were away; for more the database is asked.
const KEPT: usize = 500;

/// One stream.
#[derive(Debug)]
pub(super) struct Viewer {
    pub(super) id: u64,
    pub(super) person: PersonId,
    pub(super) session: SessionId,
    pub(super) zone: Zone,
    /// Wants to hear of the list.
    pub(super) list: bool,
    pub(super) signals: mpsc::Sender<Signal>,
    /// Signals were lost: the stream was too slow, and catches up.
    pub(super) behind: AtomicBool,
    /// The session ended.
    pub(super) ended: CancellationToken,
}

impl Viewer {
    pub(super) fn signal(&self, signal: Signal) {
        if self.signals.try_send(signal).is_err() {
            self.behind.store(true, Ordering::Release);
        }
    }
}

/// What a stream is told.
#[derive(Debug)]
pub(super) enum Signal {
    /// An incident changed.
    Changed { incident: IncidentId, from: i64, seq: i64, frame: Bytes },
    /// Who may read an incident changed, and nothing that is shown.
    Readers { incident: IncidentId },
    /// The list changed.
    List,
    /// The person was told something, has seen what they were told, or owes other things.
    Notified,
    /// The person may have been told something that was not heard.
    Unread,
}

/// What somebody who comes, or comes back, is missing.
#[derive(Debug)]
pub(super) enum Missing {
    /// Nothing: they show this seq.
    Nothing(i64),
    /// This, which leads to this seq.
    This(i64, Bytes),
    /// There is no such incident for them.
    Gone,
}

/// One incident that somebody looks at.
#[derive(Debug)]
pub(super) struct Room {
    pub(super) incident: IncidentId,
    store: Store,
    viewers: Mutex<HashMap<u64, Arc<Viewer>>>,
    readers: RwLock<Readers>,
    shown: tokio::sync::Mutex<Option<Shown>>,
    /// Told that something changed.
    pub(super) woken: Notify,
    /// Nobody looks any more.
    pub(super) empty: CancellationToken,
}

#[derive(Debug)]
struct Shown {
    homepage: Homepage,
    /// The newest changes, in order, and the seq after which none is missing.
    changed: VecDeque<ChangedItem>,
    complete_after: i64,
    zones: HashMap<Zone, LiveParts>,
}

impl Room {
    pub(super) fn new(incident: IncidentId, store: Store) -> Self {
        Self {
            incident,
            store,
            viewers: Mutex::default(),
            readers: RwLock::new(Readers::Inside(HashSet::new())),
            shown: tokio::sync::Mutex::default(),
            woken: Notify::new(),
            empty: CancellationToken::new(),
        }
    }

    /// From here on the viewer hears of changes.
    pub(super) fn enter(&self, viewer: &Arc<Viewer>) {
        self.viewers().insert(viewer.id, viewer.clone());
    }

    /// True when nobody is left.
    pub(super) fn leave(&self, viewer: &Viewer) -> bool {
        let mut viewers = self.viewers();
        viewers.remove(&viewer.id);
        viewers.is_empty()
    }

    /// Whether somebody may read it, as far as was read last.
    pub(super) fn includes(&self, person: PersonId) -> bool {
        self.readers.read().unwrap_or_else(PoisonError::into_inner).include(person)
    }

    /// What people call it, once it was read.
    pub(super) async fn reference(&self) -> Option<domain::Reference> {
        self.shown.lock().await.as_ref().map(|shown| shown.homepage.reference)
    }

    fn viewers(&self) -> std::sync::MutexGuard<'_, HashMap<u64, Arc<Viewer>>> {
        self.viewers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads what changed, once for everybody, and tells everybody.
    pub(super) async fn refresh(&self) -> Result<(), StoreError> {
        let mut shown = self.shown.lock().await;
        self.read(&mut shown).await
    }

    /// What a viewer who shows `since` is missing. They have entered already, so that
    /// nothing that happens from now on is missed either.
    pub(super) async fn missing(&self, viewer: &Viewer, since: Option<i64>) -> Result<Missing, StoreError> {
        let mut shown = self.shown.lock().await;
        let is_ahead = shown.as_ref().is_some_and(|shown| since.is_some_and(|since| since > shown.homepage.seq));
        if shown.is_none() || is_ahead {
            self.read(&mut shown).await?;
        }
        if !self.includes(viewer.person) {
            return Ok(Missing::Gone);
        }
        let Some(shown) = shown.as_mut() else { return Ok(Missing::Gone) };
        let seq = shown.homepage.seq;
        // Kept from now on, so that the next change is told as a difference from this.
        let Shown { homepage, zones, .. } = shown;
        let parts = zones.entry(viewer.zone).or_insert_with(|| live_parts(homepage.clone(), &viewer.zone, Utc::now()));
        let since = since.unwrap_or(seq);
        if since >= seq {
            return Ok(Missing::Nothing(seq));
        }
        let kept: Vec<ChangedItem> = shown.changed.iter().filter(|item| item.seq > since).copied().collect();
        let is_at_hand = |item: &ChangedItem| item.is_hidden || parts.has(item);
        let told = |parts: &LiveParts, again: bool, changed: &[ChangedItem]| {
            let sections = parts.sections.iter().map(|(name, html)| (*name, html.as_str())).collect();
            let told = Told { incident: self.incident, from: since, seq, zone: &viewer.zone, sections, again };
            told.frame(parts, changed)
        };
        if since >= shown.complete_after && kept.iter().all(is_at_hand) {
            return Ok(Missing::This(seq, told(parts, false, &kept)));
        }
        // Away for long: the database is asked.
        match self.store.homepage_for_live(System::Worker, self.incident, Some(since)).await? {
            // Read again, for whoever may read it by now.
            Some(LiveHomepage { readers, .. }) if !readers.include(viewer.person) => Ok(Missing::Gone),
            Some(LiveHomepage { homepage, mut changed, more_changed, .. }) => {
                changed.retain(|item| item.seq <= seq);
                let parts = live_parts(homepage, &viewer.zone, Utc::now());
                Ok(Missing::This(seq, told(&parts, more_changed, &changed)))
            }
            None => Ok(Missing::Gone),
        }
    }

    async fn read(&self, shown: &mut Option<Shown>) -> Result<(), StoreError> {
        let since = shown.as_ref().map(|shown| shown.homepage.seq);
        let Some(read) = self.store.homepage_for_live(System::Worker, self.incident, since).await? else {
            *shown = None;
            self.set_readers(Readers::Inside(HashSet::new()));
            return Ok(());
        };
        let LiveHomepage { readers, homepage, mut changed, more_changed } = read;
        self.set_readers(readers);
        // What came while the rest was read comes again with its own seq.
        changed.retain(|item| item.seq <= homepage.seq);
        let viewers: Vec<Arc<Viewer>> = self.viewers().values().cloned().collect();
        let mut before = match shown.take() {
            Some(before) => before,
            None => {
                let complete_after = homepage.seq;
                *shown = Some(Shown { homepage, changed: VecDeque::new(), complete_after, zones: HashMap::new() });
                return Ok(());
            }
        };
        let (from, seq) = (before.homepage.seq, homepage.seq);
        let mut zones = HashMap::new();
        for (zone, old) in before.zones.drain().filter(|(zone, _)| viewers.iter().any(|one| one.zone == *zone)) {
            let mut parts = live_parts(homepage.clone(), &zone, Utc::now());
            let sections = differing(&old, &parts);
            if from != seq || !sections.is_empty() {
                let told = Told { incident: self.incident, from, seq, zone: &zone, sections, again: more_changed };
                let frame = told.frame(&parts, &changed);
                for viewer in viewers.iter().filter(|viewer| viewer.zone == zone) {
                    viewer.signal(Signal::Changed { incident: self.incident, from, seq, frame: frame.clone() });
                }
            }
            keep_changed(&before.changed, old, &mut parts);
            zones.insert(zone, parts);
        }
        before.changed.extend(changed);
        if more_changed {
            (before.changed, before.complete_after) = (VecDeque::new(), seq);
        }
        while before.changed.len() > KEPT {
            before.complete_after = before.changed.pop_front().map_or(seq, |item| item.seq);
        }
        *shown = Some(Shown { homepage, zones, ..before });
        Ok(())
    }

    /// Whoever is outside from now on hears it at once, whatever else changed.
    fn set_readers(&self, readers: Readers) {
        *self.readers.write().unwrap_or_else(PoisonError::into_inner) = readers;
        for viewer in self.viewers().values().filter(|viewer| !self.includes(viewer.person)) {
            viewer.signal(Signal::Readers { incident: self.incident });
        }
    }
}

trait AtHand {
    fn has(&self, item: &ChangedItem) -> bool;
}

impl AtHand for LiveParts {
    fn has(&self, item: &ChangedItem) -> bool {
        let anchor = anchor(item);
        self.items.iter().any(|known| known.anchor == anchor)
    }
}

fn anchor(item: &ChangedItem) -> String {
    format!("t-{}", item.id)
}

/// Whoever comes back is told of items that have left the first page meanwhile.
fn keep_changed(changed: &VecDeque<ChangedItem>, old: LiveParts, new: &mut LiveParts) {
    let wanted: HashSet<String> = changed.iter().map(anchor).collect();
    let known: HashSet<String> = new.items.iter().map(|item| item.anchor.clone()).collect();
    let kept = |item: &LiveItem| wanted.contains(&item.anchor) && !known.contains(&item.anchor);
    new.items.extend(old.items.into_iter().filter(kept));
}

/// The parts that look different now.
fn differing<'a>(old: &LiveParts, new: &'a LiveParts) -> BTreeMap<&'static str, &'a str> {
    let was = |name: &str| old.sections.iter().find(|(known, _)| *known == name).map(|(_, html)| html);
    new.sections
        .iter()
        .filter(|(name, html)| was(name) != Some(html))
        .map(|(name, html)| (*name, html.as_str()))
        .collect()
}

/// What is told once, before its items are looked up.
struct Told<'a> {
    incident: IncidentId,
    from: i64,
    seq: i64,
    zone: &'a Zone,
    sections: BTreeMap<&'static str, &'a str>,
    again: bool,
}

impl Told<'_> {
    fn frame(self, parts: &LiveParts, changed: &[ChangedItem]) -> Bytes {
        let places: HashMap<&str, usize> =
            parts.items.iter().enumerate().map(|(place, item)| (item.anchor.as_str(), place)).collect();
        let mut seen = HashSet::new();
        let mut put: Vec<&LiveItem> = Vec::new();
        let mut items = Vec::new();
        for item in changed.iter().filter(|item| seen.insert(item.id)) {
            let id = anchor(item);
            match places.get(id.as_str()) {
                _ if item.is_hidden => items.push(Step::Remove { id }),
                Some(place) => {
                    put.push(&parts.items[*place]);
                    items.push(Step::put(&parts.items[*place], parts.items.get(place + 1)));
                }
                None => items.push(Step::Stale { id }),
            }
        }
        let says = message::sentence(&parts.title, &put, items.len());
        let Self { incident, from, seq, zone, sections, again } = self;
        Message { incident, seq, from, zone: zone.name(), title: &parts.title, sections, items, again, says }.frame()
    }
}
