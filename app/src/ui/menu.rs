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
    view! {
        <details class="menu" name="menu" open=open data-align=(!align.is_empty()).then_some(align)>
            <summary class=class>{head}</summary>
            <div class="menu-list">{children()}</div>
        </details>
    }
}
