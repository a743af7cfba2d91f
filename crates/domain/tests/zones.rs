//! Zones: instants come back from their local times; a doubtful local time is asked about.

#![cfg(feature = "zones")]
#![allow(clippy::unwrap_used, clippy::expect_used)]

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use domain::zones::{LocalTime, Zone, rfc3339};
use domain::{Refusal, Why};
use proptest::prelude::*;

fn zone(name: &str) -> Zone {
    Zone::parse(name).unwrap()
}

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn local(text: &str) -> NaiveDateTime {
    text.parse().unwrap()
}

fn resolve(text: &str, name: &str) -> LocalTime {
    LocalTime::resolve(local(text), &zone(name))
}

/// From, to and instant of the jump over a local time.
fn gap(text: &str, name: &str) -> (String, String, String) {
    match resolve(text, name) {
        LocalTime::Gap(gap) => (gap.from.to_string(), gap.to.to_string(), rfc3339(gap.at)),
        other => panic!("{text} in {name}: {other:?}"),
    }
}

fn texts(a: &str, b: &str, c: &str) -> (String, String, String) {
    (a.into(), b.into(), c.into())
}

#[test]
fn a_skipped_local_time_is_a_gap() {
    let spring = texts("2026-03-08 02:00:00", "2026-03-08 03:00:00", "2026-03-08T07:00:00Z");
    assert_eq!(gap("2026-03-08T02:30:00", "America/New_York"), spring);
    assert_eq!(gap("2026-03-08T02:00:00", "America/New_York"), spring);
    assert_eq!(gap("2026-03-08T02:59:59.999", "America/New_York"), spring);
    // Half an hour.
    let half = texts("2026-10-04 02:00:00", "2026-10-04 02:30:00", "2026-10-03T15:30:00Z");
    assert_eq!(gap("2026-10-04T02:15:00", "Australia/Lord_Howe"), half);
    // A whole day: the island changed sides of the date line.
    let day = texts("2011-12-30 00:00:00", "2011-12-31 00:00:00", "2011-12-30T10:00:00Z");
    for time in ["00:00:00", "12:00:00", "23:59:59"] {
        assert_eq!(gap(&format!("2011-12-30T{time}"), "Pacific/Apia"), day);
    }
}

#[test]
fn a_local_time_shown_twice_is_a_fold_with_the_earlier_first() {
    let autumn = LocalTime::Fold(utc("2026-11-01T05:30:00Z"), utc("2026-11-01T06:30:00Z"));
    assert_eq!(resolve("2026-11-01T01:30:00", "America/New_York"), autumn);
    let half = LocalTime::Fold(utc("2026-04-04T14:45:00Z"), utc("2026-04-04T15:15:00Z"));
    assert_eq!(resolve("2026-04-05T01:45:00", "Australia/Lord_Howe"), half);
}

#[test]
fn beside_gaps_and_folds_a_local_time_is_known() {
    let known = [
        ("2026-03-08T01:59:59", "America/New_York", "2026-03-08T06:59:59Z"),
        ("2026-03-08T03:00:00", "America/New_York", "2026-03-08T07:00:00Z"),
        ("2026-11-01T00:59:59", "America/New_York", "2026-11-01T04:59:59Z"),
        ("2026-11-01T02:00:00", "America/New_York", "2026-11-01T07:00:00Z"),
        ("2026-10-04T02:30:00", "Australia/Lord_Howe", "2026-10-03T15:30:00Z"),
        ("2011-12-29T23:59:59", "Pacific/Apia", "2011-12-30T09:59:59Z"),
        ("2011-12-31T00:00:00", "Pacific/Apia", "2011-12-30T10:00:00Z"),
        ("2026-11-20T12:00:00", "Asia/Kathmandu", "2026-11-20T06:15:00Z"),
        ("2025-11-20T23:44:00", "Asia/Tokyo", "2025-11-20T14:44:00Z"),
    ];
    for (text, name, at) in known {
        assert_eq!(resolve(text, name), LocalTime::Known(utc(at)), "{text} in {name}");
    }
}

