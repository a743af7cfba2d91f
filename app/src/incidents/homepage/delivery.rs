//! What could not be delivered to Slack: what, why, and the way to try again.

use chrono::{DateTime, Utc};
use domain::zones::Zone;
use domain::{IncidentId, PersonId};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use serde::{Deserialize, Serialize};
use store::announcements::{ANNOUNCE, CALL, REPLY, TAKE_BACK, TELL, Undelivered};
use store::incidents::Homepage;

use crate::ctx::{ctx, settle};
use crate::error::AppError;
use crate::paths;
use crate::ui::{Hidden, Submit, text};

/// What this part of the homepage shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryView {
    /// Of which incident.
    incident: String,
    /// The page to come back to.
    back: String,
    /// What was not delivered, and why: a sentence or two each.
    late: Vec<String>,
    /// Nobody tries any more, at one of them at least.
    given_up: bool,
}

impl DeliveryView {
    /// Puts it into words, for whoever looks (`me`).
    pub fn of(homepage: &Homepage, zone: &Zone, now: DateTime<Utc>, _me: PersonId) -> Self {
        Self {
            incident: homepage.id.to_string(),
            back: paths::incident(homepage.reference),
            late: homepage.undelivered.iter().map(|one| sentence(one, zone, now)).collect(),
            given_up: homepage.undelivered.iter().any(|one| one.given_up),
        }
    }

    /// As it stands on the page.
    pub fn view(self) -> impl IntoView {
        if self.late.is_empty() {
            return None;
        }
        let again = self.given_up.then(|| {
            view! {
                <form method="post" action=DeliverAgain::PATH data-command="">
                    <Hidden name="incident" value=self.incident />
                    <Hidden name="back" value=self.back />
                    <Submit>"Try again"</Submit>
                </form>
            }
        });
        Some(view! {
            <section class="notice delivery" aria-label="Not delivered to Slack">
                <ul>{self.late.into_iter().map(|says| view! { <li dir="auto">{text(says)}</li> }).collect_view()}</ul>
                {again}
            </section>
        })
    }
}

/// Sends again what Slack did not take.
#[server(endpoint = "incidents/deliver-again")]
pub async fn deliver_again(incident: String, #[server(default)] back: String) -> Result<(), AppError> {
    let ctx = ctx()?;
    let again = match paths::fits(&back).and_then(|()| IncidentId::parse(&incident)) {
        Ok(incident) => ctx.store.deliver_again(&ctx.viewer, incident).await,
        Err(refusal) => Err(refusal.into()),
    };
    settle(again, &back, "deliver-again")
}

fn sentence(one: &Undelivered, zone: &Zone, _now: DateTime<Utc>) -> String {
    let what = match one.what.as_str() {
        ANNOUNCE => format!("The announcement in {} is not as it should be", one.to),
        REPLY => format!("An update was not posted in {}", one.to),
        CALL => format!("Nobody was called in {}", one.to),
        TAKE_BACK => format!("What was posted in {} was not taken away", one.to),
        TELL => format!("{} was not told in Slack", one.to),
        _ => format!("A message to {} was not delivered", one.to),
    };
    let goes_on = if one.given_up { "" } else { " It is tried again." };
    format!("{what}, since {}: {}{goes_on}", zone.date_and_clock(one.since), why(&one.why))
}

/// Slack's code in words.
fn why(code: &str) -> &'static str {
    match code {
        "away" => "Slack does not answer.",
        "unreadable" => "Slack’s answer makes no sense.",
        "rate_limited" => "Slack asks to wait.",
        "channel_not_found" => "Slack knows no such channel, or Sensible was not invited to it.",
        "not_in_channel" => "Sensible is not in the channel. Invite it there.",
        "is_archived" | "is_inactive" => "The channel is archived.",
        "messages_tab_disabled" => "The Slack app takes no direct messages. Switch its messages tab on.",
        "restricted_action" | "restricted_action_read_only_channel" => "Sensible may not post in that channel.",
        "edit_window_closed" | "cant_update_message" => "Slack does not let it be changed any more.",
        "cant_delete_message" => "Slack does not let it be deleted.",
        "not_announced" => "The announcement is not there yet.",
        "thread_not_found" | "message_not_found" => "The announcement was deleted in Slack.",
        "missing_scope" => "The Slack app lacks a permission. An admin installs it again.",
        "invalid_auth" | "token_revoked" | "token_expired" | "account_inactive" | "not_authed" => {
            "Slack refuses the bot. An admin installs the Slack app again."
        }
        "internal_error" | "fatal_error" | "service_unavailable" | "request_timeout" | "update_failed" => {
            "Slack has trouble of its own."
        }
        "user_not_found" | "user_not_visible" => "Slack does not know this person any more.",
        _ => "Slack would not have it.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_what_since_when_and_why() {
        let one = Undelivered {
            what: REPLY.into(),
            to: "incidents".into(),
            why: "is_archived".into(),
            given_up: true,
            since: "2025-11-20T14:44:00Z".parse().unwrap(),
        };
        let said = sentence(&one, &Zone::UTC, Utc::now());
        assert!(said.starts_with("An update was not posted in incidents, since "), "{said}");
        assert!(said.ends_with(": The channel is archived."), "{said}");
        let later = sentence(&Undelivered { given_up: false, why: "away".into(), ..one }, &Zone::UTC, Utc::now());
        assert!(later.ends_with("Slack does not answer. It is tried again."), "{later}");
    }
}
