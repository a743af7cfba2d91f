//! The product, served on a port of its own, with the proxy before its database.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use server::http::limits::LimitSettings;
use server::shutdown::Shutdown;
use server::{AppState, build_app, serve};
use sqlx::{Postgres, Transaction};
use store::{Guards, Store, StoreOptions};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::support::world::World;
use crate::support::{Call, TestApp, Wanted, config, through};

/// A served product and everything around it. `app` reaches the same database without
/// the proxy: for preparing, and for looking afterwards.
pub struct Served {
    pub app: TestApp,
    pub world: World,
    pub proxy: chaos::Proxy,
    pub store: Store,
    pub shutdown: Shutdown,
    pub address: SocketAddr,
    /// Ends with whether every connection ended by itself.
    pub serving: JoinHandle<bool>,
    /// A session of the admin's.
    pub admin: String,
}

impl Served {
    /// With every guard.
    pub async fn start(limits: LimitSettings) -> Option<Self> {
        Self::start_with(Guards::default(), limits, |_| Router::new()).await
    }

    /// With guards and further routes of the test's own.
    pub async fn start_with(
        guards: Guards,
        limits: LimitSettings,
        more: impl FnOnce(&AppState) -> Router,
    ) -> Option<Self> {
        let app = TestApp::start().await?;
        let world = World::make(&app).await;
        let admin = app.session_of(world.admin).await;
        let postgres = url::Url::parse(&app.database.url).unwrap().socket_addrs(|| Some(5432)).unwrap()[0];
        let proxy = chaos::Proxy::start(postgres).await.unwrap();
        let url = through(&app.database.url, proxy.addr());
        let options = StoreOptions { guards, render: Some(server::rendering::RENDER), ..StoreOptions::new(&url) };
        let store = Store::connect(options).unwrap();
        let shutdown = Shutdown::new();
        let config = config(&app.slack, &url, &Wanted::default());
        let state = AppState::new(config, store.clone(), limits, shutdown.clone()).unwrap();
        let more = more(&state);
        let router = build_app(state).unwrap().merge(more);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = tokio::spawn(serve::serve(listener, router, shutdown.clone()));
        Some(Self { app, world, proxy, store, shutdown, address, serving, admin })
    }

    /// The admin adds somebody: a write whose content the client has named.
    pub fn add(&self, name: &str) -> Call {
        Call::post("/api/people/add", format!("name={name}&email={name}@paperkite.example")).by(self.admin.clone())
    }

    /// How often somebody of this name is stored.
    pub async fn stored(&self, name: &str) -> i64 {
        sqlx::query_scalar("select count(*) from people where name = $1")
            .bind(name)
            .fetch_one(&self.app.pool)
            .await
            .unwrap()
    }

    /// Keeps everybody from adding people until the transaction ends.
    pub async fn jam(&self) -> Transaction<'static, Postgres> {
        let mut jam = self.app.pool.begin().await.unwrap();
        sqlx::query("lock table people in exclusive mode").execute(&mut *jam).await.unwrap();
        jam
    }

    /// Returns when this many writes wait in the jam.
    pub async fn until_jammed(&self, writes: i64) {
        let waiting =
            "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
        let jammed = async { while self.app.count(waiting).await < writes {} };
        tokio::time::timeout(Duration::from_secs(10), jammed).await.expect("the writes to wait");
    }

    /// Returns when new connections are refused.
    pub async fn until_refused(&self) {
        let refused = async { while TcpStream::connect(self.address).await.is_ok() {} };
        tokio::time::timeout(Duration::from_secs(10), refused).await.expect("the listener to close");
    }
}
