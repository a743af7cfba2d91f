//! Who has had a homepage before their eyes for two seconds has looked at it, up to what it
//! shows; and again up to whatever comes while they look on. A page that stands open before
//! nobody is not looked at: it takes a hand on the mouse or the keys, or a tab that is chosen.
//! Whoever comes back is told what they missed, before it counts as seen.

use std::cell::Cell;

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlTemplateElement, MouseEvent, Storage};

use super::{dom, html};

/// The server function that keeps it.
const LOOKED: &str = "/api/incidents/looked";
/// The one that says what was missed.
const MISSED: &str = "/api/incidents/missed";
/// The sentence's place, which says which incident, and what is new.
const PLACE: &str = "[data-looked]";
const TWO_SECONDS: i32 = 2_000;
/// Who gave no sign for so long may not sit there, in milliseconds.
const ATTENTION: i64 = 60_000;
/// Who gave no sign for so long was away.
const ABSENCE: i64 = 5 * 60_000;
/// When somebody was there, for the page that comes after one that loads itself again.
const THERE_BEFORE: &str = "sensible:there";

thread_local! {
    static WAITING: Cell<bool> = const { Cell::new(false) };
    static SHOWN: Cell<i64> = const { Cell::new(-1) };
    static SEEN: Cell<i64> = const { Cell::new(-1) };
    /// The last sign of somebody, in milliseconds of the device's clock.
    static THERE: Cell<i64> = const { Cell::new(0) };
    /// Somebody came back and was not told yet what they missed.
    static IS_BACK: Cell<bool> = const { Cell::new(false) };
}

/// Begins, and begins again whenever somebody is there.
pub(super) fn watch() {
    // Whoever opens a page is there; a page that loaded itself again was opened by nobody.
    THERE.set(before().unwrap_or_else(now));
    let (Some(window), Some(document), Some(place)) = (dom::window(), dom::document(), dom::first(PLACE)) else {
        return;
    };
    for event in ["keydown", "pointerdown", "wheel"] {
        super::on(&document, event, |_| somebody());
    }
    super::on(&document, "pointermove", |event| {
        // A page that moves below a pointer at rest is no hand.
        if event.dyn_ref::<MouseEvent>().is_some_and(|moved| moved.movement_x() != 0 || moved.movement_y() != 0) {
            somebody();
        }
    });
    super::on(&window, "focus", |_| somebody());
    super::on(&document, "visibilitychange", |_| {
        if is_visible() {
            somebody();
        }
    });
    shown(place.get_attribute("data-seq").and_then(|seq| seq.parse().ok()).unwrap_or_default());
}

/// The page shows the incident up to here.
pub(super) fn shown(seq: i64) {
    SHOWN.set(SHOWN.get().max(seq));
    mark();
    look();
}

/// After which seq of the incident things are new, as the page said it first.
pub(super) fn after() -> String {
    dom::first(PLACE).and_then(|place| place.get_attribute("data-after")).unwrap_or_default()
}

/// The page is about to load itself again, asked by nobody.
pub(super) fn reloads() {
    if let Some(storage) = session() {
        let _ = storage.set_item(THERE_BEFORE, &THERE.get().to_string());
    }
}

fn before() -> Option<i64> {
    let storage = session()?;
    let before = storage.get_item(THERE_BEFORE).ok()??;
    let _ = storage.remove_item(THERE_BEFORE);
    before.parse().ok()
}

fn session() -> Option<Storage> {
    dom::window()?.session_storage().ok()?
}

fn now() -> i64 {
    dom::device_now() as i64
}

/// Somebody gave a sign.
fn somebody() {
    let now = now();
    if now - THERE.replace(now) > ABSENCE {
        IS_BACK.set(true);
    }
    look();
}

fn look() {
    if IS_BACK.get() {
        return tell();
    }
    if SHOWN.get() > SEEN.get() && is_attended() && !WAITING.replace(true) {
        dom::later(TWO_SECONDS, || {
            WAITING.set(false);
            if IS_BACK.get() {
                tell();
            } else if is_attended() {
                say();
            }
        });
    }
}

fn is_visible() -> bool {
    dom::document().is_some_and(|document| !document.hidden())
}

fn is_attended() -> bool {
    is_visible() && now() - THERE.get() < ATTENTION
}

/// Tells what was missed. When that does not work, the next sign of somebody tries again.
fn tell() {
    if !is_visible() || WAITING.replace(true) {
        return;
    }
    spawn_local(async {
        if put_missed().await.is_some() {
            IS_BACK.set(false);
        }
        dom::later(TWO_SECONDS, || {
            WAITING.set(false);
            if !IS_BACK.get() {
                look();
            }
        });
    });
}

async fn put_missed() -> Option<()> {
    let reference = dom::first(PLACE)?.get_attribute("data-looked")?;
    let told = html::ask(MISSED, &[("reference", reference.as_str())], None).await?;
    let template: HtmlTemplateElement = dom::document()?.create_element("template").ok()?.dyn_into().ok()?;
    html::put(&template, &told);
    let new = template.content().first_element_child()?;
    let attribute = |of: &Element, name: &str| of.get_attribute(name).unwrap_or_default();
    // Who missed nothing keeps what they were told before.
    let place = dom::first(PLACE)?;
    if new.child_element_count() > 0 || !attribute(&new, "data-new").is_empty() {
        for old in dom::all(&dom::page()?, ".moment[data-new]") {
            let _ = old.remove_attribute("data-new");
        }
        for name in ["data-new", "data-after"] {
            let _ = place.set_attribute(name, &attribute(&new, name));
        }
        html::put(&place, &new.inner_html());
        mark();
    }
    Some(())
}

/// Marks what is new, also when it came or was replaced after it was told.
fn mark() {
    let (Some(document), Some(place)) = (dom::document(), dom::first(PLACE)) else { return };
    for id in place.get_attribute("data-new").unwrap_or_default().split(' ').filter(|id| !id.is_empty()) {
        if let Some(item) = document.get_element_by_id(id) {
            let _ = item.set_attribute("data-new", "");
        }
    }
}

fn say() {
    let Some(place) = dom::first(PLACE) else { return };
    let reference = place.get_attribute("data-looked").unwrap_or_default();
    let seq = SHOWN.get();
    SEEN.set(seq);
    spawn_local(async move {
        // One that is lost is said again with the next look.
        let _ = html::ask(LOOKED, &[("reference", reference.as_str()), ("seq", seq.to_string().as_str())], None).await;
    });
}
