//! A mark and a word, always both: told apart without colour and in print.

use domain::incidents::{Kind, Status};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What a badge shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The picture, by the name in `style/ui/icon.css`.
    pub mark: String,
    /// The word beside it.
    pub word: String,
    /// A severity's colour touches the word too; a status keeps the ink.
    pub is_severity: bool,
}

impl Mark {
    /// A severity by its rank (1 is the worst) and the company's own name for it; for
    /// practice, whatever the severity, that it is practice.
    pub fn severity(rank: i16, name: &str, kind: Kind) -> Self {
        let (mark, word) = match (kind, rank) {
            (Kind::Tutorial | Kind::Drill, _) => ("practice", "Practice"),
            (Kind::Real, ..=1) => ("sev1", name),
            (Kind::Real, 2) => ("sev2", name),
            (Kind::Real, _) => ("sev3", name),
        };
        Self { mark: mark.into(), word: word.into(), is_severity: true }
    }

    /// A status: a ring that fills up to the tick; the unusual ends share one.
    pub fn status(status: Status) -> Self {
        let mark = match status {
            Status::Declined | Status::Merged | Status::Cancelled => "ended",
            _ => status.as_str(),
        };
        Self { mark: mark.into(), word: status.word().into(), is_severity: false }
    }
}

/// The badge itself.
pub fn badge(mark: Mark) -> impl IntoView {
    let class = if mark.is_severity { "sev" } else { "status" };
    view! { <span class=class data-mark=mark.mark>{mark.word}</span> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn practice_is_never_taken_for_the_real_thing() {
        assert_eq!(Mark::severity(1, "Sev1", Kind::Drill).word, "Practice");
        assert_eq!(Mark::severity(1, "Sev1", Kind::Real).mark, "sev1");
        assert_eq!(Mark::severity(7, "Trifle", Kind::Real).mark, "sev3");
    }

    #[test]
    fn each_status_has_a_mark_and_its_word() {
        assert_eq!(Mark::status(Status::Monitoring).mark, "monitoring");
        assert_eq!(Mark::status(Status::Merged).mark, "ended");
        assert_eq!(Mark::status(Status::Merged).word, "Merged");
    }
}
