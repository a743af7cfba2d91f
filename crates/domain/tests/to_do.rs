//! Whose to-do list is counted again after something happened.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod model;

use domain::incidents::*;
use domain::text::{MarkdownText, Title};
use domain::to_do::{Concerned, concerned};
use domain::*;
use model::*;
use uuid::Uuid;

fn after(state: &IncidentState, command: Command, part: Part) -> Concerned {
    let moment = Moment { part: part.clone(), ..then(5) };
    concerned(Some(state), &decide(state, &command, &moment).unwrap(), &part)
}

#[test]
fn whoever_owed_it_or_owes_it_now_counts_again() {
    let state = declared(Status::Investigating);
    let lead = after(&state, Command::TakeLead { person: person(3) }, Part::Whole);
    assert_eq!(lead, Concerned { people: vec![person(REPORTER), person(3)], has_tasks: false });
    let over = after(&state, Command::Recover, Part::Whole);
    assert_eq!(over, Concerned { people: vec![person(REPORTER)], has_tasks: true });
    let task = TaskState {
        title: Title::parse("Drain the queue").unwrap(),
        assignee: Some(person(5)),
        is_done: false,
        is_promoted: false,
    };
    let id = TaskId::from_uuid(Uuid::from_u128(7));
    let assigned = after(&state, Command::AssignTask { task: id, assignee: Some(person(6)) }, Part::Task(task.clone()));
    assert_eq!(assigned.people, [person(5), person(6)]);
    let ticked = after(&state, Command::TickTask { task: id, done: true }, Part::Task(task));
    assert_eq!(ticked.people, [person(REPORTER), person(5)]);
}

#[test]
fn a_note_concerns_nobody() {
    let mut state = declared(Status::Investigating);
    done(&mut state, Command::TakeLead { person: person(RESPONDER) }, &then(1));
    let note = Command::Note { body: MarkdownText::parse("It grows.").unwrap() };
    assert_eq!(after(&state, note, Part::Whole), Concerned::default());
}
