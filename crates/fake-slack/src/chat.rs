//! `chat.postMessage`, `chat.update` and `chat.delete`, with the limits that messages have.

use serde_json::{Value, json};

use crate::web_api::{Arguments, Refused};
use crate::workspace::{APP_ID, BOT_ID, BOT_USER};
use crate::world::{Message, Room, World};

/// A posted text is cut after so many characters, with a warning.
const LONGEST_TEXT: usize = 40_000;
/// A changed text is refused over so many characters.
const LONGEST_UPDATE: usize = 4_000;
/// Blocks in a message.
const MOST_BLOCKS: usize = 50;
/// Kinds of block that a message may have.
const KINDS: [&str; 12] = [
    "actions",
    "alert",
    "context",
    "divider",
    "file",
    "header",
    "image",
    "input",
    "markdown",
    "rich_text",
    "section",
    "video",
];

pub(crate) fn post_message(world: &mut World, arguments: &Arguments) -> Result<Value, Refused> {
    let argument = |name: &str| arguments.get(name).map_or("", String::as_str);
    let room = open_room(world, argument("channel"))?;
    may_post(&world.rooms[room])?;
    let blocks = blocks(arguments)?.unwrap_or_default();
    if argument("text").is_empty() && blocks.is_empty() {
        return Err(Refused::with("no_text"));
    }
    let thread_ts = match arguments.get("thread_ts").filter(|ts| !ts.is_empty()) {
        Some(ts) => Some(thread(&world.rooms[room], ts)?),
        None => None,
    };
    let metadata = match arguments.get("metadata") {
        Some(text) => Some(metadata(text)?),
        None => None,
    };
    let text: String = argument("text").chars().take(LONGEST_TEXT).collect();
    let truncated = text.len() < argument("text").len();
    let message = Message { blocks, thread_ts, metadata, ..world.message(BOT_USER, &text) };
    let room = &mut world.rooms[room];
    room.messages.push(message.clone());
    let mut answer = json!({"channel": room.id, "ts": message.ts, "message": shown(&message)});
    if truncated {
        answer["response_metadata"] = json!({"warnings": ["message_truncated"]});
    }
    Ok(answer)
}

pub(crate) fn update(world: &mut World, arguments: &Arguments) -> Result<Value, Refused> {
    let argument = |name: &str| arguments.get(name).map_or("", String::as_str);
    let at =
        world.rooms.iter().position(|room| room.id == argument("channel")).ok_or(Refused::with("channel_not_found"))?;
    let blocks = blocks(arguments)?;
    if argument("text").is_empty() && blocks.as_ref().is_none_or(Vec::is_empty) {
        return Err(Refused::with("no_text"));
    }
    if argument("text").chars().count() > LONGEST_UPDATE {
        return Err(Refused::with("msg_too_long"));
    }
    if world.rooms[at].is_archived {
        return Err(Refused::with("is_inactive"));
    }
    let ts = argument("ts");
    let found = world.rooms[at].messages.iter().find(|message| message.ts == ts);
    if found.ok_or(Refused::with("message_not_found"))?.user != BOT_USER {
        return Err(Refused::with("cant_update_message"));
    }
    let edited = world.next_ts();
    let room = &mut world.rooms[at];
    let message =
        room.messages.iter_mut().find(|message| message.ts == ts).ok_or(Refused::with("message_not_found"))?;
    if arguments.contains_key("text") {
        message.text = argument("text").to_owned();
    }
    // Blocks that are not mentioned stay; an empty list takes them away.
    if let Some(blocks) = blocks {
        message.blocks = blocks;
    }
    message.edited = Some(edited);
    Ok(json!({"channel": room.id, "ts": message.ts, "text": message.text, "message": shown(message)}))
}

pub(crate) fn delete(world: &mut World, arguments: &Arguments) -> Result<Value, Refused> {
    let argument = |name: &str| arguments.get(name).map_or("", String::as_str);
    let (channel, ts) = (argument("channel"), argument("ts"));
    let room = world.rooms.iter_mut().find(|room| room.id == channel).ok_or(Refused::with("channel_not_found"))?;
    let at = room.messages.iter().position(|message| message.ts == ts).ok_or(Refused::with("message_not_found"))?;
    if room.messages[at].user != BOT_USER {
        return Err(Refused::with("cant_delete_message"));
    }
    room.messages.remove(at);
    Ok(json!({"channel": room.id, "ts": ts}))
}

