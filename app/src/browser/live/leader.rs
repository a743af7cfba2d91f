//! The one stream of this browser: opened for what the tabs want, opened again when it is
//! cut, sooner when somebody looks or the network is back.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{EventSource, MessageEvent};

use super::Want;
use crate::browser::{self, dom};

/// The first wait after a cut; each next one is twice as long.
const FIRST_WAIT: i32 = 400;
const LONGEST_WAIT: i32 = 30_000;
/// The server says every fifteen seconds that it is there. Nothing for so long is a cut.
const SILENCE: f64 = 40_000.0;
const LOOK: i32 = 10_000;
/// A cut that is mended this soon is not worth a word.
const CALM: i32 = 1_500;
/// What the server tells; the browser's own `error` besides.
const KINDS: [&str; 10] = ["hello", "here", "change", "gone", "list", "unread", "notified", "owed", "ended", "bye"];

/// Takes the kind of an event and what it says to every tab.
type PassOn = Box<dyn Fn(&str, &str)>;

pub(super) struct Leader {
    pass_on: PassOn,
    wants: RefCell<Vec<Want>>,
    stream: RefCell<Option<EventSource>>,
    /// Up to which seq each incident of the stream was heard.
    heard: RefCell<Vec<(String, i64)>>,
    hears_list: Cell<bool>,
    zone: RefCell<String>,
    /// Counts the streams: what an old one says is not heard.
    opened: Cell<u32>,
    /// The stream of now has said hello.
    is_on: Cell<bool>,
    cuts: Cell<u32>,
    is_lost: Cell<bool>,
    last: Cell<f64>,
    has_ended: Cell<bool>,
}

impl Leader {
    pub(super) fn new(pass_on: impl Fn(&str, &str) + 'static) -> Rc<Self> {
        let leader = Rc::new(Self {
            pass_on: Box::new(pass_on),
            wants: RefCell::default(),
            stream: RefCell::default(),
            heard: RefCell::default(),
            hears_list: Cell::new(false),
            zone: RefCell::default(),
            opened: Cell::new(0),
            is_on: Cell::new(false),
            cuts: Cell::new(0),
            is_lost: Cell::new(false),
            last: Cell::new(0.0),
            has_ended: Cell::new(false),
        });
        leader.watch();
        leader
    }

    /// A tab wants this from now on. The stream stays as it is where it brings that already.
    pub(super) fn wants(self: &Rc<Self>, want: Want) {
        let brings = {
            let heard = self.heard.borrow();
            let known = heard.iter().find(|(incident, _)| *incident == want.incident);
            let knows = want.incident.is_empty() || known.is_some_and(|(_, seq)| *seq <= want.seq);
            // A page without a zone shows no time that comes over the stream.
            let is_in_zone = want.zone.is_empty() || *self.zone.borrow() == want.zone;
            knows && (!want.list || self.hears_list.get()) && is_in_zone
        };
        let mut wants = self.wants.borrow_mut();
        wants.retain(|other| other.tab != want.tab);
        wants.push(want);
        drop(wants);
        if self.stream.borrow().is_none() || !brings {
            self.open();
        } else if self.is_on.get() {
            (self.pass_on)("on", "");
        }
    }

    /// The tab is closed. What it wanted goes with the next stream.
    pub(super) fn forget(&self, tab: &str) {
        self.wants.borrow_mut().retain(|want| want.tab != tab);
    }

    fn open(self: &Rc<Self>) {
        self.close();
        let opened = self.opened.get() + 1;
        self.opened.set(opened);
        self.last.set(dom::device_now());
        let Ok(stream) = EventSource::new(&self.address()) else { return };
        for kind in KINDS {
            let this = self.clone();
            browser::on(&stream, kind, move |event| {
                if this.opened.get() == opened {
                    let data = event.dyn_ref::<MessageEvent>().and_then(|event| event.data().as_string());
                    this.hear(kind, &data.unwrap_or_default());
                }
            });
        }
        let this = self.clone();
        browser::on(&stream, "error", move |_| {
            if this.opened.get() == opened {
                this.cut();
            }
        });
        *self.stream.borrow_mut() = Some(stream);
    }

