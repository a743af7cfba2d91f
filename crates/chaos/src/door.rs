//! The listening side: who may come in, and how everybody is shown out.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use crate::connection::{Ending, carry};
use crate::{Order, Weather};

/// As many clients may wait to be accepted.
const BACKLOG: u32 = 1024;

pub(crate) struct Door {
    addr: SocketAddr,
    state: State,
}

/// A closed door keeps its port bound without listening: clients are refused,
/// and no other program can take the port meanwhile.
enum State {
    Open(TcpListener),
    Closed(#[expect(dead_code, reason = "held, so that the port stays ours")] TcpSocket),
}

impl Door {
    pub(crate) fn open() -> io::Result<Self> {
        let listener = bound(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?.listen(BACKLOG)?;
        Ok(Self { addr: listener.local_addr()?, state: State::Open(listener) })
    }

    pub(crate) fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Accepts, and obeys orders, until the proxy is dropped.
    pub(crate) async fn keep(
        mut self,
        upstream: SocketAddr,
        weather: watch::Receiver<Weather>,
        mut orders: mpsc::UnboundedReceiver<Order>,
    ) {
        let mut ending = watch::Sender::new(Ending::None);
        let mut open: JoinSet<()> = JoinSet::new();
        loop {
            tokio::select! {
                biased;
                order = orders.recv() => match order {
                    None => return,
                    Some(Order::Cut(done)) => {
                        let closed = self.close();
                        show_out(&mut open, &mut ending, Ending::Close).await;
                        let _ = done.send(closed);
                    }
                    Some(Order::Restore(done)) => {
                        let _ = done.send(self.reopen());
                    }
                    Some(Order::Reset(done)) => {
                        show_out(&mut open, &mut ending, Ending::Reset).await;
                        let _ = done.send(Ok(()));
                    }
                    Some(Order::Count(done)) => {
                        while open.try_join_next().is_some() {}
                        let _ = done.send(open.len());
                    }
                },
                Some(_) = open.join_next() => {}
                Ok(client) = self.next_client() => {
                    open.spawn(carry(client, upstream, weather.clone(), ending.subscribe()));
                }
            }
        }
    }

    async fn next_client(&self) -> io::Result<tokio::net::TcpStream> {
        match &self.state {
            State::Open(listener) => Ok(listener.accept().await?.0),
            State::Closed(_) => std::future::pending().await,
        }
    }

    fn close(&mut self) -> io::Result<()> {
        if let State::Open(listener) = &self.state {
            // The listener goes first: Linux lets nobody bind beside one that
            // listens. `SO_REUSEADDR` is set on both.
            let addr = listener.local_addr()?;
            self.state = State::Closed(TcpSocket::new_v4()?);
            self.state = State::Closed(bound(addr)?);
        }
        Ok(())
    }

    fn reopen(&mut self) -> io::Result<()> {
        if let State::Closed(_) = self.state {
            self.state = State::Closed(TcpSocket::new_v4()?);
            self.state = State::Open(bound(self.addr)?.listen(BACKLOG)?);
        }
        Ok(())
    }
}

fn bound(addr: SocketAddr) -> io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind(addr)?;
    Ok(socket)
}

/// Tells every open connection how to end and waits until the last has ended.
/// Connections made later listen to a fresh word.
async fn show_out(open: &mut JoinSet<()>, ending: &mut watch::Sender<Ending>, how: Ending) {
    ending.send_replace(how);
    while open.join_next().await.is_some() {}
    *ending = watch::Sender::new(Ending::None);
}
