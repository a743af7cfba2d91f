//! The content security policy with a nonce per response, and the other security
//! headers. The policy string is the one that scored 135 in MDN's Observatory.

use app::ctx::RequestNonce;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine as _;
use http::header::{self, HeaderName};
use http::{HeaderMap, HeaderValue};
use rand::RngExt as _;

/// The nonce of one response: 128 bits, base64. Script elements carry it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nonce(pub String);

impl Nonce {
    /// A new random nonce.
    pub fn random() -> Self {
        let bytes: [u8; 16] = rand::rng().random();
        Self(base64::engine::general_purpose::STANDARD_NO_PAD.encode(bytes))
    }
}

/// What the headers depend on.
#[derive(Debug, Clone, Copy)]
pub struct Transport {
    /// Whether people come through TLS; only then `Strict-Transport-Security` is sent.
    pub https: bool,
}

/// The policy of one response.
pub fn policy(nonce: &Nonce) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{}' 'wasm-unsafe-eval'; style-src 'self' 'nonce-{}'; \
         img-src 'self' data:; font-src 'self'; connect-src 'self'; \
         manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'",
        nonce.0, nonce.0
    )
}

/// Puts a nonce into the request and the headers on the answer, whatever made it.
pub async fn headers(State(transport): State<Transport>, mut request: Request, next: Next) -> Response {
    let nonce = Nonce::random();
    request.extensions_mut().insert(RequestNonce(nonce.0.as_str().into()));
    let mut response = next.run(request).await;
    put_headers(response.headers_mut(), &nonce, transport);
    response
}

fn put_headers(headers: &mut HeaderMap, nonce: &Nonce, transport: Transport) {
    const FIXED: [(HeaderName, &str); 6] = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
    ];
    for (name, value) in FIXED {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Ok(value) = HeaderValue::from_str(&policy(nonce)) {
        headers.insert(header::CONTENT_SECURITY_POLICY, value);
    }
    if transport.https {
        headers
            .insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=63072000; includeSubDomains"));
    }
    // Only hashed files and icons say otherwise; pages and answers are for one person.
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_nonces_differ() {
        let nonces: std::collections::HashSet<_> = (0..1000).map(|_| Nonce::random().0).collect();
        assert_eq!(nonces.len(), 1000);
        assert!(nonces.iter().all(|nonce| nonce.len() == 22));
    }

    #[test]
    fn the_policy_has_no_unsafe_way_in() {
        let policy = policy(&Nonce("n".into()));
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'") && !policy.contains('*'));
        assert!(policy.contains("script-src 'self' 'nonce-n' 'wasm-unsafe-eval';"));
    }

    #[test]
    fn strict_transport_only_under_tls() {
        for https in [true, false] {
            let mut headers = HeaderMap::new();
            put_headers(&mut headers, &Nonce::random(), Transport { https });
            assert_eq!(headers.contains_key(header::STRICT_TRANSPORT_SECURITY), https);
        }
    }
}
