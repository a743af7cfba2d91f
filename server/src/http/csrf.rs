//! Requests that another site forges. tower-http's `CsrfLayer` reads `Origin` and
//! `Sec-Fetch-Site`; it leaves two holes, and both are closed here: a request with
//! neither header passes it, and so does every GET.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::{Method, StatusCode, header};
use tower_http::csrf::{ConfigError, CsrfLayer};

/// The layer that compares `Origin` and `Sec-Fetch-Site`, with the public address as
/// the one trusted origin (a proxy may reach us under another `Host`).
pub fn layer(origin: &str) -> Result<CsrfLayer, ConfigError> {
    CsrfLayer::new().add_trusted_origin(origin)
}

/// A changing request must say where it comes from. Everything that changes here is
/// authorised by a cookie, so silence is refused.
pub async fn must_say_where_from(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let is_silent = !headers.contains_key(header::ORIGIN) && !headers.contains_key("sec-fetch-site");
    // `Origin: null` comes from sandboxed frames and some redirects: never from our pages.
    let is_null = headers.get(header::ORIGIN).is_some_and(|origin| origin.as_bytes() == b"null");
    if is_changing(request.method()) && (is_silent || is_null) {
        return StatusCode::FORBIDDEN.into_response();
    }
    next.run(request).await
}

/// Whether a method may change something. GET and HEAD never do: no function is
/// registered for them (a test compares).
pub fn is_changing(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}
