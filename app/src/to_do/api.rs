//! The to-do list's server function.

use chrono::Utc;
use leptos::prelude::*;

use super::views::ToDoView;
use crate::ctx::{ctx, told};
use crate::error::AppError;

/// Whatever whoever asks owes, the most urgent first.
#[server(endpoint = "to-do/read")]
pub async fn to_do() -> Result<ToDoView, AppError> {
    let ctx = ctx()?;
    let list = ctx.store.to_do(&ctx.viewer).await.map_err(told)?;
    Ok(ToDoView::of(list, &ctx.zone, Utc::now()))
}
