//! The person who looks: their profile and the zone they see.

mod api;
mod profile;
mod views;
mod zones;

pub use api::ShowZone;
pub use profile::ProfilePage;
pub use zones::zones;
