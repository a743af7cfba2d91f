//! What people call an action item.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Reference, Refusal, Why};

codes! {
    /// Which numbers an action item is counted in. Those of private incidents have a series
    /// of their own, so that a gap in the ordinary numbers tells nothing. An action item
    /// keeps what it was given, whatever becomes of its incident.
    pub enum ActionSeries of "action_series" {
        /// Ordinary action items.
        Act = "ACT", "ACT";
        /// Action items of private incidents.
        Pra = "PRA", "PRA";
    }
}

/// What people call an action item: `ACT-12`. Numbered from 1 in its series, never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ActionReference {
    /// The series that the number belongs to.
    pub series: ActionSeries,
    /// From 1.
    pub number: u32,
}

impl ActionReference {
    /// Reads `ACT-12`, in any case and with spaces around it; its number as an incident's.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let unreadable = || Refusal::invalid("number", Why::NotAReference);
        let (series, number) = text.trim().split_once('-').ok_or_else(unreadable)?;
        let series = ActionSeries::parse(&series.to_ascii_uppercase()).map_err(|_| unreadable())?;
        let plain = number.bytes().all(|byte| byte.is_ascii_digit()) && !number.starts_with('0');
        let number: u32 = number.parse().map_err(|_| unreadable())?;
        if !plain || number > Reference::GREATEST {
            return Err(unreadable());
        }
        Ok(Self { series, number })
    }
}

impl fmt::Display for ActionReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.series.as_str(), self.number)
    }
}

impl FromStr for ActionReference {
    type Err = Refusal;
    fn from_str(text: &str) -> Result<Self, Refusal> {
        Self::parse(text)
    }
}

impl TryFrom<String> for ActionReference {
    type Error = Refusal;
    fn try_from(text: String) -> Result<Self, Refusal> {
        Self::parse(&text)
    }
}

impl From<ActionReference> for String {
    fn from(reference: ActionReference) -> Self {
        reference.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_in_any_case_and_written_in_one() {
        assert_eq!(ActionReference::parse(" act-12 ").unwrap().to_string(), "ACT-12");
        assert_eq!(ActionReference::parse("PRA-1").unwrap().series, ActionSeries::Pra);
        for said in ["", "12", "ACT-", "ACT-0", "ACT-01", "ACT--1", "ACT-+1", "ACT-99999999999", "INC-1", "ACT-１"] {
            assert!(ActionReference::parse(said).is_err(), "{said}");
        }
    }
}
