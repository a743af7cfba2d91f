//! Declaring, and what looks alike while one types.

use chrono::Utc;
use domain::incidents::{Declaration, Kind, Status, Visibility};
use domain::text::Title;
use domain::{IncidentId, Refusal, RequestId, Why};
use leptos::prelude::*;
use store::{About, Outcome, Request};

use super::alike::{AlikeView, alike_view};
use crate::ctx::{Ctx, ctx, settle, told};
use crate::error::AppError;
use crate::paths;

/// Words to look for, in characters: more than a title may have.
const LONGEST: u32 = 600;

/// Declares an incident, for whoever sent the form. `id` and `request` were made when the
/// form was rendered: sent twice, it is one incident. It leads to the new homepage.
#[server(endpoint = "incidents/declare")]
pub async fn declare(
    id: String,
    request: String,
    title: String,
    #[server(default)] private: String,
    #[server(default)] practice: String,
) -> Result<(), AppError> {
    let ctx = ctx()?;
    match declared(&ctx, &id, &request, &title, ticked("private", &private), ticked("practice", &practice)).await {
        Ok(outcome) => settle::<AppError>(Ok(()), &paths::incident(outcome.reference), "declared"),
        Err(error) => settle(Err(error), paths::DECLARE, "declared"),
    }
}

/// What is happening, or was not long ago, and looks like the words being typed: as ready
/// HTML for the form, which asks for it by its address (`browser/declare.rs`).
#[server(endpoint = "incidents/similar")]
pub async fn similar_now(#[server(default)] title: String) -> Result<String, AppError> {
    let ctx = ctx()?;
    if title.chars().count() > LONGEST as usize {
        return Err(told(Refusal::invalid("title", Why::TooLong { most: LONGEST })));
    }
    let found = ctx.store.similar_now(&ctx.viewer, &title).await.map_err(told)?;
    let now = Utc::now();
    let alike: Vec<AlikeView> = found.into_iter().take(3).map(|one| AlikeView::of(one, &ctx.zone, now)).collect();
    Ok(alike_view(alike).to_html())
}

/// What a box or a button of the form says.
fn ticked(field: &'static str, value: &str) -> Result<bool, Refusal> {
    match value {
        "" => Ok(false),
        "yes" => Ok(true),
        _ => Err(Refusal::invalid(field, Why::NotKnown)),
    }
}

async fn declared(
    ctx: &Ctx,
    id: &str,
    request: &str,
    title: &str,
    private: Result<bool, Refusal>,
    practice: Result<bool, Refusal>,
) -> Result<Outcome, AppError> {
    let (id, request, title) = (IncidentId::parse(id)?, RequestId::parse(request)?, Title::parse(title)?);
    let (private, practice) = (private?, practice?);
    let start = ctx.store.declaring(&ctx.viewer).await?;
    let declaration = Declaration {
        id,
        title,
        summary: Default::default(),
        kind: if practice { Kind::Drill } else { Kind::Real },
        visibility: if private { Visibility::Private } else { Visibility::Public },
        status: Status::Investigating,
        severity: start.severity,
        reporter: Some(ctx.viewer.person),
        lead: None,
        key_times: Vec::new(),
    };
    Ok(ctx.store.declare(&ctx.viewer, Request::web(request), declaration, About::default()).await?)
}
