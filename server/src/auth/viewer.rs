//! The person of a request: read fresh with the session, so that a right that was
//! taken, or a session that was ended, counts from the next request.

use app::ctx::CurrentPerson;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use domain::zones::Zone;
use tower_sessions::Session;

use crate::AppState;
use crate::http::access::{Kind, Who, entry};
use crate::http::errors::{store_failed, wants_page};

use super::session::stored_id;

/// Puts the services into every request, and the person into those that can have one.
/// A database that is away is answered here with 503: nobody is signed out by it.
pub async fn recognise(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    request.extensions_mut().insert(state.services.clone());
    if may_have_a_person(&request)
        && let Some(id) = request.extensions().get::<Session>().and_then(Session::id)
    {
        match state.store.load_session(stored_id(&id)).await {
            Ok(session) => {
                if let Some(person) = session.and_then(|session| session.person)
                    && is_who_was_meant(&request, &person)
                {
                    request.extensions_mut().insert(current(&person));
                }
            }
            Err(error) => return store_failed(&error),
        }
    }
    next.run(request).await
}

/// Files, health and the way through Slack need no person, so they cost no query. An
/// address of nothing has one when it is a page that says so.
fn may_have_a_person(request: &Request) -> bool {
    let Some(route) = request.extensions().get::<MatchedPath>() else { return wants_page(request.headers()) };
    entry(route.as_str(), request.method()).is_some_and(|entry| entry.kind != Kind::Route || entry.who != Who::Anybody)
}

/// A page that is still open after somebody else signed in says whose page it is. What was
/// written there is not theirs: the request is answered as one without a session.
fn is_who_was_meant(request: &Request, person: &store::SessionPerson) -> bool {
    let meant = request.headers().get(WHOSE_PAGE);
    meant.is_none_or(|meant| *meant == *person.viewer().person.to_string())
}

/// Which person a page was made for; sent by its script.
const WHOSE_PAGE: &str = "x-person";

fn current(person: &store::SessionPerson) -> CurrentPerson {
    CurrentPerson { viewer: person.viewer(), zone: Zone::parse(&person.zone_now).unwrap_or(Zone::UTC) }
}
