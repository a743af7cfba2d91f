//! What the parts of the browser half share: the page, its clock, what the device keeps,
//! and the sentence that says what just happened.

use std::cell::Cell;

use js_sys::{Date, Promise};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, Element, Event, Storage, Window};

use crate::ticking;

/// Long enough to be read twice.
const SAID_FOR: i32 = 7_000;

thread_local! {
    /// How far the device's clock is ahead of the server's, in milliseconds.
    static AHEAD: Cell<i64> = const { Cell::new(0) };
    static SAID: Cell<u32> = const { Cell::new(0) };
    static LEAVING: Cell<bool> = const { Cell::new(false) };
}

#[wasm_bindgen]
extern "C" {
    /// An input, a text area or a select, as far as its text goes.
    pub(super) type Field;
    #[wasm_bindgen(method, getter)]
    pub(super) fn value(this: &Field) -> String;
    #[wasm_bindgen(method, setter)]
    pub(super) fn set_value(this: &Field, value: &str);
    /// What the server put into it.
    #[wasm_bindgen(method, getter = defaultValue)]
    pub(super) fn stored(this: &Field) -> String;
    #[wasm_bindgen(method)]
    pub(super) fn focus(this: &Field);
}

pub(super) fn field(element: &Element) -> &Field {
    element.unchecked_ref()
}

pub(super) fn window() -> Option<Window> {
    web_sys::window()
}

pub(super) fn document() -> Option<Document> {
    window()?.document()
}

/// The whole page: `<html>`, which says in attributes whose page it is.
pub(super) fn page() -> Option<Element> {
    document()?.document_element()
}

/// The page's attribute of this name.
pub(super) fn page_says(name: &str) -> Option<String> {
    page()?.get_attribute(name)
}

/// Whose page it is.
pub(super) fn person() -> Option<String> {
    page_says("data-person").filter(|person| !person.is_empty())
}

/// Everything below `root` that matches.
pub(super) fn all(root: &Element, selector: &str) -> Vec<Element> {
    let Ok(found) = root.query_selector_all(selector) else { return Vec::new() };
    (0..found.length()).filter_map(|place| found.get(place)?.dyn_into().ok()).collect()
}

/// The first that matches, on the whole page.
pub(super) fn first(selector: &str) -> Option<Element> {
    page()?.query_selector(selector).ok().flatten()
}

/// What an event concerns: its target, or what is around it, that matches.
pub(super) fn concerned(event: &Event, selector: &str) -> Option<Element> {
    event.target()?.dyn_into::<Element>().ok()?.closest(selector).ok().flatten()
}

/// A new element with a class and a text.
pub(super) fn make(name: &str, class: &str, text: &str) -> Option<Element> {
    let element = document()?.create_element(name).ok()?;
    if !class.is_empty() {
        element.set_class_name(class);
    }
    element.set_text_content(Some(text));
    Some(element)
}

/// A button that sends no form.
pub(super) fn button(text: &str) -> Option<Element> {
    let button = make("button", "button", text)?;
    let _ = button.set_attribute("type", "button");
    let _ = button.set_attribute("data-kind", "quiet");
    Some(button)
}

/// The device's own clock, in milliseconds.
pub(super) fn device_now() -> f64 {
    Date::now()
}

/// The server's clock as far as it is known, in milliseconds. A whole number, because what
/// is kept on the device is read and written: fractions would cost kilobytes.
pub(super) fn now() -> i64 {
    device_now() as i64 - AHEAD.get()
}

/// Says how far the device's clock is ahead of the server's, in milliseconds.
pub(super) fn clock_is_ahead(milliseconds: f64) {
    AHEAD.set(milliseconds as i64);
}

/// A moment as the page writes times: `14:02`, with the day when it was another one.
pub(super) fn at(milliseconds: i64) -> String {
    let ahead = first("time[data-ahead]").and_then(|clock| clock.get_attribute("data-ahead"));
    let ahead: i64 = ahead.and_then(|minutes| minutes.parse().ok()).unwrap_or_default();
    let time = ticking::clock(milliseconds / 1_000, ahead);
    let day = |at: i64| {
        let shifted = Date::new(&JsValue::from_f64((at + ahead * 60_000) as f64));
        // `Sun, 22 Nov 2026 14:02:00 GMT`
        String::from(shifted.to_utc_string()).get(5..11).unwrap_or_default().to_owned()
    };
    let then = day(milliseconds);
    if then == day(now()) { time } else { format!("{then}, {time}") }
}

