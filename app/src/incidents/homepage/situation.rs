//! The situation of an incident as one large sentence, to be read from two metres:
//! "Sev2, Investigating. Curlew leads. 12 min. Next update in 4 min."

use chrono::{DateTime, Utc};
use domain::clocks::{Length, length};
use domain::elapsed::humane;
use domain::incidents::Status;
use domain::zones::Zone;
use leptos::either::Either;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use store::incidents::Homepage;

use crate::paths;
use crate::ticking;
use crate::ui::{Mark, badge};

/// The parts of the sentence, each a short sentence of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Situation {
    /// `Sev2`, with its mark.
    pub severity: Mark,
    /// `Investigating`.
    pub status: String,
    /// What it was merged into: reference and address.
    pub into: Option<(String, String)>,
    /// `Curlew leads.`, `Curlew led.`, `Nobody leads yet.`
    pub lead: Option<String>,
    /// It goes on: since when, in seconds since 1970, and how long that is now.
    pub running: Option<(i64, String)>,
    /// It is over: `It took 1 h 48 min.`
    pub took: Option<String>,
    /// The next update: due in seconds since 1970, words, colour.
    pub due: Option<(i64, String, String)>,
    /// What stands below in ordinary size.
    pub below: Vec<String>,
}

impl Situation {
    /// The situation of an incident as it is now.
    pub fn of(homepage: &Homepage, zone: &Zone, now: DateTime<Utc>) -> Self {
        let status = homepage.status;
        let name = homepage.lead.as_ref().map(|lead| lead.name.as_str());
        let lead = match (name, status.is_open()) {
            (Some(name), true) => Some(format!("{name} leads.")),
            (Some(name), false) => Some(format!("{name} led.")),
            (None, true) => Some("Nobody leads yet.".into()),
            (None, false) => None,
        };
        let length = length(&homepage.key_times, status, now);
        let running = length.filter(|length| length.running).map(|length| running(length, now));
        let known = |length: &Length| !length.running && length.since == domain::key_times::KeyTimeKind::FailureStarted;
        let took = length.filter(known).map(|length| format!("It took {}.", humane(length.elapsed)));
        let due = homepage.next_update_due_at.filter(|_| status.is_open()).map(|at| {
            let (words, colour) = ticking::until((at - now).num_seconds());
            (at.timestamp(), words, colour.to_owned())
        });
        Self {
            severity: Mark::severity(homepage.severity.rank, &homepage.severity.name, homepage.kind),
            status: status.word().into(),
            into: homepage
                .merged_into
                .as_ref()
                .map(|into| (into.reference.to_string(), paths::incident(into.reference))),
            lead,
            running,
            took,
            due,
            below: below(homepage, zone),
        }
    }

    /// The sentence.
    pub fn view(self) -> impl IntoView {
        let status = match self.into {
            Some((reference, href)) => Either::Left(view! { "Merged into " <a href=href>{reference}</a> }),
            None => Either::Right(self.status),
        };
        let running =
            self.running.map(|(since, words)| view! { " " <span><span data-since=since>{words}</span>"."</span> });
        let due = self.due.map(|(at, words, colour)| {
            view! { " " <span>"Next update "<span class="due" data-due=colour data-until=at>{words}</span>"."</span> }
        });
        let below = self.below.join(" ");
        view! {
            <p class="situation">
                <span>{badge(self.severity)}", "{status}"."</span>
                {self.lead.map(|lead| view! { " " <span dir="auto">{lead}</span> })}
                {running}
                {self.took.map(|took| view! { " " <span>{took}</span> })}
                {due}
            </p>
            {(!below.is_empty()).then(|| view! { <p class="situation-say">{below}</p> })}
        }
    }
}

fn running(length: Length, now: DateTime<Utc>) -> (i64, String) {
    ((now - length.elapsed).timestamp(), humane(length.elapsed))
}

/// What else there is to say about where it stands.
fn below(homepage: &Homepage, zone: &Zone) -> Vec<String> {
    let mut said = Vec::new();
    if homepage.kind.is_practice() {
        said.push("Practice: never announced, never counted.".to_owned());
    }
    let since = zone.date_and_clock(homepage.status_since);
    match homepage.status {
        Status::Recovered => said.push(format!("Over since {since}.")),
        Status::Closed | Status::Declined | Status::Cancelled => {
            said.push(format!("{} since {since}.", homepage.status))
        }
        _ => {}
    }
    match homepage.times_reopened {
        ..=0 => {}
        1 => said.push("It was re-opened once.".into()),
        2 => said.push("It was re-opened twice.".into()),
        times => said.push(format!("It was re-opened {times} times.")),
    }
    for (role, person) in [("Operations", &homepage.operations), ("Communications", &homepage.communications)] {
        if let Some(person) = person {
            said.push(format!("{role}: {}.", person.name));
        }
    }
    said
}
