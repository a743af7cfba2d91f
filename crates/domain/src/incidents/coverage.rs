//! Who is at work, until when, and when that ends for an incident: from people's zones and
//! working hours. A working day is a span of instants: where the clocks are set back it
//! begins with the first and ends with the last of the two, where they skip it begins and
//! ends at the jump.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};

use crate::people::WorkingHours;
use crate::zones::{LocalTime, Zone};

/// Working hours in their zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    /// Where the person's clock hangs.
    pub zone: Zone,
    /// When they work, by that clock.
    pub hours: WorkingHours,
}

/// Whether somebody is at work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// At work, until then.
    Until(DateTime<Utc>),
    /// At work, round the clock.
    Always,
    /// Not at work; when the next working day begins, if one does within a week.
    Away(Option<DateTime<Utc>>),
}

impl Presence {
    /// Whether they are at work.
    pub const fn is_at_work(self) -> bool {
        matches!(self, Self::Until(_) | Self::Always)
    }
}

/// For how long somebody who takes part in an incident is at work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// Without a gap until then, when the one at that place of the list goes home.
    Ends(DateTime<Utc>, usize),
    /// Without an end.
    Always,
    /// Nobody of them is at work now.
    NobodyAtWork,
    /// Nobody takes part yet.
    Nobody,
}

/// Days looked at after the present one. Hours repeat every week: what goes on for longer
/// than that goes on for ever.
const AHEAD: u64 = 8;
/// Days before: yesterday's night may reach into today, and zones lie a day apart.
const BEFORE: u64 = 2;

impl Shift {
    /// Whether the person is at work at that instant.
    pub fn presence(&self, now: DateTime<Utc>) -> Presence {
        match coverage(std::slice::from_ref(self), now) {
            Coverage::Ends(end, _) => Presence::Until(end),
            Coverage::Always => Presence::Always,
            Coverage::NobodyAtWork | Coverage::Nobody => {
                Presence::Away(self.spans(now).map(|(begin, _)| begin).find(|begin| *begin > now))
            }
        }
    }

    /// The working days around an instant, in order.
    fn spans(&self, now: DateTime<Utc>) -> impl Iterator<Item = (DateTime<Utc>, DateTime<Utc>)> {
        let first = self.zone.day(now).checked_sub_days(Days::new(BEFORE)).unwrap_or(NaiveDate::MIN);
        first.iter_days().take((BEFORE + 1 + AHEAD) as usize).filter_map(|day| self.span(day))
    }

    fn span(&self, day: NaiveDate) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let hours = &self.hours;
        let midnight = day.and_hms_opt(0, 0, 0)?;
        if !hours.begins_on(day) {
            return None;
        }
        let past_midnight = if hours.from() < hours.until() { TimeDelta::zero() } else { TimeDelta::days(1) };
        let begin = midnight.checked_add_signed(TimeDelta::minutes(hours.from().into()))?;
        let end = midnight.checked_add_signed(TimeDelta::minutes(hours.until().into()) + past_midnight)?;
        let (begin, _) = instants(LocalTime::resolve(begin, &self.zone))?;
        let (_, end) = instants(LocalTime::resolve(end, &self.zone))?;
        (begin < end).then_some((begin, end))
    }
}

/// Until when somebody of them is at work without a gap: whoever comes before the last one
/// leaves carries it on.
pub fn coverage(shifts: &[Shift], now: DateTime<Utc>) -> Coverage {
    if shifts.is_empty() {
        return Coverage::Nobody;
    }
    let mut spans: Vec<_> = shifts
        .iter()
        .enumerate()
        .flat_map(|(place, shift)| shift.spans(now).map(move |(begin, end)| (begin, end, place)))
        .filter(|(_, end, _)| *end > now)
        .collect();
    spans.sort_unstable();
    let mut covered = None;
    for (begin, end, place) in spans {
        let reaches = covered.map_or(now, |(until, _)| until);
        if begin > reaches {
            break;
        }
        if covered.is_none_or(|(until, _)| end > until) {
            covered = Some((end, place));
        }
    }
    match covered {
        None => Coverage::NobodyAtWork,
        Some((until, _)) if until - now > TimeDelta::days(7) => Coverage::Always,
        Some((until, place)) => Coverage::Ends(until, place),
    }
}

