//! The store on a real Postgres. Each test has a database of its own; without
//! `SENSIBLE_TEST_DATABASE` they fail, unless `SENSIBLE_TEST_SKIP=1`.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod announcements;
mod changes;
mod company;
mod door;
mod guards;
mod hand_off;
mod history;
mod homepage;
mod list;
mod live;
mod merging;
mod months;
mod notifications;
mod outbox;
mod parts;
mod people;
mod people_in;
mod privacy;
mod refused_forms;
mod roster;
mod schema;
mod search;
mod sessions;
mod sign_in;
mod similar;
mod since;
mod stage;
mod swept;
mod tasks;
mod timeline;
mod to_do;
mod told;
mod visibility;
