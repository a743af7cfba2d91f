//! What happens to a text before it is parsed, in one pass over its lines: the
//! quote and list marks that would nest too deep are made plain characters,
//! letters that turn the reading direction are made visible, tables that would
//! grow out of proportion are refused, and bare links are left as text where
//! looking for them would take too long.

use crate::{Limits, MarkdownError};

/// The text as the parser gets it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Taken {
    pub(crate) text: String,
    /// Whether an address that stands bare in the text becomes a link.
    pub(crate) bare_links: bool,
}

/// Takes a text in.
pub(crate) fn take(text: &str, limits: &Limits) -> Result<Taken, MarkdownError> {
    let mut taken = String::with_capacity(text.len() + 64);
    let mut cells = Cells::default();
    for line in text.split_inclusive('\n') {
        cells.count(line);
        if cells.total > limits.cells {
            return Err(MarkdownError::TooManyCells { limit: limits.cells });
        }
        match mark_beyond(line, limits.nesting) {
            Some(at) => {
                push_visible(&mut taken, &line[..at]);
                taken.push('\\');
                push_visible(&mut taken, &line[at..]);
            }
            None => push_visible(&mut taken, line),
        }
    }
    Ok(Taken { text: taken, bare_links: bare_links_are_cheap(text) })
}

/// At each `://` and `www.` the parser reads to the next space, wherever the link
/// turns out to end: a megabyte of `<http://a` without a space takes it forty
/// seconds. At most so many bytes are read (about a tenth of a second).
const BARE_LINK_BYTES: usize = 200_000_000;

fn bare_links_are_cheap(text: &str) -> bool {
    let mut read = 0_usize;
    for run in text.split_ascii_whitespace().filter(|run| run.len() > 1024) {
        let starts = run.matches("://").count() + run.matches("www.").count();
        read = read.saturating_add(starts.saturating_mul(run.len()));
    }
    read <= BARE_LINK_BYTES
}

/// Letters that change the reading direction of what follows (U+202A to U+202E,
/// U+2066 to U+2069): a name or a link could read as another one.
pub(crate) fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn push_visible(taken: &mut String, piece: &str) {
    if !piece.contains(turns_direction) {
        taken.push_str(piece);
        return;
    }
    for c in piece.chars() {
        if turns_direction(c) {
            taken.push_str(&format!("(U+{:04X})", c as u32));
        } else {
            taken.push(c);
        }
    }
}

/// Where the first quote or list mark beyond `allowed` stands in this line, as the
/// byte that a backslash in front of it makes a plain character.
fn mark_beyond(line: &str, allowed: usize) -> Option<usize> {
    // Each mark takes a byte: short lines, nearly all, end here.
    if line.len() <= allowed {
        return None;
    }
    let bytes = line.as_bytes();
    let (mut at, mut marks) = (0, 0);
    loop {
        while matches!(bytes.get(at), Some(b' ' | b'\t')) {
            at += 1;
        }
        let (mark, next) = mark_at(bytes, at)?;
        marks += 1;
        if marks > allowed {
            // `* * * *` all the way is a line across the page, not a list.
            return (!is_rule(&bytes[at..])).then_some(mark);
        }
        at = next;
    }
}

/// The mark at `at`: the byte to escape, and where the rest of the line begins.
fn mark_at(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    match bytes.get(at)? {
        b'>' => Some((at, at + 1)),
        b'-' | b'+' | b'*' if ends_mark(bytes.get(at + 1)) => Some((at, at + 1)),
        b'0'..=b'9' => {
            let digits = bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            let close = at + digits;
            (digits <= 9 && matches!(bytes.get(close), Some(b'.' | b')')) && ends_mark(bytes.get(close + 1)))
                .then_some((close, close + 1))
        }
        _ => None,
    }
}

fn ends_mark(byte: Option<&u8>) -> bool {
    matches!(byte, None | Some(b' ' | b'\t' | b'\r' | b'\n'))
}

fn is_rule(rest: &[u8]) -> bool {
    let Some(&first) = rest.first() else { return false };
    matches!(first, b'-' | b'*') && rest.iter().all(|&byte| byte == first || byte.is_ascii_whitespace())
}

/// Cells that the tables of a text have at most. A row that is shorter than its
/// table's head is filled up by the parser: 14 kB of table become 5 MB of HTML.
#[derive(Default)]
struct Cells {
    columns: usize,
    total: usize,
}

impl Cells {
    fn count(&mut self, line: &str) {
        let row = line.trim_start_matches([' ', '\t', '>']).trim_end();
        if row.is_empty() {
            self.columns = 0;
        } else if row.contains('|') && row.bytes().all(|byte| matches!(byte, b'|' | b'-' | b':' | b' ' | b'\t')) {
            // The line under a table's head, itself two rows' worth.
            self.columns = row.bytes().filter(|&byte| byte == b'|').count() + 1;
            self.total = self.total.saturating_add(self.columns);
        } else {
            self.total = self.total.saturating_add(self.columns);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_is_left_as_it_is() {
        for text in ["", "a", "> > quoted\n- one\n  - two\n", "a\r\nb", "* * *\n", &"- ".repeat(60)] {
            assert_eq!(take(text, &Limits::entry()).unwrap().text, text);
        }
    }

    #[test]
    fn marks_beyond_the_limit_become_characters() {
        let taken = take(&"> ".repeat(50_000), &Limits { bytes: 1 << 20, ..Limits::entry() }).unwrap().text;
        assert!(taken.starts_with(&format!("{}\\> ", "> ".repeat(32))));
        assert_eq!(taken.matches('\\').count(), 1);
        let taken = take(&format!("{}end", "1. ".repeat(40)), &Limits::entry()).unwrap().text;
        assert!(taken.starts_with(&format!("{}1\\. ", "1. ".repeat(32))));
        let taken = take(&format!("{}end", "- ".repeat(33)), &Limits::entry()).unwrap().text;
        assert_eq!(taken, format!("{}\\- end", "- ".repeat(32)));
    }

    #[test]
    fn letters_that_turn_the_direction_are_seen() {
        assert_eq!(take("a\u{202E}b\u{2066}", &Limits::entry()).unwrap().text, "a(U+202E)b(U+2066)");
    }

    #[test]
    fn cells_that_a_short_row_leaves_out_count() {
        let bomb = format!("{}|\n{}|\n{}", "|a".repeat(1000), "|-".repeat(1000), "|a\n".repeat(100));
        assert_eq!(take(&bomb, &Limits::entry()), Err(MarkdownError::TooManyCells { limit: 8192 }));
        let table = format!("|a|b|\n|-|-|\n{}", "|a|b|\n".repeat(1000));
        assert!(take(&table, &Limits::entry()).is_ok());
    }

    #[test]
    fn bare_links_are_given_up_where_they_cost_too_much() {
        let document = Limits::document();
        assert!(take(&"<http://a ".repeat(100_000), &document).unwrap().bare_links);
        assert!(take(&"https://a.example/".repeat(1000), &document).unwrap().bare_links);
        assert!(!take(&"<http://a".repeat(100_000), &document).unwrap().bare_links);
        assert!(!take(&"www.a(".repeat(100_000), &document).unwrap().bare_links);
    }
}
