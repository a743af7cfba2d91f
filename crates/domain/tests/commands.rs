//! What commands do, one by one.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod model;

use domain::incidents::*;
use domain::key_times::*;
use domain::text::*;
use domain::*;
use model::*;

fn refused(state: &IncidentState, command: Command, moment: &Moment) -> Refusal {
    match decide(state, &command, moment) {
        Err(refusal) => refusal,
        Ok(events) => panic!("{command:?} was followed: {events:?}"),
    }
}

/// The command that asks for a step with everything that it could demand.
fn fully(from: Status, to: Status) -> Command {
    match to {
        Status::Declined => Command::Decline { reason: reason() },
        Status::Cancelled => Command::Cancel { reason: reason() },
        Status::Merged => Command::Merge { target: incident(9), chain: vec![] },
        _ if transition(from, to) == Transition::LegalWithReason => Command::Reopen { to, reason: reason() },
        _ => Command::Move { to },
    }
}

#[test]
fn every_cell_of_the_table_holds_for_commands_too() {
    for &from in Status::ALL {
        let state = with_status(from);
        for &to in Status::ALL {
            let bare = decide(&state, &Command::Move { to }, &then(5));
            let full = decide(&state, &fully(from, to), &then(5));
            let mut owing = then(5);
            owing.guarded_owed =
                vec![RuleRef { name: "Somebody writes the postmortem".into(), paragraph: "p7".into() }];
            let guarded = decide(&state, &fully(from, to), &owing);
            let step = format!("{from} to {to}");
            match transition(from, to) {
                Transition::Legal => assert!(bare.is_ok() && full.is_ok() && guarded.is_ok(), "{step}"),
                Transition::LegalWithReason => {
                    assert_eq!(bare, Err(Refusal::ReasonTooShort { least: 10 }), "{step}");
                    assert!(full.is_ok() && guarded.is_ok(), "{step}");
                }
                Transition::LegalIntoTarget => {
                    assert_eq!(bare, Err(Refusal::TargetMissing), "{step}");
                    assert!(full.is_ok() && guarded.is_ok(), "{step}");
                }
                Transition::WhenNothingGuardedIsOwed => {
                    assert!(bare.is_ok() && full.is_ok(), "{step}");
                    assert!(matches!(guarded, Err(Refusal::GuardedOwed { .. })), "{step}");
                }
                Transition::Same => assert_eq!(bare, Err(Refusal::SameStatus { status: from }), "{step}"),
                Transition::Illegal => {
                    assert!(bare.is_err() && full.is_err(), "{step}");
                    let reopened = decide(&state, &Command::Reopen { to, reason: reason() }, &then(5));
                    assert!(reopened.is_err(), "{step}");
                }
            }
        }
    }
}

#[test]
fn declaring_reports_and_does_not_engage_the_reporter() {
    let (state, events) = declare(&declaration(Status::Triage), &reporter_then(0)).unwrap();
    assert_eq!(state.key_times.at(KeyTimeKind::Reported), Some(at(0)));
    assert_eq!(state.key_times.iter().count(), 1, "nothing is invented");
    let verbs: Vec<&str> = events.iter().map(Event::verb).collect();
    assert_eq!(verbs, ["declared", "key_time_set"]);
}

#[test]
fn declaring_with_a_lead_engages() {
    let declaration = Declaration { lead: Some(person(RESPONDER)), ..declaration(Status::Investigating) };
    let (state, _) = declare(&declaration, &reporter_then(0)).unwrap();
    assert_eq!(state.lead, Some(person(RESPONDER)));
    assert_eq!(state.key_times.at(KeyTimeKind::Engaged), Some(at(0)));
}

