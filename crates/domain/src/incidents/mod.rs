//! The incident: its life cycle, what can be asked of it, and what follows.

pub mod alike;
#[cfg(feature = "zones")]
pub mod baton;
mod command;
#[cfg(feature = "zones")]
pub mod coverage;
mod decide;
mod event;
pub mod links;
mod moment;
mod parts;
mod roles;
mod severity;
pub mod since;
mod state;
mod status;

pub use command::{Command, Declaration, StatedKeyTime};
pub use decide::{decide, declare};
pub use event::Event;
pub use moment::{Moment, Seen, Source};
pub use parts::{
    ActionStatus, Aim, Baton, Engagement, HAND_OFF_PATIENCE, HandOffState, HandOffStatus, ItemState, Named, Part,
    TRIAGE_BOX, TaskState, WaitingHandOff, triage_ends,
};
pub use roles::Role;
pub use severity::{Rank, Severity};
pub use state::{Cause, IncidentState, Kind, Visibility};
pub use status::{Status, Transition, transition};
