//! The line of what waits for the network: notes and updates, sent in the order in which
//! they were written, once each.
//!
//! Each is one entry of the device's local storage. That is written before the press of the
//! button has ended, also while the tab is being closed, and every tab sees it. Entries of
//! their own cannot overwrite each other; a lock lets one tab at a time send; and the same
//! request id, sent twice, acts once. A server that was killed in between makes no
//! difference to any of the three.

use std::cell::Cell;

use js_sys::{Date, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise, spawn_local};
use web_sys::{Element, Event, UrlSearchParams};

use super::send::{Answer, post};
use super::{dom, refresh, refusals};

/// Before each further try, in milliseconds; the last one for ever.
const WAITS: [i32; 3] = [500, 1_000, 2_500];
/// An answer that is nobody's fault but its own: after so many the others go on without it.
const PATIENCE: u32 = 3;
/// Why an update is refused that promises a next one for something that is over by now.
const NO_PROMISE: &str = "no_next_update_when_over";

thread_local! {
    static SENDING: Cell<bool> = const { Cell::new(false) };
    static TRIES: Cell<usize> = const { Cell::new(0) };
    /// Whether a further try is on its way.
    static WAITING: Cell<bool> = const { Cell::new(false) };
    /// Somebody has to sign in before anything is sent.
    static SIGN_IN: Cell<bool> = const { Cell::new(false) };
    /// What the others went past is tried once more.
    static ALL: Cell<bool> = const { Cell::new(false) };
}

#[wasm_bindgen]
extern "C" {
    /// One tab of the browser at a time.
    #[wasm_bindgen(catch, js_namespace = ["navigator", "locks"], js_name = request)]
    fn lock(name: &str, act: &JsValue) -> Result<Promise, JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["navigator", "clipboard"], js_name = writeText)]
    fn copy(text: &str) -> Result<Promise, JsValue>;
}

/// Sends what waits from an earlier visit, and whenever there may be a network again.
pub fn start() {
    let (Some(window), Some(document)) = (dom::window(), dom::document()) else { return };
    super::on(&window, "online", |_| send_now());
    super::on(&document, "visibilitychange", |_| send_now());
    super::on(&window, "storage", |_| show());
    super::on(&document, "click", chosen);
    show();
    send_now();
}

/// The names of what this person's line holds, in order.
pub(super) fn names() -> Vec<String> {
    beginning().map(|beginning| dom::kept_names(&beginning)).unwrap_or_default()
}

/// Whether a new note has to wait: there is no network, or others are sent before it.
pub(super) fn must_wait() -> bool {
    let is_offline = dom::window().is_some_and(|window| !window.navigator().on_line());
    is_offline || entries().iter().any(|entry| entry.is_next(false))
}

/// Puts a form at the end of the line with the moment of writing; `false` when the device
/// does not keep it.
pub(super) fn keep(action: &str, fields: &UrlSearchParams, text: &str) -> bool {
    let (Some(beginning), Some(storage), Ok(entry)) = (beginning(), dom::kept(), UrlSearchParams::new()) else {
        return false;
    };
    let written = dom::now();
    if fields.get("written_at").unwrap_or_default().is_empty() {
        fields.set("written_at", &String::from(Date::new(&JsValue::from_f64(written as f64)).to_iso_string()));
    }
    entry.set("action", action);
    entry.set("body", &String::from(fields.to_string()));
    entry.set("text", text);
    entry.set("incident", &fields.get("incident").unwrap_or_default());
    entry.set("at", &written.to_string());
    // Thirteen digits of milliseconds until the year 2286: names sort by time.
    let name = format!("{beginning}{:013}:{}", dom::device_now() as i64, fields.get("request").unwrap_or_default());
    if storage.set_item(&name, &String::from(entry.to_string())).is_err() {
        return false;
    }
    show();
    send_soon();
    true
}

/// Forgets this person's line.
pub(super) fn forget_all() {
    names().iter().for_each(|name| forget(name));
    show();
}

fn beginning() -> Option<String> {
    Some(format!("sensible:{}:waits:", dom::person()?))
}

