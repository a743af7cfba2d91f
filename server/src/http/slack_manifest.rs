//! The Slack app manifest of this installation: only what this version uses, so that
//! an admin who reads it agrees to nothing else.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::AppState;
use crate::auth::slack_login::CALLBACK;

/// What can be asked for.
#[derive(Debug, Deserialize)]
pub struct Asked {
    /// Where people will reach it; by default where they reach it now.
    #[serde(default)]
    address: String,
}

/// `GET /slack/manifest.json?address=`.
pub async fn manifest(
    State(state): State<AppState>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Json<Value>, StatusCode> {
    let Query(asked) = asked.map_err(|_| StatusCode::BAD_REQUEST)?;
    let address = state.services.installation.slack_address(&asked.address);
    Ok(Json(manifest_for(&address.map_err(|_| StatusCode::UNPROCESSABLE_ENTITY)?)))
}

/// Sign-in for people (`openid`, `email`, `profile`); for the bot the roster with zones
/// and addresses (`users:read`, `users:read.email`), posting (`chat:write`), and looking up
/// whether a message whose posting was cut off is there (`channels:history`).
pub fn manifest_for(address: &str) -> Value {
    json!({
        "display_information": {
            "name": "Sensible",
            "description": "Incidents, from the first word to the last lesson.",
            "background_color": "#1f2933"
        },
        "features": {
            "bot_user": { "display_name": "Sensible", "always_online": true },
            "app_home": { "messages_tab_enabled": true, "messages_tab_read_only_enabled": true }
        },
        "oauth_config": {
            "redirect_urls": [format!("{address}{CALLBACK}")],
            "scopes": {
                "user": ["openid", "email", "profile"],
                "bot": ["users:read", "users:read.email", "chat:write", "channels:history"]
            }
        },
        "settings": {
            "org_deploy_enabled": false,
            "socket_mode_enabled": false,
            "token_rotation_enabled": false
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_asks_for_what_is_used_and_nothing_else() {
        let manifest = manifest_for("https://incidents.example.com");
        assert_eq!(
            manifest["oauth_config"]["redirect_urls"],
            json!(["https://incidents.example.com/auth/slack/callback"])
        );
        assert_eq!(
            manifest["oauth_config"]["scopes"]["bot"],
            json!(["users:read", "users:read.email", "chat:write", "channels:history"])
        );
        let text = manifest.to_string();
        for unused in ["commands", "event_subscriptions", "interactivity", "channels:manage", "channels:read"] {
            assert!(!text.contains(unused), "{unused}");
        }
    }
}
