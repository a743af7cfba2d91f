//! The Web API client against the fake workspace.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use fake_slack::{BOT_TOKEN, FakeOptions, FakeSlack, Fault, Person, Running, Workspace};
use serde_json::{Value, json};
use slack::{Code, Message, MessageUpdate, Remedy, SlackError, Standing, WebApi};

async fn start() -> (Running, WebApi) {
    start_with(FakeOptions::default()).await
}

async fn start_with(options: FakeOptions) -> (Running, WebApi) {
    let slack = FakeSlack::start(options).await.unwrap();
    let api = WebApi::new(slack.url().parse().unwrap(), BOT_TOKEN.to_owned().into()).unwrap();
    (slack, api)
}

fn message(channel: &str, text: &str) -> Message {
    Message { channel: channel.to_owned(), text: text.to_owned(), ..Message::default() }
}

#[tokio::test]
async fn the_token_says_who_we_are_and_what_we_may() {
    let (_slack, api) = start().await;
    let bot = api.auth_test().await.unwrap();
    assert_eq!(
        (bot.team_id.as_str(), bot.team.as_str(), bot.user_id.as_str(), bot.bot_id.as_deref()),
        ("T0PAPERKITE", "Paperkite", "U0SENSIBLE", Some("B0SENSIBLE"))
    );
    assert_eq!(bot.scopes, ["users:read", "chat:write", "channels:history"]);
}

#[tokio::test]
async fn people_are_read_one_by_one() {
    let (slack, api) = start().await;
    let curlew = api.users_info("U0CURLEW").await.unwrap();
    assert_eq!(
        (curlew.name.as_str(), curlew.zone.as_deref(), curlew.standing, curlew.email),
        ("Curlew", Some("Asia/Tokyo"), Standing::Member, None)
    );
    for (id, standing) in [
        ("U0RUFF", Standing::Guest),
        ("U0SNIPE", Standing::Guest),
        ("U0DOTTEREL", Standing::Deactivated),
        ("U0DEPLOYBOT", Standing::Bot),
        ("U0PHALAROPE", Standing::Stranger),
        ("U0SENSIBLE", Standing::Bot),
    ] {
        assert_eq!(api.users_info(id).await.unwrap().standing, standing, "{id}");
    }
    slack.change_person("U0KNOT", |knot| knot.deleted = true);
    assert_eq!(api.users_info("U0KNOT").await.unwrap().standing, Standing::Deactivated);
    assert!(matches!(api.users_info("U0NOBODY").await, Err(SlackError::Known(Code::UserNotFound))));
}

#[tokio::test]
async fn everybody_is_read_over_several_pages() {
    let mut workspace = Workspace::paperkite();
    for n in 0..450 {
        workspace.people.push(Person::member("T0PAPERKITE", &format!("Stint{n}"), "Engineer", "Asia/Tokyo"));
    }
    let (slack, api) = start_with(FakeOptions { workspace, ..FakeOptions::default() }).await;
    let everybody = api.users_list().await.unwrap();
    assert_eq!(everybody.len(), 450 + 17 + 2);
    assert_eq!(everybody.iter().filter(|user| user.standing == Standing::Member).count(), 450 + 12);
    assert_eq!(slack.calls("users.list"), 3);
}

#[tokio::test]
async fn a_list_that_breaks_off_is_not_half_told() {
    let mut workspace = Workspace::paperkite();
    for n in 0..250 {
        workspace.people.push(Person::member("T0PAPERKITE", &format!("Stint{n}"), "Engineer", "Asia/Tokyo"));
    }
    let (slack, api) = start_with(FakeOptions { workspace, ..FakeOptions::default() }).await;
    let first = api.users_list().await.unwrap();
    assert_eq!(slack.calls("users.list"), 2);
    slack.fail_next("users.list", 1, Fault::RateLimited(5));
    assert!(matches!(api.users_list().await, Err(SlackError::RateLimited(wait)) if wait == Duration::from_secs(5)));
    assert_eq!(api.users_list().await.unwrap(), first);
}

#[tokio::test]
async fn a_message_is_posted_and_kept_up_to_date() {
    let (slack, api) = start().await;
    let blocks = vec![json!({"type": "section", "text": {"type": "mrkdwn", "text": "*Sev2* Webhooks delayed"}})];
    let posted = api
        .chat_post_message(&Message {
            blocks: blocks.clone(),
            metadata: Some(json!({"event_type": "announcement", "event_payload": {"id": "1"}})),
            ..message("C0INCIDENTS", "Sev2: Webhooks delayed")
        })
        .await
        .unwrap();
    assert_eq!(posted.channel, "C0INCIDENTS");
    let answer = Message { thread_ts: Some(posted.ts.clone()), ..message("C0INCIDENTS", "Rollback is out") };
    api.chat_post_message(&answer).await.unwrap();
    let update = MessageUpdate {
        channel: posted.channel.clone(),
        ts: posted.ts.clone(),
        text: "Recovered".to_owned(),
        blocks: Vec::new(),
    };
    assert_eq!(api.chat_update(&update).await.unwrap(), posted);

    let messages = slack.messages("C0INCIDENTS");
    assert_eq!((messages[0].text.as_str(), messages[0].blocks.len()), ("Recovered", 0));
    assert_eq!(messages[0].metadata.as_ref().unwrap()["event_type"], "announcement");
    assert_eq!(messages[1].thread_ts.as_ref(), Some(&posted.ts));
    let call = &slack.log()[0];
    assert_eq!((call.arguments["unfurl_links"].as_str(), call.arguments["unfurl_media"].as_str()), ("false", "false"));
}

