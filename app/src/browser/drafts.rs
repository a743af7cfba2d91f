//! What is being typed is kept on the device: every field with `data-draft`, under a name
//! of its own and of the person, so that nobody else at the same computer sees it. It is
//! offered again after a reload, a crash or an expired session, and forgotten when the
//! server has that very text.

use std::cell::Cell;

use web_sys::{Element, Event};

use super::dom;

/// The fields.
const FIELDS: &str = "[data-draft]";
/// Somebody typed into it here.
const TOUCHED: &str = "data-touched";
/// How long nobody types before it is kept, in milliseconds.
const PAUSE: i32 = 300;
/// Whoever types without a pause has it kept this often, in milliseconds.
const OFTEN: i64 = 2_000;
/// The longest text that is kept, in bytes. A browser keeps five megabytes in all.
const MOST: usize = 400_000;

thread_local! {
    static TYPED: Cell<u32> = const { Cell::new(0) };
    static SAVED: Cell<i64> = const { Cell::new(0) };
    static COMPLAINED: Cell<bool> = const { Cell::new(false) };
}

/// Offers what is kept, and keeps what is typed from now on.
pub fn start() {
    let (Some(window), Some(document), Some(page)) = (dom::window(), dom::document(), dom::page()) else { return };
    // What is folded away is looked at when somebody opens it: until then nobody works there.
    let is_folded = |field: &&Element| field.closest("details:not([open])").is_ok_and(|folded| folded.is_some());
    dom::all(&page, FIELDS).iter().filter(|field| !is_folded(field)).for_each(offer);
    super::on(&document, "input", typed);
    // A part of the page that came later is looked at when somebody wants to write there.
    super::on(&document, "focusin", |event| {
        if let Some(field) = dom::concerned(&event, FIELDS) {
            offer(&field);
        }
    });
    super::on(&document, "click", |event| {
        if let Some(folded) = dom::concerned(&event, "summary").and_then(|summary| summary.parent_element()) {
            dom::all(&folded, FIELDS).iter().for_each(offer);
        }
        chosen(event);
    });
    super::on(&document, "visibilitychange", |_| save_all());
    super::on(&window, "pagehide", |_| save_all());
}

/// The names of this person's drafts on the device.
pub(super) fn names() -> Vec<String> {
    beginning().map(|beginning| dom::kept_names(&beginning)).unwrap_or_default()
}

/// Forgets this person's drafts, and what stands on this page.
pub(super) fn forget_all() {
    if let Some(storage) = dom::kept() {
        names().iter().for_each(|name| drop(storage.remove_item(name)));
    }
    if let Some(page) = dom::page() {
        dom::all(&page, FIELDS).iter().for_each(|field| drop(field.remove_attribute(TOUCHED)));
    }
}

/// Keeps everything that was typed here, at once.
pub(super) fn save_all() {
    SAVED.set(dom::now());
    if let Some(page) = dom::page() {
        dom::all(&page, &format!("{FIELDS}[{TOUCHED}]")).iter().for_each(save);
    }
}

/// The server, or the line of what waits, has this text of the field.
pub(super) fn received(field: &Element, text: &str) {
    if let (Some(name), Some(storage)) = (name_of(field), dom::kept())
        && read(&name).is_some_and(|(_, kept)| kept == text)
    {
        let _ = storage.remove_item(&name);
    }
    if field.has_attribute("data-draft") && dom::field(field).value() == text {
        let _ = field.remove_attribute(TOUCHED);
        forget_line(field);
    }
}

fn beginning() -> Option<String> {
    Some(format!("sensible:{}:draft:", dom::person()?))
}

fn name_of(field: &Element) -> Option<String> {
    Some(format!("{}{}", beginning()?, field.get_attribute("data-draft")?))
}

fn typed(event: Event) {
    let Some(field) = dom::concerned(&event, FIELDS) else { return };
    let _ = field.set_attribute(TOUCHED, "");
    let this = TYPED.get() + 1;
    TYPED.set(this);
    if dom::now() - SAVED.get() > OFTEN {
        save_all();
    }
    dom::later(PAUSE, move || {
        if TYPED.get() == this {
            save_all();
        }
    });
}

/// Keeps a field's text with the moment, or forgets it when it is empty or as it came.
fn save(field: &Element) {
    let Some(name) = name_of(field) else { return };
    let text = dom::field(field).value();
    let Some(storage) = dom::kept() else { return complain() };
    if text.trim().is_empty() || text == dom::field(field).stored() {
        let _ = storage.remove_item(&name);
        return;
    }
    // The moment is that of the text: saving it again does not make it newer.
    if read(&name).is_some_and(|(_, kept)| kept == text) {
        return;
    }
    if text.len() > MOST || storage.set_item(&name, &format!("{}\n{text}", dom::now())).is_err() {
        complain();
    }
}

fn complain() {
    if !COMPLAINED.replace(true) {
        dom::say("This browser cannot keep drafts. Send what you write before you leave the page.");
    }
}

fn read(name: &str) -> Option<(i64, String)> {
    let kept = dom::kept()?.get_item(name).ok()??;
    let (at, text) = kept.split_once('\n')?;
    Some((at.parse().ok()?, text.to_owned()))
}

/// Puts what is kept into an empty field, or offers it beside another text.
fn offer(field: &Element) {
    let kept = if field.has_attribute(TOUCHED) { None } else { name_of(field).and_then(|name| read(&name)) };
    let Some((at, kept)) = kept else { return };
    let (now, stored) = (dom::field(field).value(), dom::field(field).stored());
    let at = dom::at(at);
    if kept == stored {
        // A refused form: the page brought it back by itself.
        let _ = field.set_attribute(TOUCHED, "");
    } else if now.trim().is_empty() || now == kept {
        dom::field(field).set_value(&kept);
        let _ = field.set_attribute(TOUCHED, "");
        line(field, &format!("Kept from {at}. "), &["Discard"]);
    } else if now == stored {
        line(field, &format!("You wrote something else here, {at}. "), &["Bring it back", "Discard"]);
    }
}

fn line(field: &Element, says: &str, choices: &[&str]) {
    forget_line(field);
    let Some(line) = dom::make("p", "kept", says) else { return };
    for choice in choices {
        if let Some(button) = dom::make("button", "word", choice) {
            let _ = button.set_attribute("type", "button");
            let _ = button.set_attribute("data-kept", choice);
            let _ = line.append_child(&button);
            let _ = line.append_with_str_1(" ");
        }
    }
    let _ = field.insert_adjacent_element("afterend", &line);
}

fn forget_line(field: &Element) {
    if let Some(line) = field.next_element_sibling().filter(|next| next.class_name() == "kept") {
        line.remove();
    }
}

fn chosen(event: Event) {
    let Some(button) = dom::concerned(&event, "[data-kept]") else { return };
    let line = button.parent_element();
    let Some(field) = line.as_ref().and_then(Element::previous_element_sibling) else { return };
    let Some(name) = name_of(&field) else { return };
    if button.get_attribute("data-kept").as_deref() == Some("Discard") {
        if let Some(storage) = dom::kept() {
            let _ = storage.remove_item(&name);
        }
        let stored = dom::field(&field).stored();
        if field.has_attribute(TOUCHED) {
            dom::field(&field).set_value(&stored);
            let _ = field.remove_attribute(TOUCHED);
        }
    } else if let Some((_, kept)) = read(&name) {
        dom::field(&field).set_value(&kept);
        let _ = field.set_attribute(TOUCHED, "");
    }
    forget_line(&field);
    dom::field(&field).focus();
}
