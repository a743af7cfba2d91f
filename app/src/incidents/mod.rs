//! Incidents, to read: the list and the homepage.

mod filters;

#[cfg(feature = "ssr")]
mod api;
#[cfg(feature = "ssr")]
mod homepage;
#[cfg(feature = "ssr")]
mod list;

pub use filters::ListFilters;

#[cfg(feature = "ssr")]
pub use self::{
    homepage::{HomepagePage, HomepageView},
    list::{ListPage, ListView},
};
