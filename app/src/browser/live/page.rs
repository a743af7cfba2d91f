//! This page, and how a change gets into it without disturbing whoever is at work in it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::Reflect;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement};

use super::patches::{self, Change};
use super::timeline;
use crate::browser::{self, dom, notifications};
use crate::incidents::FRESH_ID;

/// A list is asked for again at most this often.
const LIST_PAUSE: i32 = 1_000;
const WAITS: &str = "Changed meanwhile:";
const LOST: &str = "Connection lost. Trying again.";
const BACK: &str = "Connected again.";
const SIGNED_OUT: &str = "You are signed out. What changes is not shown any more.";

/// The page and what it shows.
pub(super) struct Page {
    /// The incident that it shows; empty on every other page.
    pub(super) incident: String,
    /// It shows the list.
    pub(super) list: bool,
    pub(super) zone: String,
    pub(super) seq: Cell<i64>,
    /// Parts that wait for a form to be done with: name and inside.
    waiting: RefCell<Vec<(String, String)>>,
    misses: Cell<bool>,
    list_asked: Cell<bool>,
    list_again: Cell<bool>,
}

impl Page {
    pub(super) fn new(incident: &str, list: bool, seq: i64, zone: &str) -> Rc<Self> {
        Rc::new(Self {
            incident: incident.to_owned(),
            list,
            zone: zone.to_owned(),
            seq: Cell::new(seq),
            waiting: RefCell::default(),
            misses: Cell::new(false),
            list_asked: Cell::new(false),
            list_again: Cell::new(false),
        })
    }

    /// Whether anything on it changes by itself, but for what its person is told.
    pub(super) fn is_live(&self) -> bool {
        self.list || !self.incident.is_empty()
    }

    /// Whether the last change began from something that this page does not show.
    pub(super) fn misses(&self) -> bool {
        self.misses.replace(false)
    }

    /// What waits is put in as soon as it disturbs nobody. `back` is called when the page
    /// is looked at again.
    pub(super) fn look_after(self: Rc<Self>, back: impl Fn() + 'static) {
        let Some(document) = dom::document() else { return };
        for event in ["focusout", "selectionchange", "reset", "click", "keyup", "sensible:sent"] {
            let page = self.clone();
            browser::on(&document, event, move |_| {
                if !page.waiting.borrow().is_empty() {
                    let page = page.clone();
                    // After the event itself: a reset form is empty only then.
                    dom::later(0, move || page.put_what_waited());
                }
            });
        }
        browser::on(&document, "resume", move |_| back());
        browser::on(&document, "visibilitychange", move |_| {
            if self.list_again.replace(false) {
                self.clone().list_changed();
            }
        });
    }

    /// What the stream said.
    pub(super) fn heard(self: Rc<Self>, kind: &str, data: &str) {
        match kind {
            "change" => {
                if let Some(change) = Change::read(data).filter(|change| change.incident == self.incident) {
                    self.change(&change);
                }
            }
            // The server's own page says so, in the words of one that is not there.
            "gone" if !self.incident.is_empty() && patches::is_about(data, &self.incident) => reload(),
            "list" => self.list_changed(),
            // Told while nobody listened: what shows it asks again.
            "unread" if notifications::heard(data) => dom::tell("sensible:notified"),
            "owed" => browser::to_do::heard(data),
            "notified" => {
                notifications::heard(data);
                dom::tell("sensible:notified");
            }
            // Says to forms whether what they change comes by itself.
            "on" | "off" => {
                if let Some(page) = dom::page().filter(|_| self.is_live()) {
                    let _ = page.set_attribute("data-live", kind);
                }
            }
            "lost" => say("live-lost", LOST),
            "back" => {
                say("live-lost", "");
                say("live-said", BACK);
            }
            "ended" => say("live-lost", SIGNED_OUT),
            _ => {}
        }
    }

