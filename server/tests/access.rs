//! The access table: nothing is missing in it, and everybody gets from every entry
//! exactly what it says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::BTreeSet;

use domain::System;
use http::StatusCode;
use leptos::server_fn::axum::server_fn_paths;
use server::http::access::{ACCESS, Entry, Kind, Verb, Who};
use server::http::routes::RAW;
use store::RosterPerson;
use support::world::{TEAM, World};
use support::{Answer, Call, TestApp};

/// Every kind of caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Caller {
    Anonymous,
    /// A cookie that nobody gave.
    Forged,
    /// A session that was signed out.
    SignedOut,
    /// A session of somebody whom an admin deactivated.
    Deactivated,
    /// A session of somebody who is deactivated in Slack, or became a guest there, meanwhile.
    GoneInSlack,
    Member,
    Participant,
    Reporter,
    Invited,
    Lead,
    Admin,
}

const CALLERS: [Caller; 11] = [
    Caller::Anonymous,
    Caller::Forged,
    Caller::SignedOut,
    Caller::Deactivated,
    Caller::GoneInSlack,
    Caller::Member,
    Caller::Participant,
    Caller::Reporter,
    Caller::Invited,
    Caller::Lead,
    Caller::Admin,
];

impl Caller {
    async fn session(self, app: &TestApp, world: &World) -> Option<String> {
        let person = match self {
            Self::Anonymous => return None,
            Self::Forged => return Some("AAAAAAAAAAAAAAAAAAAAAA".into()),
            Self::SignedOut => {
                let session = app.session_of(world.admin).await;
                app.call(Call::post(app::paths::SIGN_OUT, "").by(session.clone())).await;
                return Some(session);
            }
            Self::Deactivated => world.left,
            Self::GoneInSlack => return Some(session_of_somebody_who_went(app).await),
            Self::Member => world.member,
            Self::Participant => world.participant,
            Self::Reporter => world.reporter,
            Self::Invited => world.invited,
            Self::Lead => world.lead,
            Self::Admin => world.admin,
        };
        Some(app.session_of(person).await)
    }

    fn is_signed_in(self) -> bool {
        !matches!(self, Self::Anonymous | Self::Forged | Self::SignedOut | Self::Deactivated | Self::GoneInSlack)
    }

    /// Whether they may read the private incident of the test.
    fn is_inside(self) -> bool {
        matches!(self, Self::Reporter | Self::Invited | Self::Lead)
    }
}

/// Signed in while they were a member; then Slack says that they are not one any more.
async fn session_of_somebody_who_went(app: &TestApp) -> String {
    let store = &app.state.store;
    let roster = |gone| {
        let user = "U0WIGEON".to_owned();
        vec![RosterPerson {
            team: TEAM.into(),
            user,
            name: "Wigeon".into(),
            email: None,
            picture: None,
            zone: None,
            gone,
        }]
    };
    store.sync_roster(System::Worker, roster(false)).await.unwrap();
    let person = store.person_of_slack(System::Worker, TEAM, "U0WIGEON").await.unwrap().unwrap();
    let session = app.session_of(person).await;
    let answer = app.call(Call::get(app::paths::INCIDENTS).by(session.clone())).await;
    assert_eq!(answer.status, StatusCode::OK, "they were signed in");
    store.sync_roster(System::Worker, roster(true)).await.unwrap();
    session
}

fn call(entry: &Entry, world: &World, reference: &str) -> Call {
    let sample = world.fill(entry.sample, reference);
    let path = world.path(entry.path, reference).replace("{*file}", "app-0123456789abcdef.css");
    match (entry.kind, entry.verb) {
        (Kind::Function, _) | (_, Verb::Post) => Call::post(path, sample),
        _ if sample.is_empty() => Call::get(path),
        _ => Call::get(format!("{path}?{}", sample.replace(' ', "%20"))),
    }
}

/// Whether the answer is a refusal to let this caller in.
fn is_turned_away(entry: &Entry, answer: &Answer) -> bool {
    answer.status == StatusCode::UNAUTHORIZED
        || answer.status == StatusCode::FORBIDDEN
        || (entry.path != app::paths::SIGN_IN
            && entry.who != Who::Anybody
            && answer.location().starts_with(app::paths::SIGN_IN))
}

