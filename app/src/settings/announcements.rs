//! Where people are told: the announcements channel and the standing meeting.

use domain::Refusal;
use domain::announcements::SlackChannel;
use domain::text::Url;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use serde::{Deserialize, Serialize};

use crate::ctx::{ctx, settle, told};
use crate::error::AppError;
use crate::paths;
use crate::refused::refused;
use crate::ui::{Field, Submit};

/// Where people are told, ready to show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnnouncementsView {
    /// The channel, empty when there is none.
    pub channel: String,
    /// The meeting's address, empty when there is none.
    pub meeting: String,
    /// Whether a bot speaks for us.
    pub bot: bool,
}

/// Where people are told.
#[server(endpoint = "announcements/read")]
pub async fn read_announcements() -> Result<AnnouncementsView, AppError> {
    let ctx = ctx()?;
    let settings = ctx.store.settings(&ctx.viewer).await.map_err(told)?;
    Ok(AnnouncementsView {
        channel: settings.announcements_channel.unwrap_or_default(),
        meeting: settings.meeting_url.unwrap_or_default(),
        bot: ctx.services.installation.bot_token,
    })
}

/// Changes it; an empty field takes it away. For admins.
#[server(endpoint = "announcements/save")]
pub async fn save_announcements(announcements_channel: String, meeting_url: String) -> Result<(), AppError> {
    let ctx = ctx()?;
    let channel = channel(&announcements_channel);
    let done = saved(channel.as_ref().is_ok_and(Option::is_some), ctx.services.installation.bot_token);
    let saved = match (channel, meeting(&meeting_url)) {
        (Ok(channel), Ok(meeting)) => ctx.store.save_announcements(&ctx.viewer, channel, meeting).await,
        (Err(refusal), _) | (_, Err(refusal)) => Err(refusal.into()),
    };
    settle(saved, paths::SETTINGS, done)
}

/// What is true once it is saved, as a code for the words.
const fn saved(has_channel: bool, has_bot: bool) -> &'static str {
    match (has_channel, has_bot) {
        (true, true) => "announcements",
        (true, false) => "announcements-without-bot",
        (false, _) => "announcements-nowhere",
    }
}

fn channel(text: &str) -> Result<Option<SlackChannel>, Refusal> {
    if text.trim().is_empty() { Ok(None) } else { SlackChannel::parse(text).map(Some) }
}

fn meeting(text: &str) -> Result<Option<Url>, Refusal> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    Url::parse(text).map(Some).map_err(|refusal| match refusal {
        Refusal::Invalid { why, .. } => Refusal::invalid("meeting_url", why),
        other => other,
    })
}

/// The form.
pub(super) fn form(view: AnnouncementsView) -> impl IntoView {
    let sent = refused(SaveAnnouncements::PATH);
    let silent = (!view.bot).then(|| {
        view! { <p class="note-size">"Without a bot token nothing goes to Slack. People are told in Sensible itself."</p> }
    });
    view! {
        <form class="form" method="post" action=SaveAnnouncements::PATH>
            <h2>"People are told"</h2>
            {sent.notice()}
            {silent}
            <Field name="announcements_channel" label="Announcements channel in Slack" value=view.channel size="name"
                most=SlackChannel::MOST + 1 optional=true
                say="Its name or id. Invite Sensible to it. Private and practice incidents are never announced." refused=&sent />
            <Field name="meeting_url" label="The standing meeting" value=view.meeting kind="url" most=Url::MOST optional=true
                say="Where people meet during an incident; it stands in each announcement." refused=&sent />
            <Submit>"Save where people are told"</Submit>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_after_saving_is_true() {
        let says = |channel, bot| crate::words::done(saved(channel, bot)).unwrap();
        assert!(says(true, true).contains("announced there"));
        for nothing in [says(true, false), says(false, true), says(false, false)] {
            assert!(!nothing.contains("announced there"), "{nothing}");
        }
    }

    #[test]
    fn an_empty_field_takes_it_away_and_a_wrong_one_is_named() {
        assert_eq!(channel(" ").unwrap(), None);
        assert_eq!(channel("#incidents").unwrap().unwrap().as_str(), "incidents");
        assert_eq!(channel("In Cidents").unwrap_err().field(), Some("announcements_channel"));
        assert_eq!(meeting("").unwrap(), None);
        assert_eq!(meeting("meet").unwrap_err().field(), Some("meeting_url"));
    }
}
