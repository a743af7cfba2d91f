//! Intervals as people read them, and their place on the scale of the list.

use chrono::TimeDelta;

/// An interval in at most two units: `under 1 min`, `12 min`, `1 h 48 min`, `9 h`,
/// `3 d 2 h`. What is left over is cut off, as on a clock. A negative one, from key times
/// that contradict each other, keeps its sign.
pub fn humane(interval: TimeDelta) -> String {
    let minutes = interval.num_minutes();
    let sign = if minutes < 0 { "−" } else { "" };
    let minutes = minutes.unsigned_abs();
    let (days, hours, rest) = (minutes / (24 * 60), minutes / 60 % 24, minutes % 60);
    let two = |a: u64, unit: &str, b: u64, smaller: &str| match b {
        0 => format!("{sign}{a} {unit}"),
        _ => format!("{sign}{a} {unit} {b} {smaller}"),
    };
    match (days, hours, rest) {
        (0, 0, 0) => "under 1 min".to_owned(),
        (0, 0, _) => format!("{sign}{rest} min"),
        (0, ..) => two(hours, "h", rest, "min"),
        _ => two(days, "d", hours, "h"),
    }
}

/// Where an interval ends on the list's bar: 0 is one minute or less, 100 is a week or
/// more, and equal factors are equal lengths. One decimal.
pub fn bar_position(interval: TimeDelta) -> f64 {
    const WEEK: f64 = 7.0 * 24.0 * 60.0;
    let minutes = (interval.num_seconds() as f64 / 60.0).clamp(1.0, WEEK);
    (minutes.ln() / WEEK.ln() * 1000.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn minutes(text: &str) -> TimeDelta {
        let words: Vec<&str> = text.split(' ').collect();
        let total = words.chunks(2).map(|pair| {
            let n: i64 = pair[0].parse().unwrap();
            n * match pair[1] {
                "d" => 24 * 60,
                "h" => 60,
                "min" => 1,
                other => panic!("{other}"),
            }
        });
        TimeDelta::minutes(total.sum())
    }

    #[test]
    fn intervals_read_as_in_the_list() {
        for text in [
            "1 min",
            "12 min",
            "26 min",
            "55 min",
            "1 h",
            "1 h 4 min",
            "1 h 48 min",
            "5 h 20 min",
            "9 h",
            "23 h 59 min",
            "1 d",
            "2 d 3 h",
            "3 d 2 h",
            "400 d 23 h",
        ] {
            assert_eq!(humane(minutes(text)), text);
        }
        assert_eq!(humane(TimeDelta::zero()), "under 1 min");
        assert_eq!(humane(TimeDelta::seconds(59)), "under 1 min");
        assert_eq!(humane(TimeDelta::seconds(-59)), "under 1 min");
        assert_eq!(humane(TimeDelta::seconds(119)), "1 min");
        assert_eq!(humane(minutes("3 d 2 h") + TimeDelta::minutes(59)), "3 d 2 h");
        assert_eq!(humane(TimeDelta::minutes(-3)), "−3 min");
        assert_eq!(humane(TimeDelta::minutes(-108)), "−1 h 48 min");
    }

    #[test]
    fn bars_have_the_lengths_of_the_list() {
        let drawn = [
            ("1 min", 0.0),
            ("11 min", 26.0),
            ("14 min", 28.6),
            ("17 min", 30.7),
            ("26 min", 35.3),
            ("33 min", 37.9),
            ("38 min", 39.5),
            ("41 min", 40.3),
            ("44 min", 41.1),
            ("52 min", 42.9),
            ("55 min", 43.5),
            ("1 h", 44.4),
            ("1 h 4 min", 45.1),
            ("1 h 10 min", 46.1),
            ("1 h 32 min", 49.1),
            ("1 h 48 min", 50.8),
            ("2 h 5 min", 52.4),
            ("5 h 20 min", 62.6),
            ("9 h", 68.3),
            ("2 d 3 h", 87.1),
            ("7 d", 100.0),
            ("30 d", 100.0),
        ];
        for (text, position) in drawn {
            assert_eq!(bar_position(minutes(text)), position, "{text}");
        }
        // Written "3 d 2 h": what is left over still counts for the bar.
        assert_eq!(bar_position(minutes("3 d 2 h") + TimeDelta::minutes(35)), 91.2);
        assert_eq!(bar_position(TimeDelta::seconds(-5)), 0.0);
    }

    proptest! {
        #[test]
        fn a_longer_interval_has_no_shorter_bar(a in any::<i32>(), b in any::<i32>()) {
            let (shorter, longer) = (a.min(b), a.max(b));
            let position = |seconds: i32| bar_position(TimeDelta::seconds(seconds.into()));
            prop_assert!(position(shorter) <= position(longer));
            prop_assert!((0.0..=100.0).contains(&position(a)));
        }

        #[test]
        fn every_interval_can_be_written(milliseconds in any::<i64>()) {
            if let Some(interval) = TimeDelta::try_milliseconds(milliseconds) {
                prop_assert!(!humane(interval).is_empty());
            }
        }
    }
}
