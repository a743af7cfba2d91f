//! Why a form was refused, where the server would have put it: beside its field, or at the
//! form's head.

use wasm_bindgen::JsCast;
use web_sys::Element;

use super::dom::{self, Field};

/// Marks what stands here only until the form is sent again.
const SAID: &str = "data-said";

/// Takes away what was said about the form.
pub(super) fn forget(form: &Element) {
    for said in dom::all(form, &format!("[{SAID}]")) {
        said.remove();
    }
    for field in dom::all(form, "[aria-invalid]") {
        let _ = field.remove_attribute("aria-invalid");
        let id = wrong_id(&field);
        let others = field.get_attribute("aria-describedby").unwrap_or_default();
        let others: Vec<&str> = others.split(' ').filter(|other| **other != *id && !other.is_empty()).collect();
        let _ = match others.is_empty() {
            true => field.remove_attribute("aria-describedby"),
            false => field.set_attribute("aria-describedby", &others.join(" ")),
        };
    }
}

/// Says it beside the field of this name, and goes there; at the head when no field that
/// can be seen has it.
pub(super) fn show(form: &Element, name: &str, says: &str) {
    forget(form);
    let is_plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let fields = if is_plain { dom::all(form, &format!("[name={name}]:not([type=hidden])")) } else { Vec::new() };
    let Some(field) = fields.into_iter().next() else {
        head(form, says);
        return;
    };
    let Some(sentence) = dom::make("span", "field-error", says) else { return };
    let _ = sentence.set_attribute(SAID, "");
    sentence.set_id(&wrong_id(&field));
    let _ = field.set_attribute("aria-invalid", "true");
    let others = field.get_attribute("aria-describedby").unwrap_or_default();
    let _ = field.set_attribute("aria-describedby", format!("{} {others}", wrong_id(&field)).trim_end());
    let _ = field.insert_adjacent_element("afterend", &sentence);
    field.unchecked_ref::<Field>().focus();
}

/// Says that somebody has to sign in, with the way there and back. What was typed stays.
pub(super) fn sign_in_first(form: &Element, says: &str) {
    forget(form);
    let Some(sentence) = head(form, says) else { return };
    if let Some(link) = sign_in_link() {
        let _ = sentence.append_with_str_1(" ");
        let _ = sentence.append_child(&link);
    }
}

/// The way to sign in and back to this page: in another tab, because this one holds what
/// was typed.
pub(super) fn sign_in_link() -> Option<Element> {
    let location = dom::window()?.location();
    let here = format!("{}{}", location.pathname().ok()?, location.search().ok()?);
    let here = String::from(js_sys::encode_uri_component(&here));
    let link = dom::make("a", "", "Sign in")?;
    let _ = link.set_attribute("href", &format!("/sign-in?to={here}"));
    let _ = link.set_attribute("target", "_blank");
    let _ = link.set_attribute("rel", "noopener");
    Some(link)
}

fn head(form: &Element, says: &str) -> Option<Element> {
    let sentence = dom::make("p", "field-error", says)?;
    let _ = sentence.set_attribute(SAID, "");
    let _ = sentence.set_attribute("role", "alert");
    let _ = sentence.set_attribute("tabindex", "-1");
    form.insert_adjacent_element("afterbegin", &sentence).ok()?;
    sentence.unchecked_ref::<Field>().focus();
    Some(sentence)
}

fn wrong_id(field: &Element) -> String {
    let id = field.id();
    let name = if id.is_empty() { field.get_attribute("name").unwrap_or_default() } else { id };
    format!("{name}-wrong")
}
