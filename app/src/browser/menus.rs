//! Menus close on Escape and on a click elsewhere, as menus do everywhere.

use wasm_bindgen::JsCast;
use web_sys::{Document, Element, Event, HtmlElement, KeyboardEvent, Node};

/// Listens on the document; one listener for every menu there is or will be.
pub fn close_elsewhere() {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    let page = document.clone();
    super::on(&document, "keydown", move |event: Event| {
        let is_escape =
            event.dyn_ref::<KeyboardEvent>().is_some_and(|key| key.key() == "Escape" && !key.is_composing());
        if is_escape {
            for menu in open(&page) {
                close(&menu, true);
            }
        }
    });
    let page = document.clone();
    super::on(&document, "click", move |event: Event| {
        let target = event.target().and_then(|target| target.dyn_into::<Node>().ok());
        for menu in open(&page) {
            if !menu.contains(target.as_ref()) {
                close(&menu, false);
            }
        }
    });
}

fn open(document: &Document) -> Vec<Element> {
    let Ok(found) = document.query_selector_all("details.menu[open]") else { return Vec::new() };
    (0..found.length()).filter_map(|place| found.get(place)?.dyn_into().ok()).collect()
}

/// Closes a menu; with `back_to_head` the focus goes to what opened it.
pub(super) fn close(menu: &Element, back_to_head: bool) {
    let _ = menu.remove_attribute("open");
    if back_to_head
        && let Ok(Some(head)) = menu.query_selector("summary")
        && let Some(head) = head.dyn_ref::<HtmlElement>()
    {
        let _ = head.focus();
    }
}
