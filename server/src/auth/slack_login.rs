//! Signing in with Slack, and signing out: plain routes, because they are redirects
//! and cookies. State and nonce are random, bound to the browser by a cookie, good
//! once and for ten minutes; only hashes of them are stored.

use app::{paths, words};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use rand::RngExt as _;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use slack::{Remedy, SignIn, SignInError, Standing, WebApi};
use store::{SignInAttempt, SignedIn, SlackIdentity, StoreError};
use tower_sessions::Session;

use super::return_to;
use super::session::PERSON;
use crate::AppState;
use crate::config::CookieForm;
use crate::http::error_page::{About, Page};
use crate::http::errors::store_failed;
use crate::workers::roster;

/// Where Slack sends people back to; registered with the Slack app.
pub const CALLBACK: &str = "/auth/slack/callback";
/// How long a started sign-in may take, in seconds.
const ATTEMPT_SECONDS: u32 = 600;
/// No code or state of Slack's is longer.
const LONGEST_PARAMETER: usize = 2_048;

/// The query of the start.
#[derive(Debug, Default, Deserialize)]
pub struct Start {
    #[serde(default)]
    to: String,
}

/// The query of the way back.
#[derive(Debug, Default, Deserialize)]
pub struct WayBack {
    #[serde(default)]
    code: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    error: String,
}

/// Remembers the attempt and goes to Slack's page.
pub async fn start(
    State(state): State<AppState>,
    headers: HeaderMap,
    query: Result<Query<Start>, QueryRejection>,
) -> Response {
    let Some(sign_in) = state.sign_in.as_deref() else { return back_to_door("not_configured") };
    let to = query.map(|Query(start)| start.to).unwrap_or_default();
    let cookies = state.config.cookies();
    // One browser may have two tabs signing in: they share its cookie.
    let browser = browser_of(&headers, cookies).unwrap_or_else(random_token);
    let (secret_state, nonce) = (random_token(), random_token());
    let attempt = SignInAttempt { nonce: nonce.clone(), return_to: return_to::safe(&to).to_owned() };
    let started = state.store.start_sign_in(hash(&secret_state), hash(&browser), attempt).await;
    if let Err(error) = started {
        return store_failed(&error);
    }
    match sign_in.authorize_url(&secret_state, &nonce).await {
        Ok(url) => with_browser_cookie(Redirect::to(url.as_str()).into_response(), &browser, cookies),
        Err(error) => {
            tracing::warn!(code = error.code(), "a sign-in could not start");
            back_to_door("slack_away")
        }
    }
}

/// Takes the attempt, asks Slack who it is, and lets them in or says why not.
pub async fn callback(
    State(state): State<AppState>,
    session: Session,
    headers: HeaderMap,
    query: Result<Query<WayBack>, QueryRejection>,
) -> Response {
    let Some(sign_in) = state.sign_in.as_deref() else { return back_to_door("not_configured") };
    let way_back = query.map(|Query(way_back)| way_back).unwrap_or_default();
    let outcome = come_in(&state, sign_in, session, &headers, &way_back).await;
    let (answer, outcome) = match outcome {
        Ok(to) => (Redirect::to(&to).into_response(), "signed_in"),
        Err(refused) => {
            let code = refused.code();
            (refused.answer(&state), code)
        }
    };
    metrics::counter!("sensible_sign_ins_total", "outcome" => outcome).increment(1);
    answer
}

/// Ends this session. POST only, so that no link can do it.
pub async fn sign_out(session: Session) -> Response {
    match session.flush().await {
        Ok(()) => Redirect::to(paths::SIGN_IN).into_response(),
        // Not signed out, and said so: the cookie would still open the door.
        Err(_) => crate::http::limits::away(),
    }
}

async fn come_in(
    state: &AppState,
    sign_in: &SignIn,
    session: Session,
    headers: &HeaderMap,
    way_back: &WayBack,
) -> Result<String, Refused> {
    let attempt = take_attempt(state, headers, way_back).await?;
    if !way_back.error.is_empty() {
        return Err(Refused::Denied);
    }
    if way_back.code.is_empty() || way_back.code.len() > LONGEST_PARAMETER {
        return Err(Refused::NotStarted);
    }
    let identity = sign_in.finish(&way_back.code, &attempt.nonce).await.map_err(Refused::Slack)?;
    let zone = match &state.web_api {
        Some(web_api) => check_standing(web_api, &identity.user_id).await?,
        None => None,
    };
    let name = roster::name(identity.name.as_deref().unwrap_or_default(), &identity.user_id);
    let signed_in = state
        .store
        .sign_in(SlackIdentity {
            team: identity.team_id,
            user: identity.user_id,
            email: identity.email.and_then(roster::email),
            email_verified: identity.email_verified,
            name,
            picture: identity.picture,
            zone,
        })
        .await
        .map_err(|error| match error {
            StoreError::Refused(_) => Refused::Standing("deactivated"),
            other => Refused::Store(other),
        })?;
    open_session(&session, &signed_in).await?;
    Ok(destination(&signed_in, &attempt.return_to))
}

