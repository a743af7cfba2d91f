//! Clocks: what they read, that they add up, and that they follow every correction.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod model;

use chrono::TimeDelta;
use domain::clocks::*;
use domain::incidents::*;
use domain::key_times::*;
use model::*;
use proptest::prelude::*;

use KeyTimeKind::*;

fn key_time(kind: KeyTimeKind, minute: i64) -> KeyTime {
    KeyTime {
        kind,
        at: at(minute),
        precision: Precision::Second,
        source: KeyTimeSource::Status,
        assumed: false,
        recorded_at: at(minute),
        recorded_by: None,
    }
}

fn key_times(all: &[(KeyTimeKind, i64)]) -> KeyTimes {
    all.iter().map(|(kind, minute)| key_time(*kind, *minute)).collect()
}

fn known(minutes: i64) -> ClockReading {
    ClockReading::Known(TimeDelta::minutes(minutes))
}

fn running(minutes: i64) -> ClockReading {
    ClockReading::Running(TimeDelta::minutes(minutes))
}

fn missing(edges: &[KeyTimeKind]) -> ClockReading {
    ClockReading::Missing(edges.iter().map(|kind| Edge::KeyTime(*kind)).collect())
}

/// The talk's incident: 13 minutes to detect, 108 to recover.
fn talk() -> KeyTimes {
    key_times(&[
        (FailureStarted, 0),
        (Detected, 13),
        (Reported, 15),
        (Engaged, 23),
        (Identified, 60),
        (Fixed, 85),
        (Recovered, 108),
        (CauseSettled, 150),
        (PostmortemReady, 1000),
        (SessionHeld, 4000),
        (Learned, 5000),
        (ActionsChosen, 4100),
        (LastActionDone, 9100),
        (Closed, 200),
    ])
}

#[test]
fn each_clock_reads_what_its_definition_says() {
    let read = |kind| clock(kind, &talk(), Status::Closed, at(20_000));
    assert_eq!(read(Clock::Ttd), known(13));
    assert_eq!(read(Clock::Tte), known(10));
    assert_eq!(read(Clock::Ttf), known(85));
    assert_eq!(read(Clock::Ttr), known(108));
    assert_eq!(read(Clock::Ttt), known(42));
    assert_eq!(read(Clock::Ttl), known(4892));
    assert_eq!(read(Clock::Tti), known(5000));
    assert_eq!(between_failures(&talk(), Some(at(-1000))), known(1000));
    assert_eq!(prepare(Some(at(0)), Some(at(90))), known(90));
}

#[test]
fn clocks_with_an_edge_outside_the_incident_name_it() {
    let read = |kind| clock(kind, &talk(), Status::Closed, at(20_000));
    assert_eq!(read(Clock::Tbf), ClockReading::Missing(vec![Edge::PreviousRecovery]));
    assert_eq!(read(Clock::Ttp), ClockReading::Missing(vec![Edge::PolicyDraft, Edge::TeamReady]));
    let both = ClockReading::Missing(vec![Edge::PreviousRecovery, Edge::KeyTime(FailureStarted)]);
    assert_eq!(between_failures(&KeyTimes::new(), None), both);
    assert_eq!(prepare(Some(at(0)), None), ClockReading::Missing(vec![Edge::TeamReady]));
}

#[test]
fn clocks_of_an_open_incident_run_and_those_of_an_ended_one_have_gaps() {
    let open = key_times(&[(FailureStarted, 0), (Detected, 5), (Reported, 6)]);
    let read = |kind, status| clock(kind, &open, status, at(20));
    assert_eq!(read(Clock::Ttr, Status::Triage), running(20));
    assert_eq!(read(Clock::Tte, Status::Investigating), running(15));
    assert_eq!(read(Clock::Ttf, Status::Investigating), missing(&[Engaged, Recovered]));
    for status in [Status::Closed, Status::Declined, Status::Merged, Status::Cancelled] {
        assert_eq!(read(Clock::Ttr, status), missing(&[Recovered]), "{status}");
        assert_eq!(read(Clock::Tte, status), missing(&[Engaged]), "{status}");
    }
    let undetected = key_times(&[(FailureStarted, 0)]);
    assert_eq!(clock(Clock::Ttd, &undetected, Status::Triage, at(20)), missing(&[Detected]));
}

