//! A time that somebody types, in the zone that their page showed. One that the clocks
//! skipped or showed twice is asked about: the two moments it can mean stand to choose from.

use chrono::{DateTime, Datelike, NaiveDateTime, Utc};
use domain::zones::{LocalTime, Zone};
use domain::{Refusal, Why};

/// The earlier of the two moments.
pub const EARLIER: &str = "earlier";
/// The later of the two.
pub const LATER: &str = "later";

/// What a form's `datetime-local` field says, read in the zone that the page showed.
/// `which` is one of [`EARLIER`], [`LATER`] or nothing.
///
/// Refused in the name of `field`: [`Why::Skipped`] and [`Why::Twice`] until it is said
/// which moment is meant.
pub fn read(typed: &str, zone: &str, which: &str, field: &'static str) -> Result<DateTime<Utc>, Refusal> {
    let zone = Zone::parse(zone)?;
    let is_later = if which.trim().is_empty() { None } else { Some(self::which(which)?) };
    let local = local(typed).ok_or_else(|| Refusal::invalid(field, Why::NotATime))?;
    let meant = LocalTime::resolve(local, &zone);
    match (moments(local, meant), is_later) {
        (Some((_, later)), Some(true)) => Ok(later),
        (Some((earlier, _)), Some(false)) => Ok(earlier),
        _ => meant.known(field),
    }
}

/// Whether the later of the two is meant.
pub fn which(which: &str) -> Result<bool, Refusal> {
    match which {
        EARLIER => Ok(false),
        LATER => Ok(true),
        _ => Err(Refusal::invalid("which", Why::NotKnown)),
    }
}

/// The two moments that a typed time can mean, each by what is sent and what is read:
/// `Sun 1 Nov 2026, 01:30 PDT`. Nothing when there is no doubt.
pub fn choices(typed: &str, zone: &Zone) -> Option<[(&'static str, String); 2]> {
    let local = local(typed)?;
    let (earlier, later) = moments(local, LocalTime::resolve(local, zone))?;
    let says = |at: DateTime<Utc>| format!("{} {}", zone.date_and_clock(at), zone.abbreviation(at));
    Some([(EARLIER, says(earlier)), (LATER, says(later))])
}

/// Of a skipped time: as the clocks went after the jump, and as they went before it.
fn moments(local: NaiveDateTime, meant: LocalTime) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    match meant {
        LocalTime::Fold(earlier, later) => Some((earlier, later)),
        LocalTime::Gap(gap) => Some((gap.at - (gap.to - local), gap.at + (local - gap.from))),
        LocalTime::Known(_) | LocalTime::OutOfRange => None,
    }
}

/// As browsers write it; a space for the `T` is what people write where the field is a line.
fn local(typed: &str) -> Option<NaiveDateTime> {
    let typed = typed.trim().replacen(' ', "T", 1);
    let read = |format| NaiveDateTime::parse_from_str(&typed, format).ok();
    let local = read("%Y-%m-%dT%H:%M").or_else(|| read("%Y-%m-%dT%H:%M:%S"))?;
    (1970..=9999).contains(&local.year()).then_some(local)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PORTLAND: &str = "America/Los_Angeles";

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_time_is_read_in_the_zone_that_was_shown() {
        let at = |typed, zone| read(typed, zone, "", "occurred_at");
        assert_eq!(at("2025-11-20T23:44", "Asia/Tokyo").unwrap(), utc("2025-11-20T14:44:00Z"));
        assert_eq!(at("2025-11-20 23:44", "UTC").unwrap(), utc("2025-11-20T23:44:00Z"));
        assert_eq!(at(" 2025-11-20T23:44:30 ", "UTC").unwrap(), utc("2025-11-20T23:44:30Z"));
    }

    #[test]
    fn what_is_no_time_is_refused_in_the_name_of_its_field() {
        for typed in ["", "yesterday", "2025-13-01T00:00", "2025-02-30T10:00", "1969-12-31T00:00", "292277026596-12-04"]
        {
            let refusal = read(typed, "UTC", "", "occurred_at").unwrap_err();
            assert_eq!(refusal, Refusal::invalid("occurred_at", Why::NotATime), "{typed:?}");
        }
        assert_eq!(read("2025-01-01T00:00", "Tokyo", "", "a").unwrap_err().field(), Some("zone"));
        assert_eq!(read("2025-01-01T00:00", "UTC", "both", "a").unwrap_err().field(), Some("which"));
    }

    #[test]
    fn a_time_that_came_twice_is_asked_about_and_then_known() {
        let typed = "2026-11-01T01:30";
        assert_eq!(read(typed, PORTLAND, "", "a").unwrap_err(), Refusal::invalid("a", Why::Twice));
        let zone = Zone::parse(PORTLAND).unwrap();
        let says = choices(typed, &zone).unwrap().map(|(_, says)| says);
        assert_eq!(says, ["Sun 1 Nov 2026, 01:30 PDT", "Sun 1 Nov 2026, 01:30 PST"]);
        assert_eq!(read(typed, PORTLAND, EARLIER, "a").unwrap(), utc("2026-11-01T08:30:00Z"));
        assert_eq!(read(typed, PORTLAND, LATER, "a").unwrap(), utc("2026-11-01T09:30:00Z"));
    }

    #[test]
    fn a_time_that_was_skipped_is_asked_about_and_then_known() {
        let typed = "2026-03-08T02:30";
        assert_eq!(read(typed, PORTLAND, "", "a").unwrap_err(), Refusal::invalid("a", Why::Skipped));
        let zone = Zone::parse(PORTLAND).unwrap();
        let says = choices(typed, &zone).unwrap().map(|(_, says)| says);
        assert_eq!(says, ["Sun 8 Mar 2026, 01:30 PST", "Sun 8 Mar 2026, 03:30 PDT"]);
        assert_eq!(read(typed, PORTLAND, LATER, "a").unwrap(), utc("2026-03-08T10:30:00Z"));
    }

    #[test]
    fn where_there_is_no_doubt_nothing_is_asked() {
        assert!(choices("2025-11-20T23:44", &Zone::UTC).is_none());
        assert!(choices("nonsense", &Zone::UTC).is_none());
        // A choice made before the time was corrected does no harm.
        assert_eq!(read("2025-11-20T23:44", "UTC", LATER, "a").unwrap(), utc("2025-11-20T23:44:00Z"));
    }
}
