//! Follows what happens: an incident or the list on the pages that show one, and on every
//! page what its person is told. Of all tabs of a browser one, the leader, holds the one
//! stream and passes on what it hears; when it closes, another takes over. Without the
//! browser's locks (a plain http address) each tab holds a stream of its own, and one that
//! shows nothing that changes holds none: a browser opens few connections to one place.

mod leader;
mod page;
mod patches;
mod timeline;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{BroadcastChannel, MessageEvent};

use super::dom;
use leader::Leader;
pub(super) use page::set_title;

use page::Page;
pub(super) use page::replace as put;

/// Between the parts of what tabs tell each other; no id, number or zone has it.
const BREAK: char = '\n';

/// Follows, for as long as the page lives, what the page says and what its person is told.
pub fn follow() {
    let Some(person) = dom::person() else { return };
    let place = dom::first("[data-follows]");
    let says = |name: &str| place.as_ref().and_then(|place| place.get_attribute(name)).unwrap_or_default();
    let seq = says("data-seq").parse().unwrap_or_default();
    let list = place.as_ref().is_some_and(|place| place.has_attribute("data-list"));
    let name = format!("live-{person}");
    let tab = Rc::new(Tab {
        id: dom::new_id(),
        page: Page::new(&says("data-follows"), list, seq, &says("data-zone")),
        channel: BroadcastChannel::new(&name).ok(),
        leader: RefCell::default(),
        leads: Cell::new(false),
    });
    tab.clone().hear();
    tab.want();
    tab.clone().lead_in_turn(&name);
}

/// This page among the tabs.
struct Tab {
    id: String,
    page: Rc<Page>,
    channel: Option<BroadcastChannel>,
    leader: RefCell<Option<Rc<Leader>>>,
    leads: Cell<bool>,
}

/// What a tab wants to hear of.
#[derive(Clone)]
struct Want {
    tab: String,
    incident: String,
    seq: i64,
    list: bool,
    zone: String,
}

impl Tab {
    fn hear(self: Rc<Self>) {
        if let Some(channel) = &self.channel {
            let tab = self.clone();
            super::on(channel, "message", move |event| {
                let data = event.dyn_ref::<MessageEvent>().and_then(|event| event.data().as_string());
                tab.told(&data.unwrap_or_default());
            });
        }
        let Some(window) = dom::window() else { return };
        let tab = self.clone();
        super::on(&window, "pagehide", move |_| tab.tell(&format!("left{BREAK}{}", tab.id)));
        let tab = self.clone();
        // Back from the browser's cache of pages, where nothing was heard.
        super::on(&window, "pageshow", move |_| tab.want());
        self.page.clone().look_after(move || self.want());
    }

    /// Leads as soon as no other tab does.
    fn lead_in_turn(self: Rc<Self>, name: &str) {
        let part = |of: &JsValue, name: &str| js_sys::Reflect::get(of, &name.into()).unwrap_or_default();
        let locks = part(&part(&js_sys::global(), "navigator"), "locks");
        let request = if locks.is_object() { part(&locks, "request") } else { JsValue::UNDEFINED };
        let (Ok(request), true) = (request.dyn_into::<js_sys::Function>(), self.channel.is_some()) else {
            if self.page.is_live() {
                self.lead();
            }
            return;
        };
        let held = Closure::once_into_js(move || {
            self.lead();
            // Held until the tab closes.
            js_sys::Promise::new(&mut |_, _| {})
        });
        let _ = request.call2(&locks, &name.into(), &held);
    }

    fn lead(self: Rc<Self>) {
        self.leads.set(true);
        let tab = self.clone();
        let leader = Leader::new(move |kind, data| {
            tab.tell(&format!("heard{BREAK}{kind}{BREAK}{data}"));
            tab.page.clone().heard(kind, data);
            if tab.page.misses() {
                tab.want();
            }
        });
        *self.leader.borrow_mut() = Some(leader.clone());
        leader.wants(self.wanted());
        self.tell("who");
    }

    /// Says what this page wants, to whoever leads.
    fn want(&self) {
        let want = self.wanted();
        if let Some(leader) = &*self.leader.borrow() {
            return leader.wants(want);
        }
        let Want { tab, incident, seq, list, zone } = want;
        self.tell(&["want", &tab, &incident, &seq.to_string(), if list { "1" } else { "" }, &zone].join("\n"));
    }

    fn wanted(&self) -> Want {
        Want {
            tab: self.id.clone(),
            incident: self.page.incident.clone(),
            seq: self.page.seq.get(),
            list: self.page.list,
            zone: self.page.zone.clone(),
        }
    }

    fn tell(&self, what: &str) {
        if let Some(channel) = &self.channel {
            let _ = channel.post_message(&what.into());
        }
    }

    fn told(&self, what: &str) {
        let mut parts = what.splitn(6, BREAK);
        let mut next = || parts.next().unwrap_or_default();
        match next() {
            "heard" => {
                let kind = next().to_owned();
                let data = what.splitn(3, BREAK).nth(2).unwrap_or_default();
                self.page.clone().heard(&kind, data);
                if self.page.misses() {
                    self.want();
                }
            }
            "who" => self.want(),
            "want" => {
                let (tab, incident) = (next().to_owned(), next().to_owned());
                let seq = next().parse().unwrap_or_default();
                let (list, zone) = (next() == "1", next().to_owned());
                if let Some(leader) = &*self.leader.borrow() {
                    leader.wants(Want { tab, incident, seq, list, zone });
                }
            }
            "left" => {
                if let Some(leader) = &*self.leader.borrow() {
                    leader.forget(next());
                }
            }
            _ => {}
        }
    }
}
