//! A moment as people read it, with the instant beside it for machines.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// A moment, ready to show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeView {
    /// RFC 3339, UTC.
    pub at: String,
    /// In the shown zone: `23:44`, `Thu 20 Nov 2025`.
    pub text: String,
}

/// The moment itself.
pub fn time(view: TimeView) -> impl IntoView {
    view! { <time datetime=view.at>{view.text}</time> }
}
