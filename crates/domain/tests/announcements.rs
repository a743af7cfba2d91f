//! What is announced and what people are told.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod model;

use domain::announcements::{Company, Post, SlackChannel, calls_everybody, follows};
use domain::incidents::*;
use domain::notifications::{Notification, People, Told, is_told_to_everybody, told};
use domain::people::Phase;
use domain::text::*;
use domain::*;
use model::*;
use proptest::prelude::*;
use uuid::Uuid;

const COMPANY: Company = Company { phase: Phase::One, worst: SeverityId::from_uuid(Uuid::from_u128(101)) };

/// What follows from one event.
fn after(state: &IncidentState, event: Event) -> Vec<Post> {
    let mut later = state.clone();
    later.apply(&event);
    follows(Some(state), &later, &[event], Source::Web, &COMPANY)
}

fn updated() -> Event {
    let body = MarkdownText::parse("We look at the queue.").unwrap();
    Event::Updated { body, status: None, severity: None, next_update_due_at: None }
}

fn visible(from: Visibility, to: Visibility) -> Event {
    Event::VisibilityChanged { from, to }
}

#[test]
fn only_real_public_incidents_are_announced() {
    for kind in Kind::ALL.iter().copied() {
        for visibility in Visibility::ALL.iter().copied() {
            for source in Source::ALL.iter().copied() {
                let declaration = Declaration { kind, visibility, ..declaration(Status::Investigating) };
                let (state, events) = declare(&declaration, &Moment { source, ..reporter_then(0) }).unwrap();
                let posts = follows(None, &state, &events, source, &COMPANY);
                let told_afterwards = matches!(source, Source::Import | Source::Demo);
                let announced = kind == Kind::Real && visibility == Visibility::Public && !told_afterwards;
                assert_eq!(
                    posts,
                    if announced { vec![Post::Announce] } else { vec![] },
                    "{kind} {visibility} {source}"
                );
            }
        }
    }
}

#[test]
fn what_the_announcement_shows_makes_it_new_and_a_note_does_not() {
    let state = declared(Status::Investigating);
    let note = Event::Noted { body: MarkdownText::parse("Seen.").unwrap(), occurred_at: None };
    assert_eq!(after(&state, note), []);
    let title = Title::parse("Webhooks are late").unwrap();
    assert_eq!(after(&state, Event::Renamed { from: state.title.clone(), to: title }), [Post::Renew]);
    assert_eq!(after(&state, updated()), [Post::Renew, Post::Reply]);
}

#[test]
fn making_it_private_takes_everything_back_and_nothing_else_is_said() {
    let state = declared(Status::Investigating);
    assert_eq!(after(&state, visible(Visibility::Public, Visibility::Private)), [Post::TakeBack]);
    let mut private = state;
    private.visibility = Visibility::Private;
    assert_eq!(after(&private, updated()), []);
    assert_eq!(after(&private, visible(Visibility::Private, Visibility::Public)), [Post::Announce]);
    private.status = Status::Closed;
    assert_eq!(after(&private, visible(Visibility::Private, Visibility::Public)), [], "long over is no news");
}

#[test]
fn everybody_is_called_when_it_becomes_as_bad_as_it_can_be() {
    let state = declared(Status::Investigating);
    let worse = Event::SeverityChanged { from: state.severity, to: COMPANY.worst };
    assert_eq!(after(&state, worse.clone()), [Post::Renew, Post::Call]);
    let later = Company { phase: Phase::Two, ..COMPANY };
    let mut worst = state.clone();
    worst.apply(&worse);
    assert_eq!(follows(Some(&state), &worst, &[worse], Source::Web, &later), [Post::Renew], "told by pull");
    assert!(calls_everybody(&COMPANY, COMPANY.worst, Status::Triage));
    assert!(!calls_everybody(&COMPANY, COMPANY.worst, Status::Recovered));
    assert!(!calls_everybody(&COMPANY, severity(2), Status::Investigating));
}

#[test]
fn a_channel_is_read_as_slack_writes_it() {
    for (text, name) in
        [("#incidents", "incidents"), (" inc-2_a ", "inc-2_a"), ("C0INCIDENTS", "C0INCIDENTS"), ("障害", "障害")]
    {
        assert_eq!(SlackChannel::parse(text).unwrap().as_str(), name);
    }
    for text in ["", "#", "Incidents", "two words", "a.b", "<!channel>", &"a".repeat(81)] {
        assert_eq!(SlackChannel::parse(text).unwrap_err().field(), Some("announcements_channel"), "{text}");
    }
}

fn notifications(state: &IncidentState, event: Event, actor: u128, people: &People) -> Vec<(u128, Told)> {
    let mut later = state.clone();
    later.apply(&event);
    told(Some(state), &later, &[event], people, Actor::Person(person(actor)))
        .into_iter()
        .map(|Notification { person, told, .. }| (person.uuid().as_u128(), told))
        .collect()
}

