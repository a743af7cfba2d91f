//! The accept loop. `axum::serve` has no limit on how long a request's head may
//! take and leaves Nagle's algorithm on, which costs 40 ms a page, so it is ours.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt as _;

use crate::shutdown::{DEADLINE, Shutdown};

/// How long a connection may take to send a request's head, and to stay idle.
pub const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// The largest request head. hyper answers a larger one with 431.
pub const HEAD_BYTES: usize = 16 * 1024;

/// Serves until the end begins, then drains for at most [`DEADLINE`].
/// Returns whether every connection ended by itself.
pub async fn serve(listener: TcpListener, app: Router, shutdown: Shutdown) -> bool {
    let graceful = GracefulShutdown::new();
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => Some((stream, peer)),
                Err(error) => {
                    pause_after(&error).await;
                    None
                }
            },
            () = shutdown.begun() => break,
        };
        if let Some((stream, peer)) = stream {
            attend(stream, peer, &app, &graceful);
        }
    }
    // From here on new connections are refused, so that a proxy goes elsewhere.
    drop(listener);
    let drained = tokio::time::timeout(DEADLINE, graceful.shutdown()).await.is_ok();
    if !drained {
        tracing::warn!(seconds = DEADLINE.as_secs(), "stopped with connections still open");
    }
    drained
}

fn attend(stream: TcpStream, peer: SocketAddr, app: &Router, graceful: &GracefulShutdown) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection was gone before its first byte");
        return;
    }
    let service = app.clone().map_request(move |mut request: http::Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        request.map(axum::body::Body::new)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
    let connection = graceful.watch(connection);
    tokio::spawn(async move {
        // A client that leaves early or sends nonsense is no event of ours.
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection ended early");
        }
    });
}

/// A single broken connection is skipped; running out of file descriptors is
/// waited out instead of spinning.
async fn pause_after(error: &std::io::Error) {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        return;
    }
    tracing::error!(%error, "cannot accept connections");
    tokio::time::sleep(Duration::from_millis(200)).await;
}
