//! Text without any markup, which most updates are: escaped and set in paragraphs
//! without a parser. Gives exactly what the long way gives, or steps aside.

use crate::{Limits, LineBreaks, SafeHtml};

/// The HTML of a text that has no character which could mean anything, else nothing.
pub(crate) fn render(text: &str, limits: &Limits) -> Option<SafeHtml> {
    if !text.lines().all(is_plain) || text.contains("\r\r") {
        return None;
    }
    let between = match limits.line_breaks {
        LineBreaks::Shown => "<br>\n",
        LineBreaks::Space => "\n",
    };
    let mut html = String::with_capacity(text.len() + 16);
    let mut inside = false;
    for line in text.lines() {
        match (inside, line.is_empty()) {
            (false, true) => continue,
            (false, false) => html.push_str("<p>"),
            (true, true) => html.push_str("</p>\n"),
            (true, false) => html.push_str(between),
        }
        inside = !line.is_empty();
        html.push_str(line.trim_start_matches(' '));
    }
    if inside {
        html.push_str("</p>\n");
    }
    (html.len() <= limits.output_bytes).then(|| SafeHtml::new(html))
}

fn is_plain(line: &str) -> bool {
    let start = line.trim_start_matches(' ');
    let opens_nothing = !start.starts_with(|c: char| matches!(c, '-' | '+' | '=' | ':') || c.is_ascii_digit());
    let indented = line.len() - start.len() >= 4;
    opens_nothing
        && !indented
        && !line.ends_with(' ')
        && !line.contains(means_something)
        && !line.contains("://")
        && !contains_www(line)
}

/// Characters that are markup, need escaping, or that the parsers treat in a way of their own.
fn means_something(c: char) -> bool {
    matches!(
        c,
        '*' | '_' | '`' | '~' | '[' | ']' | '!' | '<' | '>' | '&' | '#' | '|' | '\\' | '@' | '\u{A0}' | '\u{FEFF}'
    ) || c.is_control()
        || crate::intake::turns_direction(c)
}

fn contains_www(line: &str) -> bool {
    line.as_bytes().windows(4).any(|four| four.eq_ignore_ascii_case(b"www."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{intake, sanitise, tree};
    use proptest::prelude::*;

    fn the_long_way(text: &str, limits: &Limits) -> SafeHtml {
        sanitise::clean(&tree::to_html(&intake::take(text, limits).unwrap(), limits).unwrap())
    }

    #[test]
    fn paragraphs_and_breaks() {
        let html = render("One \"two\"\nthree.\n\n\n 半角 four\n", &Limits::entry()).unwrap();
        assert_eq!(html.as_str(), "<p>One \"two\"<br>\nthree.</p>\n<p>半角 four</p>\n");
        assert_eq!(render("", &Limits::entry()).unwrap().as_str(), "");
    }

    #[test]
    fn markup_takes_the_long_way() {
        for text in [
            "*a*",
            "a <b>",
            "see https://a.example",
            "www.a.example",
            "a@b.example",
            "- a",
            "1. a",
            "    code",
            "a\n===",
            "a  \nb",
            "a\n:-",
            "a\tb",
            "# a",
        ] {
            assert_eq!(render(text, &Limits::entry()), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn both_ways_give_the_same(text in "([a-zA-Z0-9 .,;:'\"()%$^?/{}=+-]|é|日|本|\n| \n|www\\.|http:){0,40}") {
            for limits in [Limits::entry(), Limits::section()] {
                if let Some(html) = render(&text, &limits) {
                    prop_assert_eq!(html, the_long_way(&text, &limits));
                }
            }
        }

        #[test]
        fn both_ways_give_the_same_for_any_text(text in "(?s).{0,60}") {
            if let Some(html) = render(&text, &Limits::entry()) {
                prop_assert_eq!(html, the_long_way(&text, &Limits::entry()));
            }
        }
    }
}
