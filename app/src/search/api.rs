//! What the command menu finds.

use chrono::Utc;
use domain::{Refusal, Why};
use leptos::prelude::*;

use super::palette::options;
use super::views::FoundView;
use crate::ctx::{ctx, told};
use crate::error::AppError;
use crate::paths;

/// The most characters that are searched for.
pub(super) const LONGEST: u32 = 200;

/// What some letters lead to, as ready HTML for the command menu (`browser/palette.rs`,
/// which asks for it by its address). `here` is the address of the present page: on a
/// homepage it brings what can be done there.
#[server(endpoint = "search/jump")]
pub async fn jump(#[server(default)] q: String, #[server(default)] here: String) -> Result<String, AppError> {
    Ok(options(found(&q, &here).await?).to_html())
}

/// What some letters lead to.
pub(super) async fn found(q: &str, here: &str) -> Result<FoundView, AppError> {
    let ctx = ctx()?;
    paths::fits(here).map_err(told)?;
    if q.chars().count() > LONGEST as usize {
        return Err(told(Refusal::invalid("q", Why::TooLong { most: LONGEST })));
    }
    let jumps = ctx.store.jump(&ctx.viewer, q).await.map_err(told)?;
    Ok(FoundView::of(jumps, q, here, ctx.viewer.is_admin, &ctx.zone, Utc::now()))
}
