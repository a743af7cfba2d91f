//! The built site: files whose names carry their hash are kept by browsers for ever,
//! in the smallest encoding that was prepared; icons for a day.

use std::path::{Path, PathBuf};

use app::ctx::{Assets, FirstStyle};
use axum::Router;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, StatusCode, header};
use tower_http::services::ServeDir;

use super::routes;

/// Longer than the path of any built file, and as much as a name may have.
const LONGEST_PATH: usize = 255;

/// Why the site cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    /// The manifest is not there or cannot be read.
    #[error("{path} cannot be read ({kind}). Build the site with bin/build.")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        kind: std::io::ErrorKind,
    },
    /// The manifest is not what bin/build writes.
    #[error("{path} is not a manifest of a built site. Build it again with bin/build.")]
    Malformed {
        /// The file.
        path: PathBuf,
    },
}

/// Reads `manifest.json` of a built site.
pub fn read_manifest(site: &Path) -> Result<Assets, SiteError> {
    let path = site.join("manifest.json");
    let text = std::fs::read_to_string(&path)
        .map_err(|error| SiteError::Unreadable { path: path.clone(), kind: error.kind() })?;
    let mut assets: Assets = serde_json::from_str(&text).map_err(|_| SiteError::Malformed { path: path.clone() })?;
    // These strings stand in every page, so they must be plain addresses of our own.
    let is_plain = |address: &str| address.starts_with("/pkg/") && !address.contains(['"', '<', '>', ' ', '&']);
    if ![&assets.js, &assets.wasm, &assets.css].into_iter().all(|address| is_plain(address)) {
        return Err(SiteError::Malformed { path });
    }
    let read = |address: &str| {
        if address.is_empty() {
            return Ok(String::new());
        }
        let file = site.join(address.trim_start_matches('/'));
        let style =
            std::fs::read_to_string(&file).map_err(|error| SiteError::Unreadable { path: file, kind: error.kind() })?;
        // It stands within pages, so it must not be able to end its element.
        if style.contains("</") { Err(SiteError::Malformed { path: path.clone() }) } else { Ok(style) }
    };
    assets.style =
        FirstStyle { whole: read(&assets.css)?, list: read(&assets.css_list)?, homepage: read(&assets.css_homepage)? };
    Ok(assets)
}

/// Serves `/pkg` and `/icons` of a built site, and nothing else of it.
pub fn router<S: Clone + Send + Sync + 'static>(site: &Path) -> Router<S> {
    routes::files(ServeDir::new(site).precompressed_br().precompressed_gzip().append_index_html_on_directories(false))
}

/// Names hold their hash, so a browser need never ask again.
pub async fn keep_for_ever(request: Request, next: Next) -> Response {
    kept(found(request, next).await, "public, max-age=31536000, immutable")
}

/// Icons change their content under the same name, seldom.
pub async fn keep_for_a_day(request: Request, next: Next) -> Response {
    kept(found(request, next).await, "public, max-age=86400")
}

/// A name that no file system can hold is not looked for: the answer would be its error.
async fn found(request: Request, next: Next) -> Response {
    if request.uri().path().len() > LONGEST_PATH {
        return StatusCode::NOT_FOUND.into_response();
    }
    next.run(request).await
}

fn kept(mut response: Response, how: &'static str) -> Response {
    if response.status() == StatusCode::OK
        || response.status() == StatusCode::NOT_MODIFIED
        || response.status() == StatusCode::PARTIAL_CONTENT
    {
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(how));
    }
    response
}
