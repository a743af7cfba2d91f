//! The action items' server functions.

use domain::{ActionReference, Refusal, Why};
use leptos::prelude::*;
use store::ActionItemFilter;

use super::views::{ActionView, ActionsView};
use crate::ctx::{ctx, told};
use crate::error::AppError;

/// The action items that are still to be done; `owner=mine` for those of whoever asks.
/// `before` is the one that the page begins after (`ACT-12`).
#[server(endpoint = "actions/list")]
pub async fn actions(
    #[server(default)] owner: String,
    #[server(default)] before: String,
) -> Result<ActionsView, AppError> {
    let ctx = ctx()?;
    let mine = is_mine(&owner).map_err(told)?;
    let before = page(&before).map_err(told)?;
    let owner = mine.then_some(ctx.viewer.person);
    let filter = ActionItemFilter { owner, open: true, before, ..ActionItemFilter::default() };
    let rows = ctx.store.action_items(&ctx.viewer, &filter).await.map_err(told)?;
    Ok(ActionsView::of(rows, mine, &ctx.zone))
}

/// One action item, by what people call it (`ACT-12`). One that is not there and one of a
/// private incident that is not for the asker are answered alike.
#[server(endpoint = "actions/read")]
pub async fn action(said: String) -> Result<ActionView, AppError> {
    let ctx = ctx()?;
    let reference = ActionReference::parse(&said).map_err(|_| told(AppError::not_found()))?;
    let filter = ActionItemFilter { reference: Some(reference), ..ActionItemFilter::default() };
    let found = ctx.store.action_items(&ctx.viewer, &filter).await.map_err(told)?.into_iter().next();
    let row = found.ok_or_else(|| told(AppError::not_found()))?;
    Ok(ActionView::of(row, &ctx.zone))
}

fn is_mine(owner: &str) -> Result<bool, Refusal> {
    match owner {
        "" | "all" => Ok(false),
        "mine" => Ok(true),
        _ => Err(Refusal::invalid("owner", Why::NotKnown)),
    }
}

fn page(before: &str) -> Result<Option<ActionReference>, Refusal> {
    if before.is_empty() {
        return Ok(None);
    }
    ActionReference::parse(before).map(Some).map_err(|_| Refusal::invalid("page", Why::NotKnown))
}
