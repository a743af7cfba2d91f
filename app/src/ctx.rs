//! What a request brings along. The server puts [`Services`], [`CurrentPerson`],
//! [`RequestNonce`] and [`RequestMark`] into the request's extensions; pages and server
//! functions read them here and nowhere else.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use domain::text::Url;
use domain::zones::Zone;
use domain::{Refusal, Viewer, Why};
use http::request::Parts;
use http::{HeaderMap, HeaderName, StatusCode, header};
use leptos::prelude::{use_context, with_context};
use leptos_axum::ResponseOptions;
use store::{Store, StoreError};

use crate::error::AppError;
use crate::paths;
use crate::refused::{ANCHOR, SentForm};
use crate::words;

/// The long-lived parts that a page may use. One for the whole server.
#[derive(Clone)]
pub struct Services {
    /// The only way to the data.
    pub store: Store,
    /// The names of the built files.
    pub assets: Arc<Assets>,
    /// What the set-up page says about this installation.
    pub installation: Arc<Installation>,
    /// Starts the demo story again; only where the demo runs.
    pub reset_demo: Option<ResetDemo>,
}

/// The addresses of the built files, each with a hash in its name: the contents of
/// `site/manifest.json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize)]
pub struct Assets {
    /// The glue: `/pkg/app-….js`.
    pub js: String,
    /// The islands: `/pkg/app-….wasm`.
    pub wasm: String,
    /// The style: `/pkg/app-….css`.
    pub css: String,
    /// The style without what the incident list never shows.
    #[serde(default)]
    pub css_list: String,
    /// The style without what a homepage never shows.
    #[serde(default)]
    pub css_homepage: String,
    /// What these files hold, for the first page that a browser sees: on a slow network
    /// one more file is one more wait before anything can be read.
    #[serde(skip)]
    pub style: FirstStyle,
}

/// The style as it stands within the first page that a browser sees. Empty where no site
/// is built.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FirstStyle {
    /// Of any page.
    pub whole: String,
    /// Of the incident list.
    pub list: String,
    /// Of a homepage.
    pub homepage: String,
}

impl FirstStyle {
    /// What the page at an address needs.
    pub fn of(&self, path: &str) -> &str {
        let some = match path.strip_prefix(crate::paths::INCIDENTS) {
            Some("") => &self.list,
            Some(rest) if rest.len() > 1 && rest.rfind('/') == Some(0) => &self.homepage,
            _ => &self.whole,
        };
        if some.is_empty() { &self.whole } else { some }
    }
}

/// The cookie that says which style file the browser has kept. The islands' script sets
/// it, once the file is there.
pub const STYLE_KEPT: &str = "style";

/// Whether the browser says that it kept `css`.
pub fn has_kept(css: &str) -> bool {
    with_context::<Parts, _>(|parts| {
        let cookies = parts.headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        cookies
            .flat_map(|value| value.split("; "))
            .any(|pair| pair.split_once('=').is_some_and(|(name, kept)| name == STYLE_KEPT && kept == css))
    })
    .unwrap_or(false)
}

/// What this installation is made of, as far as an admin needs to know it. No secret.
#[derive(Clone, Debug, Default)]
pub struct Installation {
    /// Where people reach it: `https://incidents.example.com`.
    pub public_url: String,
    /// The fake Slack workspace runs beside it.
    pub fake_slack: bool,
    /// The private Postgres that comes along, instead of a `DATABASE_URL`.
    pub private_postgres: bool,
    /// The configured Slack workspace.
    pub slack_team_id: Option<String>,
    /// A bot token is set, so the roster is read and guests are checked.
    pub bot_token: bool,
    /// Makes the Slack app manifest for an address, as JSON to copy.
    pub slack_manifest: Option<fn(&str) -> String>,
}

impl Installation {
    /// What stands in the manifest while nobody has said where people will reach it.
    pub const EXAMPLE: &str = "https://incidents.example.com";

    /// The address that a Slack app is made for: the one that was `asked` for, or else this
    /// installation's own. Slack takes https only, so that the demo's is no use to it.
    pub fn slack_address(&self, asked: &str) -> Result<String, Refusal> {
        if asked.trim().is_empty() {
            let own = Some(self.public_url.as_str()).filter(|url| url.starts_with("https://"));
            return Ok(own.unwrap_or(Self::EXAMPLE).to_owned());
        }
        let refused = || Refusal::invalid("address", Why::NotAWebAddress);
        let url = Url::parse(asked).map_err(|_| refused())?;
        let host = url.as_str().strip_prefix("https://").ok_or_else(refused)?;
        let host = host.strip_suffix('/').unwrap_or(host);
        if host.contains(['/', '?', '#', '\\']) { Err(refused()) } else { Ok(format!("https://{host}")) }
    }
}

/// Starts the demo story again, from nothing.
pub type ResetDemo = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Result<(), StoreError>> + Send>> + Send + Sync>;

/// Whoever is signed in, read fresh with the session.
#[derive(Clone, Debug)]
pub struct CurrentPerson {
    /// Who asks.
    pub viewer: Viewer,
    /// The zone that every time is shown in: theirs, the company's or UTC, as they chose.
    pub zone: Zone,
}

