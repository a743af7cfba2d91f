//! Posting: `chat.postMessage` and `chat.update`.
//!
//! Text is Slack's own format: escape what people wrote with
//! [`text::escape`](crate::text::escape) before it is put in.

use serde::Deserialize;
use serde_json::Value;

use crate::{SlackError, WebApi};

/// A message to post.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Message {
    /// The channel's id, or a person's, to whom it is then a direct message.
    pub channel: String,
    /// What it says; with blocks, what notifications and screen readers say.
    pub text: String,
    /// Block Kit blocks, at most fifty; none when empty.
    pub blocks: Vec<Value>,
    /// The message that this answers, in its thread.
    pub thread_ts: Option<String>,
    /// What we want to find again: `event_type` and `event_payload`.
    pub metadata: Option<Value>,
}

/// A change of a message of ours, in place.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MessageUpdate {
    /// The channel's id, as `chat.postMessage` gave it.
    pub channel: String,
    /// The message's id in the channel.
    pub ts: String,
    /// What it says from now on; Slack takes at most 4,000 characters here.
    pub text: String,
    /// The blocks from now on; none when empty.
    pub blocks: Vec<Value>,
}

/// Where a message is. `ts` is an id, not a number: keep it as text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
pub struct Posted {
    /// The channel's id, which may differ from what was asked for (a person's).
    pub channel: String,
    /// The message's id in the channel.
    pub ts: String,
}

impl WebApi {
    /// `chat.postMessage`. Links are never unfurled.
    ///
    /// # Errors
    /// [`SlackError`]; after `Away` the message may be there all the same.
    pub async fn chat_post_message(&self, message: &Message) -> Result<Posted, SlackError> {
        let blocks = as_json(&message.blocks);
        let metadata = message.metadata.as_ref().map(Value::to_string);
        let mut arguments = vec![
            ("channel", message.channel.as_str()),
            ("text", &message.text),
            ("unfurl_links", "false"),
            ("unfurl_media", "false"),
        ];
        arguments.extend(blocks.as_deref().map(|blocks| ("blocks", blocks)));
        arguments.extend(message.thread_ts.as_deref().map(|ts| ("thread_ts", ts)));
        arguments.extend(metadata.as_deref().map(|metadata| ("metadata", metadata)));
        self.call("chat.postMessage", &arguments).await
    }

    /// `chat.update`. Doing it twice does no harm.
    ///
    /// # Errors
    /// [`SlackError`].
    pub async fn chat_update(&self, update: &MessageUpdate) -> Result<Posted, SlackError> {
        // An empty list has to be said, or the old blocks would stay.
        let blocks = as_json(&update.blocks).unwrap_or_else(|| "[]".to_owned());
        let arguments =
            [("channel", update.channel.as_str()), ("ts", &update.ts), ("text", &update.text), ("blocks", &blocks)];
        self.call("chat.update", &arguments).await
    }
}

fn as_json(blocks: &[Value]) -> Option<String> {
    (!blocks.is_empty()).then(|| Value::from(blocks).to_string())
}
