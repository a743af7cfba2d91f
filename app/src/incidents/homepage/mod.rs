//! The incident homepage: one screen for whoever leads, helps, or wakes up elsewhere.

mod about;
mod baton;
mod beside;
mod change;
mod components;
mod composer;
mod delivery;
mod hand_off;
mod links;
mod next_steps;
mod page;
mod people;
mod pickers;
mod sections;
mod similar;
mod since;
mod situation;
mod tasks;
mod views;

pub use beside::Beside;
pub use next_steps::asks_when;
pub use page::HomepagePage;
pub use sections::{LiveItem, LiveParts, is_for_everybody, live_parts};
pub use since::SinceView;
pub use views::HomepageView;