    fn change(&self, change: &Change) {
        let shown = self.seq.get();
        if change.seq < shown || (change.seq == shown && change.from < shown) {
            return;
        }
        if change.from > shown {
            self.misses.set(true);
            return;
        }
        if change.text("zone") != self.zone {
            // Another tab was told another zone; this page's times are all of the old one.
            if !is_at_work() {
                reload();
            }
            return;
        }
        self.seq.set(change.seq);
        for (name, html) in change.sections() {
            self.put(&name, html);
        }
        let is_whole = timeline::apply(&change.items()) && !change.again();
        if !is_whole {
            self.read_again();
        }
        // With what it shows in place: what is new is marked there.
        browser::looked::shown(change.seq);
        set_title(&change.text("title"));
        show_own();
        let says = change.text("says");
        if !says.is_empty() {
            say("live-said", &says);
        }
        dom::tell("sensible:changed");
    }

    /// Puts a part in place, or lets it wait where somebody is at work.
    fn put(&self, name: &str, html: String) {
        let Some(part) = part(name) else { return };
        self.waiting.borrow_mut().retain(|(other, _)| other != name);
        if !is_worked_in(&part) {
            return replace(&part, &html);
        }
        self.waiting.borrow_mut().push((name.to_owned(), html));
        // The composer's choices wait in silence: what somebody writes is not about them.
        if name != "composer" {
            offer(&part, WAITS);
        }
    }

    fn put_what_waited(&self) {
        for (name, html) in self.waiting.take() {
            self.put(&name, html);
        }
        show_own();
    }

    fn read_again(&self) {
        if is_at_work() {
            if let Some(timeline) = dom::first("#timeline") {
                offer(&timeline, WAITS);
            }
        } else {
            reload();
        }
    }

    /// Asks for the list again: not too often, and not while nobody can see it.
    fn list_changed(self: Rc<Self>) {
        if !self.list {
            return;
        }
        let is_hidden = dom::document().is_some_and(|document| document.hidden());
        if self.list_asked.get() || is_hidden {
            self.list_again.set(true);
            return;
        }
        self.list_asked.set(true);
        dom::tell("sensible:list");
        dom::later(LIST_PAUSE, move || {
            self.list_asked.set(false);
            if self.list_again.replace(false) {
                self.list_changed();
            }
        });
    }
}

fn part(name: &str) -> Option<Element> {
    dom::first(&format!("[data-live=\"{name}\"]"))
}

/// The new inside, with what was open still open, and the focus where it was.
pub(in crate::browser) fn replace(part: &Element, html: &str) {
    let open: Vec<String> = dom::all(part, "details[open] > summary").iter().map(said).collect();
    let focus = focused_in(part).map(|element| place_of(&element));
    part.set_inner_html(&with_fresh_ids(html));
    for summary in dom::all(part, "details > summary") {
        if open.contains(&said(&summary))
            && let Some(details) = summary.parent_element()
        {
            let _ = details.set_attribute("open", "");
        }
    }
    if let Some(place) = focus
        && let Some(element) =
            dom::all(part, "a, button, summary, input, select").into_iter().find(|element| place_of(element) == place)
        && let Some(element) = element.dyn_ref::<HtmlElement>()
    {
        let _ = element.focus();
    }
}

/// HTML that was made for everybody, with ids of this browser's own.
pub(super) fn with_fresh_ids(html: &str) -> String {
    let (mut own, mut rest) = (String::new(), html);
    while let Some((before, after)) = dom::cut(rest, FRESH_ID) {
        own.push_str(before);
        own.push_str(&dom::new_id());
        rest = after;
    }
    own.push_str(rest);
    own
}

/// What tells one thing that can have the focus from another.
fn place_of(element: &Element) -> String {
    let attribute = |name: &str| element.get_attribute(name).unwrap_or_default();
    let form = element.closest("form").ok().flatten().and_then(|form| form.get_attribute("action")).unwrap_or_default();
    let is_field = element.has_attribute("name");
    let words = if is_field { attribute("value") } else { said(element) };
    [element.tag_name(), attribute("id"), attribute("name"), attribute("href"), form, words].join("|")
}

fn said(element: &Element) -> String {
    element.text_content().unwrap_or_default()
}

fn focused_in(part: &Element) -> Option<Element> {
    dom::document()?.active_element().filter(|element| part.contains(Some(element)))
}

