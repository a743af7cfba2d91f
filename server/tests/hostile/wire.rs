//! What no client library sends: written to the socket byte by byte.

use std::time::Duration;

use server::serve::serve;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::judge::{Judge, Quick};
use super::support::world::World;
use super::support::{Call, TestApp};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_request_is_refused_and_the_server_stays() {
    let Some(app) = TestApp::start().await else { return };
    let world = World::make(&app).await;
    let session = app.session_of(world.member).await;
    let mut judge = Judge::new(Quick::of(&app).await);
    judge.accept_change().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(serve(listener, app.router.clone(), app.state.shutdown.clone()));

    let cookie = format!(
        "Host: 127.0.0.1:3100\r\nCookie: sensible_session={session}\r\nAccept: text/html\r\nConnection: close\r\n"
    );
    let get = |target: &[u8]| [b"GET ", target, b" HTTP/1.1\r\n", cookie.as_bytes(), b"\r\n"].concat();
    let form = "Origin: http://127.0.0.1:3100\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n";
    let post = |head: String, body: &[u8]| {
        [format!("POST /api/profile/zone HTTP/1.1\r\n{cookie}{form}{head}\r\n").as_bytes(), body].concat()
    };
    let mebibyte = vec![b'x'; 1024 * 1024];
    let chunk = [format!("{:x}\r\n", mebibyte.len()).as_bytes(), &mebibyte, b"\r\n"].concat();

    let cases: Vec<(&str, Vec<u8>, &[u16])> = vec![
        ("a megabyte of query", get(&[b"/incidents?q=".as_slice(), &mebibyte].concat()), &[431, 414, 400]),
        ("a megabyte of path", get(&[b"/".as_slice(), &mebibyte].concat()), &[431, 414, 400]),
        ("a raw NUL in the target", get(b"/incidents?q=a\0b"), &[400]),
        ("raw bytes that are no UTF-8", get(b"/incidents?q=\xff\xfe"), &[400, 404, 422, 200]),
        ("a space in the target", get(b"/incidents?q=a b"), &[400]),
        ("no target", get(b""), &[400]),
        ("a negative length", post("Content-Length: -1\r\n".into(), b""), &[400]),
        ("two lengths", post("Content-Length: 1\r\nContent-Length: 2\r\n".into(), b"xx"), &[400]),
        ("a length of i64::MAX", post("Content-Length: 9223372036854775807\r\n".into(), b"x"), &[413]),
        (
            "a body that never ends",
            post("Transfer-Encoding: chunked\r\n".into(), &[chunk.as_slice(), &chunk, b"0\r\n\r\n"].concat()),
            &[413],
        ),
        ("a chunk that is none", post("Transfer-Encoding: chunked\r\n".into(), b"zz\r\nx\r\n0\r\n\r\n"), &[400]),
        ("no HTTP at all", b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03".to_vec(), &[400, 0]),
    ];
    for (name, bytes, allowed) in cases {
        let (status, text) = exchange(address, &bytes).await;
        assert!(allowed.contains(&status), "{name}: {status} {}", text.chars().take(300).collect::<String>());
        for word in ["sqlx", "panicked", "hyper::", "error returned"] {
            assert!(!text.contains(word), "{name}: {text}");
        }
        judge.nothing_changed(name).await;
    }
    let (status, _) = exchange(address, &get(b"/incidents")).await;
    assert_eq!(status, 200, "the server went on");
    assert_eq!(app.call(Call::get("/healthz")).await.status, 200);
    judge.refused_page("/incidents/x", &app.call(Call::get("/incidents/x").by(session)).await, false);
    judge.verdict(1);
    app.state.shutdown.begin();
    server.await.unwrap();
}

/// Status and text of the answer; 0 when the server only hangs up.
async fn exchange(address: std::net::SocketAddr, bytes: &[u8]) -> (u16, String) {
    let (mut reader, mut writer) = TcpStream::connect(address).await.unwrap().into_split();
    let bytes = bytes.to_vec();
    // The server may answer and hang up before it has read everything.
    let sending = tokio::spawn(async move {
        let _ = writer.write_all(&bytes).await;
        writer
    });
    let mut answer = Vec::new();
    let _ = tokio::time::timeout(Duration::from_secs(15), reader.read_to_end(&mut answer))
        .await
        .expect("an answer or an end");
    drop(sending);
    let text = String::from_utf8_lossy(&answer).into_owned();
    let status = text.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)?.parse().ok()).unwrap_or(0);
    (status, text)
}
