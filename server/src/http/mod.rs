//! What every request meets on its way: routes, the access table, limits,
//! headers and errors.

pub mod access;
pub mod assets;
pub mod csp;
pub mod csrf;
pub mod error_page;
pub mod errors;
pub mod forms;
pub mod health;
pub mod limits;
pub mod metrics;
pub mod refused;
pub mod request_id;
pub mod routes;
pub mod slack_manifest;
