//! The incident: its life cycle, what can be asked of it, and what follows.

mod command;
mod decide;
mod event;
mod moment;
mod roles;
mod severity;
mod state;
mod status;

pub use command::{Command, Declaration, StatedKeyTime};
pub use decide::{decide, declare};
pub use event::Event;
pub use moment::{Moment, Seen, Source};
pub use roles::Role;
pub use severity::{Rank, Severity};
pub use state::{Cause, IncidentState, Kind, Visibility};
pub use status::{Status, Transition, transition};
