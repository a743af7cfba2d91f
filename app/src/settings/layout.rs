//! What the settings' pages have in common.

use leptos::prelude::*;

use crate::paths;
use crate::ui::Body;

const PLACES: [(&str, &str); 5] = [
    (paths::SETTINGS, "Company"),
    (paths::SEVERITIES, "Severities"),
    (paths::COMPONENTS, "Components"),
    (paths::PEOPLE, "People"),
    (paths::SET_UP, "Set-up"),
];

/// One of the settings' pages: the way to the others, a heading, one sentence, its own.
pub fn settings_page(here: &'static str, title: &'static str, says: &'static str, inside: impl IntoView) -> Body {
    let places = PLACES
        .into_iter()
        .map(|(path, name)| view! { <a href=path aria-current=(path == here).then_some("page")>{name}</a> })
        .collect_view();
    let view = view! {
        <div class="settings">
            <nav class="views" aria-label="Settings">{places}</nav>
            <div class="settings-body">
                <header><h1>{title}</h1><p>{says}</p></header>
                {inside}
            </div>
        </div>
    };
    Body { title: format!("{title} · Settings"), view: view.into_any() }
}
