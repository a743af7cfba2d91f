//! Signing in against the fake workspace: the good way once, and every way in
//! which it must be refused.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::time::Duration;

use fake_slack::{CLIENT_ID, CLIENT_SECRET, FakeOptions, FakeSlack, Fault, Mode, Running};
use slack::{BaseUrl, Identity, SetUpError, SignIn, SignInConfig, SignInError, Url};

const CALLBACK: &str = "http://127.0.0.1:3100/auth/slack/callback";

async fn start() -> Running {
    FakeSlack::start(FakeOptions::default()).await.unwrap()
}

fn config(slack: &Running) -> SignInConfig {
    SignInConfig {
        client_id: CLIENT_ID.to_owned(),
        client_secret: CLIENT_SECRET.to_owned().into(),
        base_url: slack.url().parse().unwrap(),
        redirect_url: CALLBACK.parse().unwrap(),
        team_id: "T0PAPERKITE".to_owned(),
    }
}

/// Goes to Slack as this person and comes back with a code.
async fn code(slack: &Running, sign_in: &SignIn, person: &str) -> String {
    let page = sign_in.authorize_url("the state", "the nonce").await.unwrap();
    let back: Url = slack.pick(page.as_str(), person).unwrap().parse().unwrap();
    let find = |wanted: &str| back.query_pairs().find(|(name, _)| name == wanted).unwrap().1.into_owned();
    assert_eq!(find("state"), "the state");
    find("code")
}

async fn signed_in(slack: &Running, sign_in: &SignIn, person: &str) -> Result<Identity, SignInError> {
    sign_in.finish(&code(slack, sign_in, person).await, "the nonce").await
}

#[tokio::test]
async fn curlew_signs_in() {
    let slack = start().await;
    let sign_in = SignIn::new(config(&slack)).unwrap();
    let identity = signed_in(&slack, &sign_in, "U0CURLEW").await.unwrap();
    assert_eq!(
        identity,
        Identity {
            team_id: "T0PAPERKITE".to_owned(),
            user_id: "U0CURLEW".to_owned(),
            email: Some("curlew@paperkite.example".to_owned()),
            email_verified: true,
            name: Some("Curlew".to_owned()),
            picture: None,
            locale: Some("ja-JP".to_owned()),
        }
    );
    signed_in(&slack, &sign_in, "U0GODWIT").await.unwrap();
    assert_eq!(slack.calls("openid-configuration"), 1, "endpoints are kept");
    assert_eq!(slack.calls("openid.connect.keys"), 1, "keys are kept");
    assert_eq!(slack.calls("openid.connect.token"), 2, "one exchange for each sign-in");
    slack.mode(Mode::UnverifiedEmail);
    assert!(!signed_in(&slack, &sign_in, "U0CURLEW").await.unwrap().email_verified);
}

