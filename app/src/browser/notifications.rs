//! The bell: how many notifications there are, in the frame and in the tab's title, and a
//! notification of the browser's own for whoever asked for it. It shows no words of an
//! incident: a screen that is locked is no place for them.

use js_sys::Reflect;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Document, Element, Notification, NotificationOptions, NotificationPermission};

use super::dom;

/// Listens to the button that asks the browser, and keeps the number in the tab's title
/// when the title changes.
pub fn start() {
    let Some(document) = dom::document() else { return };
    super::on(&document, "sensible:changed", |_| {
        if let (Some(document), Some(unread)) = (dom::document(), shown()) {
            document.set_title(&titled(&document.title(), unread));
        }
    });
    if let Some(place) = dom::first("[data-tell-me]") {
        offer(place);
    }
}

/// What the page's stream said: `{"unread":2}`. Whether another number was shown before.
pub fn heard(data: &str) -> bool {
    let digits: String = data.chars().filter(char::is_ascii_digit).collect();
    let before = shown();
    if let Ok(unread) = digits.parse() {
        told(unread);
    }
    before != shown()
}

/// A title with the count before it.
pub fn counted(title: &str) -> String {
    titled(title, shown().unwrap_or_default())
}

fn told(unread: u32) {
    let Some(document) = dom::document() else { return };
    let before = shown().unwrap_or_default();
    if let Some(number) = dom::first("[data-bell] [data-unread]") {
        number.set_text_content(Some(&unread.to_string()));
        if let Some(count) = number.parent_element() {
            let _ = if unread == 0 { count.set_attribute("hidden", "") } else { count.remove_attribute("hidden") };
        }
    }
    document.set_title(&titled(&document.title(), unread));
    if unread > before && is_away(&document) && may_tell() {
        tell(unread);
    }
}

/// What the bell shows now.
fn shown() -> Option<u32> {
    dom::first("[data-bell] [data-unread]")?.text_content()?.trim().parse().ok()
}

/// `(2) INC-6 …`, whatever stood before it.
fn titled(title: &str, unread: u32) -> String {
    let plain = match title.strip_prefix('(').and_then(|rest| dom::cut(rest, ") ")) {
        Some((number, rest)) if number.bytes().all(|byte| byte.is_ascii_digit()) => rest,
        _ => title,
    };
    if unread == 0 { plain.to_owned() } else { format!("({unread}) {plain}") }
}

/// Whether the person looks at something else.
fn is_away(document: &Document) -> bool {
    Reflect::get(document, &"hidden".into()).ok().and_then(|hidden| hidden.as_bool()).unwrap_or(false)
}

/// Whether this browser can tell at all; some cannot, and none does over plain http.
fn can_tell() -> bool {
    dom::window().is_some_and(|window| Reflect::has(&window, &"Notification".into()).unwrap_or(false))
}

fn may_tell() -> bool {
    can_tell() && Notification::permission() == NotificationPermission::Granted
}

fn tell(unread: u32) {
    let options = NotificationOptions::new();
    // One for all tabs; a newer one takes its place.
    options.set_tag("sensible");
    let words = if unread == 1 {
        "1 notification is not read.".into()
    } else {
        format!("{unread} notifications are not read.")
    };
    options.set_body(&words);
    let _ = Notification::new_with_options("Sensible", &options);
}

/// Shows the button where the browser was never asked, and asks when it is pressed.
fn offer(place: Element) {
    if !can_tell() || Notification::permission() != NotificationPermission::Default {
        return;
    }
    let _ = place.remove_attribute("hidden");
    let Ok(Some(button)) = place.query_selector("button") else { return };
    super::on(&button.clone(), "click", move |_| {
        let (place, button) = (place.clone(), button.clone());
        spawn_local(async move {
            if let Ok(asked) = Notification::request_permission() {
                let _ = JsFuture::from(asked).await;
            }
            let says = if may_tell() {
                "This browser will tell you."
            } else {
                "The browser was told not to. Its settings for this page change that."
            };
            let _ = button.set_attribute("hidden", "");
            if let Ok(Some(told)) = place.query_selector("[data-told]") {
                told.set_text_content(Some(says));
            }
        });
    });
}
