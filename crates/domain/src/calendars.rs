//! Months and spans of days in a zone: what the list is grouped and filtered by.

use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::zones::Zone;
use crate::{Refusal, Why};

/// A month of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Month {
    /// The year.
    pub year: i32,
    /// 1 to 12.
    pub month: u32,
}

impl Month {
    /// The month of a day.
    pub fn of(day: NaiveDate) -> Self {
        Self { year: day.year(), month: day.month() }
    }

    /// Its first day; `None` when there is no such month.
    pub fn first_day(self) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(self.year, self.month, 1)
    }

    /// Its first day and the first day of the next month.
    pub fn days(self) -> Option<(NaiveDate, NaiveDate)> {
        let first = self.first_day()?;
        Some((first, first.checked_add_months(Months::new(1))?))
    }

    /// What its heading says: `November 2025`.
    pub fn heading(self) -> String {
        self.first_day().map(|day| day.format("%B %Y").to_string()).unwrap_or_default()
    }
}

/// The instants of a span of local days, both included: from the first, before the second.
/// An open side is `None`; a span that ends before it begins is refused.
pub fn span(from: Option<NaiveDate>, until: Option<NaiveDate>, zone: &Zone) -> Result<Span, Refusal> {
    if from.zip(until).is_some_and(|(from, until)| until < from) {
        return Err(Refusal::invalid("until", Why::InThePast));
    }
    let unreadable = |field| Refusal::invalid(field, Why::NotATime);
    let begins = |day| zone.day_begins(day).ok_or_else(|| unreadable("from"));
    let ends =
        |day: NaiveDate| day.succ_opt().and_then(|next| zone.day_begins(next)).ok_or_else(|| unreadable("until"));
    Ok(Span { from: from.map(begins).transpose()?, before: until.map(ends).transpose()? })
}

/// A span of instants, open or closed on each side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// From this instant on.
    pub from: Option<DateTime<Utc>>,
    /// Before this instant.
    pub before: Option<DateTime<Utc>>,
}

/// Reads a date as forms send it: `2025-11-20`, of the years 1970 to 9999.
pub fn parse_date(text: &str, field: &'static str) -> Result<NaiveDate, Refusal> {
    NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d")
        .ok()
        .filter(|day| (1970..=9999).contains(&day.year()))
        .ok_or_else(|| Refusal::invalid(field, Why::NotATime))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        parse_date(text, "from").unwrap()
    }

    fn span_in(zone: &str, from: &str, until: &str) -> (String, String) {
        let zone = Zone::parse(zone).unwrap();
        let span = span(Some(day(from)), Some(day(until)), &zone).unwrap();
        (crate::zones::rfc3339(span.from.unwrap()), crate::zones::rfc3339(span.before.unwrap()))
    }

    #[test]
    fn months_have_headings_and_days() {
        let november = Month::of(day("2025-11-20"));
        assert_eq!(november.heading(), "November 2025");
        assert_eq!(november.days(), Some((day("2025-11-01"), day("2025-12-01"))));
        assert_eq!(Month { year: 2025, month: 13 }.heading(), "");
    }

    #[test]
    fn a_span_includes_both_days_in_their_zone() {
        let tokyo = span_in("Asia/Tokyo", "2025-11-20", "2025-11-20");
        assert_eq!(tokyo, ("2025-11-19T15:00:00Z".into(), "2025-11-20T15:00:00Z".into()));
        // Twenty-three hours: the clocks go forward in between.
        let portland = span_in("America/Los_Angeles", "2026-03-08", "2026-03-08");
        assert_eq!(portland, ("2026-03-08T08:00:00Z".into(), "2026-03-09T07:00:00Z".into()));
    }

    #[test]
    fn a_day_without_midnight_begins_when_it_begins() {
        // Beirut goes from 23:59:59 to 01:00.
        let beirut = span_in("Asia/Beirut", "2026-03-29", "2026-03-29");
        assert_eq!(beirut.0, "2026-03-28T22:00:00Z");
        // Apia had no 30 December 2011: it is where the 31st begins.
        let apia = span_in("Pacific/Apia", "2011-12-30", "2011-12-30");
        assert_eq!(apia, ("2011-12-30T10:00:00Z".into(), "2011-12-30T10:00:00Z".into()));
    }

    #[test]
    fn a_span_can_be_open_and_cannot_run_backwards() {
        let utc = Zone::UTC;
        assert_eq!(span(None, None, &utc), Ok(Span::default()));
        assert!(span(Some(day("2025-11-20")), None, &utc).unwrap().before.is_none());
        let refusal = span(Some(day("2025-11-20")), Some(day("2025-11-19")), &utc).unwrap_err();
        assert_eq!(refusal.field(), Some("until"));
    }

    #[test]
    fn a_date_is_a_date() {
        for text in ["", "2025-02-30", "20.11.2025", "0001-01-01", "99999-01-01", "2025-11-20T00:00", "+2025-11-20\0"] {
            assert!(parse_date(text, "from").is_err(), "{text:?}");
        }
    }
}
