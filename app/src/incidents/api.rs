//! The incidents' server functions: what the pages read, and what the filters fetch.

use chrono::Utc;
use domain::Reference;
use leptos::prelude::*;

use super::homepage::{Beside, HomepageView};
use super::list::{ListQuery, ListView, list_view};
use crate::ctx::{Ctx, ctx, told};
use crate::error::AppError;
use crate::timeline;

/// One page of the list. `query` is what stands after the `?` in the list's address, so
/// that an address and a call mean the same.
#[server(endpoint = "incidents/list")]
pub async fn list(#[server(default)] query: String) -> Result<ListView, AppError> {
    let ctx = ctx()?;
    let query = ListQuery::parse(&query).map_err(told)?;
    let filter = query.filter().map_err(told)?;
    let page = ctx.store.list(&ctx.viewer, &filter, &ctx.zone).await.map_err(told)?;
    let mut list = ListView::of(query, page, &ctx.zone).map_err(told)?;
    if list.now.iter().any(|item| item.lead.is_none()) {
        let phase = ctx.store.declaring(&ctx.viewer).await.map_err(told)?.phase;
        list.now.iter_mut().for_each(|item| item.asks_for_lead = phase.asks_for_lead());
    }
    Ok(list)
}

/// The list as ready HTML, for the filters in the browser (`browser/filters.rs`, which
/// asks for it by its address: a client made by the macro would double their weight). The
/// same that the page of this query shows.
#[server(endpoint = "incidents/list-fragment")]
pub async fn list_fragment(#[server(default)] query: String) -> Result<String, AppError> {
    Ok(list_view(list(query).await?).to_html())
}

/// The homepage of an incident, by its reference (`INC-6`). One that is not there and one
/// that is not for the asker are answered alike.
#[server(endpoint = "incidents/homepage")]
pub async fn homepage(
    reference: String,
    #[server(default)] only: String,
    #[server(default)] before: String,
    #[server(default)] around: String,
) -> Result<HomepageView, AppError> {
    let asked = timeline::Asked::parse(&only, &before, &around).map_err(told)?;
    let (ctx, homepage) = read(&reference).await?;
    let timeline = asked.read(&ctx, &homepage).await.map_err(told)?;
    let beside = Beside::read(&ctx, &homepage).await;
    Ok(beside.put(HomepageView::of(homepage, timeline, ctx.viewer.person, &ctx.zone, Utc::now())))
}

/// An incident by its reference, for whoever asks.
pub(super) async fn read(reference: &str) -> Result<(Ctx, store::incidents::Homepage), AppError> {
    let ctx = ctx()?;
    let reference = Reference::parse(reference).map_err(|_| told(AppError::not_found()))?;
    let found = ctx.store.homepage(&ctx.viewer, reference).await.map_err(told)?;
    Ok((ctx, found.ok_or_else(|| told(AppError::not_found()))?))
}
