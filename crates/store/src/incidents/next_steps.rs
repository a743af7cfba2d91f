//! What an incident that is over still asks for: one rule for its homepage and for the list.

use domain::incidents::{Cause, Kind, Status};

/// What an incident that is over still asks for. Nothing of it for practice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NextSteps {
    /// Nobody has said when the failure started.
    pub start_missing: bool,
    /// Nobody has said when it was noticed.
    pub detected_missing: bool,
    /// The cause is neither confirmed nor accepted as unknown.
    pub cause_open: bool,
    /// Nobody writes the postmortem.
    pub no_postmortem_owner: bool,
}

/// What is known of an incident, as far as its next steps go.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    pub(super) kind: Kind,
    pub(super) status: Status,
    pub(super) started: bool,
    pub(super) detected: bool,
    pub(super) cause: Cause,
    pub(super) has_postmortem_owner: bool,
}

impl NextSteps {
    /// Which steps are next, from what is known.
    pub(super) fn of(known: &Known) -> Self {
        if known.kind.is_practice() || !known.status.is_over() {
            return Self::default();
        }
        Self {
            start_missing: !known.started,
            detected_missing: !known.detected,
            cause_open: !known.cause.is_settled(),
            no_postmortem_owner: !known.has_postmortem_owner,
        }
    }

    /// How many there are.
    pub fn count(self) -> u8 {
        let steps = [self.start_missing, self.detected_missing, self.cause_open, self.no_postmortem_owner];
        steps.into_iter().map(u8::from).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(kind: Kind, status: Status) -> Known {
        Known { kind, status, started: false, detected: false, cause: Cause::Suspected, has_postmortem_owner: false }
    }

    #[test]
    fn practice_and_what_goes_on_ask_for_nothing() {
        for &kind in Kind::ALL {
            for &status in Status::ALL {
                let steps = NextSteps::of(&known(kind, status)).count();
                assert_eq!(steps > 0, kind == Kind::Real && status.is_over(), "{kind} {status}");
            }
        }
    }

    #[test]
    fn each_answer_is_one_step_less() {
        let asked = known(Kind::Real, Status::Recovered);
        assert_eq!(NextSteps::of(&asked).count(), 4);
        for less in [
            Known { started: true, ..asked },
            Known { detected: true, ..asked },
            Known { cause: Cause::AcceptedUnknown, ..asked },
            Known { has_postmortem_owner: true, ..asked },
        ] {
            assert_eq!(NextSteps::of(&less).count(), 3, "{less:?}");
        }
    }
}
