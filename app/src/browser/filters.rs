//! The list's filters without a reload.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    Document, Element, Event, HtmlFormElement, HtmlInputElement, HtmlTemplateElement, InputEvent, RequestInit,
    Response, UrlSearchParams,
};

/// The server function that makes the list of a query.
const LIST_FRAGMENT: &str = "/api/incidents/list-fragment";

/// Long enough that a word is typed, short enough that one sees it work.
const TYPING_PAUSE: i32 = 250;

/// Listens to everything inside the list.
pub fn listen(list: Element) {
    let Some(window) = web_sys::window() else { return };
    let filters = Rc::new(Filters { list: list.clone(), asked: Cell::new(0), typing: Cell::new(false) });

    let these = filters.clone();
    super::on(&list, "change", move |event| {
        if let Some(field) = field(&event).filter(|field| field.type_() != "search") {
            these.show(These::Form, false);
            close_after_choice(&field);
        }
    });
    let these = filters.clone();
    super::on(&list, "input", move |event| {
        let composing = event.dyn_ref::<InputEvent>().is_some_and(InputEvent::is_composing);
        if !composing && field(&event).is_some_and(|field| field.type_() == "search") {
            these.show_soon();
        }
    });
    let these = filters.clone();
    super::on(&list, "compositionend", move |_| these.show_soon());
    let these = filters.clone();
    super::on(&list, "submit", move |event| {
        event.prevent_default();
        these.show(These::Form, false);
        close_menus(&these.list);
    });
    super::on(&window, "popstate", move |_| filters.show(These::Address, true));
}

/// Which filters are meant.
#[derive(Clone, Copy, PartialEq, Eq)]
enum These {
    /// Those of the form.
    Form,
    /// Those of the address.
    Address,
}

struct Filters {
    list: Element,
    /// Counts the questions: an answer to an old one is not shown.
    asked: Cell<u32>,
    /// Whether the last question came from typing: a word is one step back, not one for
    /// each of its letters.
    typing: Cell<bool>,
}

impl Filters {
    /// Shows what the form says once nobody has typed for a moment.
    fn show_soon(self: &Rc<Self>) {
        let asked = self.asked.get() + 1;
        self.asked.set(asked);
        let these = self.clone();
        let later = Closure::once_into_js(move || {
            if these.asked.get() == asked {
                these.show(These::Form, these.typing.get());
                these.typing.set(true);
            }
        });
        if let Some(window) = web_sys::window() {
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(later.unchecked_ref(), TYPING_PAUSE);
        }
    }

    /// Asks for the list and puts it in place. `replace` keeps the step in the history.
    fn show(self: &Rc<Self>, which: These, replace: bool) {
        let asked = self.asked.get() + 1;
        self.asked.set(asked);
        self.typing.set(false);
        let query = match which {
            These::Form => form_query(&self.list),
            These::Address => address_query(),
        };
        let _ = self.list.set_attribute("aria-busy", "true");
        let address = if query.is_empty() { String::from("/incidents") } else { format!("/incidents?{query}") };
        let these = self.clone();
        spawn_local(async move {
            let html = fetch_list(&query).await;
            if these.asked.get() != asked {
                return;
            }
            let _ = these.list.remove_attribute("aria-busy");
            match html {
                Some(html) => {
                    these.put(&html, which);
                    if which == These::Form {
                        write_address(&address, replace);
                    }
                }
                // The page itself says what is the matter.
                None => {
                    if let Some(window) = web_sys::window() {
                        let _ = window.location().assign(&address);
                    }
                }
            }
        });
    }

    /// Replaces each part by its new self: the words and the rows after a choice in the
    /// form, which stays as it is; the form too when the address changed.
    fn put(&self, html: &str, which: These) {
        let Some(document) = document() else { return };
        let template = document.create_element("template").ok().and_then(|t| t.dyn_into::<HtmlTemplateElement>().ok());
        let Some(template) = template else { return };
        template.set_inner_html(html);
        let Ok(parts) = template.content().query_selector_all("[data-part]") else { return };
        for place in 0..parts.length() {
            let Some(new) = parts.get(place).and_then(|node| node.dyn_into::<Element>().ok()) else { continue };
            let name = new.get_attribute("data-part").unwrap_or_default();
            if name == "filter" && which == These::Form {
                continue;
            }
            if let Ok(Some(old)) = self.list.query_selector(&format!("[data-part={name}]")) {
                old.set_inner_html(&new.inner_html());
            }
            if name == "heading" {
                let company = document.title();
                let company = company.rsplit(" · ").next().unwrap_or_default();
                document.set_title(&format!("{} · {company}", new.text_content().unwrap_or_default()));
            }
        }
    }
}

/// Asks the server for the list of a query; nothing when that does not work.
async fn fetch_list(query: &str) -> Option<String> {
    let form = UrlSearchParams::new().ok()?;
    form.append("query", query);
    let how = RequestInit::new();
    how.set_method("POST");
    how.set_body(&form);
    let answer = JsFuture::from(web_sys::window()?.fetch_with_str_and_init(LIST_FRAGMENT, &how)).await.ok()?;
    let answer: Response = answer.dyn_into().ok().filter(Response::ok)?;
    JsFuture::from(answer.json().ok()?).await.ok()?.as_string()
}

/// The form's filters, empty ones left out.
fn form_query(list: &Element) -> String {
    let Some(form) =
        list.query_selector("form").ok().flatten().and_then(|form| form.dyn_into::<HtmlFormElement>().ok())
    else {
        return String::new();
    };
    let fields = form.elements();
    let mut pairs: Vec<String> = Vec::new();
    for place in 0..fields.length() {
        let Some(field) = fields.item(place).and_then(|field| field.dyn_into::<HtmlInputElement>().ok()) else {
            continue;
        };
        let is_choice = matches!(field.type_().as_str(), "radio" | "checkbox");
        let value = field.value();
        if !value.trim().is_empty() && (!is_choice || field.checked()) {
            let value = String::from(js_sys::encode_uri_component(value.trim()));
            pairs.push(format!("{}={value}", field.name()));
        }
    }
    pairs.join("&")
}

fn address_query() -> String {
    let search = web_sys::window().and_then(|window| window.location().search().ok()).unwrap_or_default();
    search.trim_start_matches('?').to_owned()
}

fn write_address(address: &str, replace: bool) {
    let Some(history) = web_sys::window().and_then(|window| window.history().ok()) else { return };
    let nothing = JsValue::NULL;
    let _ = if replace {
        history.replace_state_with_url(&nothing, "", Some(address))
    } else {
        history.push_state_with_url(&nothing, "", Some(address))
    };
}

/// A choice made by pointer closes its menu; one made with the arrow keys leaves it open.
fn close_after_choice(field: &HtmlInputElement) {
    let by_key = field.matches(":focus-visible").unwrap_or(false);
    if field.type_() == "radio"
        && !by_key
        && let Ok(Some(menu)) = field.closest("details")
    {
        let _ = menu.remove_attribute("open");
    }
}

fn close_menus(list: &Element) {
    let Ok(open) = list.query_selector_all("details[open]") else { return };
    for place in 0..open.length() {
        if let Some(menu) = open.get(place).and_then(|node| node.dyn_into::<Element>().ok()) {
            let _ = menu.remove_attribute("open");
        }
    }
}

fn field(event: &Event) -> Option<HtmlInputElement> {
    event.target()?.dyn_into().ok()
}

fn document() -> Option<Document> {
    web_sys::window()?.document()
}
