//! What somebody owes, kept true: the count in the frame, and the rail beside an incident.

use std::cell::Cell;

use wasm_bindgen_futures::spawn_local;

use super::{dom, html, live};

/// The server function that makes the rail.
const RAIL: &str = "/api/to-do/rail";
/// What comes within this time is one reason to ask.
const PAUSE: i32 = 100;

thread_local! {
    static ASKS: Cell<bool> = const { Cell::new(false) };
}

/// Where no stream tells of it, one's own form is the reason to look again.
pub(super) fn start() {
    let Some(document) = dom::document() else { return };
    super::on(&document, "sensible:sent", |_| {
        if dom::page_says("data-live").as_deref() != Some("on") {
            renew();
        }
    });
    super::on(&document, "sensible:notified", |_| renew());
}

/// What the page's stream said: `{"to_do":2}`.
pub(super) fn heard(data: &str) {
    let owed: String = data.chars().filter(char::is_ascii_digit).collect();
    let Some(page) = dom::page() else { return };
    let mut differs = false;
    for count in dom::all(&page, "[data-owed]") {
        differs |= count.text_content().as_deref() != Some(owed.as_str());
        count.set_text_content(Some(&owed));
        let _ = if owed == "0" { count.set_attribute("hidden", "") } else { count.remove_attribute("hidden") };
    }
    // A stream that begins says it too, beside a rail that was just made.
    if differs {
        renew();
    }
}

/// Asks for the rail again.
fn renew() {
    if ASKS.replace(true) {
        return;
    }
    dom::later(PAUSE, || {
        ASKS.set(false);
        let Some(place) = dom::first("[data-to-do]") else { return };
        let here = place.get_attribute("data-to-do").unwrap_or_default();
        spawn_local(async move {
            if let Some(html) = html::ask(RAIL, &[("beside", here.as_str())], None).await {
                live::put(&place, &html);
            }
        });
    });
}