    /// The address of everything that is wanted, each from the least that a tab shows.
    fn address(&self) -> String {
        let wants = self.wants.borrow();
        let mut heard: Vec<(String, i64)> = Vec::new();
        for want in wants.iter().filter(|want| !want.incident.is_empty()) {
            match heard.iter_mut().find(|(incident, _)| *incident == want.incident) {
                Some((_, seq)) => *seq = (*seq).min(want.seq),
                None => heard.push((want.incident.clone(), want.seq)),
            }
        }
        let list = wants.iter().any(|want| want.list);
        let incidents: Vec<&str> = heard.iter().map(|(incident, _)| incident.as_str()).collect();
        let since: Vec<String> = heard.iter().map(|(incident, seq)| format!("{incident}:{seq}")).collect();
        let address = format!(
            "/live?me=1&incidents={}&since={}{}",
            incidents.join(","),
            since.join(","),
            if list { "&list=1" } else { "" }
        );
        self.hears_list.set(list);
        // The newest page is in the zone that the server writes in.
        let zoned = wants.iter().rfind(|want| !want.zone.is_empty());
        *self.zone.borrow_mut() = zoned.map(|want| want.zone.clone()).unwrap_or_default();
        drop(wants);
        *self.heard.borrow_mut() = heard;
        address
    }

    fn close(&self) {
        if let Some(stream) = self.stream.borrow_mut().take() {
            stream.close();
        }
        if self.is_on.replace(false) {
            (self.pass_on)("off", "");
        }
    }

    fn hear(self: &Rc<Self>, kind: &str, data: &str) {
        self.last.set(dom::device_now());
        match kind {
            "hello" => {
                self.has_ended.set(false);
                self.is_on.set(true);
                (self.pass_on)("on", "");
                if self.cuts.replace(0) > 0 && self.is_lost.replace(false) {
                    (self.pass_on)("back", "");
                }
                if self.hears_list.get() {
                    // What the list missed meanwhile.
                    (self.pass_on)("list", "");
                }
            }
            "here" => {}
            "bye" => {
                self.close();
                self.opened.set(self.opened.get() + 1);
                // A whole number: reading fractions would cost kilobytes.
                self.open_in(data.parse().unwrap_or(FIRST_WAIT));
            }
            "ended" => {
                self.close();
                self.has_ended.set(true);
                (self.pass_on)(kind, data);
            }
            _ => {
                if kind == "change" {
                    self.note(data);
                }
                (self.pass_on)(kind, data);
            }
        }
    }

    /// Every tab of the incident shows it up to here now.
    fn note(&self, data: &str) {
        let Some((incident, seq)) = super::patches::which(data) else { return };
        for (known, until) in self.heard.borrow_mut().iter_mut().filter(|(known, _)| *known == incident) {
            let _ = known;
            *until = seq.max(*until);
        }
        for want in self.wants.borrow_mut().iter_mut().filter(|want| want.incident == incident) {
            want.seq = seq.max(want.seq);
        }
    }

    fn cut(self: &Rc<Self>) {
        self.close();
        self.opened.set(self.opened.get() + 1);
        let cuts = self.cuts.get() + 1;
        self.cuts.set(cuts);
        if cuts == 1 {
            let this = self.clone();
            dom::later(CALM, move || {
                if this.cuts.get() > 0 && !this.is_lost.replace(true) {
                    (this.pass_on)("lost", "");
                }
            });
        }
        // Everybody was cut at once; nobody comes back at once.
        let wait = (FIRST_WAIT << (cuts.min(10) - 1)).min(LONGEST_WAIT);
        self.open_in((f64::from(wait) * (0.5 + js_sys::Math::random())) as i32);
    }

    fn open_in(self: &Rc<Self>, milliseconds: i32) {
        let (this, opened) = (self.clone(), self.opened.get());
        dom::later(milliseconds, move || {
            if this.opened.get() == opened {
                this.open();
            }
        });
    }

    /// Comes back at once when somebody looks, or the network is back; notices silence.
    fn watch(self: &Rc<Self>) {
        let (Some(window), Some(document)) = (dom::window(), dom::document()) else { return };
        let this = self.clone();
        let again = move |_| {
            let is_cut = this.stream.borrow().is_none();
            if is_cut && this.cuts.get() + u32::from(this.has_ended.get()) > 0 {
                this.open();
            }
        };
        browser::on(&window, "online", again.clone());
        browser::on(&document, "visibilitychange", again);
        let this = self.clone();
        // The browser knows first: what is open is dead, and says nothing.
        browser::on(&window, "offline", move |_| {
            if this.stream.borrow().is_some() {
                this.cut();
            }
        });
        self.look_in_a_while();
    }

    fn look_in_a_while(self: &Rc<Self>) {
        let this = self.clone();
        dom::later(LOOK, move || {
            if this.stream.borrow().is_some() && dom::device_now() - this.last.get() > SILENCE {
                this.cut();
            }
            this.look_in_a_while();
        });
    }
}
