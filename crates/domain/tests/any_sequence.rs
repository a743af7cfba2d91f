//! No sequence of commands, by anybody, from any start, reaches an illegal state.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod model;

use domain::incidents::*;
use domain::key_times::KeyTimeKind;
use domain::*;
use model::*;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn every_sequence_stays_legal(
        declaration in any_declaration(),
        steps in proptest::collection::vec((any_command(), any_moment(), any_around()), 1..30),
    ) {
        let mut state = match declare(&declaration, &reporter_then(0)) {
            Ok((state, events)) => {
                let mut again = IncidentState::declared(&declaration);
                events.iter().for_each(|event| again.apply(event));
                prop_assert_eq!(&again, &state, "the events lead to the state");
                state
            }
            Err(refusal) => return explained(&refusal),
        };
        check(&state);
        let mut now = start();
        for (command, (later, actor, source, owed, seen), (part, named, engagement)) in steps {
            now += later;
            let mut moment = Moment::new(now, actor, source);
            (moment.seen, moment.part, moment.named, moment.engagement) = (seen, part, named, engagement);
            if owed {
                moment.guarded_owed = vec![RuleRef { name: "Somebody writes the postmortem".into(), paragraph: "p7".into() }];
            }
            recovering_is_never_refused(&state, &moment);
            let before = state.clone();
            match run(&mut state, &command, &moment) {
                Ok(events) => {
                    let again = command == Command::Recover && before.status.is_over();
                    prop_assert!(!events.is_empty() || again, "{:?} did nothing and said nothing", command);
                    check_steps(before, &events);
                    let closes = events.iter().any(|event| matches!(event, Event::StatusChanged { to: Status::Closed, .. }));
                    prop_assert!(!(closes && owed), "closed although something guarded is owed");
                    travels(&command, &events)?;
                }
                Err(refusal) => {
                    prop_assert_eq!(&before, &state);
                    explained(&refusal)?;
                }
            }
            check(&state);
        }
    }

    #[test]
    fn merging_never_makes_a_cycle(steps in proptest::collection::vec((0usize..5, 0usize..5, any::<bool>()), 1..60)) {
        let mut all: Vec<IncidentState> = (0..5).map(|n| {
            let declaration = Declaration { id: incident(n), ..declaration(Status::Investigating) };
            declare(&declaration, &then(0)).unwrap().0
        }).collect();
        for (minute, (from, into, undo)) in steps.into_iter().enumerate() {
            let moment = then(minute as i64);
            let command = if undo {
                Command::Reopen { to: Status::Investigating, reason: reason() }
            } else {
                Command::Merge { target: all[into].id, chain: chain(&all, into) }
            };
            let refused = run(&mut all[from], &command, &moment).err();
            if !undo && from == into && !all[from].status.is_end() {
                prop_assert_eq!(refused, Some(Refusal::MergesIntoItself));
            }
            for n in 0..all.len() {
                prop_assert!(chain(&all, n).len() < all.len(), "a cycle");
            }
        }
    }
}

/// What the database would answer: where an incident went, step by step.
fn chain(all: &[IncidentState], from: usize) -> Vec<IncidentId> {
    let mut chain = Vec::new();
    let mut at = all[from].merged_into;
    while let Some(id) = at {
        chain.push(id);
        if chain.len() > all.len() {
            break;
        }
        at = all.iter().find(|state| state.id == id).and_then(|state| state.merged_into);
    }
    chain
}

fn recovering_is_never_refused(state: &IncidentState, moment: &Moment) {
    if !state.status.is_open() {
        return;
    }
    let mut recovered = state.clone();
    let result = run(&mut recovered, &Command::Recover, moment);
    assert!(result.is_ok(), "{result:?} from {}", state.status);
    assert_eq!(recovered.status, Status::Recovered);
    assert_eq!(recovered.key_times.at(KeyTimeKind::Recovered), Some(moment.now));
    check(&recovered);
}

fn explained(refusal: &Refusal) -> Result<(), TestCaseError> {
    let sentence = refusal.to_string();
    prop_assert!(sentence.ends_with('.') && sentence.len() > 10, "{:?}: {:?}", refusal, sentence);
    prop_assert!(!refusal.code().is_empty());
    Ok(())
}

fn travels(command: &Command, events: &[Event]) -> Result<(), TestCaseError> {
    let json = serde_json::to_string(command).unwrap();
    prop_assert_eq!(&serde_json::from_str::<Command>(&json).unwrap(), command);
    for event in events {
        let json = serde_json::to_value(event).unwrap();
        prop_assert_eq!(json["event"].as_str(), Some(event.verb()));
        prop_assert_eq!(&serde_json::from_value::<Event>(json).unwrap(), event);
    }
    Ok(())
}
