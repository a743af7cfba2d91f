//! The page where one sees what was posted: channels beside, messages within.

use std::fmt::Write as _;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::page::{banner, encode, escape, page, trouble};
use crate::workspace::BOT_USER;
use crate::world::{Message, Room, World};
use crate::{Fake, mrkdwn};

pub(crate) fn routes() -> Router<Fake> {
    Router::new().route("/", get(messages))
}

#[derive(Deserialize)]
struct Chosen {
    channel: Option<String>,
}

/// Shows one channel: the one asked for by id, or else the first.
async fn messages(State(fake): State<Fake>, Query(chosen): Query<Chosen>) -> Response {
    let world = fake.world();
    let room = match &chosen.channel {
        Some(id) => world.room(id),
        None => world.rooms.first(),
    };
    let Some(room) = room else {
        return trouble(StatusCode::NOT_FOUND, "No such channel", "The workspace has no channel with this id.");
    };
    let title = format!("{} · {} (not Slack)", title(room), world.workspace.name);
    let body = format!(
        "{}<div class=\"chat\">{}<main id=\"main\"><header class=\"room\"><h1>{}</h1><p>{}</p>\
         <a href=\"/?channel={}\">Read again</a></header>{}</main></div>",
        banner(),
        channels(&world, room),
        escape(&self::title(room)),
        about(room),
        encode(&room.id),
        conversation(&world, room),
    );
    page(StatusCode::OK, &title, &body)
}

fn channels(world: &World, shown: &Room) -> String {
    let mut nav =
        format!("<nav aria-label=\"Channels\"><p class=\"workspace\">{}</p><ul>", escape(&world.workspace.name));
    for room in &world.rooms {
        let here = if room.id == shown.id { " aria-current=\"page\"" } else { "" };
        let count = match room.messages.len() {
            0 => String::new(),
            1 => "<span class=\"count\">1<span class=\"spoken\"> message</span></span>".to_owned(),
            many => format!("<span class=\"count\">{many}<span class=\"spoken\"> messages</span></span>"),
        };
        let _ = write!(
            nav,
            "<li><a href=\"/?channel={}\"{here}><span>{}</span>{count}</a></li>",
            encode(&room.id),
            escape(&title(room)),
        );
    }
    nav.push_str("</ul></nav>");
    nav
}

fn conversation(world: &World, room: &Room) -> String {
    if room.messages.is_empty() {
        return "<p class=\"empty\">Nothing has been posted here yet.</p>".to_owned();
    }
    let mut html = String::new();
    let mut day = String::new();
    for message in room.messages.iter().filter(|message| message.thread_ts.is_none()) {
        let on = at(&message.ts).map(|at| at.format("%A %-d %B %Y").to_string()).unwrap_or_default();
        if on != day {
            if !day.is_empty() {
                html.push_str("</ol>");
            }
            let _ = write!(html, "<h2 class=\"day\">{on}</h2><ol class=\"messages\">");
            day = on;
        }
        let replies: String = room
            .messages
            .iter()
            .filter(|reply| reply.thread_ts.as_deref() == Some(&message.ts))
            .map(|reply| format!("<li>{}</li>", one(world, reply)))
            .collect();
        let replies = match replies.as_str() {
            "" => replies,
            some => format!("<ol class=\"messages thread\" aria-label=\"Replies\">{some}</ol>"),
        };
        let _ = write!(html, "<li>{}{replies}</li>", one(world, message));
    }
    html.push_str("</ol>");
    html
}

fn one(world: &World, message: &Message) -> String {
    let name = mrkdwn::name(&world.workspace, &message.user);
    let app = if message.user == BOT_USER { "<span class=\"app\">App</span>" } else { "" };
    let time =
        at(&message.ts).map(|at| format!("<time datetime=\"{}\">{} UTC</time>", at.to_rfc3339(), at.format("%H:%M")));
    let edited = match &message.edited {
        Some(_) => "<span class=\"edited\">(edited)</span>",
        None => "",
    };
    let words = if message.blocks.is_empty() {
        format!("<p>{}</p>", mrkdwn::text(&world.workspace, &message.text))
    } else {
        mrkdwn::blocks(&world.workspace, &message.blocks)
    };
    let initials: String = name.chars().take(2).collect();
    format!(
        "<article class=\"message\" id=\"m{}\"><span class=\"initials\" aria-hidden=\"true\">{}</span>\
         <div class=\"said\"><p class=\"by\"><b>{}</b>{app}{}{edited}</p><div class=\"words\">{words}</div></div></article>",
        escape(&message.ts),
        escape(&initials),
        escape(name),
        time.unwrap_or_default(),
    )
}

fn title(room: &Room) -> String {
    if room.id.starts_with('D') { room.name.clone() } else { format!("#{}", room.name) }
}

fn about(room: &Room) -> &'static str {
    match (room.id.starts_with('D'), room.is_archived, room.has_bot) {
        (true, ..) => "Between Sensible and one person.",
        (_, true, _) => "Archived. Nothing can be posted here any more.",
        (_, _, false) => "Sensible is not in this channel and cannot post here.",
        _ => "Sensible is in this channel.",
    }
}

fn at(ts: &str) -> Option<DateTime<Utc>> {
    let (seconds, micros) = ts.split_once('.')?;
    DateTime::from_timestamp_micros(seconds.parse::<i64>().ok()? * 1_000_000 + micros.parse::<i64>().ok()?)
}
