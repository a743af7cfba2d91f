//! The settings' pages and the way between them.

use std::future::Future;

use leptos::prelude::*;

use crate::ctx::ctx;
use crate::error::AppError;
use crate::frame::Place;
use crate::paths;
use crate::ui::{self, Body};

const PAGES: [(&str, &str); 6] = [
    (paths::SETTINGS, "Company"),
    (paths::SEVERITIES, "Severities"),
    (paths::COMPONENTS, "Components"),
    (paths::PEOPLE, "People"),
    (paths::PRIVATE_INCIDENTS, "Private incidents"),
    (paths::SET_UP, "Set-up"),
];

/// A page of the settings. Anybody may read it; `body` is told whether the one who looks
/// may change it.
pub fn settings_page<F>(here: &'static str, body: impl FnOnce(bool) -> F + Send + 'static) -> impl IntoView
where
    F: Future<Output = Result<AnyView, AppError>> + Send + 'static,
{
    ui::framed(Place::Settings, async move {
        let is_admin = ctx()?.viewer.is_admin;
        let inside = body(is_admin).await?;
        let links = PAGES
            .into_iter()
            // The others would only find a door there.
            .filter(|(href, _)| is_admin || *href != paths::PRIVATE_INCIDENTS)
            .map(|(href, name)| view! { <a href=href aria-current=(href == here).then_some("page")>{name}</a> })
            .collect_view();
        let read_only = (!is_admin).then(|| view! { <p class="soft">"Only admins can change this."</p> });
        let title = PAGES.iter().find(|(href, _)| *href == here).map_or("Settings", |(_, name)| name);
        let view = view! {
            <div class="settings">
                <nav class="views" aria-label="Settings">{links}</nav>
                <div class="settings-body">{inside}{read_only}</div>
            </div>
        };
        Ok(Body { title: title.to_owned(), view: view.into_any() })
    })
}
