//! Slack as an OpenID provider: discovery, keys, the exchange of a code for an
//! id_token, and `userInfo`.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{TimeDelta, Utc};
use serde_json::{Map, Value, json};

use crate::fault::take;
use crate::keys::at_hash;
use crate::web_api::{Refused, bearer};
use crate::world::{PendingCode, World};
use crate::{Fake, Mode};

/// A code lives so long.
const CODE_LIFE: TimeDelta = TimeDelta::minutes(10);
/// An id_token lives so many seconds.
const TOKEN_LIFE: i64 = 300;

pub(crate) fn routes() -> Router<Fake> {
    Router::new().route("/.well-known/openid-configuration", get(discovery)).route("/openid/connect/keys", get(keys))
}

async fn discovery(State(fake): State<Fake>) -> Response {
    let url = fake.url().to_owned();
    let document = json!({
        "issuer": url,
        "authorization_endpoint": format!("{url}/openid/connect/authorize"),
        "token_endpoint": format!("{url}/api/openid.connect.token"),
        "userinfo_endpoint": format!("{url}/api/openid.connect.userInfo"),
        "jwks_uri": format!("{url}/openid/connect/keys"),
        "scopes_supported": ["openid", "profile", "email"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["form_post"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "claims_supported": ["sub", "auth_time", "iss"],
        "claims_parameter_supported": false,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": true,
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
    });
    published(&fake, "openid-configuration", document).await
}

async fn keys(State(fake): State<Fake>) -> Response {
    let keys = fake.world().keys.published();
    published(&fake, "openid.connect.keys", keys).await
}

async fn published(fake: &Fake, name: &str, document: Value) -> Response {
    let fault = {
        let mut world = fake.world();
        world.remember(name, &BTreeMap::new());
        take(&mut world.plan, name)
    };
    match fault {
        Some(fault) => fault.answer(fake.stopping()).await,
        None => Json(document).into_response(),
    }
}

/// `openid.connect.token`: a code, once, within ten minutes, by the application
/// that it was given to, with the address that it was sent to.
pub(crate) fn token(
    world: &mut World,
    issuer: &str,
    headers: &HeaderMap,
    arguments: &BTreeMap<String, String>,
) -> Result<Value, Refused> {
    let argument = |name: &str| arguments.get(name).map_or("", String::as_str);
    let (client_id, client_secret) =
        basic(headers).unwrap_or_else(|| (argument("client_id").to_owned(), argument("client_secret").to_owned()));
    if client_id != world.options.client_id {
        return Err(Refused::with("invalid_client_id"));
    }
    if client_secret != world.options.client_secret {
        return Err(Refused::with("bad_client_secret"));
    }
    if !matches!(argument("grant_type"), "" | "authorization_code") {
        return Err(Refused::with("invalid_grant_type"));
    }
    let pending = world.codes.remove(argument("code")).ok_or(Refused::with("invalid_code"))?;
    if world.mode == Mode::TokenRefused || world.now() - pending.given > CODE_LIFE {
        return Err(Refused::with("invalid_code"));
    }
    if argument("redirect_uri") != pending.redirect_uri {
        return Err(Refused::with("bad_redirect_uri"));
    }
    let access_token = format!("xoxp-fake-{:04}", world.next_number());
    world.user_tokens.insert(access_token.clone(), pending.person.clone());
    let mut answer = json!({"access_token": access_token, "token_type": "Bearer"});
    if world.mode != Mode::MissingIdToken {
        answer["id_token"] = id_token(world, issuer, &pending, &access_token)?.into();
    }
    Ok(answer)
}

fn id_token(world: &World, issuer: &str, pending: &PendingCode, access_token: &str) -> Result<String, Refused> {
    let now = Utc::now().timestamp();
    let mut claims = person_claims(world, &pending.person, &pending.scopes)?;
    let mut say = |claim: &str, value: Value| {
        claims.insert(claim.to_owned(), value);
    };
    say("iss", issuer.into());
    say("aud", world.options.client_id.as_str().into());
    say("iat", now.into());
    say("auth_time", now.into());
    say("exp", (now + TOKEN_LIFE).into());
    say("at_hash", at_hash(access_token).into());
    if let Some(nonce) = &pending.nonce {
        say("nonce", nonce.as_str().into());
    }
    world.mode.spoil(&mut claims);
    world.keys.sign(&Value::Object(claims), world.mode.signing()).map_err(|_| Refused::with("internal_error"))
}

/// `openid.connect.userInfo`: who the access token of a sign-in belongs to.
pub(crate) fn user_info(
    world: &World,
    headers: &HeaderMap,
    arguments: &BTreeMap<String, String>,
) -> Result<Value, Refused> {
    let token = bearer(headers, arguments).ok_or(Refused::with("not_authed"))?;
    let person = world.user_tokens.get(token).ok_or(Refused::with("invalid_auth"))?;
    let mut claims = person_claims(world, person, "openid profile email")?;
    claims.insert("https://slack.com/team_name".to_owned(), world.workspace.name.as_str().into());
    claims.insert("https://slack.com/team_domain".to_owned(), world.workspace.domain.as_str().into());
    Ok(Value::Object(claims))
}

fn person_claims(world: &World, id: &str, scopes: &str) -> Result<Map<String, Value>, Refused> {
    let person = world.workspace.person(id).ok_or(Refused::with("user_not_found"))?;
    let has = |wanted: &str| scopes.split_whitespace().any(|scope| scope == wanted);
    let mut claims = Map::new();
    let mut say = |claim: &str, value: Value| {
        claims.insert(claim.to_owned(), value);
    };
    say("sub", person.id.as_str().into());
    say("https://slack.com/team_id", person.team_id.as_str().into());
    say("https://slack.com/user_id", person.id.as_str().into());
    if has("email") {
        say("email", person.email.as_str().into());
        say("email_verified", person.email_verified.into());
        say("date_email_verified", 1_622_128_723.into());
    }
    if has("profile") {
        say("name", person.name.as_str().into());
        say("given_name", "".into());
        say("family_name", "".into());
        say("locale", person.locale.as_str().into());
        if let Some(picture) = &person.picture {
            say("picture", picture.as_str().into());
        }
    }
    Ok(claims)
}

/// Client id and secret from HTTP Basic, which Slack takes beside the form.
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Basic ")?;
    let pair = String::from_utf8(STANDARD.decode(value).ok()?).ok()?;
    let (id, secret) = pair.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}
