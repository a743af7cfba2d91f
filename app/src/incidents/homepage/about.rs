//! What an incident is about: its summary, its cause, and in one line what nobody has said
//! yet. Each word of that line opens the form that says it.

use chrono::{DateTime, Utc};
use domain::PersonId;
use domain::incidents::Cause;
use domain::key_times::KeyTimeKind;
use domain::zones::Zone;
use leptos::either::Either;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use store::incidents::Homepage;

use super::next_steps::{asks_cause, asks_when};
use crate::incidents::commands::Form;
use crate::incidents::commands::cause::CauseForm;
use crate::incidents::commands::form::handle;
use crate::incidents::commands::others::OtherForms;
use crate::incidents::commands::roles::RoleForms;
use crate::incidents::commands::words::{WordForms, beginning};
use crate::paths;
use crate::ui::{markup, text};

/// What this part of the homepage shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AboutView {
    /// The summary as safe HTML, and as it was written.
    summary: (String, String),
    /// `Cause, confirmed:` and what is known of it.
    cause: Option<(String, String)>,
    /// The timeline items that show the cause: when, how they begin, and their address.
    evidence: Vec<(String, String, String)>,
    missing: Vec<Missing>,
    words: WordForms,
    cause_form: CauseForm,
    others: OtherForms,
    roles: RoleForms,
}

/// Something that nobody has said yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Missing {
    Summary,
    Component,
    Lead,
    Started,
    Detected,
    Cause,
}

impl Missing {
    const fn word(self) -> &'static str {
        match self {
            Self::Summary => "a summary",
            Self::Component => "the component",
            Self::Lead => "who led",
            Self::Started => "when it started",
            Self::Detected => "when it was detected",
            Self::Cause => "the cause",
        }
    }
}

impl AboutView {
    /// Puts it into words, for whoever looks (`me`).
    pub fn of(homepage: &Homepage, zone: &Zone, _now: DateTime<Utc>, me: PersonId) -> Self {
        let form = Form::of(homepage.id, paths::incident(homepage.reference));
        Self {
            summary: (homepage.summary_html.clone(), homepage.summary.clone()),
            cause: cause(homepage.cause, homepage.cause_text.trim(), !homepage.evidence.is_empty()),
            evidence: evidence(homepage, zone),
            missing: missing(homepage),
            words: WordForms::of(homepage, form.clone()),
            cause_form: CauseForm::of(homepage, zone, form.clone()),
            roles: RoleForms::of(homepage, form.clone(), me),
            others: OtherForms::of(homepage, form),
        }
    }

    /// Whether the form of the summary stands here.
    pub fn has_summary(&self) -> bool {
        !self.summary.1.trim().is_empty() || self.missing.contains(&Missing::Summary)
    }

    /// Whether the form of the cause stands here.
    pub fn has_cause(&self) -> bool {
        self.cause.is_some() || self.missing.contains(&Missing::Cause)
    }

    /// Whether the form of the component stands here.
    pub fn asks_component(&self) -> bool {
        self.missing.contains(&Missing::Component)
    }

    /// Whether the form of the lead stands here.
    pub fn asks_who_led(&self) -> bool {
        self.missing.contains(&Missing::Lead)
    }

    /// The form of the cause, and whether it was refused.
    pub fn settling(&self) -> (bool, AnyView) {
        self.cause_form.view()
    }

    /// As it stands on the page.
    pub fn view(self) -> impl IntoView {
        let missing = self.missing();
        let summary = (!self.summary.1.trim().is_empty()).then(|| {
            let (open, form) = self.words.summarise();
            let change = handle(view! { "Change the summary" }.into_any(), open, form, "");
            let (html, words) = self.summary.clone();
            view! { <div class="summary">{markup(html, words)}</div> <div class="about-act">{change}</div> }
        });
        let cause = self.cause.clone().map(|(known, words)| {
            let (open, form) = self.settling();
            let known = handle(view! { {known} }.into_any(), open, form, " ");
            view! { <div class="summary cause">{known}{text(words)}{shown_by(self.evidence.clone())}</div> }
        });
        view! { {summary} {cause} {missing} }
    }

