//! A menu: a `<details>`, so that it opens without a script. With one, Escape and a click
//! elsewhere close it (see `browser.rs`).

use leptos::prelude::*;

/// What opens, and what is inside.
#[component]
pub fn Menu(
    /// The class of the menu's head: how the closed menu looks.
    class: &'static str,
    /// The head: always a word, never only an icon.
    head: AnyView,
    /// Opens towards the line's end, `start`, instead of towards its start.
    #[prop(optional)]
    align: &'static str,
    /// It is open from the beginning: a form in it was refused.
    #[prop(optional)]
    open: bool,
    children: Children,
) -> impl IntoView {
    let inside = view! { <div class="menu-list">{children()}</div> };
    // To a browser that runs scripts a noscript is only text: a page with fifty closed forms
    // is read in two thirds of the time. The shell's script unfolds it soon after.
    let inside = if !open && use_context::<WholePage>().is_some() {
        view! { <noscript>{inside}</noscript> }.into_any()
    } else {
        inside.into_any()
    };
    view! {
        <details class="menu" name="menu" open=open data-align=(!align.is_empty()).then_some(align)>
            <summary class=class>{head}</summary>
            {inside}
        </details>
    }
}

/// A whole page is made, with the script that unfolds what is folded away; not a part of one.
#[derive(Clone, Copy, Debug)]
pub struct WholePage;

#[cfg(test)]
mod tests {
    use super::*;

    fn html(value: &'static str, open: bool) -> String {
        Owner::new().with(|| {
            provide_context(WholePage);
            view! { <Menu class="choice" head="Rename".into_any() open=open><input value=value /><p>{value}</p></Menu> }
                .to_html()
        })
    }

    #[test]
    fn what_is_closed_is_folded_and_what_is_open_is_not() {
        assert!(html("a", false).contains("<noscript>"));
        assert!(!html("a", true).contains("<noscript>"));
        let part = Owner::new().with(|| view! { <Menu class="choice" head="Rename".into_any()>"a"</Menu> }.to_html());
        assert!(!part.contains("<noscript>"), "{part}");
    }

    #[test]
    fn nothing_that_somebody_wrote_ends_the_fold() {
        let html = html("</noscript><img src=x onerror=alert(1)>", false);
        assert_eq!(html.matches("</noscript").count(), 1, "{html}");
    }
}
