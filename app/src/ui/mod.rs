//! The parts that pages are made of: plain HTML, complete without a script. The only
//! place where markup from outside meets ours ([`markup`], [`text_area`]).

mod badge;
mod button;
mod empty;
mod field;
mod flash;
mod help;
mod icon;
mod markup;
mod menu;
mod page;
mod person;
mod select;
mod text;
mod text_area;
mod time;
mod title;

pub use badge::{Mark, badge};
pub use button::{Button, Submit};
pub use empty::Empty;
pub use field::{Check, Field, Hidden};
pub use flash::{Flash, flash};
pub use icon::Icon;
pub use markup::{markup, said};
pub use menu::{Menu, WholePage};
pub use page::{Body, framed};
pub use person::{initials, person};
pub use select::{Choice, Select};
pub use text::{language, text};
pub use text_area::TextArea;
pub use time::{TimeView, time};
pub use title::tab;
