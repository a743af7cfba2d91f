//! The timeline of an incident: curated, so that each item can be edited, hidden and shown
//! again, and says where it is from. Beside it the activity log, which nobody can change.

mod activity;
mod api;
mod changes;
mod deeds;
mod difference;
mod item;
mod only;
mod page;
mod provenance;
mod sentences;
mod time_field;
pub mod typed_time;
mod views;

pub use activity::ActivityPage;
pub use api::Asked;
pub use item::item_html;
pub use page::TimelineView;
pub use provenance::ItemPage;
pub use time_field::TimeField;
pub use views::{DayView, anchor};