#[tokio::test]
async fn the_table_is_what_is_registered() {
    let functions: BTreeSet<String> = server_fn_paths().map(|(path, method)| format!("{method} {path}")).collect();
    let pages: BTreeSet<String> = app::pages().iter().map(|page| format!("GET {}", page.path())).collect();
    let routes: BTreeSet<String> = RAW.iter().map(|(verb, path)| format!("{verb} {path}")).collect();
    let declared = |kind: Kind| -> BTreeSet<String> {
        let verb = |verb| if verb == Verb::Get { "GET" } else { "POST" };
        ACCESS
            .iter()
            .filter(|entry| entry.kind == kind)
            .map(|entry| format!("{} {}", verb(entry.verb), entry.path))
            .collect()
    };
    assert_eq!(declared(Kind::Function), functions);
    assert_eq!(declared(Kind::Page), pages);
    assert_eq!(declared(Kind::Route), routes);
    assert_eq!(ACCESS.len(), functions.len() + pages.len() + routes.len(), "an address twice");
    // A GET would defeat SameSite=Lax: no function may be called by following a link.
    assert!(functions.iter().all(|function| function.starts_with("POST /api/")), "{functions:?}");
    let open: Vec<&str> = ACCESS.iter().filter(|entry| entry.who == Who::Anybody).map(|entry| entry.path).collect();
    println!("open to anybody: {open:?}");
    assert!(open.len() <= 8);
}

/// Reading the sources: routes stand in one file.
#[test]
fn routes_are_registered_in_one_place() {
    fn sources(folder: &std::path::Path, found: &mut Vec<std::path::PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            if entry.path().is_dir() { sources(&entry.path(), found) } else { found.push(entry.path()) }
        }
    }
    let mut files = Vec::new();
    for folder in ["src", "../app/src"] {
        sources(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut files);
    }
    for file in
        files.iter().filter(|file| file.extension().is_some_and(|end| end == "rs") && !file.ends_with("http/routes.rs"))
    {
        let text = std::fs::read_to_string(file).unwrap();
        for word in [".route(", ".nest(", ".nest_service(", ".route_service("] {
            assert!(!text.contains(word), "{} registers a route", file.display());
        }
    }
}

/// Every entry, every caller: whoever may not is turned away and changes nothing.
#[tokio::test]
async fn whoever_may_not_is_turned_away_and_changes_nothing() {
    let Some(app) = TestApp::start().await else { return };
    let world = World::make(&app).await;
    let mut sessions = Vec::new();
    for caller in CALLERS {
        sessions.push((caller, caller.session(&app, &world).await));
    }
    let before = app.digest().await;
    let mut answered = 0;
    for entry in ACCESS {
        for (caller, session) in &sessions {
            let allowed = match entry.who {
                Who::Anybody => true,
                Who::SignedIn | Who::Reader => caller.is_signed_in(),
                Who::Admin => *caller == Caller::Admin,
            };
            if allowed {
                continue;
            }
            let answer = app.call(call(entry, &world, &world.public).by(session.clone())).await;
            assert!(is_turned_away(entry, &answer), "{caller:?} {entry:?}: {}", answer.status);
            if caller.is_signed_in() {
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{caller:?} {}", entry.path);
            } else if entry.kind != Kind::Page {
                assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{caller:?} {}", entry.path);
            }
            answered += 1;
        }
    }
    assert_eq!(app.digest().await, before, "somebody changed something");
    println!("{answered} refusals, nothing changed");
}

/// Every entry for everybody who may: not turned away, and never broken.
#[tokio::test]
async fn whoever_may_is_let_in() {
    let Some(app) = TestApp::start().await else { return };
    let world = World::make(&app).await;
    for entry in ACCESS.iter().filter(|entry| !entry.writes) {
        for caller in CALLERS.into_iter().filter(|caller| caller.is_signed_in()) {
            if entry.who == Who::Admin && caller != Caller::Admin {
                continue;
            }
            let session = caller.session(&app, &world).await;
            let answer = app.call(call(entry, &world, &world.public).by(session)).await;
            assert!(!is_turned_away(entry, &answer), "{caller:?} {entry:?}: {}", answer.status);
            let is_door = entry.who == Who::Anybody;
            assert!(
                answer.status.is_success() || answer.status.is_redirection() || is_door,
                "{caller:?} {entry:?}: {} {}",
                answer.status,
                answer.body
            );
            assert!(!answer.status.is_server_error(), "{caller:?} {entry:?}: {}", answer.status);
        }
    }
}

