//! A Slack workspace for tests and the demo: signing in with OpenID Connect,
//! people, messages, and everything that can go wrong with them, on command.
//!
//! It is not Slack: anybody may sign in as anybody. It is never part of the
//! product's own program.
//!
//! ```no_run
//! # async fn a_test() -> std::io::Result<()> {
//! use fake_slack::{FakeOptions, FakeSlack, Fault, Mode};
//!
//! let slack = FakeSlack::start(FakeOptions::default()).await?;
//! // Point the program under test at slack.url(), then:
//! slack.mode(Mode::WrongNonce);
//! slack.fail_next("users.list", 1, Fault::RateLimited(3));
//! assert_eq!(slack.calls("openid.connect.token"), 0);
//! # Ok(()) }
//! ```
//!
//! What a test does through [`Running`], a browser test does through the
//! control addresses below `/_fake/`.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod authorize;
mod chat;
mod control;
mod fault;
mod keys;
mod messages_page;
mod mode;
mod mrkdwn;
mod openid;
mod page;
mod past;
mod users;
mod web_api;
mod workspace;
mod world;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt;
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub use authorize::NotAuthorized;
pub use fault::{Fault, Planned};
pub use mode::Mode;
pub use workspace::{APP_ID, BOT_ID, BOT_USER, Channel, Person, Workspace};
pub use world::{Call, Message};

use world::World;

/// The client id of [`FakeOptions::default`].
pub const CLIENT_ID: &str = "25259531569.1115258246291";
/// The client secret of [`FakeOptions::default`]. It opens nothing else.
pub const CLIENT_SECRET: &str = "fake-client-secret";
/// The bot token of [`FakeOptions::default`]. It opens nothing else.
pub const BOT_TOKEN: &str = "xoxb-fake-bot-token";

/// What a fake workspace is started with.
#[derive(Debug, Clone)]
pub struct FakeOptions {
    /// Where it listens; port 0 takes a free one.
    pub addr: SocketAddr,
    /// The address that it is reached by, which is also its issuer; by default
    /// `http://` and the address that it listens on.
    pub public_url: Option<String>,
    /// Who works there.
    pub workspace: Workspace,
    /// The application's client id.
    pub client_id: String,
    /// The application's client secret.
    pub client_secret: String,
    /// The application's bot token.
    pub bot_token: String,
    /// What the bot token may do.
    pub bot_scopes: Vec<String>,
    /// Addresses that people may be sent back to, or anything below them. When
    /// empty: any https address, and http on this machine.
    pub redirect_urls: Vec<String>,
    /// A fixed time for messages and codes, so that two runs are alike; it
    /// moves only when it is put forward. Tokens always carry the real time.
    pub starts_at: Option<DateTime<Utc>>,
}

impl Default for FakeOptions {
    fn default() -> Self {
        Self {
            addr: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            public_url: None,
            workspace: Workspace::paperkite(),
            client_id: CLIENT_ID.to_owned(),
            client_secret: CLIENT_SECRET.to_owned(),
            bot_token: BOT_TOKEN.to_owned(),
            bot_scopes: ["users:read", "chat:write", "channels:history"].map(str::to_owned).to_vec(),
            redirect_urls: Vec::new(),
            starts_at: None,
        }
    }
}

/// Starts fake workspaces.
#[derive(Debug)]
pub struct FakeSlack;

impl FakeSlack {
    /// Listens and answers in a task of its own until [`Running`] is dropped.
    ///
    /// # Errors
    /// When the address cannot be listened on or no key can be made.
    pub async fn start(options: FakeOptions) -> io::Result<Running> {
        let keys = keys::Keys::generate().map_err(|_| io::Error::other("no RSA key could be made"))?;
        let listener = tokio::net::TcpListener::bind(options.addr).await?;
        let addr = listener.local_addr()?;
        let url = options.public_url.clone().unwrap_or_else(|| format!("http://{addr}"));
        let url = url.trim_end_matches('/').to_owned();
        let (stop, stopping) = watch::channel(false);
        let fake = Fake(Arc::new(Shared { world: Mutex::new(World::new(options, keys)), url, stopping }));
        let listener = listener.tap_io(|stream| {
            let _ = stream.set_nodelay(true);
        });
        let mut told = fake.0.stopping.clone();
        let serving = axum::serve(listener, router(fake.clone())).with_graceful_shutdown(async move {
            let _ = told.wait_for(|stopping| *stopping).await;
        });
        let task = tokio::spawn(async move { serving.await });
        Ok(Running { fake, addr, stop, task })
    }
}

