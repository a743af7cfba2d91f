//! An icon: a CSS mask over a file in `public/icons`, in the colour of the words beside
//! it. It never stands for a word, so it is silent.

use leptos::prelude::*;

/// One of the names in `style/ui/icon.css`.
#[component]
pub fn Icon(name: &'static str) -> impl IntoView {
    view! { <span class="icon" data-icon=name aria-hidden="true"></span> }
}