/// Every write with its sample, in a database of its own: done, and on the record.
#[tokio::test]
async fn every_write_works_for_whoever_may() {
    let mut faults = Vec::new();
    for entry in ACCESS.iter().filter(|entry| entry.writes && entry.kind == Kind::Function) {
        let Some(app) = TestApp::start().await else { return };
        let world = World::make(&app).await;
        if entry.path == "/api/people/remove-admin" {
            app.state.store.appoint(domain::System::Demo, world.lead).await.unwrap();
        }
        if entry.path == "/api/demo/reset" {
            server::demo::reset(&app.state.store).await.expect_err("no demo lives here");
            server::demo::seed(&app.state.store).await.unwrap();
            app.state.store.begin_demo(domain::System::Demo, demo_settings()).await.unwrap();
        }
        let caller = if entry.who == Who::Admin { world.admin } else { world.member };
        let session = app.session_of(caller).await;
        let before = app.digest().await;
        let answer = app.call(call(entry, &world, &world.public).by(session)).await;
        if !answer.status.is_success() {
            faults.push(format!("{}: {} {}", entry.path, answer.status, answer.body));
        } else if app.digest().await == before {
            faults.push(format!("{} changed nothing", entry.path));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn demo_settings() -> store::DemoSettings {
    store::DemoSettings {
        company_name: "Paperkite".into(),
        engineers: 12,
        zone: "Asia/Tokyo".into(),
        announcements_channel: None,
        meeting_url: None,
    }
}

/// The private incident: who is inside reads it, everybody else gets the answer that
/// a reference without an incident gets.
#[tokio::test]
async fn a_private_incident_is_not_there_for_outsiders() {
    let Some(app) = TestApp::start().await else { return };
    let world = World::make(&app).await;
    for entry in ACCESS.iter().filter(|entry| entry.who == Who::Reader) {
        for caller in CALLERS.into_iter().filter(|caller| caller.is_signed_in()) {
            let session = caller.session(&app, &world).await;
            let answer = app.call(call(entry, &world, &world.private).by(session.clone())).await;
            if caller.is_inside() {
                assert_eq!(answer.status, StatusCode::OK, "{caller:?} {}", entry.path);
                // What writes answers nothing to read, and who never looked has missed nothing.
                let says_nothing = entry.writes || entry.path == "/api/incidents/missed";
                assert!(says_nothing || answer.body.contains(&world.canary), "{caller:?} {}", entry.path);
                continue;
            }
            let missing = app.call(call(entry, &world, "PRV-77").by(session)).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{caller:?} {}", entry.path);
            assert_eq!(missing.status, StatusCode::NOT_FOUND);
            let plain =
                |answer: &Answer, reference: &str| plain(&answer.body, reference, answer.header("x-request-id"));
            assert_eq!(plain(&answer, &world.private), plain(&missing, "PRV-77"), "{caller:?} {}", entry.path);
        }
    }
}

/// A body without what differs from request to request.
fn plain(body: &str, reference: &str, mark: &str) -> String {
    let body = body.replace(reference, "REFERENCE").replace(&reference.to_lowercase(), "REFERENCE");
    let body = if mark.is_empty() { body } else { body.replace(mark, "MARK") };
    let mut kept = String::new();
    let mut rest = body.as_str();
    while let Some((head, tail)) = rest.split_once("nonce=\"") {
        kept.push_str(head);
        rest = tail.split_once('"').map_or("", |(_, tail)| tail);
    }
    kept.push_str(rest);
    let kept = without_fresh_ids(&kept);
    let digits = |text: &str| text.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
    digits(&kept)
}

/// Forms carry ids made for this one answer.
fn without_fresh_ids(body: &str) -> String {
    let values = body.split("value=\"").map(|part| {
        let id = part.get(..36).and_then(|id| uuid::Uuid::parse_str(id).ok());
        if id.is_some() { part.get(36..).unwrap_or_default() } else { part }
    });
    values.collect::<Vec<_>>().join("value=\"")
}

/// An address without a line in the table is refused, whoever asks.
#[tokio::test]
async fn no_line_no_entry() {
    use http::Method;
    for (path, method) in
        [("/api/made-up", Method::POST), ("/incidents/{other}", Method::GET), ("/pkg/{*file}", Method::PUT)]
    {
        assert!(server::http::access::entry(path, &method).is_none(), "{method} {path}");
    }
    let Some(app) = TestApp::start().await else { return };
    let world = World::make(&app).await;
    let session = app.session_of(world.admin).await;
    for address in ["/metrics", "/debug", "/api/made-up", "/nowhere", "/incidents/INC-1/x", "/.env"] {
        for session in [None, Some(session.clone())] {
            let answer = app.call(Call::get(address).by(session.clone())).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{address}");
        }
    }
    let answer = app.call(Call::get(app::paths::SIGN_OUT).by(session.clone())).await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    let answer = app.call(Call::get(app::paths::INCIDENTS).by(session)).await;
    assert_eq!(answer.status, StatusCode::OK, "a GET does not sign out");
}

/// A layer of the real router refuses what the table does not have.
#[tokio::test]
async fn the_layer_itself_denies_by_default() {
    use axum::Router;
    use axum::middleware::from_fn;
    use axum::routing::get;
    use tower::ServiceExt as _;
    let router: Router =
        Router::new().route("/forgotten", get(|| async { "secret" })).layer(from_fn(server::http::access::check));
    let request = http::Request::get("/forgotten").body(axum::body::Body::empty()).unwrap();
    let answer = Answer::of(router.oneshot(request).await.unwrap()).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(!answer.body.contains("secret"));
}
