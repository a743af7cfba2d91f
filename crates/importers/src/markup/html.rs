//! HTML of updates as Markdown. Status pages write little: paragraphs, breaks, lists,
//! bold, links. The rest keeps its words and loses its look.

use scraper::Html;
use scraper::node::Node;

use super::writer::{Piece, Writer};

const ELEMENTS: [&str; 30] = [
    "p",
    "br",
    "ul",
    "ol",
    "li",
    "strong",
    "b",
    "em",
    "i",
    "a",
    "div",
    "span",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "code",
    "pre",
    "blockquote",
    "var",
    "small",
    "table",
    "tr",
    "td",
    "th",
    "hr",
    "u",
    "del",
];

/// Whether a text is HTML, judged by the elements that status pages use: `Vec<u8>` is not.
pub(crate) fn is_html(text: &str) -> bool {
    let element = text.match_indices('<').any(|(at, _)| {
        let after = text[at + 1..].trim_start_matches('/');
        let name: String = after.chars().take_while(char::is_ascii_alphanumeric).collect();
        let ends = after[name.len()..].starts_with(['>', ' ', '/', '\n', '\t']);
        ends && ELEMENTS.contains(&name.to_ascii_lowercase().as_str())
    });
    let entity = ["&amp;", "&lt;", "&gt;", "&quot;", "&#39;", "&nbsp;"].iter().any(|entity| text.contains(entity));
    element || entity
}

/// The text as Markdown, cut in front of every bold text that `is_time` knows. The first
/// piece is what stands before the first time; pieces without words are kept when they
/// have a time.
pub(crate) fn pieces(html: &str, is_time: impl Fn(&str) -> bool) -> Vec<Piece> {
    let document = Html::parse_fragment(html);
    let mut writer = Writer::default();
    let mut silent = 0_usize;
    for edge in document.tree.root().traverse() {
        match edge {
            ego_tree::iter::Edge::Open(node) => match node.value() {
                _ if silent > 0 => silent += 1,
                Node::Text(text) => writer.text(text),
                Node::Element(element) => match element.name() {
                    "script" | "style" | "template" | "head" => silent = 1,
                    "strong" | "b" => {
                        let words: String = node.descendants().take(8).filter_map(text_of).collect();
                        if is_time(words.trim()) {
                            writer.begin_piece(words.trim());
                            silent = 1;
                        } else {
                            writer.open(element);
                        }
                    }
                    _ => writer.open(element),
                },
                _ => {}
            },
            ego_tree::iter::Edge::Close(node) => {
                if silent > 0 {
                    silent -= 1;
                } else if let Node::Element(element) = node.value() {
                    writer.close(element);
                }
            }
        }
    }
    writer.finish()
}

fn text_of<'a>(node: ego_tree::NodeRef<'a, Node>) -> Option<&'a str> {
    match node.value() {
        Node::Text(text) => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn markdown(html: &str) -> String {
        crate::markup::to_markdown(html)
    }

    #[test]
    fn what_status_pages_write() {
        for (html, expected) in [
            ("Plain words.\nSecond line.", "Plain words.\nSecond line."),
            ("<p>One.</p><p>Two<br />three.</p>", "One.\n\nTwo\nthree."),
            ("<p>One.</p>\n\n<p>Two</p>\n", "One.\n\nTwo"),
            ("a <strong>bold: </strong>b <em>x</em>", "a **bold:** b *x*"),
            ("See <a href=\"https://kite.example/a_b\">the page</a>.", "See [the page](<https://kite.example/a_b>)."),
            ("<a href=\"https://kite.example/\">https://kite.example/</a>", "<https://kite.example/>"),
            ("<a href=\"javascript:alert(1)\">x</a>", "x"),
            ("<ul><li>one</li><li>two<ul><li>three</li></ul></li></ul>end<br>", "- one\n- two\n  - three\n\nend"),
            ("Tom &amp; Jerry &lt;b&gt;<br>", "Tom & Jerry \\<b>"),
            ("<script>alert(1)</script><b>a</b><style>p{}</style>", "**a**"),
            ("Vec<u8> grows", "Vec\\<u8> grows"),
            ("a * b", "a \\* b"),
            ("<p></p>", ""),
        ] {
            assert_eq!(markdown(html), expected, "{html}");
        }
    }

    #[test]
    fn pieces_begin_at_written_times() {
        let is_time = |text: &str| text.starts_with("20");
        let cut = pieces(
            "<ul><li><strong>2010-01-01</strong> - Slow <b>now</b>.</li><li><strong>2010-01-02</strong>: -5 degrees</li></ul>",
            is_time,
        );
        let piece = |time: &str, markdown: &str| Piece { time: Some(time.to_owned()), markdown: markdown.to_owned() };
        assert_eq!(cut, [piece("2010-01-01", "Slow **now**."), piece("2010-01-02", "-5 degrees")]);
        let cut = pieces("<p>Before.</p><p><strong>2010-01-01</strong></p>", is_time);
        assert_eq!(cut[0], Piece { time: None, markdown: "Before.".to_owned() });
        assert_eq!(cut[1], piece("2010-01-01", ""));
    }

    #[test]
    fn depth_costs_no_stack() {
        let deep = format!("{}a{}", "<b><i>".repeat(3000), "</i></b>".repeat(3000));
        assert!(markdown(&deep).contains('a'));
    }
}
