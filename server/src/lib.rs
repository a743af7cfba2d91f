//! The wires: configuration, router, sign-in, workers, command line. No rule of the
//! business lives here; those are in `domain`, and the data in `store`.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod announcements;
pub mod auth;
pub mod config;
pub mod demo;
pub mod embedded;
pub mod http;
pub mod import;
pub mod live;
pub mod rendering;
pub mod run;
pub mod serve;
pub mod shutdown;
pub mod telemetry;
pub mod workers;

use std::sync::Arc;

use app::ctx::{Installation, ResetDemo, Services};
use axum::Router;
use axum::extract::FromRef;
use leptos::config::LeptosOptions;
use slack::{BadAddress, BaseUrl, SetUpError, SignIn, SignInConfig, WebApi};
use store::Store;

use crate::config::{Config, Database, is_loopback_url};
use crate::http::assets::SiteError;
use crate::http::limits::{LimitSettings, Limits};
use crate::http::slack_manifest;
use crate::shutdown::Shutdown;

/// Why the product cannot be put together.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The built site is missing.
    #[error(transparent)]
    Site(#[from] SiteError),
    /// Slack's address cannot be used.
    #[error("SLACK_BASE_URL cannot be used: {0}")]
    SlackAddress(BadAddress),
    /// Sign-in or the bot cannot be set up.
    #[error("Slack cannot be set up: {0}")]
    Slack(#[from] SetUpError),
    /// The public address is no origin.
    #[error("SENSIBLE_PUBLIC_URL cannot be used: {0}")]
    Origin(String),
}

/// Everything that lives as long as the server. Cheap to clone; every request has one.
#[derive(Clone)]
pub struct AppState {
    /// The checked configuration.
    pub config: Arc<Config>,
    /// The only way to the data.
    pub store: Store,
    /// What pages and functions may use; put into every request.
    pub services: Services,
    /// Sign-in with the one workspace. `None` only when no workspace is configured.
    pub sign_in: Option<Arc<SignIn>>,
    /// The bot, when it has a token: reads the roster, posts messages.
    pub web_api: Option<Arc<WebApi>>,
    /// Everybody who looks at something live.
    pub live: live::Hub,
    /// Counters of who asks how often.
    pub limits: Limits,
    /// Told to streams and workers when the end begins.
    pub shutdown: Shutdown,
    /// What Leptos' own router asks for. Our shell does not use it.
    pub leptos: LeptosOptions,
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.leptos.clone()
    }
}

impl AppState {
    /// Puts the parts together. Calls nobody: Slack and the database may be away.
    pub fn new(config: Config, store: Store, limits: LimitSettings, shutdown: Shutdown) -> Result<Self, StartError> {
        let config = Arc::new(config);
        let assets = Arc::new(http::assets::read_manifest(&config.site)?);
        let base = match &config.slack {
            Some(slack) => Some(BaseUrl::parse(slack.base_url.as_str()).map_err(StartError::SlackAddress)?),
            None => None,
        };
        let sign_in = match (&config.slack, &base) {
            (Some(slack), Some(base)) => Some(Arc::new(SignIn::new(SignInConfig {
                client_id: slack.client_id.clone(),
                client_secret: slack.client_secret.clone(),
                base_url: base.clone(),
                redirect_url: config
                    .public_url
                    .join(auth::slack_login::CALLBACK)
                    .map_err(|error| StartError::Origin(error.to_string()))?,
                team_id: slack.team_id.clone(),
            })?)),
            _ => None,
        };
        let web_api = match (config.slack.as_ref().and_then(|slack| slack.bot_token.clone()), base) {
            (Some(token), Some(base)) => Some(Arc::new(WebApi::new(base, token)?)),
            _ => None,
        };
        let services = Services {
            store: store.clone(),
            assets,
            installation: Arc::new(installation(&config)),
            reset_demo: config.demo.then(|| reset_demo(store.clone())),
        };
        Ok(Self {
            live: live::Hub::new(store.clone(), shutdown.clone(), config.demo),
            limits: Limits::new(limits, &config.trusted_proxies),
            config,
            store,
            services,
            sign_in,
            web_api,
            shutdown,
            leptos: LeptosOptions::builder().output_name("app").build(),
        })
    }
}

/// The whole product as one service, ready to be served or called by a test.
pub fn build_app(state: AppState) -> Result<Router, StartError> {
    http::routes::product(state)
}

fn installation(config: &Config) -> Installation {
    let slack = config.slack.as_ref();
    Installation {
        public_url: config.origin(),
        fake_slack: slack.is_some_and(|slack| is_loopback_url(&slack.base_url)),
        private_postgres: matches!(config.database, Database::Private(_)),
        slack_team_id: slack.map(|slack| slack.team_id.clone()),
        bot_token: slack.is_some_and(|slack| slack.bot_token.is_some()),
        slack_manifest: Some(|address| format!("{:#}", slack_manifest::manifest_for(address))),
    }
}

fn reset_demo(store: Store) -> ResetDemo {
    Arc::new(move || {
        let store = store.clone();
        Box::pin(async move { demo::reset(&store).await.map_err(demo::DemoError::into_store_error) })
    })
}
