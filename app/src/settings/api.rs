//! The settings' server functions.

use domain::people::parse_engineers;
use domain::text::{Email, Name};
use domain::zones::Zone;
use domain::{ComponentId, PersonId, Refusal, SeverityId};
use leptos::prelude::*;
use store::Company;

use super::kept::settle_form;
use super::views::{CompanyView, ComponentsView, LinkView, PeopleView, PersonView, SetUpView, SeveritiesView};
use super::{drafts, kept};
use crate::ctx::{ctx, settle, told};
use crate::error::AppError;
use crate::paths;

/// The company.
#[server(endpoint = "settings/read")]
pub async fn read_company() -> Result<CompanyView, AppError> {
    let ctx = ctx()?;
    let settings = ctx.store.settings(&ctx.viewer).await.map_err(told)?;
    Ok(CompanyView::of(settings, ctx.viewer.is_admin))
}

/// Changes the company.
#[server(endpoint = "settings/company")]
pub async fn save_company(company_name: String, engineers: String, zone: String) -> Result<(), AppError> {
    let ctx = ctx()?;
    let saved = async { ctx.store.save_company(&ctx.viewer, company(&company_name, &engineers, &zone)?).await };
    let typed = [("company_name", company_name.as_str()), ("engineers", engineers.as_str()), ("zone", zone.as_str())];
    settle_form(saved.await, paths::SETTINGS, "company", "company", &typed)
}

/// Answers the three questions of the first start.
#[server(endpoint = "welcome/answer")]
pub async fn answer_welcome(company_name: String, engineers: String, zone: String) -> Result<(), AppError> {
    let ctx = ctx()?;
    let answered = async { ctx.store.welcome(&ctx.viewer, company(&company_name, &engineers, &zone)?).await }.await;
    let back = if answered.is_ok() { paths::INCIDENTS } else { paths::WELCOME };
    let typed = [("company_name", company_name.as_str()), ("engineers", engineers.as_str()), ("zone", zone.as_str())];
    settle_form(answered, back, "company", "company", &typed)
}

fn company(name: &str, engineers: &str, zone: &str) -> Result<Company, Refusal> {
    let name = Name::parse_field(name, "company_name")?;
    Ok(Company { name, engineers: parse_engineers(engineers)?, zone: Zone::parse(zone)? })
}

/// The severities in use.
#[server(endpoint = "severities/read")]
pub async fn read_severities() -> Result<SeveritiesView, AppError> {
    let ctx = ctx()?;
    let severities = ctx.store.severities(&ctx.viewer).await.map_err(told)?;
    Ok(SeveritiesView { severities: severities.into_iter().filter(|severity| !severity.archived).map(Into::into).collect(), may_change: ctx.viewer.is_admin })
}

/// Adds a severity (`id` empty or `new`), or changes one.
#[server(endpoint = "severities/save")]
pub async fn save_severity(
    #[server(default)] id: String,
    name: String,
    #[server(default)] definition: String,
    #[server(default)] example: String,
) -> Result<(), AppError> {
    let ctx = ctx()?;
    let saved = async { ctx.store.save_severity(&ctx.viewer, drafts::severity(&id, &name, &definition, &example)?).await };
    let typed = [("name", name.as_str()), ("definition", definition.as_str()), ("example", example.as_str())];
    settle_form(saved.await.map(|_| ()), paths::SEVERITIES, "severity", kept::form(&id), &typed)
}

/// Ranks a severity one place worse than it was.
#[server(endpoint = "severities/raise")]
pub async fn raise_severity(id: String) -> Result<(), AppError> {
    let ctx = ctx()?;
    let raised = async {
        let standing = ctx.store.severities(&ctx.viewer).await?;
        let order = drafts::raised(standing.iter().filter(|severity| !severity.archived).map(|severity| severity.id), SeverityId::parse(&id)?)?;
        ctx.store.reorder_severities(&ctx.viewer, order).await
    };
    settle(raised.await, paths::SEVERITIES, "severity")
}

/// Takes a severity out of use. Incidents that have it keep it.
#[server(endpoint = "severities/archive")]
pub async fn archive_severity(id: String) -> Result<(), AppError> {
    let ctx = ctx()?;
    let archived = async { ctx.store.archive_severity(&ctx.viewer, SeverityId::parse(&id)?).await };
    settle(archived.await, paths::SEVERITIES, "severity-archived")
}

/// The components in use.
#[server(endpoint = "components/read")]
pub async fn read_components() -> Result<ComponentsView, AppError> {
    let ctx = ctx()?;
    let components = ctx.store.components(&ctx.viewer).await.map_err(told)?;
    Ok(ComponentsView { components: components.into_iter().filter(|component| !component.archived).map(Into::into).collect(), may_change: ctx.viewer.is_admin })
}

