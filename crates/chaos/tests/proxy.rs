//! Each command of the proxy does to a real connection what it says.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use chaos::Proxy;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, timeout};

/// A server that sends back what it gets.
async fn echo() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let (mut from, mut to) = stream.split();
                let _ = tokio::io::copy(&mut from, &mut to).await;
            });
        }
    });
    addr
}

async fn say(stream: &mut TcpStream, word: &[u8]) -> std::io::Result<Vec<u8>> {
    stream.write_all(word).await?;
    let mut heard = vec![0; word.len()];
    stream.read_exact(&mut heard).await?;
    Ok(heard)
}

async fn connected(proxy: &Proxy) -> TcpStream {
    let mut stream = TcpStream::connect(proxy.addr()).await.unwrap();
    assert_eq!(say(&mut stream, b"hello").await.unwrap(), b"hello");
    stream
}

#[tokio::test]
async fn passes_bytes_and_a_half_close() {
    let proxy = Proxy::start(echo().await).await.unwrap();
    let mut stream = connected(&proxy).await;
    stream.write_all(b"last words").await.unwrap();
    stream.shutdown().await.unwrap();
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await.unwrap();
    assert_eq!(rest, b"last words");
}

#[tokio::test]
async fn a_megabyte_comes_back_whole() {
    let proxy = Proxy::start(echo().await).await.unwrap();
    let stream = TcpStream::connect(proxy.addr()).await.unwrap();
    let (mut from, mut to) = stream.into_split();
    let sent: Vec<u8> = (0..1_000_000_u32).map(|n| n.to_le_bytes()[0] ^ n.to_le_bytes()[2]).collect();
    let copy = sent.clone();
    let writer = tokio::spawn(async move {
        to.write_all(&copy).await.unwrap();
        to.shutdown().await.unwrap();
    });
    let mut heard = Vec::new();
    from.read_to_end(&mut heard).await.unwrap();
    writer.await.unwrap();
    assert!(heard == sent);
}

#[tokio::test]
async fn cut_closes_and_refuses_until_restored() {
    let proxy = Proxy::start(echo().await).await.unwrap();
    let mut stream = connected(&proxy).await;
    for _ in 0..3 {
        proxy.cut().await.unwrap();
        proxy.cut().await.unwrap();
        assert_eq!(stream.read(&mut [0; 1]).await.unwrap_or(0), 0, "the old connection has ended");
        let refused = TcpStream::connect(proxy.addr()).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
        assert_eq!(proxy.connections().await.unwrap(), 0);
        proxy.restore().await.unwrap();
        stream = connected(&proxy).await;
    }
}

#[tokio::test]
async fn nobody_else_can_take_the_port_of_a_cut_proxy() {
    let proxy = Proxy::start(echo().await).await.unwrap();
    proxy.cut().await.unwrap();
    assert!(std::net::TcpListener::bind((proxy.addr().ip(), 0)).is_ok());
    let thief = tokio::net::TcpSocket::new_v4().unwrap();
    assert_eq!(thief.bind(proxy.addr()).unwrap_err().kind(), ErrorKind::AddrInUse);
}

#[tokio::test]
async fn reset_is_a_reset_and_new_connections_pass() {
    let proxy = Proxy::start(echo().await).await.unwrap();
    let mut stream = connected(&proxy).await;
    proxy.reset().await.unwrap();
    assert_eq!(stream.read(&mut [0; 1]).await.unwrap_err().kind(), ErrorKind::ConnectionReset);
    connected(&proxy).await;
}

#[tokio::test]
async fn latency_is_added_each_way() {
    let proxy = Proxy::start(echo().await).await.unwrap();
    let mut stream = connected(&proxy).await;
    proxy.latency(Duration::from_millis(40));
    let start = Instant::now();
    say(&mut stream, b"slow").await.unwrap();
    assert!(start.elapsed() >= Duration::from_millis(80), "took {:?}", start.elapsed());
}

#[tokio::test]
async fn latency_is_not_a_limit() {
    let proxy = Proxy::start(echo().await).await.unwrap();
    let stream = connected(&proxy).await;
    proxy.latency(Duration::from_millis(100));
    let (mut from, mut to) = stream.into_split();
    let start = Instant::now();
    let writer = tokio::spawn(async move {
        for _ in 0..50 {
            to.write_all(b"x").await.unwrap();
            tokio::task::yield_now().await;
        }
        to.shutdown().await.unwrap();
    });
    let mut heard = Vec::new();
    from.read_to_end(&mut heard).await.unwrap();
    writer.await.unwrap();
    assert_eq!(heard.len(), 50);
    assert!(start.elapsed() < Duration::from_secs(5), "fifty pieces wait together, not one after the other");
}

#[tokio::test]
async fn a_black_hole_holds_everything_and_gives_it_back() {
    let proxy = Proxy::start(echo().await).await.unwrap();
    let mut old = connected(&proxy).await;
    proxy.blackhole();
    let mut new = TcpStream::connect(proxy.addr()).await.unwrap();
    old.write_all(b"a").await.unwrap();
    new.write_all(b"b").await.unwrap();
    let mut heard = [0; 1];
    assert!(timeout(Duration::from_millis(100), old.read(&mut heard)).await.is_err());
    assert!(timeout(Duration::from_millis(100), new.read(&mut heard)).await.is_err());
    proxy.pass();
    old.read_exact(&mut heard).await.unwrap();
    assert_eq!(&heard, b"a");
    new.read_exact(&mut heard).await.unwrap();
    assert_eq!(&heard, b"b");
}

#[tokio::test]
async fn a_black_hole_can_be_cut() {
    let proxy = Proxy::start(echo().await).await.unwrap();
    let mut stream = connected(&proxy).await;
    proxy.blackhole();
    stream.write_all(b"a").await.unwrap();
    proxy.cut().await.unwrap();
    assert!(matches!(stream.read(&mut [0; 1]).await, Ok(0) | Err(_)));
}

#[tokio::test]
async fn a_rate_is_kept() {
    let proxy = Proxy::start(echo().await).await.unwrap();
    let mut stream = connected(&proxy).await;
    proxy.rate(100_000);
    let start = Instant::now();
    say(&mut stream, &[7; 20_000]).await.unwrap();
    assert!(start.elapsed() >= Duration::from_millis(150), "took {:?}", start.elapsed());
    proxy.rate(0);
    let start = Instant::now();
    say(&mut stream, &[7; 20_000]).await.unwrap();
    assert!(start.elapsed() < Duration::from_millis(150), "took {:?}", start.elapsed());
}

#[tokio::test]
async fn an_upstream_that_is_away_ends_the_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nobody = listener.local_addr().unwrap();
    drop(listener);
    let proxy = Proxy::start(nobody).await.unwrap();
    let mut stream = TcpStream::connect(proxy.addr()).await.unwrap();
    assert!(matches!(stream.read(&mut [0; 1]).await, Ok(0) | Err(_)));
}

#[tokio::test]
async fn dropping_the_proxy_closes_everything() {
    let proxy = Proxy::start(echo().await).await.unwrap();
    let addr = proxy.addr();
    let mut stream = connected(&proxy).await;
    drop(proxy);
    assert!(matches!(stream.read(&mut [0; 1]).await, Ok(0) | Err(_)));
    assert_eq!(TcpStream::connect(addr).await.unwrap_err().kind(), ErrorKind::ConnectionRefused);
}
