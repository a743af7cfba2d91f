//! The one HTTP client: ten seconds, no redirects, no endless answer.

use std::time::Duration;

use http::{HeaderMap, StatusCode, header};

use crate::BaseUrl;

/// The longest that a call to Slack may take, from connecting to the last byte.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(10);
/// The longest answer that is read. A page of 200 people is about 300 kB.
const LONGEST_ANSWER: usize = 4 * 1024 * 1024;
/// The wait when Slack limits the rate and does not say for how long.
const UNSAID_WAIT: Duration = Duration::from_secs(30);

/// The answer to a call, whole, not yet understood.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// A client for this Slack. Redirects are off, so that a secret sent to one
/// address never travels to another; a stand-in on this machine is reached
/// without any proxy of the environment.
pub(crate) fn client(base: &BaseUrl) -> Result<reqwest::Client, reqwest::Error> {
    let builder = reqwest::Client::builder()
        .user_agent(concat!("sensible/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(5))
        .timeout(TIMEOUT);
    if base.is_loopback() { builder.no_proxy() } else { builder }.build()
}

/// Sends and reads the whole answer. The error names no address, and an answer
/// that is too long counts as one that could not be read.
pub(crate) async fn send(request: reqwest::RequestBuilder) -> Result<Answer, NoAnswer> {
    let mut response = request.send().await?;
    let (status, headers) = (response.status(), response.headers().clone());
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await? {
        if body.len() + piece.len() > LONGEST_ANSWER {
            return Err(NoAnswer::TooLong);
        }
        body.extend_from_slice(&piece);
    }
    Ok(Answer { status, headers, body })
}

/// Why there was no answer to a call.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoAnswer {
    #[error("Slack could not be reached")]
    Unreachable(#[source] reqwest::Error),
    #[error("the answer is too long")]
    TooLong,
}

impl From<reqwest::Error> for NoAnswer {
    fn from(error: reqwest::Error) -> Self {
        Self::Unreachable(error.without_url())
    }
}

/// How long a 429 asks us to wait.
pub(crate) fn retry_after(headers: &HeaderMap) -> Duration {
    headers
        .get(header::RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.trim().parse().ok())
        .map_or(UNSAID_WAIT, Duration::from_secs)
}
