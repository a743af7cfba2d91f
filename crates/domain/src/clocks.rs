//! Clocks: intervals between key times. They are derived whenever somebody looks and never
//! stored, so every number follows a correction. A missing edge gives no number.

use chrono::{DateTime, TimeDelta, Utc};

use crate::incidents::Status;
use crate::key_times::{KeyTimeKind, KeyTimes};

codes! {
    /// The clocks: five that everybody measures, and four that nobody measures but everybody
    /// hates paying for.
    pub enum Clock of "clock" {
        /// Detect: detected − failure started.
        Ttd = "ttd", "TTD";
        /// Engage: engaged − detected.
        Tte = "tte", "TTE";
        /// Fix: recovered − engaged.
        Ttf = "ttf", "TTF";
        /// Recover: recovered − failure started = TTD + TTE + TTF.
        Ttr = "ttr", "TTR";
        /// Between failures: failure started − the previous incident's recovered.
        Tbf = "tbf", "TBF";
        /// Triage: cause settled − recovered; nothing if it was settled earlier.
        Ttt = "ttt", "TTT";
        /// Learn: learned − recovered.
        Ttl = "ttl", "TTL";
        /// Improve: last chosen action done − actions chosen.
        Tti = "tti", "TTI";
        /// Prepare: first draft of a policy change → published → 90 % of the team ready.
        Ttp = "ttp", "TTP";
    }
}

impl Clock {
    /// What it measures, in a few words.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Ttd => "time to detect",
            Self::Tte => "time to engage",
            Self::Ttf => "time to fix",
            Self::Ttr => "time to recover",
            Self::Tbf => "time between failures",
            Self::Ttt => "time to triage",
            Self::Ttl => "time to learn",
            Self::Tti => "time to improve",
            Self::Ttp => "time to prepare",
        }
    }

    /// The edges, from and to.
    pub const fn edges(self) -> (Edge, Edge) {
        use KeyTimeKind::*;
        match self {
            Self::Ttd => (Edge::KeyTime(FailureStarted), Edge::KeyTime(Detected)),
            Self::Tte => (Edge::KeyTime(Detected), Edge::KeyTime(Engaged)),
            Self::Ttf => (Edge::KeyTime(Engaged), Edge::KeyTime(Recovered)),
            Self::Ttr => (Edge::KeyTime(FailureStarted), Edge::KeyTime(Recovered)),
            Self::Tbf => (Edge::PreviousRecovery, Edge::KeyTime(FailureStarted)),
            Self::Ttt => (Edge::KeyTime(Recovered), Edge::KeyTime(CauseSettled)),
            Self::Ttl => (Edge::KeyTime(Recovered), Edge::KeyTime(Learned)),
            Self::Tti => (Edge::KeyTime(ActionsChosen), Edge::KeyTime(LastActionDone)),
            Self::Ttp => (Edge::PolicyDraft, Edge::TeamReady),
        }
    }

    /// Whether it goes on while an incident with this status lacks its second edge: the
    /// recovery clocks while it is open, the others once it is over. Detecting is in the
    /// past as soon as there is an incident.
    const fn runs(self, status: Status) -> bool {
        match self {
            Self::Ttd | Self::Tbf | Self::Ttp => false,
            Self::Tte | Self::Ttf | Self::Ttr => status.is_open(),
            Self::Ttt | Self::Ttl | Self::Tti => status.is_over(),
        }
    }
}

/// One end of a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Edge {
    /// A key time of the incident.
    KeyTime(KeyTimeKind),
    /// The recovery of the incident before this one, under the same filter.
    PreviousRecovery,
    /// The first draft of a policy change.
    PolicyDraft,
    /// The moment at which 90 % of the team are ready.
    TeamReady,
}

/// What a clock shows. Known times that contradict each other give a negative interval, and
/// [`KeyTimes::out_of_order`] names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClockReading {
    /// Both edges are known.
    Known(TimeDelta),
    /// It began and goes on.
    Running(TimeDelta),
    /// These edges are missing: there is no number, and never zero.
    Missing(Vec<Edge>),
}

impl ClockReading {
    /// The interval, once it has ended.
    pub const fn known(&self) -> Option<TimeDelta> {
        match self {
            Self::Known(interval) => Some(*interval),
            Self::Running(_) | Self::Missing(_) => None,
        }
    }
}

/// Reads a clock of one incident. TBF and TTP have edges outside of it: read them with
/// [`between_failures`] and [`prepare`]; here those edges are missing.
pub fn clock(kind: Clock, key_times: &KeyTimes, status: Status, now: DateTime<Utc>) -> ClockReading {
    let (from, to) = kind.edges();
    let at = |edge| match edge {
        Edge::KeyTime(kind) => key_times.at(kind),
        Edge::PreviousRecovery | Edge::PolicyDraft | Edge::TeamReady => None,
    };
    let still = kind.runs(status).then_some(now);
    let reading = read((from, at(from)), (to, at(to)), still);
    match reading {
        ClockReading::Known(interval) if kind == Clock::Ttt => ClockReading::Known(interval.max(TimeDelta::zero())),
        reading => reading,
    }
}