/// The place of a channel, by id or by name; of the conversation with a person,
/// which is opened when it is not there yet.
fn open_room(world: &mut World, channel: &str) -> Result<usize, Refused> {
    let name = channel.trim_start_matches('#');
    if let Some(at) = world.rooms.iter().position(|room| room.id == channel || room.name == name) {
        return Ok(at);
    }
    let person = world.workspace.person(channel).ok_or(Refused::with("channel_not_found"))?;
    let id = format!("D{}", person.id.trim_start_matches('U'));
    if let Some(at) = world.rooms.iter().position(|room| room.id == id) {
        return Ok(at);
    }
    world.rooms.push(Room {
        id,
        name: person.name.clone(),
        is_private: true,
        is_archived: false,
        has_bot: true,
        messages: Vec::new(),
    });
    Ok(world.rooms.len() - 1)
}

/// A private channel without the bot does not exist for it; a public one does.
fn may_post(room: &Room) -> Result<(), Refused> {
    match (room.has_bot, room.is_private) {
        (false, true) => Err(Refused::with("channel_not_found")),
        (false, false) => Err(Refused::with("not_in_channel")),
        (true, _) if room.is_archived => Err(Refused::with("is_archived")),
        (true, _) => Ok(()),
    }
}

/// The head of the thread that `ts` is in.
fn thread(room: &Room, ts: &str) -> Result<String, Refused> {
    let message = room.messages.iter().find(|message| message.ts == ts).ok_or(Refused::with("thread_not_found"))?;
    Ok(message.thread_ts.clone().unwrap_or_else(|| message.ts.clone()))
}

fn metadata(text: &str) -> Result<Value, Refused> {
    let bad = || Refused::with("invalid_metadata_format");
    let metadata: Value = serde_json::from_str(text).map_err(|_| bad())?;
    let fits = metadata["event_type"].is_string() && metadata["event_payload"].is_object();
    if fits { Ok(metadata) } else { Err(bad()) }
}

fn blocks(arguments: &Arguments) -> Result<Option<Vec<Value>>, Refused> {
    let Some(text) = arguments.get("blocks").filter(|text| !text.is_empty()) else { return Ok(None) };
    let blocks: Vec<Value> = serde_json::from_str(text).map_err(|_| Refused::with("invalid_blocks_format"))?;
    if blocks.len() > MOST_BLOCKS {
        return Err(Refused::with("invalid_blocks").because("no more than 50 items allowed [json-pointer:/blocks]"));
    }
    for (at, block) in blocks.iter().enumerate() {
        if let Err(why) = fits(block) {
            return Err(Refused::with("invalid_blocks").because(&format!("{why} [json-pointer:/blocks/{at}]")));
        }
    }
    Ok(Some(blocks))
}

fn fits(block: &Value) -> Result<(), &'static str> {
    let kind = block["type"].as_str().ok_or("missing required field: type")?;
    if !KINDS.contains(&kind) {
        return Err("unsupported type");
    }
    let length = |text: &Value| text["text"].as_str().map_or(0, |text| text.chars().count());
    let most = |list: &Value, most: usize| list.as_array().is_none_or(|list| list.len() <= most);
    match kind {
        "section" if block["text"].is_null() && block["fields"].is_null() => Err("missing required field: text"),
        "section" if length(&block["text"]) > 3000 => Err("must be less than 3001 characters"),
        "section" if !most(&block["fields"], 10) => Err("no more than 10 items allowed"),
        "header" if block["text"]["type"] != "plain_text" => Err("text must be plain_text"),
        "header" if length(&block["text"]) > 150 => Err("must be less than 151 characters"),
        "context" if !most(&block["elements"], 10) => Err("no more than 10 items allowed"),
        "actions" if !most(&block["elements"], 25) => Err("no more than 25 items allowed"),
        _ => Ok(()),
    }
}

/// A message as Slack gives it back. A bot's message has no `subtype`.
pub(crate) fn shown(message: &Message) -> Value {
    let mut shown = json!({
        "type": "message", "user": message.user, "bot_id": BOT_ID, "app_id": APP_ID,
        "text": message.text, "ts": message.ts, "blocks": message.blocks,
    });
    if let Some(thread_ts) = &message.thread_ts {
        shown["thread_ts"] = thread_ts.as_str().into();
    }
    if let Some(edited) = &message.edited {
        shown["edited"] = json!({"user": message.user, "ts": edited});
    }
    shown
}
