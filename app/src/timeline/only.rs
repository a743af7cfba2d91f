//! Which items of a timeline are shown.

use domain::{Refusal, Why};
use serde::{Deserialize, Serialize};

use crate::paths;

/// One of the filters, as a link each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Only {
    /// All that is not hidden.
    #[default]
    Everything,
    /// What everybody was told.
    Updates,
    /// What was changed, by whomever.
    Changes,
    /// What people wrote down, pinned or linked, and alerts.
    Notes,
    /// What is not shown any more.
    Hidden,
}

impl Only {
    /// In the order of the links.
    pub const ALL: [Self; 5] = [Self::Everything, Self::Updates, Self::Changes, Self::Notes, Self::Hidden];

    /// What stands in the address; nothing for everything.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Everything => "",
            Self::Updates => "updates",
            Self::Changes => "changes",
            Self::Notes => "notes",
            Self::Hidden => "hidden",
        }
    }

    /// The link's word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Everything => "Everything",
            Self::Updates => "Updates",
            Self::Changes => "Changes",
            Self::Notes => "Notes",
            Self::Hidden => "Hidden",
        }
    }

    /// Reads what stands in an address.
    pub fn parse(code: &str) -> Result<Self, Refusal> {
        let found = Self::ALL.into_iter().find(|only| only.code() == code.trim());
        found.ok_or_else(|| Refusal::invalid("only", Why::NotKnown))
    }

    /// The incident's page with these items only.
    pub fn address(self, here: &str) -> String {
        format!("{}#timeline", paths::with_query(here, [("only", self.code())]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_filter_has_an_address_that_leads_back_to_it() {
        for only in Only::ALL {
            assert_eq!(Only::parse(only.code()).unwrap(), only);
        }
        assert_eq!(Only::Everything.address("/incidents/INC-6"), "/incidents/INC-6#timeline");
        assert_eq!(Only::Notes.address("/incidents/INC-6"), "/incidents/INC-6?only=notes#timeline");
        assert!(Only::parse("loud").is_err());
    }
}
