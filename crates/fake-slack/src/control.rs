//! The control addresses below `/_fake/`, for browser tests and for people
//! with curl. They take and give JSON, which no other page's form can send.

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use chrono::TimeDelta;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{Fake, Mode, Person, Planned};

pub(crate) fn routes() -> Router<Fake> {
    Router::new()
        .route("/_fake/state", get(state))
        .route("/_fake/reset", post(reset))
        .route("/_fake/mode", post(mode))
        .route("/_fake/faults", post(plan).delete(unplan))
        .route("/_fake/clock", post(advance))
        .route("/_fake/keys/rotate", post(rotate))
        .route("/_fake/token/revoke", post(revoke))
        .route("/_fake/people/{id}", post(change))
        .route("/_fake/style.css", get(style))
}

async fn state(State(fake): State<Fake>) -> Json<Value> {
    let world = fake.world();
    Json(json!({
        "url": fake.url(),
        "now": world.now().to_rfc3339(),
        "mode": world.mode,
        "modes": Mode::ALL,
        "faults": world.plan,
        "token_revoked": world.token_revoked,
        "codes": world.codes.len(),
        "calls": world.counts,
        "log": world.log,
        "workspace": {
            "team_id": world.workspace.team_id,
            "name": world.workspace.name,
            "people": world.workspace.people,
        },
        "channels": world.rooms,
    }))
}

async fn reset(State(fake): State<Fake>) -> StatusCode {
    fake.world().reset();
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct NewMode {
    mode: Mode,
}

async fn mode(State(fake): State<Fake>, Json(new): Json<NewMode>) -> StatusCode {
    fake.world().mode = new.mode;
    StatusCode::NO_CONTENT
}

async fn plan(State(fake): State<Fake>, Json(planned): Json<Planned>) -> StatusCode {
    fake.world().plan.push(planned);
    StatusCode::NO_CONTENT
}

async fn unplan(State(fake): State<Fake>) -> StatusCode {
    fake.world().plan.clear();
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct Advance {
    seconds: u32,
}

async fn advance(State(fake): State<Fake>, Json(by): Json<Advance>) -> StatusCode {
    fake.world().advance(TimeDelta::seconds(i64::from(by.seconds)));
    StatusCode::NO_CONTENT
}

async fn rotate(State(fake): State<Fake>) -> StatusCode {
    match fake.world().keys.rotate() {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

async fn revoke(State(fake): State<Fake>) -> StatusCode {
    fake.world().token_revoked = true;
    StatusCode::NO_CONTENT
}

/// Changes the named fields of a person, such as `{"deleted": true}`.
async fn change(State(fake): State<Fake>, Path(id): Path<String>, Json(fields): Json<Map<String, Value>>) -> Response {
    let mut world = fake.world();
    let Some(person) = world.workspace.people.iter_mut().find(|person| person.id == id) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match changed(person, fields) {
        Some(new) => {
            *person = new;
            StatusCode::NO_CONTENT.into_response()
        }
        None => StatusCode::UNPROCESSABLE_ENTITY.into_response(),
    }
}

/// None when a field has another type, or when there is no such field.
fn changed(person: &Person, fields: Map<String, Value>) -> Option<Person> {
    let mut whole = serde_json::to_value(person).ok()?;
    for (name, value) in fields {
        *whole.get_mut(&name)? = value;
    }
    serde_json::from_value(whole).ok()
}

async fn style() -> impl IntoResponse {
    let headers = [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")];
    (headers, include_str!("style.css"))
}
