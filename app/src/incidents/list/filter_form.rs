//! The filter: a sentence whose dotted words open menus, and a search. A plain form that
//! asks for the same page; with a script it asks for the part that changes.

use leptos::prelude::*;

use super::query::ListQuery;
use super::sentence::Sentence;
use super::views::Choices;
use crate::paths;
use crate::ui::{Field, Icon, Mark, Menu, Submit, badge};

/// Statuses by which the list can be narrowed: what people ask for first.
const STATUSES: [(&str, &str); 11] = [
    ("", "All"),
    ("open", "Open: happening now"),
    ("over", "Over: recovered or closed"),
    ("triage", "Triage"),
    ("investigating", "Investigating"),
    ("identified", "Identified"),
    ("monitoring", "Monitoring"),
    ("recovered", "Recovered"),
    ("closed", "Closed"),
    ("merged", "Merged"),
    ("declined", "Declined"),
];

/// The form.
pub fn filter_form(query: &ListQuery, sentence: Sentence, choices: Choices) -> impl IntoView + use<> {
    let statuses = STATUSES.into_iter().map(|(code, word)| (code.to_owned(), word.to_owned())).collect();
    let components = with_any("Any component", choices.components);
    let people = with_any("Anybody", choices.people);
    view! {
        <form class="filter" role="search" method="get" action=paths::INCIDENTS data-part="filter">
            <div class="filter-words">
                {picker("status", sentence.status, radios("status", &query.status, statuses), "")}
                " incidents of "
                {picker("severity", sentence.severity, severities(&query.severity, choices.severities), "")}
                " on "
                {picker("component", sentence.component, radios("component", &query.component, components), ",")}
                " led by "
                {picker("lead", sentence.lead, radios("lead", &query.lead, people), ",")}
                " "
                {picker("when", sentence.when, days(query), ".")}
            </div>
            <div class="search">
                <Icon name="search" />
                <input class="input" type="search" name="q" value=query.q.clone() maxlength=ListQuery::LONGEST_SEARCH
                    aria-label="Search incidents" placeholder="Search incidents" autocomplete="off" />
            </div>
        </form>
    }
}

fn with_any(any: &str, choices: Vec<(String, String)>) -> Vec<(String, String)> {
    std::iter::once((String::new(), any.to_owned())).chain(choices).collect()
}

/// A dotted word, the menu behind it, and the mark that follows it on the same line.
fn picker(part: &'static str, word: String, inside: AnyView, mark: &'static str) -> AnyView {
    let head = view! { <bdi data-part=part>{word}</bdi> };
    view! {
        <span class="filter-word">
            <Menu class="word" align="start" head=head.into_any()>
                {inside}
                <div class="menu-foot"><Submit>"Show"</Submit></div>
            </Menu>
            {mark}
        </span>
    }
    .into_any()
}

fn radios(name: &'static str, chosen: &str, choices: Vec<(String, String)>) -> AnyView {
    choices
        .into_iter()
        .map(|(value, word)| {
            let checked = value == chosen;
            view! {
                <label class="menu-choice">
                    <input type="radio" name=name value=value checked=checked /><bdi>{word}</bdi>
                </label>
            }
        })
        .collect_view()
        .into_any()
}

fn severities(chosen: &[String], choices: Vec<(String, Mark)>) -> AnyView {
    choices
        .into_iter()
        .map(|(id, mark)| {
            let checked = chosen.contains(&id);
            view! {
                <label class="menu-choice">
                    <input type="checkbox" name="severity" value=id checked=checked /><span>{badge(mark)}</span>
                </label>
            }
        })
        .collect_view()
        .into_any()
}

fn days(query: &ListQuery) -> AnyView {
    view! {
        <div class="filter-dates">
            <Field name="from" label="Reported on or after" kind="date" size="name" optional=true value=query.from.clone() />
            <Field name="until" label="Reported on or before" kind="date" size="name" optional=true value=query.until.clone() />
        </div>
    }
    .into_any()
}
