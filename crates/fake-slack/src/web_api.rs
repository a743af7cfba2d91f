//! Slack's Web API at `/api/<method>`: arguments, tokens, scopes, faults, and
//! the shape of every answer. What the methods do is in rooms of their own.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::{Path, Query, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Map, Value, json};

use crate::fault::{Fault, take};
use crate::world::World;
use crate::{Fake, chat, openid, past, users};

pub(crate) type Arguments = BTreeMap<String, String>;

/// A method: its name, the scope that it asks of the bot token, the arguments
/// that it must have and those that it may have, and whether it takes JSON.
struct Method {
    name: &'static str,
    scope: Option<&'static str>,
    required: &'static [&'static str],
    allowed: &'static [&'static str],
    takes_json: bool,
    does: fn(&mut World, &Arguments) -> Result<Value, Refused>,
}

const METHODS: [Method; 8] = [
    Method { name: "auth.test", scope: None, required: &[], allowed: &[], takes_json: true, does: users::auth_test },
    Method {
        name: "users.info",
        scope: Some("users:read"),
        required: &["user"],
        allowed: &["include_locale"],
        takes_json: false,
        does: users::info,
    },
    Method {
        name: "users.list",
        scope: Some("users:read"),
        required: &[],
        allowed: &["cursor", "include_locale", "limit", "team_id"],
        takes_json: false,
        does: users::list,
    },
    Method {
        name: "chat.postMessage",
        scope: Some("chat:write"),
        required: &["channel"],
        allowed: &[
            "attachments",
            "blocks",
            "link_names",
            "markdown_text",
            "metadata",
            "mrkdwn",
            "parse",
            "reply_broadcast",
            "text",
            "thread_ts",
            "unfurl_links",
            "unfurl_media",
        ],
        takes_json: true,
        does: chat::post_message,
    },
    Method {
        name: "chat.update",
        scope: Some("chat:write"),
        required: &["channel", "ts"],
        allowed: &[
            "attachments",
            "blocks",
            "link_names",
            "markdown_text",
            "metadata",
            "parse",
            "reply_broadcast",
            "text",
        ],
        takes_json: true,
        does: chat::update,
    },
    Method {
        name: "chat.delete",
        scope: Some("chat:write"),
        required: &["channel", "ts"],
        allowed: &["as_user"],
        takes_json: true,
        does: chat::delete,
    },
    Method {
        name: "conversations.history",
        scope: Some("channels:history"),
        required: &["channel"],
        allowed: &["cursor", "include_all_metadata", "inclusive", "latest", "limit", "oldest"],
        takes_json: true,
        does: past::history,
    },
    Method {
        name: "conversations.replies",
        scope: Some("channels:history"),
        required: &["channel", "ts"],
        allowed: &["cursor", "include_all_metadata", "inclusive", "latest", "limit", "oldest"],
        takes_json: false,
        does: past::replies,
    },
];

/// Why a method does nothing: `"ok": false`, the error, and what else there is
/// to say.
#[derive(Debug, Clone)]
pub(crate) struct Refused {
    error: String,
    more: Map<String, Value>,
}

impl Refused {
    pub(crate) fn with(error: &str) -> Self {
        Self { error: error.to_owned(), more: Map::new() }
    }

    fn and(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.more.insert(key.to_owned(), value.into());
        self
    }

    pub(crate) fn because(self, message: &str) -> Self {
        self.and("response_metadata", json!({"messages": [format!("[ERROR] {message}")]}))
    }
}

pub(crate) fn routes() -> Router<Fake> {
    Router::new().route("/api/{method}", get(call).post(call))
}

