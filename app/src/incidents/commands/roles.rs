//! Who leads, and who does operations and communications when the lead splits them off.

use domain::incidents::{Command, Role, Seen};
use domain::people::Phase;
use domain::{PersonId, Refusal, Why};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use serde::{Deserialize, Serialize};
use store::StoreError;
use store::incidents::Homepage;

use super::Form;
use super::form::command;
use super::read::{self, ask_read, seen_person};
use super::seen_value::SeenValue;
use crate::ctx::{Ctx, ctx};
use crate::error::AppError;
use crate::refused::{Refused, refused};
use crate::ui::{Field, Hidden, Submit};

/// Whoever asks leads from now on.
#[server(endpoint = "incidents/take-lead")]
pub async fn take_lead(
    incident: String,
    request: String,
    back: String,
    #[server(default)] seen_lead: SeenValue,
) -> Result<(), AppError> {
    let person = ctx()?.viewer.person;
    let seen = holder_seen(Role::Lead, seen_lead.as_deref());
    ask_read(incident, request, back, "lead", seen.map(|seen| (seen, Command::TakeLead { person }))).await
}

/// Somebody leads, or does operations or communications, from now on.
#[server(endpoint = "incidents/give-role")]
pub async fn give_role(
    incident: String,
    request: String,
    back: String,
    role: String,
    person: String,
    #[server(default)] seen_holder: SeenValue,
) -> Result<(), AppError> {
    let given = give(&ctx()?, &role, &person, seen_holder.as_deref()).await;
    ask_read(incident, request, back, "role", given).await
}

/// Nobody holds the role any more; its work goes back to the lead.
#[server(endpoint = "incidents/end-role")]
pub async fn end_role(
    incident: String,
    request: String,
    back: String,
    role: String,
    #[server(default)] seen_holder: SeenValue,
) -> Result<(), AppError> {
    ask_read(incident, request, back, "role-ended", end(&role, seen_holder.as_deref())).await
}

async fn give(ctx: &Ctx, role: &str, person: &str, seen: Option<&str>) -> Result<(Seen, Command), StoreError> {
    let (role, person) = (Role::parse(role)?, read::person(ctx, person).await?);
    let seen = holder_seen(role, seen)?;
    Ok(match role {
        Role::Lead => (seen, Command::TakeLead { person }),
        Role::Operations | Role::Communications => (seen, Command::GiveRole { role, person }),
    })
}

fn end(role: &str, seen: Option<&str>) -> Result<(Seen, Command), Refusal> {
    let role = Role::parse(role)?;
    Ok((holder_seen(role, seen)?, Command::EndRole { role }))
}

/// Who held the role when the form was made.
fn holder_seen(role: Role, seen: Option<&str>) -> Result<Seen, Refusal> {
    let holder = seen_person(seen).map_err(|_| Refusal::invalid(role.as_str(), Why::NotKnown))?;
    let seen = Seen::default();
    Ok(match role {
        Role::Lead => Seen { lead: holder, ..seen },
        Role::Operations => Seen { operations: holder, ..seen },
        Role::Communications => Seen { communications: holder, ..seen },
    })
}

/// What can become of the roles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleForms {
    form: Form,
    /// Who leads, by id; empty when nobody does.
    lead: String,
    me: String,
    /// Operations and Communications: who has them, by id and name.
    split: Vec<(Role, Option<(String, String)>)>,
}

impl RoleForms {
    /// The roles of an incident, for whoever looks (`me`). The lead's work is split where
    /// there are enough people.
    pub fn of(homepage: &Homepage, form: Form, me: PersonId) -> Self {
        let split = [
            (Role::Operations, homepage.operations.as_ref()),
            (Role::Communications, homepage.communications.as_ref()),
        ];
        let is_shown = |person: Option<&_>| person.is_some() || homepage.phase == Phase::Two;
        let split = split.into_iter().filter(|(_, person)| is_shown(*person));
        Self {
            form,
            lead: homepage.lead.as_ref().map(|lead| lead.id.to_string()).unwrap_or_default(),
            me: me.to_string(),
            split: split
                .map(|(role, person)| (role, person.map(|person| (person.id.to_string(), person.name.clone()))))
                .collect(),
        }
    }

    /// Whether one of the forms was refused.
    pub fn is_refused() -> bool {
        [TakeLead::PATH, GiveRole::PATH, EndRole::PATH].into_iter().any(|path| refused(path).is_here())
    }

