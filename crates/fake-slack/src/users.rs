//! `auth.test`, `users.info`, `users.list`.

use serde_json::{Value, json};

use crate::web_api::{Arguments, Refused};
use crate::workspace::{APP_ID, BOT_ID, BOT_USER, Person};
use crate::world::World;

/// As many people are on a page when nobody says how many, and at most.
const PAGE: usize = 1000;

pub(crate) fn auth_test(world: &mut World, _: &Arguments) -> Result<Value, Refused> {
    Ok(json!({
        "url": format!("https://{}.slack.com/", world.workspace.domain),
        "team": world.workspace.name,
        "team_id": world.workspace.team_id,
        "user": "sensible",
        "user_id": BOT_USER,
        "bot_id": BOT_ID,
        "is_enterprise_install": false,
    }))
}

pub(crate) fn info(world: &mut World, arguments: &Arguments) -> Result<Value, Refused> {
    let id = arguments.get("user").map_or("", String::as_str);
    if id == BOT_USER {
        return Ok(json!({"user": own_bot(world)}));
    }
    let person = world.workspace.person(id).ok_or(Refused::with("user_not_found"))?;
    Ok(json!({"user": described(world, person)}))
}

pub(crate) fn list(world: &mut World, arguments: &Arguments) -> Result<Value, Refused> {
    let bad_limit = || Refused::with("invalid_arguments").because("limit is not a number");
    let limit = match arguments.get("limit") {
        Some(limit) => limit.parse::<usize>().map_err(|_| bad_limit())?,
        None => 0,
    };
    let limit = if limit == 0 { PAGE } else { limit.min(PAGE) };
    let from = match arguments.get("cursor").filter(|cursor| !cursor.is_empty()) {
        Some(cursor) => cursor
            .strip_prefix("from-")
            .and_then(|from| from.parse::<usize>().ok())
            .ok_or(Refused::with("invalid_cursor"))?,
        None => 0,
    };
    let mut everybody = vec![slackbot(world), own_bot(world)];
    everybody.extend(world.workspace.people.iter().map(|person| described(world, person)));
    let until = from.saturating_add(limit).min(everybody.len());
    let next = if until < everybody.len() { format!("from-{until}") } else { String::new() };
    Ok(json!({
        "members": everybody.get(from..until).unwrap_or_default(),
        "cache_ts": world.now().timestamp(),
        "response_metadata": {"next_cursor": next},
    }))
}

/// A person as Slack describes them. The e-mail address needs a scope of its own.
fn described(world: &World, person: &Person) -> Value {
    let mut user = json!({
        "id": person.id,
        "team_id": person.team_id,
        "name": person.name.to_lowercase(),
        "deleted": person.deleted,
        "real_name": person.name,
        "tz": person.zone,
        "profile": {
            "title": person.title,
            "real_name": person.name,
            "real_name_normalized": person.name,
            "display_name": person.name,
            "display_name_normalized": person.name,
            "team": person.team_id,
        },
        "is_admin": person.is_admin,
        "is_owner": person.is_admin,
        "is_primary_owner": person.is_admin,
        "is_restricted": person.is_restricted,
        "is_ultra_restricted": person.is_ultra_restricted,
        "is_bot": person.is_bot,
        "is_app_user": false,
        "updated": 1_700_000_000,
    });
    if person.is_stranger {
        user["is_stranger"] = true.into();
    }
    if let Some(picture) = &person.picture {
        user["profile"]["image_72"] = picture.as_str().into();
    }
    if world.options.bot_scopes.iter().any(|scope| scope == "users:read.email") {
        user["profile"]["email"] = person.email.as_str().into();
    }
    user
}

/// Slackbot, which every workspace has and which says that it is no bot.
fn slackbot(world: &World) -> Value {
    json!({
        "id": "USLACKBOT",
        "team_id": world.workspace.team_id,
        "name": "slackbot",
        "deleted": false,
        "real_name": "Slackbot",
        "tz": Value::Null,
        "profile": {"real_name": "Slackbot", "display_name": "Slackbot"},
        "is_bot": false,
        "is_app_user": false,
        "updated": 0,
    })
}

fn own_bot(world: &World) -> Value {
    json!({
        "id": BOT_USER,
        "team_id": world.workspace.team_id,
        "name": "sensible",
        "deleted": false,
        "real_name": "Sensible",
        "tz": "America/Los_Angeles",
        "profile": {"real_name": "Sensible", "display_name": "", "bot_id": BOT_ID, "api_app_id": APP_ID},
        "is_bot": true,
        "is_app_user": false,
        "updated": 1_700_000_000,
    })
}
