//! What an incident has to do with: components, tags, other incidents, and who can see it.

use std::collections::HashSet;

use domain::TagId;
use domain::incidents::{Command, Seen, Visibility};
use domain::text::TagName;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use serde::{Deserialize, Serialize};
use store::incidents::Homepage;

use super::Form;
use super::form::command;
use super::read::{self, ask_read, seen_status};
use crate::ctx::ctx;
use crate::error::AppError;
use crate::refused::refused;
use crate::ui::{Field, Hidden, Submit};

/// It goes on in another incident, named by reference or title.
#[server(endpoint = "incidents/merge")]
pub async fn merge(
    incident: String,
    request: String,
    back: String,
    target: String,
    #[server(default)] seen_status: String,
) -> Result<(), AppError> {
    let target = read::incident(&ctx()?, &target, "target").await;
    let asked = target.and_then(|target| {
        let seen = Seen { status: self::seen_status(&seen_status)?, ..Seen::default() };
        Ok((seen, Command::Merge { target, chain: Vec::new() }))
    });
    ask_read(incident, request, back, "merged", asked).await
}

/// Another incident has to do with it.
#[server(endpoint = "incidents/relate")]
pub async fn relate(incident: String, request: String, back: String, other: String) -> Result<(), AppError> {
    let other = read::incident(&ctx()?, &other, "other").await;
    ask_read(incident, request, back, "related", other.map(|other| (Seen::default(), Command::Relate { other }))).await
}

/// Another incident has nothing to do with it.
#[server(endpoint = "incidents/unrelate")]
pub async fn unrelate(incident: String, request: String, back: String, other: String) -> Result<(), AppError> {
    let other = read::incident(&ctx()?, &other, "other").await;
    ask_read(incident, request, back, "unrelated", other.map(|other| (Seen::default(), Command::Unrelate { other })))
        .await
}

/// A component failed, or failed with it.
#[server(endpoint = "incidents/add-component")]
pub async fn add_component(incident: String, request: String, back: String, component: String) -> Result<(), AppError> {
    let component = read::component(&ctx()?, &component).await;
    let asked = component.map(|component| (Seen::default(), Command::AddComponent { component }));
    ask_read(incident, request, back, "component-added", asked).await
}

/// The component had nothing to do with it.
#[server(endpoint = "incidents/remove-component")]
pub async fn remove_component(
    incident: String,
    request: String,
    back: String,
    component: String,
) -> Result<(), AppError> {
    let component = read::component(&ctx()?, &component).await;
    let asked = component.map(|component| (Seen::default(), Command::RemoveComponent { component }));
    ask_read(incident, request, back, "component-removed", asked).await
}

/// It gets a tag, a new one if need be.
#[server(endpoint = "incidents/add-tag")]
pub async fn add_tag(incident: String, request: String, back: String, tag: String) -> Result<(), AppError> {
    let name = TagName::parse_field(&tag, "tag");
    ask_read(incident, request, back, "tag-added", name.map(|name| (Seen::default(), Command::AddTag { name }))).await
}

/// It loses a tag.
#[server(endpoint = "incidents/remove-tag")]
pub async fn remove_tag(incident: String, request: String, back: String, tag: String) -> Result<(), AppError> {
    let tag = TagId::parse(&tag);
    ask_read(incident, request, back, "tag-removed", tag.map(|tag| (Seen::default(), Command::RemoveTag { tag }))).await
}

/// It becomes private, or public again.
#[server(endpoint = "incidents/visibility")]
pub async fn change_visibility(incident: String, request: String, back: String, to: String) -> Result<(), AppError> {
    let to = Visibility::parse(&to).map(|to| (Seen::default(), Command::ChangeVisibility { to }));
    ask_read(incident, request, back, "visibility", to).await
}

/// What it has to do with, and what can become of that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherForms {
    form: Form,
    status: String,
    /// Id and name.
    components: Vec<(String, String)>,
    /// Id and name.
    tags: Vec<(String, String)>,
    /// Reference and title.
    related: Vec<(String, String)>,
    visibility: Visibility,
    can_be_private: bool,
    /// Who reads it once it is private: the reporter, whoever has a role or was invited, by name.
    keeps: Vec<String>,
}

impl OtherForms {
    /// As it is.
    pub fn of(homepage: &Homepage, form: Form) -> Self {
        let Homepage { reporter, lead, operations, communications, .. } = homepage;
        let mut seen = HashSet::new();
        let keeps = [reporter, lead, operations, communications]
            .into_iter()
            .flatten()
            .chain(&homepage.invited)
            .filter(|person| seen.insert(person.id))
            .map(|person| person.name.clone())
            .collect();
        Self {
            form,
            status: homepage.status.as_str().into(),
            components: homepage.components.iter().map(|c| (c.id.to_string(), c.name.clone())).collect(),
            tags: homepage.tags.iter().map(|tag| (tag.id.to_string(), tag.name.clone())).collect(),
            related: homepage.related.iter().map(|r| (r.reference.to_string(), r.title.clone())).collect(),
            visibility: homepage.visibility,
            can_be_private: homepage.private_incidents,
            keeps,
        }
    }

