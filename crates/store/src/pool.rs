//! The connections, and the guards without which acknowledged writes get lost.
//!
//! Two pools on one database. Pages are read through `reads`: its sessions are
//! read-only and never open a transaction, so a request that is hung up cannot
//! leave one open, and a jam of writers cannot keep anybody from reading. Every
//! change goes through `writes`, whose connections are repaired when they come back.

use std::ops::{Deref, DerefMut};
use std::str::FromStr;
use std::time::Duration;

use domain::Refusal;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{Connection, Executor, PgConnection, Postgres, Row};

use crate::StoreError;

/// How to reach the database.
#[derive(Clone, Debug)]
pub struct StoreOptions {
    /// A `postgres://` address.
    pub url: String,
    /// Connections of both pools together, at least 2; a third of them write.
    pub max_connections: u32,
    /// All on, except in the test that shows what each is for.
    pub guards: Guards,
    /// How Markdown is read when it is written. Without it the HTML columns stay
    /// empty, so that readers render.
    pub render: Option<Render>,
    /// Whether a bot speaks for us in Slack. Without one nothing is put into the outbox.
    pub bot: bool,
}

/// How Markdown is read: pure, and limited in size and work by itself. A text
/// that is too much of either is refused, and with it the write.
#[derive(Clone, Copy, Debug)]
pub struct Render {
    /// As safe HTML.
    pub html: fn(&str) -> Result<String, Refusal>,
    /// As plain words on one line, at most 280 characters.
    pub words: fn(&str) -> Result<String, Refusal>,
}

/// A text as it is stored beside its Markdown.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rendered {
    pub(crate) html: String,
    pub(crate) words: String,
}

impl Rendered {
    /// As the renderer reads it; without one, the words as they stand.
    pub(crate) fn of(markdown: &str, render: Option<Render>) -> Result<Self, Refusal> {
        let words = || markdown.split_whitespace().collect::<Vec<_>>().join(" ");
        let (html, words) = match render {
            Some(render) => ((render.html)(markdown)?, (render.words)(markdown)?),
            None => (String::new(), words()),
        };
        Ok(Self { html, words: words.chars().take(300).collect() })
    }
}

impl StoreOptions {
    /// The usual twelve connections with every guard.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), max_connections: 12, guards: Guards::default(), render: None, bot: false }
    }
}

/// What keeps an acknowledged write from getting lost and a request from waiting
/// for ever. Measured with 400 writers of which half hang up: without the first
/// two, up to 40 acknowledged rows vanish; with them none.
#[derive(Clone, Copy, Debug)]
pub struct Guards {
    /// A connection that comes back inside an open transaction is rolled back
    /// before anybody else gets it.
    pub repair_on_release: bool,
    /// Writes run in a task of their own, so that a client who hangs up does
    /// not cancel one half way.
    pub uncancellable_writes: bool,
    /// `statement_timeout` 5 s, `lock_timeout` 2 s,
    /// `idle_in_transaction_session_timeout` 5 s, and 2 s to get a connection.
    pub timeouts: bool,
}

impl Default for Guards {
    fn default() -> Self {
        Self { repair_on_release: true, uncancellable_writes: true, timeouts: true }
    }
}

/// How long a request waits for a connection before it answers 503.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(2);
/// How long a connection that may be dead gets to prove that it is not.
const PROOF_OF_LIFE: Duration = Duration::from_millis(500);
/// A connection that was used this recently is not asked.
const FRESH: Duration = Duration::from_secs(10);

pub(crate) fn connect_options(options: &StoreOptions) -> Result<PgConnectOptions, StoreError> {
    // `jit` costs more than it gives for statements of a millisecond.
    let connect = PgConnectOptions::from_str(&options.url)?
        .application_name("sensible")
        .statement_cache_capacity(256)
        .options([("jit", "off"), ("timezone", "UTC"), ("synchronous_commit", "on")]);
    Ok(if options.guards.timeouts {
        connect.options([
            ("statement_timeout", "5s"),
            ("lock_timeout", "2s"),
            ("idle_in_transaction_session_timeout", "5s"),
        ])
    } else {
        connect
    })
}

