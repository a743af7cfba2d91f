//! The access table: every page, function and raw route, who may call it, and whether
//! it changes anything. What is not in here is refused, and a test compares it with
//! what is really registered. It is the outer of two belts: the store checks again,
//! and only the store knows who may read which incident.

use std::collections::HashMap;
use std::sync::LazyLock;

use app::ctx::CurrentPerson;
use app::paths;
use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect, Response};
use http::{Method, StatusCode};

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A page of the app.
    Page,
    /// A server function.
    Function,
    /// A raw route.
    Route,
}

/// Who may call it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Who {
    /// Anybody, signed in or not. The explicit, short list of the door itself.
    Anybody,
    /// Anybody of the workspace.
    SignedIn,
    /// Anybody of the workspace who may read the incident that is named; the store
    /// decides, and answers others as if there were none.
    Reader,
    /// Admins.
    Admin,
}

/// How it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verb {
    /// GET, and HEAD with it.
    Get,
    /// POST.
    Post,
}

/// One line of the table.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// What it is.
    pub kind: Kind,
    /// How it is called.
    pub verb: Verb,
    /// The address as the router writes it.
    pub path: &'static str,
    /// Who may.
    pub who: Who,
    /// Whether it changes anything.
    pub writes: bool,
    /// A good query (pages) or form (functions) for the tests; `<person>`, `<admin>`,
    /// `<left>`, `<severity>`, `<component>` and `<reference>` stand for one that exists.
    pub sample: &'static str,
}

const fn page(path: &'static str, who: Who, sample: &'static str) -> Entry {
    Entry { kind: Kind::Page, verb: Verb::Get, path, who, writes: false, sample }
}

const fn read(path: &'static str, who: Who, sample: &'static str) -> Entry {
    Entry { kind: Kind::Function, verb: Verb::Post, path, who, writes: false, sample }
}

const fn write(path: &'static str, who: Who, sample: &'static str) -> Entry {
    Entry { kind: Kind::Function, verb: Verb::Post, path, who, writes: true, sample }
}

const fn route(verb: Verb, path: &'static str, who: Who, writes: bool) -> Entry {
    Entry { kind: Kind::Route, verb, path, who, writes, sample: "" }
}

const LIST: &str =
    "status=over&severity=<severity>&component=<component>&lead=<person>&from=2025-01-01&until=2026-12-31&q=queue";
const COMPANY: &str = "company_name=Paperkite&engineers=12&zone=Asia/Tokyo";

