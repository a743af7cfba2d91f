//! The one composer: a note, an update that everybody following is told, or something that
//! happened earlier. One text, and one choice of what it is.

use chrono::{DateTime, Utc};
use domain::PersonId;
use domain::incidents::{Status, Transition, Visibility, transition};
use domain::text::MarkdownText;
use domain::zones::Zone;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use serde::{Deserialize, Serialize};
use store::incidents::Homepage;

use crate::ctx::here;
use crate::incidents::commands::Form;
use crate::incidents::commands::form::conflict;
use crate::incidents::commands::notes::{EARLIER, NEXT, NOTE, Note, SEVERITY, STATUS, UPDATE};
use crate::paths;
use crate::refused::{Refused, refused};
use crate::timeline::TimeField;
use crate::ui::{Choice, Hidden, Select, Submit, TextArea};

/// What this part of the homepage shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComposerView {
    form: Form,
    /// While it goes on: statuses, severities and promises to choose from, as code and word.
    going_on: Option<GoingOn>,
    /// When something happened.
    time: TimeField,
    /// What happens to an update.
    says: String,
}

/// What an update can bring along.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct GoingOn {
    status: String,
    statuses: Vec<(String, String)>,
    severity: String,
    severities: Vec<(String, String)>,
    next: String,
}

impl ComposerView {
    /// Puts it into words, for whoever looks (`me`).
    pub fn of(homepage: &Homepage, zone: &Zone, now: DateTime<Utc>, _me: PersonId) -> Self {
        Self {
            form: Form::of(homepage.id, paths::incident(homepage.reference)),
            going_on: homepage.status.is_open().then(|| GoingOn::of(homepage)),
            time: TimeField::of(zone, now, None),
            says: match (homepage.visibility, &homepage.announced_in) {
                (Visibility::Private, _) => "Everybody inside is told.".into(),
                (Visibility::Public, None) => "Everybody following is told.".into(),
                (Visibility::Public, Some(channel)) => {
                    format!("Everybody following is told. So is {}.", in_slack(channel))
                }
            },
        }
    }

    /// As it stands on the page.
    pub fn view(self) -> impl IntoView {
        let sent = refused(Note::PATH).with("incident", &self.form.incident);
        let what = sent.value("what", if asks_for_an_update() { UPDATE } else { NOTE });
        let kind = |value: &'static str, words: &'static str| {
            let checked = what == value;
            view! { <label class="tick"><input type="radio" name="what" value=value checked=checked />{words}</label> }
        };
        let notice = match sent.conflict() {
            Some(field) => Some(self.choice(field, &sent)),
            None => sent.notice(),
        };
        view! {
            <form class="composer" id="note" method="post" action=Note::PATH data-command="" data-offline="" aria-label="Write something down">
                {self.form.hidden()}
                {notice}
                <TextArea name="body" id="composer" label="What do you see? What are you doing?" value="" required=true
                    placeholder="What do you see? What are you doing?" most=MarkdownText::MOST
                    draft=format!("note-{}", self.form.incident) ctrl_enter=true refused=&sent />
                {self.going_on.map(|going_on| going_on.view(&sent).into_any())}
                <fieldset class="composer-more" data-for-what=EARLIER>
                    <legend class="only-spoken">"When it happened"</legend>
                    {self.time.view("composer", true, &sent).into_any()}
                </fieldset>
                <div class="composer-foot">
                    <fieldset class="composer-what">
                        <legend class="only-spoken">"What it is"</legend>
                        {kind(NOTE, "Note")} {kind(UPDATE, "Tell everybody")} {kind(EARLIER, "It happened earlier")}
                    </fieldset>
                    <span class="composer-say" data-for-what=UPDATE>{self.says}</span>
                    <Submit kind="primary">"Post"</Submit>
                </div>
            </form>
        }
    }
}

impl ComposerView {
    /// What somebody else made of the status or the severity meanwhile. The words are posted
    /// either way: nobody writes them twice to keep what is theirs.
    fn choice(&self, field: &str, sent: &Refused) -> AnyView {
        let kept = [STATUS, SEVERITY].into_iter().find(|known| *known == field);
        let mine = self.going_on.as_ref().and_then(|going_on| going_on.word(field, &sent.value(field, "")));
        let keep = kept.map(|field| {
            view! { <button class="act" name="keep" value=field>"Post it and keep theirs"</button>", or post yours again." }
        });
        conflict(sent, mine, keep.into_any())
    }
}

