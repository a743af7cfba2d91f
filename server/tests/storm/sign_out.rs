//! Signing out while requests of the same session are under way.
//! A request that began before and ends after must not bring the session back.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use futures::future::join_all;
use http::StatusCode;
use server::AppState;
use server::auth::session;
use store::{Guards, SessionId};
use tokio::sync::Semaphore;
use tower_sessions::Session;

use crate::client;
use crate::served::Served;
use crate::support::{Call, patient};

const TRIALS: usize = 50;
/// Requests of the session that are held half way, in each trial.
const HELD: u32 = 10;
/// Requests of the product's own, which note that the session was used.
const PAGES: usize = 4;

/// Holds requests between reading the session and writing it.
#[derive(Clone)]
struct Gate {
    arrived: Arc<Semaphore>,
    opened: Arc<Semaphore>,
}

/// Reads the session, waits, writes it; by the product's own session layer.
async fn touch(session: Session, State(gate): State<Gate>) -> StatusCode {
    let person: Option<String> = session.get(session::PERSON).await.unwrap();
    assert!(person.is_some(), "signed in when the request began");
    gate.arrived.add_permits(1);
    gate.opened.acquire().await.unwrap().forget();
    session.insert("touched", true).await.unwrap();
    StatusCode::NO_CONTENT
}

fn touching(gate: Gate) -> impl FnOnce(&AppState) -> Router {
    move |state| {
        let layer = session::layer(state.store.clone(), state.config.cookies());
        Router::new().route("/test/touch", get(touch)).with_state(gate).layer(layer)
    }
}

/// Whether neither a page nor a function lets this cookie in.
async fn is_refused(served: &Served, session: &str) -> bool {
    let page = client::call(served.address, Call::get(app::paths::PROFILE).by(session.to_owned())).await;
    let function = client::call(served.address, Call::post("/api/frame/read", "").by(session.to_owned())).await;
    page.location().starts_with(app::paths::SIGN_IN) && function.status == StatusCode::UNAUTHORIZED
}

/// In every second trial the requests go on while the session ends, else after it.
async fn one_trial(served: &Served, gate: &Gate, trial: usize) -> String {
    let session = served.app.session_of(served.world.member).await;
    // Old enough that the next request notes its use.
    sqlx::query("update sessions set seen_at = now() - interval '1 hour' where revoked_at is null")
        .execute(&served.app.pool)
        .await
        .unwrap();
    let call = |address: &str| client::call(served.address, Call::get(address).by(session.clone()));
    let held = join_all((0..HELD).map(|_| call("/test/touch")));
    let pages = join_all((0..PAGES).map(|_| call(app::paths::PROFILE)));
    let out = async {
        gate.arrived.acquire_many(HELD).await.unwrap().forget();
        let at_once = trial % 2 == 1;
        if at_once {
            gate.opened.add_permits(HELD as usize);
        }
        let out = client::call(served.address, Call::post(app::paths::SIGN_OUT, "").by(session.clone())).await;
        assert!(out.status.is_redirection(), "{}", out.status);
        if !at_once {
            gate.opened.add_permits(HELD as usize);
        }
    };
    let (held, _, ()) = tokio::join!(held, pages, out);
    assert!(held.iter().all(|answer| answer.status == StatusCode::NO_CONTENT), "{held:?}");
    session
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_signed_out_stays_signed_out() {
    let gate = Gate { arrived: Arc::new(Semaphore::new(0)), opened: Arc::new(Semaphore::new(0)) };
    let Some(served) = Served::start_with(Guards::default(), patient(), touching(gate.clone())).await else { return };
    served.proxy.latency(Duration::from_millis(1));
    let mut sessions = Vec::new();
    let mut refused = 0;
    for trial in 0..TRIALS {
        let session = one_trial(&served, &gate, trial).await;
        refused += usize::from(is_refused(&served, &session).await);
        sessions.push(session);
    }
    assert_eq!(refused, TRIALS, "the old cookie is refused");
    // And when the last note of a use has been taken.
    served.store.close().await;
    for session in &sessions {
        assert!(served.app.state.store.load_session(SessionId::of(session.as_bytes())).await.unwrap().is_none());
    }
    let member: i64 = sqlx::query_scalar("select count(*) from sessions where person_id = $1 and revoked_at is null")
        .bind(served.world.member.uuid())
        .fetch_one(&served.app.pool)
        .await
        .unwrap();
    assert_eq!(member, 0, "nor did a request make another session");
    println!("{refused} of {TRIALS} refused");
}
