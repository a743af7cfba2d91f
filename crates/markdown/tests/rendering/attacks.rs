//! Texts that try to run something, load something or lead somewhere.

use markdown::{Limits, render};
use proptest::prelude::*;

use crate::page::{elements, must_be_harmless};

const ATTACKS: [&str; 44] = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><a xlink:href=\"javascript:alert(1)\"><text>x</text></a></svg>",
    "<math><mi//xlink:href=\"data:x,<script>alert(1)</script>\">",
    "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
    "<object data=\"javascript:alert(1)\"></object><embed src=x>",
    "<form action=/auth/sign-out method=post><button>Go</button></form>",
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<style>@import 'https://evil.example/x.css'</style>",
    "<p style=\"background:url(https://evil.example)\">x</p>",
    "<base href=\"https://evil.example/\">",
    "<meta http-equiv=refresh content=\"0;url=https://evil.example\">",
    "<link rel=stylesheet href=https://evil.example>",
    "<!--><script>alert(1)</script>-->",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<template><script>alert(1)</script></template>",
    "<plaintext>",
    "<a href=\"javascript:alert(1)\">x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#x0A;script:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](\u{1}javascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](file:///etc/passwd)",
    "[x](//evil.example)",
    "[x](/\\evil.example)",
    "[x](</\t/evil.example>)",
    "[x](https://a.example \"\\\" onmouseover=alert(1) x=\\\"\")",
    "[x]\n\n[x]: javascript:alert(1)",
    "<javascript:alert(1)>",
    "<data:text/html,<script>alert(1)</script>>",
    "![x](https://evil.example/pixel.gif)",
    "![x](//evil.example/pixel.gif)",
    "![x](javascript:alert(1))",
    "![x](/files/../auth/sign-out)",
    "![x\" onerror=\"alert(1)](/files/a.png)",
    "[![x](https://evil.example/pixel.gif)](https://a.example)",
    "```\"><script>alert(1)</script>\nx\n```",
    "| a |\n|---|\n| <script>alert(1)</script> |",
];

#[test]
fn nothing_runs_and_nothing_is_loaded() {
    for attack in ATTACKS {
        for limits in [Limits::entry(), Limits::section(), Limits::document()] {
            for text in
                [attack.to_owned(), format!("> - {attack}"), format!("before {attack} after"), format!("a\n\n{attack}")]
            {
                must_be_harmless(render(&text, &limits).unwrap().as_str());
            }
        }
    }
}

#[test]
fn raw_html_is_shown_as_the_text_that_it_is() {
    let html = render("returns Vec<String>, not <b>text</b>\n\n<div>\nblock\n</div>", &Limits::entry()).unwrap();
    assert_eq!(
        html.as_str(),
        "<p>returns Vec&lt;String&gt;, not &lt;b&gt;text&lt;/b&gt;</p>\n<p>&lt;div&gt;\nblock\n&lt;/div&gt;</p>\n"
    );
}

#[test]
fn images_from_elsewhere_become_links() {
    let html = render("![the graph](https://graphs.example/1.png)", &Limits::entry()).unwrap();
    assert_eq!(
        html.as_str(),
        "<p><a href=\"https://graphs.example/1.png\" rel=\"noopener noreferrer\">the graph</a></p>\n"
    );
    let html = render("![](https://graphs.example/1.png)", &Limits::entry()).unwrap();
    assert!(html.as_str().contains(">https://graphs.example/1.png</a>"), "{html}");
    let html = render("[![graph](https://graphs.example/1.png)](https://a.example)", &Limits::entry()).unwrap();
    assert_eq!(html.as_str(), "<p><a href=\"https://a.example\" rel=\"noopener noreferrer\">graph</a></p>\n");
    let html = render("![a [b](https://b.example) c](https://graphs.example/1.png)", &Limits::entry()).unwrap();
    assert_eq!(elements(html.as_str()).iter().filter(|(name, _)| name == "a").count(), 1, "{html}");
    let html = render("![graph](/files/0190/a.png)", &Limits::entry()).unwrap();
    assert!(html.as_str().contains("src=\"/files/0190/a.png\""), "{html}");
}

#[test]
fn letters_that_turn_the_reading_direction_are_seen() {
    let html = render("pay \u{202E}gpj.exe\u{202C} now", &Limits::entry()).unwrap();
    assert_eq!(html.as_str(), "<p>pay (U+202E)gpj.exe(U+202C) now</p>\n");
}

proptest! {
    #[test]
    fn no_text_gets_anything_through(text in "(?s)(.|<script>|<img |onerror=|javascript:|\\]\\(|!\\[|`|\"|&#|\n> |\n- |\\|){0,60}") {
        must_be_harmless(render(&text, &Limits::entry()).unwrap().as_str());
    }

    #[test]
    fn attacks_inside_each_other(picks in proptest::collection::vec(0..ATTACKS.len(), 1..5), cut in 0_usize..200) {
        let text: String = picks.iter().map(|&pick| ATTACKS[pick]).collect();
        let text: String = text.chars().take(cut).collect();
        must_be_harmless(render(&text, &Limits::entry()).unwrap().as_str());
    }
}
