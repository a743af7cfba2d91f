//! Times as people and tools write them. What is not a whole date with a plausible
//! year is not a time; nothing is completed by guessing.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};
use domain::key_times::Precision;
use domain::zones::{LocalTime, Zone};

/// A time that was read, and how exactly it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) at: DateTime<Utc>,
    pub(crate) precision: Precision,
}

/// Why a text is not a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoMoment {
    #[error("is not a date with a time")]
    Shape,
    #[error("is not in the calendar")]
    Calendar,
    #[error("lies before 1990 or after 2199")]
    Year,
    #[error("falls into a change of clocks in its zone, so that it could be two moments or none")]
    ClockChange,
}

/// Reads `2021-06-08T10:04:00.123Z`, `2021-06-08 10:04 UTC`, `2021-06-08T8:00:00-00:00`,
/// `2021-06-08 10:04:00`, `2021-06-08`. A time that names no zone is one of `zone`.
pub(crate) fn read(text: &str, zone: Zone) -> Result<Moment, NoMoment> {
    let mut rest = text.trim();
    let year = digits(&mut rest, 4, 4)?;
    literal(&mut rest, '-')?;
    let month = digits(&mut rest, 1, 2)?;
    literal(&mut rest, '-')?;
    let day = digits(&mut rest, 1, 2)?;
    if !(1990..2200).contains(&year) {
        return Err(NoMoment::Year);
    }
    let year = i32::try_from(year).map_err(|_| NoMoment::Year)?;
    let date = NaiveDate::from_ymd_opt(year, month, day).ok_or(NoMoment::Calendar)?;
    if rest.is_empty() {
        return Ok(Moment { at: resolve(date.and_time(NaiveTime::MIN), None, zone)?, precision: Precision::Day });
    }
    rest = match rest.strip_prefix(['T', 't']) {
        Some(after) => after,
        None if rest.starts_with(' ') => rest.trim_start(),
        None => return Err(NoMoment::Shape),
    };
    let (time, precision) = time_of_day(&mut rest)?;
    let offset = offset(rest.trim_start())?;
    Ok(Moment { at: resolve(date.and_time(time), offset, zone)?, precision })
}

/// How exactly a person meant a time: nobody types seconds to write `:00`.
pub(crate) fn precision_of(at: DateTime<Utc>) -> Precision {
    written_precision(at.time())
}

fn written_precision(time: NaiveTime) -> Precision {
    if (time.second(), time.nanosecond()) == (0, 0) { Precision::Minute } else { Precision::Second }
}

fn time_of_day(rest: &mut &str) -> Result<(NaiveTime, Precision), NoMoment> {
    let hour = digits(rest, 1, 2)?;
    literal(rest, ':')?;
    let minute = digits(rest, 2, 2)?;
    let (mut second, mut nanos) = (0, 0);
    if rest.starts_with(':') {
        literal(rest, ':')?;
        // A leap second is the last second of its minute.
        second = digits(rest, 2, 2)?.min(59);
        if rest.starts_with(['.', ',']) {
            *rest = &rest[1..];
            nanos = fraction(rest)?;
        }
    }
    let time = NaiveTime::from_hms_nano_opt(hour, minute, second, nanos).ok_or(NoMoment::Calendar)?;
    Ok((time, written_precision(time)))
}

/// Up to nine digits of a second; more are dropped.
fn fraction(rest: &mut &str) -> Result<u32, NoMoment> {
    let length = rest.bytes().take_while(u8::is_ascii_digit).count();
    let written = &rest[..length.min(9)];
    let value: u32 = written.parse().map_err(|_| NoMoment::Shape)?;
    *rest = &rest[length..];
    Ok((written.len()..9).fold(value, |value, _| value * 10))
}

/// `None` when no zone is written.
fn offset(text: &str) -> Result<Option<FixedOffset>, NoMoment> {
    let utc = || FixedOffset::east_opt(0).ok_or(NoMoment::Shape);
    if text.is_empty() {
        return Ok(None);
    }
    if ["z", "utc", "gmt"].iter().any(|name| text.eq_ignore_ascii_case(name)) {
        return utc().map(Some);
    }
    let (sign, mut rest) = match text.split_at_checked(1) {
        Some(("+", rest)) => (1, rest),
        Some(("-", rest)) => (-1, rest),
        _ => return Err(NoMoment::Shape),
    };
    let hours = match rest.split_at_checked(2) {
        Some((mut hours, minutes)) => {
            rest = minutes.strip_prefix(':').unwrap_or(minutes);
            digits(&mut hours, 2, 2)?
        }
        None => return Err(NoMoment::Shape),
    };
    let minutes = if rest.is_empty() { 0 } else { digits(&mut rest, 2, 2)? };
    let whole = i32::try_from(hours * 3600 + minutes * 60).map_err(|_| NoMoment::Shape)?;
    if !rest.is_empty() || minutes > 59 || hours > 14 {
        return Err(NoMoment::Shape);
    }
    FixedOffset::east_opt(sign * whole).map(Some).ok_or(NoMoment::Shape)
}

