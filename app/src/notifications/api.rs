//! The server functions of whoever is told.

use chrono::Utc;
use leptos::prelude::*;

use super::views::{NotificationDay, days};
use crate::ctx::{ctx, settle, told};
use crate::error::AppError;
use crate::paths;

/// What whoever asks was told, by day, the newest first.
#[server(endpoint = "notifications/read")]
pub async fn read_notifications() -> Result<Vec<NotificationDay>, AppError> {
    let ctx = ctx()?;
    let shown = ctx.store.notifications(&ctx.viewer).await.map_err(told)?;
    Ok(days(shown, &ctx.zone, Utc::now()))
}

/// Whoever asks has seen all of it.
#[server(endpoint = "notifications/read-all")]
pub async fn mark_all_read() -> Result<(), AppError> {
    let ctx = ctx()?;
    let read = ctx.store.notifications_read(&ctx.viewer, None).await;
    settle(read, paths::NOTIFICATIONS, "notifications-read")
}
