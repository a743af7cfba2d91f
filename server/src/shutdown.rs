//! Ending well: SIGTERM or Ctrl-C turns readiness to 503, tells streams to end,
//! lets requests finish, and after five seconds ends anyway.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

/// How long requests and streams get after the signal. With the second that closing
/// the database takes at most, the process has ended five seconds after it.
pub const DEADLINE: Duration = Duration::from_secs(4);

/// Told to everything that runs longer than a request. Clones share one state.
#[derive(Debug, Clone, Default)]
pub struct Shutdown {
    stopping: CancellationToken,
}

impl Shutdown {
    /// Nothing has been asked yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Starts the end. Calling it again changes nothing.
    pub fn begin(&self) {
        self.stopping.cancel();
    }

    /// Whether the end has begun: `/readyz` then answers 503.
    pub fn has_begun(&self) -> bool {
        self.stopping.is_cancelled()
    }

    /// Waits until the end begins. Streams and workers select on it.
    pub async fn begun(&self) {
        self.stopping.cancelled().await;
    }

    /// Begins the end at SIGTERM or SIGINT; a second signal ends the process at once.
    pub fn on_signals(&self) -> std::io::Result<()> {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let shutdown = self.clone();
        tokio::spawn(async move {
            tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
            tracing::info!("stopping: finishing what is under way");
            shutdown.begin();
            tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
            tracing::warn!("stopped at once at a second signal");
            std::process::exit(130);
        });
        Ok(())
    }
}
