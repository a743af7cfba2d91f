//! From the demo to the real thing: a checklist that knows what is done already.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use serde::{Deserialize, Serialize};

use super::nav::settings_page;
use crate::ctx::{Installation, ctx};
use crate::error::AppError;
use crate::paths;
use crate::ui::{Button, Field, Mark, Submit, badge};

/// What this installation is made of, ready to show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetUpView {
    /// Where people reach it.
    pub public_url: String,
    /// It is reached over https.
    pub is_https: bool,
    /// The configured Slack workspace, when it is a real one.
    pub slack_team_id: Option<String>,
    /// A database of the company's own.
    pub own_database: bool,
    /// Guests and leavers are checked against Slack.
    pub guests_checked: bool,
    /// Where people will reach it: what the Slack app is made for.
    pub address: String,
    /// The Slack app manifest for that address, as JSON.
    pub slack_manifest: String,
}

impl SetUpView {
    fn of(installation: &Installation, asked: &str) -> Result<Self, AppError> {
        let address = installation.slack_address(asked)?;
        Ok(Self {
            public_url: installation.public_url.clone(),
            is_https: installation.public_url.starts_with("https://"),
            slack_team_id: installation.slack_team_id.clone().filter(|_| !installation.fake_slack),
            own_database: !installation.private_postgres,
            guests_checked: installation.bot_token,
            slack_manifest: installation.slack_manifest.map(|make| make(&address)).unwrap_or_default(),
            address,
        })
    }
}

/// What is set up and what is not, for the `address` where people will reach it; empty is
/// where they reach it now.
#[server(endpoint = "set-up/read")]
pub async fn set_up(#[server(default)] address: String) -> Result<SetUpView, AppError> {
    let ctx = ctx()?;
    SetUpView::of(&ctx.services.installation, &address)
}

/// Name, what it is, whether it can be left out.
const VARIABLES: [(&str, &str); 7] = [
    ("SENSIBLE_PUBLIC_URL", "Where people reach it, with https: https://incidents.example.com"),
    (
        "SENSIBLE_TRUSTED_PROXIES",
        "The address of whatever ends https before Sensible: 127.0.0.1/32 when it runs beside it. “none” when nothing does.",
    ),
    ("DATABASE_URL", "A Postgres of your own: postgres://user:password@host/database"),
    ("SLACK_CLIENT_ID", "From the Slack app, under Basic Information"),
    ("SLACK_CLIENT_SECRET", "From the same place. Never show it to anybody."),
    ("SLACK_TEAM_ID", "Your workspace: the part with T in Slack’s address in the browser"),
    (
        "SLACK_BOT_TOKEN",
        "From the Slack app, under OAuth & Permissions. It can be left out; then guests are not checked.",
    ),
];

/// `/settings/set-up`.
#[component]
pub fn SetUpPage() -> impl IntoView {
    let asked = use_query_map().with_untracked(|query| query.get_str("address").unwrap_or_default().to_owned());
    settings_page(paths::SET_UP, |_| async move {
        let (set_up, wrong) = match set_up(asked.clone()).await {
            Err(AppError::Refused { .. }) => (set_up(String::new()).await?, Some(asked)),
            other => (other?, None),
        };
        Ok(view! {
            <header>
                <h1>"Set-up"</h1>
                <p>"From the demo to the real thing, in the order in which it is easiest. A quarter of an hour."</p>
            </header>
            {steps(set_up, wrong).into_any()}
        }
        .into_any())
    })
}

