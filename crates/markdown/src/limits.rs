/// What one text may cost. The sizes come from measuring: ten megabytes of
/// ordinary text take more than three seconds, a hundred kilobytes of `> ` six.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Longest text, in bytes.
    pub bytes: usize,
    /// Deepest nesting of quotes, list items, emphasis and links.
    pub nesting: usize,
    /// Most cells in all tables together, those that a short row leaves out included.
    pub cells: usize,
    /// Longest HTML, in bytes.
    pub output_bytes: usize,
    /// Level of the page's heading above the text: `# A` becomes one level below it.
    pub headings_below: u8,
    /// What a single line break in the text means.
    pub line_breaks: LineBreaks,
}

/// What a single line break in the text means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineBreaks {
    /// It is shown: people write updates as they write chat.
    Shown,
    /// It is a space: documents come wrapped at eighty characters.
    Space,
}

const KIB: usize = 1024;
const NESTING: usize = 32;

impl Limits {
    /// A timeline entry, an update, a summary: 64 KiB, under the page's third heading.
    #[must_use]
    pub const fn entry() -> Self {
        Self {
            bytes: 64 * KIB,
            nesting: NESTING,
            cells: 8 * KIB,
            output_bytes: 512 * KIB,
            headings_below: 3,
            line_breaks: LineBreaks::Shown,
        }
    }

    /// A section of a postmortem or a policy: 256 KiB, under the page's second heading.
    #[must_use]
    pub const fn section() -> Self {
        Self {
            bytes: 256 * KIB,
            nesting: NESTING,
            cells: 16 * KIB,
            output_bytes: 1024 * KIB,
            headings_below: 2,
            line_breaks: LineBreaks::Space,
        }
    }

    /// A whole document, as an import brings it: 1 MiB, under the page's title.
    #[must_use]
    pub const fn document() -> Self {
        Self {
            bytes: 1024 * KIB,
            nesting: NESTING,
            cells: 32 * KIB,
            output_bytes: 4096 * KIB,
            headings_below: 1,
            line_breaks: LineBreaks::Space,
        }
    }

    /// The same limits for a text that stands under a heading of another level (1 to 6).
    #[must_use]
    pub const fn below(self, heading: u8) -> Self {
        Self { headings_below: heading, ..self }
    }
}
