//! What Slack publishes about itself: its endpoints and its signing keys.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use http::StatusCode;
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, JwkSet, PublicKeyUse};
use reqwest::Url;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::base::is_secure;
use crate::http_client::{retry_after, send};
use crate::{BaseUrl, SignInError};

/// How long endpoints and keys are used before they are asked for again. Slack
/// names no time of its own; an hour is what its documents suggest by example.
const FRESH: Duration = Duration::from_secs(3600);

/// The endpoints that the discovery document names.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Endpoints {
    issuer: String,
    pub(crate) authorization_endpoint: Url,
    pub(crate) token_endpoint: Url,
    jwks_uri: Url,
}

/// One Slack as an OpenID provider. Nothing is fetched before it is needed, so
/// that our start does not wait for Slack.
#[derive(Debug)]
pub(crate) struct Provider {
    base: BaseUrl,
    client: reqwest::Client,
    endpoints: Cached<Endpoints>,
    keys: Cached<JwkSet>,
}

impl Provider {
    pub(crate) fn new(base: BaseUrl, client: reqwest::Client) -> Self {
        Self { base, client, endpoints: Cached::default(), keys: Cached::default() }
    }

    pub(crate) fn issuer(&self) -> &str {
        self.base.issuer()
    }

    pub(crate) fn client(&self) -> &reqwest::Client {
        &self.client
    }

    /// The endpoints, cached for an hour. The document must name our base
    /// address as its issuer, exactly, and only secure endpoints.
    pub(crate) async fn endpoints(&self) -> Result<Arc<Endpoints>, SignInError> {
        if let Some(endpoints) = self.endpoints.fresh() {
            return Ok(endpoints);
        }
        let address = self.base.at("/.well-known/openid-configuration");
        let found: Endpoints = self.fetch(&address, "the discovery document").await?;
        if found.issuer != self.base.issuer() {
            return Err(SignInError::WrongProvider("it names another issuer"));
        }
        for endpoint in [&found.authorization_endpoint, &found.token_endpoint, &found.jwks_uri] {
            if !is_secure(endpoint) {
                return Err(SignInError::WrongProvider("an endpoint is not https"));
            }
        }
        Ok(self.endpoints.keep(found))
    }

    /// The key of this id, from the cache or, when it is not there, from Slack:
    /// asked once, so that a rotated key is found and a made-up one is not.
    pub(crate) async fn key(&self, id: &str) -> Result<Jwk, SignInError> {
        if let Some(key) = self.keys.fresh().and_then(|keys| signing_key(&keys, id)) {
            return Ok(key);
        }
        let address = self.endpoints().await?.jwks_uri.clone();
        let keys = self.keys.keep(self.fetch(address.as_str(), "the signing keys").await?);
        signing_key(&keys, id).ok_or(SignInError::UnknownKey)
    }

    async fn fetch<T: DeserializeOwned>(&self, address: &str, what: &'static str) -> Result<T, SignInError> {
        let answer = send(self.client.get(address)).await?;
        match answer.status {
            StatusCode::TOO_MANY_REQUESTS => Err(SignInError::RateLimited(retry_after(&answer.headers))),
            status if status.is_server_error() => Err(SignInError::Away(None)),
            status if status.is_success() => {
                serde_json::from_slice(&answer.body).map_err(|_| SignInError::Unreadable(what))
            }
            _ => Err(SignInError::Unreadable(what)),
        }
    }
}

/// An RSA key of this id that is meant for signatures.
fn signing_key(keys: &JwkSet, id: &str) -> Option<Jwk> {
    keys.find(id)
        .filter(|key| matches!(key.algorithm, AlgorithmParameters::RSA(_)))
        .filter(|key| matches!(key.common.public_key_use, None | Some(PublicKeyUse::Signature)))
        .cloned()
}

/// A value and when it came. The lock is never held over a call, so that a slow
/// Slack makes nobody queue behind somebody else.
#[derive(Debug)]
struct Cached<T>(Mutex<Option<(Instant, Arc<T>)>>);

impl<T> Default for Cached<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<T> Cached<T> {
    fn fresh(&self) -> Option<Arc<T>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref().filter(|(since, _)| since.elapsed() < FRESH).map(|(_, value)| Arc::clone(value))
    }

    fn keep(&self, value: T) -> Arc<T> {
        let value = Arc::new(value);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), Arc::clone(&value)));
        value
    }
}