#[test]
fn a_doubtful_local_time_is_asked_about_in_its_field() {
    let asked = |text, name| resolve(text, name).known("occurred_at");
    let refusal = |why| Err(Refusal::invalid("occurred_at", why));
    assert_eq!(asked("2026-03-08T02:30:00", "America/New_York"), refusal(Why::Skipped));
    assert_eq!(asked("2026-11-01T01:30:00", "America/New_York"), refusal(Why::Twice));
    assert_eq!(asked("2026-11-01T03:30:00", "America/New_York"), Ok(utc("2026-11-01T08:30:00Z")));
}

#[test]
fn the_ends_of_the_calendar_are_refused_and_do_not_panic() {
    for end in [NaiveDateTime::MIN, NaiveDateTime::MAX] {
        for name in ["UTC", "Asia/Tokyo", "Pacific/Apia", "America/New_York"] {
            assert_eq!(LocalTime::resolve(end, &zone(name)), LocalTime::OutOfRange);
        }
    }
}

#[test]
fn times_are_written_as_on_the_pages() {
    let at = utc("2025-11-20T14:44:09Z");
    let tokyo = zone("Asia/Tokyo");
    assert_eq!(tokyo.clock(at), "23:44");
    assert_eq!(tokyo.date(at), "Thu 20 Nov 2025");
    assert_eq!(tokyo.date_and_clock(at), "Thu 20 Nov 2025, 23:44");
    assert_eq!(tokyo.day_heading(at, at), "Thursday 20 November");
    assert_eq!(tokyo.day_heading(at, utc("2025-12-31T16:00:00Z")), "Thursday 20 November 2025");
    assert_eq!(tokyo.field_value(at), "2025-11-20T23:44");
    assert_eq!(tokyo.date(utc("2025-11-04T15:00:00Z")), "Wed 5 Nov 2025");
    assert_eq!(rfc3339(at), "2025-11-20T14:44:09Z");
}

#[test]
fn a_zone_is_named_by_its_city_and_abbreviation() {
    let (winter, summer) = (utc("2025-11-20T14:44:00Z"), utc("2025-07-20T14:44:00Z"));
    assert_eq!(zone("Asia/Tokyo").label(winter), "Tokyo, JST");
    assert_eq!(zone("America/Los_Angeles").label(winter), "Los Angeles, PST");
    assert_eq!(zone("America/Los_Angeles").label(summer), "Los Angeles, PDT");
    assert_eq!(zone("Asia/Kathmandu").label(winter), "Kathmandu, UTC+5:45");
    assert_eq!(zone("America/Argentina/Buenos_Aires").label(winter), "Buenos Aires, UTC−3");
    assert_eq!(zone("America/St_Johns").utc_offset(winter), "UTC−3:30");
    for name in ["UTC", "Etc/UTC"] {
        assert_eq!(zone(name).label(winter), "UTC");
    }
}

#[test]
fn what_is_no_zone_is_refused() {
    for name in ["", "Tokyo", "asia/tokyo", "Asia/Tokyo\0", "Mars/Olympus", "../etc/passwd", "+09:00"] {
        assert_eq!(Zone::parse(name), Err(Refusal::invalid("zone", Why::NotAZone)), "{name:?}");
    }
    assert_eq!(serde_json::to_string(&zone("Asia/Tokyo")).unwrap(), "\"Asia/Tokyo\"");
    assert!(serde_json::from_str::<Zone>("\"Tokyo\"").is_err());
}

fn any_zone() -> impl Strategy<Value = Zone> {
    proptest::sample::select(Zone::all().collect::<Vec<_>>())
}

