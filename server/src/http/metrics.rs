//! Figures for Prometheus, on a loopback port of their own; the public port answers
//! 404 there. Labels are routes, never addresses, so that nothing private gets in.

use std::net::SocketAddr;
use std::sync::OnceLock;
use std::time::Duration;

use http::{Method, StatusCode};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio::net::TcpListener;

use super::routes;
use crate::serve::serve;
use crate::shutdown::Shutdown;

const SECONDS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 2.5];

/// The process' recorder, installed once.
pub fn recorder() -> Option<&'static PrometheusHandle> {
    static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    HANDLE
        .get_or_init(|| {
            let recorder = PrometheusBuilder::new().set_buckets(&SECONDS).ok()?.build_recorder();
            let handle = recorder.handle();
            metrics::set_global_recorder(recorder).ok()?;
            describe();
            Some(handle)
        })
        .as_ref()
}

fn describe() {
    metrics::describe_counter!("sensible_requests_total", "Requests answered, by route, method and status.");
    metrics::describe_histogram!("sensible_request_seconds", "Time to the first byte of an answer, by route.");
    metrics::describe_counter!("sensible_slack_messages_total", "Messages to Slack, by outcome.");
    metrics::describe_counter!("sensible_sign_ins_total", "Sign-ins, by outcome.");
}

/// Counts one answered request. A route that does not exist is counted as "none".
pub fn count_request(route: Option<&str>, method: &Method, status: StatusCode, took: Duration) {
    let route = route.unwrap_or("none").to_owned();
    let method = match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        _ => "other",
    };
    metrics::counter!("sensible_requests_total", "route" => route.clone(), "method" => method, "status" => status.as_u16().to_string()).increment(1);
    metrics::histogram!("sensible_request_seconds", "route" => route).record(took);
}

/// Serves the figures on a loopback address until the end begins.
pub async fn serve_on(address: SocketAddr, shutdown: Shutdown) -> std::io::Result<SocketAddr> {
    if !address.ip().is_loopback() {
        return Err(std::io::Error::new(
            std::io::ErrorKind::InvalidInput,
            "metrics are served on loopback addresses only",
        ));
    }
    let listener = TcpListener::bind(address).await?;
    let bound = listener.local_addr()?;
    let router = routes::metrics(recorder().cloned());
    tokio::spawn(serve(listener, router, shutdown));
    Ok(bound)
}
