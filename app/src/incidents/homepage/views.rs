//! The homepage, ready to show.

use chrono::{DateTime, Utc};
use domain::PersonId;
use domain::incidents::{Cause, Source, Status, Visibility};
use domain::key_times::KeyTimeKind;
use domain::zones::{Zone, rfc3339};
use serde::{Deserialize, Serialize};
use store::incidents::{Homepage, NextSteps};

use super::components::ComponentView;
use super::situation::Situation;
use crate::clocks::KeyTimesView;
use crate::paths;
use crate::timeline::{self, DayView};
use crate::ui::TimeView;

/// Everything that the homepage shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HomepageView {
    /// `INC-20`.
    pub reference: String,
    /// Its address.
    pub href: String,
    /// Its title.
    pub title: String,
    /// `on Webhooks, declared by Plover on Thu 20 Nov 2025 at`, then the time.
    pub place: String,
    /// When it was declared.
    pub declared: TimeView,
    /// The situation.
    pub situation: Situation,
    /// Who can see it, when not everybody.
    pub private: Option<String>,
    /// What was merged into it: reference, address, title.
    pub merged_here: Vec<(String, String, String)>,
    /// The summary as safe HTML, and as it was written.
    pub summary: (String, String),
    /// `Cause, confirmed.` and what is known of it.
    pub cause: Option<(String, String)>,
    /// What nobody has said yet, in one line.
    pub missing: Vec<String>,
    /// What is owed now that it is over: a question each, and why it is asked.
    pub next_steps: Vec<(String, String)>,
    /// By day, newest first.
    pub days: Vec<DayView>,
    /// Only the updates are shown.
    pub only_updates: bool,
    /// There are more items than are shown.
    pub goes_on: bool,
    /// The zone that every time is shown in: `Tokyo, JST`.
    pub zone: String,
    /// Key times and clocks.
    pub key_times: KeyTimesView,
    /// What failed.
    pub components: Vec<ComponentView>,
    /// Who did something.
    pub people: Vec<String>,
    /// How many only follow.
    pub observers: usize,
    /// Who writes the postmortem.
    pub postmortem_owner: Option<String>,
    /// By name.
    pub tags: Vec<String>,
    /// The severity's name and what it means.
    pub definition: Option<(String, String)>,
}

impl HomepageView {
    /// Puts a homepage into words, for whoever looks (`me`).
    pub fn of(mut homepage: Homepage, me: PersonId, zone: &Zone, now: DateTime<Utc>, only_updates: bool) -> Self {
        let days = timeline::days(&mut homepage, zone, now, only_updates);
        let (active, observers): (Vec<_>, Vec<_>) =
            homepage.participants.iter().partition(|participant| participant.active);
        Self {
            reference: homepage.reference.to_string(),
            href: paths::incident(homepage.reference),
            place: place(&homepage, zone),
            declared: TimeView { at: rfc3339(homepage.reported_at), text: zone.clock(homepage.reported_at) },
            situation: Situation::of(&homepage, zone, now),
            private: (homepage.visibility == Visibility::Private).then(|| private(&homepage, me)),
            merged_here: homepage
                .merged_here
                .iter()
                .map(|other| (other.reference.to_string(), paths::incident(other.reference), other.title.clone()))
                .collect(),
            cause: cause(&homepage),
            missing: missing(&homepage),
            next_steps: next_steps(&homepage),
            zone: zone.label(now),
            key_times: KeyTimesView::of(&homepage.key_times, homepage.status, zone, now),
            people: active.iter().map(|participant| participant.person.name.clone()).collect(),
            observers: observers.len(),
            postmortem_owner: homepage.postmortem_owner.map(|person| person.name),
            tags: homepage.tags,
            definition: Some((homepage.severity.name, homepage.severity.definition))
                .filter(|(_, says)| !says.is_empty()),
            components: homepage.components.into_iter().map(|component| ComponentView::of(component, zone)).collect(),
            goes_on: homepage.timeline_goes_on,
            summary: (homepage.summary_html, homepage.summary),
            title: homepage.title,
            only_updates,
            days,
        }
    }
}

