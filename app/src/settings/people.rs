//! People: who is there, who is admin, who left and what they still owe.

use domain::text::{Email, Name};
use domain::{PersonId, Refusal};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_query_map;
use serde::{Deserialize, Serialize};
use store::{Owed, Person};

use super::nav::settings_page;
use crate::ctx::{Ctx, ctx, settle, told};
use crate::error::AppError;
use crate::paths;
use crate::refused::refused;
use crate::ui::{Field, Hidden, Submit, person, text};

/// Everybody, ready to show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeopleView {
    /// By name; whoever left comes last.
    pub people: Vec<PersonView>,
    /// What one of them still leads or owes, when that was asked.
    pub owed: Option<OwedView>,
}

/// A person in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonView {
    /// Which.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Address, zone, whether they signed in: small and short.
    pub says: String,
    /// Whether they are an admin.
    pub is_admin: bool,
    /// Whether they left.
    pub is_deactivated: bool,
    /// Whether an admin may let them in again; Slack's own word is Slack's to take back.
    pub can_return: bool,
    /// Whether it is the one who looks.
    pub is_me: bool,
}

/// What somebody leads or owes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwedView {
    /// Who.
    pub name: String,
    /// A few words, a reference, its address and its title or task each.
    pub items: Vec<(String, String, String, String)>,
}

impl PersonView {
    fn of(person: Person, me: PersonId) -> Self {
        let mut says: Vec<String> = person.email.into_iter().collect();
        says.push(person.zone.replace('_', " "));
        match (person.deactivated_at, person.deactivated_by_slack, person.claimed_at) {
            (Some(_), true, _) => says.push("deactivated in Slack".into()),
            (Some(_), false, _) => says.push("deactivated".into()),
            (None, _, None) => says.push("has not signed in yet".into()),
            (None, _, Some(_)) => {}
        }
        Self {
            id: person.id.to_string(),
            name: person.name,
            says: says.join(", "),
            is_admin: person.is_admin,
            is_deactivated: person.deactivated_at.is_some(),
            can_return: person.deactivated_at.is_some() && !person.deactivated_by_slack,
            is_me: person.id == me,
        }
    }
}

impl OwedView {
    fn of(name: String, owed: Owed) -> Self {
        let leads = owed.leads.into_iter().map(|incident| ("leads", incident.reference, incident.title));
        let postmortems = owed
            .postmortems
            .into_iter()
            .map(|incident| ("writes the postmortem of", incident.reference, incident.title));
        let tasks = owed.tasks.into_iter().map(|task| ("has a task in", task.reference, task.title));
        let roles = owed.roles.into_iter().map(|incident| ("has a role in", incident.reference, incident.title));
        let items = leads.chain(roles).chain(postmortems).chain(tasks).map(|(what, reference, title)| {
            (what.to_owned(), reference.to_string(), paths::incident(reference), title)
        });
        let actions = owed.action_items.into_iter().map(|action| {
            ("owns".to_owned(), action.reference.to_string(), paths::action(action.reference), action.title)
        });
        Self { name, items: items.chain(actions).collect() }
    }
}

/// Everybody; with `person`, what they lead or owe too.
#[server(endpoint = "people/list")]
pub async fn people(#[server(default)] person: String) -> Result<PeopleView, AppError> {
    let ctx = ctx()?;
    let people = ctx.store.people(&ctx.viewer).await.map_err(told)?;
    let owed = match (!person.is_empty()).then(|| PersonId::parse(&person)).transpose().map_err(told)? {
        Some(id) => Some(owed(&ctx, &people, id).await?),
        None => None,
    };
    Ok(PeopleView {
        people: people.into_iter().map(|person| PersonView::of(person, ctx.viewer.person)).collect(),
        owed,
    })
}

async fn owed(ctx: &Ctx, people: &[Person], id: PersonId) -> Result<OwedView, AppError> {
    let known = people.iter().find(|person| person.id == id).ok_or_else(|| told(AppError::not_found()))?;
    let owed = ctx.store.what_they_owe(&ctx.viewer, id).await.map_err(told)?;
    Ok(OwedView::of(known.name.clone(), owed))
}

/// Adds somebody who has not signed in yet. For admins.
#[server(endpoint = "people/add")]
pub async fn add_person(email: String, name: String) -> Result<(), AppError> {
    let ctx = ctx()?;
    let added = match (Email::parse(&email), Name::parse(&name)) {
        (Ok(email), Ok(name)) => ctx.store.add_person(&ctx.viewer, email, name).await.map(|_| ()),
        (Err(refusal), _) | (_, Err(refusal)) => Err(refusal.into()),
    };
    settle(added, paths::PEOPLE, "person")
}

/// Makes somebody an admin. For admins.
#[server(endpoint = "people/make-admin")]
pub async fn make_admin(person: String) -> Result<(), AppError> {
    let ctx = ctx()?;
    let made = match PersonId::parse(&person) {
        Ok(person) => ctx.store.make_admin(&ctx.viewer, person).await,
        Err(refusal) => Err(refusal.into()),
    };
    settle(made, paths::PEOPLE, "admin")
}

/// Takes the right away. The last admin keeps it. For admins.
#[server(endpoint = "people/remove-admin")]
pub async fn remove_admin(person: String) -> Result<(), AppError> {
    let ctx = ctx()?;
    let removed = match PersonId::parse(&person) {
        Ok(person) => ctx.store.remove_admin(&ctx.viewer, person).await,
        Err(refusal) => Err(refusal.into()),
    };
    settle(removed, paths::PEOPLE, "no-admin")
}

