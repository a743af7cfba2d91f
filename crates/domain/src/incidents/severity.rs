//! Severities: one ranked set of labels that the company owns.

use serde::{Deserialize, Serialize};

use crate::text::{Definition, SeverityName};
use crate::{Refusal, SeverityId, Why};

/// The place of a severity in the set: 1 is the worst, 9 the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i16", into = "i16")]
pub struct Rank(i16);

impl Rank {
    /// Takes a rank from 1 to 9.
    pub fn new(rank: i16) -> Result<Self, Refusal> {
        if (1..=9).contains(&rank) {
            Ok(Self(rank))
        } else {
            Err(Refusal::invalid("rank", Why::OutOfRange { least: 1, most: 9 }))
        }
    }

    /// The number, 1 to 9.
    pub const fn get(self) -> i16 {
        self.0
    }

    /// Whether this is worse than the other.
    pub const fn is_worse_than(self, other: Self) -> bool {
        self.0 < other.0
    }
}

impl TryFrom<i16> for Rank {
    type Error = Refusal;
    fn try_from(rank: i16) -> Result<Self, Refusal> {
        Self::new(rank)
    }
}

impl From<Rank> for i16 {
    fn from(rank: Rank) -> Self {
        rank.0
    }
}

/// One severity of the company's set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Severity {
    /// Which.
    pub id: SeverityId,
    /// One word, such as Sev2.
    pub name: SeverityName,
    /// Its place.
    pub rank: Rank,
    /// When it applies.
    pub definition: Definition,
    /// A case of it.
    pub example: Definition,
}

#[cfg(test)]
mod tests {
    use super::Rank;

    #[test]
    fn rank_one_is_the_worst_of_nine() {
        assert!(Rank::new(1).unwrap().is_worse_than(Rank::new(2).unwrap()));
        assert!(!Rank::new(3).unwrap().is_worse_than(Rank::new(3).unwrap()));
        for rank in [i16::MIN, -1, 0, 10, i16::MAX] {
            assert!(Rank::new(rank).is_err(), "{rank}");
            assert!(serde_json::from_str::<Rank>(&rank.to_string()).is_err());
        }
    }
}
