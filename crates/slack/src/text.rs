//! Slack's text format, as far as we write it.

/// What somebody wrote, so that Slack shows it and does nothing else with it:
/// `&`, `<` and `>` are escaped, so that a typed `<!channel>` calls nobody.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        push_escaped(&mut escaped, c);
    }
    escaped
}

/// As [`escape`], and no longer than `limit` characters after escaping. What is
/// cut off is replaced by one `…`; an escaped character is never cut in two.
#[must_use]
pub fn escape_within(text: &str, limit: usize) -> String {
    let whole = escape(text);
    if whole.chars().count() <= limit {
        return whole;
    }
    let mut cut = String::new();
    let mut room = limit.saturating_sub(1);
    for c in text.chars() {
        let width = match c {
            '&' => "&amp;".len(),
            '<' | '>' => "&lt;".len(),
            _ => 1,
        };
        if width > room {
            break;
        }
        room -= width;
        push_escaped(&mut cut, c);
    }
    if limit > 0 {
        cut.push('…');
    }
    cut
}

/// A link with a label. The label is escaped and loses `|`; the address is
/// escaped, and its `|` and spaces, which would end it, are percent-encoded.
#[must_use]
pub fn link(address: &str, label: &str) -> String {
    let address = escape(address).replace('|', "%7C").replace(' ', "%20");
    let label = escape(label).replace('|', "/").replace(['\n', '\r'], " ");
    format!("<{address}|{label}>")
}

/// A mention of a person, who is notified. `None` when the id is not one.
#[must_use]
pub fn mention(user_id: &str) -> Option<String> {
    let (first, rest) = user_id.split_at_checked(1)?;
    let fits = matches!(first, "U" | "W")
        && !rest.is_empty()
        && rest.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    fits.then(|| format!("<@{user_id}>"))
}

fn push_escaped(out: &mut String, c: char) {
    match c {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        c => out.push(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_calls_nobody() {
        assert_eq!(escape("<!channel> a < b && c > d"), "&lt;!channel&gt; a &lt; b &amp;&amp; c &gt; d");
        assert_eq!(escape("キューが止まった 🐦"), "キューが止まった 🐦");
    }

    #[test]
    fn a_cut_keeps_whole_characters_and_fits() {
        assert_eq!(escape_within("short", 5), "short");
        assert_eq!(escape_within("キューが止まった", 4), "キュー…");
        assert_eq!(escape_within("a<b", 4), "a…");
        assert_eq!(escape_within("abc", 0), "");
        for limit in 0..20 {
            let cut = escape_within("a & b < c > d & 鳥", limit);
            assert!(cut.chars().count() <= limit);
            assert!(!cut.contains("&a…") && !cut.contains("&…") && !cut.ends_with("&amp"), "{cut}");
        }
    }

    #[test]
    fn a_link_cannot_be_broken_out_of() {
        assert_eq!(
            link("https://a.example/x?y=1&z=|>", "a > b|c"),
            "<https://a.example/x?y=1&amp;z=%7C&gt;|a &gt; b/c>"
        );
    }

    #[test]
    fn only_ids_are_mentioned() {
        assert_eq!(mention("U0CURLEW").as_deref(), Some("<@U0CURLEW>"));
        for bad in ["", "U", "C0CURLEW", "U1> <!channel", "é"] {
            assert_eq!(mention(bad), None, "{bad}");
        }
    }
}
