//! Time goes on.

use web_sys::Element;

use super::dom;
use crate::ticking;

/// In milliseconds; whole ones, because what is left of a fraction costs a kilobyte.
const MINUTE: i64 = 60_000;

/// Ticks everything that carries `data-since`, `data-until` or `data-ahead`, on each full
/// minute of the server's clock.
pub fn start() {
    let said = dom::first("[data-server-now]").and_then(|place| place.get_attribute("data-server-now"));
    let Some(server_now) = said.and_then(|seconds| seconds.parse::<i64>().ok()) else { return };
    // Only the pace of the browser's clock is believed, not what it shows.
    let ahead = js_sys::Date::now() - server_now as f64 * 1000.0;
    dom::clock_is_ahead(ahead);
    schedule(ahead);
    if let (Some(document), Some(page)) = (dom::document(), dom::page()) {
        // A tab that slept shows the present at once when one looks at it again, and what was
        // just put in place says the same as what stood there.
        for event in ["visibilitychange", "sensible:changed"] {
            let page = page.clone();
            super::on(&document, event, move |_| tick(&page, ahead));
        }
    }
}

fn schedule(ahead: f64) {
    let now = (js_sys::Date::now() - ahead) as i64;
    let wait = MINUTE - now.rem_euclid(MINUTE);
    dom::later(wait as i32 + 20, move || {
        if let Some(page) = dom::page() {
            tick(&page, ahead);
        }
        schedule(ahead);
    });
}

fn tick(page: &Element, ahead: f64) {
    let now = ((js_sys::Date::now() - ahead) / 1000.0) as i64;
    each(page, "data-since", &|element, at| element.set_text_content(Some(&ticking::since(now - at))));
    each(page, "data-until", &|element, at| {
        let (words, colour) = ticking::until(at - now);
        element.set_text_content(Some(&words));
        if let Ok(Some(due)) = element.closest("[data-due]") {
            let _ = due.set_attribute("data-due", colour);
        }
    });
    each(page, "data-ahead", &|element, minutes| {
        let shown = element.first_element_child().unwrap_or_else(|| element.clone());
        shown.set_text_content(Some(&ticking::clock(now, minutes)));
    });
}

fn each(page: &Element, attribute: &str, act: &dyn Fn(&Element, i64)) {
    for element in dom::all(page, &format!("[{attribute}]")) {
        if let Some(value) = element.get_attribute(attribute).and_then(|value| value.parse().ok()) {
            act(&element, value);
        }
    }
}
