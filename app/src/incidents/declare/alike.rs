//! An incident that looks alike, in the form and on a homepage.

use chrono::{DateTime, Utc};
use domain::elapsed::humane;
use domain::incidents::Kind;
use domain::zones::Zone;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use store::incidents::Similar;

use crate::paths;
use crate::ticking;
use crate::ui::{Mark, badge, language};

/// An incident that looks like what somebody wrote, ready to show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlikeView {
    /// Its id, for a merge.
    pub id: String,
    /// `INC-20`.
    pub reference: String,
    /// Its address.
    pub href: String,
    /// Its title.
    pub title: String,
    /// How bad it is.
    pub severity: Mark,
    /// It is not over yet, so that it may be the same.
    pub is_open: bool,
    /// `happening for 12 min. Curlew leads.`, `over since Wed 12 Nov 2025.`
    pub says: String,
    /// What fixed it, as far as that is known: who, how long, and the words of the end.
    pub fixed: (String, Option<String>),
    /// The day it was reported.
    pub day: String,
}

impl AlikeView {
    /// Puts it into words.
    pub fn of(similar: Similar, zone: &Zone, now: DateTime<Utc>) -> Self {
        let (name, rank) = &similar.severity;
        let says = if similar.status.is_open() {
            let since = ticking::since((now - similar.reported_at).num_seconds().max(0));
            match &similar.lead {
                Some(lead) => format!("happening for {since}. {lead} leads."),
                None => format!("happening for {since}."),
            }
        } else {
            format!("{}, reported on {}.", similar.status.word().to_lowercase(), zone.date(similar.reported_at))
        };
        Self {
            id: similar.id.to_string(),
            reference: similar.reference.to_string(),
            href: paths::incident(similar.reference),
            severity: Mark::severity(*rank, name, Kind::Real),
            is_open: similar.status.is_open(),
            says,
            fixed: fixed(&similar),
            day: zone.date(similar.reported_at),
            title: similar.title,
        }
    }
}

/// Who fixed it in what time, and by what: the confirmed cause says it best, then the last
/// update.
fn fixed(similar: &Similar) -> (String, Option<String>) {
    let words = similar.cause.clone().or_else(|| similar.last_words.clone());
    let mut says = match (&similar.lead, similar.elapsed) {
        (Some(lead), Some(elapsed)) => format!("{lead} fixed it in {}", humane(elapsed)),
        (Some(lead), None) => format!("{lead} led"),
        (None, Some(elapsed)) => format!("It was over in {}", humane(elapsed)),
        (None, None) => "It is over".to_owned(),
    };
    says.push(if words.is_some() { ':' } else { '.' });
    (says, words)
}

/// While one types: each a link that says "Is it this one?". Nothing when nothing looks alike.
pub(super) fn alike_view(alike: Vec<AlikeView>) -> Option<impl IntoView> {
    (!alike.is_empty()).then(|| {
        let rows = alike.into_iter().map(|one| {
            let lang = language(&one.title);
            let spoken = format!(", {}", one.reference);
            let invites = if one.is_open { "Yes, this one" } else { "Look at it" };
            view! {
                <li class="similar">
                    <p><a href=one.href.clone() dir="auto" lang=lang>{one.title}</a></p>
                    <p class="soft note-size">{one.reference}", "{badge(one.severity)}", "{one.says}</p>
                    <a class="button" href=one.href>{invites}<span class="only-spoken">{spoken}</span></a>
                </li>
            }
        });
        view! { <p class="field-name">"Is it this one?"</p> <ul>{rows.collect_view()}</ul> }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;
    use domain::incidents::Status;

    fn similar(status: Status) -> Similar {
        let id = "01900000-0000-7000-8000-000000000001";
        Similar {
            id: id.parse().unwrap(),
            reference: "INC-20".parse().unwrap(),
            title: "Webhooks <late>".into(),
            severity: ("Sev2".into(), 2),
            status,
            reported_at: "2025-11-20T14:32:00Z".parse().unwrap(),
            elapsed: Some(TimeDelta::minutes(41)),
            lead: Some("Turnstone".into()),
            last_words: None,
            cause: Some("A full disk.".into()),
            closeness: 0.6,
        }
    }

    #[test]
    fn what_happens_says_how_long_and_what_is_over_when_it_was() {
        let now = "2025-11-20T14:44:00Z".parse().unwrap();
        let view = AlikeView::of(similar(Status::Investigating), &Zone::UTC, now);
        assert_eq!(view.says, "happening for 12 min. Turnstone leads.");
        let over = AlikeView::of(similar(Status::Closed), &Zone::UTC, now);
        assert_eq!(over.says, "closed, reported on Thu 20 Nov 2025.");
        assert_eq!(over.fixed, ("Turnstone fixed it in 41 min:".into(), Some("A full disk.".into())));
        let html = alike_view(vec![view]).to_html();
        assert!(html.contains("Webhooks &lt;late&gt;") && html.contains("/incidents/INC-20"), "{html}");
    }

    #[test]
    fn nothing_alike_says_nothing() {
        assert_eq!(alike_view(Vec::new()).to_html().replace("<!>", ""), "");
    }
}
