//! Notifications, ready to show.

use chrono::{DateTime, Utc};
use domain::zones::{Zone, rfc3339};
use serde::{Deserialize, Serialize};
use store::notifications::NotificationShown;

use super::sentences::sentence;
use crate::paths;
use crate::ui::TimeView;

/// A day's notifications.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotificationDay {
    /// `Today, Thu 20 Nov 2025`.
    pub name: String,
    /// The newest first.
    pub notifications: Vec<NotificationView>,
}

/// One notification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotificationView {
    /// What it says.
    pub says: String,
    /// `INC-6`.
    pub reference: String,
    /// The incident's title.
    pub title: String,
    /// The incident's address.
    pub href: String,
    /// When.
    pub at: TimeView,
    /// Not seen yet.
    pub unread: bool,
    /// It interrupts.
    pub loud: bool,
}

/// By day, in the shown zone.
pub(super) fn days(shown: Vec<NotificationShown>, zone: &Zone, now: DateTime<Utc>) -> Vec<NotificationDay> {
    let mut days: Vec<NotificationDay> = Vec::new();
    for one in shown {
        let name = zone.day_heading(one.at, now);
        let view = NotificationView {
            says: sentence(one.told, one.by.as_deref(), one.what.as_deref()),
            reference: one.reference.to_string(),
            href: paths::incident(one.reference),
            title: one.title.unwrap_or_default(),
            at: TimeView { at: rfc3339(one.at), text: zone.clock(one.at) },
            unread: !one.read,
            loud: one.loud,
        };
        match days.last_mut() {
            Some(day) if day.name == name => day.notifications.push(view),
            _ => days.push(NotificationDay { name, notifications: vec![view] }),
        }
    }
    days
}
