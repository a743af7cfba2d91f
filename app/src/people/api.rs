//! The server functions of the person who looks.

use domain::people::ZoneShown;
use domain::zones::Zone;
use leptos::prelude::*;

use super::views::{ProfileView, working_hours};
use crate::ctx::{ctx, settle, told};
use crate::error::AppError;
use crate::paths;

/// The profile of whoever asks.
#[server(endpoint = "profile/read")]
pub async fn profile() -> Result<ProfileView, AppError> {
    let ctx = ctx()?;
    Ok(ProfileView::of(ctx.store.profile(&ctx.viewer).await.map_err(told)?))
}

/// Stores zone and working hours (`09:00`, ISO weekdays) of whoever asks.
#[server(endpoint = "profile/save")]
pub async fn save_profile(
    zone: String,
    works_from: String,
    works_until: String,
    #[server(default)] works_on: Vec<u8>,
) -> Result<(), AppError> {
    let ctx = ctx()?;
    let saved = match (Zone::parse(&zone), working_hours(&works_from, &works_until, &works_on)) {
        (Ok(zone), Ok(hours)) => ctx.store.save_profile(&ctx.viewer, zone, hours).await,
        (Err(refusal), _) | (_, Err(refusal)) => Err(refusal.into()),
    };
    settle(saved, paths::PROFILE, "profile")
}

/// Turns the zone switch of whoever asks: `mine`, `company` or `utc`; then `back`.
#[server(endpoint = "profile/zone")]
pub async fn show_zone(shown: String, #[server(default)] back: String) -> Result<(), AppError> {
    let ctx = ctx()?;
    let turned = match paths::fits(&back).and_then(|()| ZoneShown::parse(&shown)) {
        Ok(shown) => ctx.store.show_zone(&ctx.viewer, shown).await,
        Err(refusal) => Err(refusal.into()),
    };
    settle(turned, &back, "")
}

/// Signs whoever asks out everywhere, here too.
#[server(endpoint = "sessions/end-all")]
pub async fn end_all_sessions() -> Result<(), AppError> {
    let ctx = ctx()?;
    let ended = ctx.store.end_all_sessions(&ctx.viewer).await.map(|_| ());
    settle(ended, paths::SIGN_IN, "signed-out")
}