#[tokio::test]
async fn refusals_have_names_and_remedies() {
    let (slack, api) = start().await;
    for (channel, code) in
        [("C0NOWHERE", Code::ChannelNotFound), ("C0ENGINEERING", Code::NotInChannel), ("C0LAUNCH", Code::IsArchived)]
    {
        let error = api.chat_post_message(&message(channel, "a")).await.unwrap_err();
        assert!(matches!(error, SlackError::Known(found) if found == code), "{channel}: {error}");
        assert_eq!(error.remedy(), Remedy::GiveUp);
    }
    for (fault, remedy) in [
        (Fault::RateLimited(9), Remedy::Wait(Duration::from_secs(9))),
        (Fault::ServerError, Remedy::TryAgain),
        (Fault::NotJson, Remedy::TryAgain),
        (Fault::Refused("internal_error".to_owned()), Remedy::TryAgain),
        (Fault::Refused("account_inactive".to_owned()), Remedy::MendInstallation),
        (Fault::Refused("a_code_of_2031".to_owned()), Remedy::GiveUp),
        (Fault::Refused("<b>odd</b>".to_owned()), Remedy::GiveUp),
    ] {
        slack.fail_next("auth.test", 1, fault.clone());
        assert_eq!(api.auth_test().await.unwrap_err().remedy(), remedy, "{fault:?}");
    }
    slack.revoke_token();
    let error = api.users_list().await.unwrap_err();
    assert!(matches!(error, SlackError::Known(Code::TokenRevoked)));
    assert_eq!(error.remedy(), Remedy::MendInstallation);
    slack.stop().await.unwrap();
    assert!(matches!(api.auth_test().await, Err(SlackError::Away(Some(_)))));
}

#[tokio::test]
async fn the_token_is_in_no_debug_output() {
    let (_slack, api) = start().await;
    assert!(!format!("{api:?}").contains(BOT_TOKEN));
}

/// Slack's published contracts stay outside the product: the folder with
/// `methods/<name>.json` is named by `SENSIBLE_SLACK_CONTRACTS`.
#[tokio::test]
async fn every_call_keeps_slacks_published_contract() {
    let Some(contracts) = std::env::var_os("SENSIBLE_SLACK_CONTRACTS").map(PathBuf::from) else {
        eprintln!("skipped: SENSIBLE_SLACK_CONTRACTS does not name the folder of Slack's contracts");
        return;
    };
    let (slack, api) = start().await;
    api.auth_test().await.unwrap();
    api.users_info("U0CURLEW").await.unwrap();
    api.users_list().await.unwrap();
    let whole = Message {
        blocks: vec![json!({"type": "divider"})],
        metadata: Some(json!({"event_type": "a", "event_payload": {}})),
        ..message("C0INCIDENTS", "a")
    };
    let posted = api.chat_post_message(&whole).await.unwrap();
    api.chat_post_message(&Message { thread_ts: Some(posted.ts.clone()), ..whole }).await.unwrap();
    let update = MessageUpdate { channel: posted.channel, ts: posted.ts, text: "b".to_owned(), blocks: Vec::new() };
    api.chat_update(&update).await.unwrap();

    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for call in slack.log() {
        let file = contracts.join("methods").join(format!("{}.json", call.method));
        let text = std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let contract: Value = serde_json::from_slice(&text).unwrap();
        let known = contract["args"]["properties"].as_object().unwrap();
        for name in call.arguments.keys() {
            assert!(known.contains_key(name), "{} has no argument {name}", call.method);
        }
        let required = contract["args"]["required"].as_array().cloned().unwrap_or_default();
        for name in required.iter().filter_map(Value::as_str).filter(|name| *name != "token") {
            assert!(call.arguments.contains_key(name), "{} needs the argument {name}", call.method);
        }
        *seen.entry(call.method).or_default() += 1;
    }
    let methods: Vec<&str> = seen.keys().map(String::as_str).collect();
    assert_eq!(methods, ["auth.test", "chat.postMessage", "chat.update", "users.info", "users.list"]);
}
