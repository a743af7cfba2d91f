//! The to-do list's page.

use leptos::prelude::*;

use super::api::to_do;
use super::views::{ToDoItem, ToDoView};
use crate::frame::Place;
use crate::paths;
use crate::ui::{self, Body, Button, Empty, text};

/// `/to-do`.
#[component]
pub fn ToDoPage() -> impl IntoView {
    ui::framed(Place::ToDo, async move {
        let list = to_do().await?;
        Ok(Body { title: "To do".into(), view: page(list).into_any() })
    })
}

fn page(list: ToDoView) -> impl IntoView {
    let empty = list.items.is_empty().then(|| {
        view! { <Empty says="You owe nothing."><a href=paths::INCIDENTS>"See what is going on"</a></Empty> }
    });
    let items = list.items.into_iter().map(|item| owed(item, true).into_any()).collect_view();
    view! {
        <header class="page-head"><h1>"To do"</h1></header>
        <div class="to-do">{empty}<ul>{items}</ul></div>
    }
}

/// One thing that is owed, with its one button: in full on the list's own page, in brief
/// beside an incident.
pub(super) fn owed(item: ToDoItem, in_full: bool) -> impl IntoView {
    let due = item.due.map(|(at, words, colour)| {
        view! { " " <span class="due" data-due=colour><span data-until=at>{words}</span></span> }
    });
    let incident = item.incident.map(|(reference, href, title)| {
        let title = in_full.then(|| view! { " "{text(title)} });
        view! { <p class="owed-say"><a href=href>{reference}</a>{title}</p> }
    });
    let (word, href) = item.act;
    let label = format!("{word}: {}", item.what);
    let act = if in_full {
        view! { <Button href=href><span aria-hidden="true">{word}</span><span class="only-spoken">{label}</span></Button> }.into_any()
    } else {
        view! { <a class="act" href=href aria-label=label>{word}</a> }.into_any()
    };
    view! {
        <li class="owed">
            <div>
                <p class="owed-what"><span>{text(item.what)}</span>{due}</p>
                <p class="owed-say">{item.why}</p>
                {incident}
            </div>
            <div class="owed-acts">{act}</div>
        </li>
    }
}
