//! What stands on the wire: security headers, caching, compression, sizes, times and
//! rates.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::HashSet;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::ConnectInfo;
use axum::routing::get;
use http::StatusCode;
use server::http::access::{ACCESS, Kind};
use server::http::limits::LimitSettings;
use server::serve::serve;
use server::shutdown::Shutdown;
use support::world::World;
use support::{Answer, Call, TestApp, Wanted, patient};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt as _;

fn nonce(answer: &Answer) -> String {
    let policy = answer.header("content-security-policy");
    policy.split("'nonce-").nth(1).unwrap_or_else(|| panic!("{policy}")).split('\'').next().unwrap().to_owned()
}

#[tokio::test]
async fn every_answer_has_every_security_header_and_its_own_nonce() {
    let Some(app) = TestApp::start().await else { return };
    let world = World::make(&app).await;
    let session = app.session_of(world.member).await;
    let mut nonces = HashSet::new();
    let mut answers = 0;
    let mut addresses: Vec<String> = ACCESS
        .iter()
        .filter(|entry| entry.kind != Kind::Function)
        .map(|entry| entry.path.replace("{reference}", &world.public))
        .collect();
    addresses.extend(["/nowhere".into(), "/pkg/none.js".into(), "/incidents?q=%00".into()]);
    for address in addresses {
        for session in [None, Some(session.clone())] {
            let answer = app.call(Call::get(address.clone()).by(session)).await;
            for (name, value) in [
                ("x-content-type-options", "nosniff"),
                ("referrer-policy", "same-origin"),
                ("x-frame-options", "DENY"),
                ("cross-origin-opener-policy", "same-origin"),
                ("cross-origin-resource-policy", "same-origin"),
            ] {
                assert_eq!(answer.header(name), value, "{address} {name}");
            }
            let policy = answer.header("content-security-policy");
            assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{address}");
            assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"));
            assert_eq!(answer.header("server"), "");
            assert!(!answer.header("x-request-id").is_empty());
            let is_file = address.starts_with("/pkg") || address.starts_with("/icons");
            assert!(
                is_file || answer.header("cache-control") == "no-store",
                "{address}: {}",
                answer.header("cache-control")
            );
            // On loopback without TLS a browser must not be told to insist on it.
            assert_eq!(answer.header("strict-transport-security"), "");
            nonces.insert(nonce(&answer));
            answers += 1;
        }
    }
    assert_eq!(nonces.len(), answers);
}

#[tokio::test]
async fn every_script_of_a_page_carries_the_nonce_of_its_policy() {
    let Some(app) = TestApp::start().await else { return };
    let world = World::make(&app).await;
    let session = app.session_of(world.admin).await;
    for entry in ACCESS.iter().filter(|entry| entry.kind == Kind::Page) {
        let answer = app.call(Call::get(world.path(entry.path, &world.public)).by(session.clone())).await;
        if answer.status != StatusCode::OK {
            continue;
        }
        let nonce = nonce(&answer);
        // The style sheet of a page stands in it, under its policy like a script.
        for element in ["<script", "<style"] {
            for rest in answer.body.split(element).skip(1) {
                let tag = rest.split('>').next().unwrap();
                assert!(tag.contains(&format!("nonce=\"{nonce}\"")), "{}: {element}{tag}>", entry.path);
            }
        }
        for handler in [" style=", " onclick="] {
            assert!(!answer.body.contains(handler), "{}: {handler}", entry.path);
        }
    }
}

#[tokio::test]
async fn built_files_are_kept_for_ever_and_sent_as_they_were_compressed() {
    let Some(app) = TestApp::start().await else { return };
    let css = app.state.services.assets.css.clone();
    let plain = app.call(Call::get(css.clone())).await;
    assert_eq!((plain.status, plain.header("cache-control")), (StatusCode::OK, "public, max-age=31536000, immutable"));
    assert_eq!(plain.header("content-type"), "text/css");
    let packed = app.call(Call::get(css).header("accept-encoding", "gzip")).await;
    assert_eq!(packed.header("content-encoding"), "gzip");
    let icon = app.call(Call::get("/icons/mark.svg")).await;
    assert_eq!((icon.header("cache-control"), icon.header("content-type")), ("public, max-age=86400", "image/svg+xml"));
    for gone in ["/pkg/none.js", "/pkg/../../Cargo.toml", "/pkg/%2e%2e/%2e%2e/Cargo.toml", "/icons/"] {
        let answer = app.call(Call::get(gone)).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{gone}");
        assert_eq!(answer.header("cache-control"), "no-store", "{gone}: a missing file is not missing for ever");
    }
}

