//! Slack's Web API, as the bot that an admin has installed.
//!
//! Every call is a POST of form fields, the one encoding that every method
//! takes, with the token in the `Authorization` header.

use http::{HeaderMap, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::http_client::{client, retry_after, send};
use crate::{BaseUrl, SetUpError, SlackError};

/// The Web API of one Slack with one bot token. Cheap to clone.
#[derive(Debug, Clone)]
pub struct WebApi {
    base: BaseUrl,
    token: SecretString,
    client: reqwest::Client,
}

/// Who the token says we are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bot {
    /// The workspace that the token belongs to.
    pub team_id: String,
    /// The workspace's name.
    pub team: String,
    /// The workspace's own address, such as `https://paperkite.slack.com/`.
    pub url: String,
    /// The bot as a person of the workspace.
    pub user_id: String,
    /// The bot's id beside that, which its messages carry; none for a token of
    /// a person's.
    pub bot_id: Option<String>,
    /// What the token may do, such as `users:read`; empty when Slack does not say.
    pub scopes: Vec<String>,
}

impl WebApi {
    /// Checks that an HTTP client can be made; calls nobody.
    ///
    /// # Errors
    /// [`SetUpError`], which says what to mend.
    pub fn new(base: BaseUrl, bot_token: SecretString) -> Result<Self, SetUpError> {
        if bot_token.expose_secret().trim().is_empty() {
            return Err(SetUpError::Empty("the bot token"));
        }
        let client = client(&base).map_err(SetUpError::HttpClient)?;
        Ok(Self { base, token: bot_token, client })
    }

    /// `auth.test`: whether the token works, whose it is, and what it may do.
    ///
    /// # Errors
    /// [`SlackError`].
    pub async fn auth_test(&self) -> Result<Bot, SlackError> {
        #[derive(Deserialize)]
        struct Found {
            team_id: String,
            #[serde(default)]
            team: String,
            #[serde(default)]
            url: String,
            user_id: String,
            bot_id: Option<String>,
        }
        let (found, headers) = self.call_with_headers::<Found>("auth.test", &[]).await?;
        let Found { team_id, team, url, user_id, bot_id } = found;
        Ok(Bot { team_id, team, url, user_id, bot_id, scopes: scopes(&headers) })
    }

    /// Calls a method and reads what it answers.
    pub(crate) async fn call<T: DeserializeOwned>(
        &self,
        method: &'static str,
        arguments: &[(&str, &str)],
    ) -> Result<T, SlackError> {
        Ok(self.call_with_headers(method, arguments).await?.0)
    }

    async fn call_with_headers<T: DeserializeOwned>(
        &self,
        method: &'static str,
        arguments: &[(&str, &str)],
    ) -> Result<(T, HeaderMap), SlackError> {
        let request = self
            .client
            .post(self.base.at(&format!("/api/{method}")))
            .bearer_auth(self.token.expose_secret())
            .form(arguments);
        let answer = send(request).await?;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            return Err(SlackError::RateLimited(retry_after(&answer.headers)));
        }
        if answer.status.is_server_error() {
            return Err(SlackError::Away(None));
        }
        let verdict: Verdict = serde_json::from_slice(&answer.body).map_err(|_| SlackError::Unreadable)?;
        if !verdict.ok {
            let code = verdict.error.as_deref().unwrap_or_default();
            let error = SlackError::from_code(code, retry_after(&answer.headers));
            tracing::warn!(
                method,
                %error,
                needed = verdict.needed.as_deref(),
                provided = verdict.provided.as_deref(),
                "Slack refused a call"
            );
            return Err(error);
        }
        let found = serde_json::from_slice(&answer.body).map_err(|_| SlackError::Unreadable)?;
        Ok((found, answer.headers))
    }
}

/// What every answer says first.
#[derive(Deserialize)]
struct Verdict {
    ok: bool,
    error: Option<String>,
    needed: Option<String>,
    provided: Option<String>,
}

fn scopes(headers: &HeaderMap) -> Vec<String> {
    let Some(list) = headers.get("x-oauth-scopes").and_then(|value| value.to_str().ok()) else {
        return Vec::new();
    };
    list.split(',').map(str::trim).filter(|scope| !scope.is_empty()).map(str::to_owned).collect()
}