async fn call(
    State(fake): State<Fake>,
    Path(method): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let is_json = content_type(&headers).starts_with("application/json");
    let arguments = read(query.as_deref(), &headers, &body);
    let (fault, answer) = {
        let mut world = fake.world();
        world.remember(&method, arguments.as_ref().unwrap_or(&Arguments::new()));
        let fault = take(&mut world.plan, &method);
        let acts = matches!(fault, None | Some(Fault::HangAfter));
        let answer = acts.then(|| {
            let arguments = arguments?;
            answer(&mut world, fake.url(), &method, &headers, &arguments, is_json)
        });
        (fault, answer)
    };
    match (fault, answer) {
        (Some(fault), _) => fault.answer(fake.stopping()).await,
        (None, Some(Ok(value))) => ok(&fake, &method, value),
        (None, Some(Err(refused))) => refusal(&fake, refused),
        (None, None) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn answer(
    world: &mut World,
    issuer: &str,
    method: &str,
    headers: &HeaderMap,
    arguments: &Arguments,
    is_json: bool,
) -> Result<Value, Refused> {
    match method {
        "openid.connect.token" => return openid::token(world, issuer, headers, arguments),
        "openid.connect.userInfo" => return openid::user_info(world, headers, arguments),
        _ => {}
    }
    let method = METHODS.iter().find(|known| known.name == method).ok_or(Refused::with("unknown_method"))?;
    if is_json && !method.takes_json {
        return Err(Refused::with("invalid_post_type"));
    }
    authed(world, method, headers, arguments)?;
    check(method, arguments)?;
    (method.does)(world, arguments)
}

fn authed(world: &World, method: &Method, headers: &HeaderMap, arguments: &Arguments) -> Result<(), Refused> {
    let token = bearer(headers, arguments).ok_or(Refused::with("not_authed"))?;
    if world.user_tokens.contains_key(token) {
        return Err(Refused::with("not_allowed_token_type"));
    }
    if token != world.options.bot_token {
        return Err(Refused::with("invalid_auth"));
    }
    if world.token_revoked {
        return Err(Refused::with("token_revoked"));
    }
    match method.scope {
        Some(needed) if !world.options.bot_scopes.iter().any(|scope| scope == needed) => {
            let provided = world.options.bot_scopes.join(",");
            Err(Refused::with("missing_scope").and("needed", needed).and("provided", provided))
        }
        _ => Ok(()),
    }
}

fn check(method: &Method, arguments: &Arguments) -> Result<(), Refused> {
    for needed in method.required {
        if arguments.get(*needed).is_none_or(String::is_empty) {
            return Err(Refused::with("invalid_arguments").because(&format!("missing required field: {needed}")));
        }
    }
    for given in arguments.keys() {
        let known = method.required.iter().chain(method.allowed).any(|name| name == given);
        if !known && given != "token" {
            return Err(Refused::with("invalid_arguments").because(&format!("unknown field: {given}")));
        }
    }
    Ok(())
}

/// The token, from the header or else from the arguments.
pub(crate) fn bearer<'a>(headers: &'a HeaderMap, arguments: &'a Arguments) -> Option<&'a str> {
    let header = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    header.or_else(|| arguments.get("token").map(String::as_str)).filter(|token| !token.is_empty())
}

/// Arguments from the query and the body, a form or JSON; the body wins.
fn read(query: Option<&str>, headers: &HeaderMap, body: &[u8]) -> Result<Arguments, Refused> {
    let mut arguments = form(query.unwrap_or_default())?;
    if body.is_empty() {
        return Ok(arguments);
    }
    let kind = content_type(headers);
    if kind.starts_with("application/json") {
        let fields: Map<String, Value> = serde_json::from_slice(body).map_err(|_| Refused::with("invalid_json"))?;
        arguments.extend(fields.into_iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| match value {
            Value::String(text) => (name, text),
            other => (name, other.to_string()),
        }));
    } else if kind.starts_with("application/x-www-form-urlencoded") {
        let text = std::str::from_utf8(body).map_err(|_| Refused::with("invalid_charset"))?;
        arguments.extend(form(text)?);
    } else {
        return Err(Refused::with("invalid_post_type"));
    }
    Ok(arguments)
}

/// Reads a form; axum reads queries only, which have the same format.
fn form(text: &str) -> Result<Arguments, Refused> {
    let bad = || Refused::with("invalid_form_data");
    let uri = Uri::builder().path_and_query(format!("/?{text}")).build().map_err(|_| bad())?;
    Ok(Query::<Arguments>::try_from_uri(&uri).map_err(|_| bad())?.0)
}

fn content_type(headers: &HeaderMap) -> &str {
    headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn ok(fake: &Fake, method: &str, mut value: Value) -> Response {
    value["ok"] = true.into();
    let mut response = Json(value).into_response();
    if !method.starts_with("openid.") {
        scopes(fake, &mut response);
    }
    response
}

fn refusal(fake: &Fake, refused: Refused) -> Response {
    let mut value = refused.more;
    value.insert("ok".to_owned(), false.into());
    value.insert("error".to_owned(), refused.error.into());
    let mut response = Json(Value::Object(value)).into_response();
    scopes(fake, &mut response);
    response
}

fn scopes(fake: &Fake, response: &mut Response) {
    let scopes = fake.world().options.bot_scopes.join(",");
    if let Ok(value) = HeaderValue::from_str(&scopes) {
        response.headers_mut().insert("x-oauth-scopes", value);
    }
}
