//! The words of updates: HTML or plain text on the way in, Markdown on the way out.

mod escape;
mod html;
mod writer;

pub(crate) use html::pieces;

use escape::escape;
use html::is_html;

/// What an update of a status page says, as Markdown that shows the same.
pub(crate) fn to_markdown(body: &str) -> String {
    if !is_html(body) {
        let lines: Vec<_> = body.trim().lines().map(|line| escape(line.trim())).collect();
        return lines.join("\n");
    }
    let whole: Vec<_> = pieces(body, |_| false).into_iter().map(|piece| piece.markdown).collect();
    whole.join("\n\n")
}
