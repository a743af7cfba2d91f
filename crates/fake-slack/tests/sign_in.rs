//! The OpenID half of the fake, by plain HTTP, as any application sees it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fake_slack::{CLIENT_ID, CLIENT_SECRET, FakeOptions, FakeSlack, Fault, Mode, NotAuthorized, Running};
use reqwest::{Client, StatusCode, Url, redirect};
use serde_json::{Value, json};

const CALLBACK: &str = "http://127.0.0.1:3100/auth/slack/callback";

async fn start() -> (Running, Client) {
    let client = Client::builder().redirect(redirect::Policy::none()).no_proxy().build().unwrap();
    (FakeSlack::start(FakeOptions::default()).await.unwrap(), client)
}

fn authorize_url(slack: &Running, changes: &[(&str, &str)]) -> Url {
    let mut parameters = vec![
        ("response_type", "code"),
        ("client_id", CLIENT_ID),
        ("redirect_uri", CALLBACK),
        ("scope", "openid profile email"),
        ("state", "a state & <more>"),
        ("nonce", "a nonce"),
    ];
    for (name, value) in changes {
        parameters.retain(|(known, _)| known != name);
        parameters.push((name, value));
    }
    Url::parse_with_params(&format!("{}/openid/connect/authorize", slack.url()), parameters).unwrap()
}

fn query(address: &str, name: &str) -> Option<String> {
    Url::parse(address).unwrap().query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}

fn code(slack: &Running, person: &str) -> String {
    query(&slack.pick(authorize_url(slack, &[]).as_str(), person).unwrap(), "code").unwrap()
}

async fn exchange(slack: &Running, client: &Client, code: &str, changes: &[(&str, &str)]) -> Value {
    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("client_id", CLIENT_ID),
        ("client_secret", CLIENT_SECRET),
        ("redirect_uri", CALLBACK),
        ("code", code),
    ];
    for (name, value) in changes {
        form.retain(|(known, _)| known != name);
        form.push((name, value));
    }
    let answer = client.post(format!("{}/api/openid.connect.token", slack.url())).form(&form).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK, "Slack says its refusals with 200");
    answer.json().await.unwrap()
}

fn claims(answer: &Value) -> Value {
    let token = answer["id_token"].as_str().unwrap();
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

#[tokio::test]
async fn the_discovery_document_names_what_is_there() {
    let (slack, client) = start().await;
    let address = format!("{}/.well-known/openid-configuration", slack.url());
    let document: Value = client.get(address).send().await.unwrap().json().await.unwrap();
    assert_eq!(document["issuer"], slack.url());
    assert_eq!(document["id_token_signing_alg_values_supported"], json!(["RS256"]));
    let keys: Value = client.get(document["jwks_uri"].as_str().unwrap()).send().await.unwrap().json().await.unwrap();
    assert_eq!(keys["keys"][0]["kty"], "RSA");
    assert_eq!(keys["keys"][0]["e"], "AQAB");
}

#[tokio::test]
async fn the_picker_is_a_plain_form_and_leads_back_with_a_code() {
    let (slack, client) = start().await;
    let answer = client.get(authorize_url(&slack, &[])).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("default-src 'none'") && policy.contains("style-src 'self'"));
    let page = answer.text().await.unwrap();
    assert!(page.contains("aria-label=\"Sign in as Curlew\""));
    assert!(page.contains("value=\"a state &amp; &lt;more&gt;\""), "parameters are escaped");
    assert!(!page.contains("<script") && !page.contains("style="));

    let form = [
        ("response_type", "code"),
        ("client_id", CLIENT_ID),
        ("redirect_uri", CALLBACK),
        ("scope", "openid profile email"),
        ("state", "a state & <more>"),
        ("nonce", "a nonce"),
        ("person", "U0CURLEW"),
    ];
    let action = format!("{}/openid/connect/authorize", slack.url());
    let answer = client.post(&action).form(&form).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::FOUND);
    let back = answer.headers()["location"].to_str().unwrap();
    assert!(back.starts_with(CALLBACK));
    assert_eq!(query(back, "state").as_deref(), Some("a state & <more>"));

    let token = exchange(&slack, &client, &query(back, "code").unwrap(), &[]).await;
    let claims = claims(&token);
    assert_eq!(claims["nonce"], "a nonce");
    assert_eq!(claims["https://slack.com/team_id"], "T0PAPERKITE");
    assert_eq!(claims["https://slack.com/user_id"], "U0CURLEW");
    assert_eq!(claims["email"], "curlew@paperkite.example");
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 300);

    let user_info: Value = client
        .get(format!("{}/api/openid.connect.userInfo", slack.url()))
        .bearer_auth(token["access_token"].as_str().unwrap())
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!((&user_info["ok"], &user_info["sub"]), (&json!(true), &json!("U0CURLEW")));
}

#[tokio::test]
async fn denying_leads_back_without_a_code() {
    let (slack, client) = start().await;
    let mut form: Vec<(String, String)> = authorize_url(&slack, &[]).query_pairs().into_owned().collect();
    form.push(("deny".to_owned(), "1".to_owned()));
    let action = format!("{}/openid/connect/authorize", slack.url());
    let answer = client.post(action).form(&form).send().await.unwrap();
    let back = answer.headers()["location"].to_str().unwrap();
    assert_eq!(query(back, "error").as_deref(), Some("access_denied"));
    assert_eq!(query(back, "state").as_deref(), Some("a state & <more>"));
    assert_eq!(query(back, "code"), None);
}

