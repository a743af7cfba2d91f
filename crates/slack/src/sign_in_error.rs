//! Every way in which signing in can fail.

use std::time::Duration;

use jsonwebtoken::errors::{Error as JwtError, ErrorKind};

use crate::http_client::NoAnswer;

/// Why a sign-in was not completed. Nothing in it comes from the person's
/// token, so that it can be logged as it is.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignInError {
    /// Slack does not know the code: used before, older than ten minutes, or
    /// not made for us. Starting again helps.
    #[error("Slack does not take the code any more")]
    CodeRefused,
    /// Slack refused the exchange for another reason, by its own code, such as
    /// `bad_client_secret`. Somebody has to look at the configuration.
    #[error("Slack refused the exchange: {0}")]
    ExchangeRefused(String),
    /// Too many calls; Slack asks to wait so long.
    #[error("Slack asks to wait {} s", .0.as_secs())]
    RateLimited(Duration),
    /// Slack could not be reached in time, or answered with a server error.
    #[error("Slack is away")]
    Away(#[source] Option<reqwest::Error>),
    /// An answer of Slack's could not be understood; which one.
    #[error("Slack's answer could not be understood: {0}")]
    Unreadable(&'static str),
    /// The discovery document names another issuer, or an endpoint that is not
    /// https.
    #[error("Slack's own description of itself does not fit its address: {0}")]
    WrongProvider(&'static str),
    /// The exchange worked and brought no id_token.
    #[error("Slack sent no id_token")]
    NoIdToken,
    /// The id_token is not a signed token of three parts.
    #[error("the id_token is malformed")]
    Malformed,
    /// The id_token is signed with anything but RS256, or not at all.
    #[error("the id_token is not signed with RS256")]
    WrongAlgorithm,
    /// The id_token names a key that Slack does not publish, even when asked again.
    #[error("the id_token is signed with an unknown key")]
    UnknownKey,
    /// The signature does not fit the key.
    #[error("the id_token's signature is wrong")]
    WrongSignature,
    /// `iss` is not exactly Slack's address.
    #[error("the id_token is from another issuer")]
    WrongIssuer,
    /// `aud` is not exactly our client id.
    #[error("the id_token is for another application")]
    WrongAudience,
    /// `exp` is past.
    #[error("the id_token has expired")]
    Expired,
    /// `nonce` is missing or not the one sent.
    #[error("the id_token belongs to another sign-in")]
    WrongNonce,
    /// A claim that we need is missing; which one.
    #[error("the id_token has no {0}")]
    MissingClaim(&'static str),
    /// The person is of another workspace.
    #[error("the person belongs to another workspace")]
    OtherWorkspace,
}

impl SignInError {
    /// A short, stable name for pages, logs and metrics.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::CodeRefused => "code_refused",
            Self::ExchangeRefused(_) => "exchange_refused",
            Self::RateLimited(_) => "rate_limited",
            Self::Away(_) => "slack_away",
            Self::Unreadable(_) => "unreadable",
            Self::WrongProvider(_) => "wrong_provider",
            Self::NoIdToken => "no_id_token",
            Self::Malformed => "malformed",
            Self::WrongAlgorithm => "wrong_algorithm",
            Self::UnknownKey => "unknown_key",
            Self::WrongSignature => "wrong_signature",
            Self::WrongIssuer => "wrong_issuer",
            Self::WrongAudience => "wrong_audience",
            Self::Expired => "expired",
            Self::WrongNonce => "wrong_nonce",
            Self::MissingClaim(_) => "missing_claim",
            Self::OtherWorkspace => "other_workspace",
        }
    }

    /// Whether the id_token itself was not to be trusted: the answer is 401.
    #[must_use]
    pub fn is_forged(&self) -> bool {
        matches!(
            self,
            Self::NoIdToken
                | Self::Malformed
                | Self::WrongAlgorithm
                | Self::UnknownKey
                | Self::WrongSignature
                | Self::WrongIssuer
                | Self::WrongAudience
                | Self::Expired
                | Self::WrongNonce
                | Self::MissingClaim(_)
        )
    }

    /// Whether Slack is the trouble and trying again later helps: the answer is 503.
    #[must_use]
    pub fn is_away(&self) -> bool {
        matches!(self, Self::RateLimited(_) | Self::Away(_))
    }
}

impl From<NoAnswer> for SignInError {
    fn from(none: NoAnswer) -> Self {
        match none {
            NoAnswer::Unreachable(error) => Self::Away(Some(error)),
            NoAnswer::TooLong => Self::Unreadable("an answer that is too long"),
        }
    }
}

/// What the check of a signature, or of a claim beside it, found wrong.
impl From<JwtError> for SignInError {
    fn from(error: JwtError) -> Self {
        match error.kind() {
            ErrorKind::InvalidSignature => Self::WrongSignature,
            ErrorKind::InvalidAlgorithm | ErrorKind::InvalidAlgorithmName | ErrorKind::UnsupportedAlgorithm => {
                Self::WrongAlgorithm
            }
            ErrorKind::ExpiredSignature => Self::Expired,
            ErrorKind::InvalidIssuer => Self::WrongIssuer,
            ErrorKind::InvalidAudience => Self::WrongAudience,
            ErrorKind::MissingRequiredClaim(claim) => Self::MissingClaim(match claim.as_str() {
                "exp" => "exp",
                "iss" => "iss",
                "aud" => "aud",
                _ => "required claim",
            }),
            ErrorKind::InvalidRsaKey(_) | ErrorKind::InvalidKeyFormat => Self::Unreadable("the signing keys"),
            _ => Self::Malformed,
        }
    }
}
