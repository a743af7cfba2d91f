//! Private incidents, as far as an admin outside may know of them: that they exist and since
//! when, so that one whose people have all left is not lost. What one says is for whoever is
//! inside; letting oneself in is on its record.

use domain::IncidentId;
use domain::zones::{Zone, rfc3339};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use serde::{Deserialize, Serialize};
use store::incidents::PrivateIncident;

use super::nav::settings_page;
use crate::ctx::{ctx, settle, told};
use crate::error::AppError;
use crate::paths;
use crate::refused::refused;
use crate::ui::{Empty, Hidden, TimeView, time};

/// A private incident, ready to show: it has no title here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrivateView {
    /// Which.
    pub id: String,
    /// `PRV-3`.
    pub reference: String,
    /// Its page, for whoever is inside.
    pub href: Option<String>,
    /// The day it was reported.
    pub since: TimeView,
}

impl PrivateView {
    fn of(incident: PrivateIncident, zone: &Zone) -> Self {
        let since = incident.reported_at;
        Self {
            id: incident.id.to_string(),
            reference: incident.reference.to_string(),
            href: incident.is_inside.then(|| paths::incident(incident.reference)),
            since: TimeView { at: rfc3339(since), text: zone.date(since) },
        }
    }
}

/// Which private incidents there are. For admins.
#[server(endpoint = "private/list")]
pub async fn private_incidents() -> Result<Vec<PrivateView>, AppError> {
    let ctx = ctx()?;
    let all = ctx.store.private_incidents(&ctx.viewer).await.map_err(told)?;
    Ok(all.into_iter().map(|incident| PrivateView::of(incident, &ctx.zone)).collect())
}

/// An admin lets themselves in, on the incident's record.
#[server(endpoint = "private/let-me-in")]
pub async fn let_me_in(incident: String) -> Result<(), AppError> {
    let ctx = ctx()?;
    let outcome = match IncidentId::parse(&incident) {
        Ok(id) => ctx.store.invite_myself(&ctx.viewer, id).await,
        Err(refusal) => Err(refusal.into()),
    };
    let inside = outcome.as_ref().map(|outcome| paths::incident(outcome.reference));
    let back = inside.unwrap_or_else(|_| paths::PRIVATE_INCIDENTS.to_owned());
    settle(outcome.map(|_| ()), &back, "let-in")
}

/// `/settings/private`.
#[component]
pub fn PrivateIncidentsPage() -> impl IntoView {
    settings_page(paths::PRIVATE_INCIDENTS, |_| async move {
        let all = private_incidents().await?;
        let nothing = all.is_empty().then(|| {
            view! { <Empty says="No incident is private.">"One that becomes private stands here, without its words."</Empty> }
        });
        let entries = all.into_iter().map(|one| entry(one).into_any()).collect_view();
        Ok(view! {
            <header>
                <h1>"Private incidents"</h1>
                <p>"That they exist, and since when. What they say is for whoever is inside. Let yourself in when nobody inside can help any more: the incident’s timeline says that you did."</p>
            </header>
            {refused(LetMeIn::PATH).notice()}
            {nothing}
            <ul class="entries">{entries}</ul>
        }
        .into_any())
    })
}

fn entry(one: PrivateView) -> impl IntoView {
    let (name, act) = match one.href {
        Some(href) => (
            view! { <a href=href>{one.reference}</a> }.into_any(),
            view! { <span class="soft">"You are inside."</span> }.into_any(),
        ),
        None => {
            let label = format!("Let me in to {}", one.reference);
            let form = view! {
                <form method="post" action=LetMeIn::PATH>
                    <Hidden name="incident" value=one.id />
                    <button class="act" aria-label=label>"Let me in"</button>
                </form>
            };
            (one.reference.into_any(), form.into_any())
        }
    };
    view! {
        <li class="entry">
            <div class="entry-line">
                <span>{name} " " <span class="soft">"since "{time(one.since)}</span></span>
                <div class="entry-acts">{act}</div>
            </div>
        </li>
    }
}