    /// The button of whoever comes first; once somebody leads, the name in the sentence is
    /// the handle. A refusal is said there too: then somebody leads.
    pub fn taking(&self) -> Option<AnyView> {
        self.lead.is_empty().then(|| {
            let inside = view! { <Hidden name="seen_lead" value="" /><Submit>"Take the lead"</Submit> };
            command("lead-it", TakeLead::PATH, &self.form, &Refused::default(), None, inside.into_any())
        })
    }

    /// Behind the lead's name in the sentence.
    pub fn view(self) -> AnyView {
        let sent = refused(TakeLead::PATH);
        let take = view! { <Hidden name="seen_lead" value=self.lead.clone() /> <Submit>"Take the lead"</Submit> };
        let take = command("take-lead", TakeLead::PATH, &self.form, &sent, Some("you".into()), take.into_any());
        let is_me = self.lead == self.me;
        let somebody_leads = !self.lead.is_empty();
        let nobody = somebody_leads.then(|| {
            let sent = refused(EndRole::PATH).with("role", Role::Lead.as_str());
            let inside = view! {
                <Hidden name="role" value=Role::Lead.as_str() /><Hidden name="seen_holder" value=self.lead.clone() />
                <Submit kind="quiet">"Nobody leads"</Submit>
            };
            command("end-lead", EndRole::PATH, &self.form, &sent, Some("nobody leads".into()), inside.into_any())
        });
        let split = self.split.iter().map(|(role, person)| self.part(*role, person.clone())).collect_view();
        view! {
            <div data-not-for=self.lead.clone() hidden=is_me>{take}</div>
            {self.give(Role::Lead, &self.lead, "give-lead", "Give the lead to", "Give the lead")}
            {nobody}
            {split}
        }
        .into_any()
    }

    /// Operations or Communications: split off, or back with the lead. Whoever wanted to
    /// split off what somebody else split off meanwhile finds their form again.
    fn part(&self, role: Role, holder: Option<(String, String)>) -> AnyView {
        let (id, label) = match role {
            Role::Operations => ("give-operations", "Operations: who does the technical work?"),
            _ => ("give-communications", "Communications: who tells people?"),
        };
        let Some((holder, name)) = holder else { return self.give(role, "", id, label, "Split it off") };
        let again = refused(GiveRole::PATH).with("role", role.as_str()).is_here();
        let again = again.then(|| self.give(role, &holder, id, label, "Give it"));
        let sent = refused(EndRole::PATH).with("role", role.as_str());
        let who = format!("{role}: {name}.");
        let inside = view! {
            <Hidden name="role" value=role.as_str() /><Hidden name="seen_holder" value=holder />
            <p>{who}</p><Submit kind="quiet">"Back to the lead"</Submit>
        };
        let mine = Some("back to the lead".to_owned());
        let end = command(format!("end-{}", role.as_str()), EndRole::PATH, &self.form, &sent, mine, inside.into_any());
        view! { {again} {end} }.into_any()
    }

    fn give(&self, role: Role, seen: &str, id: &'static str, label: &'static str, word: &'static str) -> AnyView {
        let sent = refused(GiveRole::PATH).with("role", role.as_str());
        let mine = Some(sent.value("person", "")).filter(|name| !name.is_empty());
        let inside = view! {
            <Hidden name="role" value=role.as_str() /><Hidden name="seen_holder" value=seen.to_owned() />
            <Field name="person" label=label value="" list="people-to-choose" size="name" id=id refused=&sent />
            <Submit>{word}</Submit>
        };
        command(id, GiveRole::PATH, &self.form, &sent, mine, inside.into_any())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_is_compared_with_who_was_seen_in_it() {
        let id = "01900000-0000-7000-8000-000000000001";
        let somebody = Some(Some(PersonId::parse(id).unwrap()));
        let (seen, command) = end("operations", Some(id)).unwrap();
        let expected = Seen { operations: somebody, ..Seen::default() };
        assert_eq!((seen, command), (expected, Command::EndRole { role: Role::Operations }));
        assert_eq!(end("communications", Some(id)).unwrap().0.communications, somebody);
        assert_eq!(end("operations", Some("nonsense")).unwrap_err().field(), Some("operations"));
        assert_eq!(end("lead", Some("")).unwrap().0.lead, Some(None));
        assert_eq!(end("lead", None).unwrap().0.lead, None);
        assert_eq!(end("lead", Some("nonsense")).unwrap_err().field(), Some("lead"));
        assert!(end("commander", None).is_err());
    }
}
