//! Sends what the outbox holds: in each channel in order, at most one message a second,
//! and nothing while Slack asks to wait. No page ever waits for this, and a channel that
//! hangs holds up no other.

use std::time::Duration;

use domain::System;
use futures::future::join_all;
use rand::RngExt as _;
use slack::{Remedy, SlackError};
use store::{DueMessage, StoreError};
use tokio::task::JoinSet;

use super::pause;
use crate::announcements::{Failed, Sender};
use crate::shutdown::Shutdown;

/// Between two looks into the outbox. That no channel gets more than one message a second
/// is the store's to see to, for every server together.
const ROUND: Duration = Duration::from_millis(500);
/// Messages under way at a time.
const MOST_AT_ONCE: usize = 20;
/// No message waits longer than this between two tries, so that everything is delivered
/// within a minute after Slack is well again.
const LONGEST_PAUSE: Duration = Duration::from_secs(20);
/// Until somebody has mended the installation.
const MENDING: Duration = Duration::from_secs(60);

/// Sends until the end begins. What is then under way is looked up by the next start.
pub async fn keep_sending(sender: Sender, shutdown: Shutdown) {
    let mut under_way = JoinSet::new();
    let mut wait = ROUND;
    while pause(&shutdown, wait).await {
        while under_way.try_join_next().is_some() {}
        wait = match take(&sender, MOST_AT_ONCE - under_way.len()).await {
            Ok(due) => {
                for message in due {
                    let sender = sender.clone();
                    under_way.spawn(async move { send(&sender, &message).await });
                }
                ROUND
            }
            Err(error) => {
                tracing::warn!(%error, "the outbox could not be read");
                ROUND * 10
            }
        };
    }
}

/// Sends what is due now and waits for the end of it. Answers how long Slack asks to wait,
/// if it does.
pub async fn send_round(sender: &Sender) -> Result<Option<Duration>, StoreError> {
    let due = take(sender, MOST_AT_ONCE).await?;
    let sent = join_all(due.iter().map(|message| send(sender, message))).await;
    Ok(sent.into_iter().flatten().max())
}

async fn take(sender: &Sender, room: usize) -> Result<Vec<DueMessage>, StoreError> {
    if room == 0 {
        return Ok(Vec::new());
    }
    sender.store.take_due(System::Worker, u16::try_from(room).unwrap_or(u16::MAX)).await
}

async fn send(sender: &Sender, due: &DueMessage) -> Option<Duration> {
    let store = &sender.store;
    let later = |wait, code: String, unsure| store.retry_later(System::Worker, due.id, wait, code, unsure);
    let (noted, wait, word) = match sender.send(due).await {
        Ok(()) => (Ok(()), None, "sent"),
        // Nothing was asked of Slack, so what was unsure stays so, and what was sure too.
        Err(Failed::Wait(wait)) => (later(wait, "rate_limited".into(), due.unsure).await, Some(wait), "told_to_wait"),
        Err(Failed::Store(error)) => {
            tracing::warn!(%error, "a Slack message could not be read or noted");
            // It stays reserved for thirty seconds and is then looked up.
            (Ok(()), None, "failed")
        }
        Err(Failed::Unreadable) => {
            (store.give_up(System::Worker, due.id, "unreadable_row".into()).await, None, "given_up")
        }
        // It would hold up its channel. Trying again sends the announcement first.
        Err(Failed::NotAnnounced) => {
            (store.give_up(System::Worker, due.id, "not_announced".into()).await, None, "given_up")
        }
        Err(Failed::Slack(error, method)) => {
            let unsure = if is_read(method) { due.unsure } else { error.is_unsure() };
            match error.remedy() {
                Remedy::Wait(wait) => {
                    let told = store.pause_slack(System::Worker, method, &due.message.channel, wait).await;
                    let noted = later(wait, error.code(), unsure).await;
                    (told.and(noted), Some(wait), "told_to_wait")
                }
                Remedy::TryAgain => (later(pause_after(due.attempts), error.code(), unsure).await, None, "failed"),
                Remedy::MendInstallation => {
                    tracing::error!(%error, "Slack refuses the bot: install the Slack app again");
                    (later(MENDING, error.code(), unsure).await, None, "refused")
                }
                Remedy::GiveUp => (give_up(sender, due, &error).await, None, "given_up"),
            }
        }
    };
    metrics::counter!("sensible_slack_messages_total", "outcome" => word).increment(1);
    if let Err(error) = noted {
        tracing::warn!(%error, "the outcome of a Slack message was not noted");
    }
    wait
}

async fn give_up(sender: &Sender, due: &DueMessage, error: &SlackError) -> Result<(), StoreError> {
    tracing::warn!(%error, channel = due.message.channel, "a Slack message was given up");
    sender.store.give_up(System::Worker, due.id, error.code()).await
}

/// A call that posts nothing: its failing says nothing about what stands in Slack.
fn is_read(method: &str) -> bool {
    method.starts_with("conversations.")
}

/// Twice as long after each try, up to [`LONGEST_PAUSE`], with jitter so that many messages
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
            assert!(pause >= Duration::from_secs(1u64 << attempts.min(4)) / 2, "{attempts}");
        }
    }
}