/// One that waits.
struct Entry {
    name: String,
    fields: UrlSearchParams,
    /// Why it will not be taken.
    refused: Option<String>,
}

impl Entry {
    fn read(name: String) -> Option<Self> {
        let fields = UrlSearchParams::new_with_str(&dom::kept()?.get_item(&name).ok()??).ok()?;
        let refused = fields.get("refused");
        Some(Self { name, fields, refused })
    }

    fn get(&self, name: &str) -> String {
        self.fields.get(name).unwrap_or_default()
    }

    /// Stays where it can be read, and is not sent again.
    fn refuse(&self, says: &str) {
        self.set("refused", says);
    }

    /// Whether it is sent in its turn; `all` are also those that the others went past.
    fn is_next(&self, all: bool) -> bool {
        self.refused.is_none() && (all || !self.is_stuck())
    }

    /// Whether the others go on without it.
    fn is_stuck(&self) -> bool {
        self.tries() >= PATIENCE
    }

    fn tries(&self) -> u32 {
        self.get("tries").parse().unwrap_or_default()
    }

    /// It did not work, and not for want of a network; whether the others go on without it.
    fn failed(&self) -> bool {
        self.set("tries", &(self.tries() + 1).to_string());
        self.is_stuck()
    }

    /// Takes back the promise of a next update, if there is one: the words count.
    fn promises_nothing(&self) -> bool {
        let Ok(body) = UrlSearchParams::new_with_str(&self.get("body")) else { return false };
        let promised = body.get("next_update_in").is_some_and(|minutes| !minutes.is_empty());
        body.set("next_update_in", "");
        self.set("body", &String::from(body.to_string()));
        promised
    }

    /// Another tab may have sent it meanwhile, or somebody discarded it: then it stays gone.
    fn set(&self, name: &str, value: &str) {
        self.fields.set(name, value);
        if let Some(storage) = dom::kept()
            && storage.get_item(&self.name).is_ok_and(|kept| kept.is_some())
        {
            let _ = storage.set_item(&self.name, &String::from(self.fields.to_string()));
        }
    }
}

fn entries() -> Vec<Entry> {
    names().into_iter().filter_map(Entry::read).collect()
}

fn forget(name: &str) {
    if let Some(storage) = dom::kept() {
        let _ = storage.remove_item(name);
    }
}

fn send_now() {
    TRIES.set(0);
    ALL.set(true);
    send();
}

/// Once more after a while that grows.
fn send_soon() {
    if WAITING.replace(true) {
        return;
    }
    let tries = TRIES.get();
    TRIES.set(tries + 1);
    let wait = WAITS.get(tries).or(WAITS.last()).copied().unwrap_or_default();
    dom::later(wait, || {
        WAITING.set(false);
        send();
    });
}

fn send() {
    if !entries().iter().any(|entry| entry.is_next(ALL.get())) || SENDING.replace(true) {
        return;
    }
    spawn_local(async {
        let act = Closure::once_into_js(|| future_to_promise(async { Ok(JsValue::from_bool(send_all().await)) }));
        // Without locks (on a plain http address) the request ids do it alone.
        let is_over = match lock("sensible:waits", &act) {
            Ok(turn) => JsFuture::from(turn).await.is_ok_and(|over| over.is_truthy()),
            Err(_) => send_all().await,
        };
        SENDING.set(false);
        if !is_over {
            send_soon();
        }
    });
}

