//! The list's filters without a reload.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Event, HtmlElement, HtmlFormElement, HtmlInputElement, HtmlTemplateElement, InputEvent};

use super::{dom, html, live};

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
    if let Some(document) = dom::document() {
        let these = filters.clone();
        super::on(&document, "sensible:list", move |_| these.renew());
    }
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
        dom::later(TYPING_PAUSE, move || {
            if these.asked.get() == asked {
                these.show(These::Form, these.typing.get());
                these.typing.set(true);
            }
        });
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

    /// Something happened: asks for the list of the address again. What somebody chooses or
    /// types meanwhile counts more.
    fn renew(self: &Rc<Self>) {
        let asked = self.asked.get();
        let these = self.clone();
        spawn_local(async move {
            let html = fetch_list(&address_query()).await;
            if let Some(html) = html.filter(|_| these.asked.get() == asked) {
                let at = dom::document().and_then(|document| document.active_element());
                let href = at.filter(|at| these.list.contains(Some(at))).and_then(|at| at.get_attribute("href"));
                these.put(&html, These::Form);
                let link = href.and_then(|href| these.list.query_selector(&format!("a[href=\"{href}\"]")).ok()?);
                if let Some(link) = link.and_then(|link| link.dyn_into::<HtmlElement>().ok()) {
                    let _ = link.focus();
                }
            }
        });
    }

    /// Replaces each part by its new self: the words and the rows after a choice in the
    /// form, which stays as it is; the form too when the address changed.
    fn put(&self, html: &str, which: These) {
        let Some(document) = dom::document() else { return };
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
                live::set_title(&new.text_content().unwrap_or_default());
            }
        }
    }
}

/// Asks the server for the list of a query; nothing when that does not work.
async fn fetch_list(query: &str) -> Option<String> {
    html::ask(LIST_FRAGMENT, &[("query", query)], None).await
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
    for menu in dom::all(list, "details[open]") {
        let _ = menu.remove_attribute("open");
    }
}

fn field(event: &Event) -> Option<HtmlInputElement> {
    event.target()?.dyn_into().ok()
}
