//! Short texts that cost much. Each is refused, or costs no more than its size allows.

use markdown::{Limits, MarkdownError, render};

use crate::page::{depth, must_be_harmless};

/// A bomb of about so many bytes.
type Bomb = fn(usize) -> String;

const BOMBS: [(&str, Bomb); 19] = [
    ("quotes", |n| "> ".repeat(n / 2)),
    ("quotes without spaces", |n| ">".repeat(n)),
    ("lists on one line", |n| "- ".repeat(n / 2) + "a"),
    ("numbered lists on one line", |n| "1. ".repeat(n / 3) + "a"),
    ("quotes and lists by turns", |n| "> - ".repeat(n / 4) + "a"),
    ("lists by indentation", |n| {
        (0..)
            .map(|i| format!("{}- a\n", "  ".repeat(i)))
            .scan(0, |sum, line| {
                *sum += line.len();
                (*sum <= n).then_some(line)
            })
            .collect()
    }),
    ("emphasis", |n| "*a **a ".repeat(n / 14) + &"b** c* ".repeat(n / 14)),
    ("emphasis, never closed", |n| "*_".repeat(n / 2)),
    ("strikethrough", |n| "~~a ".repeat(n / 8) + &" a~~".repeat(n / 8)),
    ("brackets", |n| "[".repeat(n)),
    ("brackets and parentheses", |n| "[a](".repeat(n / 4)),
    ("images in images", |n| "![".repeat(n / 13) + "a" + &"](/files/a)".repeat(n / 13)),
    ("backticks", |n| {
        (1..)
            .map(|i| format!("e{}", "`".repeat(i)))
            .scan(0, |sum, run| {
                *sum += run.len();
                (*sum <= n).then_some(run)
            })
            .collect()
    }),
    ("a wide table with short rows", |n| {
        format!("{}|\n{}|\n{}", "|a".repeat(n / 8), "|-".repeat(n / 8), "|a\n".repeat(n / 6))
    }),
    ("references", |n| format!("[a]: /{}\n\n{}", "u".repeat(n / 2), "[a]".repeat(n / 6))),
    ("addresses without a space", |n| "<http://a".repeat(n / 9)),
    ("addresses", |n| "www.a.b@c.".repeat(n / 10)),
    ("characters to escape", |n| "&\"<>".repeat(n / 4)),
    ("raw elements", |n| "<b>".repeat(n / 3)),
];

#[test]
fn a_bomb_is_refused_or_costs_what_its_size_allows() {
    let limits = Limits::entry();
    for (name, bomb) in BOMBS {
        let text = bomb(limits.bytes - 64);
        assert!(text.len() <= limits.bytes && text.len() > limits.bytes / 3, "{name}: {} bytes", text.len());
        match render(&text, &limits) {
            Ok(html) => {
                assert!(
                    html.as_str().len() <= limits.output_bytes * 2,
                    "{name}: {} bytes of HTML",
                    html.as_str().len()
                );
                assert!(depth(html.as_str()) <= 2 * limits.nesting + 8, "{name}: {} deep", depth(html.as_str()));
                must_be_harmless(html.as_str());
            }
            Err(MarkdownError::TooLong { .. }) => panic!("{name}: the bomb must fit"),
            Err(_) => {}
        }
    }
}

#[test]
fn fifty_thousand_quotes_are_flattened() {
    let html = render(&"> ".repeat(50_000), &Limits::section()).unwrap();
    assert_eq!(html.as_str().matches("<blockquote>").count(), 32);
}

#[test]
fn what_is_too_deep_is_refused_and_what_is_not_is_shown() {
    let list = |levels: usize| (0..levels).map(|level| format!("{}- a\n", "  ".repeat(level))).collect::<String>();
    assert_eq!(depth(render(&list(32), &Limits::entry()).unwrap().as_str()), 64);
    assert_eq!(render(&list(33), &Limits::entry()), Err(MarkdownError::TooDeep { limit: 32 }));
    let emphasis = |levels: usize| "*a **a ".repeat(levels / 2) + &"b** c* ".repeat(levels / 2);
    assert!(render(&emphasis(32), &Limits::entry()).is_ok());
    assert_eq!(render(&emphasis(34), &Limits::entry()), Err(MarkdownError::TooDeep { limit: 32 }));
}

#[test]
fn what_is_too_long_is_refused_by_kind() {
    for (limits, bytes) in [(Limits::entry(), 65_536), (Limits::section(), 262_144), (Limits::document(), 1_048_576)] {
        assert!(render(&"a".repeat(bytes), &limits).is_ok());
        let refused = MarkdownError::TooLong { bytes: bytes + 1, limit: bytes };
        assert_eq!(render(&"a".repeat(bytes + 1), &limits), Err(refused));
    }
}

#[test]
fn html_that_grows_out_of_proportion_is_refused() {
    let small = Limits { output_bytes: 1000, ..Limits::entry() };
    assert_eq!(render(&"*a* ".repeat(200), &small), Err(MarkdownError::OutputTooLong { limit: 1000 }));
    assert!(render("*a*", &small).is_ok());
}

#[test]
fn a_refusal_names_the_limit_and_never_the_text() {
    let refusal = render(&"secret ".repeat(20_000), &Limits::entry()).unwrap_err();
    assert_eq!(refusal.code(), "text_too_long");
    assert_eq!(refusal.to_string(), "the text has 140000 bytes; 65536 are allowed");
}
