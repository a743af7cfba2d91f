//! Sends what the outbox holds: in each channel in order, at most one message a
//! second, and nothing while Slack asks to wait. No page ever waits for this.

use std::sync::Arc;
use std::time::Duration;

use domain::System;
use futures::future::join_all;
use rand::RngExt as _;
use serde_json::{Value, json};
use slack::{Message, MessageUpdate, Posted, Remedy, SlackError, WebApi};
use store::{DueMessage, Store, StoreError};

use super::pause;
use crate::shutdown::Shutdown;

/// Slack takes about one message a second in a channel. A round takes at most one of
/// each channel, so a round a second keeps to it.
const ROUND: Duration = Duration::from_secs(1);
/// Messages of one round.
const MOST_AT_ONCE: u16 = 20;
/// No message waits longer than this between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// Sends until the end begins.
pub async fn keep_sending(store: Store, web_api: Arc<WebApi>, shutdown: Shutdown) {
    let mut wait = ROUND;
    while pause(&shutdown, wait).await {
        wait = match send_round(&store, &web_api).await {
            Ok(asked_to_wait) => asked_to_wait.unwrap_or(ROUND).max(ROUND),
            Err(error) => {
                tracing::warn!(%error, "the outbox could not be read");
                ROUND * 5
            }
        };
    }
}

/// Sends one round. Answers how long Slack asks to wait, if it does.
pub async fn send_round(store: &Store, web_api: &WebApi) -> Result<Option<Duration>, StoreError> {
    let due = store.take_due(System::Worker, MOST_AT_ONCE).await?;
    let sent = join_all(due.iter().map(|message| send(store, web_api, message))).await;
    Ok(sent.into_iter().flatten().max())
}

async fn send(store: &Store, web_api: &WebApi, due: &DueMessage) -> Option<Duration> {
    let outcome = deliver(web_api, due).await;
    let (noted, wait, word) = match outcome {
        Ok(posted) => (store.done(System::Worker, due.id, Some(posted.ts)).await, None, "sent"),
        Err(error) => match error.remedy() {
            Remedy::Wait(wait) => {
                (store.retry_later(System::Worker, due.id, wait, error.to_string()).await, Some(wait), "told_to_wait")
            }
            Remedy::TryAgain => (
                store.retry_later(System::Worker, due.id, pause_after(due.attempts), error.to_string()).await,
                None,
                "failed",
            ),
            Remedy::MendInstallation => {
                tracing::error!(%error, "Slack refuses the bot: install the Slack app again");
                (store.retry_later(System::Worker, due.id, LONGEST_PAUSE, error.to_string()).await, None, "refused")
            }
            Remedy::GiveUp => (store.give_up(System::Worker, due.id, error.to_string()).await, None, "given_up"),
        },
    };
    metrics::counter!("sensible_slack_messages_total", "outcome" => word).increment(1);
    if let Err(error) = noted {
        // The message stays reserved for thirty seconds and is then tried again.
        tracing::warn!(%error, "the outcome of a Slack message was not noted");
    }
    wait
}

async fn deliver(web_api: &WebApi, due: &DueMessage) -> Result<Posted, SlackError> {
    let payload = &due.message.payload;
    let text = |key: &str| payload.get(key).and_then(Value::as_str).map(str::to_owned);
    let blocks = payload.get("blocks").and_then(Value::as_array).cloned().unwrap_or_default();
    let channel = due.message.channel.clone();
    match due.message.method.as_str() {
        "chat.update" => {
            let ts = text("ts").ok_or_else(|| SlackError::Other("no_ts".to_owned()))?;
            web_api.chat_update(&MessageUpdate { channel, ts, text: text("text").unwrap_or_default(), blocks }).await
        }
        "chat.postMessage" => {
            let metadata = json!({ "event_type": "sensible_message", "event_payload": { "outbox_id": due.id } });
            let message = Message {
                channel,
                text: text("text").unwrap_or_default(),
                blocks,
                thread_ts: text("thread_ts"),
                metadata: Some(metadata),
            };
            web_api.chat_post_message(&message).await
        }
        _ => Err(SlackError::Other("unknown_method".to_owned())),
    }
}

/// Twice as long after each try, up to five minutes, with jitter so that many messages
/// do not come back at once.
fn pause_after(attempts: u16) -> Duration {
    let whole = Duration::from_secs(1u64 << attempts.min(9)).min(LONGEST_PAUSE);
    whole.mul_f64(rand::rng().random_range(0.5..1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end() {
        for attempts in 0..20 {
            let pause = pause_after(attempts);
            assert!(pause <= LONGEST_PAUSE);
            assert!(pause >= Duration::from_secs(1u64 << attempts.min(8)) / 2, "{attempts}");
        }
    }
}
