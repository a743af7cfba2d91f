use std::time::Duration;

use domain::System;
use serde_json::json;
use store::{Message, Received};

use crate::stage::Stage;

fn message(channel: &str, text: &str, key: Option<&str>) -> Message {
    Message {
        incident: None,
        channel: channel.to_owned(),
        method: "chat.postMessage".to_owned(),
        payload: json!({ "text": text }),
        coalesce_key: key.map(str::to_owned),
        urgent: false,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_message_of_a_channel_at_a_time_oldest_first() {
    let Some(stage) = Stage::set().await else { return };
    let store = &stage.store;
    for (channel, text) in [("C1", "first"), ("C1", "second"), ("C2", "other")] {
        store.enqueue(System::Worker, message(channel, text, None)).await.unwrap();
    }
    let (one, other) = tokio::join!(store.take_due(System::Worker, 10), store.take_due(System::Worker, 10));
    let mut due: Vec<_> = one.unwrap().into_iter().chain(other.unwrap()).collect();
    due.sort_by_key(|due| due.message.channel.clone());
    let texts: Vec<_> = due.iter().map(|due| due.message.payload["text"].clone()).collect();
    assert_eq!(texts, ["first", "other"], "each taken by one worker");
    assert!(store.take_due(System::Worker, 10).await.unwrap().is_empty(), "second waits for first");
    store.done(System::Worker, due[0].id, Some("1763.1".to_owned())).await.unwrap();
    assert!(store.take_due(System::Worker, 10).await.unwrap().is_empty(), "one a second");
    stage.run("update slack_outbox set done_at = done_at - interval '1 second'").await;
    let next = store.take_due(System::Worker, 10).await.unwrap();
    assert_eq!(next[0].message.payload["text"], "second");
    // A worker that died: its message comes again when the reservation ends.
    stage.run("update slack_outbox set next_try_at = now() - interval '1 second' where done_at is null").await;
    let again = store.take_due(System::Worker, 10).await.unwrap();
    assert_eq!(again.len(), 2);
    assert_eq!((again[0].attempts, again[0].unsure), (2, true), "it may have been posted");
}

#[tokio::test]
async fn a_newer_message_takes_the_place_of_one_that_waits() {
    let Some(stage) = Stage::set().await else { return };
    let store = &stage.store;
    for text in ["12 min", "13 min"] {
        store.enqueue(System::Worker, message("C1", text, Some("status"))).await.unwrap();
    }
    let due = store.take_due(System::Worker, 10).await.unwrap();
    assert_eq!(due.len(), 1);
    assert_eq!(due[0].message.payload["text"], "13 min");
    // One that is on its way is not taken back.
    store.enqueue(System::Worker, message("C1", "14 min", Some("status"))).await.unwrap();
    assert_eq!(stage.count("select count(*) from slack_outbox").await, 2);
}

#[tokio::test]
async fn what_slack_never_takes_is_given_up_and_kept() {
    let Some(stage) = Stage::set().await else { return };
    let store = &stage.store;
    let id = store.enqueue(System::Worker, message("C1", "text", None)).await.unwrap();
    for attempt in 1..=3 {
        let due = store.take_due(System::Worker, 1).await.unwrap();
        assert_eq!((due[0].id, due[0].attempts), (id, attempt));
        store.retry_later(System::Worker, id, Duration::ZERO, "internal_error".to_owned(), true).await.unwrap();
    }
    stage.run("update slack_outbox set created_at = now() - interval '25 hours'").await;
    store.take_due(System::Worker, 1).await.unwrap();
    store.retry_later(System::Worker, id, Duration::ZERO, "internal_error".to_owned(), true).await.unwrap();
    assert!(store.take_due(System::Worker, 1).await.unwrap().is_empty());
    assert_eq!(
        stage
            .count("select count(*) from slack_outbox where failed_at is not null and last_error = 'internal_error'")
            .await,
        1
    );
    let other = store.enqueue(System::Worker, message("C1", "text", None)).await.unwrap();
    assert_eq!(store.take_due(System::Worker, 1).await.unwrap()[0].id, other, "it stands in nobody's way");
    store.give_up(System::Worker, other, "channel_not_found".to_owned()).await.unwrap();
    assert_eq!(stage.count("select count(*) from slack_outbox where failed_at is not null").await, 2);
}

#[tokio::test]
async fn what_slack_sends_twice_is_stored_once() {
    let Some(stage) = Stage::set().await else { return };
    let received = || Received { event_id: "Ev1".to_owned(), kind: "event".to_owned(), payload: json!({}) };
    assert!(stage.store.receive(System::Worker, received()).await.unwrap());
    assert!(!stage.store.receive(System::Worker, received()).await.unwrap());
}
