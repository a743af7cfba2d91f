//! Ready HTML of the server's: asked for by its address, and put into the page.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Element, RequestInit, Response, UrlSearchParams};

/// Asks a server function for HTML; nothing when that does not work or was given up.
pub(super) async fn ask(address: &str, pairs: &[(&str, &str)], until: Option<&AbortSignal>) -> Option<String> {
    let form = UrlSearchParams::new().ok()?;
    for (name, value) in pairs {
        form.append(name, value);
    }
    let how = RequestInit::new();
    how.set_method("POST");
    how.set_body(&form);
    how.set_signal(until);
    let answer = JsFuture::from(web_sys::window()?.fetch_with_str_and_init(address, &how)).await.ok()?;
    let answer: Response = answer.dyn_into().ok().filter(Response::ok)?;
    JsFuture::from(answer.json().ok()?).await.ok()?.as_string()
}

/// Puts what [`ask`] gave into an element, in place of what was there.
pub(super) fn put(element: &Element, html: &str) {
    element.set_inner_html(html);
}