fn resolve(local: NaiveDateTime, offset: Option<FixedOffset>, zone: Zone) -> Result<DateTime<Utc>, NoMoment> {
    let at = match offset {
        Some(offset) => (local - TimeDelta::seconds(offset.local_minus_utc().into())).and_utc(),
        None => match LocalTime::resolve(local, &zone) {
            LocalTime::Known(at) => at,
            _ => return Err(NoMoment::ClockChange),
        },
    };
    (1990..2200).contains(&at.year()).then_some(at).ok_or(NoMoment::Year)
}

/// Takes a number of so many digits, and not one more.
fn digits(rest: &mut &str, least: usize, most: usize) -> Result<u32, NoMoment> {
    let length = rest.bytes().take_while(u8::is_ascii_digit).count();
    if length < least || length > most {
        return Err(NoMoment::Shape);
    }
    let value = rest[..length].parse().map_err(|_| NoMoment::Shape)?;
    *rest = &rest[length..];
    Ok(value)
}

fn literal(rest: &mut &str, expected: char) -> Result<(), NoMoment> {
    *rest = rest.strip_prefix(expected).ok_or(NoMoment::Shape)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zurich() -> Zone {
        Zone::parse("Europe/Zurich").unwrap()
    }

    #[track_caller]
    fn reads(text: &str, zone: Zone, at: &str, precision: Precision) {
        let at = DateTime::parse_from_rfc3339(at).unwrap().to_utc();
        assert_eq!(read(text, zone), Ok(Moment { at, precision }), "{text}");
    }

    #[test]
    fn what_people_and_tools_write() {
        reads("2021-06-08T10:04:05.123Z", Zone::UTC, "2021-06-08T10:04:05.123Z", Precision::Second);
        reads("2021-06-08T8:00:00-00:00", Zone::UTC, "2021-06-08T08:00:00Z", Precision::Minute);
        reads("2021-06-08 10:04:05", Zone::UTC, "2021-06-08T10:04:05Z", Precision::Second);
        reads(" 2021-6-8 10:04 UTC ", Zone::UTC, "2021-06-08T10:04:00Z", Precision::Minute);
        reads("2021-06-08T10:04:00+0200", Zone::UTC, "2021-06-08T08:04:00Z", Precision::Minute);
        reads("2021-06-08T10:04:00 -07", Zone::UTC, "2021-06-08T17:04:00Z", Precision::Minute);
        reads("2021-06-08", Zone::UTC, "2021-06-08T00:00:00Z", Precision::Day);
        reads("2016-12-31T23:59:60Z", Zone::UTC, "2016-12-31T23:59:59Z", Precision::Second);
        reads("2021-06-08 10:04:00", zurich(), "2021-06-08T08:04:00Z", Precision::Minute);
        reads("2021-06-08 10:04:00Z", zurich(), "2021-06-08T10:04:00Z", Precision::Minute);
    }

    #[test]
    fn what_is_no_time() {
        for text in [
            "",
            "Time TBC",
            "22025-03-18",
            "2021-06",
            "10:04",
            "2021-06-08T10",
            "2021-06-08x",
            "2021-06-08T10:04:00+2",
            "2021-06-08T10:4:00",
            "2021-06-08 10:04:00 Denver",
            "2021-06-08T10:04:00+99:00",
            "２０２１-06-08",
        ] {
            assert_eq!(read(text, Zone::UTC), Err(NoMoment::Shape), "{text}");
        }
        assert_eq!(read("2021-02-30", Zone::UTC), Err(NoMoment::Calendar));
        assert_eq!(read("2021-06-08 25:00", Zone::UTC), Err(NoMoment::Calendar));
        assert_eq!(read("0202-06-08", Zone::UTC), Err(NoMoment::Year));
        assert_eq!(read("2021-10-31 02:30", zurich()), Err(NoMoment::ClockChange));
        assert_eq!(read("2021-03-28 02:30", zurich()), Err(NoMoment::ClockChange));
    }
}
