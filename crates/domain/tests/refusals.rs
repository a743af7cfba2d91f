//! Every refusal says why, under a code that stays.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeSet;

use domain::incidents::{HandOffStatus, Role, Status};
use domain::key_times::KeyTimeKind;
use domain::{Refusal, RuleRef, Why};

const WHYS: [Why; 21] = [
    Why::Empty,
    Why::TooShort { least: 3 },
    Why::TooLong { most: 300 },
    Why::ControlCharacter,
    Why::TooManyMarks,
    Why::NotAnEmail,
    Why::NotAWebAddress,
    Why::AddressWithPassword,
    Why::NotAnId,
    Why::NotAReference,
    Why::NotAChannel,
    Why::NotKnown,
    Why::NotANumber,
    Why::OutOfRange { least: 1, most: 9 },
    Why::NotATime,
    Why::NotAZone,
    Why::Skipped,
    Why::Twice,
    Why::InTheFuture,
    Why::InThePast,
    Why::TooShort { least: 1 },
];

/// One of each code, with the code that clients know.
fn one_of_each() -> Vec<(Refusal, &'static str)> {
    let (from, to) = (Status::Recovered, Status::Declined);
    let rules = vec![RuleRef { name: "Somebody writes the postmortem".into(), paragraph: "p7".into() }];
    vec![
        (Refusal::NotAllowedNow { from, to }, "not_allowed_now"),
        (Refusal::SameStatus { status: from }, "same_status"),
        (Refusal::AlreadyEnded { status: from }, "already_ended"),
        (Refusal::NothingToReopen { status: from }, "nothing_to_reopen"),
        (Refusal::ReasonTooShort { least: 10 }, "reason_too_short"),
        (Refusal::TargetMissing, "target_missing"),
        (Refusal::MergesIntoItself, "merges_into_itself"),
        (Refusal::MergeCycle, "merge_cycle"),
        (Refusal::GuardedOwed { rules }, "guarded_owed"),
        (Refusal::unchanged("severity"), "unchanged"),
        (Refusal::NobodyHoldsRole { role: Role::Operations }, "nobody_holds_role"),
        (Refusal::KeyTimeTooEarly { kind: KeyTimeKind::Recovered }, "key_time_too_early"),
        (Refusal::NoNextUpdateWhenOver, "no_next_update_when_over"),
        (Refusal::NotFound, "not_found"),
        (Refusal::NotAllowed, "not_allowed"),
        (Refusal::PrivateIncidentsOff, "private_incidents_off"),
        (Refusal::LastAdmin, "last_admin"),
        (Refusal::invalid("title", Why::Empty), "invalid"),
        (Refusal::taken("name"), "taken"),
        (Refusal::conflict("severity"), "conflict"),
        (Refusal::RequestReused, "request_reused"),
        (Refusal::NotInvited, "not_invited"),
        (Refusal::Deactivated, "deactivated"),
        (Refusal::NotWritten, "not_written"),
        (Refusal::HandOffEnded { how: HandOffStatus::Expired }, "hand_off_ended"),
        (Refusal::HandOffWaits, "hand_off_waits"),
        (Refusal::NotAskedOfYou, "not_asked_of_you"),
        (Refusal::NotTheLead, "not_the_lead"),
        (Refusal::AlwaysThere, "always_there"),
        (Refusal::ReporterStays, "reporter_stays"),
        (Refusal::PromotedAlready, "promoted_already"),
        (Refusal::NothingToTriage, "nothing_to_triage"),
    ]
}

/// Fails to compile when a refusal is added, so that it is added to the list above too.
fn is_listed(refusal: &Refusal) {
    match refusal {
        Refusal::NotAllowedNow { .. }
        | Refusal::SameStatus { .. }
        | Refusal::AlreadyEnded { .. }
        | Refusal::NothingToReopen { .. }
        | Refusal::ReasonTooShort { .. }
        | Refusal::TargetMissing
        | Refusal::MergesIntoItself
        | Refusal::MergeCycle
        | Refusal::GuardedOwed { .. }
        | Refusal::Unchanged { .. }
        | Refusal::NobodyHoldsRole { .. }
        | Refusal::KeyTimeTooEarly { .. }
        | Refusal::NoNextUpdateWhenOver
        | Refusal::NotFound
        | Refusal::NotAllowed
        | Refusal::PrivateIncidentsOff
        | Refusal::LastAdmin
        | Refusal::Invalid { .. }
        | Refusal::Taken { .. }
        | Refusal::Conflict { .. }
        | Refusal::RequestReused
        | Refusal::NotInvited
        | Refusal::Deactivated
        | Refusal::NotWritten
        | Refusal::HandOffEnded { .. }
        | Refusal::HandOffWaits
        | Refusal::NotAskedOfYou
        | Refusal::NotTheLead
        | Refusal::AlwaysThere
        | Refusal::ReporterStays
        | Refusal::PromotedAlready
        | Refusal::NothingToTriage => {}
    }
}

#[track_caller]
fn is_a_sentence(text: &str) {
    assert!(text.starts_with(char::is_uppercase), "{text:?}");
    assert!(text.ends_with('.'), "{text:?}");
    assert!(text.split(' ').count() >= 3, "{text:?}");
    assert!(!text.contains('_'), "a code, not a word: {text:?}");
}

#[test]
fn every_refusal_has_its_own_stable_code_and_travels_under_it() {
    let mut codes = BTreeSet::new();
    for (refusal, code) in one_of_each() {
        is_listed(&refusal);
        assert_eq!(refusal.code(), code);
        assert!(codes.insert(code), "{code} twice");
        let json = serde_json::to_value(&refusal).unwrap();
        assert_eq!(json["code"], code);
        assert_eq!(serde_json::from_value::<Refusal>(json).unwrap(), refusal);
    }
    assert_eq!(codes.len(), 32);
}

#[test]
fn every_refusal_says_why_in_a_sentence() {
    for (refusal, _) in one_of_each() {
        is_a_sentence(&refusal.to_string());
    }
    for why in WHYS {
        is_a_sentence(&Refusal::invalid("next_update_due_at", why).to_string());
    }
    for &how in HandOffStatus::ALL {
        is_a_sentence(&Refusal::HandOffEnded { how }.to_string());
    }
    for &from in Status::ALL {
        is_a_sentence(&Refusal::SameStatus { status: from }.to_string());
        for &to in Status::ALL {
            is_a_sentence(&Refusal::NotAllowedNow { from, to }.to_string());
        }
    }
}

#[test]
fn a_refusal_names_the_rule_that_is_owed() {
    let rules = vec![RuleRef { name: "Somebody writes the postmortem".into(), paragraph: "p7".into() }];
    let sentence = Refusal::GuardedOwed { rules }.to_string();
    assert!(sentence.contains("Somebody writes the postmortem"), "{sentence}");
}

#[test]
fn what_can_be_put_right_in_a_field_names_it() {
    assert_eq!(Refusal::invalid("title", Why::Empty).field(), Some("title"));
    assert_eq!(Refusal::ReasonTooShort { least: 10 }.field(), Some("reason"));
    assert_eq!(Refusal::MergeCycle.field(), Some("target"));
    assert_eq!(Refusal::NotInvited.field(), Some("person"));
    assert_eq!(Refusal::NotFound.field(), None);
}
