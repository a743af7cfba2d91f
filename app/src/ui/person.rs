//! A person: initials and a name. Initials instead of pictures: nothing is loaded from
//! elsewhere, and everybody is drawn alike.

use domain::text::Name;
use leptos::prelude::*;

/// The letters that stand for a picture.
pub fn initials(name: &str) -> String {
    Name::parse(name).map(|name| name.initials()).unwrap_or_default()
}

/// Initials and name.
pub fn person(name: String) -> impl IntoView {
    let letters = initials(&name);
    view! { <span class="person"><span class="initials" aria-hidden="true">{letters}</span><bdi>{name}</bdi></span> }
}
