//! Keys, as `?` shows them (`search/shortcuts.rs`). None does anything while somebody
//! types, or while a dialog is open.

use std::cell::Cell;

use wasm_bindgen::JsCast;
use web_sys::{Document, Element, Event, HtmlElement, KeyboardEvent};

use super::{dialogs, dom, palette};

/// The page that declares, and the dialog that does the same.
pub(super) const DECLARE: &str = "/declare";
/// See [`DECLARE`].
pub(super) const DECLARE_DIALOG: &str = "declare-dialog";
/// The update: a choice in the composer rather than a form of its own.
const UPDATE: &str = "update";

/// Keys of a homepage, and the form that each leads to.
const HERE: [(&str, &str); 5] =
    [("u", UPDATE), ("s", "change-status"), ("e", "change-severity"), ("l", "take-lead"), ("t", "add-task")];

/// How long `g` waits for the letter after it, in milliseconds.
const WAITS: f64 = 1_500.0;

thread_local! {
    /// When `g` was pressed.
    static GOING: Cell<f64> = const { Cell::new(0.0) };
}

/// Listens on the document.
pub(super) fn listen() {
    let Some(document) = dom::document() else { return };
    super::on(&document, "keydown", |event: Event| {
        let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
        if !key.default_prevented() && !key.is_composing() && !key.repeat() && pressed(key) {
            key.prevent_default();
        }
    });
}

/// Whether the key did something.
fn pressed(key: &KeyboardEvent) -> bool {
    let name = key.key();
    if (key.ctrl_key() || key.meta_key()) && !key.alt_key() && !key.shift_key() && name.eq_ignore_ascii_case("k") {
        return dialogs::open(palette::DIALOG);
    }
    if key.ctrl_key() || key.meta_key() || key.alt_key() || is_typing(key) || dialogs::is_any_open() {
        return false;
    }
    let going = dom::device_now() - GOING.replace(0.0) < WAITS;
    match (going, name.as_str()) {
        (true, "i") => go("/incidents"),
        (true, "t") => go("/to-do"),
        (_, "g") => {
            GOING.set(dom::device_now());
            false
        }
        (_, "n") => dialogs::open(DECLARE_DIALOG) || focus_field() || go(DECLARE),
        (_, "?") => dialogs::open("shortcuts"),
        (_, "/") => search(),
        (_, name) => HERE.iter().any(|(known, place)| *known == name && go_to(place)),
    }
}

/// Whether somebody writes, chooses or presses in what has the focus.
fn is_typing(key: &KeyboardEvent) -> bool {
    let Some(target) = key.target().and_then(|target| target.dyn_into::<HtmlElement>().ok()) else { return false };
    let writes = target.matches("textarea, select, input:not([type=checkbox]):not([type=radio]):not([type=submit])");
    writes.unwrap_or(false) || target.is_content_editable()
}

fn go(address: &str) -> bool {
    dom::window().is_some_and(|window| window.location().assign(address).is_ok())
}

/// On the page that declares, its field.
fn focus_field() -> bool {
    dom::first("main [data-similar]").is_some_and(|field| focus(&field))
}

/// The search of the list, or else the command menu.
fn search() -> bool {
    dom::first("main input[type=search]").is_some_and(|field| focus(&field)) || dialogs::open(palette::DIALOG)
}

/// Whether the present page can do this.
pub(super) fn is_here(document: &Document, place: &str) -> bool {
    if place == UPDATE {
        return update().is_some();
    }
    // What is for others stands there too, hidden.
    document.get_element_by_id(place).is_some_and(|place| matches!(place.closest("[hidden]"), Ok(None)))
}

/// Goes to a place of the page: opens what it is folded away in, and puts the focus into
/// its first field. Whether there is such a place.
pub(super) fn go_to(place: &str) -> bool {
    if place == UPDATE {
        let Some(choice) = update() else { return false };
        choice.click();
        return choice.closest("form").ok().flatten().is_some_and(|form| enter(&form));
    }
    dom::document().and_then(|document| document.get_element_by_id(place)).is_some_and(|place| enter(&place))
}

/// The composer's choice to tell everybody.
fn update() -> Option<HtmlElement> {
    dom::first("form.composer input[name=what][value=update]")?.dyn_into().ok()
}

fn enter(place: &Element) -> bool {
    let mut around = place.closest("details").ok().flatten();
    while let Some(details) = around {
        let _ = details.set_attribute("open", "");
        around = details.parent_element().and_then(|outer| outer.closest("details").ok().flatten());
    }
    place.scroll_into_view_with_bool(false);
    let inside = ["textarea", "input:not([type=hidden]):not([type=radio])", "select", "button", "a[href]", "summary"];
    let field = inside.iter().find_map(|selector| place.query_selector(selector).ok().flatten());
    focus(&field.unwrap_or_else(|| place.clone()))
}

fn focus(element: &Element) -> bool {
    element.dyn_ref::<HtmlElement>().is_some_and(|element| element.focus().is_ok())
}
