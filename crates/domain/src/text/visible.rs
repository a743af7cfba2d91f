//! Characters that one does not see, and how they are made visible.

use std::borrow::Cow;
use std::fmt::Write;

/// The text with everything visible that would change the direction of what stands beside
/// it: stored as it was written, shown as `⟨U+202E⟩`. Used wherever a text that somebody
/// wrote stands in one line with our words, so that no title can turn them around.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(turns_direction) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if turns_direction(c) {
            // Writing to a String cannot fail.
            let _ = write!(shown, "⟨U+{:04X}⟩", c as u32);
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// Embeddings, overrides and isolates of Unicode's bidirectional algorithm (UAX 9). The
/// three plain marks (U+200E, U+200F, U+061C) turn nothing around and stay.
const fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Whether a character leaves nothing on the screen (Unicode's default ignorables, as far
/// as they are assigned).
pub(super) const fn is_invisible(c: char) -> bool {
    turns_direction(c)
        || matches!(c as u32,
            0x00AD | 0x034F | 0x061C | 0x115F..=0x1160 | 0x17B4..=0x17B5 | 0x180B..=0x180F | 0x200B..=0x200F
            | 0x2060..=0x2065 | 0x206A..=0x206F | 0x2800 | 0x3164 | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0
            | 0xFFF9..=0xFFFB | 0xE0000..=0xE0FFF)
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn direction_is_shown_and_nothing_else_is_touched() {
        assert_eq!(visible("gnp.\u{202E}exe"), "gnp.⟨U+202E⟩exe");
        assert_eq!(visible("\u{2066}a\u{2069}"), "⟨U+2066⟩a⟨U+2069⟩");
        for plain in ["Webhooks delayed", "שלום", "\u{200F}עם סימן", "👩🏽‍🚒"] {
            assert_eq!(visible(plain), plain);
        }
    }
}
