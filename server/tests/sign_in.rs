//! Signing in with Slack, and every way in that must stay shut.
//!
//! Longer than 400 lines because the attacks on a sign-in are one list, in one place.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use fake_slack::{Fault, Mode};
use http::StatusCode;
use sha2::{Digest as _, Sha256};
use support::world::World;
use support::{Answer, Call, TestApp, Wanted};

const TOKEN: &str = "openid.connect.token";

/// A browser that keeps its cookies.
struct Browser<'a> {
    app: &'a TestApp,
    cookies: Vec<(String, String)>,
}

impl<'a> Browser<'a> {
    fn new(app: &'a TestApp) -> Self {
        Self { app, cookies: Vec::new() }
    }

    async fn get(&mut self, address: &str) -> Answer {
        self.send(Call::get(address)).await
    }

    async fn send(&mut self, mut call: Call) -> Answer {
        call.cookies.extend(self.cookies.clone());
        let answer = self.app.call(call).await;
        for name in ["sensible_session", "sensible_sign_in"] {
            if let Some(value) = answer.cookie(name) {
                self.cookies.retain(|(kept, _)| kept != name);
                if !value.is_empty() {
                    self.cookies.push((name.into(), value));
                }
            }
        }
        answer
    }

    /// Goes to Slack's page, picks somebody, and gives the address that Slack sends back to.
    async fn way_back(&mut self, person: &str, to: &str) -> String {
        let start = self.get(&app::paths::with_query(app::paths::SLACK_START, [("to", to)])).await;
        assert_eq!(start.status, StatusCode::SEE_OTHER, "{}", start.body);
        let back = self.app.slack.pick(start.location(), person).unwrap();
        back.strip_prefix(support::ORIGIN).unwrap().to_owned()
    }

    async fn sign_in(&mut self, person: &str) -> Answer {
        let back = self.way_back(person, "").await;
        self.get(&back).await
    }

    fn session(&self) -> Option<String> {
        self.cookies.iter().find(|(name, _)| name == "sensible_session").map(|(_, value)| value.clone())
    }

    async fn is_in(&mut self) -> bool {
        self.get(app::paths::INCIDENTS).await.status == StatusCode::OK
    }
}

async fn sessions(app: &TestApp) -> i64 {
    app.count("select count(*) from sessions").await
}

#[tokio::test]
async fn the_first_person_becomes_admin_and_is_asked_three_questions() {
    let Some(app) = TestApp::start().await else { return };
    let mut first = Browser::new(&app);
    let answer = first.sign_in("U0AVOCET").await;
    assert_eq!(answer.location(), app::paths::WELCOME);
    assert!(first.is_in().await);
    let mut second = Browser::new(&app);
    let answer = second.sign_in("U0CURLEW").await;
    assert_eq!(answer.location(), app::paths::HOME);
    assert_eq!(app.count("select count(*) from people where is_admin").await, 1);
    assert_eq!(app.count("select count(*) from people where name = 'Curlew' and zone = 'Asia/Tokyo'").await, 1);
}

#[tokio::test]
async fn t01_without_a_started_sign_in_nothing_is_asked_of_slack() {
    let Some(app) = TestApp::start().await else { return };
    for query in
        ["", "?code=x", "?state=x", "?code=x&state=y", "?error=access_denied&state=%3Cscript%3E", "?code[]=1&state=%ff"]
    {
        let mut browser = Browser::new(&app);
        let answer = browser.get(&format!("{}{query}", server::auth::slack_login::CALLBACK)).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        assert!(browser.session().is_none() && !answer.body.contains("<script>"));
    }
    assert_eq!(app.slack.calls(TOKEN), 0);
    assert_eq!(sessions(&app).await, 0);
}