/// The steps; `wrong` is what was typed for an address and is none.
fn steps(set_up: SetUpView, wrong: Option<String>) -> impl IntoView {
    let slack = set_up.slack_team_id.is_some();
    let guests = if set_up.guests_checked {
        "The roster is read, with zones: guests, bots and whoever left cannot sign in."
    } else {
        "Guests are not checked: anybody of the workspace gets in, guests too, and whoever leaves stays signed in until their session ends. Set SLACK_BOT_TOKEN, and the roster is read."
    };
    let https = if set_up.is_https {
        format!("People reach it under {}.", set_up.public_url)
    } else {
        format!(
            "People reach it under {}. That is enough to try it on one machine; anywhere else Sensible starts only with an https address, and Slack takes no other.",
            set_up.public_url
        )
    };
    let import =
        if set_up.own_database { "sensible import statuspage PATH --dry-run" } else { "bin/import PATH --dry-run" };
    let manifest = paths::with_query(paths::SLACK_MANIFEST, [("address", set_up.address.as_str())]);
    let address = where_people_reach_it(set_up.address, wrong);
    view! {
        <ol class="steps">
            {step("Choose an https address", set_up.is_https, view! { <p>{https}</p> {address} }.into_any())}
            {step("Make a Slack app", slack, view! {
                <p>"Create an app from a manifest and paste this, which holds the address above. It asks for what is used and for nothing else."</p>
                <pre class="copy" tabindex="0" aria-label="Slack app manifest">{set_up.slack_manifest}</pre>
                <div class="buttons">
                    <Button href="https://api.slack.com/apps?new_app=1">"Create the app at Slack"</Button>
                    <Button href=manifest kind="quiet">"The manifest as a file"</Button>
                </div>
            }.into_any())}
            {step("Set the variables and start again", slack && set_up.own_database, view! {
                <table class="variables"><tbody>{VARIABLES.into_iter().map(|(name, says)| view! {
                    <tr><th scope="row"><code>{name}</code></th><td>{says}</td></tr>
                }).collect_view()}</tbody></table>
                <p>"If one is missing, " <code>"sensible check-config"</code> " says which, and what to do."</p>
            }.into_any())}
            {step("Use a database of your own", set_up.own_database, view! {
                <p>{if set_up.own_database { "DATABASE_URL is set." } else { "The Postgres that came along keeps everything on this machine only. Back it up, or set DATABASE_URL." }}</p>
            }.into_any())}
            {step("Be the first to sign in", slack, view! {
                <p>"The first person of the workspace who signs in is admin, and appoints others under People."</p>
            }.into_any())}
            {step("Let Slack say who is who", set_up.guests_checked, view! { <p>{guests}</p> }.into_any())}
            {step_without_mark("Bring your history along", view! {
                <p>"Incidents of a Statuspage or a cState site become yours, with their true times. Nothing is announced. Without “--dry-run” they are stored; Sensible may run meanwhile."</p>
                <pre class="copy" tabindex="0" aria-label="Import command">{import}</pre>
            }.into_any())}
        </ol>
    }
}

fn where_people_reach_it(address: String, wrong: Option<String>) -> AnyView {
    let says = wrong.is_some().then(|| {
        view! { <p class="field-error" role="alert">"Write an https address without a path, like " {Installation::EXAMPLE} "."</p> }
    });
    view! {
        <form class="fields" action=paths::SET_UP>
            <Field name="address" label="Where will people reach it?" kind="url" size="line" value=wrong.unwrap_or(address) />
            {says}
            <Submit>"Make the manifest for it"</Submit>
        </form>
    }
    .into_any()
}

fn step(title: &'static str, is_done: bool, says: AnyView) -> AnyView {
    let (mark, word) = if is_done { ("done", "Done") } else { ("triage", "Open") };
    let mark = Mark { mark: mark.into(), word: word.into(), is_severity: false };
    view! { <li class="step"><div><h2>{title}</h2>{badge(mark)}{says}</div></li> }.into_any()
}

fn step_without_mark(title: &'static str, says: AnyView) -> AnyView {
    view! { <li class="step"><div><h2>{title}</h2>{says}</div></li> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fake_workspace_is_not_counted_as_slack() {
        let demo = Installation {
            public_url: "http://127.0.0.1:3100".into(),
            fake_slack: true,
            private_postgres: true,
            slack_team_id: Some("T0PAPERKITE".into()),
            ..Installation::default()
        };
        let view = SetUpView::of(&demo, "").unwrap();
        assert_eq!((view.slack_team_id, view.is_https, view.own_database), (None, false, false));
    }

    #[test]
    fn the_manifest_is_for_an_address_that_slack_takes() {
        let make: fn(&str) -> String = |address| format!("{address}/callback");
        let at = |public_url: &str| Installation {
            public_url: public_url.into(),
            slack_manifest: Some(make),
            ..Installation::default()
        };
        let manifest = |public_url, asked| SetUpView::of(&at(public_url), asked).map(|view| view.slack_manifest);
        let demo = "http://127.0.0.1:3100";
        assert_eq!(manifest(demo, "").unwrap(), "https://incidents.example.com/callback");
        assert_eq!(manifest(demo, " https://ours.example/ ").unwrap(), "https://ours.example/callback");
        assert_eq!(manifest(demo, "https://ours.example:8443").unwrap(), "https://ours.example:8443/callback");
        assert_eq!(manifest("https://ours.example", "").unwrap(), "https://ours.example/callback");
        for wrong in
            ["http://ours.example", "ours.example", "https://ours.example/x", "https://a@b.example", "https://b?x"]
        {
            assert!(manifest(demo, wrong).is_err(), "{wrong}");
        }
    }
}
