//! The homepage's page.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::views::HomepageView;
use crate::clocks::key_times;
use crate::frame::Place;
use crate::incidents::api;
use crate::timeline::timeline;
use crate::ui::{self, Body, Icon, language, markup, person, text, time};

/// `/incidents/INC-6`.
#[component]
pub fn HomepagePage() -> impl IntoView {
    let reference = use_params_map().with_untracked(|params| params.get("reference")).unwrap_or_default();
    let only_updates = use_query_map().with_untracked(|query| query.get_str("only") == Some("updates"));
    ui::framed(Place::Incidents, async move {
        // An incident has exactly one address.
        if let Ok(known) = domain::Reference::parse(&reference)
            && known.to_string() != reference
        {
            leptos_axum::redirect(&crate::paths::incident(known));
            return Ok(Body { title: known.to_string(), view: ().into_any() });
        }
        let homepage = api::homepage(reference, only_updates).await?;
        let title = format!("{} {}", homepage.reference, homepage.title);
        Ok(Body { title, view: homepage_view(homepage).into_any() })
    })
}

fn homepage_view(homepage: HomepageView) -> impl IntoView {
    let lang = language(&homepage.title);
    let private = homepage.private.map(|who| view! { <p class="situation-lock"><Icon name="lock" />{who}</p> });
    view! {
        <article>
            <header class="incident-head">
                <p class="where"><span>{homepage.reference}{homepage.place}{time(homepage.declared)}</span></p>
                <h1 dir="auto" lang=lang>{homepage.title}</h1>
                {homepage.situation.view().into_any()}
                {private}
                {merged_here(homepage.merged_here).into_any()}
            </header>
            <div class="homepage">
                <section class="homepage-about" aria-label="Summary">
                    {about(homepage.summary, homepage.cause, homepage.missing).into_any()}
                </section>
                <aside class="rail" aria-label="Beside the incident">
                    {next_steps(homepage.next_steps).into_any()}
                    <div class="rail-rest">
                        {homepage.components.into_iter().map(|component| component.view().into_any()).collect_view()}
                        {people(homepage.people, homepage.observers, homepage.postmortem_owner).into_any()}
                        {key_times(homepage.key_times, homepage.zone.clone()).into_any()}
                        {definition(homepage.definition, homepage.tags).into_any()}
                    </div>
                </aside>
                <div class="homepage-timeline">
                    {timeline(homepage.days, homepage.zone, homepage.href, homepage.only_updates, homepage.goes_on).into_any()}
                </div>
            </div>
        </article>
    }
}

fn merged_here(others: Vec<(String, String, String)>) -> impl IntoView {
    others
        .into_iter()
        .map(|(reference, href, title)| {
            view! { <p class="situation-say"><a href=href>{reference}</a>" was merged into this one: "{text(title)}</p> }
        })
        .collect_view()
}

fn about(summary: (String, String), cause: Option<(String, String)>, missing: Vec<String>) -> impl IntoView {
    let (html, words) = summary;
    let summary = (!words.trim().is_empty()).then(|| view! { <div class="summary">{markup(html, words)}</div> });
    let cause = cause
        .map(|(known, words)| view! { <p class="summary cause"><span class="soft">{known}</span>" "{text(words)}</p> });
    let missing =
        (!missing.is_empty()).then(|| view! { <p class="missing">"Missing: "<b>{missing.join(", ")}</b>"."</p> });
    view! { {summary} {cause} {missing} }
}

fn next_steps(steps: Vec<(String, String)>) -> Option<impl IntoView> {
    (!steps.is_empty()).then(|| {
        let steps = steps.into_iter().map(|(what, why)| {
            view! { <li class="owed"><p class="owed-what">{what}</p><p class="owed-say">{why}</p></li> }
        });
        view! {
            <section class="rail-first" aria-labelledby="next-steps">
                <div class="rail-head"><h2 id="next-steps">"Next steps"</h2></div>
                <ul>{steps.collect_view()}</ul>
            </section>
        }
    })
}

fn people(active: Vec<String>, observers: usize, owner: Option<String>) -> Option<impl IntoView> {
    if active.is_empty() && observers == 0 && owner.is_none() {
        return None;
    }
    let follow = match (active.is_empty(), observers) {
        (_, 0) => None,
        (true, 1) => Some("One person follows.".to_owned()),
        (true, many) => Some(format!("{many} people follow.")),
        (false, 1) => Some("One more follows.".to_owned()),
        (false, many) => Some(format!("{many} more follow.")),
    };
    Some(view! {
        <section aria-labelledby="people">
            <div class="rail-head"><h2 id="people">"People"</h2></div>
            <p class="people rail-links">{active.into_iter().map(|name| view! { {person(name)} " " }).collect_view()}</p>
            {owner.map(|name| view! { <p><bdi>{name}</bdi>" writes the postmortem."</p> })}
            {follow.map(|follow| view! { <p class="soft note-size">{follow}</p> })}
        </section>
    })
}

fn definition(definition: Option<(String, String)>, tags: Vec<String>) -> impl IntoView {
    let definition = definition.map(|(name, says)| {
        view! { <section><div class="rail-head"><h2><bdi>{name}</bdi></h2></div><p class="soft" dir="auto">{says}</p></section> }
    });
    let tags = (!tags.is_empty()).then(|| {
        view! { <section><div class="rail-head"><h2>"Tags"</h2></div><p><bdi>{tags.join(", ")}</bdi></p></section> }
    });
    view! { {definition} {tags} }
}
