//! Dialogs over the page. Each is a link without a script: to the page that does the same.

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlDialogElement, HtmlElement, MouseEvent};

use super::dom;
use crate::incidents::FRESH_ID;

/// Opens a dialog for what says so, and closes it for its button and a click beside it.
pub(super) fn listen() {
    let Some(document) = dom::document() else { return };
    super::on(&document, "click", |event: Event| {
        if let Some(link) = dom::concerned(&event, "[data-opens]") {
            let plain = event.dyn_ref::<MouseEvent>().is_some_and(|click| {
                click.button() == 0 && !(click.ctrl_key() || click.meta_key() || click.shift_key() || click.alt_key())
            });
            let which = link.get_attribute("data-opens").unwrap_or_default();
            if plain && !event.default_prevented() && open(&which) {
                event.prevent_default();
            }
        } else if let Some(dialog) = closes(&event) {
            dialog.close();
        }
    });
}

/// Opens a dialog by its id; not when the page has none or another one is open.
pub(super) fn open(id: &str) -> bool {
    let Some(dialog) = dom::first(&format!("dialog[id={id}]")) else { return false };
    let Ok(dialog) = dialog.dyn_into::<HtmlDialogElement>() else { return false };
    if is_any_open() || dialog.show_modal().is_err() {
        return false;
    }
    // Opened again, the form is the same one: what was sent from it is not sent as another.
    for field in dom::all(&dialog, "input[name=request], input[data-fresh]") {
        let field = dom::field(&field);
        if field.value() == FRESH_ID {
            field.set_value(&dom::new_id());
        }
    }
    if id == super::palette::DIALOG {
        super::palette::opened();
    }
    if let Ok(Some(field)) = dialog.query_selector("input:not([type=hidden])")
        && let Some(field) = field.dyn_ref::<HtmlElement>()
    {
        let _ = field.focus();
    }
    true
}

/// Whether a dialog stands over the page.
pub(super) fn is_any_open() -> bool {
    dom::first("dialog[open]").is_some()
}

/// Closes the one that is open.
pub(super) fn close() {
    if let Some(dialog) = dom::first("dialog[open]").and_then(|dialog| dialog.dyn_into::<HtmlDialogElement>().ok()) {
        dialog.close();
    }
}

/// The dialog that a click closes: by its button, or beside it, where only its backdrop is.
fn closes(event: &Event) -> Option<HtmlDialogElement> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let beside = target.dyn_ref::<HtmlDialogElement>().cloned();
    beside.or_else(|| target.closest("[data-close]").ok()??.closest("dialog").ok()??.dyn_into().ok())
}
