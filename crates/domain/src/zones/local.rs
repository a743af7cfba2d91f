//! Which instant a typed local time means: asked about where it is doubtful, never guessed.

use chrono::{DateTime, MappedLocalTime, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Utc};

use super::Zone;
use crate::{Refusal, Why};

/// What a local time means in a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocalTime {
    /// One instant.
    Known(DateTime<Utc>),
    /// None: the clocks skipped it.
    Gap(Gap),
    /// Two, the earlier first: the clocks were set back over it.
    Fold(DateTime<Utc>, DateTime<Utc>),
    /// None: it lies at the ends of the calendar.
    OutOfRange,
}

/// Where the clocks skipped a local time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The instant at which they jumped.
    pub at: DateTime<Utc>,
    /// The local time they jumped from; never shown.
    pub from: NaiveDateTime,
    /// The local time they jumped to.
    pub to: NaiveDateTime,
}

/// Farther than any zone has ever jumped (a day, Apia and Kwajalein) or been from UTC.
const FAR: TimeDelta = TimeDelta::hours(50);

impl LocalTime {
    /// Looks a local time up.
    pub fn resolve(local: NaiveDateTime, zone: &Zone) -> Self {
        let within = NaiveDate::MIN.succ_opt().zip(NaiveDate::MAX.pred_opt());
        if !within.is_some_and(|(first, last)| (first..last).contains(&local.date())) {
            return Self::OutOfRange;
        }
        match zone.0.from_local_datetime(&local) {
            MappedLocalTime::Single(at) => Self::Known(at.to_utc()),
            MappedLocalTime::Ambiguous(a, b) => {
                let (a, b) = (a.to_utc(), b.to_utc());
                Self::Fold(a.min(b), a.max(b))
            }
            MappedLocalTime::None => gap(local, zone).map_or(Self::OutOfRange, Self::Gap),
        }
    }

    /// The one instant it means, or why there is none: [`Why::Skipped`], [`Why::Twice`].
    pub fn known(self, field: &'static str) -> Result<DateTime<Utc>, Refusal> {
        match self {
            Self::Known(at) => Ok(at),
            Self::Gap(_) => Err(Refusal::invalid(field, Why::Skipped)),
            Self::Fold(..) => Err(Refusal::invalid(field, Why::Twice)),
            Self::OutOfRange => Err(Refusal::invalid(field, Why::NotATime)),
        }
    }
}

/// Finds the jump over a skipped local time: the first instant at which the wall shows more.
fn gap(local: NaiveDateTime, zone: &Zone) -> Option<Gap> {
    let second = TimeDelta::seconds(1);
    let mut before = local.checked_sub_signed(FAR)?.and_utc();
    let mut after = local.checked_add_signed(FAR)?.and_utc();
    while after - before > second {
        let middle = before + TimeDelta::seconds((after - before).num_seconds() / 2);
        if zone.local(middle) > local {
            after = middle;
        } else {
            before = middle;
        }
    }
    // The half seconds of `local` are kept by the search; jumps come at whole seconds.
    let at = after - TimeDelta::nanoseconds(after.timestamp_subsec_nanos().into());
    Some(Gap { at, from: zone.local(at - second) + second, to: zone.local(at) })
}