/// From 1900 to 2100.
fn any_instant() -> impl Strategy<Value = DateTime<Utc>> {
    (-2_208_988_800i64..4_102_444_800).prop_map(|seconds| DateTime::from_timestamp(seconds, 0).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5000))]

    #[test]
    fn an_instant_comes_back_from_its_local_time(at in any_instant(), zone in any_zone()) {
        match LocalTime::resolve(zone.local(at), &zone) {
            LocalTime::Known(known) => prop_assert_eq!(known, at),
            LocalTime::Fold(earlier, later) => {
                prop_assert!(earlier < later);
                prop_assert!(at == earlier || at == later);
                prop_assert_eq!(zone.local(earlier), zone.local(later));
            }
            other => prop_assert!(false, "{} in {}: {:?}", at, zone, other),
        }
    }

    #[test]
    fn any_local_time_is_known_skipped_or_doubtful(at in any_instant(), zone in any_zone()) {
        let typed = at.naive_utc();
        match LocalTime::resolve(typed, &zone) {
            LocalTime::Known(known) => prop_assert_eq!(zone.local(known), typed),
            LocalTime::Fold(earlier, later) => {
                prop_assert_eq!((zone.local(earlier), zone.local(later)), (typed, typed));
            }
            LocalTime::Gap(gap) => {
                prop_assert!(gap.from <= typed && typed < gap.to, "{:?}", gap);
                prop_assert_eq!(zone.local(gap.at), gap.to);
            }
            LocalTime::OutOfRange => prop_assert!(false, "{} is within the calendar", typed),
        }
    }

    #[test]
    fn days_follow_each_other_without_holes(at in any_instant(), zone in any_zone()) {
        let day = zone.day(at);
        let begins = zone.day_begins(day).unwrap();
        let next = zone.day_begins(day.succ_opt().unwrap()).unwrap();
        // Where the clocks go back over midnight, an evening comes twice around it.
        let twice = matches!(LocalTime::resolve(zone.local(at), &zone), LocalTime::Fold(..));
        prop_assert!(begins <= at && (at < next || twice), "{} not in {} to {}", at, begins, next);
        prop_assert!(next - begins <= TimeDelta::hours(48));
    }
}

/// Random instants seldom meet a change of the clocks; these look for every one of them
/// between 1970 and 2040 and walk around it.
#[test]
fn around_every_change_of_the_clocks_of_many_zones() {
    let names = [
        "America/New_York",
        "America/St_Johns",
        "America/Santiago",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "Pacific/Kwajalein",
        "Asia/Kathmandu",
        "Asia/Tokyo",
        "Asia/Beirut",
        "Africa/Casablanca",
        "Europe/Dublin",
        "Europe/London",
        "Europe/Zurich",
        "Antarctica/Troll",
        "Asia/Pyongyang",
        "America/Caracas",
        "Asia/Gaza",
    ];
    let (mut changes, mut gaps, mut folds) = (0, 0, 0);
    for zone in names.map(zone) {
        let mut hour = utc("1970-01-01T00:00:00Z");
        while hour < utc("2040-01-01T00:00:00Z") {
            let next = hour + TimeDelta::hours(6);
            if zone.ahead_of_utc(hour) != zone.ahead_of_utc(next) {
                changes += 1;
                let mut at = hour - TimeDelta::hours(2);
                while at < next + TimeDelta::hours(2) {
                    match LocalTime::resolve(zone.local(at), &zone) {
                        LocalTime::Known(known) => assert_eq!(known, at, "{zone}"),
                        LocalTime::Fold(earlier, later) => {
                            folds += 1;
                            assert!(at == earlier || at == later, "{zone} {at}");
                        }
                        other => panic!("{at} in {zone}: {other:?}"),
                    }
                    let typed = zone.local(hour) + (at - hour);
                    match LocalTime::resolve(typed, &zone) {
                        LocalTime::Gap(gap) => {
                            gaps += 1;
                            assert!(gap.from <= typed && typed < gap.to, "{zone} {typed}: {gap:?}");
                        }
                        LocalTime::Known(at) => assert_eq!(zone.local(at), typed),
                        LocalTime::Fold(at, _) => assert_eq!(zone.local(at), typed),
                        LocalTime::OutOfRange => panic!("{typed} in {zone}"),
                    }
                    at += TimeDelta::minutes(15);
                }
            }
            hour = next;
        }
    }
    assert!(changes > 500 && gaps > 500 && folds > 500, "{changes} changes, {gaps} gaps, {folds} folds");
}