#[tokio::test]
async fn pages_are_compressed_and_say_so() {
    let Some(app) = TestApp::start().await else { return };
    let world = World::make(&app).await;
    let session = app.session_of(world.member).await;
    for encoding in ["br", "gzip"] {
        let answer =
            app.call(Call::get(app::paths::INCIDENTS).by(session.clone()).header("accept-encoding", encoding)).await;
        assert_eq!(answer.header("content-encoding"), encoding);
        assert!(answer.header("vary").contains("accept-encoding"));
    }
    let answer = app.call(Call::get(app::paths::INCIDENTS).by(session)).await;
    assert_eq!(answer.header("content-encoding"), "");
}

#[tokio::test]
async fn a_form_of_a_megabyte_is_taken_and_a_byte_more_is_not() {
    let Some(app) = TestApp::start().await else { return };
    let world = World::make(&app).await;
    let session = app.session_of(world.member).await;
    let form = |bytes: usize| {
        let head = "shown=utc&back=";
        format!("{head}{}", "x".repeat(bytes - head.len()))
    };
    let answer = app.call(Call::post("/api/profile/zone", form(1024 * 1024)).by(session.clone())).await;
    assert!(
        answer.status != StatusCode::PAYLOAD_TOO_LARGE && !answer.status.is_server_error(),
        "read whole: {}",
        answer.status
    );
    let answer = app.call(Call::post("/api/profile/zone", form(1024 * 1024 + 1)).by(session.clone())).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    // Said before a byte of it was read.
    let answer = app.call(Call::post("/api/profile/zone", "x").by(session).header("content-length", "99999999")).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
}

fn strict() -> LimitSettings {
    let n = |number| NonZeroU32::new(number).unwrap();
    LimitSettings {
        writes_a_minute: n(5),
        sign_ins_a_minute: n(5),
        anonymous_a_minute: n(20),
        local_factor: n(1),
        ..patient()
    }
}

async fn from(app: &TestApp, peer: &str, mut request: http::Request<axum::body::Body>) -> Answer {
    let peer: SocketAddr = format!("{peer}:4444").parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(peer));
    Answer::of(app.router.clone().oneshot(request).await.unwrap()).await
}

