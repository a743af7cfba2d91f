//! Signing out asks first when text that was not sent is still on the device.

use std::cell::RefCell;

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlDialogElement, HtmlFormElement};

use super::{dom, drafts, offline};

/// The forms that sign out.
const FORMS: &str = "form[action='/auth/sign-out']";

thread_local! {
    /// The form that waits for the answer.
    static ASKED: RefCell<Option<HtmlFormElement>> = const { RefCell::new(None) };
}

/// Listens on the document.
pub fn start() {
    let Some(document) = dom::document() else { return };
    super::on(&document, "submit", |event| {
        drafts::save_all();
        let count = drafts::names().len() + offline::names().len();
        let form = dom::concerned(&event, FORMS).and_then(|form| form.dyn_into::<HtmlFormElement>().ok());
        if count > 0
            && let Some(form) = form
            && ask(count).is_some()
        {
            event.prevent_default();
            ASKED.set(Some(form));
        }
    });
    super::on(&document, "click", chosen);
}

fn ask(count: usize) -> Option<()> {
    let dialog = dom::make("dialog", "asks-first", "")?;
    let _ = dialog.set_attribute("aria-labelledby", "asks-first-title");
    let title = dom::make("h2", "", "Text that was not sent is on this device")?;
    title.set_id("asks-first-title");
    let says = match count {
        1 => "One text of yours. Kept here, it is offered again when you sign in; nobody else who signs in sees it."
            .into(),
        many => format!(
            "{many} texts of yours. Kept here, they are offered again when you sign in; nobody else who signs in sees them."
        ),
    };
    let choices = dom::make("div", "buttons", "")?;
    for (choice, words) in
        [("keep", "Keep and sign out"), ("discard", "Discard and sign out"), ("stay", "Stay signed in")]
    {
        let button = dom::button(words)?;
        let _ = button.set_attribute("data-ask", choice);
        choices.append_child(&button).ok()?;
    }
    for part in [title, dom::make("p", "", &says)?, choices] {
        dialog.append_child(&part).ok()?;
    }
    dom::first("body")?.append_child(&dialog).ok()?;
    let dialog: HtmlDialogElement = dialog.dyn_into().ok()?;
    let shown = dialog.clone();
    super::on(&dialog, "close", move |_| shown.unchecked_ref::<Element>().remove());
    dialog.show_modal().ok()
}

fn chosen(event: Event) {
    let Some(button) = dom::concerned(&event, "[data-ask]") else { return };
    let choice = button.get_attribute("data-ask").unwrap_or_default();
    let form = ASKED.take();
    if let Ok(Some(dialog)) = button.closest("dialog")
        && let Some(dialog) = dialog.dyn_ref::<HtmlDialogElement>()
    {
        dialog.close();
    }
    if choice == "discard" {
        drafts::forget_all();
        offline::forget_all();
    }
    if choice != "stay"
        && let Some(form) = form
    {
        dom::leave();
        let _ = form.submit();
    }
}
