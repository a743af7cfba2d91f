//! Every raw route, and the order in which a request passes the layers. No other
//! module of the server registers an address; a test reads the sources.

use std::sync::Arc;

use app::ctx::CurrentPerson;
use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use http::{Method, StatusCode, header};
use leptos::prelude::{AnyView, IntoAny as _};
use leptos_axum::LeptosRoutes as _;
use metrics_exporter_prometheus::PrometheusHandle;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate as _, SizeAbove};
use tower_http::compression::{CompressionLayer, CompressionLevel};
use tower_http::services::ServeDir;

use super::csp::Transport;
use super::errors::Presenter;
use super::{access, assets, csp, csrf, errors, forms, health, limits, refused, request_id, slack_manifest};
use crate::auth::{session, slack_login, viewer};
use crate::{AppState, StartError, live};

/// Smaller answers are not worth a compressor.
const COMPRESSED_FROM: u64 = 860;

/// The raw routes, for the test that compares them with the access table.
pub const RAW: &[(&str, &str)] = &[
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", app::paths::SLACK_START),
    ("GET", slack_login::CALLBACK),
    ("POST", app::paths::SIGN_OUT),
    ("GET", app::paths::SLACK_MANIFEST),
    ("GET", app::paths::LIVE),
    ("GET", "/pkg/{*file}"),
    ("GET", "/icons/{*file}"),
];

/// The whole product as one service.
pub fn product(state: AppState) -> Result<Router, StartError> {
    let pages = app::pages();
    let router = Router::<AppState>::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route(app::paths::SLACK_START, get(slack_login::start))
        .route(slack_login::CALLBACK, get(slack_login::callback))
        .route(app::paths::SIGN_OUT, post(slack_login::sign_out))
        .route(app::paths::SLACK_MANIFEST, get(slack_manifest::manifest))
        .route(app::paths::LIVE, get(live::follow))
        .merge(assets::router(&state.config.site))
        .leptos_routes(&state, pages, document(&state))
        .fallback(nothing_here);
    layered(router, state)
}

/// The order of the layers: the first one here is the innermost.
fn layered(router: Router<AppState>, state: AppState) -> Result<Router, StartError> {
    let cookies = state.config.cookies();
    let presenter = Presenter { assets: state.services.assets.clone(), origin: Arc::from(state.config.origin()) };
    let transport = Transport { https: state.config.is_https() };
    let csrf = csrf::layer(&state.config.origin()).map_err(|error| StartError::Origin(error.to_string()))?;
    // Fast and weak on purpose: a page costs at most two milliseconds of processor time.
    // Files were compressed when they were built; streams are never held back.
    let compressible = SizeAbove::new(COMPRESSED_FROM).and(NotForContentType::SSE).and(NotForContentType::IMAGES);
    let compression = CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(compressible);

    Ok(router
        .layer(from_fn_with_state(state.clone(), refused::keep))
        .layer(from_fn(access::check))
        .layer(from_fn_with_state(state.limits.clone(), limits::rate))
        .layer(from_fn_with_state(state.clone(), viewer::recognise))
        .layer(session::layer(state.store.clone(), cookies))
        .layer(from_fn_with_state(state.limits.clone(), limits::time))
        .layer(from_fn(forms::read_whole))
        .layer(from_fn(csrf::must_say_where_from))
        .layer(csrf)
        .layer(CatchPanicLayer::custom(errors::after_panic))
        .layer(from_fn_with_state(presenter, errors::present))
        .layer(compression)
        .layer(from_fn_with_state(transport, csp::headers))
        .layer(from_fn(request_id::name_and_log))
        .with_state(state))
}

/// The document around every page, as the renderer wants it.
fn document(state: &AppState) -> impl Fn() -> AnyView + Clone + Send + Sync + 'static {
    let options = state.leptos.clone();
    move || app::shell(options.clone()).into_any()
}

/// The built files. Routes rather than nested services: a nested one has no matched
/// path, and would pass by the access table.
pub fn files<S: Clone + Send + Sync + 'static>(site: ServeDir) -> Router<S> {
    let hashed = Router::new().route_service("/pkg/{*file}", site.clone()).layer(from_fn(assets::keep_for_ever));
    let icons = Router::new().route_service("/icons/{*file}", site).layer(from_fn(assets::keep_for_a_day));
    hashed.merge(icons)
}

/// The metrics' own port.
pub fn metrics(handle: Option<PrometheusHandle>) -> Router {
    Router::new().route("/metrics", get(figures)).with_state(handle)
}

async fn figures(State(handle): State<Option<PrometheusHandle>>) -> Response {
    match handle {
        Some(handle) => {
            handle.run_upkeep();
            ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], handle.render()).into_response()
        }
        None => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

/// Somebody who is signed in gets the app's own page with the frame around it;
/// everybody else a bare 404, dressed further out.
async fn nothing_here(State(state): State<AppState>, request: Request) -> Response {
    let is_person = request.extensions().get::<CurrentPerson>().is_some();
    if is_person && request.method() == Method::GET && !request.uri().path().starts_with(errors::FUNCTIONS) {
        return leptos_axum::render_app_async(document(&state))(request).await;
    }
    StatusCode::NOT_FOUND.into_response()
}
