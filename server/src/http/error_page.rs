//! The pages that are shown when a request does not even get to a page: without a
//! database, without scripts, in the product's look.

use app::ctx::{Assets, RequestMark};
use app::error::AppError;
use app::{paths, words};
use axum::body::Body;
use axum::response::Response;
use domain::Refusal;
use http::{HeaderValue, StatusCode, header};

use super::refused::Typed;

/// The page for a bare status.
pub fn of_status(status: StatusCode, assets: &Assets, about: &About<'_>) -> Response {
    let (title, says) = match status {
        StatusCode::FORBIDDEN => (
            "That did not come from a page of ours.",
            "Nothing was done. Go back to the page and try from there; if it happens again, the proxy in front of Sensible changes the headers Origin or Sec-Fetch-Site.",
        ),
        StatusCode::NOT_FOUND => {
            ("There is nothing here.", "The address may be mistyped, or it is not for you to see.")
        }
        StatusCode::METHOD_NOT_ALLOWED => {
            ("That does not work this way.", "Use the button on the page instead of the address.")
        }
        StatusCode::PAYLOAD_TOO_LARGE | StatusCode::URI_TOO_LONG => (
            "That is too long.",
            "Make it shorter: a form takes up to one megabyte. What you wrote is still in the page before this one.",
        ),
        StatusCode::REQUEST_TIMEOUT => (
            "That took too long.",
            "The form did not arrive whole. Go back and send it again; what you wrote is still there.",
        ),
        status if is_unreadable(status) => (
            "That could not be read.",
            "A part of the address or of the form is missing or of the wrong kind. Go back, load the page again, and try once more.",
        ),
        status => return of_error(status, &code_of(status), assets, about),
    };
    Page { status, title, says, way_out: (paths::INCIDENTS, "All incidents") }.response(assets, &About::default())
}

/// The page for an error, with the app's own sentence for it.
pub fn of_error(status: StatusCode, error: &AppError, assets: &Assets, about: &About<'_>) -> Response {
    let says = words::sentence(error);
    let all = (paths::INCIDENTS, "All incidents");
    let (title, way_out) = match error {
        AppError::SignedOut => ("You are signed out.", (paths::SIGN_IN, "Sign in")),
        AppError::Refused { refusal: Refusal::NotFound } => ("There is nothing here.", all),
        AppError::Refused { refusal: Refusal::NotAllowed } => ("This is for admins.", all),
        AppError::Refused { .. } => ("That was not done.", all),
        AppError::BadRequest => ("That could not be read.", all),
        AppError::TooMany => ("That was a lot at once.", all),
        AppError::Away => ("The database cannot be reached.", ("", "Load it again")),
        AppError::Broken => ("Something is broken on our side.", ("", "Load it again")),
    };
    let mark = about.mark.filter(|_| matches!(error, AppError::Away | AppError::Broken));
    Page { status, title, says: &says, way_out }.response(assets, &About { mark, ..*about })
}

fn is_unreadable(status: StatusCode) -> bool {
    matches!(status.as_u16(), 400 | 415 | 422 | 431)
}

/// What a page tells somebody about their own request.
#[derive(Debug, Clone, Copy, Default)]
pub struct About<'a> {
    /// The number to tell an admin.
    pub mark: Option<&'a RequestMark>,
    /// The form that they sent, to send it again where that helps.
    pub typed: Option<&'a Typed>,
}

/// A page with words of its own.
#[derive(Debug, Clone)]
pub struct Page<'a> {
    /// The answer's status.
    pub status: StatusCode,
    /// The large line.
    pub title: &'a str,
    /// One or two sentences: what happened, and the way forward. Plain text of ours.
    pub says: &'a str,
    /// Where the one button leads, and its words.
    pub way_out: (&'a str, &'a str),
}

impl Page<'_> {
    /// The page as an answer.
    pub fn response(&self, assets: &Assets, about: &About<'_>) -> Response {
        let mut response = Response::new(Body::from(self.document(&assets.css, about)));
        *response.status_mut() = self.status;
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        response
    }

    fn document(&self, css: &str, about: &About<'_>) -> String {
        let Self { title, says, way_out: (address, label), .. } = self;
        let home = paths::INCIDENTS;
        let number = about.mark.map(|mark| {
            format!(
                "\n<p class=\"sorry-mark\">If you tell somebody, give them this number: <code>{}</code></p>",
                mark.0
            )
        });
        let number = number.unwrap_or_default();
        let way_on = match about.typed.and_then(|typed| typed.again(self.status)) {
            Some(form) => {
                let other = if address.is_empty() {
                    String::new()
                } else {
                    format!("<p><a href=\"{address}\" target=\"_blank\">{label}</a></p>\n")
                };
                format!(
                    "<p>What you wrote is still here, in this page. Send it again when you are ready.</p>\n{other}{form}"
                )
            }
            None => format!("<a class=\"button\" data-kind=\"primary\" href=\"{address}\">{label}</a>"),
        };
        format!(
            r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="color-scheme" content="light dark">
<title>{title} · Sensible</title>
<link rel="stylesheet" href="{css}">
<link rel="icon" href="/icons/favicon.svg" type="image/svg+xml">
</head>
<body>
<header class="frame"><div class="frame-inner"><a class="brand" href="{home}"><span class="icon" data-icon="mark" aria-hidden="true"></span><span class="brand-name">Sensible</span></a></div></header>
<main class="page" id="main"><div class="sorry">
<h1>{title}</h1>
<p>{says}</p>
{way_on}{number}
</div></main>
</body>
</html>
"#
        )
    }
}

/// What a function's caller is told for a status: a code, never prose.
pub fn code_of(status: StatusCode) -> AppError {
    match status {
        StatusCode::UNAUTHORIZED => AppError::SignedOut,
        StatusCode::FORBIDDEN => AppError::Refused { refusal: domain::Refusal::NotAllowed },
        StatusCode::NOT_FOUND => AppError::not_found(),
        StatusCode::TOO_MANY_REQUESTS => AppError::TooMany,
        StatusCode::SERVICE_UNAVAILABLE => AppError::Away,
        status if status.is_client_error() => AppError::BadRequest,
        _ => AppError::Broken,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_status_has_a_whole_page_without_script_or_inline_style() {
        let assets = Assets { css: "/pkg/app-1.css".into(), ..Assets::default() };
        for code in 400..=599 {
            let status = StatusCode::from_u16(code).unwrap();
            let response = of_status(status, &assets, &About { mark: Some(&RequestMark("mark".into())), typed: None });
            assert_eq!(response.status(), status);
            let html = axum::body::to_bytes(response.into_body(), 64 * 1024).await.unwrap();
            let html = String::from_utf8(html.to_vec()).unwrap();
            assert!(html.contains("<h1>") && html.contains("</html>") && html.contains("/pkg/app-1.css"), "{code}");
            assert!(!html.contains("<script") && !html.contains("style="), "{code}");
        }
    }
}
