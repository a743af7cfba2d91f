//! Declaring an incident: one field, from anywhere, in five seconds. Everything else is
//! offered afterwards, on the new homepage.

mod alike;
mod api;
mod form;

pub use alike::AlikeView;
pub use form::{DeclarePage, DeclareView, dialog};
