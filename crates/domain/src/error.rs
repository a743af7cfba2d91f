//! Why something is refused.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::incidents::{HandOffStatus, Role, Status};
use crate::key_times::KeyTimeKind;

/// The answer to a command or an input that cannot be followed.
///
/// It travels: a stable [`code`](Refusal::code) and parameters that are safe to show to
/// whoever asked (words of our own and numbers; never what somebody wrote, never what the
/// asker may not see). [`Display`](fmt::Display) is one English sentence that says why
/// and, where there is one, the way forward.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Refusal {
    /// The life cycle has no such step.
    NotAllowedNow {
        /// The status it has.
        from: Status,
        /// The status that was asked for.
        to: Status,
    },
    /// It has that status already.
    SameStatus {
        /// The status it has.
        status: Status,
    },
    /// It ended; the only way on is to re-open it or to undo the end, with a reason.
    AlreadyEnded {
        /// The status it has.
        status: Status,
    },
    /// It has not ended, so it cannot come back.
    NothingToReopen {
        /// The status it has.
        status: Status,
    },
    /// The step needs a reason that somebody can understand later.
    ReasonTooShort {
        /// The fewest characters.
        least: u32,
    },
    /// Merging needs the incident that it goes on in.
    TargetMissing,
    /// An incident cannot be merged into itself.
    MergesIntoItself,
    /// The target is, over some steps, merged into this one.
    MergeCycle,
    /// Guarded rules are still owed.
    GuardedOwed {
        /// What is owed, in the order of the policy.
        rules: Vec<RuleRef>,
    },
    /// What was asked for is what it is already.
    Unchanged {
        /// The field.
        field: Cow<'static, str>,
    },
    /// Nobody holds the role that was to end.
    NobodyHoldsRole {
        /// The role.
        role: Role,
    },
    /// This key time comes with something that is not true of the incident yet: that it is
    /// over, that it is closed, that its cause is settled.
    KeyTimeTooEarly {
        /// The key time.
        kind: KeyTimeKind,
    },
    /// A next update cannot be promised for an incident that is over.
    NoNextUpdateWhenOver,
    /// There is no such thing, or the asker may not know that there is.
    NotFound,
    /// The asker may not do this.
    NotAllowed,
    /// Private incidents are switched off.
    PrivateIncidentsOff,
    /// There must be an admin.
    LastAdmin,
    /// An input cannot be read.
    Invalid {
        /// The field.
        field: Cow<'static, str>,
        /// What is wrong with it.
        why: Why,
    },
    /// Somebody else has that name or address.
    Taken {
        /// The field.
        field: Cow<'static, str>,
    },
    /// Somebody else changed the field since the asker looked.
    Conflict {
        /// The field.
        field: Cow<'static, str>,
    },
    /// The request id was used before, for something else.
    RequestReused,
    /// The incident is private, and the person who is named is not invited.
    NotInvited,
    /// The person who is named cannot sign in any more.
    Deactivated,
    /// What the software noted stays as it was noted.
    NotWritten,
    /// The hand-off was answered, taken back, or came back by itself.
    HandOffEnded {
        /// How it ended.
        how: HandOffStatus,
    },
    /// Another hand-off waits for an answer.
    HandOffWaits,
    /// Only whoever was asked can answer.
    NotAskedOfYou,
    /// Only the lead can hand off.
    NotTheLead,
    /// The lead, and whoever has a role, take part.
    AlwaysThere,
    /// Whoever reported it takes part, whatever else they do.
    ReporterStays,
    /// A promoted task goes on as an action item.
    PromotedAlready,
    /// Only an incident that is over, with a cause that is not settled, has additional triage.
    NothingToTriage,
}

/// A rule of a policy, as a refusal names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleRef {
    /// The rule's own words, from a published policy.
    pub name: String,
    /// The paragraph of the policy, as its address ends.
    pub paragraph: String,
}

/// What is wrong with one input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Why {
    /// Nothing that can be seen.
    Empty,
    /// Too few characters.
    TooShort {
        /// The fewest.
        least: u32,
    },
    /// Too many characters.
    TooLong {
        /// The most.
        most: u32,
    },
    /// A control character, NUL among them.
    ControlCharacter,
    /// More accents on one letter than any language has.
    TooManyMarks,
    /// Not an e-mail address.
    NotAnEmail,
    /// Not an http or https address.
    NotAWebAddress,
    /// A web address with a user name or password inside.
    AddressWithPassword,
    /// Not an id.
    NotAnId,
    /// Not a reference such as INC-6.
    NotAReference,
    /// Not a name or an id of a Slack channel.
    NotAChannel,
    /// Not one of the known values.
    NotKnown,
    /// Not a number.
    NotANumber,
    /// A number outside its range.
    OutOfRange {
        /// The least.
        least: i64,
        /// The greatest.
        most: i64,
    },
    /// Not a date or a time.
    NotATime,
    /// Not an IANA time zone.
    NotAZone,
    /// The clocks skipped this local time.
    Skipped,
    /// The clocks showed this local time twice.
    Twice,
    /// After the present moment.
    InTheFuture,
    /// Not after the present moment.
    InThePast,
}

