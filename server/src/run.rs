//! Serving, from the first connection to the last: opens the database, migrates,
//! listens, and ends in order.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use store::{Store, StoreError, StoreOptions};
use tokio::net::TcpListener;

use crate::config::{Config, Database as Where};
use crate::embedded::{EmbeddedError, PrivatePostgres};
use crate::http::errors::log_panics;
use crate::http::limits::LimitSettings;
use crate::shutdown::Shutdown;
use crate::{AppState, StartError, build_app, demo, http, rendering, serve, workers};

/// How long the last writes and connections get after the last request.
const CLOSING_TIME: Duration = Duration::from_millis(900);
/// How often a database that was away at the start is tried again.
const TRY_AGAIN: Duration = Duration::from_secs(1);

/// Why serving did not begin or did not end well.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The private Postgres.
    #[error(transparent)]
    Embedded(#[from] EmbeddedError),
    /// The database.
    #[error("The database cannot be used: {0}.")]
    Store(#[from] StoreError),
    /// The product cannot be put together.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The demo story could not be written.
    #[error(transparent)]
    Demo(#[from] demo::DemoError),
    /// An address is taken, or not this machine's.
    #[error(
        "Sensible cannot listen on {address}: {kind}. Stop what is listening there, or choose another address in {setting}."
    )]
    Listen {
        /// The address.
        address: std::net::SocketAddr,
        /// What the system said.
        kind: std::io::ErrorKind,
        /// The setting that names it.
        setting: &'static str,
    },
    /// Signals cannot be heard.
    #[error("Sensible cannot hear the system's signals: {0}.")]
    Signals(std::io::ErrorKind),
}

/// An open database, with the private server behind it when there is one.
pub struct Database {
    /// The only way to the data.
    pub store: Store,
    private: Option<PrivatePostgres>,
}

impl Database {
    /// Opens the configured database to serve it, starting the private server if that is it.
    pub async fn open(config: &Config) -> Result<Self, RunError> {
        match &config.database {
            Where::Url(url) => Self::at(url, None, config),
            Where::Private(settings) => Self::within(PrivatePostgres::start(settings).await?, config),
        }
    }

    /// Opens it for a command, which may run beside a Sensible that serves.
    pub async fn open_beside(config: &Config) -> Result<Self, RunError> {
        match &config.database {
            Where::Url(url) => Self::at(url, None, config),
            Where::Private(settings) => Self::within(PrivatePostgres::join(settings).await?, config),
        }
    }

    fn within(private: PrivatePostgres, config: &Config) -> Result<Self, RunError> {
        let url = private.url().clone();
        Self::at(&url, Some(private), config)
    }

    fn at(url: &SecretString, private: Option<PrivatePostgres>, config: &Config) -> Result<Self, RunError> {
        let bot = config.slack.as_ref().is_some_and(|slack| slack.bot_token.is_some());
        let options = StoreOptions { render: Some(rendering::RENDER), bot, ..StoreOptions::new(url.expose_secret()) };
        let store = Store::connect(options)?;
        Ok(Self { store, private })
    }

    /// Lets writes end, closes the connections and stops the private server.
    pub async fn close(self) -> Result<(), RunError> {
        if tokio::time::timeout(CLOSING_TIME, self.store.close()).await.is_err() {
            tracing::warn!("stopped with writes still under way");
        }
        if let Some(private) = self.private {
            private.stop().await?;
        }
        Ok(())
    }
}

/// Serves until a signal ends it.
pub async fn serve(config: Config) -> Result<(), RunError> {
    log_panics();
    let shutdown = Shutdown::new();
    shutdown.on_signals().map_err(|error| RunError::Signals(error.kind()))?;
    // Before the database, so that a taken address is said at once and starts nothing.
    let address = config.address;
    let listener = TcpListener::bind(address).await.map_err(|error| RunError::Listen {
        address,
        kind: error.kind(),
        setting: "SENSIBLE_ADDRESS",
    })?;

    let database = Database::open(&config).await?;
    let outcome = serve_with(config, &database.store, listener, &shutdown).await;
    database.close().await?;
    outcome
}

async fn serve_with(config: Config, store: &Store, listener: TcpListener, shutdown: &Shutdown) -> Result<(), RunError> {
    let (metrics, demo, public_url) = (config.metrics, config.demo, config.origin());
    // The recorder must stand before the first figure is counted.
    if metrics.is_some() {
        http::metrics::recorder();
    }
    let state = AppState::new(config, store.clone(), LimitSettings::default(), shutdown.clone())?;
    prepare(store, demo, shutdown).await?;
    if let Some(address) = metrics {
        let setting = "SENSIBLE_METRICS_ADDRESS";
        http::metrics::serve_on(address, shutdown.clone()).await.map_err(|error| RunError::Listen {
            address,
            kind: error.kind(),
            setting,
        })?;
    }
    let mut workers = workers::start(&state);
    let app = build_app(state)?;
    println!("Sensible is ready: {public_url}");
    serve::serve(listener, app, shutdown.clone()).await;
    workers.shutdown().await;
    Ok(())
}

/// Migrates, and writes the demo story where it is wanted. A database that is away does
/// not keep the server from starting: it says 503 until it is there.
async fn prepare(store: &Store, demo: bool, shutdown: &Shutdown) -> Result<(), RunError> {
    match prepare_once(store, demo).await {
        Err(RunError::Store(error)) if error.is_away() => {
            tracing::warn!("the database is away; trying again every second");
            let (store, shutdown, runtime) = (store.clone(), shutdown.clone(), tokio::runtime::Handle::current());
            // A thread of its own: what migrates cannot move between threads.
            std::thread::spawn(move || runtime.block_on(keep_preparing(store, demo, shutdown)));
            Ok(())
        }
        other => other,
    }
}

async fn prepare_once(store: &Store, demo: bool) -> Result<(), RunError> {
    store.migrate().await?;
    if demo {
        demo::seed(store).await?;
    }
    Ok(())
}

async fn keep_preparing(store: Store, demo: bool, shutdown: Shutdown) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(TRY_AGAIN) => {}
            () = shutdown.begun() => return,
        }
        match prepare_once(&store, demo).await {
            Ok(()) => {
                tracing::info!("the database is there");
                return;
            }
            Err(RunError::Store(error)) if error.is_away() => {}
            Err(error) => {
                tracing::error!(%error, "the database cannot be used");
                shutdown.begin();
                return;
            }
        }
    }
}
