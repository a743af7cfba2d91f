//! What a page shows of a text, what it refuses, and what never gets through.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod attacks;
mod bombs;
mod page;
mod text;
