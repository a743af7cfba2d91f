//! Words that change while one looks: the same on the server, which writes them first,
//! and in the browser, which goes on.

use chrono::TimeDelta;
use domain::elapsed::humane;

/// How long something has been going on, from seconds.
pub fn since(seconds: i64) -> String {
    humane(TimeDelta::seconds(seconds.max(0)))
}

/// How soon something is due, or how late it is, from seconds (negative when late), and
/// the code of its colour: nothing, `soon` in the last five minutes, `late`.
pub fn until(seconds: i64) -> (String, &'static str) {
    let words = humane(TimeDelta::seconds(seconds.abs()));
    match seconds {
        ..0 => (format!("{words} late"), "late"),
        0..=300 => (format!("in {words}"), "soon"),
        _ => (format!("in {words}"), ""),
    }
}

/// The time of day, `23:44`, in a zone that is so many minutes ahead of UTC.
#[cfg(any(feature = "hydrate", test))]
pub fn clock(unix_seconds: i64, ahead: i64) -> String {
    let minutes = (unix_seconds.div_euclid(60) + ahead).rem_euclid(24 * 60);
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_promise_is_soon_and_then_late() {
        assert_eq!(until(900), ("in 15 min".into(), ""));
        assert_eq!(until(240), ("in 4 min".into(), "soon"));
        assert_eq!(until(20), ("in under 1 min".into(), "soon"));
        assert_eq!(until(-360), ("6 min late".into(), "late"));
    }

    #[test]
    fn the_clock_goes_over_midnight_both_ways() {
        let at = 1_763_649_840; // 2025-11-20T14:44:00Z
        assert_eq!(clock(at, 0), "14:44");
        assert_eq!(clock(at, 540), "23:44");
        assert_eq!(clock(at, 600), "00:44");
        assert_eq!(clock(at, -15 * 60), "23:44");
    }
}
