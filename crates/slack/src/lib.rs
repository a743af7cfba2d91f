//! Slack's protocol, and nothing else: signing in with Slack (OpenID Connect),
//! the few Web API methods that the product calls, and Slack's text format.
//!
//! Nothing here knows what an incident is, keeps anything in a database, or
//! decides who may do what. Secrets live in [`secrecy`] types and appear in no
//! `Debug` output, no error and no log line.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod base;
mod http_client;
mod id_token;
mod messages;
mod provider;
mod sign_in;
mod sign_in_error;
pub mod text;
mod users;
mod web_api;
mod web_api_error;

pub use base::{BadAddress, BaseUrl};
pub use messages::{Message, MessageUpdate, Posted, Search};
pub use reqwest::Url;
pub use secrecy::SecretString;
pub use sign_in::{Identity, SetUpError, SignIn, SignInConfig};
pub use sign_in_error::SignInError;
pub use users::{Standing, User};
pub use web_api::{Bot, WebApi};
pub use web_api_error::{Code, Remedy, SlackError};