async fn take_attempt(state: &AppState, headers: &HeaderMap, way_back: &WayBack) -> Result<SignInAttempt, Refused> {
    let browser = browser_of(headers, state.config.cookies()).ok_or(Refused::NotStarted)?;
    if way_back.state.is_empty() || way_back.state.len() > LONGEST_PARAMETER {
        return Err(Refused::NotStarted);
    }
    let attempt = state.store.take_sign_in(hash(&way_back.state), hash(&browser)).await.map_err(Refused::Store)?;
    attempt.ok_or(Refused::NotStarted)
}

/// The id_token does not say who is a guest or has left; the bot can ask. An answer
/// that does not come keeps the door shut.
async fn check_standing(web_api: &WebApi, user: &str) -> Result<Option<String>, Refused> {
    let user = web_api.users_info(user).await.map_err(|error| {
        tracing::warn!(%error, "a person's standing could not be checked");
        if error.remedy() == Remedy::MendInstallation { Refused::BotToken } else { Refused::SlackAway }
    })?;
    match user.standing {
        Standing::Member => Ok(user.zone),
        Standing::Guest => Err(Refused::Standing("guest")),
        Standing::Bot => Err(Refused::Standing("bot")),
        Standing::Stranger => Err(Refused::Standing("wrong_workspace")),
        Standing::Deactivated => Err(Refused::Standing("deactivated")),
    }
}

/// The session's id changes at sign-in, so that an id from before opens nothing.
async fn open_session(session: &Session, signed_in: &SignedIn) -> Result<(), Refused> {
    session.cycle_id().await.map_err(|_| Refused::SessionLost)?;
    session.clear().await;
    session.insert(PERSON, signed_in.person).await.map_err(|_| Refused::SessionLost)
}

fn destination(signed_in: &SignedIn, return_to: &str) -> String {
    if signed_in.is_admin && !signed_in.set_up {
        paths::WELCOME.to_owned()
    } else {
        return_to::safe(return_to).to_owned()
    }
}

/// Why somebody is not let in.
enum Refused {
    /// No attempt of this browser, or it is older than ten minutes, or used.
    NotStarted,
    /// The person did not agree on Slack's page.
    Denied,
    /// The exchange or the id_token failed.
    Slack(SignInError),
    /// Not a member of the workspace; the code of the sentence.
    Standing(&'static str),
    /// Slack does not answer.
    SlackAway,
    /// Slack no longer takes the bot's token, so that nobody's standing can be checked.
    BotToken,
    /// The database failed.
    Store(StoreError),
    /// The session could not be changed.
    SessionLost,
}

impl Refused {
    fn code(&self) -> &'static str {
        match self {
            Self::NotStarted => "expired",
            Self::Denied => "denied",
            Self::Slack(SignInError::OtherWorkspace) => "wrong_workspace",
            Self::Slack(SignInError::CodeRefused) => "expired",
            Self::Slack(error) if error.is_away() => "slack_away",
            Self::Slack(_) => "unchecked",
            Self::Standing(code) => code,
            Self::SlackAway => "slack_away",
            Self::BotToken => "bot_refused",
            Self::Store(_) | Self::SessionLost => "database_away",
        }
    }

    fn answer(self, state: &AppState) -> Response {
        let status = match &self {
            Self::Denied => return back_to_door("denied"),
            Self::Store(error) => return store_failed(error),
            Self::SessionLost => return crate::http::limits::away(),
            Self::NotStarted | Self::Slack(SignInError::CodeRefused) => StatusCode::BAD_REQUEST,
            Self::Slack(SignInError::OtherWorkspace) | Self::Standing(_) => StatusCode::FORBIDDEN,
            Self::SlackAway | Self::BotToken => StatusCode::SERVICE_UNAVAILABLE,
            Self::Slack(error) if error.is_away() => StatusCode::SERVICE_UNAVAILABLE,
            Self::Slack(error) if error.is_forged() => StatusCode::UNAUTHORIZED,
            Self::Slack(_) => StatusCode::BAD_GATEWAY,
        };
        if let Self::Slack(error) = &self {
            tracing::warn!(code = error.code(), "a sign-in was refused");
        }
        let says = words::sign_in_refused(self.code());
        let title = if status == StatusCode::FORBIDDEN {
            "You cannot come in with this account."
        } else {
            "You are not signed in."
        };
        Page { status, title, says, way_out: (paths::SIGN_IN, "Back to sign-in") }
            .response(&state.services.assets, &About::default())
    }
}

fn back_to_door(code: &str) -> Response {
    Redirect::to(&paths::with_query(paths::SIGN_IN, [("refused", code)])).into_response()
}

/// 256 random bits, URL-safe.
fn random_token() -> String {
    let bytes: [u8; 32] = rand::rng().random();
    URL_SAFE_NO_PAD.encode(bytes)
}

fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

fn browser_of(headers: &HeaderMap, cookies: CookieForm) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == cookies.browser)
        .map(|(_, value)| value.to_owned())
        .filter(|value| {
            value.len() == 43 && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        })
}

fn with_browser_cookie(mut response: Response, browser: &str, cookies: CookieForm) -> Response {
    let secure = if cookies.secure { "; Secure" } else { "" };
    let cookie =
        format!("{}={browser}; HttpOnly; SameSite=Lax{secure}; Path=/; Max-Age={ATTEMPT_SECONDS}", cookies.browser);
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}