#[test]
fn a_declaration_states_what_is_known_and_nothing_that_has_not_come() {
    let stated = |kind, minute| StatedKeyTime {
        kind,
        at: at(minute),
        precision: Precision::Minute,
        source: KeyTimeSource::Alert,
        assumed: false,
    };
    let with = |key_time| Declaration { key_times: vec![key_time], ..declaration(Status::Triage) };
    let (state, _) = declare(&with(stated(KeyTimeKind::Detected, -6)), &reporter_then(0)).unwrap();
    assert_eq!(state.key_times.at(KeyTimeKind::Detected), Some(at(-6)));

    let future = declare(&with(stated(KeyTimeKind::Detected, 1)), &reporter_then(0)).unwrap_err();
    assert_eq!(future, Refusal::invalid("detected", Why::InTheFuture));
    let kind = KeyTimeKind::Recovered;
    let recovered = declare(&with(stated(kind, -1)), &reporter_then(0)).unwrap_err();
    assert_eq!(recovered, Refusal::KeyTimeTooEarly { kind });
    assert!(declare(&declaration(Status::Recovered), &reporter_then(0)).is_err());
}

#[test]
fn the_first_person_acting_engages_and_the_reporter_by_taking_it_on() {
    let engaged = |command: Command, moment: &Moment| {
        let mut state = declared(Status::Triage);
        done(&mut state, command, moment);
        state.key_times.at(KeyTimeKind::Engaged)
    };
    let note = || Command::Note { body: MarkdownText::parse("Three tenants wrote.").unwrap() };
    assert_eq!(engaged(note(), &then(3)), Some(at(3)));
    assert_eq!(engaged(note(), &reporter_then(3)), None, "telling more is still reporting");
    assert_eq!(engaged(Command::ChangeSeverity { to: severity(1) }, &reporter_then(3)), None);
    assert_eq!(engaged(Command::Accept { to: Status::Investigating }, &reporter_then(3)), Some(at(3)));
    assert_eq!(engaged(Command::TakeLead { person: person(REPORTER) }, &reporter_then(3)), Some(at(3)));
    assert_eq!(engaged(Command::TakeLead { person: person(RESPONDER) }, &reporter_then(3)), Some(at(3)));
    assert_eq!(engaged(Command::Recover, &then(3)), None, "a fix that took no time would be invented");
    let worker = Moment::new(at(3), System::Worker, Source::Web);
    assert_eq!(engaged(Command::Accept { to: Status::Investigating }, &worker), None, "nobody acted");
}

#[test]
fn engaged_is_written_once_and_not_after_the_end() {
    let mut state = declared(Status::Triage);
    done(&mut state, Command::Accept { to: Status::Investigating }, &then(2));
    done(&mut state, Command::TakeLead { person: person(3) }, &then(4));
    assert_eq!(state.key_times.at(KeyTimeKind::Engaged), Some(at(2)));

    let mut over = declared(Status::Investigating);
    done(&mut over, Command::Recover, &reporter_then(5));
    done(&mut over, Command::TakeLead { person: person(RESPONDER) }, &then(9));
    assert_eq!(over.key_times.at(KeyTimeKind::Engaged), None, "asked for, not invented");
}

#[test]
fn statuses_write_their_times_and_skipping_leaves_gaps() {
    let mut state = declared(Status::Triage);
    done(&mut state, Command::Accept { to: Status::Monitoring }, &then(2));
    done(&mut state, Command::Move { to: Status::Investigating }, &then(3));
    done(&mut state, Command::Move { to: Status::Monitoring }, &then(4));
    done(&mut state, Command::Recover, &then(10));
    assert_eq!(state.key_times.at(KeyTimeKind::Fixed), Some(at(2)), "the first Monitoring");
    assert_eq!(state.key_times.at(KeyTimeKind::Identified), None, "a gap");
    assert_eq!(state.key_times.at(KeyTimeKind::Recovered), Some(at(10)));
}

#[test]
fn reopening_supersedes_the_recovery_and_the_last_one_counts() {
    let mut state = declared(Status::Investigating);
    done(&mut state, Command::Recover, &then(10));
    done(&mut state, Command::Close, &then(11));
    done(&mut state, Command::Reopen { to: Status::Investigating, reason: reason() }, &then(20));
    assert_eq!(state.times_reopened, 1);
    for kind in [KeyTimeKind::Recovered, KeyTimeKind::Closed] {
        assert_eq!(state.key_times.at(kind), None);
        assert!(state.key_times.superseded().iter().any(|kept| kept.kind == kind), "kept as history");
    }
    done(&mut state, Command::Recover, &then(30));
    assert_eq!(state.key_times.at(KeyTimeKind::Recovered), Some(at(30)));
}

