//! A hand-off of the lead that waits, while something else happens.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod model;

use domain::incidents::*;
use domain::text::MarkdownText;
use domain::*;
use model::*;
use uuid::Uuid;

const ASKED: u128 = 3;

fn hand_off() -> HandOffId {
    HandOffId::from_uuid(Uuid::from_u128(7))
}

/// What the responder, who leads, offered to somebody.
fn waiting() -> Option<WaitingHandOff> {
    Some(WaitingHandOff { hand_off: hand_off(), from: person(RESPONDER), to: person(ASKED) })
}

fn part() -> Part {
    Part::HandOff(HandOffState {
        from: person(RESPONDER),
        to: person(ASKED),
        status: HandOffStatus::Offered,
        expires_at: at(17),
    })
}

fn led() -> IncidentState {
    let mut state = declared(Status::Investigating);
    done(&mut state, Command::TakeLead { person: person(RESPONDER) }, &then(1));
    state
}

fn by(actor: impl Into<Actor>, minute: i64, part: Part) -> Moment {
    Moment { actor: actor.into(), waiting: waiting(), part, ..then(minute) }
}

fn text(words: &str) -> MarkdownText {
    MarkdownText::parse(words).unwrap()
}

/// How a hand-off ended, as often as it did.
fn ends(events: &[Event]) -> Vec<HandOffStatus> {
    let how = events.iter().filter_map(|event| match event {
        Event::HandOffEnded { how, .. } => Some(*how),
        _ => None,
    });
    how.collect()
}

#[test]
fn it_ends_when_the_lead_changes_otherwise_or_it_is_over() {
    let update = |status| Command::Update { body: text("x"), status, severity: None, next_update_due_at: None };
    let after = |command: &Command| {
        let moment = by(Actor::Person(person(RESPONDER)), 4, Part::Whole);
        ends(&decide(&led(), command, &moment).unwrap())
    };
    for command in [
        Command::TakeLead { person: person(4) },
        Command::TakeLead { person: person(ASKED) },
        Command::EndRole { role: Role::Lead },
        Command::Recover,
        Command::Close,
        Command::Cancel { reason: reason() },
        Command::Merge { target: incident(9), chain: vec![] },
        update(Some(Status::Recovered)),
    ] {
        assert_eq!(after(&command), [HandOffStatus::Withdrawn], "{command:?}");
    }
    for command in [
        Command::Note { body: text("x") },
        Command::Move { to: Status::Identified },
        Command::GiveRole { role: Role::Operations, person: person(4) },
        update(None),
    ] {
        assert!(after(&command).is_empty(), "{command:?}");
    }
}

#[test]
fn an_answer_ends_it_once() {
    let asked = Actor::Person(person(ASKED));
    let accept = Command::AcceptHandOff { hand_off: hand_off() };
    let accepted = decide(&led(), &accept, &by(asked, 3, part())).unwrap();
    assert_eq!(ends(&accepted), [HandOffStatus::Accepted]);
    let decline = Command::DeclineHandOff { hand_off: hand_off() };
    assert_eq!(ends(&decide(&led(), &decline, &by(asked, 3, part())).unwrap()), [HandOffStatus::Declined]);
}

#[test]
fn what_is_over_is_taken_over_by_nobody() {
    let mut over = led();
    done(&mut over, Command::Recover, &then(4));
    let accept = Command::AcceptHandOff { hand_off: hand_off() };
    let answer = decide(&over, &accept, &by(Actor::Person(person(ASKED)), 5, part()));
    assert_eq!(answer, Err(Refusal::AlreadyEnded { status: Status::Recovered }));
}

#[test]
fn time_brings_back_only_what_somebody_could_still_take_over() {
    let expire = Command::ExpireHandOff { hand_off: hand_off() };
    let worker = by(System::Worker, 17, part());
    assert_eq!(ends(&decide(&led(), &expire, &worker).unwrap()), [HandOffStatus::Expired]);
    let (mut over, mut taken) = (led(), led());
    done(&mut over, Command::Recover, &then(4));
    done(&mut taken, Command::TakeLead { person: person(4) }, &then(4));
    for state in [over, taken] {
        assert_eq!(ends(&decide(&state, &expire, &worker).unwrap()), [HandOffStatus::Withdrawn]);
    }
}
