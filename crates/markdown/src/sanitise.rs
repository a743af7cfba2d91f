//! The second door: whatever the parser let through, only these elements,
//! attributes and addresses reach a page.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};

use crate::SafeHtml;
use crate::addresses::{is_our_file, is_our_page};

const TAGS: [&str; 27] = [
    "a",
    "blockquote",
    "br",
    "code",
    "del",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "img",
    "input",
    "li",
    "ol",
    "p",
    "pre",
    "strong",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
];

static DOOR: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let alignment = || HashMap::from([("align", HashSet::from(["left", "center", "right"]))]);
    let mut door = Builder::empty();
    door.tags(TAGS.into_iter().collect())
        .clean_content_tags(HashSet::from(["script", "style"]))
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href", "title"])),
            ("img", HashSet::from(["src", "alt", "title"])),
            ("input", HashSet::from(["checked"])),
            ("ol", HashSet::from(["start"])),
        ]))
        .tag_attribute_values(HashMap::from([("td", alignment()), ("th", alignment())]))
        // A box to tick is the only input there is, and it cannot be ticked here.
        .set_tag_attribute_values(HashMap::from([
            ("input", HashMap::from([("type", "checkbox"), ("disabled", "")])),
            ("img", HashMap::from([("loading", "lazy")])),
        ]))
        .generic_attributes(HashSet::new())
        .url_schemes(HashSet::from(["https", "http", "mailto"]))
        .url_relative(UrlRelative::Custom(Box::new(our_page)))
        .attribute_filter(|element, attribute, value| match (element, attribute) {
            ("img", "src") if !is_our_file(value) => None,
            _ => Some(Cow::Borrowed(value)),
        })
        .link_rel(Some("noopener noreferrer"));
    door
});

fn our_page(address: &str) -> Option<Cow<'_, str>> {
    is_our_page(address).then_some(Cow::Borrowed(address))
}

/// What of this HTML may stand on a page.
pub(crate) fn clean(html: &str) -> SafeHtml {
    SafeHtml::new(DOOR.clean(html).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_door_holds_without_the_parser() {
        for (html, left) in [
            ("<script>alert(1)</script>a", "a"),
            ("<svg><script>alert(1)</script></svg>a", "a"),
            ("<math><mtext><img src=x onerror=alert(1)></mtext></math>", ""),
            ("<p style=\"x\" class=\"y\" id=\"z\" onclick=\"a()\">a</p>", "<p>a</p>"),
            ("<iframe src=\"https://evil.example\"></iframe>", ""),
            ("<form action=\"/auth/sign-out\"><button>a</button></form>", "a"),
            // Its attributes come in any order.
            ("<input type=\"text\" name=\"a\">", "type=\"checkbox\""),
            ("<base href=\"https://evil.example\"><meta http-equiv=refresh content=0>", ""),
            ("<a href=\"//evil.example\">a</a>", "<a rel=\"noopener noreferrer\">a</a>"),
            ("<img src=\"https://evil.example/a.png\" alt=\"a\">", " alt=\"a\""),
            ("<td align=\"char\">a</td>", "a"),
        ] {
            let cleaned = clean(html);
            let same = cleaned.as_str().contains(left) && !cleaned.as_str().contains("evil");
            assert!(same && !cleaned.as_str().contains("alert"), "{html} → {cleaned}");
        }
    }
}
