//! What stands around every page: the company, the places that exist, the zone, the
//! person.

mod ticker;
pub use ticker::Ticking;

#[cfg(feature = "ssr")]
mod api;
#[cfg(feature = "ssr")]
mod bar;
#[cfg(feature = "ssr")]
mod views;

#[cfg(feature = "ssr")]
pub use self::{
    api::{ReadFrame, ResetDemo, read_frame},
    bar::{Place, frame_view},
    ticker::Ticker,
    views::{FrameView, ZoneChoice, ZoneView},
};
