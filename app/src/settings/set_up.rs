//! From the demo to the real thing: a checklist that knows what is done already.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::nav::settings_page;
use crate::ctx::{Installation, ctx};
use crate::error::AppError;
use crate::paths;
use crate::ui::{Button, Mark, badge};

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
    /// The Slack app manifest, as JSON.
    pub slack_manifest: String,
}

impl From<&Installation> for SetUpView {
    fn from(installation: &Installation) -> Self {
        Self {
            public_url: installation.public_url.clone(),
            is_https: installation.public_url.starts_with("https://"),
            slack_team_id: installation.slack_team_id.clone().filter(|_| !installation.fake_slack),
            own_database: !installation.private_postgres,
            guests_checked: installation.bot_token,
            slack_manifest: installation.slack_manifest.clone(),
        }
    }
}

/// What is set up and what is not.
#[server(endpoint = "set-up/read")]
pub async fn set_up() -> Result<SetUpView, AppError> {
    let ctx = ctx()?;
    Ok(SetUpView::from(&*ctx.services.installation))
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
    settings_page(paths::SET_UP, |_| async move {
        let set_up = set_up().await?;
        Ok(view! {
            <header>
                <h1>"Set-up"</h1>
                <p>"From the demo to the real thing, in the order in which it is easiest. A quarter of an hour."</p>
            </header>
            {steps(set_up).into_any()}
        }
        .into_any())
    })
}

fn steps(set_up: SetUpView) -> impl IntoView {
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
            "People reach it under {}. That is enough to try it on one machine; anywhere else Sensible starts only with an https address.",
            set_up.public_url
        )
    };
    view! {
        <ol class="steps">
            {step("Make a Slack app", slack, view! {
                <p>"Create an app from a manifest and paste this. It asks for what is used and for nothing else."</p>
                <pre class="copy" tabindex="0" aria-label="Slack app manifest">{set_up.slack_manifest}</pre>
                <div class="buttons">
                    <Button href="https://api.slack.com/apps?new_app=1">"Create the app at Slack"</Button>
                    <Button href=paths::SLACK_MANIFEST kind="quiet">"The manifest as a file"</Button>
                </div>
            }.into_any())}
            {step("Set the variables and start again", slack && set_up.own_database, view! {
                <table class="variables"><tbody>{VARIABLES.into_iter().map(|(name, says)| view! {
                    <tr><th scope="row"><code>{name}</code></th><td>{says}</td></tr>
                }).collect_view()}</tbody></table>
                <p>"If one is missing, " <code>"sensible check-config"</code> " says which, and what to do."</p>
            }.into_any())}
            {step("Give it an https address", set_up.is_https, view! { <p>{https}</p> }.into_any())}
            {step("Use a database of your own", set_up.own_database, view! {
                <p>{if set_up.own_database { "DATABASE_URL is set." } else { "The Postgres that came along keeps everything on this machine only. Back it up, or set DATABASE_URL." }}</p>
            }.into_any())}
            {step("Be the first to sign in", slack, view! {
                <p>"The first person of the workspace who signs in is admin, and appoints others under People."</p>
            }.into_any())}
            {step("Let Slack say who is who", set_up.guests_checked, view! { <p>{guests}</p> }.into_any())}
            {step_without_mark("Bring your history along", view! {
                <p>"Incidents of a Statuspage or a cState site become yours, with their true times. Nothing is announced."</p>
                <pre class="copy" tabindex="0" aria-label="Import command">"sensible import statuspage PATH --dry-run"</pre>
            }.into_any())}
        </ol>
    }
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
        let view = SetUpView::from(&demo);
        assert_eq!((view.slack_team_id, view.is_https, view.own_database), (None, false, false));
    }
}
