//! What the fake's few pages share: the frame, escaping, headers.

use std::fmt::Write as _;

use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

/// Nothing but our own style sheet and pictures; nobody may frame a page.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'";

/// Text, so that a browser shows it and does nothing else with it.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// Text as the value of a query parameter.
pub(crate) fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// A whole page around `body`, which is HTML already.
pub(crate) fn page(status: StatusCode, title: &str, body: &str) -> Response {
    let title = escape(title);
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n\
         <link rel=\"icon\" href=\"data:,\">\n<link rel=\"stylesheet\" href=\"/_fake/style.css\">\n\
         </head>\n<body>\n{body}\n</body>\n</html>\n"
    );
    let headers = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (status, headers, Html(html)).into_response()
}

/// A page that says what went wrong, and nothing more.
pub(crate) fn trouble(status: StatusCode, heading: &str, words: &str) -> Response {
    let body = format!(
        "<main class=\"narrow\" id=\"main\">{}<h1>{}</h1><p class=\"lead\">{}</p></main>",
        banner(),
        escape(heading),
        escape(words)
    );
    page(status, heading, &body)
}

/// Says on every page that this is not Slack.
pub(crate) fn banner() -> &'static str {
    "<p class=\"banner\"><strong>This is not Slack.</strong> \
     It stands in for a Slack workspace, for tests and the demo.</p>"
}

/// Any address that is not one of ours.
pub(crate) async fn not_found() -> Response {
    trouble(StatusCode::NOT_FOUND, "Nothing is here", "The fake Slack workspace has no page at this address.")
}
