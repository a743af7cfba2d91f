//! Key times with the gaps between them, and the clocks that follow from them.

mod page;
mod views;

pub use page::key_times;
pub use views::KeyTimesView;
