//! The homepage, ready to show.

use chrono::{DateTime, Utc};
use domain::PersonId;
use domain::incidents::{Source, Visibility};
use domain::key_times::KeyTimeKind;
use domain::zones::{Zone, rfc3339};
use serde::{Deserialize, Serialize};
use store::incidents::Homepage;

use super::about::AboutView;
use super::change::ChangeView;
use super::components::ComponentView;
use super::composer::ComposerView;
use super::delivery::DeliveryView;
use super::hand_off::HandOffView;
use super::links::LinksView;
use super::next_steps::NextStepsView;
use super::people::PeopleView;
use super::similar::SimilarView;
use super::since::SinceView;
use super::situation::Situation;
use super::tasks::TasksView;
use crate::clocks::KeyTimesView;
use crate::incidents::commands::Form;
use crate::incidents::commands::key_times::KeyTimeForm;
use crate::paths;
use crate::timeline::TimelineView;
use crate::to_do::ToDoRail;
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
    /// Who can see it, when not everybody: a sentence for each of them, by their id.
    pub private: Vec<(String, String)>,
    /// Whoever looks.
    pub me: String,
    /// The incident's id.
    pub id: String,
    /// Counts everything that happened in it.
    pub seq: i64,
    /// What was merged into it: reference, address, title.
    pub merged_here: Vec<(String, String, String)>,
    /// The summary, the cause, and what nobody has said yet.
    pub about: AboutView,
    /// What it asks for now that it is over.
    pub next_steps: NextStepsView,
    /// What is urgent of whatever whoever looks owes.
    pub to_do: ToDoRail,
    /// A page of the timeline.
    pub timeline: TimelineView,
    /// The zone that every time is shown in: `Tokyo, JST`.
    pub zone: String,
    /// Key times and clocks.
    pub key_times: KeyTimesView,
    /// What failed.
    pub components: Vec<ComponentView>,
    /// The form of each key time that can be stated or corrected.
    pub key_time_forms: Vec<KeyTimeForm>,
    /// Who takes part.
    pub people: PeopleView,
    /// By name.
    pub tags: Vec<String>,
    /// The severity's name and what it means.
    pub definition: Option<(String, String)>,
    /// What changed since whoever looks was here.
    pub since: SinceView,
    /// The one composer.
    pub composer: ComposerView,
    /// What can be changed.
    pub change: ChangeView,
    /// Links on top.
    pub links: LinksView,
    /// Tasks and action items.
    pub tasks: TasksView,
    /// The hand-off that waits, or the way to offer one.
    pub hand_off: HandOffView,
    /// Incidents that look alike.
    pub similar: SimilarView,
    /// What could not be delivered.
    pub delivery: DeliveryView,
}

impl HomepageView {
    /// Puts a homepage into words, for whoever looks (`me`).
    pub fn of(homepage: Homepage, timeline: TimelineView, me: PersonId, zone: &Zone, now: DateTime<Utc>) -> Self {
        let since = SinceView::of(&homepage, zone, now, me);
        let composer = ComposerView::of(&homepage, zone, now, me);
        let change = ChangeView::of(&homepage, zone, now, me);
        let links = LinksView::of(&homepage, zone, now, me);
        let tasks = TasksView::of(&homepage, zone, now, me);
        let hand_off = HandOffView::of(&homepage, zone, now, me);
        let next_steps = NextStepsView::of(&homepage, zone, now, me);
        let similar = SimilarView::of(&homepage, zone, now, me);
        let delivery = DeliveryView::of(&homepage, zone, now, me);
        let about = AboutView::of(&homepage, zone, now, me);
        Self {
            reference: homepage.reference.to_string(),
            href: paths::incident(homepage.reference),
            place: place(&homepage, zone),
            declared: TimeView { at: rfc3339(homepage.reported_at), text: zone.clock(homepage.reported_at) },
            situation: Situation::of(&homepage, zone, now, me),
            about,
            private: match homepage.visibility {
                Visibility::Public => Vec::new(),
                Visibility::Private => homepage
                    .visible_to
                    .iter()
                    .map(|person| (person.id.to_string(), private(&homepage, person.id)))
                    .collect(),
            },
            me: me.to_string(),
            id: homepage.id.to_string(),
            seq: homepage.seq,
            merged_here: homepage
                .merged_here
                .iter()
                .map(|other| (other.reference.to_string(), paths::incident(other.reference), other.title.clone()))
                .collect(),
            next_steps,
            to_do: ToDoRail::default(),
            zone: zone.label(now),
            key_times: KeyTimesView::of(&homepage.key_times, homepage.status, zone, now),
            key_time_forms: key_time_forms(&homepage, zone),
            people: PeopleView::of(&homepage, zone, now, me),
            tags: homepage.tags.into_iter().map(|tag| tag.name).collect(),
            definition: Some((homepage.severity.name, homepage.severity.definition))
                .filter(|(_, says)| !says.is_empty()),
            components: homepage.components.into_iter().map(|component| ComponentView::of(component, zone)).collect(),
            title: homepage.title,
            timeline,
            since,
            composer,
            change,
            links,
            tasks,
            hand_off,
            similar,
            delivery,
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

/// Every moment that people state: those that came with what was done can be corrected.
fn key_time_forms(homepage: &Homepage, zone: &Zone) -> Vec<KeyTimeForm> {
    use KeyTimeKind::{Detected, Engaged, FailureStarted, Fixed, Identified, Recovered};
    let asked = [FailureStarted, Detected, Engaged, Identified, Fixed];
    let is_there = |kind: KeyTimeKind| {
        homepage.key_times.has(kind) || asked.contains(&kind) || (kind == Recovered && homepage.status.is_over())
    };
    let form = Form::of(homepage.id, paths::incident(homepage.reference));
    let kinds = KeyTimeKind::ALL.iter().filter(|kind| is_there(**kind));
    kinds.map(|kind| KeyTimeForm::of(homepage, *kind, zone, form.clone())).collect()
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
