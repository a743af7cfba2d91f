//! The zones one can choose.

use domain::zones::Zone;

use crate::ui::Choice;

/// Names that the tables keep for old programs: they say a country or an offset where a
/// person looks for a city.
const OLD: [&str; 13] = [
    "Etc/",
    "US/",
    "Canada/",
    "Brazil/",
    "Chile/",
    "Mexico/",
    "SystemV/",
    "America/Argentina/ComodRivadavia",
    "Asia/Calcutta",
    "Asia/Katmandu",
    "Asia/Rangoon",
    "Asia/Saigon",
    "Europe/Kiev",
];

/// Every zone of a city, and UTC. One that is `chosen` is there whatever its name.
pub fn zones(chosen: &str) -> Vec<Choice> {
    let cities = Zone::all()
        .map(|zone| zone.name())
        .filter(|name| *name == chosen || (name.contains('/') && !OLD.iter().any(|old| name.starts_with(old))));
    let utc = (chosen != "UTC").then_some("UTC");
    utc.into_iter().chain(cities).map(|name| Choice::new(name, name.replace('_', " "))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_city_once_and_what_was_chosen() {
        let names: Vec<String> = zones("US/Pacific").into_iter().map(|choice| choice.value).collect();
        for name in ["UTC", "Asia/Tokyo", "America/Los_Angeles", "America/Argentina/Buenos_Aires", "US/Pacific"] {
            assert_eq!(names.iter().filter(|known| *known == name).count(), 1, "{name}");
        }
        assert!(!names.iter().any(|name| name == "US/Eastern" || name == "EST" || name.starts_with("Etc/")));
        assert_eq!(zones("UTC").iter().filter(|choice| choice.value == "UTC").count(), 1);
    }
}