    /// It goes on in another incident.
    pub fn merging(&self) -> (bool, AnyView) {
        let sent = refused(Merge::PATH);
        let inside = view! {
            <Hidden name="seen_status" value=self.status.clone() />
            <Field name="target" label="Which incident does it go on in?" value="" list="incidents-to-choose" id="merge" refused=&sent
                say="A reference such as INC-13, or its title. What is written here stays here; the other one says where it came from." />
            <Submit>"Merge it"</Submit>
        };
        let mine = Some("merged".to_owned());
        (sent.is_here(), command("merge", Merge::PATH, &self.form, &sent, mine, inside.into_any()))
    }

    /// Other incidents that have to do with it.
    pub fn relating(&self) -> (bool, AnyView) {
        let sent = refused(Relate::PATH);
        let inside = view! {
            <Field name="other" label="Which incident has to do with it?" value="" list="incidents-to-choose" id="relate" refused=&sent
                say="A reference such as INC-13, or its title." />
            <Submit>"Relate it"</Submit>
        };
        let add = command("relate", Relate::PATH, &self.form, &sent, None, inside.into_any());
        let known = self.related.iter().map(|(reference, title)| {
            let words = format!("{reference} {title}");
            take_away("other", reference, &words, Unrelate::PATH, &self.form)
        });
        let is_here = sent.is_here() || refused(Unrelate::PATH).is_here();
        (is_here, view! { {add} {known.collect_view()} }.into_any())
    }

    /// What failed.
    pub fn failed(&self) -> (bool, AnyView) {
        let sent = refused(AddComponent::PATH);
        let inside = view! {
            <Field name="component" label="What failed?" value="" list="components-to-choose" size="name" id="add" refused=&sent />
            <Submit>"Add the component"</Submit>
        };
        let add = command("add-component", AddComponent::PATH, &self.form, &sent, None, inside.into_any());
        let known = self
            .components
            .iter()
            .map(|(id, name)| take_away("component", id, name, RemoveComponent::PATH, &self.form));
        let is_here = sent.is_here() || refused(RemoveComponent::PATH).is_here();
        (is_here, view! { {add} {known.collect_view()} }.into_any())
    }

    /// Its tags.
    pub fn tagging(&self) -> (bool, AnyView) {
        let sent = refused(AddTag::PATH);
        let inside = view! {
            <Field name="tag" label="Tag" value="" list="tags-to-choose" size="name" most=TagName::MOST id="add" refused=&sent />
            <Submit>"Add the tag"</Submit>
        };
        let add = command("add-tag", AddTag::PATH, &self.form, &sent, None, inside.into_any());
        let known = self.tags.iter().map(|(id, name)| take_away("tag", id, name, RemoveTag::PATH, &self.form));
        let is_here = sent.is_here() || refused(RemoveTag::PATH).is_here();
        (is_here, view! { {add} {known.collect_view()} }.into_any())
    }

    /// Who can see it from now on, said plainly; nothing while private incidents are off.
    pub fn seen_by(&self) -> Option<(bool, &'static str, AnyView)> {
        if self.visibility == Visibility::Public && !self.can_be_private {
            return None;
        }
        let sent = refused(ChangeVisibility::PATH);
        let (title, to, says, word) = match self.visibility {
            Visibility::Public => ("Make it private", Visibility::Private, self.going_private(), "Make it private"),
            Visibility::Private => ("Make it public", Visibility::Public, GOING_PUBLIC.to_owned(), "Make it public"),
        };
        let inside =
            view! { <Hidden name="to" value=to.as_str() /><p class="choice-say">{says}</p><Submit>{word}</Submit> };
        let form = command("visibility", ChangeVisibility::PATH, &self.form, &sent, None, inside.into_any());
        Some((sent.is_here(), title, form))
    }

    fn going_private(&self) -> String {
        let keeps = self.keeps.join(", ");
        let who = if keeps.is_empty() { "you".to_owned() } else { format!("{keeps} and you") };
        format!(
            "From then on only {who} can see it, and whoever is invited later. If it was announced in Slack, the \
             announcement there says nothing of it any more and its thread is deleted. What Slack told single \
             people stays with them."
        )
    }
}

const GOING_PUBLIC: &str =
    "From then on everybody in the company can see it, with everything that was written in it so far.";

/// A button that takes something away again.
fn take_away(name: &'static str, value: &str, words: &str, action: &'static str, form: &Form) -> AnyView {
    let sent = refused(action).with(name, value);
    let inside = view! {
        <Hidden name=name value=value /><button class="act">"Remove "<bdi>{words.to_owned()}</bdi></button>
    };
    command(format!("remove-{name}-{value}"), action, form, &sent, None, inside.into_any())
}
