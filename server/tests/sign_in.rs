//! Signing in with Slack, and every way in that must stay shut.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use fake_slack::{Fault, Mode};
use http::StatusCode;
use support::browser::Browser;
use support::{Call, TestApp};

const TOKEN: &str = "openid.connect.token";

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
async fn a_bot_token_that_slack_refuses_is_named_as_the_reason() {
    let Some(app) = TestApp::start().await else { return };
    app.slack.fail_next("users.info", 1, Fault::Refused("token_revoked".into()));
    let answer = Browser::new(&app).sign_in("U0CURLEW").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.body.contains("SLACK_BOT_TOKEN"), "{}", answer.body);
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