#[test]
fn a_corrected_recovery_is_superseded_too() {
    let mut state = with_status(Status::Recovered);
    let correct =
        Command::SetKeyTime { kind: KeyTimeKind::Recovered, at: at(0), precision: Precision::Minute, assumed: false };
    done(&mut state, correct, &then(5));
    done(&mut state, Command::Reopen { to: Status::Investigating, reason: reason() }, &then(6));
    done(&mut state, Command::Recover, &then(7));
    assert_eq!(state.key_times.at(KeyTimeKind::Recovered), Some(at(7)));
}

#[test]
fn undoing_an_end_is_no_reopening() {
    for end in [Status::Declined, Status::Merged, Status::Cancelled] {
        let mut state = with_status(end);
        done(&mut state, Command::Reopen { to: Status::Investigating, reason: reason() }, &then(5));
        assert_eq!((state.times_reopened, state.merged_into), (0, None), "{end}");
    }
}

#[test]
fn that_it_is_over_is_true_however_often_it_is_said() {
    for status in [Status::Recovered, Status::Closed] {
        assert_eq!(decide(&with_status(status), &Command::Recover, &then(5)), Ok(vec![]), "{status}");
    }
}

#[test]
fn refusals_say_what_stands_in_the_way() {
    let closed = with_status(Status::Closed);
    let ended = Refusal::AlreadyEnded { status: Status::Closed };
    assert_eq!(refused(&closed, Command::Cancel { reason: reason() }, &then(5)), ended);

    let open = with_status(Status::Identified);
    let reopen = Command::Reopen { to: Status::Investigating, reason: reason() };
    assert_eq!(refused(&open, reopen, &then(5)), Refusal::NothingToReopen { status: Status::Identified });
    let accept = Command::Accept { to: Status::Investigating };
    assert_eq!(refused(&open, accept, &then(5)), Refusal::conflict("status"));
    assert_eq!(
        refused(&open, Command::Decline { reason: reason() }, &then(5)),
        Refusal::NotAllowedNow { from: Status::Identified, to: Status::Declined }
    );
    let merge = |target, chain| Command::Merge { target, chain };
    assert_eq!(refused(&open, merge(open.id, vec![]), &then(5)), Refusal::MergesIntoItself);
    assert_eq!(refused(&open, merge(incident(2), vec![incident(3), open.id]), &then(5)), Refusal::MergeCycle);
}

#[test]
fn an_update_changes_what_it_names_and_fulfils_the_promise() {
    let mut state = declared(Status::Triage);
    let update = |status, severity, due| Command::Update {
        body: MarkdownText::parse("Rollback is out.").unwrap(),
        status,
        severity,
        next_update_due_at: due,
    };
    let events = done(&mut state, update(Some(Status::Monitoring), Some(severity(1)), Some(at(15))), &then(1));
    let verbs: Vec<&str> = events.iter().map(Event::verb).collect();
    let expected =
        ["updated", "status_changed", "key_time_set", "severity_changed", "next_update_promised", "key_time_set"];
    assert_eq!(verbs, expected);
    assert_eq!((state.status, state.severity), (Status::Monitoring, severity(1)));
    assert_eq!(state.next_update_due_at, Some(at(15)));

    let events = done(&mut state, update(Some(Status::Monitoring), Some(severity(1)), None), &then(2));
    assert!(matches!(&events[0], Event::Updated { status: None, severity: None, .. }), "nothing changed");
    assert_eq!(state.next_update_due_at, None, "told, and nothing promised");

    assert_eq!(
        refused(&state, update(None, None, Some(at(3))), &then(3)),
        Refusal::invalid("next_update_due_at", Why::InThePast)
    );
    assert_eq!(
        refused(&state, update(Some(Status::Recovered), None, Some(at(30))), &then(3)),
        Refusal::NoNextUpdateWhenOver
    );
    done(&mut state, update(None, None, Some(at(15))), &then(4));
    done(&mut state, Command::Recover, &then(5));
    assert_eq!(state.next_update_due_at, None, "over: nothing more is promised");
}

