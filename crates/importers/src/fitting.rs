//! Text of others made to fit our rules: a title with a tab or five hundred letters is
//! no reason to lose an incident.

use domain::Refusal;
use domain::text::{ComponentName, MarkdownText, Summary, Title};

/// A title on one line; what is too long ends in an ellipsis.
pub(crate) fn title(text: &str) -> Result<Title, Refusal> {
    Title::parse(&one_line(text, Title::MOST))
}

/// A component's name on one line.
pub(crate) fn component(text: &str) -> Option<ComponentName> {
    ComponentName::parse(&one_line(text, ComponentName::MOST)).ok()
}

/// A body, and whether it had to be cut; nothing when there are no words.
pub(crate) fn body(markdown: &str) -> (Option<MarkdownText>, bool) {
    let (text, is_cut) = many_lines(markdown, MarkdownText::MOST);
    (MarkdownText::parse(&text).ok(), is_cut)
}

/// A summary, and whether it had to be cut.
pub(crate) fn summary(markdown: &str) -> (Summary, bool) {
    let (text, is_cut) = many_lines(markdown, Summary::MOST);
    (Summary::parse(&text).unwrap_or_default(), is_cut)
}

/// A few characters of something that was not understood, for the report.
pub(crate) fn shown(text: &str) -> String {
    let start: String = text.chars().take(40).collect();
    domain::text::visible(&start).into_owned()
}

fn one_line(text: &str, most: u32) -> String {
    let visible: String = text.chars().map(|c| if is_unwelcome(c) || c.is_control() { ' ' } else { c }).collect();
    let words = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    cut(&without_piles(&words), most).0
}

fn many_lines(text: &str, most: u32) -> (String, bool) {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let visible: String =
        text.chars().map(|c| if c.is_control() && !matches!(c, '\n' | '\t') { ' ' } else { c }).collect();
    cut(without_piles(&visible).trim(), most)
}

fn is_unwelcome(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}')
}

fn cut(text: &str, most: u32) -> (String, bool) {
    let most = most as usize;
    if text.chars().count() <= most {
        return (text.to_owned(), false);
    }
    let kept: String = text.chars().take(most - 1).collect();
    (format!("{}…", kept.trim_end()), true)
}

/// Without the marks beyond the eighth that are piled up on one letter.
fn without_piles(text: &str) -> String {
    let mut marks = 0;
    let keep = |c: &char| {
        marks = if is_mark(*c) { marks + 1 } else { 0 };
        marks <= 8
    };
    text.chars().filter(keep).collect()
}

/// Wider than what a title is refused for: every block in which marks are common.
fn is_mark(c: char) -> bool {
    matches!(c as u32, 0x0300..=0x036F | 0x0483..=0x0489 | 0x0591..=0x05C7 | 0x0610..=0x061A | 0x064B..=0x0670
        | 0x06D6..=0x06ED | 0x0730..=0x074A | 0x07A6..=0x07B0 | 0x0900..=0x0903 | 0x093A..=0x094F | 0x0981..=0x0983
        | 0x09BC..=0x09CD | 0x0A01..=0x0A03 | 0x0A3C..=0x0A4D | 0x0B82 | 0x0BBE..=0x0BCD | 0x0C3E..=0x0C56
        | 0x0E31..=0x0E3A | 0x0E47..=0x0E4E | 0x0EB1..=0x0EBC | 0x0EC8..=0x0ECE | 0x0F71..=0x0F84 | 0x102B..=0x103E
        | 0x1AB0..=0x1AFF | 0x1DC0..=0x1DFF | 0x20D0..=0x20FF | 0x302A..=0x302F | 0x3099..=0x309A | 0xFE00..=0xFE0F
        | 0xFE20..=0xFE2F | 0xE0100..=0xE01EF)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_does_not_fit_is_made_to() {
        assert_eq!(title(" Mail\tis\nslow \u{0} ").unwrap().as_str(), "Mail is slow");
        let long = title(&"é".repeat(400)).unwrap();
        assert_eq!(long.as_str().chars().count(), 300);
        assert!(long.as_str().ends_with('…'));
        assert!(title(" \n").is_err());
        assert_eq!(body("a\u{7}b\r\nc").0.unwrap().as_str(), "a b\nc");
        let (text, is_cut) = body(&"a".repeat(30_000));
        assert!(is_cut && text.is_some());
        assert_eq!(body("  "), (None, false));
    }

    proptest! {
        #[test]
        fn whatever_has_words_fits(text in "(?s)[a-z].{0,400}(\u{0301}|\u{0}|\r|\u{2028}){0,20}") {
            prop_assert!(title(&text).is_ok());
            prop_assert!(component(&text).is_some());
            prop_assert!(body(&text).0.is_some());
        }
    }
}