/// The first and the last instant that a local time can mean.
fn instants(local: LocalTime) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    match local {
        LocalTime::Known(at) => Some((at, at)),
        LocalTime::Gap(gap) => Some((gap.at, gap.at)),
        LocalTime::Fold(earlier, later) => Some((earlier, later)),
        LocalTime::OutOfRange => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn shift(zone: &str, from: u16, until: u16, on: &[u8]) -> Shift {
        Shift { zone: Zone::parse(zone).unwrap(), hours: WorkingHours::new(from * 60, until * 60, on).unwrap() }
    }

    const WEEK: [u8; 5] = [1, 2, 3, 4, 5];
    const EVERY_DAY: [u8; 7] = [1, 2, 3, 4, 5, 6, 7];

    #[test]
    fn a_working_day_ends_by_its_own_clock() {
        let tokyo = shift("Asia/Tokyo", 9, 18, &WEEK);
        assert_eq!(tokyo.presence(at("2025-11-20T06:50:00Z")), Presence::Until(at("2025-11-20T09:00:00Z")));
        assert_eq!(tokyo.presence(at("2025-11-20T09:00:00Z")), Presence::Away(Some(at("2025-11-21T00:00:00Z"))));
        // Friday evening: Monday morning is next.
        assert_eq!(tokyo.presence(at("2025-11-21T09:00:00Z")), Presence::Away(Some(at("2025-11-24T00:00:00Z"))));
        assert_eq!(shift("Asia/Tokyo", 9, 18, &[]).presence(at("2025-11-20T06:50:00Z")), Presence::Away(None));
    }

    #[test]
    fn coverage_goes_on_while_somebody_takes_over_in_time() {
        let tokyo = shift("Asia/Tokyo", 9, 18, &WEEK);
        let berlin = shift("Europe/Berlin", 9, 18, &WEEK);
        let portland = shift("America/Los_Angeles", 9, 18, &WEEK);
        let now = at("2025-11-20T06:50:00Z");
        // Tokyo leaves at nine UTC, Berlin comes at eight and leaves at five in the afternoon.
        assert_eq!(coverage(&[tokyo.clone(), berlin.clone()], now), Coverage::Ends(at("2025-11-20T17:00:00Z"), 1));
        // Portland comes at five in the afternoon, UTC, to the minute; Friday ends there last.
        let all = [tokyo.clone(), berlin, portland.clone()];
        assert_eq!(coverage(&all, now), Coverage::Ends(at("2025-11-22T02:00:00Z"), 2));
        assert_eq!(coverage(&[tokyo, portland], at("2025-11-20T10:00:00Z")), Coverage::NobodyAtWork);
        assert_eq!(coverage(&[], now), Coverage::Nobody);
    }

    #[test]
    fn nights_last_as_long_as_the_clocks_say() {
        let night = shift("America/Los_Angeles", 22, 6, &EVERY_DAY);
        let length = |evening: &str| match night.presence(at(evening)) {
            Presence::Until(end) => (end - at(evening)).num_hours(),
            other => panic!("{other:?}"),
        };
        assert_eq!(length("2026-03-07T06:00:00Z"), 8);
        assert_eq!(length("2026-03-08T06:00:00Z"), 7, "the clocks go forward");
        assert_eq!(length("2026-11-01T05:00:00Z"), 9, "and back");
    }

    #[test]
    fn a_day_that_ends_in_a_fold_or_a_gap_ends_once() {
        // Portland, 1 November 2026: 01:00 to 02:00 comes twice.
        let late = Shift {
            hours: WorkingHours::new(17 * 60, 90, &EVERY_DAY).unwrap(),
            ..shift("America/Los_Angeles", 0, 1, &WEEK)
        };
        assert_eq!(late.presence(at("2026-11-01T08:45:00Z")), Presence::Until(at("2026-11-01T09:30:00Z")));
        // 8 March 2026: there is no 02:30.
        let early = Shift { hours: WorkingHours::new(17 * 60, 150, &EVERY_DAY).unwrap(), ..late };
        assert_eq!(early.presence(at("2026-03-08T09:45:00Z")), Presence::Until(at("2026-03-08T10:00:00Z")));
    }

    #[test]
    fn round_the_clock_has_no_end() {
        assert_eq!(shift("Asia/Tokyo", 0, 24, &EVERY_DAY).presence(at("2025-11-20T06:50:00Z")), Presence::Always);
        let relay = [shift("UTC", 0, 12, &EVERY_DAY), shift("UTC", 12, 24, &EVERY_DAY)];
        assert_eq!(coverage(&relay, at("2025-11-20T06:50:00Z")), Coverage::Always);
        // Monday to Friday ends at Saturday's midnight.
        let week = shift("UTC", 0, 24, &WEEK);
        assert_eq!(week.presence(at("2025-11-20T06:50:00Z")), Presence::Until(at("2025-11-22T00:00:00Z")));
    }

    fn any_shift() -> impl Strategy<Value = Shift> {
        let zones = [
            "Asia/Tokyo",
            "America/Los_Angeles",
            "Europe/Berlin",
            "Australia/Lord_Howe",
            "Asia/Kolkata",
            "Africa/Casablanca",
        ];
        let hours = (0u16..1440, 1u16..=1440, proptest::collection::vec(1u8..=7, 0..7));
        (proptest::sample::select(zones.to_vec()), hours).prop_filter_map("empty hours", |(zone, (from, until, on))| {
            let hours = WorkingHours::new(from, until, &on).ok()?;
            Some(Shift { zone: Zone::parse(zone).unwrap(), hours })
        })
    }

    /// Instants of two years, with every change of clocks among them.
    fn any_now() -> impl Strategy<Value = DateTime<Utc>> {
        (0i64..2 * 366 * 24 * 60).prop_map(|minutes| at("2025-01-01T00:00:00Z") + TimeDelta::minutes(minutes))
    }

    fn is_calm(zone: &Zone, now: DateTime<Utc>, until: DateTime<Utc>) -> bool {
        let days = (until - now).num_days() + 4;
        (0..=days * 24)
            .all(|hour| zone.ahead_of_utc(now - TimeDelta::days(2) + TimeDelta::hours(hour)) == zone.ahead_of_utc(now))
    }

    proptest! {
        #[test]
        fn an_end_lies_ahead_and_is_the_same_until_it_comes(shift in any_shift(), now in any_now(), part in 0.0f64..1.0) {
            if let Presence::Until(end) = shift.presence(now) {
                prop_assert!(end > now && end - now <= TimeDelta::days(7));
                let between = now + TimeDelta::seconds(((end - now).num_seconds() as f64 * part) as i64);
                prop_assert_eq!(shift.presence(between), Presence::Until(end));
                prop_assert!(!shift.presence(end).is_at_work());
            }
        }

        #[test]
        fn an_absence_ends_when_the_next_day_begins(shift in any_shift(), now in any_now()) {
            if let Presence::Away(Some(begin)) = shift.presence(now) {
                prop_assert!(begin > now);
                prop_assert!(shift.presence(begin).is_at_work());
                prop_assert!(!shift.presence(begin - TimeDelta::seconds(1)).is_at_work());
            }
        }

        #[test]
        fn away_from_changes_of_clocks_the_wall_says_the_same(shift in any_shift(), now in any_now()) {
            if is_calm(&shift.zone, now, now) {
                prop_assert_eq!(shift.presence(now).is_at_work(), shift.hours.covers(shift.zone.local(now)));
            }
        }

        #[test]
        fn one_more_person_never_shortens_it(shifts in proptest::collection::vec(any_shift(), 1..5), one in any_shift(), now in any_now()) {
            let rank = |coverage| match coverage {
                Coverage::Nobody => (0, now),
                Coverage::NobodyAtWork => (1, now),
                Coverage::Ends(until, _) => (2, until),
                Coverage::Always => (3, now),
            };
            let mut more = shifts.clone();
            more.push(one);
            prop_assert!(rank(coverage(&more, now)) >= rank(coverage(&shifts, now)));
        }
    }
}