#[test]
fn the_comparison_is_per_field() {
    let mut state = declared(Status::Investigating);
    done(&mut state, Command::ChangeSeverity { to: severity(1) }, &then(1));
    let mut stale = then(2);
    stale.seen =
        Seen { status: Some(Status::Investigating), severity: Some(severity(2)), lead: Some(None), ..Seen::default() };
    let worse = Command::ChangeSeverity { to: severity(3) };
    assert_eq!(refused(&state, worse, &stale), Refusal::conflict("severity"));
    done(&mut state, Command::Note { body: MarkdownText::parse("Looking.").unwrap() }, &stale);
    done(&mut state, Command::TakeLead { person: person(RESPONDER) }, &stale);
    assert_eq!(refused(&state, Command::TakeLead { person: person(3) }, &stale), Refusal::conflict("lead"));
    stale.seen.status = Some(Status::Identified);
    let monitoring = Command::Move { to: Status::Monitoring };
    assert_eq!(refused(&state, monitoring, &stale), Refusal::conflict("status"));
    done(&mut state, Command::Recover, &stale);
}

#[test]
fn two_who_choose_the_same_agree_whatever_each_had_seen() {
    let mut state = declared(Status::Investigating);
    let title = |text: &str| Title::parse(text).unwrap();
    let same = [
        (Command::ChangeSeverity { to: severity(1) }, "severity"),
        (Command::TakeLead { person: person(3) }, "lead"),
        (Command::GiveRole { role: Role::Operations, person: person(3) }, "operations"),
        (Command::Rename { title: title("Hooks are late") }, "title"),
        (Command::Summarise { summary: Summary::parse("Late.").unwrap() }, "summary"),
        (Command::AssignPostmortem { person: person(3) }, "postmortem_owner"),
    ];
    let mut late = then(2);
    late.seen = Seen {
        severity: Some(severity(2)),
        lead: Some(None),
        operations: Some(None),
        title: Some(state.title.clone()),
        summary: Some(Summary::default()),
        postmortem_owner: Some(None),
        ..Seen::default()
    };
    for (command, field) in same {
        done(&mut state, command.clone(), &then(1));
        assert_eq!(refused(&state, command, &late), Refusal::unchanged(field));
    }
}

#[test]
fn each_role_and_each_moment_is_compared_with_what_was_seen_of_it() {
    let mut state = declared(Status::Investigating);
    for role in [Role::Operations, Role::Communications] {
        done(&mut state, Command::GiveRole { role, person: person(2) }, &then(1));
    }
    let said = |minute| Command::SetKeyTime {
        kind: KeyTimeKind::FailureStarted,
        at: at(minute),
        precision: Precision::Minute,
        assumed: false,
    };
    done(&mut state, said(-6), &then(1));
    done(&mut state, Command::AssignPostmortem { person: person(2) }, &then(1));
    let nobody = Some(None);
    let mut late = then(2);
    late.seen = Seen {
        operations: nobody,
        communications: nobody,
        postmortem_owner: nobody,
        time: Some(None),
        ..Seen::default()
    };
    for role in [Role::Operations, Role::Communications] {
        let give = Command::GiveRole { role, person: person(3) };
        assert_eq!(refused(&state, give, &late), Refusal::conflict(role.as_str()));
        assert_eq!(refused(&state, Command::EndRole { role }, &late), Refusal::conflict(role.as_str()));
    }
    assert_eq!(refused(&state, said(-9), &late), Refusal::conflict("time"));
    assert_eq!(refused(&state, said(-6), &late), Refusal::unchanged("time"), "the same moment is no conflict");
    assert_eq!(
        refused(&state, Command::AssignPostmortem { person: person(3) }, &late),
        Refusal::conflict("postmortem_owner")
    );
    late.seen = Seen { time: Some(Some(at(-6))), operations: Some(Some(person(2))), ..Seen::default() };
    done(&mut state, said(-9), &late);
    done(&mut state, Command::EndRole { role: Role::Operations }, &late);
    let role = Role::Operations;
    assert_eq!(refused(&state, Command::EndRole { role }, &late), Refusal::NobodyHoldsRole { role });
}

