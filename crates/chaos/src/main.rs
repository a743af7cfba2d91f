//! The proxy as a program: `chaos 127.0.0.1:5432` prints its own address, then obeys one
//! order a line (`cut`, `restore`, `reset`, `blackhole`, `pass`, `latency 50`), each answered
//! with `done` when it has taken effect. It ends with its input.

use std::io::{self, BufRead as _};
use std::net::SocketAddr;
use std::time::Duration;

use chaos::Proxy;

fn main() -> io::Result<()> {
    let upstream = std::env::args().nth(1).and_then(|address| address.parse::<SocketAddr>().ok());
    let upstream = upstream.ok_or_else(|| io::Error::other("say which address is behind it: 127.0.0.1:5432"))?;
    let runtime = tokio::runtime::Runtime::new()?;
    let proxy = runtime.block_on(Proxy::start(upstream))?;
    say(&proxy.addr().to_string());
    for line in io::stdin().lock().lines() {
        let line = line?;
        match runtime.block_on(obey(&proxy, line.trim())) {
            Ok(()) => say("done"),
            Err(error) => say(&error.to_string()),
        }
    }
    Ok(())
}

async fn obey(proxy: &Proxy, order: &str) -> io::Result<()> {
    match order.split_once(' ').unwrap_or((order, "")) {
        ("cut", _) => proxy.cut().await?,
        ("restore", _) => proxy.restore().await?,
        ("reset", _) => proxy.reset().await?,
        ("blackhole", _) => proxy.blackhole(),
        ("pass", _) => proxy.pass(),
        ("latency", milliseconds) => {
            proxy.latency(Duration::from_millis(milliseconds.parse().map_err(io::Error::other)?));
        }
        _ => return Err(io::Error::other(format!("no such order: {order}"))),
    }
    Ok(())
}

/// What is said is read by a program, at once.
fn say(line: &str) {
    println!("{line}");
}
