//! Text that the store keeps as safe HTML: rendered from Markdown and cleaned on write.

use leptos::either::EitherOf3;
use leptos::prelude::*;

use super::language;

/// The rendered text, or, where there is none, the words as they were written.
pub fn markup(html: String, written: String) -> AnyView {
    let lang = language(&written);
    if html.is_empty() {
        view! { <p dir="auto" lang=lang>{written}</p> }.into_any()
    } else {
        view! { <div class="prose" dir="auto" lang=lang inner_html=html></div> }.into_any()
    }
}

/// Who did something, and what they said: on one line when it is a single paragraph.
pub fn said(head: impl IntoView + 'static, html: String, written: String, is_quote: bool) -> impl IntoView {
    let lang = language(&written);
    let (open, close) = if is_quote { ("“", "”") } else { ("", "") };
    if html.is_empty() {
        let words =
            (!written.is_empty()).then(|| view! { " "{open}<span dir="auto" lang=lang>{written}</span>{close} });
        return EitherOf3::A(view! { <p>{head}{words}</p> });
    }
    match only_paragraph(&html) {
        Some(line) => {
            let line = line.to_owned();
            EitherOf3::B(view! { <p>{head}" "{open}<span dir="auto" lang=lang inner_html=line></span>{close}</p> })
        }
        None => EitherOf3::C(view! { <p>{head}</p> <div class="prose" dir="auto" lang=lang inner_html=html></div> }),
    }
}

/// A paragraph that stands alone, without its element.
fn only_paragraph(html: &str) -> Option<&str> {
    let inside = html.trim().strip_prefix("<p>")?.strip_suffix("</p>")?;
    let is_alone = !["<p", "</p", "<ul", "<ol", "<pre", "<table", "<blockquote", "<h", "<div"]
        .iter()
        .any(|tag| inside.contains(tag));
    is_alone.then_some(inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_paragraph_goes_on_the_line_and_more_do_not() {
        assert_eq!(only_paragraph("<p>It is <em>over</em>.</p>\n"), Some("It is <em>over</em>."));
        assert_eq!(only_paragraph("<p>a</p><p>b</p>"), None);
        assert_eq!(only_paragraph("<p>a</p>\n<ul><li>b</li></ul>"), None);
        assert_eq!(only_paragraph("<pre>a</pre>"), None);
    }
}
