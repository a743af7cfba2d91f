//! How errors look from outside: pages for people, codes for functions, never the
//! text of an error. Leptos' own answers are mended here: its 500 for a bad argument,
//! its redirect to whatever site the `Referer` names, and the error text in `__err`.

use std::sync::Arc;

use app::ctx::{Assets, RequestMark};
use app::error::AppError;
use app::paths;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use url::Url;

use super::error_page::{About, code_of, of_error, of_status};
use super::limits::away;
use super::refused::Typed;

/// Server functions live below this.
pub const FUNCTIONS: &str = "/api/";
/// An error of ours is far smaller than this.
const LARGEST_CODE: usize = 16 * 1024;

/// What error pages need to know.
#[derive(Debug, Clone)]
pub struct Presenter {
    /// The built files' addresses.
    pub assets: Arc<Assets>,
    /// The public origin; a redirect elsewhere becomes one home.
    pub origin: Arc<str>,
}

/// Who asks, and for what.
struct Asker {
    is_function: bool,
    wants_page: bool,
    mark: Option<RequestMark>,
    /// What they typed, if they sent a form that got past the check of where it is from.
    typed: Option<Typed>,
}

impl Asker {
    /// What an error page tells them about their own request.
    fn about(&self) -> About<'_> {
        About { mark: self.mark.as_ref(), typed: self.typed.as_ref() }
    }
}

/// Makes every error presentable.
pub async fn present(State(presenter): State<Presenter>, request: Request, next: Next) -> Response {
    let mut asker = Asker {
        is_function: request.uri().path().starts_with(FUNCTIONS),
        wants_page: wants_page(request.headers()),
        mark: request.extensions().get::<RequestMark>().cloned(),
        typed: None,
    };
    let mut response = next.run(request).await;
    asker.typed = response.extensions_mut().remove::<Typed>();
    if asker.is_function {
        response = mend_function_answer(response, &presenter, &asker).await;
    }
    dress(response, &presenter, &asker)
}

/// A person at a browser, rather than a script.
pub fn wants_page(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

async fn mend_function_answer(response: Response, presenter: &Presenter, asker: &Asker) -> Response {
    let response = match redirect_of(&response, presenter) {
        // A plain form that worked, or that was refused with a sentence on its page.
        Some(Redirect::To(address)) if asker.wants_page && !is_error(response.status()) => return see_other(&address),
        // A plain form that could not even be read: Leptos put the error into the address.
        Some(Redirect::WithError(error)) => of_error(status_of(&error), &error, &presenter.assets, &asker.about()),
        _ => response,
    };
    if is_error(response.status()) { with_its_own_status(response, presenter, asker).await } else { response }
}

/// Reads the code that a function told and gives the answer the status that says the
/// same. Whatever else is in the body is replaced.
async fn with_its_own_status(response: Response, presenter: &Presenter, asker: &Asker) -> Response {
    let (mut parts, body) = response.into_parts();
    let told = match axum::body::to_bytes(body, LARGEST_CODE).await {
        Ok(bytes) => serde_json::from_slice::<AppError>(&bytes).ok(),
        Err(_) => None,
    };
    let told = told.or_else(|| parts.extensions.remove::<AppError>());
    if told.is_none() && asker.wants_page && parts.status == StatusCode::FORBIDDEN {
        return of_status(parts.status, &presenter.assets, &asker.about());
    }
    let error = told.unwrap_or_else(|| code_of(parts.status));
    if parts.status == StatusCode::INTERNAL_SERVER_ERROR {
        parts.status = status_of(&error);
    }
    if asker.wants_page {
        return keep_waiting_time(of_error(parts.status, &error, &presenter.assets, &asker.about()), &parts.headers);
    }
    let body = serde_json::to_string(&error).unwrap_or_else(|_| r#"{"error":"broken"}"#.to_owned());
    let mut answer = Response::new(Body::from(body));
    *answer.status_mut() = parts.status;
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    say_why(&mut answer, &error);
    keep_waiting_time(answer, &parts.headers)
}

/// Puts the words beside the code, for the page's own script: it shows them where the form
/// is, and knows none itself.
fn say_why(answer: &mut Response, error: &AppError) {
    let field = match error {
        AppError::Refused { refusal } => refusal.field().unwrap_or_default(),
        _ => "",
    };
    let sentence = app::words::sentence(error);
    for (name, value) in [("x-sentence", sentence.as_str()), ("x-code", error.code()), ("x-field", field)] {
        answer.headers_mut().insert(HeaderName::from_static(name), app::words::in_a_header(value));
    }
}

/// Turns a bare error into a page or a code, and leaves what a page of ours said itself.
fn dress(response: Response, presenter: &Presenter, asker: &Asker) -> Response {
    let status = response.status();
    if !is_error(status) {
        return response;
    }
    let is_said = response.extensions().get::<Said>().is_some()
        || response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| {
            let kind = kind.as_bytes();
            kind.starts_with(b"text/html") || kind.starts_with(b"application/json")
        });
    if is_said {
        let mut response = response;
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().entry(header::RETRY_AFTER).or_insert(HeaderValue::from_static("1"));
        }
        return response;
    }
    let dressed = if asker.is_function && !asker.wants_page {
        let error = code_of(status);
        let body = serde_json::to_string(&error).unwrap_or_default();
        let mut answer = (status, [(header::CONTENT_TYPE, "application/json")], body).into_response();
        say_why(&mut answer, &error);
        answer
    } else if asker.wants_page {
        let (assets, about) = (&presenter.assets, &asker.about());
        match response.extensions().get::<AppError>() {
            Some(error) => of_error(status, error, assets, about),
            None => of_status(status, assets, about),
        }
    } else {
        (status, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], format!("{status}\n")).into_response()
    };
    let mut dressed = keep_waiting_time(dressed, response.headers());
    for name in [header::ALLOW, header::SET_COOKIE] {
        for value in response.headers().get_all(&name) {
            dressed.headers_mut().append(&name, value.clone());
        }
    }
    dressed
}

