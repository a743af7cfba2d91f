//! Live pages: whatever changes in an incident appears in every open page, on every
//! server that shares the database.
//!
//! A write wakes every server ([`store::Changes`]). Each reads the incident once, makes what
//! changed once for each zone somebody reads in ([`room`]), and hands the same bytes to
//! everybody who looks ([`stream`]), after asking for each whether they still may.

mod colleague;
mod hub;
mod message;
mod room;
mod stream;

pub use hub::Hub;
pub use stream::follow;
