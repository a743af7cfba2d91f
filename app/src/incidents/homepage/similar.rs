//! Incidents of the past that look alike, with what fixed them.

use chrono::{DateTime, Utc};
use domain::PersonId;
use domain::zones::Zone;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use store::incidents::{Homepage, Similar};

use crate::incidents::declare::AlikeView;
use crate::ui::text;

/// What this part of the homepage shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SimilarView {
    past: Vec<AlikeView>,
}

/// More would be a list of its own.
const MOST: usize = 3;

impl SimilarView {
    /// Without what has to be asked for: see [`SimilarView::past`].
    pub fn of(_homepage: &Homepage, _zone: &Zone, _now: DateTime<Utc>, _me: PersonId) -> Self {
        Self::default()
    }

    /// What is over and looks alike, the closest first.
    pub fn past(past: Vec<Similar>, zone: &Zone, now: DateTime<Utc>) -> Self {
        Self { past: past.into_iter().take(MOST).map(|one| AlikeView::of(one, zone, now)).collect() }
    }

    /// As it stands on the page.
    pub fn view(self) -> impl IntoView {
        (!self.past.is_empty()).then(|| {
            let past = self.past.into_iter().map(|one| {
                let (says, words) = one.fixed;
                let words = words.map(|words| view! { " “" {text(words)} "”" });
                view! {
                    <li class="past">
                        <p><a href=one.href>{text(one.title)}</a></p>
                        <p class="soft note-size">{one.reference}", "{one.day}</p>
                        <p dir="auto">{says}{words}</p>
                    </li>
                }
            });
            view! {
                <section aria-labelledby="similar-past">
                    <div class="rail-head"><h2 id="similar-past">"Similar before"</h2></div>
                    <ul>{past.collect_view()}</ul>
                </section>
            }
        })
    }
}
