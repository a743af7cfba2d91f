//! Every way in which a call of Slack's Web API can fail.

use std::fmt;
use std::time::Duration;

use crate::http_client::NoAnswer;

/// Why a call did not do what was asked. A code that we have no name for is
/// kept as it came, and is no reason to panic.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SlackError {
    /// Slack asks to wait so long before this method is called again.
    #[error("Slack asks to wait {} s", .0.as_secs())]
    RateLimited(Duration),
    /// Slack refused, by a code that we know.
    #[error("Slack refused: {0}")]
    Known(Code),
    /// Slack refused, by a code that we have no name for.
    #[error("Slack refused: {0}")]
    Other(String),
    /// Slack could not be reached in time, or answered with a server error. A
    /// message may have been posted all the same.
    #[error("Slack is away")]
    Away(#[source] Option<reqwest::Error>),
    /// The answer could not be understood. As with `Away`, the call may have
    /// worked.
    #[error("Slack's answer could not be understood")]
    Unreadable,
}

/// What to do about a failed call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Wait so long, then call this method again.
    Wait(Duration),
    /// Try again, more slowly each time; it may have half happened.
    TryAgain,
    /// The token or its scopes are at fault: call nothing more, and tell an admin.
    MendInstallation,
    /// This call will never work as it is; leave it, and go on with others.
    GiveUp,
}

impl SlackError {
    /// What to do about it.
    #[must_use]
    pub fn remedy(&self) -> Remedy {
        match self {
            Self::RateLimited(wait) => Remedy::Wait(*wait),
            Self::Away(_) | Self::Unreadable => Remedy::TryAgain,
            Self::Known(code) => code.remedy(),
            Self::Other(_) => Remedy::GiveUp,
        }
    }

    /// A short code for it: Slack's own, or ours. Never a text of somebody's, never a secret.
    #[must_use]
    pub fn code(&self) -> String {
        match self {
            Self::RateLimited(_) => "rate_limited".to_owned(),
            Self::Known(code) => code.as_str().to_owned(),
            Self::Other(code) => code.clone(),
            Self::Away(_) => "away".to_owned(),
            Self::Unreadable => "unreadable".to_owned(),
        }
    }

    /// Whether what was asked for may have been done all the same.
    #[must_use]
    pub fn is_unsure(&self) -> bool {
        matches!(self, Self::Away(_) | Self::Unreadable) || self.remedy() == Remedy::TryAgain
    }

    /// From the `error` of an answer that is not ok.
    pub(crate) fn from_code(code: &str, wait: Duration) -> Self {
        match code {
            "ratelimited" | "rate_limited" => Self::RateLimited(wait),
            code => Code::parse(code).map_or_else(|| Self::Other(plain_code(code)), Self::Known),
        }
    }
}

impl From<NoAnswer> for SlackError {
    fn from(none: NoAnswer) -> Self {
        match none {
            NoAnswer::Unreachable(error) => Self::Away(Some(error)),
            NoAnswer::TooLong => Self::Unreadable,
        }
    }
}

/// Makes sure that a code from outside is one: short, and of lower-case
/// letters, digits and underscores. Anything else becomes `unknown`.
pub(crate) fn plain_code(code: &str) -> String {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let fits = !code.is_empty() && code.len() <= 64 && code.chars().all(plain);
    if fits { code } else { "unknown" }.to_owned()
}

macro_rules! codes {
    ($($name:ident $code:literal $remedy:ident,)*) => {
        /// The codes of Slack's that mean something to us.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = concat!("Slack's `", $code, "`.")] $name,)*
        }

        impl Code {
            fn parse(code: &str) -> Option<Self> {
                match code {
                    $($code => Some(Self::$name),)*
                    _ => None,
                }
            }

            /// The code as Slack writes it.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }

            /// What to do about it.
            #[must_use]
            pub fn remedy(self) -> Remedy {
                match self {
                    $(Self::$name => Remedy::$remedy,)*
                }
            }
        }
    };
}