/// TBF: from the previous incident's recovery to this failure's start.
pub fn between_failures(key_times: &KeyTimes, previous_recovered: Option<DateTime<Utc>>) -> ClockReading {
    let (from, to) = Clock::Tbf.edges();
    read((from, previous_recovered), (to, key_times.at(KeyTimeKind::FailureStarted)), None)
}

/// TTP: from the first draft of a policy change until 90 % of the team are ready.
pub fn prepare(drafted: Option<DateTime<Utc>>, team_ready: Option<DateTime<Utc>>) -> ClockReading {
    let (from, to) = Clock::Ttp.edges();
    read((from, drafted), (to, team_ready), None)
}

type At = (Edge, Option<DateTime<Utc>>);

fn read(from: At, to: At, still: Option<DateTime<Utc>>) -> ClockReading {
    match (from, to, still) {
        ((_, Some(from)), (_, Some(to)), _) => ClockReading::Known(to - from),
        ((_, Some(from)), (_, None), Some(now)) => ClockReading::Running((now - from).max(TimeDelta::zero())),
        _ => {
            let missing = [from, to].into_iter().filter(|(_, at)| at.is_none());
            ClockReading::Missing(missing.map(|(edge, _)| edge).collect())
        }
    }
}

/// A part of a clock between two key times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Where it begins.
    pub from: KeyTimeKind,
    /// Where it ends.
    pub to: KeyTimeKind,
    /// How long it is.
    pub length: TimeDelta,
}

/// TTF in its parts: split at identified and at fixed, where they are known and lie in
/// order. Empty without both edges; the lengths add up to TTF.
pub fn fix_segments(key_times: &KeyTimes) -> Vec<Segment> {
    use KeyTimeKind::*;
    segments(key_times, &[Engaged, Identified, Fixed, Recovered])
}

/// TTL in its parts: prepare (until the postmortem is in review), session, spread.
pub fn learn_segments(key_times: &KeyTimes) -> Vec<Segment> {
    use KeyTimeKind::*;
    segments(key_times, &[Recovered, PostmortemReady, SessionHeld, Learned])
}

fn segments(key_times: &KeyTimes, along: &[KeyTimeKind]) -> Vec<Segment> {
    let known = |kind: &KeyTimeKind| key_times.at(*kind).map(|at| (*kind, at));
    let Some((first, last)) = along.first().and_then(known).zip(along.last().and_then(known)) else {
        return Vec::new();
    };
    let mut points = vec![first];
    for kind in &along[1..along.len() - 1] {
        let previous = points[points.len() - 1].1;
        points.extend(known(kind).filter(|(_, at)| previous <= *at && *at <= last.1));
    }
    points.push(last);
    points.windows(2).map(|pair| Segment { from: pair[0].0, to: pair[1].0, length: pair[1].1 - pair[0].1 }).collect()
}

/// How long an incident lasts or lasted, for a list: from the failure's start or, when that
/// is missing, from the report; `since` says which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Length {
    /// The length.
    pub elapsed: TimeDelta,
    /// What it is counted from.
    pub since: KeyTimeKind,
    /// Whether it goes on.
    pub running: bool,
}

/// The length of an incident; none when its end is missing.
pub fn length(key_times: &KeyTimes, status: Status, now: DateTime<Utc>) -> Option<Length> {
    let (since, from) = [KeyTimeKind::FailureStarted, KeyTimeKind::Reported]
        .into_iter()
        .find_map(|kind| key_times.at(kind).map(|at| (kind, at)))?;
    let running = status.is_open();
    let until = if running { now } else { key_times.at(KeyTimeKind::Recovered)? };
    Some(Length { elapsed: (until - from).max(TimeDelta::zero()), since, running })
}

/// Intervals of several incidents, shortest first: every one is a dot, and the middle one is
/// the median. There is no mean: one long incident would be all that it shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sample(Vec<TimeDelta>);

impl Sample {
    /// Takes them in any order.
    pub fn new(intervals: impl IntoIterator<Item = TimeDelta>) -> Self {
        let mut all: Vec<TimeDelta> = intervals.into_iter().collect();
        all.sort_unstable();
        Self(all)
    }

    /// Each of them, shortest first.
    pub fn dots(&self) -> &[TimeDelta] {
        &self.0
    }

    /// How many.
    pub fn n(&self) -> usize {
        self.0.len()
    }

    /// The middle one; between the two middle ones when they are even in number.
    pub fn median(&self) -> Option<TimeDelta> {
        let n = self.n();
        let upper = *self.0.get(n / 2)?;
        if n % 2 == 1 {
            return Some(upper);
        }
        let lower = self.0[n / 2 - 1];
        Some(lower + (upper - lower) / 2)
    }

    /// Whether there are enough to say that something went up or down: five.
    pub fn shows_trend(&self) -> bool {
        self.n() >= 5
    }
}
