//! The product in one process, with a database of its own and a fake Slack, and
//! people who call it.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests; each file uses a part")]

pub mod browser;
pub mod world;

use std::num::NonZeroU32;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use domain::PersonId;
use fake_slack::{FakeOptions, FakeSlack, Running};
use http::{HeaderMap, Method, Request, StatusCode, header};
use server::config::{Config, Need, Sources};
use server::http::limits::LimitSettings;
use server::shutdown::Shutdown;
use server::{AppState, build_app};
use sqlx::{PgPool, Row as _};
use store::testing::TestDatabase;
use store::{SessionId, Store};
use tower::ServiceExt as _;
use tower_sessions::session::Id;

pub const ORIGIN: &str = "http://127.0.0.1:3100";
pub const SITE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/site");

/// The product, ready to be called.
pub struct TestApp {
    pub database: TestDatabase,
    pub pool: PgPool,
    pub slack: Running,
    pub state: AppState,
    pub router: Router,
}

/// What a test wants different.
pub struct Wanted {
    pub bot: bool,
    pub limits: LimitSettings,
    pub demo: bool,
    /// Another address of the same database, such as a proxy's.
    pub through: Option<std::net::SocketAddr>,
    pub public_url: &'static str,
}

impl Default for Wanted {
    fn default() -> Self {
        Self { bot: true, limits: patient(), demo: true, through: None, public_url: ORIGIN }
    }
}

/// Limits that a test of something else never meets, on a slow machine either.
pub fn patient() -> LimitSettings {
    let many = NonZeroU32::new(1_000_000).unwrap();
    LimitSettings {
        writes_a_minute: many,
        reads_a_minute: many,
        streams_a_minute: many,
        sign_ins_a_minute: many,
        anonymous_a_minute: many,
        local_factor: NonZeroU32::MIN,
        page_time: Duration::from_secs(60),
        sign_in_time: Duration::from_secs(60),
    }
}

impl TestApp {
    /// `None`, with a message, where no Postgres is at hand.
    pub async fn start() -> Option<Self> {
        Self::start_with(Wanted::default()).await
    }

    pub async fn start_with(wanted: Wanted) -> Option<Self> {
        let database = TestDatabase::create().await?;
        let slack = FakeSlack::start(FakeOptions::default()).await.unwrap();
        let url = match wanted.through {
            Some(proxy) => through(&database.url, proxy),
            None => database.url.clone(),
        };
        let mut options = store::StoreOptions::new(&url);
        options.render = Some(server::rendering::RENDER);
        options.bot = wanted.bot;
        let store = Store::connect(options).unwrap();
        let config = config(&slack, &url, &wanted);
        let state = AppState::new(config, store, wanted.limits, Shutdown::new()).unwrap();
        let router = build_app(state.clone()).unwrap();
        let pool = database.pool().await.unwrap();
        Some(Self { database, pool, slack, state, router })
    }

    /// Calls the product as somebody.
    pub async fn call(&self, call: Call) -> Answer {
        let response = self.router.clone().oneshot(call.request()).await.unwrap();
        Answer::of(response).await
    }

    /// The value of a session cookie of this person.
    pub async fn session_of(&self, person: PersonId) -> String {
        let id = Id::default().to_string();
        let data = serde_json::json!({ "person": person });
        assert!(self.database.store.create_session(SessionId::of(id.as_bytes()), Some(person), data).await.unwrap());
        id
    }

    /// A digest of everything that is stored, but for when sessions were last used.
    pub async fn digest(&self) -> String {
        digest(&self.pool).await
    }

    /// One number from the database.
    pub async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.pool).await.unwrap()
    }
}

pub fn config(slack: &Running, database: &str, wanted: &Wanted) -> Config {
    let mut pairs = vec![
        ("SENSIBLE_PUBLIC_URL", wanted.public_url),
        ("SENSIBLE_TRUSTED_PROXIES", "none"),
        ("SENSIBLE_SITE", SITE),
        ("DATABASE_URL", database),
        ("SLACK_CLIENT_ID", fake_slack::CLIENT_ID),
        ("SLACK_CLIENT_SECRET", fake_slack::CLIENT_SECRET),
        ("SLACK_TEAM_ID", "T0PAPERKITE"),
        ("SLACK_BASE_URL", slack.url()),
    ];
    if wanted.bot {
        pairs.push(("SLACK_BOT_TOKEN", fake_slack::BOT_TOKEN));
    }
    if wanted.demo {
        pairs.push(("SENSIBLE_DEMO", "1"));
    }
    Config::read(&Sources::of_pairs(pairs), Need::Serving).unwrap()
}

