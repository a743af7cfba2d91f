//! What is wrong with the next sign-ins.

use serde::{Deserialize, Serialize};

use crate::keys::Signing;

/// What the token endpoint does, until it is set again. Each but `normal` has
/// to end in a refusal on the other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Everything as Slack does it.
    #[default]
    Normal,
    /// Status 200 and `{"ok": false, "error": "invalid_code"}`.
    TokenRefused,
    /// The token is for a person of another workspace.
    WrongTeam,
    /// The token is for another application.
    WrongAudience,
    /// The token is for us and another application.
    TwoAudiences,
    /// The token is from another issuer.
    WrongIssuer,
    /// The token carries another nonce.
    WrongNonce,
    /// The token carries no nonce.
    MissingNonce,
    /// The token expired a minute ago.
    Expired,
    /// The token is signed with a key that is not published.
    UnknownKey,
    /// The token is signed with another key under the published key's id.
    WrongSignature,
    /// The token is signed with HS256 and the public key.
    Hs256,
    /// The token is not signed.
    AlgNone,
    /// The token names no workspace.
    MissingTeam,
    /// The token names no person.
    MissingUser,
    /// The answer has no id_token.
    MissingIdToken,
    /// The e-mail address is not verified. (This one may sign in.)
    UnverifiedEmail,
}

impl Mode {
    /// Every mode, in the order of the page that lists them.
    pub const ALL: [Self; 17] = [
        Self::Normal,
        Self::TokenRefused,
        Self::WrongTeam,
        Self::WrongAudience,
        Self::TwoAudiences,
        Self::WrongIssuer,
        Self::WrongNonce,
        Self::MissingNonce,
        Self::Expired,
        Self::UnknownKey,
        Self::WrongSignature,
        Self::Hs256,
        Self::AlgNone,
        Self::MissingTeam,
        Self::MissingUser,
        Self::MissingIdToken,
        Self::UnverifiedEmail,
    ];

    pub(crate) fn signing(self) -> Signing {
        match self {
            Self::UnknownKey => Signing::UnknownKey,
            Self::WrongSignature => Signing::WrongKey,
            Self::Hs256 => Signing::Hs256,
            Self::AlgNone => Signing::None,
            _ => Signing::Right,
        }
    }

    /// Spoils an otherwise good set of claims.
    pub(crate) fn spoil(self, claims: &mut serde_json::Map<String, serde_json::Value>) {
        let mut say = |claim: &str, value: serde_json::Value| {
            claims.insert(claim.to_owned(), value);
        };
        match self {
            Self::WrongTeam => say("https://slack.com/team_id", "T0ELSEWHERE".into()),
            Self::WrongAudience => say("aud", "another-application".into()),
            Self::TwoAudiences => {
                let ours = claims.get("aud").cloned().unwrap_or_default();
                claims.insert("aud".to_owned(), vec![ours, "another-application".into()].into());
            }
            Self::WrongIssuer => say("iss", "https://slack.example".into()),
            Self::WrongNonce => say("nonce", "somebody-elses-nonce".into()),
            Self::Expired => {
                let now = claims.get("iat").and_then(serde_json::Value::as_i64).unwrap_or_default();
                claims.insert("iat".to_owned(), (now - 360).into());
                claims.insert("auth_time".to_owned(), (now - 360).into());
                claims.insert("exp".to_owned(), (now - 60).into());
            }
            Self::UnverifiedEmail => say("email_verified", false.into()),
            Self::MissingNonce => drop(claims.remove("nonce")),
            Self::MissingTeam => drop(claims.remove("https://slack.com/team_id")),
            Self::MissingUser => drop(claims.remove("https://slack.com/user_id")),
            _ => {}
        }
    }
}
