//! What another site can forge: seven forms of a request, on everything that changes
//! something. None is accepted.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use http::StatusCode;
use server::http::access::{ACCESS, Kind, Verb};
use support::world::World;
use support::{Call, TestApp};

/// One forged form: what it is, and how it changes an honest request.
type Forgery = (&'static str, fn(Call) -> Call);

/// The forms, each a change of an honest request.
fn forgeries() -> Vec<Forgery> {
    vec![
        ("a form of another site", |call| {
            call.header("origin", "https://evil.example").header("sec-fetch-site", "cross-site")
        }),
        ("text/plain of another site", |call| {
            call.header("origin", "https://evil.example")
                .header("sec-fetch-site", "cross-site")
                .header("content-type", "text/plain")
        }),
        ("JSON in text/plain of another site", |mut call| {
            call.body = Some(r#"{"id":1,"x":"=","z":""}"#.into());
            call.header("origin", "https://evil.example").header("content-type", "text/plain").without("sec-fetch-site")
        }),
        ("a sibling site", |call| {
            call.header("sec-fetch-site", "same-site").header("origin", "https://other.127.0.0.1")
        }),
        ("nothing said", |call| call.without("origin").without("sec-fetch-site")),
        ("a sandboxed frame", |call| call.header("origin", "null").header("sec-fetch-site", "cross-site")),
        ("an old browser's frame", |call| call.header("origin", "null").without("sec-fetch-site")),
        ("the same host on another port", |call| {
            call.header("origin", "http://127.0.0.1:9999").without("sec-fetch-site")
        }),
        ("the same host without TLS's twin", |call| {
            call.header("origin", "https://127.0.0.1.evil.example").without("sec-fetch-site")
        }),
    ]
}

#[tokio::test]
async fn no_forged_request_is_accepted() {
    let Some(app) = TestApp::start().await else { return };
    let world = World::make(&app).await;
    let session = app.session_of(world.admin).await;
    let before = app.digest().await;
    let (mut sent, mut accepted) = (0, Vec::new());
    for entry in ACCESS.iter().filter(|entry| entry.verb == Verb::Post) {
        let sample = world.fill(entry.sample, &world.public);
        for (name, forge) in forgeries() {
            for accept in ["application/json", "text/html"] {
                let call = forge(Call::post(entry.path, sample.clone()).by(session.clone())).header("accept", accept);
                let answer = app.call(call).await;
                sent += 1;
                if answer.status != StatusCode::FORBIDDEN {
                    accepted.push((entry.path, name, answer.status));
                }
            }
        }
    }
    assert!(accepted.is_empty(), "{accepted:?}");
    assert_eq!(app.digest().await, before);
    println!("{sent} forged requests, 0 accepted");
}

#[tokio::test]
async fn a_cross_site_get_changes_nothing() {
    let Some(app) = TestApp::start().await else { return };
    let world = World::make(&app).await;
    let session = app.session_of(world.admin).await;
    let before = app.digest().await;
    for entry in ACCESS.iter().filter(|entry| entry.writes || entry.kind == Kind::Function) {
        let sample = world.fill(entry.sample, &world.public).replace(' ', "%20");
        for method in [http::Method::GET, http::Method::PUT, http::Method::DELETE, http::Method::PATCH] {
            let mut call = Call::get(format!("{}?{sample}", entry.path))
                .by(session.clone())
                .header("origin", "https://evil.example");
            call.method = method.clone();
            let answer = app.call(call).await;
            assert!(answer.status.is_client_error(), "{method} {}: {}", entry.path, answer.status);
        }
    }
    assert_eq!(app.digest().await, before);
}

#[tokio::test]
async fn a_wrong_type_from_our_own_page_is_415() {
    let Some(app) = TestApp::start().await else { return };
    let world = World::make(&app).await;
    let session = app.session_of(world.admin).await;
    for kind in ["text/plain", "application/json", "multipart/form-data; boundary=x", "application/cbor"] {
        let call = Call::post("/api/settings/company", "company_name=x&engineers=1&zone=UTC")
            .by(session.clone())
            .header("content-type", kind);
        assert_eq!(app.call(call).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{kind}");
    }
}

/// A plain form's way back: never to another site, and no text of an error in the address.
#[tokio::test]
async fn a_form_leads_back_to_a_page_of_ours() {
    let Some(app) = TestApp::start().await else { return };
    let world = World::make(&app).await;
    let session = app.session_of(world.admin).await;
    for entry in ACCESS.iter().filter(|entry| entry.kind == Kind::Function) {
        for form in [world.fill(entry.sample, &world.public), "nonsense=1".to_owned(), String::new()] {
            for referer in
                ["https://evil.example/p?x=1", "//evil.example", "http://127.0.0.1:3100/profile?__err=x&__path=y"]
            {
                let call = Call::post(entry.path, form.clone())
                    .by(session.clone())
                    .header("accept", "text/html")
                    .header("referer", referer);
                let answer = app.call(call).await;
                let location = answer.location();
                assert!(
                    location.is_empty() || (location.starts_with('/') && !location.starts_with("//")),
                    "{}: {location}",
                    entry.path
                );
                assert!(
                    !location.contains("evil") && !location.contains("__err") && !location.contains("__path"),
                    "{}: {location}",
                    entry.path
                );
                assert!(
                    answer.status == StatusCode::SEE_OTHER || answer.status.is_client_error(),
                    "{} {form:?}: {}",
                    entry.path,
                    answer.status
                );
                if entry.path == "/api/sessions/end-all" || entry.path == "/api/people/remove-admin" {
                    break;
                }
            }
        }
        if entry.path == "/api/sessions/end-all" {
            break;
        }
    }
}

#[tokio::test]
async fn a_link_writes_no_element_into_a_page() {
    let Some(app) = TestApp::start().await else { return };
    let world = World::make(&app).await;
    let session = app.session_of(world.member).await;
    let address = "/incidents?q=%3C/title%3E%3Cmeta%20http-equiv=refresh%20content=0%3E";
    let page = app.call(Call::get(address).by(session)).await.everything();
    assert!(page.contains("&lt;meta http-equiv=refresh"), "it is shown as it was written");
    assert_eq!(page.matches("</title>").count(), 1);
    assert!(!page.contains("<meta http-equiv=refresh"));
}
