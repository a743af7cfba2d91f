//! Nothing there, said kindly: what it means and what to do.

use leptos::prelude::*;

/// One clear statement, then the way on.
#[component]
pub fn Empty(
    /// The statement, a whole sentence.
    #[prop(into)]
    says: String,
    children: Children,
) -> impl IntoView {
    view! { <div class="empty"><p><b>{says}</b></p><p>{children()}</p></div> }
}
