//! Time goes on: the elapsed times, the next updates and the clock in the frame.

use leptos::prelude::*;

/// Ticks, once a minute on the minute, everything on the page that carries
///
/// - `data-since`: seconds since 1970 when something began; its text becomes how long ago;
/// - `data-until`: seconds since 1970 when something is due; its text becomes how soon;
/// - `data-ahead`: minutes that a zone is ahead of UTC; its text becomes the time there.
///
/// `server_now` is the server's clock (seconds since 1970) when the page was made; the
/// browser's own clock may be wrong by hours and only its pace is used.
#[cfg(feature = "ssr")]
#[component]
pub fn Ticker(server_now: i64) -> impl IntoView {
    view! { <span hidden data-server-now=server_now></span> <Ticking /> }
}

/// The island. What it needs to know stands beside it, because an island with properties
/// would bring a reader of JSON with it.
#[island]
pub fn Ticking() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    crate::browser::tick();
}
