//! How search compares words: the same in every script and every way of writing.

use unicode_normalization::UnicodeNormalization;

/// The form in which text is stored for search and searched for: NFKC, lower
/// case. "é" in one character or two, full-width and half-width, capitals and
/// small letters are the same.
pub(crate) fn fold(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).nfkc().collect()
}

/// What is typed into the search field, as patterns for `like` of which each
/// must match. At most eight words of at most a hundred characters.
pub(crate) fn patterns(typed: &str) -> Vec<String> {
    fold(typed)
        .split_whitespace()
        .take(8)
        .map(|word| {
            let mut pattern = String::with_capacity(word.len() + 2);
            pattern.push('%');
            for character in word.chars().take(100).filter(|character| *character != '\0') {
                if matches!(character, '%' | '_' | '\\') {
                    pattern.push('\\');
                }
                pattern.push(character);
            }
            pattern.push('%');
            pattern
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twins_are_the_same() {
        assert_eq!(fold("Caf\u{e9}"), fold("cafe\u{301}"));
        assert_eq!(fold("ＡＰＩ"), "api");
        assert_eq!(fold("ｽｹｼﾞｭｰﾗｰ"), "スケジューラー");
        assert_eq!(fold("ΌΣΟΣ").len(), fold("όσος").len());
    }

    #[test]
    fn wildcards_are_ordinary_characters() {
        assert_eq!(patterns("100% a_b c\\d"), ["%100\\%%", "%a\\_b%", "%c\\\\d%"]);
    }

    #[test]
    fn spaces_of_every_script_part_words() {
        assert_eq!(patterns("  再起動\u{3000}キュー "), ["%再起動%", "%キュー%"]);
        assert!(patterns(" \u{3000}").is_empty());
    }
}
