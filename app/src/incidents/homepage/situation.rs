//! The situation of an incident as one large sentence, to be read from two metres:
//! "Sev2, Investigating. Curlew leads. 12 min. Next update in 4 min." Its words are the
//! handles: each opens what can become of it.

use chrono::{DateTime, Utc};
use domain::PersonId;
use domain::clocks::{Length, length};
use domain::elapsed::humane;
use domain::incidents::Status;
use domain::zones::Zone;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use store::incidents::Homepage;

use crate::incidents::commands::Form;
use crate::incidents::commands::form::handle;
use crate::incidents::commands::roles::RoleForms;
use crate::incidents::commands::severity::SeverityForm;
use crate::incidents::commands::status::StatusForms;
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
    /// `Curlew` and ` leads.`, `Nobody` and ` leads yet.`
    pub lead: Option<(String, String)>,
    /// It goes on: since when, in seconds since 1970, and how long that is now.
    pub running: Option<(i64, String)>,
    /// It is over: `It took 1 h 48 min.`
    pub took: Option<String>,
    /// The next update: due in seconds since 1970, words, colour.
    pub due: Option<(i64, String, String)>,
    /// What stands below in ordinary size.
    pub below: Vec<String>,
    /// What can become of the severity, the status and the lead.
    severity_form: SeverityForm,
    status_forms: StatusForms,
    role_forms: RoleForms,
}

/// Whether the sentence says who leads, so that the forms of the lead stand there.
pub fn says_who_leads(homepage: &Homepage) -> bool {
    homepage.lead.is_some() || (homepage.status.is_open() && homepage.phase.asks_for_lead())
}

impl Situation {
    /// The situation of an incident as it is now, for whoever looks (`me`).
    pub fn of(homepage: &Homepage, zone: &Zone, now: DateTime<Utc>, me: PersonId) -> Self {
        let status = homepage.status;
        let form = Form::of(homepage.id, paths::incident(homepage.reference));
        let name = homepage.lead.as_ref().map(|lead| lead.name.as_str());
        let leads = if status.is_open() { " leads." } else { " led." };
        let lead = match name {
            Some(name) => Some((name, leads)),
            None => says_who_leads(homepage).then_some(("Nobody", " leads yet.")),
        };
        let lead = lead.map(|(name, does)| (name.to_owned(), does.to_owned()));
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
            severity_form: SeverityForm::of(homepage, form.clone()),
            status_forms: StatusForms::of(homepage, form.clone()),
            role_forms: RoleForms::of(homepage, form, me),
        }
    }

    /// The sentence.
    pub fn view(self) -> impl IntoView {
        let severity = badge(self.severity).into_any();
        let severity = handle(severity, SeverityForm::is_refused(), self.severity_form.view(), ", ");
        // The full stop stays with the word before it.
        let end = if self.into.is_none() { "." } else { "" };
        let into = self.into.map(|(reference, href)| view! { " into " <a href=href>{reference}</a>"." });
        let status = view! { {self.status} }.into_any();
        let status = handle(status, StatusForms::is_refused(), self.status_forms.view(), end);
        let lead = self.lead.map(|(name, does)| {
            let name = view! { <bdi>{name}</bdi> }.into_any();
            let lead = handle(name, RoleForms::is_refused(), self.role_forms.view(), "");
            view! { " " <span dir="auto">{lead}{does}</span> }
        });
        let running =
            self.running.map(|(since, words)| view! { " " <span><span data-since=since>{words}</span>"."</span> });
        let due = self.due.map(|(at, words, colour)| {
            view! { " " <span>"Next update "<span class="due" data-due=colour data-until=at>{words}</span>"."</span> }
        });
        let below = self.below.join(" ");
        view! {
            <div class="situation">
                <span>{severity}{status}{into}</span>
                {lead}
                {running}
                {self.took.map(|took| view! { " " <span>{took}</span> })}
                {due}
            </div>
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
