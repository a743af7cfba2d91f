//! The list's page, and its inside, which the filters fetch on their own.

use http::request::Parts;
use leptos::prelude::*;

use super::filter_form::filter_form;
use super::incident::RowView;
use super::rows;
use super::views::{FactView, GroupView, ListView};
use crate::ctx::{CurrentPerson, extension};
use crate::frame::Place;
use crate::incidents::api;
use crate::incidents::{ListFilters, Live};
use crate::paths;
use crate::ui::{self, Body, Button, Empty};

/// `/incidents`.
#[component]
pub fn ListPage() -> impl IntoView {
    let query = with_context::<Parts, _>(|parts| parts.uri.query().unwrap_or_default().to_owned()).unwrap_or_default();
    ui::framed(Place::Incidents, async move {
        let list = api::list(query).await?;
        let title = list.heading.clone();
        let zone = extension::<CurrentPerson>().map_or_else(String::new, |person| person.zone.name().to_owned());
        let live = view! { <Live incident="" seq=0 list=true zone=zone /> };
        let view = view! { <ListFilters>{list_view(list)}</ListFilters> {live} };
        Ok(Body { title, view: view.into_any() })
    })
}

/// The inside of the page. What carries `data-part` is what a changed filter replaces.
pub fn list_view(list: ListView) -> impl IntoView {
    let is_empty = list.is_empty();
    let form = filter_form(&list.query, list.sentence, list.choices).into_any();
    let spoken = match &list.fact {
        Some(fact) => fact.figure.clone(),
        None if is_empty && list.is_filtered => "Nothing matches.".to_owned(),
        None => String::new(),
    };
    let now = (!list.now.is_empty()).then(|| rows::now(list.now).into_any());
    let inside = if !is_empty {
        history(list.fact, list.over, list.groups, list.newer, list.older, list.counted).into_any()
    } else if list.is_filtered {
        nothing_matches(list.fact).into_any()
    } else {
        nothing_yet().into_any()
    };
    view! {
        <h1 class="only-spoken" data-part="heading">{list.heading}</h1>
        <div data-part="now">{now}</div>
        {form}
        <p class="only-spoken" role="status" data-part="spoken">{spoken}</p>
        <div class="incidents" data-part="incidents">{inside}</div>
    }
}

fn history(
    fact: Option<FactView>,
    over: Vec<RowView>,
    groups: Vec<GroupView>,
    newer: Option<String>,
    older: Option<String>,
    counted: i64,
) -> impl IntoView {
    let over = (!over.is_empty()).then(|| {
        let count = i64::try_from(over.len()).unwrap_or_default();
        rows::group(GroupView { heading: "Over, not closed".into(), count, rows: over }).into_any()
    });
    let pages = (newer.is_some() || older.is_some()).then(|| {
        view! {
            <nav class="pages" aria-label="Pages">
                <span>{newer.map(|href| view! { <a class="act" href=href rel="prev">"Newer incidents"</a> })}</span>
                <span>{older.map(|href| view! { <a class="act" href=href rel="next">"Older incidents"</a> })}</span>
            </nav>
        }
        .into_any()
    });
    view! {
        {fact.map(|fact| fact_view(fact, counted).into_any())}
        <div class="incident-months">
            {rows::scale()}
            {over}
            {groups.into_iter().map(|group| rows::group(group).into_any()).collect_view()}
        </div>
        {pages}
    }
}

fn fact_view(fact: FactView, counted: i64) -> impl IntoView {
    view! {
        <section class="fact">
            <h2>{fact.figure}</h2>
            <p class="soft">{fact.says}</p>
            <p><a class="act" href=paths::INCIDENTS>{format!("Show all {counted}")}</a></p>
        </section>
    }
}

fn nothing_matches(fact: Option<FactView>) -> impl IntoView {
    let says = fact
        .map(|fact| view! { <section class="fact"><h2>{fact.figure}</h2><p class="soft">{fact.says}</p></section> });
    view! {
        {says}
        <Empty says="Nothing matches all of that.">
            "Take a word of the sentence back, or "
            <a href=paths::INCIDENTS>"look at all incidents"</a>
            "."
        </Empty>
    }
}

fn nothing_yet() -> impl IntoView {
    view! {
        <Empty says="Nothing has happened yet.">
            "When something looks broken, it will stand here: what it is, who leads, and when the next update comes. History can be imported from a Statuspage or a cState site."
        </Empty>
        <Button href=paths::SETTINGS>"Prepare: severities and components"</Button>
    }
}
