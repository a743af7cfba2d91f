//! The company: its name, how many engineers it has, its zone.

use domain::Refusal;
use domain::people::{Phase, parse_engineers};
use domain::text::Name;
use domain::zones::Zone;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use serde::{Deserialize, Serialize};
use store::Company;

use super::announcements::{self, read_announcements};
use super::nav::settings_page;
use super::switches::{self, read_switches};
use crate::ctx::{ctx, settle, told};
use crate::error::AppError;
use crate::paths;
use crate::people::zones;
use crate::refused::{Refused, refused};
use crate::ui::{Field, Select, Submit};

/// The company, ready to show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompanyView {
    /// Its name.
    pub name: String,
    /// How many software engineers it has; none while nobody has said so.
    pub engineers: u32,
    /// Its zone, an IANA name.
    pub zone: String,
}

impl From<store::Settings> for CompanyView {
    fn from(settings: store::Settings) -> Self {
        Self { name: settings.company_name, engineers: settings.engineers, zone: settings.zone }
    }
}

/// The company's settings.
#[server(endpoint = "settings/read")]
pub async fn read_company() -> Result<CompanyView, AppError> {
    let ctx = ctx()?;
    Ok(ctx.store.settings(&ctx.viewer).await.map_err(told)?.into())
}

/// Changes them. For admins.
#[server(endpoint = "settings/company")]
pub async fn save_company(company_name: String, engineers: String, zone: String) -> Result<(), AppError> {
    let ctx = ctx()?;
    let saved = match read(&company_name, &engineers, &zone) {
        Ok(company) => ctx.store.save_company(&ctx.viewer, company).await,
        Err(refusal) => Err(refusal.into()),
    };
    settle(saved, paths::SETTINGS, "company")
}

/// The three answers, as a form sends them.
pub(super) fn read(name: &str, engineers: &str, zone: &str) -> Result<Company, Refusal> {
    Ok(Company {
        name: Name::parse_field(name, "company_name")?,
        engineers: parse_engineers(engineers)?,
        zone: Zone::parse(zone)?,
    })
}

/// `/settings`.
#[component]
pub fn CompanyPage() -> impl IntoView {
    settings_page(paths::SETTINGS, |is_admin| async move {
        let company = read_company().await?;
        let told = read_announcements().await?;
        let on = read_switches().await?;
        Ok(view! {
            <header><h1>"Company"</h1><p>{phase(company.engineers)}</p></header>
            {is_admin.then(|| form(company).into_any())}
            {is_admin.then(|| announcements::form(told).into_any())}
            {is_admin.then(|| switches::form(on).into_any())}
        }
        .into_any())
    })
}

/// What follows from the number of engineers.
fn phase(engineers: u32) -> String {
    let what = match Phase::from_engineers(engineers) {
        Phase::Founding => "Sensible asks for nothing but the incident itself: declare, list, postmortem.",
        Phase::One => "Incidents are announced to everybody, and each has a lead; severities are written down.",
        Phase::Two => "The lead can be split and handed over, and incidents can be private.",
    };
    let team = if engineers == 1 {
        "With one software engineer".to_owned()
    } else {
        format!("With {engineers} software engineers")
    };
    format!("{team}. {what}")
}

fn form(company: CompanyView) -> impl IntoView {
    let sent = refused(SaveCompany::PATH);
    view! {
        <form class="form" method="post" action=SaveCompany::PATH>
            {questions(company, &sent, "What is the company called?", "How many software engineers are there?").into_any()}
            <Submit kind="primary">"Save"</Submit>
        </form>
    }
}

/// The three questions, asked at the first start and changed later.
pub(super) fn questions(
    company: CompanyView,
    sent: &Refused,
    name: &'static str,
    engineers: &'static str,
) -> impl IntoView {
    let engineers_now = if company.engineers == 0 { String::new() } else { company.engineers.to_string() };
    view! {
        {sent.notice()}
        <Field name="company_name" label=name value=company.name size="line" most=Name::MOST autocomplete="organization" refused=sent />
        <Field name="engineers" label=engineers kind="number" value=engineers_now size="short"
            range=(1, 100_000) say="Sensible shows only what a team of that size needs. You can change it any day." refused=sent />
        <Select name="zone" label="Which time zone is the company’s?" value=company.zone.clone() choices=zones(&company.zone)
            say="For exports and printed pages. Everybody sees times in their own zone." refused=sent />
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answers_are_refused_in_the_name_of_their_field() {
        assert_eq!(read("", "6", "Asia/Tokyo").unwrap_err().field(), Some("company_name"));
        assert_eq!(read("Paperkite", "six", "Asia/Tokyo").unwrap_err().field(), Some("engineers"));
        assert_eq!(read("Paperkite", "6", "Tokyo").unwrap_err().field(), Some("zone"));
        assert!(read("Paperkite", "6", "Asia/Tokyo").is_ok());
    }
}
