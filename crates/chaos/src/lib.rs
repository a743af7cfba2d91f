//! A proxy that stands between two programs and spoils their connection on
//! command, so that a test can show what happens on a bad day.
//!
//! ```no_run
//! # async fn a_test(postgres: std::net::SocketAddr) -> std::io::Result<()> {
//! let proxy = chaos::Proxy::start(postgres).await?;
//! // … let the program under test connect to `proxy.addr()` …
//! proxy.latency(std::time::Duration::from_millis(5));
//! proxy.cut().await?;
//! proxy.restore().await?;
//! # Ok(()) }
//! ```
//!
//! Every command has taken effect when it returns (or when its future is
//! ready), so that a test needs no sleep. Dropping the proxy ends it and closes
//! every connection through it.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod connection;
mod door;

use std::io;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

/// What happens to the bytes on their way. The default passes them untouched.
#[derive(Debug, Clone, Copy, Default)]
struct Weather {
    /// Added to each direction: a round trip takes twice as long.
    latency: Duration,
    /// Bytes a second, in each direction of each connection.
    rate: Option<NonZeroU32>,
    /// Nothing moves, and nobody is told.
    blackhole: bool,
}

/// A TCP proxy to one upstream address, on a loopback port of its own.
#[derive(Debug)]
pub struct Proxy {
    addr: SocketAddr,
    weather: watch::Sender<Weather>,
    orders: mpsc::UnboundedSender<Order>,
    task: JoinHandle<()>,
}

/// What the accepting task is told to do; it answers when it is done.
#[derive(Debug)]
enum Order {
    Cut(oneshot::Sender<io::Result<()>>),
    Restore(oneshot::Sender<io::Result<()>>),
    Reset(oneshot::Sender<io::Result<()>>),
    Count(oneshot::Sender<usize>),
}

impl Proxy {
    /// Listens on a free loopback port and passes everything to `upstream`.
    ///
    /// # Errors
    /// When no loopback port can be opened.
    pub async fn start(upstream: SocketAddr) -> io::Result<Self> {
        let door = door::Door::open()?;
        let addr = door.addr();
        let (weather, forecast) = watch::channel(Weather::default());
        let (orders, inbox) = mpsc::unbounded_channel();
        let task = tokio::spawn(door.keep(upstream, forecast, inbox));
        Ok(Self { addr, weather, orders, task })
    }

    /// The address that the program under test connects to. It never changes,
    /// not even over [`cut`](Self::cut) and [`restore`](Self::restore).
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Back to fair weather: no latency, no limit, no black hole. What a black
    /// hole held back arrives now, as after a lost packet is sent again. Does
    /// not undo [`cut`](Self::cut).
    pub fn pass(&self) {
        self.weather.send_replace(Weather::default());
    }

    /// Delays each direction by this much; the order of the bytes is kept.
    pub fn latency(&self, latency: Duration) {
        self.weather.send_modify(|weather| weather.latency = latency);
    }

    /// Limits each direction of each connection to so many bytes a second;
    /// zero lifts the limit.
    pub fn rate(&self, bytes_a_second: u32) {
        self.weather.send_modify(|weather| weather.rate = NonZeroU32::new(bytes_a_second));
    }

    /// Nothing moves any more in either direction, and nobody is told: open
    /// connections stay open, new ones are accepted and get no answer. Undone
    /// by [`pass`](Self::pass).
    pub fn blackhole(&self) {
        self.weather.send_modify(|weather| weather.blackhole = true);
    }

    /// Closes every connection and refuses new ones, as when the other program
    /// has ended. The port stays ours. Undone by [`restore`](Self::restore).
    ///
    /// # Errors
    /// When the port cannot be held.
    pub async fn cut(&self) -> io::Result<()> {
        self.order(Order::Cut).await?
    }

    /// Accepts connections again after [`cut`](Self::cut).
    ///
    /// # Errors
    /// When the port cannot be listened on again.
    pub async fn restore(&self) -> io::Result<()> {
        self.order(Order::Restore).await?
    }

    /// Ends every open connection with a TCP reset, as when a machine between
    /// has forgotten them; new connections are accepted.
    ///
    /// # Errors
    /// When the proxy has ended.
    pub async fn reset(&self) -> io::Result<()> {
        self.order(Order::Reset).await?
    }

    /// How many connections are open through the proxy now.
    ///
    /// # Errors
    /// When the proxy has ended.
    pub async fn connections(&self) -> io::Result<usize> {
        self.order(Order::Count).await
    }

    async fn order<T>(&self, order: impl FnOnce(oneshot::Sender<T>) -> Order) -> io::Result<T> {
        let ended = || io::Error::other("the proxy has ended");
        let (answer, done) = oneshot::channel();
        self.orders.send(order(answer)).map_err(|_| ended())?;
        done.await.map_err(|_| ended())
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}
