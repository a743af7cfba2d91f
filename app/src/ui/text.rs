//! What people wrote, shown as they wrote it: in its own direction, and in its own
//! language where the script tells it.

use leptos::prelude::*;

/// The language, when the script gives it away: kana is Japanese, Hangul Korean, Hebrew
/// Hebrew. Han characters alone may be Chinese or Japanese, so they tell nothing, as does
/// every script of many languages.
pub fn language(text: &str) -> Option<&'static str> {
    // Most text is ASCII, and is looked at only once.
    if text.is_ascii() {
        return None;
    }
    text.chars().find_map(|character| match character {
        '\u{3041}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{ff66}'..='\u{ff9d}' => Some("ja"),
        '\u{1100}'..='\u{11ff}' | '\u{ac00}'..='\u{d7a3}' => Some("ko"),
        '\u{05d0}'..='\u{05ea}' => Some("he"),
        _ => None,
    })
}

/// A line somebody wrote, set apart from the words around it.
pub fn text(written: String) -> impl IntoView {
    let lang = language(&written);
    view! { <bdi lang=lang>{written}</bdi> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_tells_the_language_or_nothing() {
        assert_eq!(language("スケジューラーの再起動後"), Some("ja"));
        assert_eq!(language("再起動"), None);
        assert_eq!(language("다시 시작"), Some("ko"));
        assert_eq!(language("שלום"), Some("he"));
        assert_eq!(language("مرحبا"), None);
        assert_eq!(language("Queue is empty"), None);
        assert_eq!(language("naïve"), None);
    }
}
