//! What is known of people and of the company they work in.

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike, Weekday};
use serde::{Deserialize, Serialize};

use crate::{Refusal, Why};

codes! {
    /// What the zone switch in the frame shows.
    pub enum ZoneShown of "zone_shown" {
        /// The person's own zone.
        Mine = "mine", "Mine";
        /// The company's zone.
        Company = "company", "Company";
        /// UTC.
        Utc = "utc", "UTC";
    }
}

codes! {
    /// How much of the product a company of this size needs to see.
    pub enum Phase of "phase" {
        /// To four engineers: declare, list, postmortem; no lead asked for.
        Founding = "founding", "Phase 0";
        /// Five to ten: push. Announcement, policy, severities, board.
        One = "one", "Phase 1";
        /// Eleven and more: pull. War rooms, lead, guards, hand-off, clocks.
        Two = "two", "Phase 2";
    }
}

impl Phase {
    /// The phase of a company with that many software engineers.
    pub const fn from_engineers(engineers: u32) -> Self {
        match engineers {
            0..=4 => Self::Founding,
            5..=10 => Self::One,
            11.. => Self::Two,
        }
    }

    /// Whether private incidents are on unless the company says otherwise.
    pub const fn has_private_incidents(self) -> bool {
        matches!(self, Self::Two)
    }

    /// Whether a new incident asks for a lead.
    pub const fn asks_for_lead(self) -> bool {
        !matches!(self, Self::Founding)
    }
}

/// The number of software engineers that the first run asks for: 1 to 100,000.
pub fn parse_engineers(text: &str) -> Result<u32, Refusal> {
    const LEAST: u32 = 1;
    const MOST: u32 = 100_000;
    let engineers: u32 = text.trim().parse().map_err(|_| Refusal::invalid("engineers", Why::NotANumber))?;
    if (LEAST..=MOST).contains(&engineers) {
        Ok(engineers)
    } else {
        let why = Why::OutOfRange { least: LEAST.into(), most: MOST.into() };
        Err(Refusal::invalid("engineers", why))
    }
}

/// When somebody works, in their own zone. Hours that end before they begin go past
/// midnight and belong to the day on which they begin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "WorkingHoursParts", into = "WorkingHoursParts")]
pub struct WorkingHours {
    from: u16,
    until: u16,
    on: Vec<u8>,
}

/// The longest day, in minutes.
const DAY: u16 = 24 * 60;

impl WorkingHours {
    /// From and until in minutes after local midnight (0 to 1439, 1 to 1440); days as ISO
    /// weekdays (1 Monday to 7 Sunday), put in order, each once.
    pub fn new(from: u16, until: u16, on: &[u8]) -> Result<Self, Refusal> {
        if from >= DAY {
            return Err(Refusal::invalid("works_from", Why::OutOfRange { least: 0, most: i64::from(DAY) - 1 }));
        }
        if until == 0 || until > DAY || until == from {
            return Err(Refusal::invalid("works_until", Why::OutOfRange { least: 1, most: DAY.into() }));
        }
        if on.iter().any(|day| !(1..=7).contains(day)) {
            return Err(Refusal::invalid("works_on", Why::OutOfRange { least: 1, most: 7 }));
        }
        let mut on = on.to_vec();
        on.sort_unstable();
        on.dedup();
        Ok(Self { from, until, on })
    }

    /// Minutes after local midnight, 0 to 1439.
    pub const fn from(&self) -> u16 {
        self.from
    }

    /// Minutes after local midnight, 1 to 1440.
    pub const fn until(&self) -> u16 {
        self.until
    }

    /// ISO weekdays in order, 1 Monday to 7 Sunday.
    pub fn on(&self) -> &[u8] {
        &self.on
    }

    /// Whether the person works at that local time.
    pub fn covers(&self, local: NaiveDateTime) -> bool {
        let minute = (local.hour() * 60 + local.minute()) as u16;
        let today = local.weekday();
        if self.from < self.until {
            return self.works_on(today) && (self.from..self.until).contains(&minute);
        }
        (self.works_on(today) && minute >= self.from) || (self.works_on(today.pred()) && minute < self.until)
    }

