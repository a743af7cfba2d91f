//! What the tab says.

use leptos::prelude::*;
use leptos_meta::Title;

/// The page's title. `leptos_meta` writes it into the page as it is, and titles quote what
/// people typed, so it is escaped here: the only place that may use [`Title`].
pub fn tab(title: &str) -> impl IntoView + use<> {
    view! { <Title text=escaped(title) /> }
}

/// Text that can neither end the element nor begin another.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_cannot_end_its_element() {
        assert_eq!(escaped("R&D</title><script>"), "R&amp;D&lt;/title&gt;&lt;script&gt;");
    }
}
