//! While somebody says what looks wrong: incidents that look alike, below the field. The
//! form works without it.

use std::cell::{Cell, RefCell};

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{AbortController, Element, Event, HtmlInputElement, InputEvent};

use super::{dom, html};

/// The server function that finds them.
const SIMILAR: &str = "/api/incidents/similar";
/// Long enough that a word is typed.
const PAUSE: i32 = 250;
/// Fewer letters say nothing yet; two characters of Japanese do.
const FEWEST: usize = 3;

thread_local! {
    /// Counts what was typed: an old question is not asked any more.
    static TYPED: Cell<u32> = const { Cell::new(0) };
    /// The question that is being answered.
    static ASKED: RefCell<Option<AbortController>> = const { RefCell::new(None) };
}

/// Listens to every such field there is.
pub(super) fn listen() {
    let Some(document) = dom::document() else { return };
    super::on(&document, "input", |event: Event| {
        let composing = event.dyn_ref::<InputEvent>().is_some_and(InputEvent::is_composing);
        if !composing {
            typed(&event);
        }
    });
    super::on(&document, "compositionend", |event: Event| typed(&event));
}

fn typed(event: &Event) {
    let Some(field) = dom::concerned(event, "input[data-similar]") else { return };
    let Ok(field) = field.dyn_into::<HtmlInputElement>() else { return };
    let Some(place) =
        field.closest("form").ok().flatten().and_then(|form| form.query_selector("[data-similar-here]").ok().flatten())
    else {
        return;
    };
    let mine = TYPED.get() + 1;
    TYPED.set(mine);
    dom::later(PAUSE, move || {
        if TYPED.get() == mine {
            show(field.value(), place);
        }
    });
}

fn show(words: String, place: Element) {
    if let Some(before) = ASKED.take() {
        before.abort();
    }
    let words = words.trim().to_owned();
    if words.is_ascii() && words.len() < FEWEST {
        html::put(&place, "");
        return;
    }
    let Ok(question) = AbortController::new() else { return };
    let until = question.signal();
    ASKED.set(Some(question));
    spawn_local(async move {
        // What does not come does not matter: declaring waits for nothing.
        if let Some(found) = html::ask(SIMILAR, &[("title", words.as_str())], Some(&until)).await
            && !until.aborted()
        {
            html::put(&place, &found);
        }
    });
}
