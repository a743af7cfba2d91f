//! One connection, carried both ways through the weather.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use crate::Weather;

/// The largest piece moved at once; a rate limit moves smaller ones.
const PIECE: usize = 16 * 1024;
/// Pieces in flight in one direction before the sender is held back.
const IN_FLIGHT: usize = 256;

/// How a connection is to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// Not yet.
    None,
    /// As when the other side has closed it.
    Close,
    /// With a TCP reset.
    Reset,
}

/// Carries one client's connection until either side ends it, the upstream
/// cannot be reached, or the proxy is told to end it.
pub(crate) async fn carry(
    mut client: TcpStream,
    upstream: SocketAddr,
    mut weather: watch::Receiver<Weather>,
    mut ending: watch::Receiver<Ending>,
) {
    let mut server = tokio::select! {
        how = told(&mut ending) => return end(how, &[&client]),
        server = reach(upstream, &mut weather) => match server {
            Ok(server) => server,
            Err(_) => return end(Ending::Reset, &[&client]),
        },
    };
    // Without this Nagle's algorithm adds 40 ms of its own to small answers.
    let _ = client.set_nodelay(true);
    let _ = server.set_nodelay(true);
    let how = {
        let (from_client, to_client) = client.split();
        let (from_server, to_server) = server.split();
        tokio::select! {
            how = told(&mut ending) => how,
            () = both(
                one_way(from_client, to_server, weather.clone()),
                one_way(from_server, to_client, weather),
            ) => Ending::Close,
        }
    };
    end(how, &[&client, &server]);
}

async fn reach(upstream: SocketAddr, weather: &mut watch::Receiver<Weather>) -> std::io::Result<TcpStream> {
    fair(weather).await;
    TcpStream::connect(upstream).await
}

/// Waits for the word to end. When the proxy itself has gone, that is a close.
async fn told(ending: &mut watch::Receiver<Ending>) -> Ending {
    match ending.wait_for(|how| *how != Ending::None).await {
        Ok(how) => *how,
        Err(_) => Ending::Close,
    }
}

/// A reset is a close that does not linger: unsent bytes are dropped and the
/// peer gets RST instead of FIN.
fn end(how: Ending, streams: &[&TcpStream]) {
    if how == Ending::Reset {
        for stream in streams {
            let _ = stream.set_zero_linger();
        }
    }
}

/// Both directions to their end; a failure of one ends the other.
async fn both(up: impl Future<Output = std::io::Result<()>>, down: impl Future<Output = std::io::Result<()>>) {
    let _ = tokio::try_join!(up, down);
}

/// Reads pieces as they come and delivers each when it is due. An end of
/// stream travels the same way, as a half-close.
async fn one_way(
    mut from: ReadHalf<'_>,
    mut to: WriteHalf<'_>,
    mut weather: watch::Receiver<Weather>,
) -> std::io::Result<()> {
    let (queue, mut due) = mpsc::channel::<(Instant, Vec<u8>)>(IN_FLIGHT);
    let eyes = weather.clone();
    let read = async move {
        let mut piece = vec![0; PIECE];
        loop {
            let rate = eyes.borrow().rate;
            // A twentieth of a second's worth at most, so that a limit is smooth.
            let most = rate.map_or(PIECE, |rate| (rate.get() as usize / 20).clamp(1, PIECE));
            let got = from.read(&mut piece[..most]).await?;
            let at = Instant::now() + eyes.borrow().latency;
            if got == 0 || queue.send((at, piece[..got].to_vec())).await.is_err() {
                return Ok(());
            }
        }
    };
    let write = async {
        while let Some((at, piece)) = due.recv().await {
            tokio::time::sleep_until(at).await;
            fair(&mut weather).await;
            to.write_all(&piece).await?;
            let rate = weather.borrow().rate;
            if let Some(rate) = rate {
                tokio::time::sleep(Duration::from_secs_f64(piece.len() as f64 / f64::from(rate.get()))).await;
            }
        }
        fair(&mut weather).await;
        to.shutdown().await
    };
    tokio::try_join!(read, write).map(|_| ())
}

/// Waits until no black hole is in the way.
async fn fair(weather: &mut watch::Receiver<Weather>) {
    if weather.wait_for(|weather| !weather.blackhole).await.is_err() {
        std::future::pending::<()>().await;
    }
}