codes! {
    NotAuthed "not_authed" MendInstallation,
    InvalidAuth "invalid_auth" MendInstallation,
    AccountInactive "account_inactive" MendInstallation,
    TokenRevoked "token_revoked" MendInstallation,
    TokenExpired "token_expired" MendInstallation,
    MissingScope "missing_scope" MendInstallation,
    NoPermission "no_permission" MendInstallation,
    NotAllowedTokenType "not_allowed_token_type" MendInstallation,
    OrgLoginRequired "org_login_required" MendInstallation,
    TeamAddedToOrg "team_added_to_org" MendInstallation,
    EkmAccessDenied "ekm_access_denied" MendInstallation,
    EnterpriseIsRestricted "enterprise_is_restricted" MendInstallation,
    AccessDenied "access_denied" MendInstallation,
    AccessLimited "accesslimited" MendInstallation,
    TwoFactorSetupRequired "two_factor_setup_required" MendInstallation,
    InternalError "internal_error" TryAgain,
    FatalError "fatal_error" TryAgain,
    ServiceUnavailable "service_unavailable" TryAgain,
    RequestTimeout "request_timeout" TryAgain,
    UpdateFailed "update_failed" TryAgain,
    UserNotFound "user_not_found" GiveUp,
    UserNotVisible "user_not_visible" GiveUp,
    LimitRequired "limit_required" GiveUp,
    InvalidCursor "invalid_cursor" GiveUp,
    ChannelNotFound "channel_not_found" GiveUp,
    NotInChannel "not_in_channel" GiveUp,
    IsArchived "is_archived" GiveUp,
    IsInactive "is_inactive" GiveUp,
    NoText "no_text" GiveUp,
    InvalidBlocks "invalid_blocks" GiveUp,
    InvalidBlocksFormat "invalid_blocks_format" GiveUp,
    MsgBlocksTooLong "msg_blocks_too_long" GiveUp,
    MsgTooLong "msg_too_long" GiveUp,
    BlockMismatch "block_mismatch" GiveUp,
    RestrictedAction "restricted_action" GiveUp,
    RestrictedActionReadOnlyChannel "restricted_action_read_only_channel" GiveUp,
    MessagesTabDisabled "messages_tab_disabled" GiveUp,
    MessageNotFound "message_not_found" GiveUp,
    CantUpdateMessage "cant_update_message" GiveUp,
    CantDeleteMessage "cant_delete_message" GiveUp,
    ThreadNotFound "thread_not_found" GiveUp,
    EditWindowClosed "edit_window_closed" GiveUp,
    InvalidArguments "invalid_arguments" GiveUp,
    InvalidArgName "invalid_arg_name" GiveUp,
    InvalidFormData "invalid_form_data" GiveUp,
    InvalidPostType "invalid_post_type" GiveUp,
    InvalidCharset "invalid_charset" GiveUp,
    MissingArgument "missing_argument" GiveUp,
    UnknownMethod "unknown_method" GiveUp,
    MethodDeprecated "method_deprecated" GiveUp,
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAIT: Duration = Duration::from_secs(7);

    #[test]
    fn codes_known_and_unknown_are_told_apart() {
        assert!(matches!(SlackError::from_code("token_revoked", WAIT), SlackError::Known(Code::TokenRevoked)));
        assert!(matches!(SlackError::from_code("ratelimited", WAIT), SlackError::RateLimited(WAIT)));
        assert!(
            matches!(SlackError::from_code("brand_new_2027", WAIT), SlackError::Other(code) if code == "brand_new_2027")
        );
    }

    #[test]
    fn what_is_no_code_is_not_repeated() {
        for strange in ["", "<script>", "Two Words", "xoxb-1-secret", &"a".repeat(65)] {
            assert!(
                matches!(SlackError::from_code(strange, WAIT), SlackError::Other(code) if code == "unknown"),
                "{strange}"
            );
        }
    }
}
