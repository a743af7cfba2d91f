//! A request's id: in its log lines, on its error page, in a header of its answer.

use std::sync::Arc;
use std::time::Instant;

use app::ctx::RequestMark;
use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderValue;
use tracing::Instrument as _;
use uuid::Uuid;

/// Gives the request its id (a client's own is not believed), and logs one line when it is answered: method, path
/// without query, status and milliseconds.
pub async fn name_and_log(mut request: Request, next: Next) -> Response {
    let id: Arc<str> = Uuid::now_v7().to_string().into();
    request.extensions_mut().insert(RequestMark(id.clone()));
    let started = Instant::now();
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let route = request.extensions().get::<MatchedPath>().map(|route| route.as_str().to_owned());
    let span = tracing::info_span!("request", id = %id);

    let mut response = next.run(request).instrument(span.clone()).await;

    let status = response.status();
    let ms = started.elapsed().as_secs_f64() * 1000.0;
    super::metrics::count_request(route.as_deref(), &method, status, started.elapsed());
    span.in_scope(|| {
        if status.is_server_error() {
            tracing::warn!(%method, path, status = status.as_u16(), ms, "answered");
        } else {
            tracing::debug!(%method, path, status = status.as_u16(), ms, "answered");
        }
    });
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", value);
    }
    response
}
