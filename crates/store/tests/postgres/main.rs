//! The store on a real Postgres. Each test has a database of its own; without
//! `SENSIBLE_TEST_DATABASE` they are skipped and say so.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod changes;
mod company;
mod door;
mod guards;
mod history;
mod homepage;
mod list;
mod merging;
mod months;
mod outbox;
mod people;
mod privacy;
mod roster;
mod schema;
mod search;
mod sessions;
mod sign_in;
mod stage;
