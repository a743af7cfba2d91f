//! The list's filters without a reload. The form and the list are the server's and work
//! alone; this adds that a changed filter fetches only what changes.

use leptos::html;
use leptos::prelude::*;

/// Goes around the list. Changing a filter or typing into the search replaces every part
/// of the list (`data-part`), writes the address, and leaves the words being typed alone;
/// the browser's back and forward do the same backwards.
#[island]
pub fn ListFilters(children: Children) -> impl IntoView {
    let list = NodeRef::<html::Div>::new();
    #[cfg(feature = "hydrate")]
    list.on_load(|list| crate::browser::listen_to_filters(list.into()));
    view! { <div node_ref=list>{children()}</div> }
}