fn place(homepage: &Homepage, zone: &Zone) -> String {
    let mut place = String::new();
    let names: Vec<&str> = homepage.components.iter().map(|component| component.name.as_str()).collect();
    if !names.is_empty() {
        place.push_str(" on ");
        place.push_str(&names.join(", "));
    }
    place.push_str(match homepage.source {
        Source::Import => ", imported; reported",
        _ => ", declared",
    });
    if let Some(reporter) = &homepage.reporter {
        place.push_str(" by ");
        place.push_str(&reporter.name);
    }
    place.push_str(" on ");
    place.push_str(&zone.date(homepage.reported_at));
    place.push_str(" at ");
    place
}

fn private(homepage: &Homepage, me: PersonId) -> String {
    let others: Vec<&str> =
        homepage.visible_to.iter().filter(|person| person.id != me).map(|person| person.name.as_str()).collect();
    match others.as_slice() {
        [] => "Private. Only you can see it.".into(),
        [one] => format!("Private. Only you and {one} can see it."),
        [most @ .., last] => format!("Private. Only you, {} and {last} can see it.", most.join(", ")),
    }
}

fn cause(homepage: &Homepage) -> Option<(String, String)> {
    let words = homepage.cause_text.trim();
    let known = match homepage.cause {
        Cause::Unknown if words.is_empty() => return None,
        Cause::Suspected if words.is_empty() => return None,
        Cause::Unknown => "Cause, not known:",
        Cause::Suspected => "Cause, suspected:",
        Cause::Confirmed => "Cause:",
        Cause::AcceptedUnknown if words.is_empty() => "The cause is accepted as unknown.",
        Cause::AcceptedUnknown => "The cause is accepted as unknown:",
    };
    if homepage.cause == Cause::Confirmed && words.is_empty() {
        return Some(("The cause is confirmed.".into(), String::new()));
    }
    Some((known.into(), words.to_owned()))
}

/// What nobody has said yet. What stands under next steps is not said twice.
fn missing(homepage: &Homepage) -> Vec<String> {
    if homepage.status.is_end() {
        return Vec::new();
    }
    let asks = |step: bool| step && homepage.status == Status::Recovered;
    let started = homepage.key_times.has(KeyTimeKind::FailureStarted);
    let questions = [
        (homepage.summary.trim().is_empty(), "a summary"),
        (homepage.components.is_empty(), "the component"),
        (homepage.lead.is_none() && homepage.status.is_over(), "who led"),
        (!started && !asks(homepage.next_steps.start_missing), "when it started"),
        (!homepage.key_times.has(KeyTimeKind::Detected), "when it was detected"),
        (homepage.cause == Cause::Unknown && !asks(homepage.next_steps.cause_open), "the cause"),
    ];
    questions.into_iter().filter(|(is_missing, _)| *is_missing).map(|(_, what)| what.to_owned()).collect()
}

fn next_steps(homepage: &Homepage) -> Vec<(String, String)> {
    // What is closed owes nothing any more; what is unknown of it stands under “missing”.
    let steps = if homepage.status == Status::Recovered { homepage.next_steps } else { NextSteps::default() };
    let mut asked = Vec::new();
    let mut ask = |what: &str, why: &str| asked.push((what.to_owned(), why.to_owned()));
    if steps.start_missing {
        ask("When did it start?", "Nobody has said so yet. Without it nobody knows how long it took.");
    }
    if steps.cause_open {
        match homepage.cause {
            Cause::Suspected => {
                ask("Was that the cause?", "It is suspected. It can be confirmed, or accepted as unknown.")
            }
            _ => ask("What was the cause?", "It is not known yet. That it stays unknown is an answer too."),
        }
    }
    if steps.no_postmortem_owner {
        ask("Who writes the postmortem?", "Somebody who was there. It need not be the lead.");
    }
    asked
}
