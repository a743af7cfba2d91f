//! The command menu as a page, for whoever has no script.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::api::{LONGEST, found};
use super::shortcuts;
use super::views::FoundView;
use crate::frame::Place;
use crate::paths;
use crate::ui::{self, Body, Icon, Submit, language};

/// `/search?q=`.
#[component]
pub fn SearchPage() -> impl IntoView {
    let q = use_query_map().with_untracked(|query| query.get("q")).unwrap_or_default();
    ui::framed(Place::Nowhere, async move {
        let view = search_view(q.trim().to_owned(), found(q.trim(), "").await?);
        Ok(Body { title: "Find or do".into(), view: view.into_any() })
    })
}

fn search_view(q: String, found: FoundView) -> impl IntoView {
    let groups = found.groups.into_iter().map(|(heading, all)| {
        let all = all.into_iter().map(|one| {
            let lang = language(&one.name);
            view! {
                <li>
                    <a class="command" href=one.href>
                        <Icon name=one.icon /><span class="command-name" dir="auto" lang=lang>{one.name}</span>
                        <span class="command-say">{one.say}</span>
                    </a>
                </li>
            }
        });
        view! { <section><h2 class="command-group">{heading}</h2><ul>{all.collect_view()}</ul></section> }
    });
    view! {
        <div class="search-page">
            <h1>"Find or do"</h1>
            <form class="fields" role="search" action=paths::SEARCH>
                <div class="search">
                    <Icon name="search" />
                    <input class="input" type="search" name="q" value=q maxlength=LONGEST autofocus
                        aria-label="Find incidents, people, components, pages" autocomplete="off" dir="auto" />
                </div>
                <Submit kind="primary">"Find"</Submit>
            </form>
            <div class="search-found">{groups.collect_view()}</div>
            <section>
                <h2>"Keys"</h2>
                {shortcuts::list().into_any()}
            </section>
        </div>
    }
}