#[test]
fn people_are_told_what_concerns_them_and_not_what_they_did() {
    let state = declared(Status::Investigating);
    let nobody = People::default();
    let lead = |who| Event::RoleGiven { role: Role::Lead, person: person(who), before: Some(person(9)) };
    assert_eq!(notifications(&state, lead(3), 2, &nobody), [(3, Told::LeadGiven)]);
    assert_eq!(notifications(&state, lead(3), 3, &nobody), []);
    let left = People { left: vec![person(9)], ..People::default() };
    assert_eq!(notifications(&state, lead(3), 2, &left), [(3, Told::Reassigned)]);
    let people = People { participants: vec![person(1), person(2), person(4)], ..People::default() };
    assert_eq!(notifications(&state, updated(), 2, &people), [(1, Told::Update), (4, Told::Update)]);
    assert_eq!(notifications(&state, Event::PersonInvited { person: person(5) }, 2, &nobody), [(5, Told::Invited)]);
}

#[test]
fn a_hand_off_that_nobody_answered_comes_back_loudly_to_giver_and_reporter() {
    let state = declared(Status::Investigating);
    let ended = |how| Event::HandOffEnded {
        hand_off: HandOffId::from_uuid(Uuid::from_u128(7)),
        from: person(3),
        to: person(4),
        how,
    };
    let told_by = |how, actor| notifications(&state, ended(how), actor, &People::default());
    assert_eq!(told_by(HandOffStatus::Expired, 0), [(REPORTER, Told::HandOffCameBack), (3, Told::HandOffCameBack)]);
    assert!(Told::HandOffCameBack.is_loud() && Told::HandOffCameBack.is_owed());
    assert_eq!(told_by(HandOffStatus::Accepted, 4), [(3, Told::HandOffAccepted)]);
    assert_eq!(told_by(HandOffStatus::Declined, 4), [(3, Told::HandOffDeclined)]);
    assert_eq!(told_by(HandOffStatus::Withdrawn, 3), [(4, Told::HandOffWithdrawn)]);
    // What time takes back, because it is over or somebody else leads, concerns nobody.
    let by_time = [ended(HandOffStatus::Withdrawn)];
    assert_eq!(told(Some(&state), &state, &by_time, &People::default(), Actor::System(System::Worker)), []);
}

#[test]
fn the_worst_is_told_to_everybody_in_phase_one_only() {
    let rose = [Event::SeverityChanged { from: severity(2), to: COMPANY.worst }];
    let worst = IncidentState { severity: COMPANY.worst, ..declared(Status::Investigating) };
    let is_told = |state: &IncidentState, events: &[Event]| is_told_to_everybody(state, events, Source::Web, &COMPANY);
    assert!(is_told(&worst, &rose));
    assert!(is_told(&worst, &[visible(Visibility::Private, Visibility::Public)]));
    assert!(!is_told(&worst, &[visible(Visibility::Public, Visibility::Private)]));
    assert!(!is_told(&worst, &[updated()]), "it is no news any more");
    let pull = Company { phase: Phase::Two, ..COMPANY };
    assert!(!is_told_to_everybody(&worst, &rose, Source::Web, &pull));
    assert!(!is_told_to_everybody(&worst, &rose, Source::Demo, &COMPANY));
    assert!(!is_told(&IncidentState { severity: severity(2), ..worst.clone() }, &rose));
    assert!(!is_told(&IncidentState { status: Status::Recovered, ..worst.clone() }, &rose));
    assert!(!is_told(&IncidentState { kind: Kind::Drill, ..worst }, &rose));
}

#[test]
fn rising_to_the_worst_is_loud_and_keeping_a_place_inside_is_no_invitation() {
    let state = declared(Status::Investigating);
    let people = People { everybody: vec![person(1), person(2)], ..People::default() };
    let rose = Event::SeverityChanged { from: severity(2), to: COMPANY.worst };
    assert_eq!(notifications(&state, rose, 2, &people), [(1, Told::BecameWorst)]);
    assert!(Told::BecameWorst.is_loud() && !Told::BecameWorst.is_owed());
    let events = [visible(Visibility::Public, Visibility::Private), Event::PersonInvited { person: person(5) }];
    let all = told(Some(&state), &state, &events, &People::default(), Actor::Person(person(2)));
    assert_eq!(all, []);
}

proptest! {
    /// Whoever acts is told nothing, and nobody is told the same thing twice.
    #[test]
    fn nobody_is_told_of_their_own_deed(actor in 1u128..6, people in prop::collection::vec(1u128..6, 0..8)) {
        let state = declared(Status::Investigating);
        let around = People {
            participants: people.iter().copied().map(person).collect(),
            everybody: people.iter().copied().map(person).collect(),
            left: Vec::new(),
        };
        let given = Event::RoleGiven { role: Role::Lead, person: person(actor), before: None };
        let all = told(Some(&state), &state, &[given, updated()], &around, Actor::Person(person(actor)));
        prop_assert!(all.iter().all(|one| one.person != person(actor)));
        let mut once = all.clone();
        once.dedup();
        prop_assert_eq!(all, once);
    }

    /// Whatever happens in a private or a practice incident, nothing is announced.
    #[test]
    fn nothing_of_a_hidden_incident_is_announced(private in any::<bool>(), worse in any::<bool>()) {
        let mut state = declared(Status::Investigating);
        if private { state.visibility = Visibility::Private } else { state.kind = Kind::Tutorial }
        let event = if worse { Event::SeverityChanged { from: state.severity, to: COMPANY.worst } } else { updated() };
        prop_assert_eq!(after(&state, event), vec![]);
    }
}
