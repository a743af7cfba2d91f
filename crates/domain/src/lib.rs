//! Facts and decisions of incident management.
//!
//! Everything here is pure: no I/O, no clock, no HTML. Time comes in as a value
//! ([`incidents::Moment`]), a decision goes out as events or as a [`Refusal`], and every
//! rule can be tried with plain values. The same code runs on the server and in the
//! browser; only the tables of time zones (feature `zones`) stay on the server.
//!
//! Where to start reading: [`incidents::transition`] is the life cycle of an incident,
//! [`incidents::decide`] is what a command does to one, [`clocks`] is what is measured.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

#[macro_use]
mod codes;

pub mod access;
mod action_reference;
pub mod announcements;
pub mod clocks;
pub mod elapsed;
mod error;
mod ids;
pub mod incidents;
pub mod key_times;
pub mod notifications;
pub mod people;
pub mod practice;
pub mod text;
pub mod to_do;

#[cfg(feature = "zones")]
pub mod calendars;
#[cfg(feature = "zones")]
pub mod zones;

pub use access::{Actor, System, Viewer};
pub use action_reference::{ActionReference, ActionSeries};
pub use error::{Refusal, RuleRef, Why};
pub use ids::{
    ActionItemId, ComponentId, HandOffId, IncidentId, KeyTimeId, LinkId, NotificationId, PersonId, Reference,
    RequestId, RoleId, Series, SeverityId, TagId, TaskId, TimelineItemId, UpdateId,
};