/// The database's address with another host and port.
pub fn through(url: &str, proxy: std::net::SocketAddr) -> String {
    let mut url = url::Url::parse(url).unwrap();
    url.set_ip_host(proxy.ip()).unwrap();
    url.set_port(Some(proxy.port())).unwrap();
    url.into()
}

pub async fn digest(pool: &PgPool) -> String {
    let tables: Vec<(String,)> =
        sqlx::query_as("select tablename::text from pg_tables where schemaname = 'public' and tablename <> '_sqlx_migrations' order by 1")
            .fetch_all(pool)
            .await
            .unwrap();
    let mut digest = String::new();
    for (table,) in tables {
        let row = if table == "sessions" { "(t.id, t.person_id, t.data, t.created_at, t.revoked_at)" } else { "t" };
        let sql =
            format!("select coalesce(md5(string_agg({row}::text, ';' order by {row}::text)), '-') from {table} t");
        let hash: String = sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).fetch_one(pool).await.unwrap().get(0);
        digest.push_str(&format!("{table} {hash}\n"));
    }
    digest
}

/// One call.
#[derive(Clone)]
pub struct Call {
    pub method: Method,
    pub address: String,
    pub cookies: Vec<(String, String)>,
    pub headers: HeaderMap,
    pub body: Option<Bytes>,
}

impl Call {
    pub fn get(address: impl Into<String>) -> Self {
        Self {
            method: Method::GET,
            address: address.into(),
            cookies: Vec::new(),
            headers: HeaderMap::new(),
            body: None,
        }
        .header("accept", "text/html")
    }

    /// A form that a page of ours sends.
    pub fn post(address: impl Into<String>, form: impl Into<Bytes>) -> Self {
        Self {
            method: Method::POST,
            address: address.into(),
            cookies: Vec::new(),
            headers: HeaderMap::new(),
            body: Some(form.into()),
        }
        .header("origin", ORIGIN)
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("accept", "application/json")
    }

    /// As somebody with this session.
    pub fn by(mut self, session: impl Into<Option<String>>) -> Self {
        if let Some(session) = session.into() {
            self.cookies.push(("sensible_session".into(), session));
        }
        self
    }

    pub fn cookie(mut self, name: &str, value: &str) -> Self {
        self.cookies.push((name.into(), value.into()));
        self
    }

    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.insert(name, value.parse().unwrap());
        self
    }

    pub fn without(mut self, name: &'static str) -> Self {
        self.headers.remove(name);
        self
    }

    fn request(self) -> Request<Body> {
        let mut request = Request::new(self.body.map_or_else(Body::empty, Body::from));
        *request.method_mut() = self.method;
        *request.uri_mut() = self
            .address
            .parse()
            .unwrap_or_else(|error| panic!("{}: {error}", &self.address[..self.address.len().min(200)]));
        *request.headers_mut() = self.headers;
        request.headers_mut().insert(header::HOST, "127.0.0.1:3100".parse().unwrap());
        if !self.cookies.is_empty() {
            let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request.headers_mut().insert(header::COOKIE, cookies.join("; ").parse().unwrap());
        }
        request
    }
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub async fn of(response: axum::response::Response) -> Self {
        let (parts, body) = response.into_parts();
        // A stream ends when nobody reads it any more, and not before.
        let is_stream = parts.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream");
        let body = if is_stream { Body::empty() } else { body };
        let bytes = axum::body::to_bytes(body, 64 * 1024 * 1024).await.unwrap();
        Self { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&bytes).into_owned() }
    }

    pub fn location(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |value| value.to_str().unwrap())
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The value of a cookie that the answer sets.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.headers.get_all(header::SET_COOKIE).iter().find_map(|value| {
            let (key, rest) = value.to_str().unwrap().split_once('=')?;
            (key == name).then(|| rest.split(';').next().unwrap_or_default().to_owned())
        })
    }

    /// Everything that was sent, for a search through all of it.
    pub fn everything(&self) -> String {
        format!("{:?}\n{}", self.headers, self.body)
    }
}
