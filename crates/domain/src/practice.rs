//! What sets practice and private incidents apart: numbers of their own, no announcement,
//! no place in the figures.

use crate::Series;
use crate::incidents::{Kind, Status, Visibility};

/// The series an incident takes its number from. Practice comes first: a private drill is
/// a drill.
pub const fn series(kind: Kind, visibility: Visibility) -> Series {
    match (kind, visibility) {
        (Kind::Tutorial | Kind::Drill, _) => Series::Try,
        (Kind::Real, Visibility::Private) => Series::Prv,
        (Kind::Real, Visibility::Public) => Series::Inc,
    }
}

/// Whether an incident counts in the company's figures: real, public and over, so that
/// everybody sees the same numbers.
pub const fn is_counted(kind: Kind, visibility: Visibility, status: Status) -> bool {
    matches!(kind, Kind::Real)
        && matches!(visibility, Visibility::Public)
        && matches!(status, Status::Recovered | Status::Closed | Status::Merged)
}

/// Whether an incident is announced to everybody: never practice, never private.
pub const fn is_announced(kind: Kind, visibility: Visibility) -> bool {
    matches!((kind, visibility), (Kind::Real, Visibility::Public))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn practice_has_its_series_whatever_its_visibility() {
        for &visibility in Visibility::ALL {
            assert_eq!(series(Kind::Tutorial, visibility), Series::Try);
            assert_eq!(series(Kind::Drill, visibility), Series::Try);
        }
        assert_eq!(series(Kind::Real, Visibility::Public), Series::Inc);
        assert_eq!(series(Kind::Real, Visibility::Private), Series::Prv);
    }

    #[test]
    fn only_real_public_incidents_count_and_are_announced() {
        for &kind in Kind::ALL {
            for &visibility in Visibility::ALL {
                let ordinary = kind == Kind::Real && visibility == Visibility::Public;
                assert_eq!(is_announced(kind, visibility), ordinary);
                for &status in Status::ALL {
                    let over = [Status::Recovered, Status::Closed, Status::Merged].contains(&status);
                    assert_eq!(is_counted(kind, visibility, status), ordinary && over);
                }
            }
        }
    }
}