impl GoingOn {
    /// What a choice is called.
    fn word(&self, field: &str, value: &str) -> Option<String> {
        let choices = if field == STATUS { &self.statuses } else { &self.severities };
        choices.iter().find(|(known, _)| known == value).map(|(_, word)| word.clone())
    }

    fn of(homepage: &Homepage) -> Self {
        let pair = |status: Status| (status.as_str().to_owned(), status_words(status).to_owned());
        let legal = |to: &Status| transition(homepage.status, *to) == Transition::Legal;
        let severities =
            homepage.severities.iter().filter(|severity| !severity.archived || severity.id == homepage.severity.id);
        Self {
            status: homepage.status.as_str().into(),
            statuses: std::iter::once(pair(homepage.status))
                .chain(Status::ALL.iter().copied().filter(legal).map(pair))
                .collect(),
            severity: homepage.severity.id.to_string(),
            severities: severities.map(|severity| (severity.id.to_string(), severity.name.clone())).collect(),
            // Whoever promised once is expected to promise again.
            next: homepage.next_update_due_at.map_or_else(String::new, |_| "30".into()),
        }
    }

    fn view(self, sent: &Refused) -> impl IntoView + use<> {
        let choices =
            |pairs: Vec<(String, String)>| pairs.into_iter().map(|(value, label)| Choice::new(value, label)).collect();
        let next = std::iter::once(Choice::new("", "not promised"))
            .chain(NEXT.map(|minutes| Choice::new(minutes.to_string(), in_minutes(minutes))))
            .collect();
        // What was left as it was seen, or to somebody else, follows what it is now: it is no
        // wish to set it back.
        let chosen = |field: &str, seen: &str| {
            let is_theirs = sent.value("keep", "") == field || sent.value(field, "") == sent.value(seen, "");
            if is_theirs { Refused::default() } else { sent.clone() }
        };
        let (of_status, of_severity) = (chosen(STATUS, "seen_status"), chosen(SEVERITY, "seen_severity"));
        view! {
            <Hidden name="seen_status" value=self.status.clone() />
            <Hidden name="seen_severity" value=self.severity.clone() />
            <fieldset class="composer-more" data-for-what=UPDATE>
                <legend class="only-spoken">"What everybody is told besides"</legend>
                <Select name="status" id="composer" label="Status" value=self.status choices=choices(self.statuses) refused=of_status />
                <Select name="severity" id="composer" label="Severity" value=self.severity choices=choices(self.severities) refused=of_severity />
                <Select name="next_update_in" id="composer" label="Next update" value=self.next choices=next refused=sent />
            </fieldset>
        }
    }
}

/// Whether the page's address asks for an update: `?what=update`. What is made for everybody
/// has no address.
fn asks_for_an_update() -> bool {
    here().split(['?', '&']).any(|pair| pair == "what=update")
}

/// “It’s over” is what people say; the status is called Recovered.
fn status_words(status: Status) -> &'static str {
    match status {
        Status::Recovered => "Recovered: it’s over",
        other => other.word(),
    }
}

/// The announcements channel as people know it; its id says nothing to them.
fn in_slack(channel: &str) -> String {
    if channel.chars().any(char::is_uppercase) {
        "the announcements channel in Slack".into()
    } else {
        format!("#{channel} in Slack")
    }
}

fn in_minutes(minutes: u32) -> String {
    match minutes {
        60 => "in 1 hour".into(),
        120.. if minutes.is_multiple_of(60) => format!("in {} hours", minutes / 60),
        _ => format!("in {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_who_hears_it() {
        assert_eq!(
            ["incidents", "C0INCIDENTS"].map(in_slack),
            ["#incidents in Slack", "the announcements channel in Slack"]
        );
    }

    #[test]
    fn a_promise_is_said_as_people_say_it() {
        assert_eq!(NEXT.map(in_minutes), ["in 15 min", "in 30 min", "in 1 hour", "in 2 hours"]);
    }
}
