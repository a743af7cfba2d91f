//! Time zones. Instants are UTC; a zone only decides how one is shown, and which instant a
//! typed local time means. The tables are heavy, so this stays on the server.

mod local;
mod shown;

pub use local::{Gap, LocalTime};
pub use shown::rfc3339;

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::{Refusal, Why};

/// An IANA time zone, such as Asia/Tokyo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone(Tz);

impl Zone {
    /// UTC.
    pub const UTC: Self = Self(Tz::UTC);

    /// Reads an IANA name, exactly as the tables spell it.
    pub fn parse(name: &str) -> Result<Self, Refusal> {
        Tz::from_str(name.trim()).map(Self).map_err(|_| Refusal::invalid("zone", Why::NotAZone))
    }

    /// The IANA name.
    pub fn name(&self) -> &'static str {
        self.0.name()
    }

    /// Every zone there is to choose from, in the order of the names.
    pub fn all() -> impl Iterator<Item = Self> {
        chrono_tz::TZ_VARIANTS.into_iter().map(Self)
    }

    /// What clocks on the wall show at that instant.
    pub fn local(&self, at: DateTime<Utc>) -> NaiveDateTime {
        at.with_timezone(&self.0).naive_local()
    }

    /// The local day of an instant.
    pub fn day(&self, at: DateTime<Utc>) -> NaiveDate {
        self.local(at).date()
    }

    /// How far the clocks on the wall are ahead of UTC at that instant.
    pub fn ahead_of_utc(&self, at: DateTime<Utc>) -> TimeDelta {
        let offset = self.0.offset_from_utc_datetime(&at.naive_utc());
        TimeDelta::seconds(offset.fix().local_minus_utc().into())
    }

    /// The first instant of a local day, for filters by date. Where the clocks skip midnight
    /// the day begins later, where they show it twice it begins with the first; a day that
    /// was skipped whole begins where the next one does. `None` at the ends of the calendar.
    pub fn day_begins(&self, day: NaiveDate) -> Option<DateTime<Utc>> {
        let midnight = day.and_hms_opt(0, 0, 0)?;
        match LocalTime::resolve(midnight, self) {
            LocalTime::Known(at) => Some(at),
            LocalTime::Gap(gap) => Some(gap.at),
            LocalTime::Fold(earlier, _) => Some(earlier),
            LocalTime::OutOfRange => None,
        }
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Zone {
    type Err = Refusal;
    fn from_str(name: &str) -> Result<Self, Refusal> {
        Self::parse(name)
    }
}

impl TryFrom<String> for Zone {
    type Error = Refusal;
    fn try_from(name: String) -> Result<Self, Refusal> {
        Self::parse(&name)
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.name().to_owned()
    }
}