/// The nonce of this answer's Content-Security-Policy.
#[derive(Clone, Debug)]
pub struct RequestNonce(pub Arc<str>);

/// The request's id, in the log and on an error page.
#[derive(Clone, Debug)]
pub struct RequestMark(pub Arc<str>);

/// Who asks, and with what: what each server function starts with.
#[derive(Clone)]
pub struct Ctx {
    /// The only way to the data.
    pub store: Store,
    /// Who asks.
    pub viewer: Viewer,
    /// The zone that every time is shown in.
    pub zone: Zone,
    /// The rest of the long-lived parts.
    pub services: Services,
}

/// The present request, of somebody who is signed in.
pub fn ctx() -> Result<Ctx, AppError> {
    let services: Services = extension().ok_or(AppError::Broken)?;
    let Some(person) = extension::<CurrentPerson>() else {
        return Err(told(AppError::SignedOut));
    };
    Ok(Ctx { store: services.store.clone(), viewer: person.viewer, zone: person.zone, services })
}

/// Something that the server put into the request's extensions.
pub fn extension<T: Clone + Send + Sync + 'static>() -> Option<T> {
    with_context::<Parts, _>(|parts| parts.extensions.get::<T>().cloned()).flatten()
}

/// The path and query of the present page, to come back to after a form.
pub fn here() -> String {
    with_context::<Parts, _>(|parts| parts.uri.path_and_query().map(|address| address.to_string()))
        .flatten()
        .unwrap_or_else(|| paths::INCIDENTS.into())
}

/// Sets the answer's status to the one that says the same as the error, and hands the
/// error on.
pub fn told(error: impl Into<AppError>) -> AppError {
    let error = error.into();
    set_status(&error);
    error
}

/// Sets the answer's status to the one that says the same as the error.
pub fn set_status(error: &AppError) {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    }
}

/// Answers a command. A plain form goes `back` to its page, which says that it is done, or
/// why not, with everything that was typed ([`crate::refused`]); a script gets the result
/// and its status.
pub fn settle<E: Into<AppError>>(outcome: Result<(), E>, back: &str, done: &'static str) -> Result<(), AppError> {
    let back = paths::own(back);
    match outcome {
        Ok(()) => {
            if is_form() {
                leptos_axum::redirect(&flash_address(back, "done", done));
            } else {
                say_done(done, back);
            }
            Ok(())
        }
        Err(error) => {
            let error = error.into();
            match extension::<SentForm>() {
                Some(form) => {
                    let page = back.split('#').next().unwrap_or(back);
                    let address = flash_address(page, "refused", &form.refuse(error));
                    leptos_axum::redirect(&format!("{address}#{ANCHOR}"));
                    Ok(())
                }
                None => Err(told(error)),
            }
        }
    }
}

/// Says to a script what is done, in words, and where a plain form would go.
fn say_done(code: &str, back: &str) {
    if let Some(response) = use_context::<ResponseOptions>() {
        let says = words::done(code).unwrap_or_default();
        response.insert_header(HeaderName::from_static("x-done"), words::in_a_header(says));
        response.insert_header(HeaderName::from_static("x-to"), words::in_a_header(back));
    }
}

/// What an address says once. The last two are Leptos' own, for a form that failed.
const FLASHES: [&str; 4] = ["done=", "refused=", "__err=", "__path="];

/// `back` with what is to be said there, in place of what was said before. An empty value
/// says nothing.
fn flash_address(back: &str, key: &str, value: &str) -> String {
    let (address, fragment) = back.split_once('#').map_or((back, None), |(address, rest)| (address, Some(rest)));
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let flash = paths::with_query("", [(key, value)]);
    let pairs: Vec<&str> = query
        .split('&')
        .filter(|pair| !FLASHES.iter().any(|flash| pair.starts_with(flash)))
        .chain(flash.strip_prefix('?'))
        .filter(|pair| !pair.is_empty())
        .collect();
    let mut address = path.to_owned();
    if !pairs.is_empty() {
        address.push('?');
        address.push_str(&pairs.join("&"));
    }
    if let Some(fragment) = fragment {
        address.push('#');
        address.push_str(fragment);
    }
    address
}

/// Whether the request came from a plain form, which wants a page for an answer.
fn is_form() -> bool {
    fn wants_page(headers: &HeaderMap) -> bool {
        headers
            .get(header::ACCEPT)
            .and_then(|accept| accept.to_str().ok())
            .is_some_and(|accept| accept.contains("text/html"))
    }
    with_context::<Parts, _>(|parts| wants_page(&parts.headers)).unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_said_before_is_not_said_again() {
        assert_eq!(flash_address("/profile", "done", "profile"), "/profile?done=profile");
        assert_eq!(flash_address("/incidents?q=x&done=demo#t", "done", ""), "/incidents?q=x#t");
        assert_eq!(flash_address("/incidents?", "done", ""), "/incidents");
        assert_eq!(flash_address("/incidents?__err=a&__path=b&q=x", "done", "demo"), "/incidents?q=x&done=demo");
        assert_eq!(
            flash_address("/settings/people?done=a&x=1&refused=b#p", "done", "person"),
            "/settings/people?x=1&done=person#p"
        );
    }
}
