//! The incident list.

mod filter_form;
mod groups;
mod incident;
mod page;
mod query;
mod rows;
mod sentence;
mod views;

pub use page::{ListPage, list_view};
pub use query::ListQuery;
pub use views::ListView;