#[test]
fn triage_time_runs_until_the_cause_is_settled_and_is_never_negative() {
    let recovered = key_times(&[(Recovered, 10)]);
    for status in [Status::Recovered, Status::Closed] {
        assert_eq!(clock(Clock::Ttt, &recovered, status, at(25)), running(15));
    }
    assert_eq!(clock(Clock::Ttt, &recovered, Status::Cancelled, at(25)), missing(&[CauseSettled]));
    let earlier = key_times(&[(Recovered, 10), (CauseSettled, 4)]);
    assert_eq!(clock(Clock::Ttt, &earlier, Status::Closed, at(25)), known(0));
}

#[test]
fn times_that_contradict_each_other_show_it() {
    let odd = key_times(&[(FailureStarted, 10), (Detected, 4)]);
    assert_eq!(clock(Clock::Ttd, &odd, Status::Closed, at(25)), known(-6));
    assert_eq!(odd.out_of_order(), [(FailureStarted, Detected)]);
}

#[test]
fn the_time_to_fix_is_split_where_it_can_be() {
    let lengths = |key_times: &KeyTimes| -> Vec<(KeyTimeKind, i64)> {
        fix_segments(key_times).iter().map(|part| (part.to, part.length.num_minutes())).collect()
    };
    assert_eq!(lengths(&talk()), [(Identified, 37), (Fixed, 25), (Recovered, 23)]);
    let skipped = key_times(&[(Engaged, 0), (Fixed, 7), (Recovered, 10)]);
    assert_eq!(lengths(&skipped), [(Fixed, 7), (Recovered, 3)]);
    let fixed_before = key_times(&[(Engaged, 5), (Fixed, 2), (Recovered, 10)]);
    assert_eq!(lengths(&fixed_before), [(Recovered, 5)]);
    assert_eq!(lengths(&key_times(&[(Engaged, 5), (Fixed, 7)])), []);
    let learn: Vec<i64> = learn_segments(&talk()).iter().map(|part| part.length.num_minutes()).collect();
    assert_eq!(learn, [892, 3000, 1000], "prepare, session, spread");
}

#[test]
fn the_length_in_the_list_says_what_it_is_counted_from() {
    let read = |all: &[(KeyTimeKind, i64)], status| length(&key_times(all), status, at(20));
    let lasted = |minutes, since, running| Some(Length { elapsed: TimeDelta::minutes(minutes), since, running });
    assert_eq!(read(&[(Reported, 8)], Status::Investigating), lasted(12, Reported, true));
    assert_eq!(read(&[(FailureStarted, 2), (Reported, 8)], Status::Triage), lasted(18, FailureStarted, true));
    assert_eq!(read(&[(Reported, 8), (Recovered, 11)], Status::Closed), lasted(3, Reported, false));
    assert_eq!(read(&[(Reported, 8)], Status::Closed), None, "a missing end gives no number");
    assert_eq!(read(&[(Reported, 8)], Status::Declined), None);
}

#[test]
fn a_sample_shows_its_middle_and_no_trend_under_five() {
    let sample = |minutes: &[i64]| Sample::new(minutes.iter().map(|n| TimeDelta::minutes(*n)));
    assert_eq!(sample(&[]).median(), None);
    assert_eq!(sample(&[7]).median(), Some(TimeDelta::minutes(7)));
    assert_eq!(sample(&[9, 1, 5]).median(), Some(TimeDelta::minutes(5)));
    assert_eq!(sample(&[9, 1, 5, 6]).median(), Some(TimeDelta::seconds(330)));
    assert!(!sample(&[1, 2, 3, 4]).shows_trend());
    assert!(sample(&[1, 2, 3, 4, 5]).shows_trend());
}

fn any_key_times() -> impl Strategy<Value = KeyTimes> {
    proptest::collection::btree_map(proptest::sample::select(KeyTimeKind::ALL), -10_000i64..10_000, 0..14)
        .prop_map(|all| all.into_iter().map(|(kind, minute)| key_time(kind, minute)).collect())
}

