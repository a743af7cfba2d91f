//! Settings: what a company decides about itself, and the way from the demo to the real
//! thing.

mod announcements;
mod company;
mod components;
mod nav;
mod people;
mod private;
mod set_up;
mod severities;
mod switches;
mod welcome;

pub use company::CompanyPage;
pub use components::ComponentsPage;
pub use people::PeoplePage;
pub use private::PrivateIncidentsPage;
pub use set_up::SetUpPage;
pub use severities::SeveritiesPage;
pub use welcome::WelcomePage;
