//! The database away: refused, or swallowed by the network. Every page says so in time,
//! and nobody is signed out by it.

use std::time::Duration;

use futures::future::join_all;
use http::{StatusCode, header};
use server::http::limits::LimitSettings;

use crate::client;
use crate::served::Served;
use crate::support::{Call, patient};

/// The bar is 2.2 s; the test is not one of this machine's speed.
const GENEROUS: Duration = Duration::from_secs(4);

/// The product's own time for a page.
fn limits() -> LimitSettings {
    LimitSettings { page_time: LimitSettings::default().page_time, ..patient() }
}

fn calls(served: &Served) -> Vec<Call> {
    use app::paths::{COMPONENTS, INCIDENTS, PEOPLE, PROFILE, SETTINGS, SIGN_IN};
    let mut calls: Vec<Call> = [INCIDENTS, SETTINGS, COMPONENTS, PEOPLE, PROFILE, SIGN_IN].map(Call::get).into();
    calls.push(Call::get(format!("/incidents/{}", served.world.public)));
    calls.push(Call::post("/api/incidents/list", "query="));
    calls.push(Call::post("/api/people/add", "name=Ruff&email=ruff@paperkite.example"));
    calls.into_iter().map(|call| call.by(served.admin.clone())).collect()
}

/// Everything at once, three times: the connections of before, then new ones.
async fn everything_says_away(served: &Served, how: &str) {
    let mut slowest = Duration::ZERO;
    for _ in 0..3 {
        for (answer, took) in join_all(calls(served).into_iter().map(|call| client::timed(served.address, call))).await
        {
            assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{how}: {}", answer.body);
            assert_eq!(answer.header("retry-after"), "1", "{how}");
            assert!(!answer.headers.contains_key(header::SET_COOKIE), "{how}: {:?}", answer.headers);
            assert!(took < GENEROUS, "{how}: {took:?}");
            slowest = slowest.max(took);
        }
    }
    println!("{how}: 503 after at most {slowest:?}");
    let alive = client::call(served.address, Call::get("/healthz")).await;
    assert_eq!(alive.status, StatusCode::OK, "the process itself lives");
    let ready = client::call(served.address, Call::get("/readyz")).await;
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
}

/// The same cookie opens the same door. A connection that died meanwhile may cost a
/// 503 each, but nothing ever says "sign in".
async fn still_signed_in(served: &Served) {
    for tries in 1..=20 {
        let answer = client::call(served.address, Call::get(app::paths::PROFILE).by(served.admin.clone())).await;
        assert!(!answer.headers.contains_key(header::SET_COOKIE), "{:?}", answer.headers);
        match answer.status {
            StatusCode::OK => {
                println!("signed in as before at try {tries}");
                return;
            }
            StatusCode::SERVICE_UNAVAILABLE => {}
            other => panic!("{other} {}", answer.location()),
        }
    }
    panic!("the database is back and pages are not");
}

async fn everything_works(served: &Served) {
    let calls = calls(served).into_iter().filter(|call| call.address != "/api/people/add");
    for answer in join_all(calls.map(|call| client::call(served.address, call))).await {
        assert!(answer.status.is_success() || answer.location().starts_with('/'), "{} {}", answer.status, answer.body);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_database_that_refuses() {
    let Some(served) = Served::start(limits()).await else { return };
    everything_works(&served).await;
    served.proxy.cut().await.unwrap();
    everything_says_away(&served, "refused").await;
    // Signing out cannot be stored, so it is not claimed either.
    let out = client::call(served.address, Call::post(app::paths::SIGN_OUT, "").by(served.admin.clone())).await;
    assert_eq!(out.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(!out.headers.contains_key(header::SET_COOKIE), "{:?}", out.headers);
    served.proxy.restore().await.unwrap();
    still_signed_in(&served).await;
    assert_eq!(served.stored("Ruff").await, 0, "503 and nothing was sent");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_network_that_swallows() {
    let Some(served) = Served::start(limits()).await else { return };
    everything_works(&served).await;
    served.proxy.blackhole();
    everything_says_away(&served, "swallowed").await;
    served.proxy.pass();
    still_signed_in(&served).await;
    // What became of the write is unknown to its client, who asks again.
    let again = client::call(
        served.address,
        Call::post("/api/people/add", "name=Ruff&email=ruff@paperkite.example").by(served.admin.clone()),
    )
    .await;
    assert!(again.status.is_success() || again.body.contains("email"), "{} {}", again.status, again.body);
    served.store.close().await;
    assert_eq!(served.stored("Ruff").await, 1, "asked four times, stored once");
}
