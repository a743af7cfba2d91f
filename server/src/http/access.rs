//! The access table: every page, function and raw route, who may call it, and whether
//! it changes anything. What is not in here is refused, and a test compares it with
//! what is really registered. It is the outer of two belts: the store checks again,
//! and only the store knows who may read which incident.

mod samples;

use std::collections::HashMap;
use std::sync::LazyLock;

use app::ctx::CurrentPerson;
use app::error::AppError;
use app::paths;
use axum::Extension;
use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::Refusal;
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
    /// A good query (pages, routes) or form (functions) for the tests; `<person>`, `<admin>`,
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

const fn route(verb: Verb, path: &'static str, who: Who, writes: bool, sample: &'static str) -> Entry {
    Entry { kind: Kind::Route, verb, path, who, writes, sample }
}

const LIVE: &str = "incidents=<incident>&since=<incident>:1&list=1&me=1";

const LIST: &str =
    "status=over&severity=<severity>&component=<component>&lead=<person>&from=2025-01-01&until=2026-12-31&q=queue";
const COMPANY: &str = "company_name=Paperkite&engineers=12&zone=Asia/Tokyo";

const DECLARED: &str = "id=01900000-0000-7000-8000-0000000000d1&request=01900000-0000-7000-8000-0000000000d2&title=Webhooks+are+late&private=&practice=yes";

const NOTED: &str = "incident=<incident>&request=01900000-0000-7000-8000-0000000000e1&back=/incidents&body=Late+hooks&what=update&status=&severity=<severity>&next_update_in=&occurred_at=2026-01-02T03:04&which=&zone=Asia/Tokyo&seen_status=&seen_severity=<severity>&written_at=2026-01-02T03:04:05Z&keep=";
const EDITED: &str = "incident=<incident>&request=01900000-0000-7000-8000-0000000000e2&back=/incidents&item=<item>&body=Late+hooks&occurred_at=2026-01-02T03:04&which=&zone=Asia/Tokyo&happened_at=2026-01-02T03:04:05Z&seen_item=<seen>";

const HIDDEN: &str = "incident=<incident>&request=01900000-0000-7000-8000-0000000000e3&back=/incidents&item=<item>";
const RESTORED: &str = "incident=<incident>&request=01900000-0000-7000-8000-0000000000e4&back=/incidents&item=<hidden>";

const TASK_ADDED: &str = "incident=<incident>&request=01900000-0000-7000-8000-0000000000f1&back=/incidents&task=01900000-0000-7000-8000-0000000000f2&title=Drain+the+queue&person=<person>";
const TASK_ASSIGNED: &str = "incident=<incident>&request=01900000-0000-7000-8000-0000000000f3&back=/incidents&task=<task>&person=<person>&seen_assignee=";
const TASK_RENAMED: &str = "incident=<incident>&request=01900000-0000-7000-8000-0000000000f4&back=/incidents&task=<task>&title=Drain+it&seen_title=";
const TASK_TICKED: &str =
    "incident=<incident>&request=01900000-0000-7000-8000-0000000000f5&back=/incidents&task=<task>&done=true";
const TASK_PROMOTED: &str = "incident=<incident>&request=01900000-0000-7000-8000-0000000000f6&back=/incidents&task=<task>&action=01900000-0000-7000-8000-0000000000f7&aim=detect";
const ACTION_ADDED: &str = "incident=<incident>&request=01900000-0000-7000-8000-0000000000f8&back=/incidents&action=01900000-0000-7000-8000-0000000000f9&title=Cap+retries&aim=prevent&person=<person>";
const HAND_OFF_OFFERED: &str = "incident=<led>&request=01900000-0000-7000-8000-0000000000fa&back=/incidents&hand_off=01900000-0000-7000-8000-0000000000fb&person=<admin>&note=State%3A+calm";
const HAND_OFF_ANSWERED: &str =
    "incident=<asked>&request=01900000-0000-7000-8000-0000000000fc&back=/incidents&hand_off=<asked-hand-off>";
const HAND_OFF_WITHDRAWN: &str =
    "incident=<given>&request=01900000-0000-7000-8000-0000000000fc&back=/incidents&hand_off=<given-hand-off>";
const POSTMORTEM: &str =
    "incident=<incident>&request=01900000-0000-7000-8000-0000000000fd&back=/incidents&seen_owner=<admin>";
const POSTMORTEM_GIVEN: &str = "incident=<incident>&request=01900000-0000-7000-8000-0000000000fe&back=/incidents&person=<person>&seen_owner=<admin>";
const TRIAGE_BOXED: &str = "incident=<over>&request=01900000-0000-7000-8000-0000000000ff&back=/incidents";
const UNKNOWN_ACCEPTED: &str = "incident=<over>&request=01900000-0000-7000-8000-000000000100&back=/incidents&action=01900000-0000-7000-8000-000000000101&signal=The+age+of+the+queue&text=&seen_cause=";

