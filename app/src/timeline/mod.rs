//! The timeline of an incident, to read.

mod page;
mod sentences;
mod views;

pub use page::timeline;
pub use views::{DayView, days};
