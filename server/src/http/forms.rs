//! What a request may carry: forms of at most one mebibyte, whole within ten
//! seconds, of the one type that our functions read, and without NUL, which
//! Postgres cannot store.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, StatusCode, header};

use super::csrf::is_changing;
use super::refused::Typed;

/// The largest body of a page or function.
pub const BODY_BYTES: usize = 1024 * 1024;
/// The longest address with its query. No address of ours needs a tenth of it.
pub const ADDRESS_BYTES: usize = 8 * 1024;
/// How long a body may take to arrive.
pub const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// Reads the body whole before anything is decided, or answers 413, 414, 415, 408 or 400.
pub async fn read_whole(request: Request, next: Next) -> Response {
    if request.uri().path_and_query().is_some_and(|address| address.as_str().len() > ADDRESS_BYTES) {
        return StatusCode::URI_TOO_LONG.into_response();
    }
    if has_nul(request.uri().path().as_bytes()) || request.uri().query().is_some_and(|query| has_nul(query.as_bytes()))
    {
        return StatusCode::BAD_REQUEST.into_response();
    }
    if !is_changing(request.method()) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    if content_length(&parts.headers).is_some_and(|length| length > BODY_BYTES as u64) {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    }
    let bytes = match collect(body).await {
        Ok(bytes) => bytes,
        Err(status) => return status.into_response(),
    };
    if !bytes.is_empty() && !is_form(&parts.headers) {
        return StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response();
    }
    if has_nul(&bytes) {
        return StatusCode::UNPROCESSABLE_ENTITY.into_response();
    }
    let mut request = Request::from_parts(parts, Body::from(bytes.clone()));
    let Some(typed) = Typed::of(&request, &bytes) else { return next.run(request).await };
    request.extensions_mut().insert(typed.clone());
    let mut response = next.run(request).await;
    response.extensions_mut().insert(typed);
    response
}

async fn collect(body: Body) -> Result<Bytes, StatusCode> {
    match tokio::time::timeout(BODY_TIMEOUT, axum::body::to_bytes(body, BODY_BYTES)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) if is_over_limit(&error) => Err(StatusCode::PAYLOAD_TOO_LARGE),
        Ok(Err(_)) => Err(StatusCode::BAD_REQUEST),
        Err(_) => Err(StatusCode::REQUEST_TIMEOUT),
    }
}

fn is_over_limit(error: &axum::Error) -> bool {
    std::error::Error::source(error).is_some_and(|source| source.to_string().contains("length limit"))
}

fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn is_form(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"))
}

/// A raw NUL, or one written `%00`. A person's literal "%00" arrives as "%2500".
fn has_nul(bytes: &[u8]) -> bool {
    bytes.contains(&0) || bytes.windows(3).any(|three| three == b"%00")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nul_is_seen_in_both_spellings_and_literal_text_is_not() {
        assert!(has_nul(b"a=%00") && has_nul(b"a=\0"));
        assert!(!has_nul(b"a=%2500") && !has_nul(b"a=100%25"));
    }
}