impl Refusal {
    /// An input that cannot be read.
    pub fn invalid(field: impl Into<Cow<'static, str>>, why: Why) -> Self {
        Self::Invalid { field: field.into(), why }
    }

    /// A field that somebody else changed meanwhile.
    pub fn conflict(field: impl Into<Cow<'static, str>>) -> Self {
        Self::Conflict { field: field.into() }
    }

    /// A name or address that is in use.
    pub fn taken(field: impl Into<Cow<'static, str>>) -> Self {
        Self::Taken { field: field.into() }
    }

    /// A change that changes nothing.
    pub fn unchanged(field: impl Into<Cow<'static, str>>) -> Self {
        Self::Unchanged { field: field.into() }
    }

    /// The stable code; the same as the tag it travels with.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotAllowedNow { .. } => "not_allowed_now",
            Self::SameStatus { .. } => "same_status",
            Self::AlreadyEnded { .. } => "already_ended",
            Self::NothingToReopen { .. } => "nothing_to_reopen",
            Self::ReasonTooShort { .. } => "reason_too_short",
            Self::TargetMissing => "target_missing",
            Self::MergesIntoItself => "merges_into_itself",
            Self::MergeCycle => "merge_cycle",
            Self::GuardedOwed { .. } => "guarded_owed",
            Self::Unchanged { .. } => "unchanged",
            Self::NobodyHoldsRole { .. } => "nobody_holds_role",
            Self::KeyTimeTooEarly { .. } => "key_time_too_early",
            Self::NoNextUpdateWhenOver => "no_next_update_when_over",
            Self::NotFound => "not_found",
            Self::NotAllowed => "not_allowed",
            Self::PrivateIncidentsOff => "private_incidents_off",
            Self::LastAdmin => "last_admin",
            Self::Invalid { .. } => "invalid",
            Self::Taken { .. } => "taken",
            Self::Conflict { .. } => "conflict",
            Self::RequestReused => "request_reused",
            Self::NotInvited => "not_invited",
            Self::Deactivated => "deactivated",
            Self::NotWritten => "not_written",
            Self::HandOffEnded { .. } => "hand_off_ended",
            Self::HandOffWaits => "hand_off_waits",
            Self::NotAskedOfYou => "not_asked_of_you",
            Self::NotTheLead => "not_the_lead",
            Self::AlwaysThere => "always_there",
            Self::ReporterStays => "reporter_stays",
            Self::PromotedAlready => "promoted_already",
            Self::NothingToTriage => "nothing_to_triage",
        }
    }

    /// The field it is about, for the message beside that field.
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Invalid { field, .. }
            | Self::Taken { field }
            | Self::Conflict { field }
            | Self::Unchanged { field } => Some(field),
            Self::ReasonTooShort { .. } => Some("reason"),
            Self::TargetMissing | Self::MergesIntoItself | Self::MergeCycle => Some("target"),
            Self::NoNextUpdateWhenOver => Some("next_update_due_at"),
            Self::NotInvited | Self::Deactivated => Some("person"),
            _ => None,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAllowedNow { from, to } if !from.is_open() && to.is_active() => {
                write!(f, "It is {from}. It comes back as Investigating first, with a reason.")
            }
            Self::NotAllowedNow { from, to: Status::Declined } => {
                write!(f, "It is {from}, so it was taken on. Cancel it instead, and say why.")
            }
            Self::NotAllowedNow { from, to } => {
                write!(f, "It is {from} and cannot become {to} from there.")
            }
            Self::SameStatus { status } => write!(f, "It is {status} already."),
            Self::AlreadyEnded { status } => {
                write!(f, "It is {status}. Re-open it first, and say why.")
            }
            Self::NothingToReopen { status } => {
                write!(f, "It is {status} and goes on, so there is nothing to re-open.")
            }
            Self::ReasonTooShort { least } => {
                write!(f, "Say why in at least {least} characters, so that it can be understood later.")
            }
            Self::TargetMissing => f.write_str("Say which incident it is merged into."),
            Self::MergesIntoItself => f.write_str("An incident cannot be merged into itself."),
            Self::MergeCycle => f.write_str("That incident is itself merged into this one, so neither would go on."),
            Self::GuardedOwed { rules } => {
                let names: Vec<&str> = rules.iter().map(|rule| rule.name.as_str()).collect();
                write!(f, "It can be closed when this is done: {}.", names.join("; "))
            }
            Self::Unchanged { field } => write!(f, "The {} is that already.", spoken(field)),
            Self::NobodyHoldsRole { role } => write!(f, "Nobody has the role {role}."),
            Self::KeyTimeTooEarly { kind } => write!(
                f,
                "The time “{kind}” is written down when it happens in the incident. Then it can be corrected."
            ),
            Self::NoNextUpdateWhenOver => f.write_str("The incident is over, so there is no next update to promise."),
            Self::NotFound => f.write_str("There is nothing here, or it is not for you to see."),
            Self::NotAllowed => f.write_str("You may not do this."),
            Self::PrivateIncidentsOff => {
                f.write_str("Private incidents are switched off. An admin can switch them on in the settings.")
            }
            Self::LastAdmin => f.write_str("Somebody has to be admin. Make somebody else admin first."),
            Self::Invalid { field, why } => write!(f, "The {}: {why}", spoken(field)),
            Self::Taken { field } => write!(f, "The {} is in use already.", spoken(field)),
            Self::Conflict { field } => write!(
                f,
                "Somebody else changed the {} while you were looking. Look again before you change it.",
                spoken(field)
            ),
            Self::RequestReused => {
                f.write_str("This request was sent before with other contents. Load the page again.")
            }
            Self::NotInvited => f.write_str("This incident is private and they are not invited. Invite them first."),
            Self::Deactivated => f.write_str("They cannot sign in any more. Choose somebody else."),
            Self::NotWritten => {
                f.write_str("This was noted by the software and stays as it was. Hide it, or write a note beside it.")
            }
            Self::HandOffEnded { how } => write!(f, "This hand-off is {how} already."),
            Self::HandOffWaits => {
                f.write_str("A hand-off waits for its answer. Take it back before you offer another.")
            }
            Self::NotAskedOfYou => f.write_str("Only whoever was asked can answer. You can take the lead instead."),
            Self::NotTheLead => f.write_str("Only the lead can hand off. Take the lead first."),
            Self::AlwaysThere => {
                f.write_str("The lead, and whoever has a role, take part as long as they have it. Give it away first.")
            }
            Self::ReporterStays => {
                f.write_str("Whoever reported an incident always takes part in it: what they saw belongs to it.")
            }
            Self::PromotedAlready => f.write_str("This task goes on as an action item already."),
            Self::NothingToTriage => {
                f.write_str("Additional triage is for an incident that is over and whose cause is not settled.")
            }
        }
    }
}

