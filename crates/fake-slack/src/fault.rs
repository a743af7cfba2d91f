//! The fault plan: what happens to the next calls of a method instead of, or
//! after, the right thing.

use std::time::Duration;

use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::sync::watch;

/// How long a hanging call stays open at most, so that none is left for ever.
const LONGEST_HANG: Duration = Duration::from_secs(120);

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Status 429 with `Retry-After` so many seconds.
    RateLimited(u32),
    /// Status 500 and no JSON.
    ServerError,
    /// Status 200 and `{"ok": false}` with this error.
    Refused(String),
    /// Status 200 and a page instead of JSON.
    NotJson,
    /// No answer; nothing is done.
    Hang,
    /// No answer, though what was asked is done.
    HangAfter,
}

/// The next so many calls of a method, and their fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    /// A Web API method such as `users.list`; also `openid.connect.token`,
    /// `openid.connect.keys` and `openid-configuration`.
    pub method: String,
    /// How many calls more.
    pub times: u32,
    /// What goes wrong.
    pub fault: Fault,
}

/// Takes the first fault that is planned for this method.
pub(crate) fn take(plan: &mut Vec<Planned>, method: &str) -> Option<Fault> {
    let at = plan.iter().position(|planned| planned.method == method && planned.times > 0)?;
    let planned = &mut plan[at];
    planned.times -= 1;
    let fault = planned.fault.clone();
    if planned.times == 0 {
        plan.remove(at);
    }
    Some(fault)
}

impl Fault {
    /// The answer that stands in for the right one.
    pub(crate) async fn answer(self, mut stopping: watch::Receiver<bool>) -> Response {
        match self {
            Self::RateLimited(seconds) => (
                StatusCode::TOO_MANY_REQUESTS,
                [(header::RETRY_AFTER, seconds.to_string())],
                axum::Json(json!({"ok": false, "error": "ratelimited"})),
            )
                .into_response(),
            Self::ServerError => (StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error").into_response(),
            Self::Refused(error) => axum::Json(json!({"ok": false, "error": error})).into_response(),
            Self::NotJson => Html("<!doctype html><title>Slack</title><p>We will be back.").into_response(),
            Self::Hang | Self::HangAfter => {
                let stopped = stopping.wait_for(|stopping| *stopping);
                let _ = tokio::time::timeout(LONGEST_HANG, stopped).await;
                StatusCode::SERVICE_UNAVAILABLE.into_response()
            }
        }
    }
}
