//! Text that has rules. Each kind is a type that only [`parse`](Title::parse) makes, so
//! that what is stored can be shown, and the schema's limits are met before the database
//! is asked.

mod rules;
mod visible;
mod web;

pub use visible::visible;
pub use web::{Email, Url};

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Refusal;
use rules::{Lines, Rules};

macro_rules! text {
    ($(#[$meta:meta])* $name:ident of $field:literal, $lines:ident, $least:literal..=$most:literal) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The most characters (Unicode code points, as the database counts them).
            pub const MOST: u32 = $most;

            const RULES: Rules = Rules { field: $field, lines: Lines::$lines, least: $least, most: $most };

            /// Reads what somebody wrote: trims it, unifies line ends, and refuses what
            /// cannot be shown or does not fit.
            pub fn parse(text: &str) -> Result<Self, Refusal> {
                Self::RULES.read(text).map(Self)
            }

            /// As [`parse`](Self::parse), refusing in the name of a field of the form.
            pub fn parse_field(text: &str, field: &'static str) -> Result<Self, Refusal> {
                Rules { field, ..Self::RULES }.read(text).map(Self)
            }
        }

        text!(@stored $name);
    };
    (@stored $name:ident) => {
        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = Refusal;
            fn from_str(text: &str) -> Result<Self, Refusal> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = Refusal;
            fn try_from(text: String) -> Result<Self, Refusal> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }
    };
}
pub(crate) use text;

text!(
    /// What an incident is called: one line.
    Title of "title", One, 1..=300
);
text!(
    /// What an incident is about, in Markdown; may be empty. Also the words of a cause.
    Summary of "summary", Many, 0..=20000
);
text!(
    /// What a note or an update says, in Markdown.
    MarkdownText of "body", Many, 1..=20000
);
text!(
    /// A person's or the company's name.
    Name of "name", One, 1..=200
);
text!(
    /// A severity's name.
    SeverityName of "name", One, 1..=40
);
text!(
    /// A severity's definition or example, a component's description; may be empty.
    Definition of "definition", Many, 0..=4000
);
text!(
    /// A component's name.
    ComponentName of "name", One, 1..=120
);
text!(
    /// What a link says.
    LinkLabel of "label", One, 1..=120
);
text!(
    /// A tag.
    TagName of "name", One, 1..=60
);

impl Summary {
    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Nothing written yet.
impl Default for Summary {
    fn default() -> Self {
        Self(String::new())
    }
}

/// Nothing written yet.
impl Default for Definition {
    fn default() -> Self {
        Self(String::new())
    }
}

impl Name {
    /// What stands in for a picture: the first letters of the first and the last word, or
    /// the first two letters of the only one.
    pub fn initials(&self) -> String {
        let mut words = self.0.split_whitespace();
        let first = words.next().unwrap_or_default();
        match words.next_back() {
            Some(last) => first.chars().take(1).chain(last.chars().take(1)).collect(),
            None => first.chars().take(2).collect(),
        }
    }
}

/// Why something was done, long enough to be understood later: at least ten characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Reason(String);

impl Reason {
    /// The fewest characters.
    pub const LEAST: u32 = 10;
    /// The most characters.
    pub const MOST: u32 = 2000;

    /// Reads a reason; a short one is [`Refusal::ReasonTooShort`].
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let rules = Rules { field: "reason", lines: Lines::Many, least: 0, most: Self::MOST };
        let text = rules.read(text)?;
        if rules::count(&text) < Self::LEAST {
            return Err(Self::too_short());
        }
        Ok(Self(text))
    }

    /// The refusal of a reason that is missing or too short.
    pub const fn too_short() -> Refusal {
        Refusal::ReasonTooShort { least: Self::LEAST }
    }
}