/// Whether something in it was typed or chosen and not sent, or is about to be, or words
/// of it are selected.
fn is_worked_in(part: &Element) -> bool {
    let is_writing = focused_in(part).is_some_and(|element| {
        let kind = element.get_attribute("type").unwrap_or_default();
        element.matches("textarea, select, input").unwrap_or(false)
            && !matches!(kind.as_str(), "checkbox" | "radio" | "submit" | "button")
    });
    // A menu whose choices somebody is reading does not close, nor change under the finger.
    let is_choosing = !dom::all(part, "details.menu[open]").is_empty();
    is_writing
        || is_choosing
        || dom::all(part, "input, textarea, select").iter().any(was_touched)
        || has_selection(part)
}

fn is_at_work() -> bool {
    dom::first("main").is_some_and(|main| is_worked_in(&main))
}

fn was_touched(field: &Element) -> bool {
    let get = |of: &JsValue, name: &str| Reflect::get(of, &name.into()).unwrap_or_default();
    let differs = |one: &str, other: &str| get(field, one) != get(field, other);
    match get(field, "type").as_string().unwrap_or_default().as_str() {
        "hidden" | "submit" | "button" => false,
        "checkbox" | "radio" => differs("checked", "defaultChecked"),
        "select-one" | "select-multiple" => {
            let options = dom::all(field, "option");
            // What no option claims, the browser chose itself: the first.
            let is_stated = options.iter().any(|option| get(option, "defaultSelected").is_truthy());
            options.iter().enumerate().any(|(place, option)| {
                let stated = if is_stated { get(option, "defaultSelected").is_truthy() } else { place == 0 };
                get(option, "selected").is_truthy() != stated
            })
        }
        _ => differs("value", "defaultValue"),
    }
}

fn has_selection(part: &Element) -> bool {
    let get = |of: &JsValue, name: &str| Reflect::get(of, &name.into()).unwrap_or_default();
    let selection = get(&js_sys::global(), "getSelection")
        .dyn_into::<js_sys::Function>()
        .and_then(|ask| ask.call0(&js_sys::global()))
        .unwrap_or_default();
    selection.is_object()
        && !get(&selection, "isCollapsed").is_truthy()
        && get(&selection, "anchorNode").dyn_ref::<web_sys::Node>().is_some_and(|node| part.contains(Some(node)))
}

/// A line above the part that says that it changed, and shows it at a press.
fn offer(part: &Element, says: &str) {
    let is_there = part.previous_element_sibling().is_some_and(|before| before.class_name() == "live-waits");
    if is_there {
        return;
    }
    let (Some(line), Some(button)) = (dom::make("p", "live-waits", says), dom::button("show")) else { return };
    let _ = line.append_child(&button);
    browser::on(&button, "click", |_| reload());
    let _ = part.before_with_node_1(&line);
}

/// Shows what is there for everybody and concerns this person, and takes out of sight what
/// is for everybody else.
fn show_own() {
    let Some((page, person)) = dom::page().zip(dom::person()) else { return };
    let names = |element: &Element, name: &str| {
        element.get_attribute(name).is_some_and(|whose| whose.split(' ').any(|one| one == person))
    };
    for own in dom::all(&page, "[data-for][hidden]") {
        if names(&own, "data-for") {
            let _ = own.remove_attribute("hidden");
        }
    }
    for others in dom::all(&page, "[data-not-for]") {
        if names(&others, "data-not-for") {
            let _ = others.set_attribute("hidden", "");
        }
    }
    for waits in dom::all(&page, ".live-waits") {
        let is_over = waits.next_element_sibling().is_none_or(|part| !is_worked_in(&part));
        if is_over {
            waits.remove();
        }
    }
}

/// The tab's title; the company after it stays, and so does the count of what is not read.
pub(in crate::browser) fn set_title(title: &str) {
    let Some(document) = dom::document().filter(|_| !title.is_empty()) else { return };
    let old = document.title();
    let company = dom::cut_last(&old, " · ").map_or("", |(_, company)| company);
    let new =
        notifications::counted(&if company.is_empty() { title.to_owned() } else { format!("{title} · {company}") });
    if new != old {
        document.set_title(&new);
    }
}

fn say(place: &str, words: &str) {
    if let Some(place) = dom::first(&format!("[data-part={place}]")) {
        place.set_text_content(Some(words));
    }
}

fn reload() {
    browser::looked::reloads();
    if let Some(window) = dom::window() {
        let _ = window.location().reload();
    }
}
