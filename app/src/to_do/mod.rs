//! To do: one list of whatever I owe.

mod api;
mod page;
mod rail;
mod views;

pub use page::ToDoPage;
pub use rail::ToDoRail;
