//! Who takes part: joining, leaving, inviting, removing.

use domain::PersonId;
use domain::incidents::{Command, Seen, Visibility};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use serde::{Deserialize, Serialize};
use store::incidents::Homepage;

use super::form::command;
use super::read::{self, ask_read};
use super::{Form, ask};
use crate::ctx::ctx;
use crate::error::AppError;
use crate::refused::refused;
use crate::ui::{Choice, Field, Select, Submit};

/// Whoever asks follows it from now on.
#[server(endpoint = "incidents/join")]
pub async fn join(incident: String, request: String, back: String) -> Result<(), AppError> {
    ask(incident, request, back, Seen::default(), "joined", Ok(Command::Join)).await
}

/// Whoever asks follows it no more.
#[server(endpoint = "incidents/leave")]
pub async fn leave(incident: String, request: String, back: String) -> Result<(), AppError> {
    ask(incident, request, back, Seen::default(), "left", Ok(Command::Leave)).await
}

/// Somebody is invited; into a private incident too.
#[server(endpoint = "incidents/invite")]
pub async fn invite(incident: String, request: String, back: String, person: String) -> Result<(), AppError> {
    let person = read::person(&ctx()?, &person).await;
    let asked = person.map(|person| (Seen::default(), Command::Invite { person }));
    ask_read(incident, request, back, "invited", asked).await
}

/// Somebody takes part no more; a private incident is closed to them again.
#[server(endpoint = "incidents/remove-person")]
pub async fn remove_person(incident: String, request: String, back: String, person: String) -> Result<(), AppError> {
    let person = read::person(&ctx()?, &person).await;
    let asked = person.map(|person| (Seen::default(), Command::RemovePerson { person }));
    ask_read(incident, request, back, "removed", asked).await
}

/// What can become of the people of an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeopleForms {
    form: Form,
    /// Everybody who takes part, by id.
    there: Vec<String>,
    /// Whoever can leave or be removed: id and name.
    can_go: Vec<(String, String)>,
    is_private: bool,
    me: String,
}

impl PeopleForms {
    /// The people of an incident, for whoever looks (`me`).
    pub fn of(homepage: &Homepage, form: Form, me: PersonId) -> Self {
        let holders = [&homepage.lead, &homepage.operations, &homepage.communications, &homepage.reporter];
        let stays = |id: PersonId| holders.into_iter().flatten().any(|person| person.id == id);
        let people = homepage.participants.iter().map(|participant| &participant.person);
        let mut can_go: Vec<(String, String)> = people
            .chain(&homepage.visible_to)
            .filter(|person| !stays(person.id))
            .map(|person| (person.id.to_string(), person.name.clone()))
            .collect();
        can_go.sort_by_key(|(id, name)| (name.to_lowercase(), id.clone()));
        can_go.dedup();
        Self {
            form,
            there: homepage.participants.iter().map(|participant| participant.person.id.to_string()).collect(),
            can_go,
            is_private: homepage.visibility == Visibility::Private,
            me: me.to_string(),
        }
    }

    /// “Follow” for whoever does not take part, “Stop following” for whoever does. Both
    /// stand there for everybody; only one of them is shown.
    pub fn follow(&self) -> AnyView {
        let there = self.there.join(" ");
        let can_leave = self.can_go.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>().join(" ");
        let is_there = self.there.contains(&self.me);
        let may_leave = can_leave.split(' ').any(|id| id == self.me);
        let join = view! { <button class="act">"Follow"</button> };
        let leave = view! { <button class="act">"Stop following"</button> };
        let (joins, leaves) = (refused(Join::PATH), refused(Leave::PATH));
        view! {
            <div data-not-for=there hidden=is_there>{command("join", Join::PATH, &self.form, &joins, None, join.into_any())}</div>
            <div data-for=can_leave hidden=!may_leave>{command("leave", Leave::PATH, &self.form, &leaves, None, leave.into_any())}</div>
        }
        .into_any()
    }

    /// Whether one of the forms in the menu was refused.
    pub fn is_refused() -> bool {
        [Invite::PATH, RemovePerson::PATH].into_iter().any(|path| refused(path).is_here())
    }

    /// Inviting and removing, in a menu.
    pub fn view(&self) -> AnyView {
        let sent = refused(Invite::PATH);
        let say = if self.is_private {
            "They can read everything in it from then on."
        } else {
            "They are told, and find it among what they follow."
        };
        let inside = view! {
            <Field name="person" label="Invite" value="" list="people-to-choose" size="name" say=say id="invite" refused=&sent />
            <Submit>"Invite"</Submit>
        };
        let invite = command("invite", Invite::PATH, &self.form, &sent, None, inside.into_any());
        let remove = (!self.can_go.is_empty()).then(|| {
            let sent = refused(RemovePerson::PATH);
            let choices: Vec<Choice> = self.can_go.iter().map(|(id, name)| Choice::new(id, name)).collect();
            let first = self.can_go.first().map(|(id, _)| id.clone()).unwrap_or_default();
            let inside = view! {
                <Select name="person" label="Remove" value=first choices=choices id="remove-person" refused=&sent />
                <Submit kind="quiet">"Remove"</Submit>
            };
            command("remove-person", RemovePerson::PATH, &self.form, &sent, None, inside.into_any())
        });
        view! { {invite} {remove} }.into_any()
    }
}