#[tokio::test]
async fn the_page_is_asked_for_with_all_that_it_needs_and_no_pkce() {
    let slack = start().await;
    let sign_in = SignIn::new(config(&slack)).unwrap();
    let page = sign_in.authorize_url("a state", "a nonce").await.unwrap();
    let mut parameters: Vec<(String, String)> = page.query_pairs().into_owned().collect();
    parameters.sort();
    let expected = [
        ("client_id", CLIENT_ID),
        ("nonce", "a nonce"),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("scope", "openid profile email"),
        ("state", "a state"),
        ("team", "T0PAPERKITE"),
    ];
    assert_eq!(parameters, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    signed_in(&slack, &sign_in, "U0CURLEW").await.unwrap();
    let exchange = slack.log().into_iter().find(|call| call.method == "openid.connect.token").unwrap();
    assert_eq!(exchange.arguments["redirect_uri"], CALLBACK);
    assert!(!exchange.arguments.contains_key("code_verifier"));
}

#[tokio::test]
async fn every_spoilt_sign_in_is_refused_by_its_own_name() {
    let slack = start().await;
    let sign_in = SignIn::new(config(&slack)).unwrap();
    for (mode, code, forged) in [
        (Mode::TokenRefused, "code_refused", false),
        (Mode::WrongTeam, "other_workspace", false),
        (Mode::WrongAudience, "wrong_audience", true),
        (Mode::TwoAudiences, "wrong_audience", true),
        (Mode::WrongIssuer, "wrong_issuer", true),
        (Mode::WrongNonce, "wrong_nonce", true),
        (Mode::MissingNonce, "wrong_nonce", true),
        (Mode::Expired, "expired", true),
        (Mode::UnknownKey, "unknown_key", true),
        (Mode::WrongSignature, "wrong_signature", true),
        (Mode::Hs256, "wrong_algorithm", true),
        (Mode::AlgNone, "wrong_algorithm", true),
        (Mode::MissingTeam, "missing_claim", true),
        (Mode::MissingUser, "missing_claim", true),
        (Mode::MissingIdToken, "no_id_token", true),
    ] {
        slack.mode(mode);
        let error = signed_in(&slack, &sign_in, "U0CURLEW").await.unwrap_err();
        assert_eq!((error.code(), error.is_forged()), (code, forged), "{mode:?}");
    }
    let refused = Mode::ALL.len() - 2;
    assert_eq!(slack.calls("openid.connect.token"), refused, "the list above names every mode that must be refused");
    slack.mode(Mode::Normal);
    signed_in(&slack, &sign_in, "U0CURLEW").await.unwrap();
}

#[tokio::test]
async fn somebody_of_another_workspace_is_refused() {
    let slack = start().await;
    let sign_in = SignIn::new(config(&slack)).unwrap();
    let error = signed_in(&slack, &sign_in, "U0PHALAROPE").await.unwrap_err();
    assert!(matches!(error, SignInError::OtherWorkspace));
}

#[tokio::test]
async fn a_nonce_of_ours_has_to_be_in_the_token() {
    let slack = start().await;
    let sign_in = SignIn::new(config(&slack)).unwrap();
    let code = code(&slack, &sign_in, "U0CURLEW").await;
    let error = sign_in.finish(&code, "another nonce").await.unwrap_err();
    assert!(matches!(error, SignInError::WrongNonce));
}

#[tokio::test]
async fn a_code_works_once_and_for_ten_minutes() {
    let slack = start().await;
    let sign_in = SignIn::new(config(&slack)).unwrap();
    let code_once = code(&slack, &sign_in, "U0CURLEW").await;
    sign_in.finish(&code_once, "the nonce").await.unwrap();
    assert!(matches!(sign_in.finish(&code_once, "the nonce").await, Err(SignInError::CodeRefused)));
    let code_late = code(&slack, &sign_in, "U0CURLEW").await;
    slack.advance(Duration::from_secs(601));
    assert!(matches!(sign_in.finish(&code_late, "the nonce").await, Err(SignInError::CodeRefused)));
}

#[tokio::test]
async fn a_wrong_secret_is_told_apart_from_a_wrong_code() {
    let slack = start().await;
    let sign_in = SignIn::new(SignInConfig { client_secret: "another".to_owned().into(), ..config(&slack) }).unwrap();
    match signed_in(&slack, &sign_in, "U0CURLEW").await.unwrap_err() {
        SignInError::ExchangeRefused(code) => assert_eq!(code, "bad_client_secret"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_rotated_key_is_asked_for_once_and_found() {
    let slack = start().await;
    let sign_in = SignIn::new(config(&slack)).unwrap();
    signed_in(&slack, &sign_in, "U0CURLEW").await.unwrap();
    slack.rotate_keys().unwrap();
    signed_in(&slack, &sign_in, "U0CURLEW").await.unwrap();
    signed_in(&slack, &sign_in, "U0CURLEW").await.unwrap();
    assert_eq!(slack.calls("openid.connect.keys"), 2);
}

#[tokio::test]
async fn an_unknown_key_is_asked_for_once_and_refused() {
    let slack = start().await;
    let sign_in = SignIn::new(config(&slack)).unwrap();
    signed_in(&slack, &sign_in, "U0CURLEW").await.unwrap();
    slack.mode(Mode::UnknownKey);
    assert!(matches!(signed_in(&slack, &sign_in, "U0CURLEW").await, Err(SignInError::UnknownKey)));
    assert_eq!(slack.calls("openid.connect.keys"), 2);
}

#[tokio::test]
async fn unsigned_tokens_do_not_even_ask_for_keys() {
    let slack = start().await;
    let sign_in = SignIn::new(config(&slack)).unwrap();
    slack.mode(Mode::AlgNone);
    signed_in(&slack, &sign_in, "U0CURLEW").await.unwrap_err();
    assert_eq!(slack.calls("openid.connect.keys"), 0);
}

#[tokio::test]
async fn a_slack_in_trouble_is_a_slack_that_is_away() {
    let slack = start().await;
    let sign_in = SignIn::new(config(&slack)).unwrap();
    slack.fail_next("openid-configuration", 1, Fault::ServerError);
    assert!(matches!(sign_in.authorize_url("s", "n").await, Err(SignInError::Away(_))));
    slack.fail_next("openid-configuration", 1, Fault::NotJson);
    assert!(matches!(sign_in.authorize_url("s", "n").await, Err(SignInError::Unreadable(_))));
    for method in ["openid.connect.token", "openid.connect.keys"] {
        slack.fail_next(method, 1, Fault::RateLimited(7));
        match signed_in(&slack, &sign_in, "U0CURLEW").await.unwrap_err() {
            SignInError::RateLimited(wait) => assert_eq!(wait, Duration::from_secs(7)),
            other => panic!("{other:?}"),
        }
        slack.fail_next(method, 1, Fault::ServerError);
        assert!(matches!(signed_in(&slack, &sign_in, "U0CURLEW").await, Err(SignInError::Away(_))));
        slack.fail_next(method, 1, Fault::NotJson);
        assert!(matches!(signed_in(&slack, &sign_in, "U0CURLEW").await, Err(SignInError::Unreadable(_))));
    }
    signed_in(&slack, &sign_in, "U0CURLEW").await.unwrap();
    slack.stop().await.unwrap();
    assert!(matches!(sign_in.finish("a code", "a nonce").await, Err(SignInError::Away(Some(_)))));
}

#[tokio::test]
async fn a_document_that_names_another_issuer_is_refused() {
    let options = FakeOptions { public_url: Some("http://127.0.0.1:1".to_owned()), ..FakeOptions::default() };
    let slack = FakeSlack::start(options).await.unwrap();
    let base: BaseUrl = format!("http://{}", slack.addr()).parse().unwrap();
    let sign_in = SignIn::new(SignInConfig { base_url: base, ..config(&slack) }).unwrap();
    assert!(matches!(sign_in.authorize_url("s", "n").await, Err(SignInError::WrongProvider(_))));
}

#[tokio::test]
async fn a_configuration_that_cannot_work_is_refused_at_once() {
    let slack = start().await;
    let http = SignInConfig { redirect_url: "http://sensible.example/x".parse().unwrap(), ..config(&slack) };
    assert!(matches!(SignIn::new(http), Err(SetUpError::RedirectUrl(_))));
    let nobody = SignInConfig { team_id: " ".to_owned(), ..config(&slack) };
    assert!(matches!(SignIn::new(nobody), Err(SetUpError::Empty(_))));
}

#[tokio::test]
async fn the_secret_is_in_no_debug_output() {
    let slack = start().await;
    let sign_in = SignIn::new(config(&slack)).unwrap();
    assert!(!format!("{sign_in:?} {:?}", config(&slack)).contains(CLIENT_SECRET));
    slack.fail_next("openid.connect.token", 1, Fault::NotJson);
    let code = code(&slack, &sign_in, "U0CURLEW").await;
    let error = sign_in.finish(&code, "the nonce").await.unwrap_err();
    assert!(!format!("{error:?} {error}").contains(&code));
}
