//! A page inside the frame, and one without.

use std::future::Future;

use leptos::prelude::*;

use crate::ctx::set_status;
use crate::error::AppError;
use crate::frame::{Place, frame_view, read_frame};
use crate::refused::read_refused;
use crate::{paths, sorry};

use super::{Icon, flash};

/// The inside of a page.
pub struct Body {
    /// What the tab says, before the company's name.
    pub title: String,
    /// Everything between the frame's top and its end.
    pub view: AnyView,
}

/// A page inside the frame: reads the frame, then its own part. What goes wrong becomes
/// the page that says so, with its status.
pub fn framed(place: Place, body: impl Future<Output = Result<Body, AppError>> + Send + 'static) -> impl IntoView {
    Suspend::new(async move {
        let frame = match read_frame().await {
            Ok(frame) => frame,
            Err(AppError::SignedOut) => {
                let here = crate::ctx::here();
                leptos_axum::redirect(&paths::with_query(paths::SIGN_IN, [("to", here.as_str())]));
                return ().into_any();
            }
            Err(error) => {
                set_status(&error);
                let Body { title, view } = sorry::body(&error);
                return view! { {sorry::bare_title(title)} {bare(view)} }.into_any();
            }
        };
        let refused = read_refused().await;
        let Body { title, view } = body.await.unwrap_or_else(|error| {
            set_status(&error);
            sorry::body(&error)
        });
        let unread = if frame.unread > 0 { format!("({}) ", frame.unread) } else { String::new() };
        let title = format!("{unread}{title} · {}", frame.company);
        let said = flash(refused).map(super::Flash::view);
        view! {
            {super::tab(&title)}
            {frame_view(frame, place, view! { {said} {view} }.into_any())}
        }
        .into_any()
    })
}

/// A page without the frame, which cannot be read.
fn bare(inside: impl IntoView) -> impl IntoView {
    view! {
        <header class="frame">
            <div class="frame-inner">
                <a class="brand" href=paths::INCIDENTS><Icon name="mark" /><span class="brand-name">"Sensible"</span></a>
            </div>
        </header>
        <main class="page" id="main">{inside}</main>
    }
}
