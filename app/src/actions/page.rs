//! The action items' pages.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::api;
use super::views::{ActionView, ActionsView, GroupView};
use crate::frame::Place;
use crate::paths;
use crate::ui::{self, Body, Empty, language, person, text, time};

/// `/actions`.
#[component]
pub fn ActionsPage() -> impl IntoView {
    let query = use_query_map();
    let asked = |name| query.with_untracked(|query| query.get_str(name).unwrap_or_default().to_owned());
    let (owner, before) = (asked("owner"), asked("before"));
    ui::framed(Place::Actions, async move {
        let actions = api::actions(owner, before).await?;
        Ok(Body { title: "Action items".into(), view: list(actions).into_any() })
    })
}

/// `/actions/ACT-12`.
#[component]
pub fn ActionPage() -> impl IntoView {
    let said = use_params_map().with_untracked(|params| params.get("number")).unwrap_or_default();
    ui::framed(Place::Actions, async move {
        let action = api::action(said).await?;
        let title = format!("{} {}", action.number, action.title);
        Ok(Body { title, view: one(action).into_any() })
    })
}

fn list(actions: ActionsView) -> impl IntoView {
    let mine = actions.mine;
    let views = [
        ("All", paths::ACTIONS.to_owned(), !mine),
        ("Mine", paths::with_query(paths::ACTIONS, [("owner", "mine")]), mine),
    ];
    let views = views
        .into_iter()
        .map(|(word, href, is_here)| view! { <a href=href aria-current=is_here.then_some("true")>{word}</a> })
        .collect_view();
    let says = if mine { "You own no action item that is still to be done." } else { "No action item is open." };
    let empty = actions.groups.is_empty().then(|| {
        view! { <Empty says=says>"They come from incidents: what is to be done after one is added on its page."</Empty> }
    });
    let groups = actions.groups.into_iter().map(group).collect_view();
    let older = actions.older.map(|href| view! { <p><a href=href>"Older ones"</a></p> });
    view! {
        <header class="page-head">
            <h1>"Action items"</h1>
            <nav class="views" aria-label="Whose">{views}</nav>
        </header>
        <div class="actions">{empty} {groups} {older}</div>
    }
}

fn group(group: GroupView) -> impl IntoView {
    let head = match group.incident {
        Some((reference, href, title)) => view! { <a href=href>{reference}</a>" "{text(title)} }.into_any(),
        None => "Of no incident".into_any(),
    };
    let items = group.items.into_iter().map(|item| {
        let facts = facts(&item);
        let lang = language(&item.title);
        view! {
            <li class="action">
                <p><a class="soft" href=item.href>{item.number}</a>" "<span dir="auto" lang=lang>{item.title}</span></p>
                {facts}
            </li>
        }
    });
    view! { <section><h2>{head}</h2><ul>{items.collect_view()}</ul></section> }
}

fn facts(item: &ActionView) -> impl IntoView + use<> {
    let (mark, word) = item.status.clone();
    let owner = match item.owner.clone() {
        Some(name) => person(name).into_any(),
        None => "Nobody’s yet".into_any(),
    };
    view! {
        <p class="action-facts">
            <span class="status" data-mark=mark>{word}</span>
            <span>{item.aim.clone()}</span>
            <span>{owner}</span>
        </p>
    }
}

fn one(action: ActionView) -> impl IntoView {
    let lang = language(&action.title);
    let facts = facts(&action);
    let incident = action.incident.map(|(reference, href, title)| {
        view! { <p>"After "<a href=href>{reference}</a>" "{text(title)}"."</p> }
    });
    view! {
        <article class="actions">
            <p class="where"><a href=paths::ACTIONS>"Action items"</a>" "{action.number}</p>
            <h1 dir="auto" lang=lang>{action.title}</h1>
            {facts}
            {incident}
            <p class="soft">"Since "{time(action.since)}"."</p>
        </article>
    }
}
