//! The Web API half of the fake, its faults, its control addresses, its page.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use fake_slack::{BOT_TOKEN, FakeOptions, FakeSlack, Fault, Running};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

async fn start() -> (Running, Client) {
    let client = Client::builder().no_proxy().build().unwrap();
    (FakeSlack::start(FakeOptions::default()).await.unwrap(), client)
}

async fn call(slack: &Running, client: &Client, method: &str, form: &[(&str, &str)]) -> Value {
    let request = client.post(format!("{}/api/{method}", slack.url())).bearer_auth(BOT_TOKEN).form(form);
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    answer.json().await.unwrap()
}

async fn error(slack: &Running, client: &Client, method: &str, form: &[(&str, &str)]) -> String {
    let answer = call(slack, client, method, form).await;
    assert_eq!(answer["ok"], false, "{method} {form:?}: {answer}");
    answer["error"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn tokens_and_scopes_are_asked_for() {
    let (slack, client) = start().await;
    let address = format!("{}/api/users.list", slack.url());
    for (token, expected) in [(None, "not_authed"), (Some("xoxb-guess"), "invalid_auth")] {
        let request = client.post(&address);
        let request = if let Some(token) = token { request.bearer_auth(token) } else { request };
        let answer: Value = request.send().await.unwrap().json().await.unwrap();
        assert_eq!(answer["error"], expected);
    }
    slack.revoke_token();
    assert_eq!(error(&slack, &client, "users.list", &[]).await, "token_revoked");

    let narrow = FakeOptions { bot_scopes: vec!["chat:write".to_owned()], ..FakeOptions::default() };
    let slack = FakeSlack::start(narrow).await.unwrap();
    let answer = call(&slack, &client, "users.list", &[]).await;
    assert_eq!(
        answer,
        json!({"ok": false, "error": "missing_scope", "needed": "users:read", "provided": "chat:write"})
    );
}

#[tokio::test]
async fn arguments_are_checked() {
    let (slack, client) = start().await;
    assert_eq!(error(&slack, &client, "users.info", &[]).await, "invalid_arguments");
    assert_eq!(error(&slack, &client, "users.list", &[("page", "2")]).await, "invalid_arguments");
    assert_eq!(error(&slack, &client, "users.list", &[("cursor", "x")]).await, "invalid_cursor");
    assert_eq!(error(&slack, &client, "users.nobody", &[]).await, "unknown_method");
    let json_to_a_reading_method = client
        .post(format!("{}/api/users.info", slack.url()))
        .bearer_auth(BOT_TOKEN)
        .json(&json!({"user": "U0KNOT"}))
        .send()
        .await
        .unwrap();
    assert_eq!(json_to_a_reading_method.json::<Value>().await.unwrap()["error"], "invalid_post_type");
}

#[tokio::test]
async fn people_come_page_by_page_and_keep_their_address_to_themselves() {
    let (slack, client) = start().await;
    let (mut ids, mut cursor, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let page = call(&slack, &client, "users.list", &[("limit", "5"), ("cursor", &cursor)]).await;
        let members = page["members"].as_array().unwrap();
        assert!(members.len() <= 5);
        assert!(members.iter().all(|member| member["profile"].get("email").is_none()));
        ids.extend(members.iter().map(|member| member["id"].as_str().unwrap().to_owned()));
        pages += 1;
        cursor = page["response_metadata"]["next_cursor"].as_str().unwrap().to_owned();
        if cursor.is_empty() {
            break;
        }
    }
    assert_eq!((pages, ids.len()), (4, 19), "seventeen people, our own bot and Slackbot");
    assert!(slack.change_person("U0KNOT", |knot| knot.deleted = true));
    assert_eq!(call(&slack, &client, "users.info", &[("user", "U0KNOT")]).await["user"]["deleted"], true);
}

#[tokio::test]
async fn a_message_is_posted_answered_and_changed_in_place() {
    let (slack, client) = start().await;
    let post = [("channel", "#incidents"), ("text", "*Sev2* Webhooks delayed")];
    let posted = call(&slack, &client, "chat.postMessage", &post).await;
    let ts = posted["ts"].as_str().unwrap();
    assert_eq!(posted["channel"], "C0INCIDENTS");
    let answer = [("channel", "C0INCIDENTS"), ("text", "Rollback is out"), ("thread_ts", ts)];
    let reply = call(&slack, &client, "chat.postMessage", &answer).await;
    assert!(reply["ts"].as_str().unwrap() > ts);
    let change = [("channel", "C0INCIDENTS"), ("ts", ts), ("text", "Recovered")];
    assert_eq!(call(&slack, &client, "chat.update", &change).await["ok"], true);

    let messages = slack.messages("C0INCIDENTS");
    assert_eq!(messages.len(), 2);
    assert_eq!((messages[0].text.as_str(), messages[0].edited.is_some()), ("Recovered", true));
    assert_eq!(messages[1].thread_ts.as_deref(), Some(ts));

    let page = client.get(slack.url()).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("Recovered") && page.contains("(edited)") && page.contains("Rollback is out"));
    assert!(!page.contains("Webhooks delayed"));
}

#[tokio::test]
async fn posting_has_its_limits() {
    let (slack, client) = start().await;
    let too_many = json!(vec![json!({"type": "divider"}); 51]).to_string();
    let long_section = json!([{"type": "section", "text": {"type": "mrkdwn", "text": "x".repeat(3001)}}]).to_string();
    let long = "x".repeat(4001);
    for (channel, argument, expected) in [
        ("C0NOWHERE", ("text", "a"), "channel_not_found"),
        ("G0FOUNDERS", ("text", "a"), "channel_not_found"),
        ("C0ENGINEERING", ("text", "a"), "not_in_channel"),
        ("C0LAUNCH", ("text", "a"), "is_archived"),
        ("C0INCIDENTS", ("text", ""), "no_text"),
        ("C0INCIDENTS", ("blocks", "not json"), "invalid_blocks_format"),
        ("C0INCIDENTS", ("blocks", &too_many), "invalid_blocks"),
        ("C0INCIDENTS", ("blocks", &long_section), "invalid_blocks"),
        ("C0INCIDENTS", ("blocks", r#"[{"type":"marquee"}]"#), "invalid_blocks"),
    ] {
        let arguments = [("channel", channel), argument];
        assert_eq!(error(&slack, &client, "chat.postMessage", &arguments).await, expected, "{arguments:?}");
    }
    let somebody_elses = slack.messages("C0GENERAL")[0].ts.clone();
    let mine = call(&slack, &client, "chat.postMessage", &[("channel", "C0INCIDENTS"), ("text", &long)]).await;
    for (channel, ts, text, expected) in [
        ("C0GENERAL", somebody_elses.as_str(), "a", "cant_update_message"),
        ("C0INCIDENTS", "1.000000", "a", "message_not_found"),
        ("C0INCIDENTS", mine["ts"].as_str().unwrap(), &long, "msg_too_long"),
    ] {
        let arguments = [("channel", channel), ("ts", ts), ("text", text)];
        assert_eq!(error(&slack, &client, "chat.update", &arguments).await, expected);
    }
    let direct = call(&slack, &client, "chat.postMessage", &[("channel", "U0KNOT"), ("text", "hello")]).await;
    assert_eq!(direct["channel"], "D0KNOT");
}

#[tokio::test]
async fn planned_faults_come_in_turn_and_end() {
    let (slack, client) = start().await;
    slack.fail_next("auth.test", 2, Fault::RateLimited(7));
    slack.fail_next("auth.test", 1, Fault::ServerError);
    slack.fail_next("auth.test", 1, Fault::Refused("fatal_error".to_owned()));
    let mut seen = Vec::new();
    for _ in 0..5 {
        let request = client.post(format!("{}/api/auth.test", slack.url())).bearer_auth(BOT_TOKEN);
        let answer = request.send().await.unwrap();
        if answer.status() == StatusCode::TOO_MANY_REQUESTS {
            assert_eq!(answer.headers()["retry-after"], "7");
        }
        seen.push(answer.status().as_u16());
    }
    assert_eq!(seen, [429, 429, 500, 200, 200]);
}

#[tokio::test]
async fn a_call_can_hang_after_it_was_done() {
    let (slack, client) = start().await;
    slack.fail_next("chat.postMessage", 1, Fault::HangAfter);
    let form = [("channel", "C0INCIDENTS"), ("text", "did it arrive?")];
    let address = format!("{}/api/chat.postMessage", slack.url());
    let hanging = tokio::spawn(client.post(address).bearer_auth(BOT_TOKEN).form(&form).send());
    while slack.messages("C0INCIDENTS").is_empty() {
        tokio::task::yield_now().await;
    }
    assert!(!hanging.is_finished());
    hanging.abort();
}

#[tokio::test]
async fn a_browser_test_can_do_the_same_by_address() {
    let (slack, client) = start().await;
    let post = |path: &str, body: Value| client.post(format!("{}{path}", slack.url())).json(&body).send();
    for (path, body) in [
        ("/_fake/mode", json!({"mode": "wrong_nonce"})),
        ("/_fake/faults", json!({"method": "users.list", "times": 1, "fault": {"rate_limited": 3}})),
        ("/_fake/clock", json!({"seconds": 60})),
        ("/_fake/keys/rotate", json!({})),
        ("/_fake/people/U0KNOT", json!({"deleted": true})),
    ] {
        assert_eq!(post(path, body).await.unwrap().status(), StatusCode::NO_CONTENT, "{path}");
    }
    assert_eq!(post("/_fake/mode", json!({"mode": "odd"})).await.unwrap().status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        post("/_fake/people/U0KNOT", json!({"wings": 2})).await.unwrap().status(),
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(post("/_fake/people/U0NOBODY", json!({})).await.unwrap().status(), StatusCode::NOT_FOUND);
    let form = client.post(format!("{}/_fake/mode", slack.url())).form(&[("mode", "normal")]).send().await.unwrap();
    assert_eq!(form.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE, "no other page's form gets in");

    let read = || async {
        let answer = client.get(format!("{}/_fake/state", slack.url())).send().await.unwrap();
        answer.json::<Value>().await.unwrap()
    };
    let state = read().await;
    assert_eq!(state["mode"], "wrong_nonce");
    assert_eq!(state["faults"][0]["fault"], json!({"rate_limited": 3}));
    assert_eq!(post("/_fake/reset", json!({})).await.unwrap().status(), StatusCode::NO_CONTENT);
    let state = read().await;
    assert_eq!((&state["mode"], &state["faults"]), (&json!("normal"), &json!([])));
    assert!(
        state["workspace"]["people"]
            .as_array()
            .unwrap()
            .iter()
            .all(|person| person["id"] != "U0KNOT" || person["deleted"] == false)
    );
}

#[tokio::test]
async fn what_was_posted_cannot_break_the_page() {
    let (slack, client) = start().await;
    let text = "<script>alert(1)</script> &lt;img src=x onerror=alert(1)&gt; <javascript:alert(1)|here>";
    call(&slack, &client, "chat.postMessage", &[("channel", "C0INCIDENTS"), ("text", text)]).await;
    let page = client.get(format!("{}/?channel=C0INCIDENTS", slack.url())).send().await.unwrap().text().await.unwrap();
    assert!(!page.contains("<script") && !page.contains("<img") && !page.contains("javascript:"));
    let unknown = client.get(format!("{}/?channel=<b>", slack.url())).send().await.unwrap();
    assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_fixed_time_makes_two_runs_alike() {
    let run = || async {
        let options =
            FakeOptions { starts_at: Some("2025-11-20T09:00:00Z".parse().unwrap()), ..FakeOptions::default() };
        let slack = FakeSlack::start(options).await.unwrap();
        let client = Client::builder().no_proxy().build().unwrap();
        call(&slack, &client, "chat.postMessage", &[("channel", "C0INCIDENTS"), ("text", "a")]).await["ts"].clone()
    };
    assert_eq!(run().await, run().await);
}