fn pool(max: u32, guards: Guards) -> PgPoolOptions {
    let pool = PgPoolOptions::new()
        .max_connections(max)
        .idle_timeout(Duration::from_secs(600))
        .max_lifetime(Duration::from_secs(1800))
        .test_before_acquire(false)
        .before_acquire(|connection, meta| {
            Box::pin(async move { Ok(meta.idle_for < FRESH || is_alive(connection, PROOF_OF_LIFE).await) })
        });
    if guards.timeouts { pool.acquire_timeout(ACQUIRE_TIMEOUT) } else { pool }
}

/// The pool that pages are read through.
pub(crate) fn reads(options: &StoreOptions) -> Result<PgPool, StoreError> {
    // A page's statement is planned once for each connection: planning the list anew
    // for each request costs five times what running it does.
    let connect = connect_options(options)?
        .options([("default_transaction_read_only", "on"), ("plan_cache_mode", "force_generic_plan")]);
    let max = options.max_connections - options.max_connections.max(3) / 3;
    Ok(pool(max.max(1), options.guards).connect_lazy_with(connect))
}

/// The pool of the one door.
pub(crate) fn writes(options: &StoreOptions) -> Result<PgPool, StoreError> {
    let pool = pool(options.max_connections.max(3) / 3, options.guards);
    let pool = if options.guards.repair_on_release {
        pool.after_release(|connection, _| Box::pin(repair(connection)))
    } else {
        pool
    };
    Ok(pool.connect_lazy_with(connect_options(options)?))
}

/// `begin; rollback` is silent on a healthy connection and repairs one that came
/// back inside a transaction (a bare `rollback` would write a warning into
/// Postgres' log each time). A server that has become read-only is left, so
/// that after a failover the next connection finds the new one.
async fn repair(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    let repaired = connection.fetch_one("begin; rollback; show transaction_read_only");
    match tokio::time::timeout(2 * PROOF_OF_LIFE, repaired).await {
        Ok(Ok(row)) => Ok(row.try_get::<String, _>(0)? == "off"),
        Ok(Err(error)) => Err(error),
        Err(_) => Err(sqlx::Error::PoolTimedOut),
    }
}

async fn is_alive(connection: &mut PgConnection, within: Duration) -> bool {
    matches!(tokio::time::timeout(within, connection.ping()).await, Ok(Ok(())))
}

/// One connection, held for one piece of work. When the work is dropped half way
/// (the client left), the connection has to prove that it is alive before the
/// pool gets it back: else a network that swallows packets would keep it for ever.
pub(crate) struct Held {
    connection: Option<PoolConnection<Postgres>>,
    done: bool,
}

impl Held {
    pub(crate) async fn of(pool: &PgPool) -> Result<Self, StoreError> {
        Ok(Self { connection: Some(pool.acquire().await?), done: false })
    }

    /// The work ended, well or not.
    pub(crate) fn done(mut self) {
        self.done = true;
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take().filter(|_| !self.done) else { return };
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        runtime.spawn(async move {
            if !is_alive(&mut connection, PROOF_OF_LIFE).await {
                connection.close_on_drop();
            }
        });
    }
}

impl Deref for Held {
    type Target = PgConnection;

    #[expect(clippy::expect_used, reason = "the connection is only taken out when the value is dropped")]
    fn deref(&self) -> &PgConnection {
        self.connection.as_ref().expect("held until dropped")
    }
}

impl DerefMut for Held {
    #[expect(clippy::expect_used, reason = "the connection is only taken out when the value is dropped")]
    fn deref_mut(&mut self) -> &mut PgConnection {
        self.connection.as_mut().expect("held until dropped")
    }
}
