//! The end in the middle of the work.

use std::convert::Infallible;
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use futures::{StreamExt as _, stream};
use http::StatusCode;
use server::AppState;
use server::shutdown::DEADLINE;
use store::Guards;
use tokio::io::AsyncWriteExt as _;

use crate::client;
use crate::served::Served;
use crate::support::{Call, patient};

/// Streams as the product's own have to be, and one that does not listen.
fn streams(state: &AppState) -> Router {
    let shutdown = state.shutdown.clone();
    let listening = move || async move {
        let end = stream::once(async move { shutdown.begun().await }).map(|()| "ended\n");
        Body::from_stream(stream::iter(["begun\n"]).chain(end).map(Ok::<_, Infallible>))
    };
    let deaf =
        || async { Body::from_stream(stream::iter(["begun\n"]).chain(stream::pending()).map(Ok::<_, Infallible>)) };
    Router::new().route("/test/stream", get(listening)).route("/test/deaf", get(deaf))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_end_waits_for_a_write_and_for_nothing_else() {
    let Some(mut served) = Served::start_with(Guards::default(), patient(), streams).await else { return };
    let mut idle = Vec::new();
    for _ in 0..10 {
        let mut connection = client::send(served.address, Call::get("/healthz")).await;
        client::read_until(&mut connection, "alive\n").await;
        idle.push(connection);
    }
    let mut streaming = Vec::new();
    for _ in 0..10 {
        let mut connection = client::send(served.address, Call::get("/test/stream")).await;
        client::read_until(&mut connection, "begun\n").await;
        streaming.push(connection);
    }
    let jam = served.jam().await;
    // On a connection that its client would keep: the server closes it after the answer.
    let writing = client::send(served.address, served.add("Ruff")).await;
    served.until_jammed(1).await;

    let begun = Instant::now();
    served.shutdown.begin();
    served.until_refused().await;
    for connection in &mut streaming {
        assert!(client::is_closed_after(connection, "ended\n").await, "the stream was told");
    }
    for connection in &mut idle {
        assert!(client::is_closed_after(connection, "").await, "an idle connection is closed");
    }
    assert!(!served.serving.is_finished(), "the write is not waited for");
    jam.rollback().await.unwrap();
    let answer = client::rest_of(writing).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert_eq!(served.stored("Ruff").await, 1);
    assert!((&mut served.serving).await.unwrap(), "every connection ended by itself");
    let took = begun.elapsed();
    println!("ended {took:?} after it was told");
    assert!(took < DEADLINE, "{took:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_does_not_listen_is_left_behind_and_no_write_with_them() {
    let Some(mut served) = Served::start_with(Guards::default(), patient(), streams).await else { return };
    let mut deaf = client::send(served.address, Call::get("/test/deaf")).await;
    client::read_until(&mut deaf, "begun\n").await;
    let mut half = tokio::net::TcpStream::connect(served.address).await.unwrap();
    half.write_all(b"GET / HTTP/1.1\r\nhost: 127.0.0.1").await.unwrap();
    let jam = served.jam().await;
    // Its client leaves, so nobody waits for the answer; it is stored all the same.
    let leaving = client::send(served.address, served.add("Ruff")).await;
    served.until_jammed(1).await;
    drop(leaving);

    let begun = Instant::now();
    served.shutdown.begin();
    served.until_refused().await;
    jam.rollback().await.unwrap();
    assert!(!(&mut served.serving).await.unwrap(), "somebody did not listen");
    let took = begun.elapsed();
    println!("ended {took:?} after it was told");
    assert!(took < 2 * DEADLINE, "{took:?}");
    served.store.close().await;
    assert_eq!(served.stored("Ruff").await, 1);
}
