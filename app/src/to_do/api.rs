//! The to-do list's server functions.

use chrono::Utc;
use domain::Reference;
use leptos::prelude::*;

use super::rail::ToDoRail;
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

/// What is urgent of it beside an incident (`INC-6`), as ready HTML for the page that is open
/// there (`browser/to_do.rs`). It shows nothing of that incident but what whoever asks owes.
#[server(endpoint = "to-do/rail")]
pub async fn read_rail(beside: String) -> Result<String, AppError> {
    let ctx = ctx()?;
    let beside = Reference::parse(&beside).map_err(|_| told(AppError::not_found()))?;
    let list = ctx.store.to_do(&ctx.viewer).await.map_err(told)?;
    Ok(ToDoRail::of(list, beside, &ctx.zone, Utc::now()).inside().to_html())
}
