//! A client that can do what a polite one does not: leave before the answer, send half
//! a request, keep a connection open.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::{Answer, Call};

/// Longer than anything here may take: a test that is stuck fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// Calls and waits for the whole answer.
pub async fn call(address: SocketAddr, call: Call) -> Answer {
    let stream = send(address, call.header("connection", "close")).await;
    rest_of(stream).await
}

/// Calls, and says how long the answer took.
pub async fn timed(address: SocketAddr, request: Call) -> (Answer, Duration) {
    let begun = Instant::now();
    let answer = call(address, request).await;
    (answer, begun.elapsed())
}

/// Calls and hangs up after this long, whatever the server is doing.
pub async fn hang_up_after(address: SocketAddr, call: Call, after: Duration) {
    let stream = send(address, call).await;
    tokio::time::sleep(after).await;
    drop(stream);
}

/// Sends a request and hands over the connection.
pub async fn send(address: SocketAddr, call: Call) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    stream.write_all(&written(&call)).await.unwrap();
    stream
}

/// What comes until the server closes the connection, as an answer.
pub async fn rest_of(mut stream: TcpStream) -> Answer {
    let mut all = Vec::new();
    tokio::time::timeout(PATIENCE, stream.read_to_end(&mut all)).await.expect("an answer").unwrap();
    read(&all)
}

/// Reads until this text has come. The connection stays open.
pub async fn read_until(stream: &mut TcpStream, text: &str) {
    let mut all = Vec::new();
    let come = async {
        while !all.windows(text.len()).any(|part| part == text.as_bytes()) {
            assert_ne!(stream.read_buf(&mut all).await.unwrap(), 0, "closed before {text:?}");
        }
    };
    tokio::time::timeout(PATIENCE, come).await.expect("the text");
}

/// Whether the server closes the connection, with nothing more to say or with this.
pub async fn is_closed_after(stream: &mut TcpStream, last: &str) -> bool {
    let mut all = Vec::new();
    let read = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut all)).await;
    read.is_ok_and(|read| read.is_ok()) && String::from_utf8_lossy(&all).contains(last)
}

fn written(call: &Call) -> Vec<u8> {
    let mut text = format!("{} {} HTTP/1.1\r\nhost: 127.0.0.1:3100\r\n", call.method, call.address);
    for (name, value) in &call.headers {
        text.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap()));
    }
    for (name, value) in &call.cookies {
        text.push_str(&format!("cookie: {name}={value}\r\n"));
    }
    let body = call.body.clone().unwrap_or_default();
    if call.body.is_some() {
        text.push_str(&format!("content-length: {}\r\n", body.len()));
    }
    text.push_str("\r\n");
    [text.into_bytes(), body.to_vec()].concat()
}

fn read(all: &[u8]) -> Answer {
    let text = String::from_utf8_lossy(all);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {text:?}"));
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).unwrap();
    let mut headers = HeaderMap::new();
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        headers.append(HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value.trim()).unwrap());
    }
    Answer { status: StatusCode::from_bytes(status.as_bytes()).unwrap(), headers, body: body.to_owned() }
}
