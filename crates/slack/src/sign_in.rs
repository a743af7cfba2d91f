//! Signing in with Slack: to Slack's page with [`SignIn::authorize_url`], back
//! with a code, and through [`SignIn::finish`] to a person we can trust.
//!
//! The caller makes `state` and `nonce` (at least 128 random bits each), binds
//! them to the browser, and lets each be used once within ten minutes. We are a
//! confidential client: no PKCE towards Slack, where switching it on would make
//! the application a public client for good.

use std::fmt;

use http::StatusCode;
use oauth2::basic::{BasicErrorResponse, BasicErrorResponseType, BasicTokenType};
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet, EndpointSet,
    ExtraTokenFields, HttpRequest, HttpResponse, RedirectUrl, RequestTokenError, Scope, StandardRevocableToken,
    StandardTokenResponse, TokenUrl,
};
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::base::is_secure;
use crate::http_client::{NoAnswer, client, retry_after, send};
use crate::id_token::{Expected, identity};
use crate::provider::{Endpoints, Provider};
use crate::{BadAddress, BaseUrl, SignInError};

/// How our application is known to Slack, and whom it lets in.
#[derive(Debug, Clone)]
pub struct SignInConfig {
    /// Slack's id of the application.
    pub client_id: String,
    /// Slack's secret of the application.
    pub client_secret: SecretString,
    /// Where Slack is.
    pub base_url: BaseUrl,
    /// Where Slack sends people back to: our callback, exactly as registered.
    pub redirect_url: Url,
    /// The one workspace whose people get in.
    pub team_id: String,
}

/// A person that Slack vouches for. The pair of `team_id` and `user_id` is who
/// they are; an e-mail address or a name never is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The workspace, always the configured one.
    pub team_id: String,
    /// The person's id in the workspace.
    pub user_id: String,
    /// The e-mail address, when Slack has one.
    pub email: Option<String>,
    /// Whether Slack has seen that the address is theirs.
    pub email_verified: bool,
    /// The name that they go by.
    pub name: Option<String>,
    /// The address of their picture.
    pub picture: Option<String>,
    /// Their language, such as `en-US` or `ja-JP`.
    pub locale: Option<String>,
}

/// Why sign-in cannot be set up with a configuration.
#[derive(Debug, thiserror::Error)]
pub enum SetUpError {
    /// Our own callback address is not to be used.
    #[error("the address that Slack sends people back to: {0}")]
    RedirectUrl(BadAddress),
    /// Something that Slack gives us is empty; which one.
    #[error("{0} is empty")]
    Empty(&'static str),
    /// The HTTP client does not start, most likely because this machine has no
    /// certificates of authorities.
    #[error("the HTTP client does not start")]
    HttpClient(#[source] reqwest::Error),
}

/// Sign-in with one Slack, for one workspace. Slack's endpoints and keys are
/// read when they are first needed and kept for an hour.
#[derive(Debug)]
pub struct SignIn {
    config: SignInConfig,
    provider: Provider,
}

impl SignIn {
    /// Checks the configuration; calls nobody.
    ///
    /// # Errors
    /// [`SetUpError`], which says what to mend.
    pub fn new(config: SignInConfig) -> Result<Self, SetUpError> {
        for (value, name) in [
            (config.client_id.as_str(), "the client id"),
            (config.client_secret.expose_secret(), "the client secret"),
            (config.team_id.as_str(), "the workspace's id"),
        ] {
            if value.trim().is_empty() {
                return Err(SetUpError::Empty(name));
            }
        }
        if !is_secure(&config.redirect_url) {
            return Err(SetUpError::RedirectUrl(BadAddress::NotSecure));
        }
        if config.redirect_url.fragment().is_some() {
            return Err(SetUpError::RedirectUrl(BadAddress::NotAnAddress));
        }
        let client = client(&config.base_url).map_err(SetUpError::HttpClient)?;
        let provider = Provider::new(config.base_url.clone(), client);
        Ok(Self { config, provider })
    }

    /// The address of Slack's page that asks the person to sign in. The
    /// workspace is named there only as a hint; [`finish`](Self::finish)
    /// enforces it.
    ///
    /// # Errors
    /// When Slack's endpoints are not known yet and cannot be read.
    pub async fn authorize_url(&self, state: &str, nonce: &str) -> Result<Url, SignInError> {
        let endpoints = self.provider.endpoints().await?;
        let state = state.to_owned();
        let (url, _) = self
            .client(&endpoints)
            .authorize_url(|| CsrfToken::new(state))
            .add_scopes(["openid", "profile", "email"].map(|scope| Scope::new(scope.to_owned())))
            .add_extra_param("nonce", nonce)
            .add_extra_param("team", &self.config.team_id)
            .url();
        Ok(url)
    }

    /// Exchanges the code that came back for the person, with one call to
    /// Slack and a full check of the id_token. The access token is thrown away:
    /// nothing needs it.
    ///
    /// # Errors
    /// [`SignInError`]; after any of them the sign-in has to start again.
    pub async fn finish(&self, code: &str, nonce: &str) -> Result<Identity, SignInError> {
        let endpoints = self.provider.endpoints().await?;
        // A client of its own for each exchange, so that the future may move between threads.
        let call = |request| {
            let client = self.provider.client().clone();
            async move { exchange(&client, request).await }
        };
        let answer = self
            .client(&endpoints)
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .request_async(&call)
            .await
            .map_err(refused)?;
        let token = answer.extra_fields().id_token.as_deref().ok_or(SignInError::NoIdToken)?;
        let expected = Expected { client_id: &self.config.client_id, nonce, team_id: &self.config.team_id };
        identity(token, &expected, &self.provider).await
    }

    fn client(&self, endpoints: &Endpoints) -> Client {
        oauth2::Client::new(ClientId::new(self.config.client_id.clone()))
            .set_client_secret(ClientSecret::new(self.config.client_secret.expose_secret().to_owned()))
            .set_auth_type(AuthType::RequestBody)
            .set_auth_uri(AuthUrl::from_url(endpoints.authorization_endpoint.clone()))
            .set_token_uri(TokenUrl::from_url(endpoints.token_endpoint.clone()))
            .set_redirect_uri(RedirectUrl::from_url(self.config.redirect_url.clone()))
    }
}

type Client = oauth2::Client<
    BasicErrorResponse,
    StandardTokenResponse<IdToken, BasicTokenType>,
    oauth2::basic::BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    oauth2::basic::BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// The field that OpenID Connect adds to OAuth's answer.
#[derive(Clone, Serialize, Deserialize)]
struct IdToken {
    id_token: Option<String>,
}

impl ExtraTokenFields for IdToken {}

impl fmt::Debug for IdToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdToken([redacted])")
    }
}

