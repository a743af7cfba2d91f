//! What every text has in common: what may be in it and how long it may be.

use super::visible::is_invisible;
use crate::{Refusal, Why};

/// The rules of one kind of text.
#[derive(Clone, Copy)]
pub(super) struct Rules {
    pub field: &'static str,
    pub lines: Lines,
    pub least: u32,
    pub most: u32,
}

/// Whether a text may have line ends and tabs.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Lines {
    One,
    Many,
}

/// The most combining marks on one letter. Written Hebrew and Thai need three, Vietnamese
/// two; what piles up more covers the lines above and below.
const MOST_MARKS: u32 = 8;

impl Rules {
    pub fn read(self, text: &str) -> Result<String, Refusal> {
        let refuse = |why| Err(Refusal::invalid(self.field, why));
        // Four bytes are the most a character takes; a megabyte is refused before it is copied.
        if text.trim().len() > 4 * self.most as usize + 4096 {
            return refuse(Why::TooLong { most: self.most });
        }
        let text = text.trim().replace("\r\n", "\n");
        let text = match self.lines {
            Lines::One => text,
            Lines::Many => text.replace('\r', "\n"),
        };
        let mut marks = 0;
        for c in text.chars() {
            if self.is_control(c) {
                return refuse(Why::ControlCharacter);
            }
            marks = if is_mark(c) { marks + 1 } else { 0 };
            if marks > MOST_MARKS {
                return refuse(Why::TooManyMarks);
            }
        }
        if count(&text) > self.most {
            return refuse(Why::TooLong { most: self.most });
        }
        let nothing_to_see = text.chars().all(|c| c.is_whitespace() || is_invisible(c) || is_mark(c));
        if nothing_to_see {
            return if self.least == 0 { Ok(String::new()) } else { refuse(Why::Empty) };
        }
        if count(&text) < self.least {
            return refuse(Why::TooShort { least: self.least });
        }
        Ok(text)
    }

    fn is_control(self, c: char) -> bool {
        match c {
            '\n' | '\t' => self.lines == Lines::One,
            '\u{2028}' | '\u{2029}' => self.lines == Lines::One,
            _ => c.is_control(),
        }
    }
}

/// Characters as Postgres' `char_length` counts them.
pub(super) fn count(text: &str) -> u32 {
    text.chars().count() as u32
}

/// Whether a character is drawn onto the one before it: the blocks whose marks are in use
/// today, and those that exist to be piled up.
pub(super) const fn is_mark(c: char) -> bool {
    matches!(c as u32,
        0x0300..=0x036F | 0x0483..=0x0489 | 0x0591..=0x05BD | 0x05BF | 0x05C1..=0x05C2 | 0x05C4..=0x05C5 | 0x05C7
        | 0x0610..=0x061A | 0x064B..=0x065F | 0x0670 | 0x06D6..=0x06DC | 0x06DF..=0x06E4 | 0x06E7..=0x06E8
        | 0x06EA..=0x06ED | 0x0730..=0x074A | 0x07A6..=0x07B0 | 0x0900..=0x0903 | 0x093A..=0x093C | 0x093E..=0x094F
        | 0x0981..=0x0983 | 0x09BC | 0x09BE..=0x09CD | 0x0A01..=0x0A03 | 0x0A3C..=0x0A4D | 0x0B82 | 0x0BBE..=0x0BCD
        | 0x0C3E..=0x0C56 | 0x0E31 | 0x0E34..=0x0E3A | 0x0E47..=0x0E4E | 0x0EB1 | 0x0EB4..=0x0EBC | 0x0EC8..=0x0ECE
        | 0x0F71..=0x0F84 | 0x102B..=0x103E | 0x1AB0..=0x1AFF | 0x1DC0..=0x1DFF | 0x20D0..=0x20FF
        | 0x302A..=0x302F | 0x3099..=0x309A | 0xFE00..=0xFE0F | 0xFE20..=0xFE2F | 0xE0100..=0xE01EF)
}
