//! What is earlier in a timeline, loaded in place: the link to it works alone. And how much
//! room is left in a text, once that is little.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Event, MouseEvent};

use super::{dom, html, looked};

/// The server function that makes the items of a page.
const PAGE: &str = "/api/timeline/page";
/// So many characters before the end it is said how many are left.
const NEAR: usize = 500;

/// Listens on the document, for every timeline and text there is or will be.
pub fn start() {
    let Some(document) = dom::document() else { return };
    super::on(&document, "click", asked);
    super::on(&document, "input", count);
}

fn asked(event: Event) {
    let plain = event
        .dyn_ref::<MouseEvent>()
        .is_some_and(|click| click.button() == 0 && !click.ctrl_key() && !click.meta_key() && !click.shift_key());
    let Some(link) = dom::concerned(&event, "[data-earlier] a").filter(|_| plain) else { return };
    let Ok(Some(place)) = link.closest("[data-earlier]") else { return };
    event.prevent_default();
    if !place.has_attribute("aria-busy") {
        let _ = place.set_attribute("aria-busy", "true");
        spawn_local(load(place, link));
    }
}

/// Puts the page where the link stood, and goes to its first item.
async fn load(place: Element, link: Element) {
    let Some(html) = fetch(&place).await else {
        // The page itself says what is the matter.
        let _ = place.remove_attribute("data-earlier");
        dom::leave();
        if let (Some(window), Some(address)) = (dom::window(), link.get_attribute("href")) {
            let _ = window.location().assign(&address);
        }
        return;
    };
    let last = place.previous_element_sibling();
    let _ = place.insert_adjacent_html("beforebegin", &html);
    place.remove();
    let first = last
        .and_then(|last| last.next_element_sibling())
        .and_then(|new| new.query_selector(".moment-time, h2").ok()?);
    if let Some(first) = first {
        let _ = first.set_attribute("tabindex", "-1");
        dom::field(&first).focus();
    }
}

async fn fetch(place: &Element) -> Option<String> {
    let says = |name: &str| place.get_attribute(name).unwrap_or_default();
    let (reference, only, before) = (says("data-reference"), says("data-only"), says("data-earlier"));
    let since = looked::after();
    let pairs = [("reference", &reference), ("only", &only), ("before", &before), ("since", &since)];
    html::ask(PAGE, &pairs.map(|(name, value)| (name, value.as_str())), None).await
}

/// Says how many characters are left, when few are.
fn count(event: Event) {
    let Some(text) = dom::concerned(&event, "textarea[maxlength]") else { return };
    let most: usize = text.get_attribute("maxlength").and_then(|most| most.parse().ok()).unwrap_or(usize::MAX);
    let left = most.saturating_sub(dom::field(&text).value().encode_utf16().count());
    let next = text.next_element_sibling().filter(|next| next.matches(".field-count").unwrap_or(false));
    match (left <= NEAR, next) {
        (true, Some(said)) => said.set_text_content(Some(&words(left))),
        (true, None) => {
            if let Some(said) = dom::make("output", "field-count", &words(left)) {
                let _ = text.insert_adjacent_element("afterend", &said);
            }
        }
        (false, Some(said)) => said.remove(),
        (false, None) => {}
    }
}

fn words(left: usize) -> String {
    match left {
        1 => "One character is left.".into(),
        left => format!("{left} characters are left."),
    }
}
