//! Key times: the moments that clocks lie between. A missing one is the absence of a row,
//! never a guess.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::PersonId;

codes! {
    /// A moment in the life of an incident, in the order in which they usually come.
    pub enum KeyTimeKind of "kind" {
        /// The failure began, noticed or not.
        FailureStarted = "failure_started", "Failure started";
        /// A person or a machine noticed.
        Detected = "detected", "Detected";
        /// Somebody declared the incident.
        Reported = "reported", "Reported";
        /// The first lead, or the first person acting.
        Engaged = "engaged", "Engaged";
        /// It is known what is broken.
        Identified = "identified", "Identified";
        /// A fix is out: the first Monitoring.
        Fixed = "fixed", "Fixed";
        /// It is over; the last recovery counts.
        Recovered = "recovered", "Recovered";
        /// The cause is confirmed, or accepted as unknown.
        CauseSettled = "cause_settled", "Cause settled";
        /// The postmortem went into review.
        PostmortemReady = "postmortem_ready", "Postmortem ready";
        /// The learning session was held.
        SessionHeld = "session_held", "Session held";
        /// The last participant learned of it.
        Learned = "learned", "Learned";
        /// Action items were chosen.
        ActionsChosen = "actions_chosen", "Actions chosen";
        /// The last chosen action item was done.
        LastActionDone = "last_action_done", "Last action done";
        /// The incident was closed.
        Closed = "closed", "Closed";
    }
}

codes! {
    /// How exactly a moment is known.
    pub enum Precision of "precision" {
        /// To the second.
        Second = "second", "to the second";
        /// To the minute.
        Minute = "minute", "to the minute";
        /// To the hour.
        Hour = "hour", "to the hour";
        /// To the day.
        Day = "day", "to the day";
    }
}

codes! {
    /// Where a key time came from.
    pub enum KeyTimeSource of "source" {
        /// It followed from what was done in the incident: a status, a role, a cause.
        Status = "status", "status";
        /// A person stated or corrected it.
        Manual = "manual", "manual";
        /// An alert carried it.
        Alert = "alert", "alert";
        /// An import carried it.
        Import = "import", "import";
    }
}

impl KeyTimeKind {
    /// Whether this moment exists only together with something else that is true of the
    /// incident: being over, being closed, having a settled cause. When that ends, the
    /// moment is superseded.
    pub const fn follows_state(self) -> bool {
        matches!(self, Self::Recovered | Self::Closed | Self::CauseSettled)
    }
}

impl KeyTimeSource {
    /// Whether software wrote it down; among these the first writer wins.
    pub const fn is_automatic(self) -> bool {
        !matches!(self, Self::Manual)
    }
}

/// One moment as it was written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct KeyTime {
    /// Which moment.
    pub kind: KeyTimeKind,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// How exactly `at` is known.
    pub precision: Precision,
    /// Where it came from.
    pub source: KeyTimeSource,
    /// Whether it is assumed rather than known; shown as such.
    pub assumed: bool,
    /// When it was written down.
    pub recorded_at: DateTime<Utc>,
    /// By whom, when it was a person.
    pub recorded_by: Option<PersonId>,
}

/// The key times of one incident: at most one standing for each kind, and those that were
/// replaced.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyTimes {
    standing: BTreeMap<KeyTimeKind, KeyTime>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    superseded: Vec<KeyTime>,
}

impl KeyTimes {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The moment, when it is known or assumed.
    pub fn at(&self, kind: KeyTimeKind) -> Option<DateTime<Utc>> {
        self.get(kind).map(|key_time| key_time.at)
    }

    /// The standing key time of this kind.
    pub fn get(&self, kind: KeyTimeKind) -> Option<&KeyTime> {
        self.standing.get(&kind)
    }

    /// Whether there is a standing one of this kind.
    pub fn has(&self, kind: KeyTimeKind) -> bool {
        self.standing.contains_key(&kind)
    }

    /// The standing ones, in the order of [`KeyTimeKind`].
    pub fn iter(&self) -> impl Iterator<Item = &KeyTime> {
        self.standing.values()
    }

    /// Those that were replaced, oldest first. Whoever loads an incident need not load them.
    pub fn superseded(&self) -> &[KeyTime] {
        &self.superseded
    }

    /// Whether [`write`](Self::write) would take it: the first writer wins among automatic
    /// sources, and a person can always correct.
    pub fn accepts(&self, key_time: &KeyTime) -> bool {
        !key_time.source.is_automatic() || !self.has(key_time.kind)
    }

    /// Writes a key time down, when it is accepted; what it replaces is kept.
    pub fn write(&mut self, key_time: KeyTime) -> bool {
        let accepted = self.accepts(&key_time);
        if accepted {
            self.superseded.extend(self.standing.insert(key_time.kind, key_time));
        }
        accepted
    }