    fn missing(&self) -> Option<AnyView> {
        let last = self.missing.len().checked_sub(1)?;
        let words = self.missing.iter().enumerate().map(|(place, what)| {
            let after = if place == last { "." } else { ", " };
            let word = what.word();
            let (open, form) = match what {
                Missing::Summary => self.words.summarise(),
                Missing::Component => self.others.failed(),
                Missing::Lead => (RoleForms::is_refused(), self.roles.clone().view()),
                Missing::Cause => self.settling(),
                // These stand among the key times.
                Missing::Started | Missing::Detected => {
                    let kind =
                        if *what == Missing::Started { KeyTimeKind::FailureStarted } else { KeyTimeKind::Detected };
                    let href = format!("#key-time-{}", kind.as_str());
                    return Either::Left(view! { <a class="word" href=href>{word}</a>{after} });
                }
            };
            Either::Right(handle(view! { {word} }.into_any(), open, form, after))
        });
        Some(view! { <div class="missing">"Missing: "{words.collect_view()}</div> }.into_any())
    }
}

/// What shows the cause, with the way to each item however old it is.
fn evidence(homepage: &Homepage, zone: &Zone) -> Vec<(String, String, String)> {
    let here = paths::incident(homepage.reference);
    let items = homepage.evidence.iter().map(|item| {
        let id = item.id.to_string();
        let address = format!("{}#t-{id}", paths::with_query(&here, [("around", id.as_str())]));
        (zone.date_and_clock(item.at), beginning(&item.body), address)
    });
    items.collect()
}

fn shown_by(items: Vec<(String, String, String)>) -> Option<AnyView> {
    let is_empty = items.is_empty();
    let items = items.into_iter().map(|(at, says, href)| view! { <li><a href=href>{at}</a>" "{text(says)}</li> });
    let list = view! { <p class="shown-by">"What shows it:"</p> <ul class="shown-by">{items.collect_view()}</ul> };
    (!is_empty).then(|| list.into_any())
}

fn cause(cause: Cause, words: &str, is_shown: bool) -> Option<(String, String)> {
    let known = match cause {
        Cause::Unknown | Cause::Suspected if words.is_empty() && !is_shown => return None,
        Cause::Unknown if words.is_empty() => "The cause is not known.",
        Cause::Suspected if words.is_empty() => "A cause is suspected.",
        Cause::Unknown => "Cause, not known:",
        Cause::Suspected => "Cause, suspected:",
        Cause::Confirmed if words.is_empty() => "The cause is confirmed.",
        Cause::Confirmed => "Cause:",
        Cause::AcceptedUnknown if words.is_empty() => "The cause is accepted as unknown.",
        Cause::AcceptedUnknown => "The cause is accepted as unknown:",
    };
    Some((known.into(), words.to_owned()))
}

/// What nobody has said yet. What stands under next steps is not said twice.
fn missing(homepage: &Homepage) -> Vec<Missing> {
    if homepage.status.is_end() {
        return Vec::new();
    }
    let when = |kind| !homepage.key_times.has(kind) && !asks_when(homepage, kind);
    let questions = [
        (homepage.summary.trim().is_empty(), Missing::Summary),
        (homepage.components.is_empty(), Missing::Component),
        (homepage.lead.is_none() && homepage.status.is_over() && homepage.phase.asks_for_lead(), Missing::Lead),
        (when(KeyTimeKind::FailureStarted), Missing::Started),
        (when(KeyTimeKind::Detected), Missing::Detected),
        (homepage.cause == Cause::Unknown && !asks_cause(homepage), Missing::Cause),
    ];
    let is_there = !homepage.cause_text.trim().is_empty() || !homepage.evidence.is_empty();
    let is_said = |cause: Missing| cause == Missing::Cause && is_there;
    questions.into_iter().filter(|(is_missing, what)| *is_missing && !is_said(*what)).map(|(_, what)| what).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cause_is_said_as_far_as_it_is_known() {
        assert_eq!(cause(Cause::Unknown, "", false), None);
        assert_eq!(cause(Cause::Suspected, "", false), None);
        assert_eq!(cause(Cause::Suspected, "", true).unwrap().0, "A cause is suspected.");
        let said = |known, words| cause(known, words, false).unwrap();
        assert_eq!(said(Cause::Suspected, "An index."), ("Cause, suspected:".into(), "An index.".into()));
        assert_eq!(said(Cause::Confirmed, "").0, "The cause is confirmed.");
        assert_eq!(said(Cause::AcceptedUnknown, "").0, "The cause is accepted as unknown.");
    }
}