#[tokio::test]
async fn whoever_asks_too_often_is_told_to_wait_and_nobody_else() {
    let Some(app) = TestApp::start_with(Wanted { limits: strict(), ..Wanted::default() }).await else { return };
    let world = World::make(&app).await;
    // One person, however many browsers.
    let mut refused = 0;
    for _ in 0..8 {
        let session = app.session_of(world.member).await;
        let answer = app.call(Call::post("/api/profile/zone", "shown=utc&back=").by(session)).await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            assert!(answer.header("retry-after").parse::<u32>().unwrap() >= 1);
            assert_eq!(answer.body, r#"{"error":"too_many"}"#);
            refused += 1;
        }
    }
    assert_eq!(refused, 3);
    // Reading goes on, and so does everybody else.
    let session = app.session_of(world.member).await;
    assert_eq!(app.call(Call::get(app::paths::INCIDENTS).by(session)).await.status, StatusCode::OK);
    let other = app.session_of(world.lead).await;
    assert_eq!(app.call(Call::post("/api/profile/zone", "shown=utc&back=").by(other)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_made_up_forwarded_for_is_still_one_stranger() {
    let Some(app) = TestApp::start_with(Wanted { limits: strict(), ..Wanted::default() }).await else { return };
    let mut let_in = 0;
    for i in 0..200 {
        let request = http::Request::get(app::paths::SLACK_START)
            .header("x-forwarded-for", format!("198.51.100.{i}"))
            .body(axum::body::Body::empty())
            .unwrap();
        let_in += i32::from(from(&app, "203.0.113.9", request).await.status != StatusCode::TOO_MANY_REQUESTS);
    }
    assert_eq!(let_in, 5);
    let request = http::Request::get(app::paths::SLACK_START).body(axum::body::Body::empty()).unwrap();
    assert_eq!(from(&app, "203.0.113.10", request).await.status, StatusCode::SEE_OTHER, "another stranger");
    for _ in 0..100 {
        let request = http::Request::get("/healthz").body(axum::body::Body::empty()).unwrap();
        assert_eq!(from(&app, "203.0.113.9", request).await.status, StatusCode::OK, "health is never counted");
    }
}

/// A panic is answered, and its words stay inside.
#[tokio::test]
async fn a_panic_is_answered_500_and_says_nothing() {
    use axum::middleware::from_fn_with_state;
    use server::http::errors::{Presenter, after_panic, present};
    use tower_http::catch_panic::CatchPanicLayer;
    let presenter = Presenter { assets: Default::default(), origin: support::ORIGIN.into() };
    async fn broken() -> &'static str {
        panic!("canary in a panic")
    }
    let router: Router = Router::new()
        .route("/broken", get(broken))
        .layer(CatchPanicLayer::custom(after_panic))
        .layer(from_fn_with_state(presenter, present));
    for accept in ["text/html", "application/json"] {
        let request = http::Request::get("/broken").header("accept", accept).body(axum::body::Body::empty()).unwrap();
        let answer = Answer::of(router.clone().oneshot(request).await.unwrap()).await;
        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(!answer.everything().contains("canary"));
    }
}

async fn served(router: Router) -> (SocketAddr, Shutdown, tokio::task::JoinHandle<bool>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let shutdown = Shutdown::new();
    let task = tokio::spawn(serve(listener, router, shutdown.clone()));
    (address, shutdown, task)
}

async fn exchange(address: SocketAddr, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    // A refusal may come with a reset, after the answer.
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn a_head_that_is_too_long_is_431() {
    let (address, shutdown, task) = served(Router::new().route("/", get(|| async { "hello" }))).await;
    let fits = format!("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Long: {}\r\n\r\n", "a".repeat(12 * 1024));
    assert!(exchange(address, fits.as_bytes()).await.starts_with("HTTP/1.1 200"));
    let long = format!("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Long: {}\r\n\r\n", "a".repeat(40 * 1024));
    let answer = exchange(address, long.as_bytes()).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
    shutdown.begin();
    assert!(task.await.unwrap());
}

#[tokio::test(start_paused = true)]
async fn a_head_that_never_ends_is_hung_up_on() {
    let (address, shutdown, task) = served(Router::new().route("/", get(|| async { "hello" }))).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n").await.unwrap();
    let mut answer = Vec::new();
    // Time is paused: it moves when nothing else can happen, so this takes no seconds.
    let ended = tokio::time::timeout(Duration::from_secs(60), stream.read_to_end(&mut answer)).await;
    assert!(ended.is_ok(), "still open after a minute");
    shutdown.begin();
    assert!(task.await.unwrap());
}

/// Two small writes in a row arrive without the 40 ms that Nagle's algorithm costs.
#[tokio::test]
async fn small_writes_are_not_held_back() {
    use axum::body::Body;
    use futures::stream;
    let two = || async {
        // Each part is a write of its own, as a page's parts are.
        Body::from_stream(stream::unfold(0, |n| async move {
            tokio::time::sleep(Duration::from_millis(1)).await;
            (n < 3).then_some((Ok::<_, std::convert::Infallible>("x"), n + 1))
        }))
    };
    let (address, shutdown, task) = served(Router::new().route("/", get(two))).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let mut times = Vec::new();
    for _ in 0..40 {
        let started = Instant::now();
        stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"0\r\n\r\n") {
            let mut part = [0; 4096];
            let n = stream.read(&mut part).await.unwrap();
            assert_ne!(n, 0);
            answer.extend_from_slice(&part[..n]);
        }
        times.push(started.elapsed());
    }
    // A new connection's first parts are acknowledged at once; later ones are not.
    let later = &mut times[20..];
    later.sort();
    assert!(later[10] < Duration::from_millis(35), "{later:?}");
    drop(stream);
    shutdown.begin();
    assert!(task.await.unwrap());
}

#[tokio::test]
async fn figures_stand_on_their_own_loopback_port() {
    assert!(server::http::metrics::serve_on("0.0.0.0:0".parse().unwrap(), Shutdown::new()).await.is_err());
    server::http::metrics::recorder();
    let Some(app) = TestApp::start().await else { return };
    app.call(Call::get("/healthz")).await;
    app.call(Call::get("/incidents/INC-1")).await;
    let shutdown = Shutdown::new();
    let address = server::http::metrics::serve_on("127.0.0.1:0".parse().unwrap(), shutdown.clone()).await.unwrap();
    let answer = exchange(address, b"GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    assert!(answer.contains(r#"sensible_requests_total{route="/healthz",method="GET",status="200"}"#), "{answer}");
    assert!(answer.contains(r#"route="/incidents/{reference}""#) && !answer.contains("INC-1"), "{answer}");
    assert_eq!(app.call(Call::get("/metrics")).await.status, StatusCode::NOT_FOUND);
    shutdown.begin();
}

#[tokio::test]
async fn health_needs_no_database_and_readiness_does() {
    let Some(app) = TestApp::start().await else { return };
    assert_eq!(app.call(Call::get("/healthz").without("accept")).await.body, "alive\n");
    let ready = app.call(Call::get("/readyz").without("accept")).await;
    assert_eq!((ready.status, ready.body.as_str()), (StatusCode::OK, "ready\n"));
    sqlx::query("delete from _sqlx_migrations where version = (select max(version) from _sqlx_migrations)")
        .execute(&app.pool)
        .await
        .unwrap();
    let ready = app.call(Call::get("/readyz").without("accept")).await;
    assert_eq!((ready.status, ready.body.as_str()), (StatusCode::SERVICE_UNAVAILABLE, "not migrated\n"));
    app.state.shutdown.begin();
    let ready = app.call(Call::get("/readyz").without("accept")).await;
    assert_eq!(
        (ready.status, ready.body.as_str(), ready.header("retry-after")),
        (StatusCode::SERVICE_UNAVAILABLE, "stopping\n", "1")
    );
}