/// Sends one after the other; `false` when it has to be tried again.
async fn send_all() -> bool {
    let mut sent = String::new();
    let mut is_over = true;
    let all = ALL.replace(false);
    let mut passed: Vec<String> = Vec::new();
    let is_next = |entry: &Entry, passed: &[String]| entry.is_next(all) && !passed.contains(&entry.name);
    // Read anew for each: another tab may have sent it while this one waited for its turn.
    while let Some(entry) = entries().into_iter().find(|entry| is_next(entry, &passed)) {
        match post(&entry.get("action"), &entry.get("body")).await {
            Answer::Done { says, .. } => {
                sent = says;
                TRIES.set(0);
                forget(&entry.name);
            }
            // An id has one text only ([`super::forms`]): it arrived, and its answer was lost.
            Answer::Refused { code, .. } if code == "request_reused" => forget(&entry.name),
            Answer::Refused { code, .. } if code == NO_PROMISE && entry.promises_nothing() => {}
            Answer::Refused { code, .. } if matches!(code.as_str(), "too_many" | "away") => {
                is_over = false;
                break;
            }
            Answer::Refused { code, says, .. } if code != "broken" => entry.refuse(&says),
            Answer::Refused { .. } | Answer::Elsewhere => {
                if !entry.failed() {
                    is_over = false;
                    break;
                }
                passed.push(entry.name);
            }
            Answer::SignedOut { says } => {
                SIGN_IN.set(true);
                dom::say(&says);
                break;
            }
            Answer::Away => {
                is_over = false;
                break;
            }
        }
        show();
    }
    if !sent.is_empty() {
        dom::tell("sensible:sent");
        refresh::after(&sent);
    }
    show();
    is_over
}

/// Shows what waits above the incident's timeline; elsewhere only what does not go by itself,
/// because its own page may not be there for this person any more.
fn show() {
    if let Some(old) = dom::first("#waiting") {
        old.remove();
    }
    let here = dom::first("form[data-offline] input[name=incident]").map(|field| dom::field(&field).value());
    let timeline = here.as_ref().and_then(|_| dom::first("#timeline"));
    let mine = entries().into_iter().filter(|entry| match &here {
        Some(incident) => entry.get("incident") == *incident || !entry.is_next(false),
        None => !entry.is_next(false),
    });
    let mut mine: Vec<Entry> = mine.collect();
    mine.reverse();
    if mine.is_empty() {
        return;
    }
    let (Some(section), Some(list)) = (dom::make("section", "waiting", ""), dom::make("ol", "", "")) else { return };
    section.set_id("waiting");
    let _ = section.set_attribute("aria-label", "Waiting to be sent");
    for entry in &mine {
        if let Some(item) = item(entry) {
            let _ = list.append_child(&item);
        }
    }
    let _ = section.append_child(&list);
    let _ = match timeline {
        Some(timeline) => timeline.insert_adjacent_element("beforebegin", &section),
        None => dom::first("main").map_or(Ok(None), |main| main.insert_adjacent_element("afterbegin", &section)),
    };
}

fn item(entry: &Entry) -> Option<Element> {
    let item = dom::make("li", "", "")?;
    let time = dom::make("b", "", &dom::at(entry.get("at").parse().unwrap_or_default()))?;
    let says = match &entry.refused {
        None if entry.is_stuck() => {
            " could not be sent yet. It is tried again whenever you come back to this tab.".to_owned()
        }
        None => " waiting to be sent".to_owned(),
        Some(why) => format!(" was not taken. {why}"),
    };
    let head = dom::make("p", "waiting-head", "")?;
    head.append_child(&time).ok()?;
    head.append_with_str_1(&says).ok()?;
    let text = dom::make("p", "waiting-text", &entry.get("text"))?;
    let _ = text.set_attribute("dir", "auto");
    item.append_child(&head).ok()?;
    item.append_child(&text).ok()?;
    for choice in ["Copy", "Discard"] {
        let button = dom::button(choice)?;
        let _ = button.set_attribute("data-waits", &entry.name);
        item.append_child(&button).ok()?;
    }
    if entry.refused.is_none()
        && SIGN_IN.get()
        && let Some(link) = refusals::sign_in_link()
    {
        item.append_child(&link).ok()?;
    }
    Some(item)
}

fn chosen(event: Event) {
    let Some(button) = dom::concerned(&event, "[data-waits]") else { return };
    let Some(entry) = button.get_attribute("data-waits").and_then(Entry::read) else { return };
    if button.text_content().as_deref() == Some("Copy") {
        if let Ok(copied) = copy(&entry.get("text")) {
            spawn_local(async {
                let copied = JsFuture::from(copied).await.is_ok();
                dom::say(if copied { "Copied." } else { "This browser does not let us copy. Mark the text instead." });
            });
        }
    } else {
        forget(&entry.name);
        show();
    }
}
