//! Action items: what is to be done after incidents, as a plain list.

mod api;
mod page;
mod views;

pub use page::{ActionPage, ActionsPage};
