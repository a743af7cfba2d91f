//! Markdown to safe HTML, within limits of size, nesting and work.
//!
//! People paste logs, chats and whole pages into an incident. [`render`] turns
//! that into HTML which can be put on a page as it is: nothing in it runs,
//! nothing is loaded from elsewhere, no heading outranks the page's own. What is
//! too much is refused with a reason before it costs anything; raw HTML is shown
//! as the text that it is, so that `Vec<String>` is never swallowed.
//!
//! Rendering is work for the processor: up to some tens of milliseconds for the
//! longest documents. Call it when text is written, not when it is read, inside
//! `tokio::task::spawn_blocking`, under whatever time budget the caller keeps.
//! Nothing here looks at a clock; the work is bounded by counting.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod addresses;
mod error;
mod intake;
mod limits;
mod plain;
mod safe_html;
mod sanitise;
mod tree;

pub use error::MarkdownError;
pub use limits::{Limits, LineBreaks};
pub use safe_html::SafeHtml;

/// Renders Markdown (CommonMark with tables, strikethrough, task lists and bare
/// links) as HTML that is safe to put on a page.
///
/// # Errors
/// [`MarkdownError`] when the text is longer, deeper or more work than `limits`
/// allow. The text itself never appears in an error.
pub fn render(text: &str, limits: &Limits) -> Result<SafeHtml, MarkdownError> {
    if text.len() > limits.bytes {
        return Err(MarkdownError::TooLong { bytes: text.len(), limit: limits.bytes });
    }
    if let Some(html) = plain::render(text, limits) {
        return Ok(html);
    }
    let taken = intake::take(text, limits)?;
    let html = tree::to_html(&taken, limits)?;
    Ok(sanitise::clean(&html))
}

/// The words of a Markdown text without any markup, on one line, cut at a word
/// after at most `characters`: what a list shows of an update.
///
/// # Errors
/// As [`render`].
pub fn words(text: &str, limits: &Limits, characters: usize) -> Result<String, MarkdownError> {
    if text.len() > limits.bytes {
        return Err(MarkdownError::TooLong { bytes: text.len(), limit: limits.bytes });
    }
    let taken = intake::take(text, limits)?;
    tree::to_words(&taken, limits, characters)
}