text!(@stored Reason);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Why;
    use proptest::prelude::*;

    #[track_caller]
    fn why<T: fmt::Debug>(result: Result<T, Refusal>) -> Why {
        match result {
            Err(Refusal::Invalid { why, .. }) => why,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_title_is_trimmed_and_has_one_to_three_hundred_characters() {
        assert_eq!(Title::parse("  Webhooks delayed \n").unwrap().as_str(), "Webhooks delayed");
        assert_eq!(why(Title::parse("")), Why::Empty);
        assert_eq!(why(Title::parse(" \t\n")), Why::Empty);
        assert!(Title::parse(&"あ".repeat(300)).is_ok());
        assert_eq!(why(Title::parse(&"あ".repeat(301))), Why::TooLong { most: 300 });
    }

    #[test]
    fn what_cannot_be_shown_is_refused() {
        for text in ["a\0b", "a\u{7}b", "a\nb", "a\rb", "a\tb", "a\u{85}b", "a\u{2028}b", "a\u{1b}[31mb"] {
            assert_eq!(why(Title::parse(text)), Why::ControlCharacter, "{text:?}");
        }
        for text in ["\u{200b}", "\u{2060}\u{feff}", "\u{200d}\u{200d}", "\u{3164}", "\u{202e}\u{202c}", "\u{301}"] {
            assert_eq!(why(Title::parse(text)), Why::Empty, "{text:?}");
        }
    }

    #[test]
    fn piled_up_marks_are_refused_and_real_languages_are_not() {
        let zalgo = format!("z{}", "\u{301}".repeat(9));
        assert_eq!(why(Title::parse(&zalgo)), Why::TooManyMarks);
        assert!(Title::parse(&format!("z{}", "\u{301}".repeat(8))).is_ok());
        for text in ["ビルドが始まらない", "Tiếng Việt", "ภาษาไทยที่นี่", "मुश्किल", "שָׁלוֹם", "👩🏽‍🚒 on fire", "Zürich is down"]
        {
            assert_eq!(Title::parse(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn long_text_keeps_its_lines_with_one_kind_of_end() {
        let text = MarkdownText::parse("one\r\ntwo\rthree\n\n\tfour\n").unwrap();
        assert_eq!(text.as_str(), "one\ntwo\nthree\n\n\tfour");
        assert_eq!(why(MarkdownText::parse("a\0")), Why::ControlCharacter);
        assert_eq!(why(MarkdownText::parse("  ")), Why::Empty);
        assert!(Summary::parse("  ").unwrap().is_empty());
        assert_eq!(why(Summary::parse(&"x".repeat(20_001))), Why::TooLong { most: 20_000 });
    }

    #[test]
    fn a_reason_has_ten_characters_that_count() {
        assert_eq!(Reason::parse("         x          "), Err(Reason::too_short()));
        assert_eq!(Reason::parse(""), Err(Reason::too_short()));
        assert_eq!(Reason::parse("123456789"), Err(Reason::too_short()));
        assert!(Reason::parse("1234567890").is_ok());
        assert!(Reason::parse("また遅くなりましたから").is_ok());
        assert_eq!(Reason::parse(&"\u{200b}".repeat(20)), Err(Reason::too_short()));
    }

    #[test]
    fn a_megabyte_is_refused() {
        let megabyte = "x".repeat(1 << 20);
        assert!(Title::parse(&megabyte).is_err());
        assert!(MarkdownText::parse(&megabyte).is_err());
        assert!(Reason::parse(&megabyte).is_err());
        assert!(Email::parse(&format!("{megabyte}@x.example")).is_err());
        assert!(Url::parse(&format!("https://x.example/{megabyte}")).is_err());
    }

    #[test]
    fn initials_are_two_letters() {
        for (name, initials) in
            [("Curlew", "Cu"), ("Ada Lovelace", "AL"), ("X", "X"), ("山田 太郎", "山太"), ("A b C", "AC")]
        {
            assert_eq!(Name::parse(name).unwrap().initials(), initials);
        }
    }

    #[test]
    fn the_rules_hold_on_the_wire_too() {
        assert!(serde_json::from_str::<Title>("\"\"").is_err());
        assert!(serde_json::from_str::<Title>("\"a\\u0000\"").is_err());
        assert_eq!(serde_json::from_str::<Title>("\" a \"").unwrap().as_str(), "a");
        assert_eq!(serde_json::to_string(&Title::parse("a").unwrap()).unwrap(), "\"a\"");
    }

    proptest! {
        #[test]
        fn reading_twice_changes_nothing(text in any::<String>()) {
            if let Ok(title) = Title::parse(&text) {
                prop_assert_eq!(Title::parse(title.as_str()).unwrap(), title);
            }
            if let Ok(body) = MarkdownText::parse(&text) {
                prop_assert!(!body.as_str().contains(['\0', '\r']));
                prop_assert_eq!(MarkdownText::parse(body.as_str()).unwrap(), body);
            }
            if let Ok(email) = Email::parse(&text) {
                prop_assert_eq!(Email::parse(email.as_str()).unwrap(), email);
            }
            if let Ok(url) = Url::parse(&text) {
                prop_assert_eq!(Url::parse(url.as_str()).unwrap(), url);
            }
        }
    }
}