#[test]
fn roles_pass_from_hand_to_hand() {
    let mut state = declared(Status::Investigating);
    done(&mut state, Command::TakeLead { person: person(2) }, &then(1));
    let events = done(&mut state, Command::TakeLead { person: person(3) }, &then(2));
    let expected = Event::RoleGiven { role: Role::Lead, person: person(3), before: Some(person(2)) };
    assert_eq!(events, [expected]);
    assert_eq!(refused(&state, Command::TakeLead { person: person(3) }, &then(3)), Refusal::unchanged("lead"));
    done(&mut state, Command::EndRole { role: Role::Lead }, &then(4));
    let role = Role::Lead;
    assert_eq!(refused(&state, Command::EndRole { role }, &then(5)), Refusal::NobodyHoldsRole { role });
}

#[test]
fn the_cause_has_its_time_while_it_is_settled() {
    let mut state = with_status(Status::Recovered);
    let settle =
        |cause| Command::SettleCause { cause, text: Summary::parse("Retries.").unwrap(), evidence: Vec::new() };
    let at_settled = |state: &IncidentState| state.key_times.at(KeyTimeKind::CauseSettled);
    done(&mut state, settle(Cause::Suspected), &then(5));
    assert_eq!(at_settled(&state), None);
    done(&mut state, settle(Cause::AcceptedUnknown), &then(6));
    done(&mut state, settle(Cause::Confirmed), &then(7));
    assert_eq!(at_settled(&state), Some(at(6)), "the first writer wins");
    done(&mut state, settle(Cause::Suspected), &then(8));
    assert_eq!(at_settled(&state), None, "open again");
    assert_eq!(refused(&state, settle(Cause::Suspected), &then(9)), Refusal::unchanged("cause"));
}

#[test]
fn stated_times_have_come_and_belong_to_what_happened() {
    let open = declared(Status::Investigating);
    let state_time =
        |kind, minute| Command::SetKeyTime { kind, at: at(minute), precision: Precision::Minute, assumed: true };
    for kind in [KeyTimeKind::Recovered, KeyTimeKind::Closed, KeyTimeKind::CauseSettled] {
        assert_eq!(refused(&open, state_time(kind, 1), &then(5)), Refusal::KeyTimeTooEarly { kind });
    }
    let future = refused(&open, state_time(KeyTimeKind::FailureStarted, 6), &then(5));
    assert_eq!(future, Refusal::invalid("at", Why::InTheFuture));

    let mut state = open;
    done(&mut state, state_time(KeyTimeKind::FailureStarted, -6), &then(5));
    let stated = *state.key_times.get(KeyTimeKind::FailureStarted).unwrap();
    assert_eq!((stated.source, stated.assumed), (KeyTimeSource::Manual, true));
    assert_eq!((stated.recorded_at, stated.recorded_by), (at(5), Some(person(RESPONDER))));
    let again = refused(&state, state_time(KeyTimeKind::FailureStarted, -6), &then(6));
    assert_eq!(again, Refusal::unchanged("time"));

    // Closed without a recovery: the gap can be filled.
    let mut closed = with_status(Status::Closed);
    done(&mut closed, state_time(KeyTimeKind::Recovered, 0), &then(5));
}

#[test]
fn history_happens_then_and_is_recorded_now() {
    let import = |minute| Moment::in_history(at(minute), at(100_000), System::Import, Source::Import);
    let (mut state, _) =
        declare(&Declaration { reporter: None, ..declaration(Status::Identified) }, &import(0)).unwrap();
    done(&mut state, Command::Recover, &import(48));
    let recovered = *state.key_times.get(KeyTimeKind::Recovered).unwrap();
    assert_eq!((recovered.at, recovered.recorded_at), (at(48), at(100_000)));
    assert_eq!((recovered.source, recovered.recorded_by), (KeyTimeSource::Import, None));
    assert_eq!(state.key_times.at(KeyTimeKind::Engaged), None, "nobody of ours acted");
}
