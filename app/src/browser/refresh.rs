//! The page after a form worked. Where the page is live, what changed comes by itself; else
//! the page is asked for again and its parts are put in place.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Element, HtmlTemplateElement, Response};

use super::{dom, html};

/// What is said by the page that comes next.
const NEXT: &str = "sensible:says";

/// Says what the page before wanted to be said.
pub(super) fn start() {
    dom::make_region();
    let Some(storage) = dom::window().and_then(|window| window.session_storage().ok().flatten()) else { return };
    if let Ok(Some(says)) = storage.get_item(NEXT) {
        let _ = storage.remove_item(NEXT);
        dom::say(&says);
    }
}

/// Goes on to another page, which says it.
pub(super) fn go(address: &str, says: &str) {
    say_next(says);
    dom::leave();
    if let Some(window) = dom::window() {
        let _ = window.location().assign(address);
    }
}

/// Says what is done, and shows it.
pub(super) fn after(says: &str) {
    if dom::page_says("data-live").as_deref() == Some("on") {
        if !says.is_empty() {
            dom::say(says);
        }
        return;
    }
    let says = says.to_owned();
    spawn_local(async move {
        if replace_parts().await.is_some() {
            dom::say(&says);
        } else {
            say_next(&says);
            dom::leave();
            if let Some(window) = dom::window() {
                let _ = window.location().reload();
            }
        }
    });
}

fn say_next(says: &str) {
    if !says.is_empty()
        && let Some(storage) = dom::window().and_then(|window| window.session_storage().ok().flatten())
    {
        let _ = storage.set_item(NEXT, says);
    }
}

/// Puts each part's new self in place; nothing when the page has no parts or there is no new
/// page. A part that somebody writes in stays.
async fn replace_parts() -> Option<()> {
    const PARTS: &str = "[data-live], #timeline";
    let window = dom::window()?;
    let page = dom::page()?;
    let parts = dom::all(&page, PARTS);
    if parts.is_empty() {
        return None;
    }
    let here = window.location().href().ok()?;
    let answer: Response = JsFuture::from(window.fetch_with_str(&here)).await.ok()?.dyn_into().ok()?;
    let whole = JsFuture::from(Some(answer).filter(Response::ok)?.text().ok()?).await.ok()?.as_string()?;
    let template: HtmlTemplateElement = dom::document()?.create_element("template").ok()?.dyn_into().ok()?;
    html::put(&template, &whole);
    let new = template.content();
    for part in parts {
        let selector = match part.get_attribute("data-live") {
            Some(name) => format!("[data-live={name}]"),
            None => format!("#{}", part.id()),
        };
        if let Ok(Some(new)) = new.query_selector(&selector)
            && !is_written_in(&part)
        {
            html::put(&part, &new.inner_html());
        }
    }
    Some(())
}

fn is_written_in(part: &Element) -> bool {
    let is_text = |element: &Element| element.matches("input, textarea, select").unwrap_or(false);
    let focused = dom::document().and_then(|document| document.active_element());
    focused.is_some_and(|focused| is_text(&focused) && part.contains(Some(&focused)))
        || dom::all(part, "textarea, input.input").iter().any(|text| {
            let field = dom::field(text);
            field.value() != field.stored()
        })
}
