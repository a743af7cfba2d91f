//! Everything that changes: sign-ins under way, messages, faults, what was called.

use std::collections::{BTreeMap, VecDeque};

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use serde_json::Value;

use crate::fault::Planned;
use crate::keys::Keys;
use crate::{FakeOptions, Mode, Workspace};

/// As many calls are remembered word for word.
const REMEMBERED: usize = 1000;

pub(crate) struct World {
    pub(crate) options: FakeOptions,
    pub(crate) workspace: Workspace,
    pub(crate) keys: Keys,
    pub(crate) mode: Mode,
    pub(crate) plan: Vec<Planned>,
    pub(crate) token_revoked: bool,
    pub(crate) codes: BTreeMap<String, PendingCode>,
    /// Access tokens of people, and whose they are.
    pub(crate) user_tokens: BTreeMap<String, String>,
    pub(crate) rooms: Vec<Room>,
    pub(crate) counts: BTreeMap<String, usize>,
    pub(crate) log: VecDeque<Call>,
    ahead: TimeDelta,
    number: u64,
    last_ts: i64,
}

/// A code that somebody is on their way back with.
#[derive(Debug, Clone)]
pub(crate) struct PendingCode {
    pub(crate) person: String,
    pub(crate) redirect_uri: String,
    pub(crate) nonce: Option<String>,
    pub(crate) scopes: String,
    pub(crate) given: DateTime<Utc>,
}

/// A call as it came in; secrets are left out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Call {
    /// The method, as in a fault plan.
    pub method: String,
    /// The arguments, without tokens, codes and secrets.
    pub arguments: BTreeMap<String, String>,
}

/// A channel, or a conversation with one person, and what was said there.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Room {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) is_private: bool,
    pub(crate) is_archived: bool,
    pub(crate) has_bot: bool,
    pub(crate) messages: Vec<Message>,
}

/// A message in a channel, oldest first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Message {
    /// The id in the channel: seconds, a dot, microseconds.
    pub ts: String,
    /// Who said it: a person's id, or the bot's.
    pub user: String,
    /// The words, in Slack's format.
    pub text: String,
    /// The blocks, as they were sent.
    pub blocks: Vec<Value>,
    /// The message that this answers.
    pub thread_ts: Option<String>,
    /// What the application wants to find again.
    pub metadata: Option<Value>,
    /// When it was last changed, as a `ts`.
    pub edited: Option<String>,
}

impl World {
    pub(crate) fn new(options: FakeOptions, keys: Keys) -> Self {
        let mut world = Self {
            workspace: options.workspace.clone(),
            options,
            keys,
            mode: Mode::Normal,
            plan: Vec::new(),
            token_revoked: false,
            codes: BTreeMap::new(),
            user_tokens: BTreeMap::new(),
            rooms: Vec::new(),
            counts: BTreeMap::new(),
            log: VecDeque::new(),
            ahead: TimeDelta::zero(),
            number: 0,
            last_ts: 0,
        };
        world.reset();
        world
    }

    /// As at the start; only the keys stay, and numbers go on, so that nothing
    /// old is mistaken for something new.
    pub(crate) fn reset(&mut self) {
        self.workspace = self.options.workspace.clone();
        self.mode = Mode::Normal;
        self.plan.clear();
        self.token_revoked = false;
        self.codes.clear();
        self.user_tokens.clear();
        self.counts.clear();
        self.log.clear();
        self.ahead = TimeDelta::zero();
        self.rooms.clear();
        for channel in self.workspace.channels.clone() {
            let messages = channel.said.iter().map(|(who, words)| self.message(who, words)).collect();
            self.rooms.push(Room {
                id: channel.id,
                name: channel.name,
                is_private: channel.is_private,
                is_archived: channel.is_archived,
                has_bot: channel.has_bot,
                messages,
            });
        }
    }

    /// The time here: the real one, or the one it was started with, and
    /// whatever it was put forward by.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.options.starts_at.unwrap_or_else(Utc::now) + self.ahead
    }

    pub(crate) fn advance(&mut self, by: TimeDelta) {
        self.ahead += by;
    }

    /// A new message's id: the time in microseconds, later than every other.
    pub(crate) fn next_ts(&mut self) -> String {
        self.last_ts = self.now().timestamp_micros().max(self.last_ts + 1);
        format!("{}.{:06}", self.last_ts / 1_000_000, self.last_ts % 1_000_000)
    }

    /// A number never given before, for codes and tokens.
    pub(crate) fn next_number(&mut self) -> u64 {
        self.number += 1;
        self.number
    }

    pub(crate) fn message(&mut self, user: &str, text: &str) -> Message {
        Message {
            ts: self.next_ts(),
            user: user.to_owned(),
            text: text.to_owned(),
            blocks: Vec::new(),
            thread_ts: None,
            metadata: None,
            edited: None,
        }
    }

    pub(crate) fn remember(&mut self, method: &str, arguments: &BTreeMap<String, String>) {
        const SECRET: [&str; 6] =
            ["token", "client_secret", "code", "code_verifier", "refresh_token", "client_assertion"];
        *self.counts.entry(method.to_owned()).or_default() += 1;
        if self.log.len() == REMEMBERED {
            self.log.pop_front();
        }
        let mut arguments = arguments.clone();
        for (name, value) in &mut arguments {
            if SECRET.contains(&name.as_str()) {
                *value = "(left out)".to_owned();
            }
        }
        self.log.push_back(Call { method: method.to_owned(), arguments });
    }

    pub(crate) fn room(&self, id: &str) -> Option<&Room> {
        self.rooms.iter().find(|room| room.id == id)
    }
}