/// Marks an error answer whose plain text is meant (`/readyz`), not a bare status.
#[derive(Debug, Clone, Copy)]
pub struct Said;

fn keep_waiting_time(mut response: Response, from: &HeaderMap) -> Response {
    if let Some(seconds) = from.get(header::RETRY_AFTER) {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.clone());
    } else if response.status() == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

enum Redirect {
    To(String),
    WithError(AppError),
}

/// Where an answer sends a browser: always a path of ours.
fn redirect_of(response: &Response, presenter: &Presenter) -> Option<Redirect> {
    let location = response.headers().get(header::LOCATION)?;
    let location = location.to_str().unwrap_or(paths::HOME);
    let Some(url) = Url::parse(&presenter.origin).ok().and_then(|base| base.join(location).ok()) else {
        return Some(Redirect::To(paths::HOME.to_owned()));
    };
    if let Some((_, text)) = url.query_pairs().find(|(key, _)| key == "__err") {
        return Some(Redirect::WithError(decode(&text)));
    }
    Some(Redirect::To(own_address(&url, &presenter.origin)))
}

/// Path and query of an address of ours, without Leptos' own pairs; else home.
fn own_address(url: &Url, origin: &str) -> String {
    if url.origin().ascii_serialization() != origin {
        return paths::HOME.to_owned();
    }
    let kept: Vec<&str> = url
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.starts_with("__err=") && !pair.starts_with("__path="))
        .collect();
    let mut address = paths::own(url.path()).to_owned();
    if !kept.is_empty() {
        address.push('?');
        address.push_str(&kept.join("&"));
    }
    if let Some(fragment) = url.fragment() {
        address.push('#');
        address.push_str(fragment);
    }
    paths::own(&address).to_owned()
}

fn decode(text: &str) -> AppError {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE
        .decode(text)
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .unwrap_or(AppError::BadRequest)
}

fn see_other(address: &str) -> Response {
    match HeaderValue::from_str(address) {
        Ok(address) => (StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response(),
        Err(_) => (StatusCode::SEE_OTHER, [(header::LOCATION, HeaderValue::from_static(paths::HOME))]).into_response(),
    }
}

fn is_error(status: StatusCode) -> bool {
    status.is_client_error() || status.is_server_error()
}

/// What a panic becomes: a bare 500, dressed further out. The panic's own text may
/// quote anything, so only its place is logged (see [`log_panics`]).
pub fn after_panic(_: Box<dyn std::any::Any + Send + 'static>) -> Response {
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

/// Logs where a panic happened, inside the span of its request, and not what it said.
pub fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panicked");
    }));
}

/// The answer for a store that could not serve: 503 when it is away, else 500, logged.
pub fn store_failed(error: &store::StoreError) -> Response {
    match error {
        store::StoreError::Away(source) => {
            tracing::warn!(error = %source, "the database is away");
            away()
        }
        store::StoreError::Refused(refusal) => status_of(&AppError::from(refusal.clone())).into_response(),
        store::StoreError::Broken(source) => {
            tracing::error!(error = %source, "the database answered with an error");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn status_of(error: &AppError) -> StatusCode {
    StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGIN: &str = "https://incidents.example.com";

    fn own(location: &str) -> String {
        own_address(&Url::parse(ORIGIN).unwrap().join(location).unwrap(), ORIGIN)
    }

    #[test]
    fn nobody_is_sent_to_another_site() {
        assert_eq!(own("https://evil.example/p"), "/");
        assert_eq!(own("//evil.example/p"), "/");
        assert_eq!(own("http://incidents.example.com/profile"), "/");
        assert_eq!(own("https://incidents.example.com/profile?x=1#y"), "/profile?x=1#y");
        assert_eq!(own("/settings/people?done=person"), "/settings/people?done=person");
    }

    #[test]
    fn leptos_pairs_are_left_out() {
        assert_eq!(own("/profile?__path=%2Fapi&a=b&__err=xyz"), "/profile?a=b");
    }

    #[test]
    fn what_cannot_be_decoded_is_a_bad_request() {
        assert_eq!(decode("%%%"), AppError::BadRequest);
        assert_eq!(decode("eyJlcnJvciI6ImF3YXkifQ=="), AppError::Away);
    }
}
