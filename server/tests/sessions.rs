//! What a session is once it is there, and how it ends.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use http::StatusCode;
use sha2::{Digest as _, Sha256};
use support::browser::Browser;
use support::world::World;
use support::{Call, TestApp, Wanted};

#[tokio::test]
async fn t10_an_id_from_before_opens_nothing() {
    let Some(app) = TestApp::start().await else { return };
    let planted = "AAAAAAAAAAAAAAAAAAAAAA";
    let mut browser = Browser::new(&app);
    browser.cookies.push(("sensible_session".into(), planted.into()));
    browser.sign_in("U0CURLEW").await;
    let session = browser.session().unwrap();
    assert_ne!(session, planted);
    assert!(browser.is_in().await);
    let answer = app.call(Call::post("/api/frame/read", "").by(planted.to_owned())).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);

    // Signing in again gives another id, and the one before is worth nothing.
    browser.sign_in("U0CURLEW").await;
    assert_ne!(browser.session().unwrap(), session);
    assert_eq!(app.call(Call::post("/api/frame/read", "").by(session)).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn t11_cookies_are_what_they_should_be() {
    for (url, names, secure) in [
        (support::ORIGIN, ["sensible_session", "sensible_sign_in"], ""),
        ("https://incidents.example.com", ["__Host-sensible_session", "__Host-sensible_sign_in"], "; Secure"),
    ] {
        // A fake workspace is refused in public, so only the form is compared there.
        if secure.is_empty() {
            let Some(app) = TestApp::start_with(Wanted { public_url: url, ..Wanted::default() }).await else { return };
            let mut browser = Browser::new(&app);
            let start = browser.get(app::paths::SLACK_START).await;
            let cookie = start.header("set-cookie").to_owned();
            assert!(
                cookie.starts_with(&format!("{}=", names[1]))
                    && cookie.ends_with("; HttpOnly; SameSite=Lax; Path=/; Max-Age=600"),
                "{cookie}"
            );
            let answer = browser.sign_in("U0CURLEW").await;
            let cookie = answer
                .headers
                .get_all("set-cookie")
                .iter()
                .find(|value| value.to_str().unwrap().starts_with(names[0]))
                .unwrap();
            let cookie = cookie.to_str().unwrap();
            let (value, rest) = cookie.split_once('=').unwrap().1.split_once("; ").unwrap();
            assert!(
                value.len() >= 22
                    && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
            );
            assert_eq!(rest, "HttpOnly; SameSite=Lax; Path=/; Max-Age=2592000", "{cookie}");
            // A reader of a backup finds the hash and not the value.
            let hash = Sha256::digest(value.as_bytes()).to_vec();
            let found: i64 = sqlx::query_scalar("select count(*) from sessions where id = $1")
                .bind(hash)
                .fetch_one(&app.pool)
                .await
                .unwrap();
            assert_eq!(found, 1);
        } else {
            let layer = format!(
                "{:?}",
                server::auth::session::layer(
                    dummy_store(),
                    server::config::CookieForm { session: names[0], browser: names[1], secure: true }
                )
            );
            assert!(
                layer.contains("__Host-sensible_session") && layer.contains("secure: true") && layer.contains("Lax"),
                "{layer}"
            );
        }
    }
}

fn dummy_store() -> store::Store {
    store::Store::connect(store::StoreOptions::new("postgres://nobody@127.0.0.1:1/none")).unwrap()
}

#[tokio::test]
async fn t12_signing_out_is_a_post_and_ends_it() {
    let Some(app) = TestApp::start().await else { return };
    let world = World::make(&app).await;
    let session = app.session_of(world.member).await;
    assert_eq!(
        app.call(Call::get(app::paths::SIGN_OUT).by(session.clone())).await.status,
        StatusCode::METHOD_NOT_ALLOWED
    );
    assert_eq!(app.call(Call::get(app::paths::INCIDENTS).by(session.clone())).await.status, StatusCode::OK);
    let answer = app.call(Call::post(app::paths::SIGN_OUT, "").by(session.clone())).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, app::paths::SIGN_IN));
    assert_eq!(answer.cookie("sensible_session").as_deref(), Some(""), "the cookie is taken back");
    assert_eq!(app.call(Call::post("/api/frame/read", "").by(session)).await.status, StatusCode::UNAUTHORIZED);
}

