//! The id_token: what must be true of it before a word of it is believed
//! (OpenID Connect Core 3.1.3.7, and Slack's own team claim).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde::Deserialize;

use crate::provider::Provider;
use crate::{Identity, SignInError};

/// What an id_token has to fit.
pub(crate) struct Expected<'a> {
    pub(crate) client_id: &'a str,
    pub(crate) nonce: &'a str,
    pub(crate) team_id: &'a str,
}

/// Checks the signature with Slack's published key, then issuer, audience,
/// expiry, nonce and team, each exactly; no leeway is given on the expiry,
/// since Slack's tokens live for five minutes.
pub(crate) async fn identity(
    token: &str,
    expected: &Expected<'_>,
    provider: &Provider,
) -> Result<Identity, SignInError> {
    let header = Header::of(token)?;
    if header.alg != "RS256" {
        return Err(SignInError::WrongAlgorithm);
    }
    let key = provider.key(&header.kid.ok_or(SignInError::UnknownKey)?).await?;
    let mut validation = Validation::new(Algorithm::RS256);
    validation.leeway = 0;
    validation.set_required_spec_claims(&["exp", "iss", "aud"]);
    validation.set_issuer(&[provider.issuer()]);
    validation.set_audience(&[expected.client_id]);
    let claims = decode::<Claims>(token, &DecodingKey::from_jwk(&key)?, &validation)?.claims;
    // The library takes a token that names us among others; we do not.
    if claims.iss != provider.issuer() {
        return Err(SignInError::WrongIssuer);
    }
    if !claims.aud.is_only(expected.client_id) {
        return Err(SignInError::WrongAudience);
    }
    if claims.nonce.as_deref() != Some(expected.nonce) {
        return Err(SignInError::WrongNonce);
    }
    let team_id = present(claims.team_id).ok_or(SignInError::MissingClaim("team"))?;
    if team_id != expected.team_id {
        return Err(SignInError::OtherWorkspace);
    }
    Ok(Identity {
        team_id,
        user_id: present(claims.user_id).ok_or(SignInError::MissingClaim("user"))?,
        email: present(claims.email),
        email_verified: claims.email_verified.unwrap_or(false),
        name: present(claims.name),
        picture: present(claims.picture),
        locale: present(claims.locale),
    })
}

/// The first part of a token, read by hand so that `none` and unknown
/// algorithms get an answer of their own.
#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
}

impl Header {
    fn of(token: &str) -> Result<Self, SignInError> {
        let first = token.split('.').next().unwrap_or_default();
        let bytes = URL_SAFE_NO_PAD.decode(first).map_err(|_| SignInError::Malformed)?;
        serde_json::from_slice(&bytes).map_err(|_| SignInError::Malformed)
    }
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: Audience,
    nonce: Option<String>,
    #[serde(rename = "https://slack.com/team_id")]
    team_id: Option<String>,
    #[serde(rename = "https://slack.com/user_id")]
    user_id: Option<String>,
    email: Option<String>,
    email_verified: Option<bool>,
    name: Option<String>,
    picture: Option<String>,
    locale: Option<String>,
}

/// One audience, or a list of them.
#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    fn is_only(&self, client_id: &str) -> bool {
        match self {
            Self::One(one) => one == client_id,
            Self::Many(many) => many.len() == 1 && many.iter().all(|one| one == client_id),
        }
    }
}

/// Slack sends an empty text where it has none.
fn present(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}
