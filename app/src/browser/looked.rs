//! Who has had a homepage before their eyes for two seconds has looked at it, up to what it
//! shows; and again up to whatever comes while they look on.

use std::cell::Cell;

use wasm_bindgen_futures::spawn_local;

use super::{dom, html};

/// The server function that keeps it.
const LOOKED: &str = "/api/incidents/looked";
const TWO_SECONDS: i32 = 2_000;

thread_local! {
    static WAITING: Cell<bool> = const { Cell::new(false) };
    static SHOWN: Cell<i64> = const { Cell::new(-1) };
    static SEEN: Cell<i64> = const { Cell::new(-1) };
}

/// Begins, and begins again whenever the tab is shown.
pub(super) fn watch() {
    let Some(document) = dom::document() else { return };
    let Some(place) = dom::first("[data-looked]") else { return };
    super::on(&document, "visibilitychange", |_| look());
    shown(place.get_attribute("data-seq").and_then(|seq| seq.parse().ok()).unwrap_or_default());
}

/// The page shows the incident up to here.
pub(super) fn shown(seq: i64) {
    SHOWN.set(SHOWN.get().max(seq));
    look();
}

fn look() {
    if SHOWN.get() > SEEN.get() && !WAITING.get() && is_visible() {
        WAITING.set(true);
        dom::later(TWO_SECONDS, || {
            WAITING.set(false);
            if is_visible() {
                say();
            }
        });
    }
}

fn is_visible() -> bool {
    dom::document().is_some_and(|document| !document.hidden())
}

fn say() {
    let Some(place) = dom::first("[data-looked]") else { return };
    let reference = place.get_attribute("data-looked").unwrap_or_default();
    let seq = SHOWN.get();
    SEEN.set(seq);
    spawn_local(async move {
        // One that is lost is said again with the next look.
        let _ = html::ask(LOOKED, &[("reference", reference.as_str()), ("seq", seq.to_string().as_str())], None).await;
    });
}
