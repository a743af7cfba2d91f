//! Links to a form of the same page (`#merge`) open what the form is folded away in, also
//! where the browser would not, and put the focus into it.

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, MouseEvent};

use super::{dom, shortcuts};

/// Listens on the document, and goes to the place that the address names.
pub(super) fn listen() {
    let Some(document) = dom::document() else { return };
    super::on(&document, "click", |event: Event| {
        let is_plain = event
            .dyn_ref::<MouseEvent>()
            .is_some_and(|click| !click.ctrl_key() && !click.meta_key() && !click.shift_key());
        let Some(link) = dom::concerned(&event, "a[href^=\"#\"]").filter(|_| is_plain) else { return };
        if link.get_attribute("href").is_some_and(|href| open(&href)) {
            event.prevent_default();
        }
    });
    if let Some(hash) = dom::window().and_then(|window| window.location().hash().ok()) {
        open(&hash);
    }
}

/// Whether there is such a place, folded away.
fn open(hash: &str) -> bool {
    let place = hash.trim_start_matches('#');
    is_folded(place) && shortcuts::go_to(place)
}

fn is_folded(place: &str) -> bool {
    let found = dom::document().and_then(|document| document.get_element_by_id(place));
    found.is_some_and(|place: Element| place.closest("details").is_ok_and(|around| around.is_some()))
}
