use std::fmt;

/// HTML that [`render`](crate::render) made: it may be put on a page as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SafeHtml(String);

impl SafeHtml {
    pub(crate) fn new(html: String) -> Self {
        Self(html)
    }

    /// HTML that was rendered when it was written and has been in our own database
    /// since. Nothing is checked: never give it anything else.
    #[must_use]
    pub fn from_our_database(html: String) -> Self {
        Self(html)
    }

    /// The HTML.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The HTML, to be stored.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Display for SafeHtml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