/// Nobody signs in as this person any more; the page then lists what they owe. For admins.
#[server(endpoint = "people/deactivate")]
pub async fn deactivate(person: String) -> Result<(), AppError> {
    let ctx = ctx()?;
    let outcome = match PersonId::parse(&person) {
        Ok(id) => ctx.store.deactivate(&ctx.viewer, id).await.map(|()| id),
        Err(refusal) => Err(refusal.into()),
    };
    let back = outcome.as_ref().map_or_else(|_| paths::PEOPLE.to_owned(), |id| owes(&id.to_string()));
    settle(outcome.map(|_| ()), &back, "deactivated")
}

/// Lets somebody in again. For admins.
#[server(endpoint = "people/reactivate")]
pub async fn reactivate(person: String) -> Result<(), AppError> {
    let ctx = ctx()?;
    let outcome = match PersonId::parse(&person) {
        Ok(person) => ctx.store.reactivate(&ctx.viewer, person).await,
        Err(refusal) => Err::<(), store::StoreError>(refusal.into()),
    };
    settle(outcome, paths::PEOPLE, "reactivated")
}

fn owes(person: &str) -> String {
    paths::with_query(paths::PEOPLE, [("person", person)])
}

/// `/settings/people`.
#[component]
pub fn PeoplePage() -> impl IntoView {
    let asked = use_query_map().with_untracked(|query| query.get("person")).unwrap_or_default();
    settings_page(paths::PEOPLE, |is_admin| async move {
        let view = people(asked).await.map_err(unknown)?;
        let only_admin = view.people.iter().filter(|person| person.is_admin && !person.is_deactivated).count() == 1;
        let entries =
            view.people.into_iter().map(|person| entry(person, is_admin, only_admin).into_any()).collect_view();
        Ok(view! {
            <header>
                <h1>"People"</h1>
                <p>"Whoever is here can lead, be asked and be named, signed in or not. Nobody is ever deleted: they keep their place in the history."</p>
            </header>
            {view.owed.map(|owed| owed_view(owed).into_any())}
            <ul class="entries">{entries}</ul>
            {is_admin.then(|| add().into_any())}
        }
        .into_any())
    })
}

/// An id that cannot be read names nobody.
fn unknown(error: AppError) -> AppError {
    match error {
        AppError::Refused { refusal: Refusal::Invalid { .. } } => AppError::not_found(),
        other => other,
    }
}

fn owed_view(owed: OwedView) -> impl IntoView {
    let is_empty = owed.items.is_empty();
    let items = owed.items.into_iter().map(|(what, reference, href, title)| {
        view! { <li>{what}" "<a href=href>{reference}</a>" "{text(title)}</li> }
    });
    view! {
        <section class="notice" aria-label="What they owe">
            <p><b><bdi>{owed.name}</bdi></b>{if is_empty { " leads nothing and owes nothing." } else { " still" }}</p>
            <ul>{items.collect_view()}</ul>
        </section>
    }
}

/// `only_admin`: there is one admin, who cannot step down.
fn entry(view: PersonView, is_admin: bool, only_admin: bool) -> impl IntoView {
    let role = match (view.is_admin, view.is_me) {
        (true, true) => Some("admin, you"),
        (true, false) => Some("admin"),
        (false, true) => Some("you"),
        (false, false) => None,
    };
    let id = view.id.clone();
    let act = |path: &'static str, words: &'static str| {
        let person = id.clone();
        view! { <form method="post" action=path><Hidden name="person" value=person /><button class="act">{words}</button></form> }
    };
    let acts = is_admin.then(|| {
        let admin = match (view.is_deactivated, view.is_admin) {
            (true, _) => None,
            (false, true) if only_admin => None,
            (false, true) => Some(act(RemoveAdmin::PATH, "No longer admin")),
            (false, false) => Some(act(MakeAdmin::PATH, "Make admin")),
        };
        let access = match (view.is_deactivated, view.can_return) {
            (false, _) if view.is_me => None,
            (false, _) => Some(act(Deactivate::PATH, "Deactivate")),
            (true, true) => Some(act(Reactivate::PATH, "Let in again")),
            (true, false) => None,
        };
        let owes = view.is_deactivated.then(|| view! { <a class="act" href=owes(&view.id)>"What they owe"</a> });
        view! { <div class="entry-acts">{owes}{admin}{access}</div> }
    });
    view! {
        <li class="entry">
            <div class="entry-line">
                <span>{person(view.name)} {role.map(|role| view! { " " <span class="soft">{role}</span> })}</span>
                {acts}
            </div>
            <p class="entry-say note-size">{view.says}</p>
        </li>
    }
}

fn add() -> impl IntoView {
    let sent = refused(AddPerson::PATH);
    view! {
        <section class="form">
            <h2>"Add somebody"</h2>
            <form class="form" method="post" action=AddPerson::PATH>
                {sent.notice()}
                <div class="fields">
                    <Field name="name" label="Name" value="" size="name" most=Name::MOST refused=&sent />
                    <Field name="email" label="E-mail address" kind="email" value="" size="name" most=320 refused=&sent />
                    <Submit>"Add"</Submit>
                </div>
                <p class="field-say">"They can be named at once. When they sign in with Slack under the same address, this is them."</p>
            </form>
        </section>
    }
}
