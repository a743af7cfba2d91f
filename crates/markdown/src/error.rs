/// Why a text is not rendered. Sizes are bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MarkdownError {
    /// The text is longer than its kind allows.
    #[error("the text has {bytes} bytes; {limit} are allowed")]
    TooLong {
        /// The length of the text.
        bytes: usize,
        /// The length that is allowed.
        limit: usize,
    },
    /// Lists, quotes or emphasis stand deeper inside each other than anybody can read.
    #[error("lists, quotes or emphasis are nested deeper than {limit} levels")]
    TooDeep {
        /// The depth that is allowed.
        limit: usize,
    },
    /// A table has more cells than its kind of text allows.
    #[error("the tables have more than {limit} cells")]
    TooManyCells {
        /// The cells that are allowed, those that a short row leaves out included.
        limit: usize,
    },
    /// The text is short, but what would come of it is not.
    #[error("the text takes more work to show than its length allows")]
    TooMuchWork,
    /// The HTML would be longer than its kind of text allows.
    #[error("the HTML of the text would have more than {limit} bytes")]
    OutputTooLong {
        /// The length that is allowed.
        limit: usize,
    },
}

impl MarkdownError {
    /// The code under which the refusal crosses to the browser.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "text_too_long",
            Self::TooDeep { .. } => "text_too_deep",
            Self::TooManyCells { .. } => "text_too_many_cells",
            Self::TooMuchWork => "text_too_much_work",
            Self::OutputTooLong { .. } => "text_html_too_long",
        }
    }
}
