//! The activity log of an incident: append-only, who did what and when it was recorded.

use domain::zones::{Zone, rfc3339};
use domain::{Refusal, Why};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use store::incidents::{ActivityEntry, ActivityPage as Page};

use super::api::incident;
use super::deeds::{Names, did, did_something};
use crate::ctx::{ctx, told};
use crate::error::AppError;
use crate::frame::Place;
use crate::paths;
use crate::ui::{self, Body, Empty, TimeView, text, time};

/// `/incidents/INC-6/activity`.
#[component]
pub fn ActivityPage() -> impl IntoView {
    let reference = use_params_map().with_untracked(|params| params.get("reference")).unwrap_or_default();
    let before = use_query_map().with_untracked(|query| query.get_str("before").unwrap_or_default().to_owned());
    ui::framed(Place::Incidents, async move {
        let log = read(&reference, &before).await.map_err(told)?;
        Ok(Body { title: format!("Activity of {} {}", log.reference, log.title), view: log.view().into_any() })
    })
}

struct Log {
    reference: String,
    title: String,
    here: String,
    zone: String,
    days: Vec<(String, Vec<Row>)>,
    earlier: Option<i64>,
    is_later_page: bool,
}

/// One row of the log.
struct Row {
    at: TimeView,
    who: String,
    did: String,
    seq: i64,
}

async fn read(reference: &str, before: &str) -> Result<Log, AppError> {
    let ctx = ctx()?;
    let before = place(before)?;
    let homepage = incident(&ctx, reference).await?;
    let page = ctx.store.activity(&ctx.viewer, homepage.id, before).await?.ok_or_else(AppError::not_found)?;
    let (zone, now) = (&ctx.zone, homepage.read_at);
    Ok(Log {
        reference: homepage.reference.to_string(),
        title: homepage.title,
        here: paths::incident(homepage.reference),
        zone: zone.label(now),
        earlier: page.next,
        is_later_page: before.is_some(),
        days: days(page, zone, |at| zone.day_heading(at, now)),
    })
}

/// A place in the log, as its addresses write it.
fn place(before: &str) -> Result<Option<i64>, Refusal> {
    let before = before.trim();
    if before.is_empty() {
        return Ok(None);
    }
    let seq = before.parse().ok().filter(|seq| (1..=1_000_000_000).contains(seq));
    seq.map(Some).ok_or_else(|| Refusal::invalid("before", Why::NotKnown))
}

fn days(page: Page, zone: &Zone, heading: impl Fn(chrono::DateTime<chrono::Utc>) -> String) -> Vec<(String, Vec<Row>)> {
    let names = Names::of(page.names);
    let mut days: Vec<(String, Vec<Row>)> = Vec::new();
    for entry in page.entries {
        let day = heading(entry.recorded_at);
        let row = Row::of(entry, &names, zone);
        match days.last_mut() {
            Some((last, rows)) if *last == day => rows.push(row),
            _ => days.push((day, vec![row])),
        }
    }
    days
}

impl Row {
    fn of(entry: ActivityEntry, names: &Names, zone: &Zone) -> Self {
        let person = entry.person.as_ref().map(|person| person.id);
        let did = match &entry.event {
            Some(event) => did(event, person, names, zone),
            None => did_something(&entry.verb),
        };
        let who = match (entry.person, entry.system) {
            (Some(person), _) => person.name,
            (None, Some(system)) => system_word(system).into(),
            (None, None) => "Somebody".into(),
        };
        let at = TimeView { at: rfc3339(entry.recorded_at), text: zone.clock(entry.recorded_at) };
        Self { at, who, did, seq: entry.seq }
    }
}

fn system_word(system: domain::System) -> &'static str {
    match system {
        domain::System::Import => "An import",
        domain::System::Demo => "The demo story",
        _ => "Sensible",
    }
}

impl Log {
    fn view(self) -> impl IntoView {
        let page = paths::activity(&self.here);
        let newest = self
            .is_later_page
            .then(|| view! { <p class="timeline-later"><a href=page.clone()>"Back to the newest"</a></p> });
        let is_empty = self.days.is_empty();
        let mut zone = Some(self.zone);
        let days = self.days.into_iter().map(|(heading, rows)| {
            let zone = zone.take().map(|zone| view! { " " <span>{zone}</span> });
            let rows = rows.into_iter().map(|row| {
                view! {
                    <li class="deed" id=format!("a-{}", row.seq)>
                        {time(row.at)} <p><b class="moment-who"><bdi>{row.who}</bdi></b>" "<span dir="auto">{row.did}</span></p>
                    </li>
                }
            });
            view! { <div class="timeline-head"><h2>{heading}{zone}</h2></div><ol>{rows.collect_view()}</ol> }
        });
        let earlier = self.earlier.map(|before| {
            let href = paths::with_query(&page, [("before", before.to_string().as_str())]);
            view! { <p class="timeline-earlier"><a class="button" href=href>"Earlier"</a></p> }
        });
        view! {
            <article class="log">
                <header>
                    <p class="where"><a href=self.here>{self.reference}" "{text(self.title)}</a></p>
                    <h1>"Activity log"</h1>
                    <p class="soft">"Everything that was done, at the time when it was recorded. Nobody can change it."</p>
                </header>
                {newest}
                {is_empty.then(|| view! { <Empty says="Nothing more.">"The log begins with the declaration."</Empty> })}
                {days.collect_view()}
                {earlier}
            </article>
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_the_log_is_a_number_of_ours() {
        assert_eq!(place("").unwrap(), None);
        assert_eq!(place(" 12 ").unwrap(), Some(12));
        for wrong in ["0", "-1", "x", "9223372036854775807", "1e9"] {
            assert!(place(wrong).is_err(), "{wrong}");
        }
    }
}
