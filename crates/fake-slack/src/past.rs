//! `conversations.history` and `conversations.replies`: what was said before, as far as the
//! bot may read it. The newest comes first in a channel, the oldest first in a thread.

use serde_json::{Value, json};

use crate::chat::shown;
use crate::web_api::{Arguments, Refused};
use crate::world::{Message, Room, World};

/// Messages of a page when nobody says how many.
const PAGE: usize = 100;

pub(crate) fn history(world: &mut World, arguments: &Arguments) -> Result<Value, Refused> {
    let room = readable(world, arguments)?;
    let heads = room.messages.iter().rev().filter(|message| message.thread_ts.is_none());
    page(heads.collect(), arguments)
}

pub(crate) fn replies(world: &mut World, arguments: &Arguments) -> Result<Value, Refused> {
    let room = readable(world, arguments)?;
    let ts = arguments.get("ts").map_or("", String::as_str);
    if !room.messages.iter().any(|message| message.ts == ts) {
        return Err(Refused::with("thread_not_found"));
    }
    let inside = |message: &&Message| message.ts == ts || message.thread_ts.as_deref() == Some(ts);
    page(room.messages.iter().filter(inside).collect(), arguments)
}

/// A channel by its id only, as in Slack; a name does not do.
fn readable<'a>(world: &'a World, arguments: &Arguments) -> Result<&'a Room, Refused> {
    let channel = arguments.get("channel").map_or("", String::as_str);
    let room = world.rooms.iter().find(|room| room.id == channel).ok_or(Refused::with("channel_not_found"))?;
    if room.id.starts_with('D') {
        return Err(Refused::with("missing_scope"));
    }
    if room.has_bot { Ok(room) } else { Err(Refused::with("not_in_channel")) }
}

fn page(messages: Vec<&Message>, arguments: &Arguments) -> Result<Value, Refused> {
    let argument = |name: &str| arguments.get(name).map_or("", String::as_str);
    let since = micros(argument("oldest")).ok_or(Refused::with("invalid_ts_oldest"))?;
    let limit = argument("limit").parse().unwrap_or(PAGE).clamp(1, 999);
    let start: usize = argument("cursor").parse().unwrap_or(0);
    let new: Vec<&Message> =
        messages.into_iter().filter(|message| micros(&message.ts).is_some_and(|at| at > since)).collect();
    let shown: Vec<Value> = new.iter().skip(start).take(limit).map(|message| shown(message)).collect();
    let more = start + limit < new.len();
    let cursor = if more { (start + limit).to_string() } else { String::new() };
    Ok(json!({"messages": shown, "has_more": more, "response_metadata": {"next_cursor": cursor}}))
}

/// A `ts` as a number to compare; an empty one is the beginning.
fn micros(ts: &str) -> Option<i64> {
    if ts.is_empty() {
        return Some(0);
    }
    let (seconds, part) = ts.split_once('.').unwrap_or((ts, "0"));
    let part: i64 = format!("{part:0<6}").get(..6)?.parse().ok()?;
    Some(seconds.parse::<i64>().ok()? * 1_000_000 + part)
}