/// Sends the exchange over our own client. Slack says its refusals with
/// status 200 and `"ok": false`, which OAuth's rules do not know: they become
/// a 400, and the `error` beside is then read as OAuth's own.
async fn exchange(client: &reqwest::Client, request: HttpRequest) -> Result<HttpResponse, ExchangeError> {
    let (parts, body) = request.into_parts();
    let call = client.request(parts.method, parts.uri.to_string()).headers(parts.headers).body(body);
    let answer = send(call).await?;
    match answer.status {
        StatusCode::TOO_MANY_REQUESTS => return Err(ExchangeError::RateLimited(retry_after(&answer.headers))),
        status if status.is_server_error() => return Err(ExchangeError::ServerError),
        _ => {}
    }
    let refused = serde_json::from_slice::<OkFlag>(&answer.body).is_ok_and(|flag| flag.ok == Some(false));
    let mut response = HttpResponse::new(answer.body);
    *response.status_mut() = if refused { StatusCode::BAD_REQUEST } else { answer.status };
    *response.headers_mut() = answer.headers;
    Ok(response)
}

#[derive(Deserialize)]
struct OkFlag {
    ok: Option<bool>,
}

#[derive(Debug, thiserror::Error)]
enum ExchangeError {
    #[error(transparent)]
    NoAnswer(#[from] NoAnswer),
    #[error("Slack limits the rate")]
    RateLimited(std::time::Duration),
    #[error("Slack answered with a server error")]
    ServerError,
}

fn refused(error: RequestTokenError<ExchangeError, BasicErrorResponse>) -> SignInError {
    match error {
        RequestTokenError::Request(ExchangeError::NoAnswer(none)) => none.into(),
        RequestTokenError::Request(ExchangeError::RateLimited(wait)) => SignInError::RateLimited(wait),
        RequestTokenError::Request(ExchangeError::ServerError) => SignInError::Away(None),
        RequestTokenError::ServerResponse(answer) => match answer.error() {
            BasicErrorResponseType::InvalidGrant => SignInError::CodeRefused,
            BasicErrorResponseType::Extension(code) if code == "invalid_code" => SignInError::CodeRefused,
            code => SignInError::ExchangeRefused(crate::web_api_error::plain_code(code.as_ref())),
        },
        // The body is not named: it may hold a token.
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
            SignInError::Unreadable("the answer to the exchange")
        }
    }
}
