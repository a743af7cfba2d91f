//! Posting: `chat.postMessage`, `chat.update`, `chat.delete`, and looking a post up again.
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
    /// Whether an answer in a thread is shown in the channel too.
    pub broadcast: bool,
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
        arguments.extend(message.broadcast.then_some(("reply_broadcast", "true")));
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

/// Where to look for a message of ours.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Search {
    /// The channel's id; its name is not enough here.
    pub channel: String,
    /// The head of the thread that it answers, if it is an answer.
    pub thread_ts: Option<String>,
    /// Nothing older than this: seconds since 1970, as a `ts`.
    pub oldest: String,
    /// What it carries: the `block_id` of its first block.
    pub mark: String,
}

/// Pages of a channel's past that are read at most.
const MOST_PAGES: usize = 5;

impl WebApi {
    /// `chat.delete`, for a message of ours.
    ///
    /// # Errors
    /// [`SlackError`]; `Known(MessageNotFound)` when it is gone already.
    pub async fn chat_delete(&self, channel: &str, ts: &str) -> Result<Posted, SlackError> {
        self.call("chat.delete", &[("channel", channel), ("ts", ts)]).await
    }

    /// Looks for a message that may have been posted although nobody knows: in
    /// `conversations.history`, or in `conversations.replies` for an answer. Slack has no
    /// key that would keep a second posting from being one, so this is asked before it.
    ///
    /// # Errors
    /// [`SlackError`]; `Known(MissingScope)` when the bot may not read the channel.
    pub async fn find_posted(&self, search: &Search) -> Result<Option<Posted>, SlackError> {
        #[derive(Deserialize)]
        struct Found {
            #[serde(default)]
            messages: Vec<Past>,
            response_metadata: Option<More>,
        }
        #[derive(Deserialize)]
        struct Past {
            ts: String,
            #[serde(default)]
            blocks: Vec<Value>,
        }
        #[derive(Deserialize)]
        struct More {
            next_cursor: Option<String>,
        }
        let mut cursor = String::new();
        for _ in 0..MOST_PAGES {
            let mut arguments =
                vec![("channel", search.channel.as_str()), ("oldest", &search.oldest), ("limit", "200")];
            if !cursor.is_empty() {
                arguments.push(("cursor", &cursor));
            }
            let found: Found = match &search.thread_ts {
                Some(ts) => {
                    arguments.push(("ts", ts));
                    self.call("conversations.replies", &arguments).await?
                }
                None => self.call("conversations.history", &arguments).await?,
            };
            let ours = |past: &Past| past.blocks.first().is_some_and(|block| block["block_id"] == search.mark.as_str());
            if let Some(past) = found.messages.into_iter().find(ours) {
                return Ok(Some(Posted { channel: search.channel.clone(), ts: past.ts }));
            }
            cursor = found.response_metadata.and_then(|more| more.next_cursor).unwrap_or_default();
            if cursor.is_empty() {
                break;
            }
        }
        Ok(None)
    }
}

fn as_json(blocks: &[Value]) -> Option<String> {
    (!blocks.is_empty()).then(|| Value::from(blocks).to_string())
}
