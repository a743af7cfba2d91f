//! One message to Slack, from its row in the outbox to what stands in the channel. Its
//! words are read and written at this moment, so that they are the newest, and so that
//! nothing of an incident that became private is said.
//!
//! A message is posted once, as far as Slack lets us: after a try whose end nobody knows
//! (no answer, or a worker that died), the channel's past is asked for the row's mark
//! before anything is posted again. That needs the scope `channels:history` and a public
//! channel; in a private channel, and in a direct message, an unsure post is posted again
//! and may stand there twice.

mod render;

use domain::{NotificationId, System};
use serde_json::{Value, json};
use slack::{Code, Message, MessageUpdate, Posted, Search, SlackError, WebApi};
use store::announcements::{ANNOUNCE, CALL, Landed, REPLY, Says, Stands, TAKE_BACK, TELL};
use store::{DueMessage, Store, StoreError};
use uuid::Uuid;

pub use render::Rendered;

/// Why a message was not sent.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// Slack would not have it, or did not answer.
    #[error("{0}")]
    Slack(SlackError, &'static str),
    /// Slack wants no call of this method yet.
    #[error("Slack asks to wait")]
    Wait(std::time::Duration),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It is for a thread whose announcement was not posted yet.
    #[error("the announcement is not there")]
    NotAnnounced,
    /// The row says nothing that can be done.
    #[error("the row cannot be understood")]
    Unreadable,
}

/// Sends messages: what stands between the outbox and Slack.
#[derive(Clone, Debug)]
pub struct Sender {
    /// The only way to the data.
    pub store: Store,
    /// The bot.
    pub web_api: std::sync::Arc<WebApi>,
    /// Where people reach us: `https://incidents.example.com`.
    pub public_url: String,
}

impl Sender {
    /// Does what the row asks for, and notes in the database that it is done.
    pub async fn send(&self, due: &DueMessage) -> Result<(), Failed> {
        match due.message.method.as_str() {
            ANNOUNCE => self.announce(due).await,
            REPLY | CALL => self.reply(due).await,
            TAKE_BACK => self.take_back(due).await,
            TELL => self.tell(due).await,
            "chat.postMessage" => {
                let text = due.message.payload["text"].as_str().unwrap_or_default().to_owned();
                let rendered = Rendered { blocks: vec![render::section(&due.id, &text)], text };
                let posted = self.post(due, rendered, None, false).await?;
                self.done(due, Some(posted.ts)).await
            }
            _ => Err(Failed::Unreadable),
        }
    }

    async fn announce(&self, due: &DueMessage) -> Result<(), Failed> {
        let incident = due.message.incident.ok_or(Failed::Unreadable)?;
        let found = self.store.announcement(System::Worker, incident, &due.message.channel).await?;
        let Some(found) = found else { return self.done(due, None).await };
        match (found.stands, found.says) {
            (None, None) => self.done(due, None).await,
            (Some(stands), None) => self.change(due, stands, render::withdrawn()).await,
            (Some(stands), Some(says)) => {
                let rendered = self.rendered(&says, stands.id);
                self.change(due, stands, rendered).await
            }
            (None, Some(says)) if due.message.payload["post"] == true => {
                // What an earlier try said is not known: a call that waits is not left out for it.
                let (posted, called) = match self.posted_before(due, found.channel_id, None).await? {
                    Some(posted) => (posted, false),
                    None => (self.post(due, self.rendered(&says, due.id), None, false).await?, says.calls_everybody),
                };
                self.landed(due, posted, true, called).await
            }
            (None, Some(_)) => self.done(due, None).await,
        }
    }

    fn rendered(&self, says: &Says, mark: Uuid) -> Rendered {
        render::announcement(says, &self.public_url, &mark)
    }

    /// In place. One that somebody deleted in Slack is not posted again: they meant it.
    async fn change(&self, due: &DueMessage, stands: Stands, rendered: Rendered) -> Result<(), Failed> {
        let Rendered { text, blocks } = rendered;
        let update = MessageUpdate { channel: stands.channel, ts: stands.ts, text, blocks };
        self.may_call("chat.update").await?;
        match self.web_api.chat_update(&update).await {
            Ok(posted) => self.done(due, Some(posted.ts)).await,
            Err(SlackError::Known(Code::MessageNotFound)) => {
                self.store.gone(System::Worker, stands.id).await?;
                self.done(due, None).await
            }
            Err(error) => Err(Failed::Slack(error, "chat.update")),
        }
    }