/// Requests that touch the session are under way while the person signs out; whatever
/// order they end in, nobody is signed in afterwards.
#[tokio::test]
async fn t13_a_signed_out_session_never_comes_back() {
    use axum::Router;
    use axum::routing::get;
    use std::sync::Arc;
    use tokio::sync::Barrier;
    use tower::ServiceExt as _;
    use tower_sessions::Session;

    let Some(app) = TestApp::start().await else { return };
    let world = World::make(&app).await;
    let mut survived = 0;
    for trial in 0..50 {
        let session = app.session_of(world.member).await;
        let (loaded, go_on) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
        let slow = {
            let (loaded, go_on) = (loaded.clone(), go_on.clone());
            move |session: Session| async move {
                let _: Option<String> = session.get("person").await.unwrap();
                loaded.wait().await;
                go_on.wait().await;
                session.insert("touched", trial).await.unwrap();
                "done"
            }
        };
        let layer = server::auth::session::layer(app.state.store.clone(), app.state.config.cookies());
        let router: Router = Router::new().route("/slow", get(slow)).layer(layer);
        let request = http::Request::get("/slow")
            .header("cookie", format!("sensible_session={session}"))
            .body(axum::body::Body::empty())
            .unwrap();
        let under_way = tokio::spawn(router.oneshot(request));
        loaded.wait().await;
        assert_eq!(
            app.call(Call::post(app::paths::SIGN_OUT, "").by(session.clone())).await.status,
            StatusCode::SEE_OTHER
        );
        go_on.wait().await;
        under_way.await.unwrap().unwrap();
        let after = app.call(Call::post("/api/frame/read", "").by(session)).await;
        survived += i32::from(after.status != StatusCode::UNAUTHORIZED);
    }
    assert_eq!(survived, 0, "of 50");
}

#[tokio::test]
async fn t15_sessions_end_by_the_databases_clock() {
    let Some(app) = TestApp::start().await else { return };
    let world = World::make(&app).await;
    for (column, age, ended) in [
        ("seen_at", "11 hours 59 minutes", false),
        ("seen_at", "12 hours 1 minute", true),
        ("created_at", "29 days 23 hours", false),
        ("created_at", "30 days 1 minute", true),
    ] {
        let session = app.session_of(world.member).await;
        let hash = Sha256::digest(session.as_bytes()).to_vec();
        let sql = format!("update sessions set {column} = now() - interval '{age}' where id = $1");
        sqlx::query(sqlx::AssertSqlSafe(sql)).bind(hash).execute(&app.pool).await.unwrap();
        let answer = app.call(Call::post("/api/frame/read", "").by(session)).await;
        assert_eq!(answer.status == StatusCode::UNAUTHORIZED, ended, "{column} {age}");
    }
}

#[tokio::test]
async fn t14_a_leaver_loses_every_session() {
    let Some(app) = TestApp::start().await else { return };
    let mut admin = Browser::new(&app);
    admin.sign_in("U0AVOCET").await;
    let mut leaver = Browser::new(&app);
    leaver.sign_in("U0CURLEW").await;
    let mut guest = Browser::new(&app);
    guest.sign_in("U0PLOVER").await;
    app.slack.change_person("U0CURLEW", |person| person.deleted = true);
    app.slack.change_person("U0PLOVER", |person| person.is_restricted = true);
    let web_api = app.state.web_api.clone().unwrap();
    let change = server::workers::roster::read(&app.state.store, &web_api, "T0PAPERKITE").await.unwrap();
    assert_eq!(change.left.len(), 2);
    assert!(!leaver.is_in().await && !guest.is_in().await && admin.is_in().await);
    assert!(server::workers::roster::INTERVAL.as_secs() < 60);
    // People exist before they sign in; bots and strangers never do.
    assert_eq!(app.count("select count(*) from people where name in ('Dunlin', 'Knot')").await, 2);
    assert_eq!(app.count("select count(*) from people where name in ('Deploybot', 'Phalarope')").await, 0);
}

#[tokio::test]
async fn t16_signing_out_everywhere_ends_every_session_at_once() {
    let Some(app) = TestApp::start().await else { return };
    let mut browsers = [Browser::new(&app), Browser::new(&app), Browser::new(&app)];
    for browser in &mut browsers {
        browser.sign_in("U0CURLEW").await;
    }
    let mut other = Browser::new(&app);
    other.sign_in("U0PLOVER").await;
    let answer = browsers[0].send(Call::post("/api/sessions/end-all", "")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    for browser in &mut browsers {
        assert!(!browser.is_in().await);
    }
    assert!(other.is_in().await);
}
