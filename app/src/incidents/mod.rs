//! Incidents, to read: the list and the homepage.

mod filters;
mod live;

#[cfg(feature = "ssr")]
mod api;
#[cfg(feature = "ssr")]
pub(crate) mod commands;
#[cfg(feature = "ssr")]
pub mod declare;
#[cfg(feature = "ssr")]
mod homepage;
#[cfg(feature = "ssr")]
mod list;

pub use filters::ListFilters;
pub use live::{FRESH_ID, Following};

#[cfg(feature = "ssr")]
pub use self::{
    declare::DeclarePage,
    homepage::{HomepagePage, HomepageView, LiveItem, LiveParts, SinceView, live_parts},
    list::{ListPage, ListView},
    live::Live,
};
