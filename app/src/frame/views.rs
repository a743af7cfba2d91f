//! The frame, ready to show.

use chrono::{DateTime, Utc};
use domain::people::ZoneShown;
use domain::zones::{Zone, rfc3339};
use serde::{Deserialize, Serialize};
use store::Frame;

use crate::incidents::declare::DeclareView;
use crate::ui::TimeView;

/// Everything that the frame shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameView {
    /// The company's name.
    pub company: String,
    /// Incidents that are happening and that this person may read.
    pub happening_now: i64,
    /// How many things this person owes.
    pub to_do: i64,
    /// How many notifications this person has not seen.
    pub unread: i64,
    /// The person's name.
    pub person: String,
    /// Whether settings are theirs to change.
    pub is_admin: bool,
    /// Whether the three questions of the first start were answered.
    pub set_up: bool,
    /// Whether the demo story lives here.
    pub demo: bool,
    /// What declaring offers.
    pub declare: DeclareView,
    /// The zone switch.
    pub zone: ZoneView,
}

/// The zone switch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZoneView {
    /// The zone that every time is shown in: `Tokyo`.
    pub city: String,
    /// The present moment in it.
    pub now: TimeView,
    /// How many minutes its clocks are ahead of UTC now, for the clock that ticks.
    pub ahead: i64,
    /// The present moment for the ticking, in seconds since 1970.
    pub now_seconds: i64,
    /// What can be chosen.
    pub choices: Vec<ZoneChoice>,
}

/// One line of the zone switch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZoneChoice {
    /// The code that is sent.
    pub code: String,
    /// `Mine, Tokyo (JST)`.
    pub label: String,
    /// The time of day there.
    pub clock: String,
    /// Whether it is the one that is shown.
    pub current: bool,
}

impl FrameView {
    /// Puts a frame into words.
    pub fn of(frame: Frame, now: DateTime<Utc>) -> Self {
        let zone = |name: &str| Zone::parse(name).unwrap_or(Zone::UTC);
        let zones = [
            (ZoneShown::Mine, zone(&frame.zone)),
            (ZoneShown::Company, zone(&frame.company_zone)),
            (ZoneShown::Utc, Zone::UTC),
        ];
        let shown = zones.iter().find(|(code, _)| *code == frame.zone_shown).map_or(Zone::UTC, |(_, zone)| *zone);
        Self {
            company: frame.company_name,
            happening_now: frame.happening_now,
            to_do: frame.to_do,
            unread: frame.unread,
            person: frame.person.name,
            is_admin: frame.is_admin,
            set_up: frame.set_up,
            demo: frame.demo,
            declare: DeclareView::of(frame.phase, frame.private_incidents, frame.has_channel),
            zone: ZoneView {
                city: shown.city(),
                now: TimeView { at: rfc3339(now), text: shown.clock(now) },
                ahead: shown.ahead_of_utc(now).num_minutes(),
                now_seconds: now.timestamp(),
                choices: zones.iter().map(|(code, zone)| choice(*code, zone, frame.zone_shown, now)).collect(),
            },
        }
    }
}

fn choice(code: ZoneShown, zone: &Zone, shown: ZoneShown, now: DateTime<Utc>) -> ZoneChoice {
    let label = match code {
        ZoneShown::Utc => code.word().to_owned(),
        ZoneShown::Mine | ZoneShown::Company => {
            format!("{}, {} ({})", code.word(), zone.city(), zone.abbreviation(now))
        }
    };
    ZoneChoice { code: code.as_str().into(), label, clock: zone.clock(now), current: code == shown }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::PersonId;
    use domain::people::Phase;
    use store::PersonName;

    fn frame(zone_shown: ZoneShown) -> Frame {
        Frame {
            company_name: "Paperkite".into(),
            company_zone: "America/Los_Angeles".into(),
            phase: Phase::One,
            set_up: true,
            demo: true,
            private_incidents: false,
            has_channel: false,
            person: PersonName { id: PersonId::from_uuid(uuid::Uuid::nil()), name: "Curlew".into(), picture_url: None },
            zone: "Asia/Tokyo".into(),
            zone_shown,
            is_admin: false,
            happening_now: 1,
            unread: 0,
            to_do: 0,
        }
    }

    #[test]
    fn each_zone_says_its_name_and_its_time() {
        let now = "2025-11-20T14:44:00Z".parse().unwrap();
        let view = FrameView::of(frame(ZoneShown::Mine), now).zone;
        assert_eq!((view.city.as_str(), view.now.text.as_str(), view.ahead), ("Tokyo", "23:44", 540));
        let lines: Vec<(&str, &str)> = view.choices.iter().map(|c| (c.label.as_str(), c.clock.as_str())).collect();
        assert_eq!(lines, [("Mine, Tokyo (JST)", "23:44"), ("Company, Los Angeles (PST)", "06:44"), ("UTC", "14:44")]);
        assert_eq!(FrameView::of(frame(ZoneShown::Utc), now).zone.city, "UTC");
    }
}
