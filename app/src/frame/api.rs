//! The frame's server functions.

use chrono::Utc;
use leptos::prelude::*;

use super::FrameView;
use crate::ctx::{ctx, settle, told};
use crate::error::AppError;
use crate::paths;

/// What stands around every page.
#[server(endpoint = "frame/read")]
pub async fn read_frame() -> Result<FrameView, AppError> {
    let ctx = ctx()?;
    let frame = ctx.store.frame(&ctx.viewer).await.map_err(told)?;
    Ok(FrameView::of(frame, Utc::now()))
}

/// Starts the demo story again.
#[server(endpoint = "demo/reset")]
pub async fn reset_demo() -> Result<(), AppError> {
    let ctx = ctx()?;
    let reset = ctx.services.reset_demo.ok_or_else(|| told(AppError::not_found()))?;
    settle(reset().await, paths::INCIDENTS, "demo")
}
