//! One request of a form to the server, and its answer in the server's own words.
//!
//! An answer carries its words in headers, percent-encoded: `x-done` says what is done, and
//! `x-to` where a plain form would go; `x-sentence` says why not, with the refusal's `x-code`
//! and the `x-field` that it is about. An answer with neither is not the server's, whatever
//! its status says.

use js_sys::decode_uri_component;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, RequestInit, Response};

use super::dom;

/// Longer than the server takes for anything.
const PATIENCE: u32 = 10_000;

/// What became of it.
pub(super) enum Answer {
    /// It is done.
    Done {
        /// The sentence that says so, if there is one.
        says: String,
        /// The page that it goes on to, which may be this one.
        to: Option<String>,
    },
    /// It is not done, and sending it again changes nothing.
    Refused {
        /// Which rule.
        code: String,
        /// The field that it is about.
        field: String,
        /// The sentence.
        says: String,
    },
    /// Nobody is signed in here any more, or somebody else.
    SignedOut {
        /// The sentence.
        says: String,
    },
    /// Nobody knows. It may have been done; the same request asks.
    Away,
    /// Something before the server answered: a page to sign in to a proxy, a filter. Nothing
    /// says that the server has it.
    Elsewhere,
}

/// Sends a form's fields as its person, and waits for the answer.
pub(super) async fn post(action: &str, body: &str) -> Answer {
    ask(action, body).await.unwrap_or(Answer::Away)
}

async fn ask(action: &str, body: &str) -> Option<Answer> {
    let headers = Headers::new().ok()?;
    let _ = headers.set("accept", "application/json");
    let _ = headers.set("content-type", "application/x-www-form-urlencoded");
    if let Some(person) = dom::person() {
        // An open page outlives its session. What it holds is not sent as somebody else.
        let _ = headers.set("x-person", &person);
    }
    let how = RequestInit::new();
    how.set_method("POST");
    how.set_headers_headers(&headers);
    how.set_body_opt_str(Some(body));
    how.set_signal(Some(&AbortSignal::timeout_with_u32(PATIENCE)));
    let answer = JsFuture::from(dom::window()?.fetch_with_str_and_init(action, &how)).await.ok()?;
    let answer: Response = answer.dyn_into().ok()?;
    // The words of an answer of ours stand in its head; one without them is not ours.
    let said = answer.headers();
    let code = words(&said, "x-code");
    Some(match answer.status() {
        200..=299 if said.has("x-done").unwrap_or_default() => {
            Answer::Done { says: words(&said, "x-done"), to: own(&said) }
        }
        408 | 502..=504 => Answer::Away,
        // What is too long for a proxy today is so tomorrow.
        413 if code.is_empty() => Answer::Refused { code, field: String::new(), says: TOO_LONG.into() },
        _ if code.is_empty() => Answer::Elsewhere,
        401 => Answer::SignedOut { says: words(&said, "x-sentence") },
        _ => Answer::Refused { code, field: words(&said, "x-field"), says: words(&said, "x-sentence") },
    })
}

const TOO_LONG: &str = "That is too long to be sent. Nothing of it is lost; make it shorter.";

fn words(headers: &Headers, name: &str) -> String {
    let value = headers.get(name).ok().flatten().unwrap_or_default();
    decode_uri_component(&value).map(String::from).unwrap_or_default()
}

/// Where the answer sends the page: an address of ours or none.
fn own(headers: &Headers) -> Option<String> {
    let direct = headers.get("location").ok().flatten();
    let to = direct.unwrap_or_else(|| words(headers, "x-to"));
    Some(to).filter(|address| address.starts_with('/') && !address.starts_with("//"))
}
