//! The people of an incident: who does something in it, who follows, and the ways in and out.

use chrono::{DateTime, Utc};
use domain::PersonId;
use domain::zones::Zone;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use store::incidents::Homepage;

use super::hand_off::covered;
use crate::incidents::commands::Form;
use crate::incidents::commands::people::PeopleForms;
use crate::paths;
use crate::ui::{Menu, person};

/// What this part of the homepage shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeopleView {
    active: Vec<String>,
    observers: usize,
    /// Who writes the postmortem.
    owner: Option<String>,
    /// For how long somebody of them is at work.
    coverage: Option<String>,
    forms: PeopleForms,
}

impl PeopleView {
    /// Puts it into words, for whoever looks (`me`).
    pub fn of(homepage: &Homepage, zone: &Zone, now: DateTime<Utc>, me: PersonId) -> Self {
        let form = Form::of(homepage.id, paths::incident(homepage.reference));
        Self {
            active: homepage.active().map(|person| person.name.clone()).collect(),
            observers: homepage.observers().count(),
            owner: homepage.postmortem_owner.as_ref().map(|person| person.name.clone()),
            coverage: covered(homepage, zone, now),
            forms: PeopleForms::of(homepage, form, me),
        }
    }

    /// As it stands on the page.
    pub fn view(self) -> impl IntoView {
        let follow = follow(self.active.len(), self.observers);
        let head = view! { "Invite" }.into_any();
        view! {
            <section aria-labelledby="people">
                <div class="rail-head"><h2 id="people">"People"</h2></div>
                <p class="people rail-links">
                    {self.active.into_iter().map(|name| view! { {person(name)} " " }).collect_view()}
                </p>
                {self.owner.map(|name| view! { <p><bdi>{name}</bdi>" writes the postmortem."</p> })}
                {follow.map(|follow| view! { <p class="soft note-size">{follow}</p> })}
                {self.coverage.map(|says| view! { <p class="soft note-size coverage">{says}</p> })}
                <div class="rail-acts">
                    {self.forms.follow()}
                    <Menu class="act" align="start" open=PeopleForms::is_refused() head=head>{self.forms.view()}</Menu>
                </div>
            </section>
        }
    }
}

fn follow(active: usize, observers: usize) -> Option<String> {
    match (active, observers) {
        (_, 0) => None,
        (0, 1) => Some("One person follows.".to_owned()),
        (0, many) => Some(format!("{many} people follow.")),
        (_, 1) => Some("One more follows.".to_owned()),
        (_, many) => Some(format!("{many} more follow.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_follows_is_counted() {
        assert_eq!(follow(3, 0), None);
        assert_eq!(follow(0, 1).as_deref(), Some("One person follows."));
        assert_eq!(follow(2, 4).as_deref(), Some("4 more follow."));
    }
}
