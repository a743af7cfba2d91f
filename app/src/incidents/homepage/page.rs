//! The homepage's page.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::pickers::Pickers;
use super::sections::section;
use super::views::HomepageView;
use crate::ctx::{CurrentPerson, ctx, extension};
use crate::frame::Place;
use crate::incidents::commands::meanwhile;
use crate::incidents::{Live, api};
use crate::ui::{self, Body, Icon, language, text, time};

/// `/incidents/INC-6`.
#[component]
pub fn HomepagePage() -> impl IntoView {
    let reference = use_params_map().with_untracked(|params| params.get("reference")).unwrap_or_default();
    let (only, before, around) = use_query_map().with_untracked(|query| {
        let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
        (text(query.get_str("only")), text(query.get_str("before")), text(query.get_str("around")))
    });
    ui::framed(Place::Incidents, async move {
        // An incident has exactly one address.
        if let Ok(known) = domain::Reference::parse(&reference)
            && known.to_string() != reference
        {
            leptos_axum::redirect(&crate::paths::incident(known));
            return Ok(Body { title: known.to_string(), view: ().into_any() });
        }
        let homepage = api::homepage(reference, only, before, around).await?;
        let title = format!("{} {}", homepage.reference, homepage.title);
        let pickers = Pickers::read(&ctx()?).await?;
        meanwhile::look(&homepage.id, |field| homepage.change.says_now(field)).await;
        Ok(Body { title, view: view! { {homepage_view(homepage).into_any()} {pickers.view()} }.into_any() })
    })
}

fn homepage_view(homepage: HomepageView) -> impl IntoView {
    let section = |name| section(name, &homepage).into_any();
    let zone = extension::<CurrentPerson>().map_or_else(String::new, |person| person.zone.name().to_owned());
    let (id, seq) = (homepage.id.clone(), homepage.seq);
    let head = view! {
        <header class="incident-head">
            {section("where")} {section("title")} {section("situation")} {section("private")} {section("merged")}
            {section("change")} {section("links")} {section("delivery")}
        </header>
    };
    let about = view! { {section("about")} {section("composer")} };
    let rail = view! {
        {section("hand-off")} {section("next-steps")} {homepage.to_do.clone().view().into_any()} {section("tasks")}
        <div class="rail-rest">
            {section("components")} {section("people")} {section("key-times")} {section("definition")}
            {homepage.similar.clone().view().into_any()}
        </div>
    };
    view! {
        <article>
            {head.into_any()}
            {homepage.since.clone().view().into_any()}
            <div class="homepage">
                <section class="homepage-about" aria-label="Summary">{about.into_any()}</section>
                <aside class="rail" aria-label="Beside the incident">{rail.into_any()}</aside>
                <div class="homepage-timeline">
                    {homepage.timeline.view().into_any()}
                </div>
            </div>
            <Live incident=id seq=seq list=false zone=zone />
        </article>
    }
}

/// Which incident it is, and who declared it when.
pub(super) fn place(homepage: &HomepageView) -> impl IntoView + use<> {
    let declared = time(homepage.declared.clone());
    view! { <p class="where"><span>{homepage.reference.clone()}{homepage.place.clone()}{declared}</span></p> }
}

/// What it is called.
pub(super) fn title(title: &str) -> impl IntoView + use<> {
    let lang = language(title);
    view! { <h1 dir="auto" lang=lang>{title.to_owned()}</h1> }
}

/// Who can see it, said to each of them.
pub(super) fn private(homepage: &HomepageView) -> impl IntoView + use<> {
    let me = homepage.me.clone();
    let lines = homepage.private.clone().into_iter().map(move |(person, says)| {
        let hidden = person != me;
        view! { <p class="situation-lock" data-for=person hidden=hidden><Icon name="lock" />{says}</p> }
    });
    lines.collect_view()
}

pub(super) fn merged_here(others: Vec<(String, String, String)>) -> impl IntoView {
    others
        .into_iter()
        .map(|(reference, href, title)| {
            view! { <p class="situation-say"><a href=href>{reference}</a>" was merged into this one: "{text(title)}</p> }
        })
        .collect_view()
}

pub(super) fn definition(definition: Option<(String, String)>, tags: Vec<String>) -> impl IntoView {
    let definition = definition.map(|(name, says)| {
        view! { <section><div class="rail-head"><h2><bdi>{name}</bdi></h2></div><p class="soft" dir="auto">{says}</p></section> }
    });
    let tags = (!tags.is_empty()).then(|| {
        view! { <section><div class="rail-head"><h2>"Tags"</h2></div><p><bdi>{tags.join(", ")}</bdi></p></section> }
    });
    view! { {definition} {tags} }
}
