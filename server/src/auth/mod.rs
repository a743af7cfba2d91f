//! Who somebody is: sessions, signing in with Slack, and the person of each request.

pub mod return_to;
pub mod session;
pub mod slack_login;
pub mod viewer;