    /// Sets the standing one aside: it counts no more, but it is kept.
    pub fn supersede(&mut self, kind: KeyTimeKind) {
        self.superseded.extend(self.standing.remove(&kind));
    }

    /// Pairs of standing key times whose order cannot be right, such as a recovery before the
    /// failure. Nothing is refused because of it (a clock then simply runs backwards); the
    /// page asks somebody to look.
    pub fn out_of_order(&self) -> Vec<(KeyTimeKind, KeyTimeKind)> {
        use KeyTimeKind::*;
        const ORDER: [(KeyTimeKind, KeyTimeKind); 11] = [
            (FailureStarted, Detected),
            (FailureStarted, Recovered),
            (Detected, Reported),
            (Detected, Engaged),
            (Detected, Recovered),
            (Engaged, Recovered),
            (Recovered, Closed),
            (PostmortemReady, SessionHeld),
            (SessionHeld, Learned),
            (Recovered, Learned),
            (ActionsChosen, LastActionDone),
        ];
        ORDER
            .into_iter()
            .filter(|(earlier, later)| match (self.at(*earlier), self.at(*later)) {
                (Some(earlier), Some(later)) => earlier > later,
                _ => false,
            })
            .collect()
    }
}

/// The standing ones, as a reader of the database has them; of two of one kind the last
/// given stands.
impl FromIterator<KeyTime> for KeyTimes {
    fn from_iter<T: IntoIterator<Item = KeyTime>>(key_times: T) -> Self {
        let mut all = Self::new();
        for key_time in key_times {
            all.superseded.extend(all.standing.insert(key_time.kind, key_time));
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    fn key_time(kind: KeyTimeKind, minute: i64, source: KeyTimeSource) -> KeyTime {
        let at = DateTime::UNIX_EPOCH + TimeDelta::minutes(minute);
        KeyTime { kind, at, precision: Precision::Second, source, assumed: false, recorded_at: at, recorded_by: None }
    }

    #[test]
    fn the_first_writer_wins_among_automatic_sources() {
        use KeyTimeKind::Detected;
        for first in [KeyTimeSource::Status, KeyTimeSource::Alert, KeyTimeSource::Import] {
            for second in [KeyTimeSource::Status, KeyTimeSource::Alert, KeyTimeSource::Import] {
                let mut all = KeyTimes::new();
                assert!(all.write(key_time(Detected, 5, first)));
                assert!(!all.write(key_time(Detected, 1, second)));
                assert_eq!(all.get(Detected), Some(&key_time(Detected, 5, first)));
            }
        }
    }

    #[test]
    fn a_person_always_corrects_and_no_machine_corrects_a_person() {
        use KeyTimeKind::Detected;
        let mut all = KeyTimes::new();
        all.write(key_time(Detected, 5, KeyTimeSource::Alert));
        assert!(all.write(key_time(Detected, 3, KeyTimeSource::Manual)));
        assert!(all.write(key_time(Detected, 4, KeyTimeSource::Manual)));
        assert!(!all.write(key_time(Detected, 9, KeyTimeSource::Alert)));
        assert_eq!(all.get(Detected).unwrap().at, key_time(Detected, 4, KeyTimeSource::Manual).at);
        assert_eq!(all.superseded().len(), 2, "what was replaced is kept");
    }

    #[test]
    fn superseding_leaves_a_gap_and_keeps_what_was() {
        use KeyTimeKind::Recovered;
        let mut all: KeyTimes = [key_time(Recovered, 7, KeyTimeSource::Status)].into_iter().collect();
        all.supersede(Recovered);
        assert!(!all.has(Recovered));
        assert_eq!(all.superseded(), [key_time(Recovered, 7, KeyTimeSource::Status)]);
        assert!(all.write(key_time(Recovered, 9, KeyTimeSource::Status)));
    }

    #[test]
    fn an_impossible_order_is_pointed_out() {
        use KeyTimeKind::*;
        let all: KeyTimes = [
            key_time(FailureStarted, 10, KeyTimeSource::Manual),
            key_time(Detected, 5, KeyTimeSource::Alert),
            key_time(Recovered, 20, KeyTimeSource::Status),
        ]
        .into_iter()
        .collect();
        assert_eq!(all.out_of_order(), [(FailureStarted, Detected)]);
    }

    #[test]
    fn it_travels_and_comes_back() {
        let all: KeyTimes = [key_time(KeyTimeKind::Fixed, 1, KeyTimeSource::Import)].into_iter().collect();
        let json = serde_json::to_string(&all).unwrap();
        assert!(json.contains("\"fixed\""), "{json}");
        assert_eq!(serde_json::from_str::<KeyTimes>(&json).unwrap(), all);
    }
}