/// The table.
pub const ACCESS: &[Entry] = &[
    // The door.
    page(paths::SIGN_IN, Who::Anybody, "to=/incidents"),
    route(Verb::Get, paths::SLACK_START, Who::Anybody, false),
    route(Verb::Get, crate::auth::slack_login::CALLBACK, Who::Anybody, false),
    route(Verb::Post, paths::SIGN_OUT, Who::Anybody, true),
    route(Verb::Get, "/healthz", Who::Anybody, false),
    route(Verb::Get, "/readyz", Who::Anybody, false),
    route(Verb::Get, "/pkg/{*file}", Who::Anybody, false),
    route(Verb::Get, "/icons/{*file}", Who::Anybody, false),
    // Incidents.
    page(paths::HOME, Who::SignedIn, ""),
    page(paths::INCIDENTS, Who::SignedIn, LIST),
    page("/incidents/{reference}", Who::Reader, "only_updates=1"),
    read("/api/frame/read", Who::SignedIn, ""),
    read("/api/incidents/list", Who::SignedIn, "query=q%3Dqueue%26status%3Dover"),
    read("/api/incidents/list-fragment", Who::SignedIn, "query=q%3Dqueue"),
    read("/api/incidents/homepage", Who::Reader, "reference=<reference>&only_updates=true"),
    // The person who looks.
    page(paths::PROFILE, Who::SignedIn, ""),
    read("/api/profile/read", Who::SignedIn, ""),
    write(
        "/api/profile/save",
        Who::SignedIn,
        "zone=Asia/Tokyo&works_from=09:00&works_until=18:00&works_on[0]=1&works_on[1]=2",
    ),
    write("/api/profile/zone", Who::SignedIn, "shown=utc&back=/incidents"),
    write("/api/sessions/end-all", Who::SignedIn, ""),
    // First run and settings.
    page(paths::WELCOME, Who::Admin, ""),
    write("/api/welcome/answer", Who::Admin, COMPANY),
    page(paths::SETTINGS, Who::SignedIn, ""),
    read("/api/settings/read", Who::SignedIn, ""),
    write("/api/settings/company", Who::Admin, COMPANY),
    page(paths::SEVERITIES, Who::SignedIn, ""),
    read("/api/severities/read", Who::SignedIn, ""),
    write("/api/severities/save", Who::Admin, "id=<severity>&name=Sev2&definition=Some+customers&example=Slow"),
    write("/api/severities/archive", Who::Admin, "id=<severity>"),
    page(paths::COMPONENTS, Who::SignedIn, ""),
    read("/api/components/read", Who::SignedIn, ""),
    write(
        "/api/components/save",
        Who::Admin,
        "id=<component>&name=Scheduler&description=Starts+jobs&kind[0]=logs&label[0]=Logs&url[0]=https://logs.example",
    ),
    write("/api/components/archive", Who::Admin, "id=<component>"),
    page(paths::PEOPLE, Who::SignedIn, ""),
    read("/api/people/list", Who::SignedIn, "person=<left>"),
    write("/api/people/add", Who::Admin, "name=Ruff&email=ruff@paperkite.example"),
    write("/api/people/make-admin", Who::Admin, "person=<person>"),
    write("/api/people/remove-admin", Who::Admin, "person=<admin>"),
    write("/api/people/deactivate", Who::Admin, "person=<person>"),
    write("/api/people/reactivate", Who::Admin, "person=<left>"),
    page(paths::SET_UP, Who::SignedIn, ""),
    read("/api/set-up/read", Who::SignedIn, ""),
    route(Verb::Get, paths::SLACK_MANIFEST, Who::SignedIn, false),
    write("/api/demo/reset", Who::SignedIn, ""),
];

static BY_ADDRESS: LazyLock<HashMap<&'static str, Vec<&'static Entry>>> = LazyLock::new(|| {
    let mut by_address: HashMap<_, Vec<_>> = HashMap::new();
    for entry in ACCESS {
        by_address.entry(entry.path).or_default().push(entry);
    }
    by_address
});

/// The line for an address, if there is one.
pub fn entry(path: &str, method: &Method) -> Option<&'static Entry> {
    let verb = match *method {
        Method::GET | Method::HEAD => Verb::Get,
        Method::POST => Verb::Post,
        _ => return None,
    };
    BY_ADDRESS.get(path)?.iter().find(|entry| entry.verb == verb).copied()
}

/// Lets through who may, sends who is not signed in to the sign-in page, and refuses
/// the rest. An address without a line is refused, whoever asks.
pub async fn check(request: Request, next: Next) -> Response {
    let Some(route) = request.extensions().get::<MatchedPath>() else {
        // No such address: the router's own answer is 404. Nothing is nested, so that
        // everything that exists has a matched path.
        return next.run(request).await;
    };
    let Some(entry) = entry(route.as_str(), request.method()) else {
        if is_known_otherwise(route.as_str()) {
            // The address exists for another method; the router answers 405.
            return next.run(request).await;
        }
        tracing::error!(route = route.as_str(), "an address is not in the access table");
        return StatusCode::FORBIDDEN.into_response();
    };
    let is_admin = request.extensions().get::<CurrentPerson>().map(|person| person.viewer.is_admin);
    match (entry.who, is_admin) {
        (Who::Anybody, _) | (Who::SignedIn | Who::Reader, Some(_)) | (Who::Admin, Some(true)) => {
            next.run(request).await
        }
        (Who::Admin, Some(false)) => StatusCode::FORBIDDEN.into_response(),
        (_, None) => sign_in_first(entry, &request),
    }
}

fn is_known_otherwise(route: &str) -> bool {
    BY_ADDRESS.contains_key(route)
}

fn sign_in_first(entry: &Entry, request: &Request) -> Response {
    if entry.kind != Kind::Page {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let here = request.uri().path_and_query().map_or(paths::HOME, |address| address.as_str());
    Redirect::to(&paths::with_query(paths::SIGN_IN, [("to", paths::own(here))])).into_response()
}
