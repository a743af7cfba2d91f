//! What somebody typed is not lost. A plain form that a rule refuses is kept for them and
//! shown again by its page; one that could not be answered at all (signed out, too often,
//! the database away) is carried by the page that says so, with a button to send it again.

use app::ctx::CurrentPerson;
use app::refused::SentForm;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use domain::{Refusal, RequestId, Why};
use http::StatusCode;
use store::RefusedForm;
use url::Url;
use url::form_urlencoded;
use uuid::Uuid;

use super::errors::{FUNCTIONS, store_failed, wants_page};
use crate::AppState;

/// Parts of names whose fields are neither kept nor shown again. No form of ours has such
/// a field; one that comes must not have to remember this.
const NEVER: [&str; 5] = ["token", "secret", "password", "passphrase", "credential"];
/// More fields than any form of ours has.
const MOST_FIELDS: usize = 1_000;

/// A plain form as it came: where to, and what it carries.
#[derive(Clone)]
pub struct Typed {
    action: String,
    body: Bytes,
}

impl std::fmt::Debug for Typed {
    /// Without what was typed, which belongs in no log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Typed").field("action", &self.action).finish_non_exhaustive()
    }
}

impl Typed {
    /// Of a page's form to one of our functions; nothing for a script's request.
    pub fn of(request: &Request, body: &Bytes) -> Option<Self> {
        let action = request.uri().path();
        (action.starts_with(FUNCTIONS) && wants_page(request.headers()))
            .then(|| Self { action: action.to_owned(), body: body.clone() })
    }

    /// The form with everything in it and a button to send it again, where that helps.
    pub fn again(&self, status: StatusCode) -> Option<String> {
        if !matches!(status.as_u16(), 401 | 429 | 500 | 503) {
            return None;
        }
        let mut html = format!("<form method=\"post\" action=\"{}\">", escaped(&self.action));
        for (name, value) in self.fields() {
            html.push_str(&format!(
                "<input type=\"hidden\" name=\"{}\" value=\"{}\">",
                escaped(&name),
                escaped(&value)
            ));
        }
        html.push_str("<button class=\"button\">Send it again</button></form>");
        Some(html)
    }

    fn fields(&self) -> Vec<(String, String)> {
        let is_kept = |name: &str| !NEVER.iter().any(|never| name.to_ascii_lowercase().contains(never));
        form_urlencoded::parse(&self.body).into_owned().filter(|(name, _)| is_kept(name)).take(MOST_FIELDS).collect()
    }
}

/// Keeps a form that was refused for the person who sent it, before the answer sends them
/// back to its page. When it cannot be kept, the answer says so and carries it itself.
pub async fn keep(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let typed = request.extensions().get::<Typed>().cloned();
    let person = request.extensions().get::<CurrentPerson>().map(|person| person.viewer);
    let (Some(typed), Some(viewer)) = (typed, person) else { return next.run(request).await };
    let sent = SentForm::new(RequestId::from_uuid(Uuid::new_v4()));
    request.extensions_mut().insert(sent.clone());
    let response = next.run(request).await;
    let Some(error) = sent.refused() else { return response };
    let mut fields = typed.fields();
    if matches!(
        error,
        app::error::AppError::Refused { refusal: Refusal::Invalid { why: Why::AddressWithPassword, .. } }
    ) {
        fields.iter_mut().for_each(|(_, value)| without_password(value));
    }
    let form = RefusedForm { action: typed.action, fields, code: serde_json::to_string(error).unwrap_or_default() };
    match state.store.keep_refused_form(&viewer, sent.id(), form).await {
        Ok(()) => response,
        Err(error) => store_failed(&error),
    }
}

/// Takes the name and password out of a web address.
fn without_password(value: &mut String) {
    if let Ok(mut address) = Url::parse(value.trim())
        && address.password().is_some()
        && address.set_password(None).is_ok()
        && address.set_username("").is_ok()
    {
        *value = address.into();
    }
}

/// Text as an attribute's value.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(body: &'static str) -> Typed {
        Typed { action: "/api/x/save".into(), body: Bytes::from_static(body.as_bytes()) }
    }

    #[test]
    fn every_field_is_kept_but_secrets() {
        let fields = typed("title=a%26b&Bot_Token=x&note=%E6%97%A5%0D%0A&label[]=1&label[]=&secret_key=y").fields();
        let names: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(names, [("title", "a&b"), ("note", "日\r\n"), ("label[]", "1"), ("label[]", "")]);
    }

    #[test]
    fn a_form_is_sent_again_only_when_that_can_help_and_stays_a_form() {
        let html = typed("note=%22%3E%3Cscript%3E").again(StatusCode::SERVICE_UNAVAILABLE).unwrap();
        assert!(html.contains("value=\"&quot;&gt;&lt;script&gt;\"") && !html.contains("<script"), "{html}");
        for status in [StatusCode::FORBIDDEN, StatusCode::BAD_REQUEST, StatusCode::NOT_FOUND] {
            assert!(typed("a=b").again(status).is_none(), "{status}");
        }
    }

    #[test]
    fn a_password_in_an_address_is_left_out() {
        for (typed, kept) in [
            ("https://me:pass@logs.example/x", "https://logs.example/x"),
            ("https://logs.example/x?a=b:c@d", "https://logs.example/x?a=b:c@d"),
            ("not an address", "not an address"),
        ] {
            let mut value = typed.to_owned();
            without_password(&mut value);
            assert_eq!(value, kept);
        }
    }

    #[test]
    fn nothing_that_was_typed_is_written_to_a_log() {
        assert!(!format!("{:?}", typed("note=canary")).contains("canary"));
    }
}
