//! Pages that follow what happens: what every live page carries.

use leptos::prelude::*;

/// What stands in the place of an id that each form needs for itself, where a part of a page
/// goes to everybody: the browser puts a new one there, because two people must not send the
/// same.
pub const FRESH_ID: &str = "00000000-0000-4000-8000-000000000000";

/// Says that this page follows an incident, or with `list` the list, without a reload;
/// [`Following`], in the frame, does it.
///
/// It replaces the inside of what carries `data-live`, puts timeline items into their place,
/// and shows what carries `data-for` with the id of whoever looks (`<html data-person>`);
/// what carries `data-not-for` with it is hidden.
/// A part with a form in which something was typed waits until it is asked for. Tells other
/// islands by the event `sensible:changed` on the document.
#[cfg(feature = "ssr")]
#[component]
pub fn Live(
    /// The incident's id; empty on the list.
    #[prop(into)]
    incident: String,
    /// Up to which seq the page shows it.
    seq: i64,
    /// Follow the list.
    list: bool,
    /// The zone that the page's times are shown in, an IANA name.
    #[prop(into)]
    zone: String,
) -> impl IntoView {
    view! {
        <span hidden data-follows=incident data-seq=seq data-list=list data-zone=zone></span>
    }
}

/// The island of every page with a frame: follows what the page says ([`Live`]), and what
/// its person is told. However many tabs a browser has open, one of them holds the one
/// stream and tells the others. What it follows stands on the page, because an island with
/// properties would bring a reader of JSON with it.
#[island]
pub fn Following() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    crate::browser::follow();
    view! {
        <p class="live-lost" role="status" data-part="live-lost"></p>
        <p class="only-spoken" aria-live="polite" data-part="live-said"></p>
    }
}