    /// An update, or the call to everybody, in the announcement's thread. An announcement
    /// that is posted later calls everybody itself, so that a call without one is done.
    async fn reply(&self, due: &DueMessage) -> Result<(), Failed> {
        let incident = due.message.incident.ok_or(Failed::Unreadable)?;
        let calls = due.message.method == CALL;
        let (to, rendered) = if calls {
            let found = self.store.announcement(System::Worker, incident, &due.message.channel).await?;
            match found.map(|found| (found.stands, found.says)) {
                Some((Some(stands), Some(says))) if says.calls_everybody => (stands, render::call(&says, &due.id)),
                _ => return self.done(due, None).await,
            }
        } else {
            let item = id(&due.message.payload, "item")?;
            match self.store.reply(System::Worker, incident, item).await? {
                Some(reply) => (reply.to.clone(), render::reply(&reply, &due.id)),
                None if self.store.owes_announcement(System::Worker, incident).await? => {
                    return Err(Failed::NotAnnounced);
                }
                None => return self.done(due, None).await,
            }
        };
        let posted = match self.posted_before(due, Some(to.channel.clone()), Some(&to.ts)).await? {
            Some(posted) => posted,
            None => self.post(due, rendered, Some(to), calls).await?,
        };
        self.landed(due, posted, false, calls).await
    }

    async fn take_back(&self, due: &DueMessage) -> Result<(), Failed> {
        let message = id(&due.message.payload, "message")?;
        if let Some(stands) = self.store.stands(System::Worker, message).await? {
            self.may_call("chat.delete").await?;
            match self.web_api.chat_delete(&stands.channel, &stands.ts).await {
                Ok(_) | Err(SlackError::Known(Code::MessageNotFound)) => {
                    self.store.gone(System::Worker, message).await?;
                }
                Err(error) => return Err(Failed::Slack(error, "chat.delete")),
            }
        }
        self.done(due, None).await
    }

    /// What somebody owes, as a direct message.
    async fn tell(&self, due: &DueMessage) -> Result<(), Failed> {
        let notification = NotificationId::from_uuid(id(&due.message.payload, "notification")?);
        let Some(shown) = self.store.notification(System::Worker, notification).await? else {
            return self.done(due, None).await;
        };
        let rendered = render::direct(&shown, &self.public_url, &due.id);
        let posted = self.post(due, rendered, None, false).await?;
        self.done(due, Some(posted.ts)).await
    }

    async fn post(
        &self,
        due: &DueMessage,
        rendered: Rendered,
        thread: Option<Stands>,
        broadcast: bool,
    ) -> Result<Posted, Failed> {
        self.may_call("chat.postMessage").await?;
        let (channel, thread_ts) = match thread {
            Some(stands) => (stands.channel, Some(stands.ts)),
            None => (due.message.channel.clone(), None),
        };
        let metadata = json!({ "event_type": "sensible_message", "event_payload": { "outbox_id": due.id } });
        let Rendered { text, blocks } = rendered;
        let message = Message { channel, text, blocks, thread_ts, broadcast, metadata: Some(metadata) };
        self.web_api.chat_post_message(&message).await.map_err(|error| Failed::Slack(error, "chat.postMessage"))
    }

    /// What an earlier try posted, when its end is not known and Slack lets us look.
    async fn posted_before(
        &self,
        due: &DueMessage,
        channel: Option<String>,
        thread_ts: Option<&str>,
    ) -> Result<Option<Posted>, Failed> {
        if !due.unsure {
            return Ok(None);
        }
        let method = if thread_ts.is_some() { "conversations.replies" } else { "conversations.history" };
        self.may_call(method).await?;
        let search = Search {
            channel: channel.unwrap_or_else(|| due.message.channel.clone()),
            thread_ts: thread_ts.map(str::to_owned),
            // A minute earlier, for a clock of ours that is ahead of Slack's.
            oldest: format!("{}.000000", due.created_at - 60),
            mark: due.id.to_string(),
        };
        match self.web_api.find_posted(&search).await {
            Ok(found) => Ok(found),
            Err(SlackError::Known(
                Code::MissingScope | Code::ChannelNotFound | Code::NotInChannel | Code::NoPermission,
            )) => {
                tracing::warn!("the bot may not read the channel's past; a message may be posted twice");
                Ok(None)
            }
            Err(error) => Err(Failed::Slack(error, method)),
        }
    }

    async fn may_call(&self, method: &'static str) -> Result<(), Failed> {
        match self.store.slack_pause(System::Worker, method).await? {
            Some(wait) => Err(Failed::Wait(wait)),
            None => Ok(()),
        }
    }

    async fn landed(
        &self,
        due: &DueMessage,
        posted: Posted,
        is_announcement: bool,
        called: bool,
    ) -> Result<(), Failed> {
        let incident = due.message.incident.ok_or(Failed::Unreadable)?;
        let stands = Stands { id: due.id, channel: posted.channel, ts: posted.ts };
        let landed = Landed { incident, is_announcement, stands, lane: due.message.channel.clone(), called };
        Ok(self.store.landed(System::Worker, landed).await?)
    }

    async fn done(&self, due: &DueMessage, ts: Option<String>) -> Result<(), Failed> {
        Ok(self.store.done(System::Worker, due.id, ts).await?)
    }
}

fn id(payload: &Value, key: &str) -> Result<Uuid, Failed> {
    payload[key].as_str().and_then(|text| Uuid::parse_str(text).ok()).ok_or(Failed::Unreadable)
}
