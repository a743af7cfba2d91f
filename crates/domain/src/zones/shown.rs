//! Instants as they are written on the pages: the zone always named, the date always shown.

use chrono::{DateTime, Datelike, SecondsFormat, TimeZone, Utc};
use chrono_tz::OffsetName;

use super::Zone;

impl Zone {
    /// The time of day: `23:44`.
    pub fn clock(&self, at: DateTime<Utc>) -> String {
        self.local(at).format("%H:%M").to_string()
    }

    /// The date: `Thu 20 Nov 2025`.
    pub fn date(&self, at: DateTime<Utc>) -> String {
        self.local(at).format("%a %-d %b %Y").to_string()
    }

    /// Date and time: `Thu 20 Nov 2025, 23:44`.
    pub fn date_and_clock(&self, at: DateTime<Utc>) -> String {
        self.local(at).format("%a %-d %b %Y, %H:%M").to_string()
    }

    /// The heading of a day: `Thursday 20 November`, with the year when it is not the year
    /// of `now`.
    pub fn day_heading(&self, at: DateTime<Utc>, now: DateTime<Utc>) -> String {
        let local = self.local(at);
        let heading = if local.year() == self.local(now).year() { "%A %-d %B" } else { "%A %-d %B %Y" };
        local.format(heading).to_string()
    }

    /// What goes into a `datetime-local` field: `2025-11-20T23:44`.
    pub fn field_value(&self, at: DateTime<Utc>) -> String {
        self.local(at).format("%Y-%m-%dT%H:%M").to_string()
    }

    /// The city that stands for the zone: `Tokyo`, `Buenos Aires`; `UTC` for UTC.
    pub fn city(&self) -> String {
        self.name().rsplit('/').next().unwrap_or_default().replace('_', " ")
    }

    /// The zone's abbreviation at that instant: `JST`, `PST` or `PDT`; where none is in use,
    /// how far it is ahead of UTC: `UTC+5:45`.
    pub fn abbreviation(&self, at: DateTime<Utc>) -> String {
        let offset = self.0.offset_from_utc_datetime(&at.naive_utc());
        match offset.abbreviation() {
            Some(letters) if letters.starts_with(|c: char| c.is_ascii_alphabetic()) => letters.to_owned(),
            _ => self.utc_offset(at),
        }
    }

    /// The zone as it is named beside times: `Tokyo, JST`; `UTC` for UTC.
    pub fn label(&self, at: DateTime<Utc>) -> String {
        let (city, abbreviation) = (self.city(), self.abbreviation(at));
        if self.name().starts_with("Etc/") || city == abbreviation {
            return abbreviation;
        }
        format!("{city}, {abbreviation}")
    }

    /// How far the zone is ahead of UTC at that instant: `UTC+9`, `UTC−3:30`, `UTC`.
    pub fn utc_offset(&self, at: DateTime<Utc>) -> String {
        let minutes = self.ahead_of_utc(at).num_minutes();
        let sign = if minutes < 0 { '−' } else { '+' };
        match (minutes.abs() / 60, minutes.abs() % 60) {
            (0, 0) => "UTC".to_owned(),
            (hours, 0) => format!("UTC{sign}{hours}"),
            (hours, rest) => format!("UTC{sign}{hours}:{rest:02}"),
        }
    }
}

/// An instant for machines, in UTC, to the second: `2025-11-20T14:44:00Z`.
pub fn rfc3339(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
