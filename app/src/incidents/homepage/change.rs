//! What can be changed of an incident: the one obvious button, and behind “More” what is
//! not needed at every moment. Most of it stands behind the words that say it (see
//! `situation.rs` and `about.rs`).

use chrono::{DateTime, Utc};
use domain::PersonId;
use domain::incidents::Status;
use domain::key_times::KeyTimeKind;
use domain::zones::Zone;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use store::PersonName;
use store::incidents::Homepage;

use super::about::AboutView;
use super::hand_off::{Offer, offer};
use crate::incidents::commands::cause::in_words;
use crate::incidents::commands::form::entry;
use crate::incidents::commands::others::OtherForms;
use crate::incidents::commands::roles::RoleForms;
use crate::incidents::commands::status::StatusForms;
use crate::incidents::commands::words::WordForms;
use crate::incidents::commands::{Form, words};
use crate::paths;
use crate::ui::{Menu, text};

/// What this part of the homepage shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeView {
    status: StatusForms,
    /// The way to give the lead away.
    hand_off: Option<Offer>,
    words: WordForms,
    others: OtherForms,
    /// The way to the lead, while the sentence above says that nobody has it.
    taking: Option<RoleForms>,
    /// Who leads, when the sentence above does not say it.
    roles: Option<RoleForms>,
    /// The summary has no other place.
    summary: bool,
    /// The component has no other place.
    component: bool,
    /// The cause's form, when it has no other place.
    cause: Option<AboutView>,
    ends: Vec<Status>,
    merges: bool,
    /// Reference, address and title of what has to do with it.
    related: Vec<(String, String, String)>,
    /// What the fields say that two people may change at once.
    now: Vec<(String, String)>,
}

impl ChangeView {
    /// Puts it into words, for whoever looks (`me`).
    pub fn of(homepage: &Homepage, zone: &Zone, now: DateTime<Utc>, me: PersonId) -> Self {
        let form = Form::of(homepage.id, paths::incident(homepage.reference));
        let status = StatusForms::of(homepage, form.clone());
        let about = AboutView::of(homepage, zone, now, me);
        let ends = [Status::Declined, Status::Cancelled].into_iter().filter(|to| status.can_end(*to)).collect();
        let link = |other: &store::incidents::IncidentLink| {
            (other.reference.to_string(), paths::incident(other.reference), other.title.clone())
        };
        let says_it = super::situation::says_who_leads(homepage);
        let says_who = says_it || about.asks_who_led();
        let roles = RoleForms::of(homepage, form.clone(), me);
        Self {
            words: WordForms::of(homepage, form.clone()),
            others: OtherForms::of(homepage, form),
            taking: says_it.then(|| roles.clone()),
            roles: (!says_who).then_some(roles),
            summary: !about.has_summary(),
            component: !about.asks_component(),
            cause: (!about.has_cause()).then_some(about),
            ends,
            merges: status.can_merge(),
            hand_off: offer(homepage, now, me),
            status,
            related: homepage.related.iter().map(link).collect(),
            now: said_now(homepage, zone),
        }
    }

    /// With the baton note in the form that offers the lead.
    pub fn with_note(self, note: Option<String>) -> Self {
        let hand_off = self.hand_off.map(|offer| offer.with(note.unwrap_or_default()));
        Self { hand_off, ..self }
    }

    /// What a field says now, in words: `severity`, or `assignee:` and the task's id.
    pub fn says_now(&self, field: &str) -> Option<String> {
        self.now.iter().find(|(name, _)| name == field).map(|(_, says)| says.clone())
    }

    /// As it stands on the page.
    pub fn view(self) -> impl IntoView {
        let mut entries = vec![("Rename it", self.words.rename())];
        if self.summary {
            entries.push(("Write a summary", self.words.summarise()));
        }
        if let Some(roles) = self.roles {
            entries.push(("Say who leads", (RoleForms::is_refused(), roles.view())));
        }
        if let Some(about) = self.cause {
            entries.push(("Say what is known of the cause", about.settling()));
        }
        if self.component {
            entries.push(("Components", self.others.failed()));
        }
        entries.push(("Tags", self.others.tagging()));
        entries.push(("Related incidents", self.others.relating()));
        if self.merges {
            entries.push(("Merge it into another", self.others.merging()));
        }
        for to in self.ends {
            let title = if to == Status::Declined {
                "Decline it: it was no incident"
            } else {
                "Cancel it: declared by mistake"
            };
            entries.push((title, self.status.ending(to)));
        }
        if let Some((open, title, form)) = self.others.seen_by() {
            entries.push((title, (open, form)));
        }
        let is_open = entries.iter().any(|(_, (open, _))| *open);
        let entries = entries.into_iter().map(|(title, form)| entry(title, form)).collect_view();
        let reopening = self.status.reopening().map(|(open, form)| {
            let head = view! { "Re-open it" }.into_any();
            view! { <Menu class="act" align="start" open=open head=head>{form}</Menu> }
        });
        let related = self.related.into_iter().map(|(reference, href, title)| {
            view! { <p class="situation-say">"Related: "<a href=href>{reference}</a>" "{text(title)}</p> }
        });
        view! {
            {related.collect_view()}
            <div class="incident-acts">
                {self.taking.and_then(|roles| roles.taking())}
                {self.status.obvious()}
                {self.hand_off.map(Offer::view)}
                {reopening}
                <Menu class="act" align="start" open=is_open head=view! { "More" }.into_any()>{entries}</Menu>
            </div>
        }
    }
}

fn said_now(homepage: &Homepage, zone: &Zone) -> Vec<(String, String)> {
    let name = |person: &Option<PersonName>| person.as_ref().map_or("nobody", |person| person.name.as_str()).to_owned();
    let tasks = homepage.tasks.iter().flat_map(|task| {
        let id = task.id;
        [(format!("assignee:{id}"), name(&task.assignee)), (format!("task:{id}"), format!("“{}”", task.title))]
    });
    let times = KeyTimeKind::ALL.iter().map(|kind| {
        let at = homepage.key_times.get(*kind).map(|known| zone.date_and_clock(known.at));
        (format!("time:{}", kind.as_str()), at.unwrap_or_else(|| "not known".into()))
    });
    let whole = [
        ("status", homepage.status.word().to_owned()),
        ("severity", homepage.severity.name.clone()),
        ("lead", name(&homepage.lead)),
        ("operations", name(&homepage.operations)),
        ("communications", name(&homepage.communications)),
        ("postmortem_owner", name(&homepage.postmortem_owner)),
        ("title", format!("“{}”", homepage.title)),
        ("summary", format!("“{}”", words::beginning(&homepage.summary))),
        ("cause", in_words(homepage.cause, &homepage.cause_text)),
    ];
    whole.into_iter().map(|(field, says)| (field.to_owned(), says)).chain(tasks).chain(times).collect()
}
