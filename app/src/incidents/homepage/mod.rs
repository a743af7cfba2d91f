//! The incident homepage, to read.

mod components;
mod page;
mod situation;
mod views;

pub use page::HomepagePage;
pub use views::HomepageView;
