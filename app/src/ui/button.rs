//! What acts. One filled button a view.

use leptos::prelude::*;

/// A link that looks like a button.
#[component]
pub fn Button(
    /// Where it leads.
    #[prop(into)]
    href: String,
    /// `primary`, `quiet`, or nothing for a plain one.
    #[prop(optional)]
    kind: &'static str,
    /// `large`, or nothing.
    #[prop(optional)]
    size: &'static str,
    children: Children,
) -> impl IntoView {
    view! { <a class="button" data-kind=shown(kind) data-size=shown(size) href=href>{children()}</a> }
}

/// Sends the form that it stands in.
#[component]
pub fn Submit(
    /// `primary`, `quiet`, or nothing for a plain one.
    #[prop(optional)]
    kind: &'static str,
    children: Children,
) -> impl IntoView {
    view! { <button class="button" data-kind=shown(kind)>{children()}</button> }
}

fn shown(value: &'static str) -> Option<&'static str> {
    (!value.is_empty()).then_some(value)
}
