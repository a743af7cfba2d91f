//! What can go wrong, as it travels: codes and safe parameters, never prose. The words
//! are in [`crate::words`].

use domain::Refusal;
use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

/// The answer of a page or a server function that did not work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "error", rename_all = "snake_case")]
pub enum AppError {
    /// Nobody is signed in.
    SignedOut,
    /// A rule said no; the refusal carries its own code.
    Refused {
        /// Which rule, and what it needs to say so.
        refusal: Refusal,
    },
    /// The request cannot be read at all: a parameter is missing or of the wrong kind.
    BadRequest,
    /// Too many requests of one person.
    TooMany,
    /// The database cannot be reached. Nothing is lost; try again.
    Away,
    /// Our mistake. It is in the log, under the request's id.
    Broken,
}

impl AppError {
    /// A stable code, for the log and for tests.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::Refused { refusal } => refusal.code(),
            Self::BadRequest => "bad_request",
            Self::TooMany => "too_many",
            Self::Away => "away",
            Self::Broken => "broken",
        }
    }

    /// The HTTP status that says the same.
    pub const fn status(&self) -> u16 {
        match self {
            Self::SignedOut => 401,
            Self::Refused { refusal } => match refusal {
                Refusal::NotFound => 404,
                Refusal::NotAllowed => 403,
                Refusal::Conflict { .. } | Refusal::Taken { .. } | Refusal::RequestReused => 409,
                _ => 422,
            },
            Self::BadRequest => 400,
            Self::TooMany => 429,
            Self::Away => 503,
            Self::Broken => 500,
        }
    }

    /// Nothing is here, or it is not for the asker to know.
    pub const fn not_found() -> Self {
        Self::Refused { refusal: Refusal::NotFound }
    }
}

impl From<Refusal> for AppError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused { refusal }
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    /// What the transport found wrong. Its text may quote the request, so it goes to the
    /// log at most.
    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        let said = match error {
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) | ServerFnErrorErr::Deserialization(_) => {
                Self::BadRequest
            }
            ServerFnErrorErr::Request(_) => Self::Away,
            _ => Self::Broken,
        };
        crate::ctx::set_status(&said);
        said
    }
}

impl From<store::StoreError> for AppError {
    /// Keeps the code; what the database said goes to the log.
    fn from(error: store::StoreError) -> Self {
        match error {
            store::StoreError::Refused(refusal) => Self::Refused { refusal },
            store::StoreError::Away(source) => {
                tracing::warn!(error = %source, "the database is away");
                Self::Away
            }
            store::StoreError::Broken(source) => {
                tracing::error!(error = %source, "the database answered with an error");
                Self::Broken
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Why;

    #[test]
    fn each_code_has_its_status() {
        let refused = |refusal: Refusal| AppError::from(refusal).status();
        assert_eq!(refused(Refusal::NotFound), 404);
        assert_eq!(refused(Refusal::NotAllowed), 403);
        assert_eq!(refused(Refusal::taken("name")), 409);
        assert_eq!(refused(Refusal::invalid("name", Why::Empty)), 422);
        assert_eq!(AppError::Away.status(), 503);
    }

    #[test]
    fn what_travels_is_codes() {
        let error = AppError::from(Refusal::invalid("name", Why::TooLong { most: 200 }));
        let json = serde_json::to_string(&error).unwrap();
        assert_eq!(
            json,
            r#"{"error":"refused","refusal":{"code":"invalid","field":"name","why":{"code":"too_long","most":200}}}"#
        );
        assert_eq!(serde_json::from_str::<AppError>(&json).unwrap(), error);
    }

    #[test]
    fn the_transports_text_is_not_repeated() {
        let error = AppError::from_server_fn_error(ServerFnErrorErr::Args("secret".into()));
        assert_eq!(error, AppError::BadRequest);
        assert!(!serde_json::to_string(&error).unwrap().contains("secret"));
    }
}
