//! Bad days: clients who hang up, a database that goes away, an end in the middle of
//! the work, a sign-out in the middle of requests. The product is served by its own
//! accept loop, and stands behind a proxy that spoils its way to Postgres.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "../support/mod.rs"]
mod support;

mod away;
mod client;
mod ending;
mod hang_ups;
mod served;
mod sign_out;
