//! What single people are told: the bell, the page, and the words of each notification.

mod api;
mod page;
mod sentences;
mod views;

pub use self::{
    api::{MarkAllRead, ReadNotifications},
    page::{NotificationsPage, ask_browser, bell},
    sentences::sentence,
    views::{NotificationDay, NotificationView},
};