fn any_status() -> impl Strategy<Value = Status> {
    proptest::sample::select(Status::ALL)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn detect_engage_and_fix_add_up_to_recover(all in any_key_times(), status in any_status()) {
        let read = |kind| clock(kind, &all, status, at(20_000)).known();
        if let (Some(ttd), Some(tte), Some(ttf)) = (read(Clock::Ttd), read(Clock::Tte), read(Clock::Ttf)) {
            prop_assert_eq!(Some(ttd + tte + ttf), read(Clock::Ttr));
        }
    }

    #[test]
    fn a_missing_edge_gives_no_number(all in any_key_times(), status in any_status()) {
        for &kind in Clock::ALL {
            let (from, to) = kind.edges();
            let is_there = |edge| matches!(edge, Edge::KeyTime(kind) if all.has(kind));
            match clock(kind, &all, status, at(20_000)) {
                ClockReading::Known(_) => prop_assert!(is_there(from) && is_there(to)),
                ClockReading::Running(_) => prop_assert!(is_there(from) && !is_there(to) && !status.is_end()),
                ClockReading::Missing(edges) => {
                    let expected: Vec<Edge> = [from, to].into_iter().filter(|edge| !is_there(*edge)).collect();
                    prop_assert!(!edges.is_empty());
                    prop_assert_eq!(edges, expected);
                }
            }
        }
    }

    #[test]
    fn every_number_follows_a_correction(
        all in any_key_times(),
        status in any_status(),
        kind in proptest::sample::select(KeyTimeKind::ALL),
        minute in -10_000i64..10_000,
    ) {
        let mut corrected = all.clone();
        corrected.write(KeyTime { source: KeyTimeSource::Manual, ..key_time(kind, minute) });
        for &measured in Clock::ALL {
            let before = clock(measured, &all, status, at(20_000));
            let after = clock(measured, &corrected, status, at(20_000));
            let (from, to) = measured.edges();
            if ![from, to].contains(&Edge::KeyTime(kind)) {
                prop_assert_eq!(before, after, "{} has nothing to do with {}", measured, kind);
                continue;
            }
            if let (Edge::KeyTime(from), Edge::KeyTime(to)) = (from, to)
                && let (Some(from), Some(to)) = (corrected.at(from), corrected.at(to))
            {
                let floor = if measured == Clock::Ttt { TimeDelta::zero() } else { TimeDelta::MIN };
                prop_assert_eq!(after, ClockReading::Known((to - from).max(floor)));
            }
        }
        let total: TimeDelta = fix_segments(&corrected).iter().map(|part| part.length).sum();
        if let Some(ttf) = clock(Clock::Ttf, &corrected, status, at(20_000)).known() {
            prop_assert_eq!(total, ttf, "the parts of the time to fix add up");
        }
    }

    #[test]
    fn clocks_add_up_after_any_sequence_of_commands(
        declaration in any_declaration(),
        steps in proptest::collection::vec((any_command(), any_moment()), 1..40),
    ) {
        let Ok((mut state, _)) = declare(&declaration, &reporter_then(0)) else { return Ok(()) };
        let mut now = start();
        for (command, (later, actor, source, _, _)) in steps {
            now += later;
            let moved = run(&mut state, &command, &Moment::new(now, actor, source)).is_ok();
            if let (true, Command::SetKeyTime { kind, at, .. }) = (moved, &command) {
                prop_assert_eq!(state.key_times.at(*kind), Some(*at), "what was stated counts");
            }
            let read = |kind| clock(kind, &state.key_times, state.status, now).known();
            if let (Some(ttd), Some(tte), Some(ttf)) = (read(Clock::Ttd), read(Clock::Tte), read(Clock::Ttf)) {
                prop_assert_eq!(Some(ttd + tte + ttf), read(Clock::Ttr));
            }
            if !state.status.is_over() && !state.status.is_end() {
                prop_assert_eq!(read(Clock::Ttr), None, "nothing is recovered while it is open");
            }
        }
    }

    #[test]
    fn the_median_has_as_many_below_as_above(minutes in proptest::collection::vec(-1000i64..1000, 1..20)) {
        let sample = Sample::new(minutes.iter().map(|n| TimeDelta::minutes(*n)));
        let median = sample.median().unwrap();
        let below = sample.dots().iter().filter(|dot| **dot < median).count();
        let above = sample.dots().iter().filter(|dot| **dot > median).count();
        prop_assert!(below <= sample.n() / 2 && above <= sample.n() / 2);
    }
}