#[tokio::test]
async fn a_bad_request_stays_on_slacks_own_page() {
    let (slack, client) = start().await;
    for (change, refusal) in [
        (("client_id", "another"), NotAuthorized::UnknownClient),
        (("redirect_uri", "http://evil.example/callback"), NotAuthorized::BadRedirectUri),
        (("redirect_uri", "http://127.0.0.1:3100/#x"), NotAuthorized::BadRedirectUri),
        (("response_type", "token"), NotAuthorized::UnsupportedResponseType),
        (("scope", "openid,profile"), NotAuthorized::InvalidScope),
        (("scope", "openid chat:write"), NotAuthorized::InvalidScope),
    ] {
        let address = authorize_url(&slack, &[change]);
        let answer = client.get(address.clone()).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{change:?}");
        assert_eq!(slack.pick(address.as_str(), "U0CURLEW"), Err(refusal));
    }
    assert_eq!(slack.pick(authorize_url(&slack, &[]).as_str(), "U0NOBODY"), Err(NotAuthorized::UnknownPerson));
}

#[tokio::test]
async fn only_registered_addresses_and_those_below_are_gone_back_to() {
    let options =
        FakeOptions { redirect_urls: vec!["https://sensible.example/auth".to_owned()], ..FakeOptions::default() };
    let slack = FakeSlack::start(options).await.unwrap();
    let try_address = |uri| slack.pick(authorize_url(&slack, &[("redirect_uri", uri)]).as_str(), "U0KNOT");
    assert!(try_address("https://sensible.example/auth").is_ok());
    assert!(try_address("https://sensible.example/auth/slack/callback").is_ok());
    assert_eq!(try_address("https://sensible.example/authority"), Err(NotAuthorized::BadRedirectUri));
    assert_eq!(try_address(CALLBACK), Err(NotAuthorized::BadRedirectUri));
}

#[tokio::test]
async fn a_code_is_used_once() {
    let (slack, client) = start().await;
    let code = code(&slack, "U0KNOT");
    assert_eq!(exchange(&slack, &client, &code, &[]).await["ok"], true);
    assert_eq!(exchange(&slack, &client, &code, &[]).await, json!({"ok": false, "error": "invalid_code"}));
    assert_eq!(slack.calls("openid.connect.token"), 2);
}

#[tokio::test]
async fn a_code_lives_for_ten_minutes() {
    let (slack, client) = start().await;
    let (first, second) = (code(&slack, "U0KNOT"), code(&slack, "U0KNOT"));
    slack.advance(Duration::from_secs(598));
    assert_eq!(exchange(&slack, &client, &first, &[]).await["ok"], true);
    slack.advance(Duration::from_secs(4));
    assert_eq!(exchange(&slack, &client, &second, &[]).await["error"], "invalid_code");
}

#[tokio::test]
async fn a_code_is_exchanged_only_as_it_was_asked_for() {
    let (slack, client) = start().await;
    for (change, error) in [
        (("redirect_uri", "http://127.0.0.1:3100/other"), "bad_redirect_uri"),
        (("client_secret", "guess"), "bad_client_secret"),
        (("client_id", "another"), "invalid_client_id"),
        (("grant_type", "password"), "invalid_grant_type"),
        (("code", "guess"), "invalid_code"),
    ] {
        let code = code(&slack, "U0KNOT");
        assert_eq!(exchange(&slack, &client, &code, &[change]).await["error"], error);
    }
}

#[tokio::test]
async fn the_secret_may_come_by_http_basic() {
    let (slack, client) = start().await;
    let code = code(&slack, "U0KNOT");
    let answer: Value = client
        .post(format!("{}/api/openid.connect.token", slack.url()))
        .basic_auth(CLIENT_ID, Some(CLIENT_SECRET))
        .form(&[("code", code.as_str()), ("redirect_uri", CALLBACK)])
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(answer["ok"], true);
}

#[tokio::test]
async fn each_mode_spoils_what_it_says() {
    let (slack, client) = start().await;
    for mode in Mode::ALL {
        slack.mode(mode);
        let answer = exchange(&slack, &client, &code(&slack, "U0KNOT"), &[]).await;
        match mode {
            Mode::TokenRefused => assert_eq!(answer["error"], "invalid_code"),
            Mode::MissingIdToken => assert_eq!((answer["ok"].clone(), answer.get("id_token")), (json!(true), None)),
            Mode::WrongTeam => assert_eq!(claims(&answer)["https://slack.com/team_id"], "T0ELSEWHERE"),
            Mode::MissingTeam => assert!(claims(&answer).get("https://slack.com/team_id").is_none()),
            Mode::MissingNonce => assert!(claims(&answer).get("nonce").is_none()),
            Mode::UnverifiedEmail => assert_eq!(claims(&answer)["email_verified"], false),
            Mode::AlgNone => assert!(answer["id_token"].as_str().unwrap().ends_with('.')),
            _ => assert!(claims(&answer)["iss"].is_string()),
        }
    }
}

#[tokio::test]
async fn secrets_and_codes_are_not_in_the_log() {
    let (slack, client) = start().await;
    let code = code(&slack, "U0KNOT");
    exchange(&slack, &client, &code, &[]).await;
    let state = client.get(format!("{}/_fake/state", slack.url())).send().await.unwrap().text().await.unwrap();
    assert!(state.contains("openid.connect.token"));
    assert!(!state.contains(CLIENT_SECRET) && !state.contains(&code));
}

#[tokio::test]
async fn stopping_lets_a_hanging_call_go() {
    let (slack, client) = start().await;
    slack.fail_next("openid.connect.keys", 1, Fault::Hang);
    let address = format!("{}/openid/connect/keys", slack.url());
    let hanging = tokio::spawn(client.get(address).send());
    while slack.calls("openid.connect.keys") == 0 {
        tokio::task::yield_now().await;
    }
    slack.stop().await.unwrap();
    assert_eq!(hanging.await.unwrap().unwrap().status(), StatusCode::SERVICE_UNAVAILABLE);
}
