//! The profile, ready to show.

use domain::people::WorkingHours;
use domain::{Refusal, Why};
use serde::{Deserialize, Serialize};
use store::Profile;

/// What somebody sees of themselves and may change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileView {
    /// Their name, as Slack has it.
    pub name: String,
    /// Their address.
    pub email: Option<String>,
    /// Their zone, an IANA name.
    pub zone: String,
    /// `09:00`.
    pub works_from: String,
    /// `18:00`; midnight is `00:00`.
    pub works_until: String,
    /// ISO weekdays, 1 Monday to 7 Sunday.
    pub works_on: Vec<u8>,
    /// How many of their sessions are good now, this one among them.
    pub sessions: i64,
}

impl ProfileView {
    /// Puts a profile into words.
    pub fn of(profile: Profile) -> Self {
        Self {
            name: profile.name,
            email: profile.email,
            zone: profile.zone,
            works_from: time_of_day(profile.hours.from()),
            works_until: time_of_day(profile.hours.until()),
            works_on: profile.hours.on().to_vec(),
            sessions: profile.sessions,
        }
    }
}

fn time_of_day(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60 % 24, minutes % 60)
}

/// Reads working hours as the form sends them. The day may end at midnight.
pub fn working_hours(from: &str, until: &str, on: &[u8]) -> Result<WorkingHours, Refusal> {
    let from = minutes("works_from", from)?;
    let until = match minutes("works_until", until)? {
        0 => 24 * 60,
        until => until,
    };
    WorkingHours::new(from, until, on)
}

fn minutes(field: &'static str, text: &str) -> Result<u16, Refusal> {
    let read = || -> Option<u16> {
        let (hours, minutes) = text.trim().get(..5)?.split_once(':')?;
        let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
        (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
    };
    read().ok_or_else(|| Refusal::invalid(field, Why::NotATime))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_as_the_form_writes_them() {
        let hours = working_hours("09:30", "00:00", &[1, 2]).unwrap();
        assert_eq!((hours.from(), hours.until()), (570, 1440));
        assert_eq!(time_of_day(1440), "00:00");
        assert_eq!(working_hours("09:00:00", "18:00", &[1]).unwrap().from(), 540);
        for text in ["", "9", "25:00", "10:60", "ab:cd", "é9:00"] {
            assert_eq!(working_hours(text, "18:00", &[1]).unwrap_err().field(), Some("works_from"), "{text}");
        }
    }
}