#[tokio::test]
async fn t02_a_state_of_another_browser_is_refused() {
    let Some(app) = TestApp::start().await else { return };
    let mut attacker = Browser::new(&app);
    let back = attacker.way_back("U0CURLEW", "").await;
    let mut victim = Browser::new(&app);
    assert_eq!(victim.get(&back).await.status, StatusCode::BAD_REQUEST);
    // Even with a sign-in of their own under way.
    let _ = victim.way_back("U0PLOVER", "").await;
    let back = attacker.way_back("U0CURLEW", "").await;
    assert_eq!(victim.get(&back).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(app.slack.calls(TOKEN), 0);
    assert!(victim.session().is_none());
}

#[tokio::test]
async fn t03_a_state_works_once_also_twice_at_once() {
    let Some(app) = TestApp::start().await else { return };
    let mut browser = Browser::new(&app);
    let back = browser.way_back("U0CURLEW", "").await;
    assert_eq!(browser.get(&back).await.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.get(&back).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(app.slack.calls(TOKEN), 1);

    for _ in 0..10 {
        let mut browser = Browser::new(&app);
        let back = browser.way_back("U0CURLEW", "").await;
        let call =
            || browser.cookies.iter().fold(Call::get(back.clone()), |call, (name, value)| call.cookie(name, value));
        let (one, other) = tokio::join!(app.call(call()), app.call(call()));
        let mut statuses = [one.status, other.status];
        statuses.sort();
        assert_eq!(statuses, [StatusCode::SEE_OTHER, StatusCode::BAD_REQUEST]);
    }
    assert_eq!(app.slack.calls(TOKEN), 11);
}

#[tokio::test]
async fn t04_after_ten_minutes_it_has_to_begin_again() {
    let Some(app) = TestApp::start().await else { return };
    let mut browser = Browser::new(&app);
    let back = browser.way_back("U0CURLEW", "").await;
    sqlx::query("update sign_in_attempts set created_at = created_at - interval '10 minutes 1 second'")
        .execute(&app.pool)
        .await
        .unwrap();
    assert_eq!(browser.get(&back).await.status, StatusCode::BAD_REQUEST);
    assert_eq!((app.slack.calls(TOKEN), sessions(&app).await), (0, 0));
}

#[tokio::test]
async fn t05_t08_no_forged_token_opens_the_door() {
    let Some(app) = TestApp::start().await else { return };
    for mode in Mode::ALL {
        if matches!(mode, Mode::Normal | Mode::UnverifiedEmail) {
            continue;
        }
        app.slack.mode(mode);
        let mut browser = Browser::new(&app);
        let answer = browser.sign_in("U0CURLEW").await;
        let expected = match mode {
            Mode::TokenRefused => StatusCode::BAD_REQUEST,
            Mode::WrongTeam => StatusCode::FORBIDDEN,
            _ => StatusCode::UNAUTHORIZED,
        };
        assert_eq!(answer.status, expected, "{mode:?}");
        assert!(browser.session().is_none(), "{mode:?}");
        assert_eq!(sessions(&app).await, 0, "{mode:?}");
    }
    assert_eq!(app.count("select count(*) from people").await, 0);
    app.slack.mode(Mode::Normal);
    assert_eq!(Browser::new(&app).sign_in("U0CURLEW").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn t06_no_pkce_is_sent_to_slack() {
    let Some(app) = TestApp::start().await else { return };
    let start = app.call(Call::get(app::paths::SLACK_START)).await;
    assert!(start.location().contains("state=") && start.location().contains("nonce="));
    assert!(!start.location().contains("code_challenge"));
}

#[tokio::test]
async fn t07_who_does_not_agree_comes_back_to_the_door() {
    let Some(app) = TestApp::start().await else { return };
    let mut browser = Browser::new(&app);
    let back = browser.way_back("U0CURLEW", "").await;
    let state = back.split("state=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let denied = format!("{}?error=access_denied&state={state}", server::auth::slack_login::CALLBACK);
    let answer = browser.get(&denied).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/sign-in?refused=denied"));
    assert_eq!(browser.get(&denied).await.status, StatusCode::BAD_REQUEST, "the state is used up");
    assert_eq!(app.slack.calls(TOKEN), 0);
}

#[tokio::test]
async fn t08_guests_bots_leavers_and_strangers_stay_outside() {
    let Some(app) = TestApp::start().await else { return };
    for person in ["U0RUFF", "U0SNIPE", "U0DOTTEREL", "U0DEPLOYBOT", "U0PHALAROPE"] {
        let mut browser = Browser::new(&app);
        let start = browser.get(app::paths::SLACK_START).await;
        // Slack itself may already say no to somebody who has left.
        let Ok(back) = app.slack.pick(start.location(), person) else { continue };
        let answer = browser.get(back.strip_prefix(support::ORIGIN).unwrap()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{person}");
        assert!(browser.session().is_none() && !browser.is_in().await, "{person}");
    }
    assert_eq!(sessions(&app).await, 0);
    assert_eq!(app.count("select count(*) from people").await, 0);
}

#[tokio::test]
async fn t08_a_check_that_cannot_be_made_keeps_the_door_shut() {
    let Some(app) = TestApp::start().await else { return };
    app.slack.fail_next("users.info", 1, Fault::RateLimited(3));
    assert_eq!(Browser::new(&app).sign_in("U0CURLEW").await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(sessions(&app).await, 0);
}

#[tokio::test]
async fn t09_an_address_is_not_a_person() {
    let Some(app) = TestApp::start().await else { return };
    Browser::new(&app).sign_in("U0CURLEW").await;
    app.slack.change_person("U0PLOVER", |person| person.email = "curlew@paperkite.example".into());
    Browser::new(&app).sign_in("U0PLOVER").await;
    assert_eq!(app.count("select count(*) from people").await, 2);
    assert_eq!(app.count("select count(*) from people where email = 'curlew@paperkite.example'").await, 1);
}

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

/// Reliability T-13 and M6: requests that touch the session are under way while the
/// person signs out; whatever order they end in, nobody is signed in afterwards.
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

#[tokio::test]
async fn t51_nobody_is_sent_away_after_signing_in() {
    let Some(app) = TestApp::start().await else { return };
    Browser::new(&app).sign_in("U0AVOCET").await;
    let long = format!("/incidents?q={}", "a".repeat(5_000));
    let hostile = [
        "//evil",
        "/\\evil",
        "https://evil",
        "/%09/evil",
        "%2f%2fevil",
        "\t//evil",
        "javascript:alert(1)",
        "/@evil.com",
        "/a\r\nSet-Cookie:x=1",
        long.as_str(),
        "/auth/slack/start",
        "/api/demo/reset",
    ];
    for to in hostile {
        let mut browser = Browser::new(&app);
        let back = browser.way_back("U0CURLEW", to).await;
        let answer = browser.get(&back).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/"), "{to:?}");
    }
    for to in ["/incidents?q=a&status=over", "/incidents/INC-6", "/profile"] {
        let mut browser = Browser::new(&app);
        let back = browser.way_back("U0CURLEW", to).await;
        assert_eq!(browser.get(&back).await.location(), to);
    }
}

#[tokio::test]
async fn who_is_not_signed_in_comes_back_to_the_page_they_wanted() {
    let Some(app) = TestApp::start().await else { return };
    let answer = app.call(Call::get("/incidents/INC-6?only_updates=1")).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.location(), "/sign-in?to=%2Fincidents%2FINC-6%3Fonly_updates%3D1");
    let mut browser = Browser::new(&app);
    let page = browser.get(answer.location()).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("/auth/slack/start?to=%2Fincidents%2FINC-6"), "{}", page.body);
}

#[tokio::test]
async fn two_tabs_of_one_browser_both_get_in() {
    let Some(app) = TestApp::start().await else { return };
    let mut browser = Browser::new(&app);
    let one = browser.way_back("U0CURLEW", "/profile").await;
    let other = browser.way_back("U0CURLEW", "/incidents").await;
    assert_eq!(browser.get(&one).await.location(), app::paths::WELCOME);
    assert_eq!(browser.get(&other).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn slack_away_is_said_and_nothing_is_stored() {
    let Some(app) = TestApp::start().await else { return };
    let mut browser = Browser::new(&app);
    let back = browser.way_back("U0CURLEW", "").await;
    app.slack.fail_next(TOKEN, 1, Fault::ServerError);
    let answer = browser.get(&back).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.body.contains("Slack does not answer right now"));
    assert_eq!(sessions(&app).await, 0);
}
