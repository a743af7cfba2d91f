//! The command menu: a field and a list, all by keyboard. The server finds; this leaves out
//! what the present page cannot do, moves the choice and goes there.

use std::cell::{Cell, RefCell};

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{AbortController, Element, Event, HtmlInputElement, InputEvent, KeyboardEvent};

use super::{dialogs, dom, html, shortcuts};

/// The dialog's id.
pub(super) const DIALOG: &str = "palette";
/// The server function that finds.
const JUMP: &str = "/api/search/jump";
const PAUSE: i32 = 120;
const OPTION: &str = "#found [role=option]";

thread_local! {
    static TYPED: Cell<u32> = const { Cell::new(0) };
    static ASKED: RefCell<Option<AbortController>> = const { RefCell::new(None) };
}

/// Listens to the field and the list.
pub(super) fn listen() {
    let Some(dialog) = dom::first("dialog[id=palette]") else { return };
    super::on(&dialog, "input", |event: Event| {
        if !event.dyn_ref::<InputEvent>().is_some_and(InputEvent::is_composing) {
            find_soon();
        }
    });
    super::on(&dialog, "compositionend", |_| find_soon());
    super::on(&dialog, "keydown", |event: Event| {
        if let Some(key) = event.dyn_ref::<KeyboardEvent>().filter(|key| !key.is_composing()) {
            pressed(key);
        }
    });
    super::on(&dialog, "click", |event: Event| {
        if let Some(option) = dom::concerned(&event, OPTION) {
            go(&option);
        }
    });
}

/// Shows what there is when nothing is typed yet; what was typed before is selected.
pub(super) fn opened() {
    if let Some(field) = field() {
        field.select();
    }
    find();
}

fn field() -> Option<HtmlInputElement> {
    dom::first("dialog[id=palette] input")?.dyn_into().ok()
}

fn find_soon() {
    let mine = TYPED.get() + 1;
    TYPED.set(mine);
    dom::later(PAUSE, move || {
        if TYPED.get() == mine {
            find();
        }
    });
}

fn find() {
    if let Some(before) = ASKED.take() {
        before.abort();
    }
    let (Some(field), Some(list), Ok(question)) = (field(), dom::first("#found"), AbortController::new()) else {
        return;
    };
    let until = question.signal();
    ASKED.set(Some(question));
    let here = dom::window().and_then(|window| window.location().pathname().ok()).unwrap_or_default();
    spawn_local(async move {
        let q = field.value();
        let found = html::ask(JUMP, &[("q", q.trim()), ("here", here.as_str())], Some(&until)).await;
        if let Some(found) = found.filter(|_| !until.aborted()) {
            html::put(&list, &found);
            shown(&field);
        }
    });
}

/// Leaves out what this page has no form for, and chooses the first of what is left.
fn shown(field: &HtmlInputElement) {
    let Some(document) = dom::document() else { return };
    for option in options() {
        let place = option.get_attribute("data-href").and_then(|href| href.strip_prefix('#').map(str::to_owned));
        if place.is_some_and(|place| !shortcuts::is_here(&document, &place)) {
            option.remove();
        }
    }
    let Some(list) = dom::first("#found") else { return };
    for group in dom::all(&list, "[role=group]") {
        if group.query_selector("[role=option]").ok().flatten().is_none() {
            group.remove();
        }
    }
    let all = options();
    let _ = field.set_attribute("aria-expanded", if all.is_empty() { "false" } else { "true" });
    if let Some(status) = dom::first("dialog[id=palette] [role=status]") {
        let says = match all.len() {
            0 => "Nothing found.".to_owned(),
            1 => "One found.".to_owned(),
            many => format!("{many} found."),
        };
        status.set_text_content(Some(&says));
    }
    choose(field, all.first());
}

fn options() -> Vec<Element> {
    dom::page().map(|page| dom::all(&page, OPTION)).unwrap_or_default()
}

fn choose(field: &HtmlInputElement, option: Option<&Element>) {
    for before in options() {
        let _ = before.set_attribute("aria-selected", "false");
    }
    match option {
        Some(option) => {
            let _ = option.set_attribute("aria-selected", "true");
            let _ = field.set_attribute("aria-activedescendant", &option.id());
            option.scroll_into_view_with_bool(false);
        }
        None => {
            let _ = field.remove_attribute("aria-activedescendant");
        }
    }
}

fn pressed(key: &KeyboardEvent) {
    let (Some(field), all) = (field(), options()) else { return };
    let chosen = all.iter().position(|option| option.get_attribute("aria-selected").as_deref() == Some("true"));
    let next = match key.key().as_str() {
        "ArrowDown" => chosen.map_or(0, |place| (place + 1) % all.len().max(1)),
        "ArrowUp" => chosen.unwrap_or(0).checked_sub(1).unwrap_or(all.len().saturating_sub(1)),
        "Enter" => {
            key.prevent_default();
            if let Some(option) = chosen.and_then(|place| all.get(place)) {
                go(option);
            }
            return;
        }
        _ => return,
    };
    key.prevent_default();
    choose(&field, all.get(next));
}

fn go(option: &Element) {
    let href = option.get_attribute("data-href").unwrap_or_default();
    dialogs::close();
    if let Some(place) = href.strip_prefix('#') {
        shortcuts::go_to(place);
    } else if href == shortcuts::DECLARE && dialogs::open(shortcuts::DECLARE_DIALOG) {
        // The form is here already, whatever has been typed.
    } else if let Some(window) = dom::window() {
        let _ = window.location().assign(&href);
    }
}
