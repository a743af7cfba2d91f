//! Paging by key: a page begins where the one before ended, however long the
//! list is and whatever is added meanwhile.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use domain::{IncidentId, Refusal, Why};

/// A place in the list: the time, and the id for those of the same time.
/// Travels in an address as `1763645520000000-01900000-…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// When the incident was reported.
    pub reported_at: DateTime<Utc>,
    /// Which it is.
    pub id: IncidentId,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.reported_at.timestamp_micros(), self.id)
    }
}

impl FromStr for Cursor {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let unreadable = || Refusal::invalid("page", Why::NotKnown);
        // The id is the last 36 characters: a time before 1970 begins with a minus.
        let split = text.len().checked_sub(37).filter(|at| text.is_char_boundary(*at)).ok_or_else(unreadable)?;
        let (micros, id) = text.split_at(split);
        let reported_at = micros.parse().ok().and_then(DateTime::from_timestamp_micros);
        // Postgres' years are fewer than ours.
        let reported_at = reported_at.filter(|at| (-4000..=9999).contains(&chrono::Datelike::year(at)));
        let id = id.strip_prefix('-').ok_or_else(unreadable)?;
        Ok(Self { reported_at: reported_at.ok_or_else(unreadable)?, id: id.parse().map_err(|_| unreadable())? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_an_address() {
        for micros in [0, 1_763_645_520_123_456, -5_000_000] {
            let cursor = Cursor {
                reported_at: DateTime::from_timestamp_micros(micros).unwrap(),
                id: "01900000-0000-7000-8000-000000000001".parse().unwrap(),
            };
            assert_eq!(cursor.to_string().parse::<Cursor>().unwrap(), cursor);
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for text in [
            "",
            "-",
            "1-2",
            "x-01900000-0000-7000-8000-000000000001",
            "é".repeat(40).as_str(),
            "9223372036854775807-01900000-0000-7000-8000-000000000001",
        ] {
            assert!(text.parse::<Cursor>().is_err(), "{text}");
        }
    }
}