impl std::error::Error for Refusal {}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("write something."),
            Self::TooShort { least } => write!(f, "at least {least} characters."),
            Self::TooLong { most } => write!(f, "at most {most} characters."),
            Self::ControlCharacter => f.write_str("it contains a character that cannot be shown."),
            Self::TooManyMarks => f.write_str("it has too many marks on one letter."),
            Self::NotAnEmail => f.write_str("this is not an e-mail address."),
            Self::NotAWebAddress => f.write_str("write an address that begins with https:// or http://."),
            Self::AddressWithPassword => {
                f.write_str("leave the user name and password out of the address; everybody will see it.")
            }
            Self::NotAnId => f.write_str("this is not an id."),
            Self::NotAReference => f.write_str("write a reference such as INC-6."),
            Self::NotAChannel => f.write_str("write a channel as Slack does: small letters, digits, hyphens."),
            Self::NotKnown => f.write_str("this is not one of the choices."),
            Self::NotANumber => f.write_str("write a number."),
            Self::OutOfRange { least, most } => write!(f, "from {least} to {most}."),
            Self::NotATime => f.write_str("write a date and a time."),
            Self::NotAZone => f.write_str("write a time zone such as Asia/Tokyo."),
            Self::Skipped => f.write_str("the clocks skipped this time; choose another."),
            Self::Twice => f.write_str("the clocks showed this time twice; say which one."),
            Self::InTheFuture => f.write_str("this moment has not come yet."),
            Self::InThePast => f.write_str("this moment has passed already."),
        }
    }
}

/// A field's name as it is said: `next_update_due_at` has no underscores when spoken.
fn spoken(field: &str) -> String {
    field.replace('_', " ")
}
