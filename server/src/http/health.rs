//! Whether this process lives (`/healthz`, no database) and whether it can serve
//! (`/readyz`: the database answers within a second, every migration is applied, and
//! the end has not begun).

use std::time::Duration;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;

use super::errors::Said;
use super::limits::away;
use crate::AppState;

const PING_TIME: Duration = Duration::from_secs(1);

/// 200 as long as the process answers at all.
pub async fn alive() -> &'static str {
    "alive\n"
}

/// 200 when a request would be served well, else 503 and one word why.
pub async fn ready(State(state): State<AppState>) -> Response {
    let word = if state.shutdown.has_begun() {
        "stopping\n"
    } else {
        match tokio::time::timeout(PING_TIME, state.store.migrated()).await {
            Ok(Ok(true)) => return (StatusCode::OK, "ready\n").into_response(),
            Ok(Ok(false)) => "not migrated\n",
            Ok(Err(_)) | Err(_) => "no database\n",
        }
    };
    let mut response = away();
    *response.body_mut() = word.into();
    response.extensions_mut().insert(Said);
    response
        .headers_mut()
        .insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}
