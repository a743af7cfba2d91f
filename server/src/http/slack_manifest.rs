//! The Slack app manifest of this installation: only what this version uses, so that
//! an admin who reads it agrees to nothing else.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};
use url::Url;

use crate::AppState;
use crate::auth::slack_login::CALLBACK;

/// `GET /slack/manifest.json`.
pub async fn manifest(State(state): State<AppState>) -> Json<Value> {
    Json(manifest_for(&state.config.public_url))
}

/// Sign-in for people (`openid`, `email`, `profile`); for the bot the roster with zones
/// (`users:read`), posting (`chat:write`), and looking up whether a message whose posting
/// was cut off is there (`channels:history`).
pub fn manifest_for(public_url: &Url) -> Value {
    let at = |path: &str| format!("{}{path}", public_url.origin().ascii_serialization());
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
            "redirect_urls": [at(CALLBACK)],
            "scopes": {
                "user": ["openid", "email", "profile"],
                "bot": ["users:read", "chat:write", "channels:history"]
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
        let manifest = manifest_for(&Url::parse("https://incidents.example.com/").unwrap());
        assert_eq!(
            manifest["oauth_config"]["redirect_urls"],
            json!(["https://incidents.example.com/auth/slack/callback"])
        );
        assert_eq!(manifest["oauth_config"]["scopes"]["bot"], json!(["users:read", "chat:write", "channels:history"]));
        let text = manifest.to_string();
        for unused in ["commands", "event_subscriptions", "interactivity", "channels:manage", "channels:read"] {
            assert!(!text.contains(unused), "{unused}");
        }
    }
}
