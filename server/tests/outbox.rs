//! Messages to Slack: in order, one a channel and round, and none while Slack asks to
//! wait. Pages never wait for any of it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::Arc;
use std::time::Duration;

use domain::System;
use fake_slack::Fault;
use serde_json::json;
use server::announcements::Sender;
use server::workers::outbox::send_round;
use store::{Message, Store};
use support::TestApp;

const CHANNEL: &str = "C0INCIDENTS";

async fn enqueue(store: &Store, channel: &str, text: &str) {
    let message = Message {
        incident: None,
        channel: channel.into(),
        method: "chat.postMessage".into(),
        payload: json!({ "text": text }),
        ..Message::default()
    };
    store.enqueue(System::Worker, message).await.unwrap();
}

/// Lets every message that waits be due now.
async fn time_passes(app: &TestApp) {
    for sql in [
        "update slack_outbox set next_try_at = now() where done_at is null",
        "update slack_outbox set done_at = done_at - interval '2 seconds' where done_at is not null",
        "delete from slack_pauses",
    ] {
        sqlx::query(sql).execute(&app.pool).await.unwrap();
    }
}

fn sender(app: &TestApp) -> Sender {
    let web_api = app.state.web_api.clone().unwrap();
    Sender { store: app.state.store.clone(), web_api, public_url: app.state.config.origin() }
}

fn texts(app: &TestApp, channel: &str) -> Vec<String> {
    app.slack.messages(channel).into_iter().map(|message| message.text).collect()
}

#[tokio::test]
async fn a_channel_gets_its_messages_in_order_one_each_round() {
    let Some(app) = TestApp::start().await else { return };
    let (store, sender) = (&app.state.store, sender(&app));
    let before = (texts(&app, CHANNEL).len(), texts(&app, "C0GENERAL").len());
    for text in ["one", "two", "three"] {
        enqueue(store, CHANNEL, text).await;
    }
    enqueue(store, "C0GENERAL", "elsewhere").await;
    for round in 1..=3 {
        assert_eq!(send_round(&sender).await.unwrap(), None);
        assert_eq!(texts(&app, CHANNEL).len(), before.0 + round);
        send_round(&sender).await.unwrap();
        assert_eq!(texts(&app, CHANNEL).len(), before.0 + round, "one a second");
        time_passes(&app).await;
    }
    assert_eq!(texts(&app, CHANNEL)[before.0..], ["one", "two", "three"]);
    assert_eq!(texts(&app, "C0GENERAL").len(), before.1 + 1);
    send_round(&sender).await.unwrap();
    assert_eq!(app.slack.calls("chat.postMessage"), 4, "nothing twice");
    assert_eq!(
        app.count("select count(*) from slack_outbox where done_at is not null and slack_ts is not null").await,
        4
    );
}

#[tokio::test]
async fn when_slack_asks_to_wait_the_round_says_so_and_order_holds() {
    let Some(app) = TestApp::start().await else { return };
    let (store, sender) = (&app.state.store, sender(&app));
    let before = texts(&app, CHANNEL).len();
    for text in ["one", "two"] {
        enqueue(store, CHANNEL, text).await;
    }
    app.slack.fail_next("chat.postMessage", 1, Fault::RateLimited(7));
    assert_eq!(send_round(&sender).await.unwrap(), Some(Duration::from_secs(7)));
    // Even when somebody asks too early, "two" does not overtake "one".
    assert_eq!(send_round(&sender).await.unwrap(), None);
    assert_eq!(app.slack.calls("chat.postMessage"), 1);
    for _ in 0..2 {
        time_passes(&app).await;
        send_round(&sender).await.unwrap();
    }
    assert_eq!(texts(&app, CHANNEL)[before..], ["one", "two"]);
}

#[tokio::test]
async fn what_slack_will_never_take_does_not_hold_up_the_rest() {
    let Some(app) = TestApp::start().await else { return };
    let (store, sender) = (&app.state.store, sender(&app));
    enqueue(store, "C0NOWHERE", "lost").await;
    enqueue(store, CHANNEL, "fine").await;
    send_round(&sender).await.unwrap();
    assert_eq!(texts(&app, CHANNEL).last().map(String::as_str), Some("fine"));
    assert_eq!(
        app.count(
            "select count(*) from slack_outbox where failed_at is not null and last_error like '%channel_not_found%'"
        )
        .await,
        1
    );
    time_passes(&app).await;
    send_round(&sender).await.unwrap();
    assert_eq!(app.slack.calls("chat.postMessage"), 2, "not tried again");
}

#[tokio::test]
async fn a_broken_slack_is_tried_again_later() {
    let Some(app) = TestApp::start().await else { return };
    let (store, sender) = (&app.state.store, sender(&app));
    enqueue(store, CHANNEL, "late").await;
    app.slack.fail_next("chat.postMessage", 2, Fault::ServerError);
    for _ in 0..3 {
        send_round(&sender).await.unwrap();
        time_passes(&app).await;
    }
    assert_eq!(texts(&app, CHANNEL).last().map(String::as_str), Some("late"));
    assert_eq!(app.count("select count(*) from slack_outbox where done_at is not null and attempts = 3").await, 1);
}

/// The worker itself stops when the end begins, and leaves what it had not sent.
#[tokio::test]
async fn the_worker_ends_with_the_server() {
    let Some(app) = TestApp::start().await else { return };
    let mut workers = server::workers::start(&app.state);
    assert_eq!(workers.len(), 4);
    app.state.shutdown.begin();
    let ended =
        tokio::time::timeout(Duration::from_secs(5), async { while workers.join_next().await.is_some() {} }).await;
    assert!(ended.is_ok());
    let _: Arc<_> = app.state.web_api.clone().unwrap();
}
