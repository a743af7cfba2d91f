//! How Markdown is read when it is written: the limits of one entry of the timeline.

use domain::{Refusal, Why};
use markdown::{Limits, MarkdownError};
use store::Render;

/// As much of a text as a list shows.
const CHARACTERS: usize = 280;

/// What the store is given to read Markdown with.
pub const RENDER: Render = Render { html, words };

fn html(text: &str) -> Result<String, Refusal> {
    markdown::render(text, &Limits::entry()).map(markdown::SafeHtml::into_string).map_err(|error| refusal(&error))
}

fn words(text: &str) -> Result<String, Refusal> {
    markdown::words(text, &Limits::entry(), CHARACTERS).map_err(|error| refusal(&error))
}

/// A text that is short and yet too much has no limit to name but its length's.
fn refusal(error: &MarkdownError) -> Refusal {
    tracing::debug!(code = error.code(), "a text was not rendered");
    let most = match error {
        MarkdownError::TooLong { limit, .. } => *limit,
        _ => Limits::entry().bytes,
    };
    Refusal::invalid("body", Why::TooLong { most: u32::try_from(most).unwrap_or(u32::MAX) })
}
