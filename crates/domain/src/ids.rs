//! Identities: one type for each kind of thing, and the reference that people say aloud.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Refusal, Why};

macro_rules! id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        ///
        /// A UUID made outside this crate, often by the client, so that a repeated request
        /// names the same thing.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Takes a UUID for this kind of thing.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID itself, for the database.
            pub const fn uuid(self) -> Uuid {
                self.0
            }

            /// Reads the usual text form of a UUID.
            pub fn parse(text: &str) -> Result<Self, Refusal> {
                Uuid::parse_str(text.trim())
                    .map(Self)
                    .map_err(|_| Refusal::invalid("id", Why::NotAnId))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = Refusal;
            fn from_str(text: &str) -> Result<Self, Refusal> {
                Self::parse(text)
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    };
}

id!(
    /// A person, signed in or not yet.
    PersonId
);
id!(
    /// An incident. People use its [`Reference`].
    IncidentId
);
id!(
    /// A severity of the company's own set.
    SeverityId
);
id!(
    /// A component that can fail.
    ComponentId
);
id!(
    /// A tag.
    TagId
);
id!(
    /// A timeline item.
    TimelineItemId
);
id!(
    /// An update.
    UpdateId
);
id!(
    /// A task inside an incident.
    TaskId
);
id!(
    /// A link of an incident.
    LinkId
);
id!(
    /// A hand-off.
    HandOffId
);
id!(
    /// An action item.
    ActionItemId
);
id!(
    /// A notification.
    NotificationId
);
id!(
    /// One recorded key time; a correction is another one.
    KeyTimeId
);
id!(
    /// A request that changes something: sent twice, it acts once.
    RequestId
);
id!(
    /// One span of somebody holding a role.
    RoleId
);

codes! {
    /// Which numbers an incident is counted in. Practice incidents and private ones have
    /// series of their own, so that a gap in the ordinary numbers tells nothing.
    pub enum Series of "series" {
        /// Ordinary incidents.
        Inc = "INC", "INC";
        /// Practice incidents: tutorials and drills.
        Try = "TRY", "TRY";
        /// Private incidents.
        Prv = "PRV", "PRV";
    }
}

/// What people call an incident: `INC-6`. Numbered from 1 in its series, never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Reference {
    /// The series that the number belongs to.
    pub series: Series,
    /// From 1.
    pub number: u32,
}

impl Reference {
    /// The greatest number there can be: what the schema's `integer` holds.
    pub const GREATEST: u32 = i32::MAX as u32;

    /// Reads `INC-6`, in any case and with spaces around it. A number has no sign and no
    /// leading zero, so that each incident has exactly one address.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let unreadable = || Refusal::invalid("reference", Why::NotAReference);
        let (series, number) = text.trim().split_once('-').ok_or_else(unreadable)?;
        let series = Series::parse(&series.to_ascii_uppercase()).map_err(|_| unreadable())?;
        let plain = number.bytes().all(|b| b.is_ascii_digit()) && !number.starts_with('0');
        let number: u32 = number.parse().map_err(|_| unreadable())?;
        if !plain || number > Self::GREATEST {
            return Err(unreadable());
        }
        Ok(Self { series, number })
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.series.as_str(), self.number)
    }
}

impl FromStr for Reference {
    type Err = Refusal;
    fn from_str(text: &str) -> Result<Self, Refusal> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Reference {
    type Error = Refusal;
    fn try_from(text: String) -> Result<Self, Refusal> {
        Self::parse(&text)
    }
}

impl From<Reference> for String {
    fn from(reference: Reference) -> Self {
        reference.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_read_in_any_case_and_written_in_one() {
        for text in ["INC-6", "inc-6", " Inc-6 "] {
            assert_eq!(Reference::parse(text).unwrap().to_string(), "INC-6");
        }
        assert_eq!(Reference::parse("try-1").unwrap().series, Series::Try);
        assert_eq!(Reference::parse("PRV-12").unwrap().series, Series::Prv);
    }

    #[test]
    fn what_is_no_reference_is_refused() {
        for text in [
            "",
            "-",
            "INC",
            "INC6",
            "INC-",
            "INC-0",
            "INC-06",
            "INC--6",
            "INC-+6",
            "INC-6x",
            "INC- 6",
            "SEV-1",
            "INC-2147483648",
            "INC-99999999999999999999",
            "ＩＮＣ-6",
            "INC-６",
            "INC-6\0",
        ] {
            assert!(Reference::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn ids_and_references_travel_as_plain_text() {
        let id = PersonId::parse("01900000-0000-7000-8000-000000000001").unwrap();
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(json, "\"01900000-0000-7000-8000-000000000001\"");
        assert_eq!(serde_json::from_str::<PersonId>(&json).unwrap(), id);

        let reference = Reference { series: Series::Inc, number: 6 };
        assert_eq!(serde_json::to_string(&reference).unwrap(), "\"INC-6\"");
        assert_eq!(serde_json::from_str::<Reference>("\"inc-6\"").unwrap(), reference);
        assert!(serde_json::from_str::<Reference>("\"6\"").is_err());
    }
}