    /// Whether a working day begins on that day.
    pub fn begins_on(&self, day: NaiveDate) -> bool {
        self.works_on(day.weekday())
    }

    fn works_on(&self, day: Weekday) -> bool {
        self.on.contains(&(day.number_from_monday() as u8))
    }
}

/// Monday to Friday, nine to six.
impl Default for WorkingHours {
    fn default() -> Self {
        Self { from: 9 * 60, until: 18 * 60, on: vec![1, 2, 3, 4, 5] }
    }
}

/// How working hours travel.
#[derive(Serialize, Deserialize)]
struct WorkingHoursParts {
    from: u16,
    until: u16,
    on: Vec<u8>,
}

impl TryFrom<WorkingHoursParts> for WorkingHours {
    type Error = Refusal;
    fn try_from(parts: WorkingHoursParts) -> Result<Self, Refusal> {
        Self::new(parts.from, parts.until, &parts.on)
    }
}

impl From<WorkingHours> for WorkingHoursParts {
    fn from(hours: WorkingHours) -> Self {
        Self { from: hours.from, until: hours.until, on: hours.on }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    #[test]
    fn phases_begin_at_five_and_eleven_engineers() {
        use Phase::{Founding, One, Two};
        let expected = [(0, Founding), (4, Founding), (5, One), (10, One), (11, Two), (u32::MAX, Two)];
        for (engineers, phase) in expected {
            assert_eq!(Phase::from_engineers(engineers), phase, "{engineers}");
        }
    }

    #[test]
    fn engineers_are_a_number_in_range() {
        assert_eq!(parse_engineers(" 6 ").unwrap(), 6);
        for text in ["", "six", "-1", "0", "100001", "6.5", "99999999999"] {
            assert_eq!(parse_engineers(text).unwrap_err().field(), Some("engineers"), "{text:?}");
        }
    }

    #[test]
    fn ordinary_hours_cover_the_day_only() {
        let hours = WorkingHours::default();
        // 2025-11-20 is a Thursday.
        assert!(hours.covers(local("2025-11-20T09:00:00")));
        assert!(hours.covers(local("2025-11-20T17:59:59")));
        assert!(!hours.covers(local("2025-11-20T18:00:00")));
        assert!(!hours.covers(local("2025-11-20T08:59:59")));
        assert!(!hours.covers(local("2025-11-22T12:00:00")), "a Saturday");
    }

    #[test]
    fn hours_past_midnight_belong_to_the_day_they_begin_on() {
        let friday_night = WorkingHours::new(22 * 60, 6 * 60, &[5]).unwrap();
        assert!(friday_night.covers(local("2025-11-21T22:00:00")));
        assert!(friday_night.covers(local("2025-11-22T05:59:00")), "Saturday morning");
        assert!(!friday_night.covers(local("2025-11-21T05:00:00")), "Friday morning");
        assert!(!friday_night.covers(local("2025-11-22T22:30:00")), "Saturday night");
    }

    #[test]
    fn impossible_hours_are_refused_also_on_the_wire() {
        assert!(WorkingHours::new(1440, 60, &[1]).is_err());
        assert!(WorkingHours::new(0, 0, &[1]).is_err());
        assert!(WorkingHours::new(0, 1441, &[1]).is_err());
        assert!(WorkingHours::new(60, 60, &[1]).is_err());
        assert!(WorkingHours::new(0, 60, &[0]).is_err());
        assert!(WorkingHours::new(0, 60, &[8]).is_err());
        assert_eq!(WorkingHours::new(0, 1440, &[3, 1, 3]).unwrap().on(), [1, 3]);
        assert!(serde_json::from_str::<WorkingHours>(r#"{"from":0,"until":9000,"on":[1]}"#).is_err());
    }
}
