//! The command menu: one field that finds incidents, people, components, pages, and what
//! can be done in the present incident. With a script it is a dialog (`browser/palette.rs`),
//! without one a page; both show the same.

mod api;
mod commands;
mod page;
mod palette;
mod shortcuts;
mod views;

pub use page::SearchPage;
pub use palette::dialogs;
