/// A line of plain text as Markdown that shows it unchanged. Escapes only what would
/// be markup where it stands, so that `a_b.example` stays findable.
pub(crate) fn escape(line: &str) -> String {
    let mut escaped = String::with_capacity(line.len() + 8);
    let opens = opening_mark(line);
    let mut before = ' ';
    let mut characters = line.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        let after = characters.peek().map_or(' ', |&(_, next)| next);
        let is_markup = match c {
            '\\' | '*' | '`' | '[' | ']' | '~' | '|' => true,
            // Between letters an underscore is one.
            '_' => !(before.is_alphanumeric() && after.is_alphanumeric()),
            '<' => !after.is_whitespace(),
            '&' => after.is_alphanumeric() || after == '#',
            '!' => after == '[',
            _ => false,
        };
        if is_markup || opens == Some(at) {
            escaped.push('\\');
        }
        escaped.push(c);
        before = c;
    }
    escaped
}

/// Where a line's first characters would make it a heading, a quote or a list.
fn opening_mark(line: &str) -> Option<usize> {
    let start = line.len() - line.trim_start().len();
    let rest = &line[start..];
    match rest.as_bytes().first()? {
        b'#' | b'>' | b'-' | b'+' | b'=' | b':' => Some(start),
        b'0'..=b'9' => {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            rest[digits..].starts_with(['.', ')']).then_some(start + digits)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_what_would_be_markup() {
        for (plain, escaped) in [
            ("Git operations are slow.", "Git operations are slow."),
            ("queue_depth of *.kite.example", "queue_depth of \\*.kite.example"),
            ("# not a heading", "\\# not a heading"),
            ("- not a list", "\\- not a list"),
            ("14. of May", "14\\. of May"),
            ("14.5 seconds", "14\\.5 seconds"),
            ("a < b & c", "a < b & c"),
            ("Vec<u8> &amp; [x](y)", "Vec\\<u8> \\&amp; \\[x\\](y)"),
        ] {
            assert_eq!(escape(plain), escaped);
        }
    }

    proptest! {
        #[test]
        fn a_line_is_shown_as_it_was(line in "[a-zA-Z0-9_*`\\[\\]<>&#!|~(){}=:;.,+-]([ a-zA-Z0-9_*`\\[\\]<>&#!|~(){}=:;.,+-]|amp;|é|日|\\\\){0,40}") {
            let shown = markdown::words(&escape(&line), &markdown::Limits::entry(), 1000).unwrap();
            let plain: Vec<_> = line.split_whitespace().collect();
            prop_assert_eq!(shown, plain.join(" "));
        }
    }
}
