//! What a form offers is asked for when somebody opens it, so that it is of this moment and
//! is sent to nobody else: `data-fetch` names the server function that makes the inside, and
//! `data-reference` the incident. What somebody began to change stays as it is.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Event, HtmlElement};

use super::{dom, html};

/// Boxes that stand otherwise than the server sent them.
const TICKED: &str = "input:checked:not([checked]), input[checked]:not(:checked)";

/// Listens on the document, for everything that opens.
pub(super) fn listen() {
    let Some(document) = dom::document() else { return };
    // A `toggle` does not rise to the document; it passes it on its way down.
    let opened = Closure::<dyn FnMut(Event)>::new(opened);
    let _ = document.add_event_listener_with_callback_and_bool("toggle", opened.as_ref().unchecked_ref(), true);
    opened.forget();
}

fn opened(event: Event) {
    let details = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let Some(details) = details.filter(|details| details.has_attribute("open")) else { return };
    let is_shown = |place: &Element| place.closest("details").ok().flatten().as_ref() == Some(&details);
    for place in dom::all(&details, "[data-fetch]").into_iter().filter(is_shown) {
        if !is_changed(&place) {
            spawn_local(fill(place));
        }
    }
}

async fn fill(place: Element) {
    let says = |name: &str| place.get_attribute(name).unwrap_or_default();
    let (address, reference) = (says("data-fetch"), says("data-reference"));
    let Some(inside) = html::ask(&address, &[("reference", reference.as_str())], None).await else { return };
    // Somebody was faster than the answer.
    if is_changed(&place) {
        return;
    }
    let focused = dom::document().and_then(|document| document.active_element());
    let focused = focused.filter(|element| place.contains(Some(element))).map(|element| element.id());
    html::put(&place, &inside);
    let again = focused.filter(|id| !id.is_empty()).and_then(|id| dom::document()?.get_element_by_id(&id));
    if let Some(element) = again.as_ref().and_then(|element| element.dyn_ref::<HtmlElement>()) {
        let _ = element.focus();
    }
}

fn is_changed(place: &Element) -> bool {
    let is_written = |text: &Element| dom::field(text).value() != dom::field(text).stored();
    dom::all(place, "textarea").iter().any(is_written) || !dom::all(place, TICKED).is_empty()
}
