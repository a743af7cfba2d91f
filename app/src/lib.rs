//! What people see and do: pages made on the server, complete without a script; islands
//! for what moves; server functions for every read and every command.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod incidents;

#[cfg(feature = "ssr")]
mod actions;
#[cfg(feature = "hydrate")]
mod browser;
#[cfg(feature = "ssr")]
mod clocks;
#[cfg(feature = "ssr")]
pub mod ctx;
#[cfg(feature = "ssr")]
pub mod error;
pub mod frame;
#[cfg(feature = "ssr")]
pub mod notifications;
#[cfg(feature = "ssr")]
pub mod paths;
#[cfg(feature = "ssr")]
mod people;
#[cfg(feature = "ssr")]
pub mod refused;
#[cfg(feature = "ssr")]
mod search;
#[cfg(feature = "ssr")]
mod session;
#[cfg(feature = "ssr")]
mod settings;
#[cfg(feature = "ssr")]
mod shell;
#[cfg(feature = "ssr")]
mod sorry;
mod ticking;
#[cfg(feature = "ssr")]
mod timeline;
#[cfg(feature = "ssr")]
mod to_do;
#[cfg(feature = "ssr")]
mod ui;
#[cfg(feature = "ssr")]
pub mod words;

#[cfg(feature = "hydrate")]
pub use browser::start;
#[cfg(feature = "ssr")]
pub use shell::{App, pages, shell};
