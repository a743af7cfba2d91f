//! Pages that have one thing to say: nothing here, not for you, broken, away. They need
//! no database, so that they work on a bad day.

use leptos::prelude::*;

use crate::ctx::{RequestMark, extension, set_status};
use crate::error::AppError;
use crate::frame::Place;
use crate::paths;
use crate::ui::{self, Body};
use domain::Refusal;

/// What such a page says.
struct Sorry {
    title: &'static str,
    says: &'static str,
    way: &'static str,
    /// Whether the request's id helps whoever looks into it.
    names_request: bool,
}

fn sorry(error: &AppError) -> Sorry {
    let (title, says, way) = match error {
        AppError::SignedOut => ("Signed out", "You are signed out.", "Sign in again; you come back to this page."),
        AppError::Refused { refusal: Refusal::NotFound } => (
            "Nothing here",
            "There is nothing here.",
            "The address may be mistyped, or it is not for you to see. Incidents are never deleted: if you remember one, the list has it.",
        ),
        AppError::Refused { refusal: Refusal::NotAllowed } => (
            "For admins",
            "This page is for admins.",
            "Everything about incidents is open to you. If you need something changed here, ask an admin.",
        ),
        AppError::Refused { .. } | AppError::BadRequest => (
            "Not understood",
            "This address asks for something that we do not understand.",
            "A part of it is mistyped or too long.",
        ),
        AppError::TooMany => ("One moment", "That was a lot at once.", "Wait a minute, then load the page again."),
        AppError::Away => (
            "The database is away",
            "The database cannot be reached.",
            "Nothing is lost. This page can be loaded again in a moment; until then, talk to each other in Slack.",
        ),
        AppError::Broken => (
            "Broken",
            "Something is broken on our side.",
            "It is not your fault, and nothing of yours is lost. It has been written down; load the page again in a moment.",
        ),
    };
    Sorry { title, says, way, names_request: matches!(error, AppError::Away | AppError::Broken) }
}

/// The inside of such a page, for a page that still has its frame.
pub fn body(error: &AppError) -> Body {
    let sorry = sorry(error);
    let mark = sorry.names_request.then(|| extension::<RequestMark>().map(|mark| mark.0)).flatten();
    Body { title: sorry.title.into(), view: inside(error, sorry, mark.as_deref()).into_any() }
}

fn inside(error: &AppError, sorry: Sorry, mark: Option<&str>) -> impl IntoView + use<> {
    let exact = match error {
        AppError::Refused { refusal: Refusal::NotFound | Refusal::NotAllowed } => None,
        AppError::Refused { .. } => Some(crate::words::sentence(error)),
        _ => None,
    };
    let way_on = match error {
        AppError::SignedOut => {
            view! { <ui::Button href=paths::SIGN_IN kind="primary">"Sign in"</ui::Button> }.into_any()
        }
        AppError::Away | AppError::Broken | AppError::TooMany => {
            view! { <ui::Button href="" kind="primary">"Load it again"</ui::Button> }.into_any()
        }
        _ => view! { <ui::Button href=paths::INCIDENTS>"All incidents"</ui::Button> }.into_any(),
    };
    view! {
        <div class="sorry">
            <h1>{sorry.says}</h1>
            {exact.map(|exact| view! { <p>{exact}</p> })}
            <p>{sorry.way}</p>
            {way_on}
            {mark.map(|mark| view! { <p class="sorry-mark">"If you tell somebody, give them this number: " <code>{mark.to_owned()}</code></p> })}
        </div>
    }
}

/// No such address.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    set_status(&AppError::not_found());
    ui::framed(Place::Nowhere, async { Err::<Body, _>(AppError::not_found()) })
}

/// The title of a page of which nothing else is known.
pub fn bare_title(title: String) -> impl IntoView {
    ui::tab(&format!("{title} · Sensible"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_mistakes_ask_for_the_number() {
        assert!(sorry(&AppError::Away).names_request && sorry(&AppError::Broken).names_request);
        assert!(!sorry(&AppError::not_found()).names_request);
    }
}