/// The second of the three severities that every database begins with, `<severity>`, first.
const REORDERED: &str =
    "order[0]=<severity>&order[1]=01900000-0000-7000-8000-000000000001&order[2]=01900000-0000-7000-8000-000000000003";

/// The table.
pub const ACCESS: &[Entry] = &[
    // The door.
    page(paths::SIGN_IN, Who::Anybody, "to=/incidents"),
    route(Verb::Get, paths::SLACK_START, Who::Anybody, false, "to=/incidents"),
    route(Verb::Get, crate::auth::slack_login::CALLBACK, Who::Anybody, false, "code=x&state=x&error=x"),
    route(Verb::Post, paths::SIGN_OUT, Who::Anybody, true, ""),
    route(Verb::Get, "/healthz", Who::Anybody, false, ""),
    route(Verb::Get, "/readyz", Who::Anybody, false, ""),
    route(Verb::Get, "/pkg/{*file}", Who::Anybody, false, ""),
    route(Verb::Get, "/icons/{*file}", Who::Anybody, false, ""),
    // Incidents.
    page(paths::HOME, Who::SignedIn, ""),
    page(paths::INCIDENTS, Who::SignedIn, LIST),
    page("/incidents/{reference}", Who::Reader, "only=updates"),
    read("/api/frame/read", Who::SignedIn, ""),
    read("/api/incidents/list", Who::SignedIn, "query=q%3Dqueue%26status%3Dover"),
    read("/api/incidents/list-fragment", Who::SignedIn, "query=q%3Dqueue"),
    read("/api/incidents/homepage", Who::Reader, "reference=<reference>&only=&before=&around="),
    read("/api/incidents/evidence", Who::Reader, "reference=<reference>"),
    read("/api/incidents/baton", Who::Reader, "reference=<reference>"),
    page("/incidents/{reference}/timeline/{item}", Who::Reader, ""),
    page("/incidents/{reference}/activity", Who::Reader, ""),
    read("/api/timeline/page", Who::Reader, "reference=<reference>&only=&before=&since=1"),
    write("/api/timeline/edit", Who::SignedIn, EDITED),
    write("/api/incidents/deliver-again", Who::SignedIn, "incident=<incident>&back=/incidents"),
    write("/api/timeline/hide", Who::SignedIn, HIDDEN),
    write("/api/timeline/restore", Who::SignedIn, RESTORED),
    write("/api/incidents/recover", Who::SignedIn, samples::RECOVERED),
    write("/api/incidents/status", Who::SignedIn, samples::STATUS),
    write("/api/incidents/end", Who::SignedIn, samples::ENDED),
    write("/api/incidents/reopen", Who::SignedIn, samples::REOPENED),
    write("/api/incidents/merge", Who::SignedIn, samples::MERGED),
    write("/api/incidents/severity", Who::SignedIn, samples::SEVERITY),
    write("/api/incidents/take-lead", Who::SignedIn, samples::LEAD_TAKEN),
    write("/api/incidents/give-role", Who::SignedIn, samples::ROLE_GIVEN),
    write("/api/incidents/end-role", Who::SignedIn, samples::ROLE_ENDED),
    write("/api/incidents/join", Who::SignedIn, samples::JOINED),
    write("/api/incidents/leave", Who::SignedIn, samples::LEFT),
    write("/api/incidents/invite", Who::SignedIn, samples::INVITED),
    write("/api/incidents/remove-person", Who::SignedIn, samples::REMOVED),
    write("/api/incidents/rename", Who::SignedIn, samples::RENAMED),
    write("/api/incidents/summarise", Who::SignedIn, samples::SUMMARISED),
    write("/api/incidents/settle-cause", Who::SignedIn, samples::CAUSE),
    write("/api/incidents/key-time", Who::SignedIn, samples::KEY_TIME),
    write("/api/incidents/add-component", Who::SignedIn, samples::COMPONENT_ADDED),
    write("/api/incidents/remove-component", Who::SignedIn, samples::COMPONENT_REMOVED),
    write("/api/incidents/add-tag", Who::SignedIn, samples::TAG_ADDED),
    write("/api/incidents/remove-tag", Who::SignedIn, samples::TAG_REMOVED),
    write("/api/incidents/relate", Who::SignedIn, samples::RELATED),
    write("/api/incidents/unrelate", Who::SignedIn, samples::UNRELATED),
    write("/api/incidents/visibility", Who::SignedIn, samples::VISIBILITY),
    write("/api/incidents/add-link", Who::SignedIn, samples::LINK_ADDED),
    write("/api/incidents/remove-link", Who::SignedIn, samples::LINK_REMOVED),
    write("/api/incidents/note", Who::SignedIn, NOTED),
    // Tasks, action items, hand-off, next steps.
    write("/api/incidents/add-task", Who::SignedIn, TASK_ADDED),
    write("/api/incidents/assign-task", Who::SignedIn, TASK_ASSIGNED),
    write("/api/incidents/rename-task", Who::SignedIn, TASK_RENAMED),
    write("/api/incidents/tick-task", Who::SignedIn, TASK_TICKED),
    write("/api/incidents/promote-task", Who::SignedIn, TASK_PROMOTED),
    write("/api/incidents/add-action-item", Who::SignedIn, ACTION_ADDED),
    write("/api/incidents/offer-hand-off", Who::SignedIn, HAND_OFF_OFFERED),
    write("/api/incidents/accept-hand-off", Who::SignedIn, HAND_OFF_ANSWERED),
    write("/api/incidents/decline-hand-off", Who::SignedIn, HAND_OFF_ANSWERED),
    write("/api/incidents/withdraw-hand-off", Who::SignedIn, HAND_OFF_WITHDRAWN),
    write("/api/incidents/write-postmortem", Who::SignedIn, POSTMORTEM),
    write("/api/incidents/assign-postmortem", Who::SignedIn, POSTMORTEM_GIVEN),
    write("/api/incidents/box-triage", Who::SignedIn, TRIAGE_BOXED),
    write("/api/incidents/accept-unknown", Who::SignedIn, UNKNOWN_ACCEPTED),
    page(paths::ACTIONS, Who::SignedIn, "owner=mine&before=ACT-100"),
    page("/actions/{number}", Who::Reader, ""),
    read("/api/actions/list", Who::SignedIn, "owner=mine&before=ACT-100"),
    read("/api/actions/read", Who::Reader, "said=<action>"),
    page(paths::TO_DO, Who::SignedIn, ""),
    read("/api/to-do/read", Who::SignedIn, ""),
    read("/api/to-do/rail", Who::SignedIn, "beside=INC-6"),
    // Declaring, finding, looking.
    page(paths::DECLARE, Who::SignedIn, ""),
    write("/api/incidents/declare", Who::SignedIn, DECLARED),
    read("/api/incidents/similar", Who::SignedIn, "title=Webhooks+are+late"),
    write("/api/incidents/looked", Who::Reader, "reference=<reference>&seq=1"),
    read("/api/incidents/missed", Who::Reader, "reference=<reference>"),
    page(paths::SEARCH, Who::SignedIn, "q=queue"),
    read("/api/search/jump", Who::SignedIn, "q=queue&here=/incidents/<reference>"),
    // The person who looks.
    page(paths::NOTIFICATIONS, Who::SignedIn, ""),
    read("/api/notifications/read", Who::SignedIn, ""),
    write("/api/notifications/read-all", Who::SignedIn, ""),
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
    read("/api/announcements/read", Who::SignedIn, ""),
    write(
        "/api/announcements/save",
        Who::Admin,
        "announcements_channel=incidents&meeting_url=https://meet.paperkite.example/incident",
    ),
    read("/api/switches/read", Who::SignedIn, ""),
    write("/api/switches/save", Who::Admin, "private_incidents=on&hand_off=on"),
    page(paths::SEVERITIES, Who::SignedIn, ""),
    read("/api/severities/read", Who::SignedIn, ""),
    write("/api/severities/save", Who::Admin, "id=<severity>&name=Sev2&definition=Some+customers&example=Slow"),
    write("/api/severities/archive", Who::Admin, "id=<severity>"),
    write("/api/severities/reorder", Who::Admin, REORDERED),
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
    page(paths::PRIVATE_INCIDENTS, Who::Admin, ""),
    read("/api/private/list", Who::Admin, ""),
    write("/api/private/let-me-in", Who::Admin, "incident=<secret>"),
    page(paths::SET_UP, Who::SignedIn, ""),
    read("/api/set-up/read", Who::SignedIn, "address=https://incidents.paperkite.example"),
    route(Verb::Get, paths::SLACK_MANIFEST, Who::SignedIn, false, "address=https://incidents.paperkite.example"),
    // Each incident in it is asked for again with everything that is sent.
    route(Verb::Get, paths::LIVE, Who::SignedIn, false, LIVE),
    write("/api/demo/reset", Who::Admin, ""),
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
        (Who::Admin, Some(false)) => {
            // Says which of the two reasons for a 403 it is: the other is a forged request.
            (StatusCode::FORBIDDEN, Extension(AppError::from(Refusal::NotAllowed))).into_response()
        }
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
