//! Other people's incident files in our words, with a report of what was understood.
//!
//! Two formats of status pages are read: Statuspage (the JSON of its API, version 2) and
//! cState (front matter and Markdown). [`Import::read`] takes the bytes of one file and
//! gives the incidents in it; there is no database and, apart from [`list_files`], no
//! file system here. What is not understood is in the [`Report`] with its reason, and the
//! rest goes on. A time that the source does not say is missing, never invented.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod cstate;
mod files;
mod fitting;
mod import;
mod imported;
mod mapping;
mod markup;
mod moments;
mod report;
mod statuspage;

pub use files::{Files, list_files};
pub use import::Import;
pub use imported::{Imported, ImportedTime, ImportedUpdate, ReadFrom};
pub use mapping::{Mapping, MappingError};
pub use report::{Remark, Report};