/// What the device keeps for this site; nothing where the browser forbids it.
pub(super) fn kept() -> Option<Storage> {
    window()?.local_storage().ok().flatten()
}

/// The names of what the device keeps that begin like this, in order.
pub(super) fn kept_names(beginning: &str) -> Vec<String> {
    let Some(storage) = kept() else { return Vec::new() };
    let count = storage.length().unwrap_or_default();
    let names = (0..count).filter_map(|place| storage.key(place).ok().flatten());
    // Each into its place, because there are few: sorting would cost kilobytes.
    let mut ordered: Vec<String> = Vec::new();
    for name in names.filter(|name| name.starts_with(beginning)) {
        let place = ordered.iter().position(|other| *other > name).unwrap_or(ordered.len());
        ordered.insert(place, name);
    }
    ordered
}

/// Does something after so many milliseconds.
pub(super) fn later(milliseconds: i32, act: impl FnOnce() + 'static) {
    // One way into JavaScript for all of them: each of its own would cost a kilobyte.
    fn set(milliseconds: i32, act: Box<dyn FnOnce()>) {
        let act = Closure::once_into_js(act);
        if let Some(window) = window() {
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(act.unchecked_ref(), milliseconds);
        }
    }
    set(milliseconds, Box::new(act));
}

/// Waits so many milliseconds.
pub(super) async fn pause(milliseconds: i32) {
    let mut wait = |resolve: js_sys::Function, _| {
        if let Some(window) = window() {
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds);
        }
    };
    let _ = JsFuture::from(Promise::new(&mut wait)).await;
}

/// An id for a request that the server has not seen yet: a random UUID. Works on a plain
/// http address too, where `randomUUID` does not.
pub(super) fn new_id() -> String {
    let mut bytes = [0_u8; 16];
    if let Some(crypto) = window().and_then(|window| window.crypto().ok()) {
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let mut id = String::with_capacity(36);
    for (place, byte) in bytes.iter().enumerate() {
        if matches!(place, 4 | 6 | 8 | 10) {
            id.push('-');
        }
        for digit in [byte >> 4, byte & 0x0f] {
            id.push(char::from_digit(digit.into(), 16).unwrap_or('0'));
        }
    }
    id
}

/// Says a sentence at the page's edge for a while, to screen readers too.
pub(super) fn say(sentence: &str) {
    let Some(region) = first("#said").or_else(make_region) else { return };
    region.set_text_content(Some(sentence));
    let this = SAID.get() + 1;
    SAID.set(this);
    later(SAID_FOR, move || {
        if SAID.get() == this {
            region.set_text_content(None);
        }
    });
}

/// The place for sentences. It is there before the first one, or screen readers miss it.
pub(super) fn make_region() -> Option<Element> {
    let region = make("div", "said", "")?;
    region.set_id("said");
    let _ = region.set_attribute("role", "status");
    first("body")?.append_child(&region).ok()?;
    Some(region)
}

/// What stands before and after the first `mark`, which is not empty. The library's own
/// search is quick in long texts, and costs kilobytes.
pub(super) fn cut<'a>(text: &'a str, mark: &str) -> Option<(&'a str, &'a str)> {
    let place = text.as_bytes().windows(mark.len()).position(|part| part == mark.as_bytes())?;
    Some((text.get(..place)?, text.get(place + mark.len()..)?))
}

/// What stands before and after the last `mark`; see [`cut`].
pub(super) fn cut_last<'a>(text: &'a str, mark: &str) -> Option<(&'a str, &'a str)> {
    let place = text.as_bytes().windows(mark.len()).rposition(|part| part == mark.as_bytes())?;
    Some((text.get(..place)?, text.get(place + mark.len()..)?))
}

/// Tells the other parts of the page.
pub(super) fn tell(event: &str) {
    if let (Some(document), Ok(event)) = (document(), Event::new(event)) {
        let _ = document.dispatch_event(&event);
    }
}

/// The page is left because somebody wants to: nothing is asked.
pub(super) fn leave() {
    LEAVING.set(true);
}

/// Whether the page is left because somebody wants to.
pub(super) fn is_leaving() -> bool {
    LEAVING.get()
}