fn router(fake: Fake) -> Router {
    Router::new()
        .merge(openid::routes())
        .merge(authorize::routes())
        .merge(web_api::routes())
        .merge(control::routes())
        .merge(messages_page::routes())
        .fallback(page::not_found)
        .with_state(fake)
}

/// What every request sees.
#[derive(Clone)]
struct Fake(Arc<Shared>);

struct Shared {
    world: Mutex<World>,
    url: String,
    stopping: watch::Receiver<bool>,
}

impl Fake {
    fn world(&self) -> MutexGuard<'_, World> {
        self.0.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn url(&self) -> &str {
        &self.0.url
    }

    fn stopping(&self) -> watch::Receiver<bool> {
        self.0.stopping.clone()
    }
}

/// A fake workspace at work. Dropping it stops it.
pub struct Running {
    fake: Fake,
    addr: SocketAddr,
    stop: watch::Sender<bool>,
    task: JoinHandle<io::Result<()>>,
}

impl Running {
    /// Its address and issuer, without a trailing slash.
    #[must_use]
    pub fn url(&self) -> &str {
        self.fake.url()
    }

    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Sets what is wrong with every sign-in from now on.
    pub fn mode(&self, mode: Mode) {
        self.fake.world().mode = mode;
    }

    /// Plans a fault for the next calls of a method, after those planned before.
    pub fn fail_next(&self, method: &str, times: u32, fault: Fault) {
        self.fake.world().plan.push(Planned { method: method.to_owned(), times, fault });
    }

    /// Takes every planned fault back.
    pub fn heal(&self) {
        self.fake.world().plan.clear();
    }

    /// How often a method was called, refused calls included.
    #[must_use]
    pub fn calls(&self, method: &str) -> usize {
        self.fake.world().counts.get(method).copied().unwrap_or_default()
    }

    /// The last thousand calls, oldest first.
    #[must_use]
    pub fn log(&self) -> Vec<Call> {
        self.fake.world().log.iter().cloned().collect()
    }

    /// What was said in a channel, by its id, oldest first.
    #[must_use]
    pub fn messages(&self, channel: &str) -> Vec<Message> {
        self.fake.world().room(channel).map(|room| room.messages.clone()).unwrap_or_default()
    }

    /// Puts the time of messages and codes forward.
    pub fn advance(&self, by: Duration) {
        self.fake.world().advance(TimeDelta::from_std(by).unwrap_or(TimeDelta::MAX));
    }

    /// Publishes a new signing key in place of the old one.
    ///
    /// # Errors
    /// When no key can be made.
    pub fn rotate_keys(&self) -> io::Result<()> {
        self.fake.world().keys.rotate().map_err(|_| io::Error::other("no RSA key could be made"))
    }

    /// Changes a person, for example to have left. False when nobody has the id.
    pub fn change_person(&self, id: &str, change: impl FnOnce(&mut Person)) -> bool {
        let mut world = self.fake.world();
        let person = world.workspace.people.iter_mut().find(|person| person.id == id);
        person.map(change).is_some()
    }

    /// Takes the bot token away, as when an admin uninstalls the application.
    pub fn revoke_token(&self) {
        self.fake.world().token_revoked = true;
    }

    /// Does what the picker page does when somebody presses "Sign in as …":
    /// reads the address of the page and gives the address that the browser is
    /// sent back to, with code and state.
    ///
    /// # Errors
    /// [`NotAuthorized`], when Slack would show a page of its own instead.
    pub fn pick(&self, authorize_url: &str, person: &str) -> Result<String, NotAuthorized> {
        authorize::pick(&self.fake, authorize_url, person)
    }

    /// Everything as at the start, except the keys.
    pub fn reset(&self) {
        self.fake.world().reset();
    }

    /// Stops listening, lets hanging calls go, and waits until the last
    /// connection has closed.
    ///
    /// # Errors
    /// When serving had failed.
    pub async fn stop(mut self) -> io::Result<()> {
        self.stop.send_replace(true);
        (&mut self.task).await.map_err(io::Error::other)?
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}
