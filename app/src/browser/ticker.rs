//! Time goes on.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{Document, Element};

use crate::ticking;

const MINUTE: f64 = 60_000.0;

/// Ticks everything that carries `data-since`, `data-until` or `data-ahead`, on each full
/// minute of the server's clock.
pub fn start(server_now: i64) {
    // Only the pace of the browser's clock is believed, not what it shows.
    let ahead = js_sys::Date::now() - server_now as f64 * 1000.0;
    schedule(ahead);
    if let Some(document) = web_sys::window().and_then(|window| window.document()) {
        // A tab that slept shows the present at once when one looks at it again.
        super::on(&document.clone(), "visibilitychange", move |_| tick(&document, ahead));
    }
}

fn schedule(ahead: f64) {
    let Some(window) = web_sys::window() else { return };
    let now = js_sys::Date::now() - ahead;
    let wait = MINUTE - now.rem_euclid(MINUTE);
    let next = Closure::once_into_js(move || {
        if let Some(document) = web_sys::window().and_then(|window| window.document()) {
            tick(&document, ahead);
        }
        schedule(ahead);
    });
    let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(next.unchecked_ref(), wait as i32 + 20);
}

fn tick(document: &Document, ahead: f64) {
    let now = ((js_sys::Date::now() - ahead) / 1000.0) as i64;
    each(document, "data-since", |element, at| element.set_text_content(Some(&ticking::since(now - at))));
    each(document, "data-until", |element, at| {
        let (words, colour) = ticking::until(at - now);
        element.set_text_content(Some(&words));
        if let Ok(Some(due)) = element.closest("[data-due]") {
            let _ = due.set_attribute("data-due", colour);
        }
    });
    each(document, "data-ahead", |element, minutes| {
        let shown = element.first_element_child().unwrap_or_else(|| element.clone());
        shown.set_text_content(Some(&ticking::clock(now, minutes)));
    });
}

fn each(document: &Document, attribute: &str, act: impl Fn(&Element, i64)) {
    let Ok(found) = document.query_selector_all(&format!("[{attribute}]")) else { return };
    for place in 0..found.length() {
        let Some(element) = found.get(place).and_then(|node| node.dyn_into::<Element>().ok()) else { continue };
        if let Some(value) = element.get_attribute(attribute).and_then(|value| value.parse().ok()) {
            act(&element, value);
        }
    }
}