/// Adds a component (`id` empty or `new`), or changes one with all its links.
#[server(endpoint = "components/save")]
pub async fn save_component(
    #[server(default)] id: String,
    name: String,
    #[server(default)] description: String,
    #[server(default)] links: Vec<LinkView>,
) -> Result<(), AppError> {
    let ctx = ctx()?;
    let saved = async { ctx.store.save_component(&ctx.viewer, drafts::component(&id, &name, &description, &links)?).await };
    let typed = [("name", name.as_str()), ("description", description.as_str())];
    settle_form(saved.await.map(|_| ()), paths::COMPONENTS, "component", kept::form(&id), &typed)
}

/// Takes a component out of use. Incidents on it keep it.
#[server(endpoint = "components/archive")]
pub async fn archive_component(id: String) -> Result<(), AppError> {
    let ctx = ctx()?;
    let archived = async { ctx.store.archive_component(&ctx.viewer, ComponentId::parse(&id)?).await };
    settle(archived.await, paths::COMPONENTS, "component-archived")
}

/// Everybody, with what stands in the name of those who left.
#[server(endpoint = "people/list")]
pub async fn read_people() -> Result<PeopleView, AppError> {
    let ctx = ctx()?;
    let mut view = PeopleView { guests_checked: ctx.services.installation.bot_token, may_change: ctx.viewer.is_admin, ..PeopleView::default() };
    for person in ctx.store.people(&ctx.viewer).await.map_err(told)? {
        if person.deactivated_at.is_none() {
            view.here.push(PersonView::of(person, store::Owed::default()));
        } else {
            let owed = ctx.store.what_they_owe(&ctx.viewer, person.id).await.map_err(told)?;
            view.left.push(PersonView::of(person, owed));
        }
    }
    Ok(view)
}

/// Adds somebody by name and e-mail address, before they sign in.
#[server(endpoint = "people/add")]
pub async fn add_person(name: String, email: String) -> Result<(), AppError> {
    let ctx = ctx()?;
    let added = async { ctx.store.add_person(&ctx.viewer, Email::parse(&email)?, Name::parse(&name)?).await };
    settle_form(added.await.map(|_| ()), paths::PEOPLE, "person", "new", &[("name", &name), ("email", &email)])
}

/// Makes somebody an admin.
#[server(endpoint = "people/make-admin")]
pub async fn make_admin(person: String) -> Result<(), AppError> {
    let ctx = ctx()?;
    let made = async { ctx.store.make_admin(&ctx.viewer, PersonId::parse(&person)?).await };
    settle(made.await, paths::PEOPLE, "admin")
}

/// Makes an admin a member again. The last admin cannot step down.
#[server(endpoint = "people/remove-admin")]
pub async fn remove_admin(person: String) -> Result<(), AppError> {
    let ctx = ctx()?;
    let removed = async { ctx.store.remove_admin(&ctx.viewer, PersonId::parse(&person)?).await };
    settle(removed.await, paths::PEOPLE, "no-admin")
}

/// Deactivates somebody: signed out everywhere, and in nobody's list to choose from.
#[server(endpoint = "people/deactivate")]
pub async fn deactivate_person(person: String) -> Result<(), AppError> {
    let ctx = ctx()?;
    let deactivated = async { ctx.store.deactivate(&ctx.viewer, PersonId::parse(&person)?).await };
    settle(deactivated.await, paths::PEOPLE, "deactivated")
}

/// Lets somebody sign in again whom an admin had deactivated.
#[server(endpoint = "people/reactivate")]
pub async fn reactivate_person(person: String) -> Result<(), AppError> {
    let ctx = ctx()?;
    let reactivated = async { ctx.store.reactivate(&ctx.viewer, PersonId::parse(&person)?).await };
    settle(reactivated.await, paths::PEOPLE, "reactivated")
}

/// How far the way from the demo to the real thing is gone.
#[server(endpoint = "set-up/read")]
pub async fn read_set_up() -> Result<SetUpView, AppError> {
    let ctx = ctx()?;
    let settings = ctx.store.settings(&ctx.viewer).await.map_err(told)?;
    let people = ctx.store.people(&ctx.viewer).await.map_err(told)?;
    let admins = people.into_iter().filter(|person| person.is_admin && person.deactivated_at.is_none()).map(|person| person.name);
    Ok(SetUpView::of(&ctx.services.installation, &settings, admins.collect(), ctx.viewer.is_admin))
}
