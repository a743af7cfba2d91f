//! Working hours as they stand in a form: `09:00`, `18:00`, ISO weekdays.

use domain::people::WorkingHours;
use domain::{Refusal, Why};

/// The weekdays, Monday first (ISO 8601: 1 to 7).
pub const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// Reads the three fields of the form. Midnight as an end means the end of the day.
pub fn parse(from: &str, until: &str, on: &[String]) -> Result<WorkingHours, Refusal> {
    let from = minutes(from, "works_from")?;
    let until = match minutes(until, "works_until")? {
        0 => 24 * 60,
        other => other,
    };
    let days: Result<Vec<u8>, _> = on.iter().map(|day| day.parse::<u8>()).collect();
    WorkingHours::new(from, until, &days.map_err(|_| Refusal::invalid("works_on", Why::NotANumber))?)
}

/// `09:30` as minutes after midnight; seconds, which some browsers send, are dropped.
fn minutes(clock: &str, field: &'static str) -> Result<u16, Refusal> {
    let wrong = || Refusal::invalid(field, Why::NotATime);
    let mut parts = clock.trim().splitn(3, ':');
    let mut part = |most: u16| {
        let digits = parts.next().filter(|part| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit()));
        digits.and_then(|digits| digits.parse::<u16>().ok()).filter(|number| *number <= most).ok_or_else(wrong)
    };
    Ok(part(23)? * 60 + part(59)?)
}

/// Minutes after midnight as a time field wants them.
pub fn clock(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60 % 24, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(days: &[&str]) -> Vec<String> {
        days.iter().map(|day| (*day).to_owned()).collect()
    }

    #[test]
    fn what_is_shown_is_what_is_read() {
        let hours = parse("09:00", "18:30:00", &days(&["1", "5"])).unwrap();
        assert_eq!((clock(hours.from()), clock(hours.until())), ("09:00".into(), "18:30".into()));
        assert_eq!(hours.on(), [1, 5]);
        assert_eq!(parse("16:00", "00:00", &[]).unwrap().until(), 1440, "until midnight");
        assert_eq!(clock(1440), "00:00");
    }

    #[test]
    fn what_cannot_be_read_names_its_field() {
        for (from, until, on, field) in [
            ("", "18:00", &[][..], "works_from"),
            ("24:00", "18:00", &[], "works_from"),
            ("9", "18:00", &[], "works_from"),
            ("+9:00", "18:00", &[], "works_from"),
            ("09:00", "18:60", &[], "works_until"),
            ("09:00", "09:00", &[], "works_until"),
            ("09:00", "18:00", &["8"], "works_on"),
            ("09:00", "18:00", &["Monday"], "works_on"),
        ] {
            let refused = parse(from, until, &days(on)).unwrap_err();
            assert!(matches!(refused, Refusal::Invalid { field: ref at, .. } if *at == field), "{from} {until} {on:?}: {refused:?}");
        }
    }
}
