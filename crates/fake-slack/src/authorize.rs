//! Slack's page that asks who is signing in: here a picker of people.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use axum::Router;
use axum::extract::{Form, Query, State};
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::page::{banner, encode, escape, page, trouble};
use crate::world::PendingCode;
use crate::{Fake, Person};

/// What the application sends with a person; passed on by the form as it came.
const PARAMETERS: [&str; 7] = ["response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "team"];

type Parameters = BTreeMap<String, String>;

pub(crate) fn routes() -> Router<Fake> {
    Router::new().route("/openid/connect/authorize", get(ask).post(decide))
}

/// Why nobody is sent back to the application: Slack shows a page of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAuthorized {
    /// The address has no readable parameters.
    Unreadable,
    /// No application has this client id.
    UnknownClient,
    /// The application has not registered this address to send people back to.
    BadRedirectUri,
    /// Another response type than `code`.
    UnsupportedResponseType,
    /// The scopes lack `openid`, or have one that signing in does not know.
    InvalidScope,
    /// Nobody has this id.
    UnknownPerson,
}

impl std::fmt::Display for NotAuthorized {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Unreadable => "The address could not be read.",
            Self::UnknownClient => "No application has this client id (invalid_client_id).",
            Self::BadRedirectUri => "The application has not registered this redirect_uri (bad_redirect_uri).",
            Self::UnsupportedResponseType => "The response_type must be code (invalid_response_type).",
            Self::InvalidScope => "The scopes must be openid, profile and email, with spaces between (invalid_scope).",
            Self::UnknownPerson => "Nobody here has this id (user_not_found).",
        })
    }
}

impl std::error::Error for NotAuthorized {}

impl IntoResponse for NotAuthorized {
    fn into_response(self) -> Response {
        trouble(StatusCode::BAD_REQUEST, "Nobody can be signed in", &self.to_string())
    }
}

async fn ask(State(fake): State<Fake>, Query(parameters): Query<Parameters>) -> Response {
    if let Err(refusal) = check(&fake, &parameters) {
        return refusal.into_response();
    }
    let world = fake.world();
    let mut form = String::from("<form method=\"post\" action=\"/openid/connect/authorize\">");
    for name in PARAMETERS {
        if let Some(value) = parameters.get(name) {
            let _ = write!(form, "<input type=\"hidden\" name=\"{name}\" value=\"{}\">", escape(value));
        }
    }
    let people = &world.workspace.people;
    group(&mut form, "Good people to start with", people, |person| person.suggested && !person.is_outsider());
    group(&mut form, "Everybody else", people, |person| !person.suggested && !person.is_outsider());
    group(&mut form, "Must not get in", people, Person::is_outsider);
    form.push_str(
        "<p class=\"deny\"><button class=\"quiet\" name=\"deny\" value=\"1\" aria-describedby=\"deny-about\">Deny</button> \
         <span id=\"deny-about\">Goes back without signing in.</span></p></form>",
    );
    let name = escape(&world.workspace.name);
    let back = parameters.get("redirect_uri").map(|uri| escape(host(uri))).unwrap_or_default();
    let body = format!(
        "<main class=\"narrow\" id=\"main\">{}<h1>Sign in to {name}</h1>\
         <p class=\"lead\">The application at <b>{back}</b> wants to know your name, picture and e-mail address. \
         Who are you?</p>{form}</main>",
        banner()
    );
    page(StatusCode::OK, &format!("Sign in to {}", world.workspace.name), &body)
}

fn group(form: &mut String, heading: &str, people: &[Person], belongs: impl Fn(&Person) -> bool) {
    let mut people = people.iter().filter(|person| belongs(person)).peekable();
    if people.peek().is_none() {
        return;
    }
    let _ = write!(form, "<h2>{heading}</h2><ul class=\"picker\">");
    for person in people {
        let (id, name) = (escape(&person.id), escape(&person.name));
        let _ = write!(
            form,
            "<li><button name=\"person\" value=\"{id}\" aria-label=\"Sign in as {name}\" aria-describedby=\"about-{id}\">\
             <span class=\"initials\" aria-hidden=\"true\">{}</span>\
             <span class=\"who\"><span class=\"name\">Sign in as {name}</span>\
             <span class=\"about\" id=\"about-{id}\">{} · {}</span></span></button></li>",
            escape(&person.initials()),
            escape(&person.title),
            escape(person.city()),
        );
    }
    form.push_str("</ul>");
}

async fn decide(State(fake): State<Fake>, Form(parameters): Form<Parameters>) -> Response {
    let answer = if parameters.contains_key("deny") {
        check(&fake, &parameters).map(|()| deny(&parameters))
    } else {
        authorize(&fake, &parameters, parameters.get("person").map_or("", String::as_str))
    };
    match answer.map(|back| HeaderValue::from_str(&back)) {
        Ok(Ok(back)) => (StatusCode::FOUND, [(header::LOCATION, back)]).into_response(),
        Ok(Err(_)) => NotAuthorized::BadRedirectUri.into_response(),
        Err(refusal) => refusal.into_response(),
    }
}

/// See [`Running::pick`](crate::Running::pick).
pub(crate) fn pick(fake: &Fake, authorize_url: &str, person: &str) -> Result<String, NotAuthorized> {
    let uri: Uri = authorize_url.parse().map_err(|_| NotAuthorized::Unreadable)?;
    let Query(parameters) = Query::<Parameters>::try_from_uri(&uri).map_err(|_| NotAuthorized::Unreadable)?;
    authorize(fake, &parameters, person)
}

/// Gives a code and the address that the browser goes back to with it.
fn authorize(fake: &Fake, parameters: &Parameters, person: &str) -> Result<String, NotAuthorized> {
    check(fake, parameters)?;
    let mut world = fake.world();
    let person = world.workspace.person(person).ok_or(NotAuthorized::UnknownPerson)?.id.clone();
    let number = world.next_number();
    let code = format!("{}.fake-code-{number:04}", world.workspace.team_id);
    let pending = PendingCode {
        person,
        redirect_uri: parameter(parameters, "redirect_uri").to_owned(),
        nonce: parameters.get("nonce").cloned(),
        scopes: parameter(parameters, "scope").to_owned(),
        given: world.now(),
    };
    world.codes.insert(code.clone(), pending);
    Ok(back(parameters, &format!("code={}", encode(&code))))
}

fn deny(parameters: &Parameters) -> String {
    back(parameters, "error=access_denied")
}

fn back(parameters: &Parameters, result: &str) -> String {
    let uri = parameter(parameters, "redirect_uri");
    let join = if uri.contains('?') { '&' } else { '?' };
    match parameters.get("state") {
        Some(state) => format!("{uri}{join}{result}&state={}", encode(state)),
        None => format!("{uri}{join}{result}"),
    }
}

fn check(fake: &Fake, parameters: &Parameters) -> Result<(), NotAuthorized> {
    let world = fake.world();
    if parameter(parameters, "client_id") != world.options.client_id {
        return Err(NotAuthorized::UnknownClient);
    }
    if !may_go_back_to(parameter(parameters, "redirect_uri"), &world.options.redirect_urls) {
        return Err(NotAuthorized::BadRedirectUri);
    }
    if parameter(parameters, "response_type") != "code" {
        return Err(NotAuthorized::UnsupportedResponseType);
    }
    let scopes: Vec<&str> = parameter(parameters, "scope").split_whitespace().collect();
    if !scopes.contains(&"openid") || scopes.iter().any(|scope| !["openid", "profile", "email"].contains(scope)) {
        return Err(NotAuthorized::InvalidScope);
    }
    Ok(())
}

/// Exactly a registered address or one below it, and never with a fragment.
fn may_go_back_to(uri: &str, registered: &[String]) -> bool {
    if uri.contains('#') {
        return false;
    }
    let Ok(parsed) = uri.parse::<Uri>() else { return false };
    if registered.is_empty() {
        let here = matches!(parsed.host(), Some("127.0.0.1" | "localhost" | "[::1]"));
        return parsed.scheme_str() == Some("https") || (parsed.scheme_str() == Some("http") && here);
    }
    registered.iter().any(|known| {
        uri.strip_prefix(known.trim_end_matches('/'))
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
    })
}

fn parameter<'a>(parameters: &'a Parameters, name: &str) -> &'a str {
    parameters.get(name).map_or("", String::as_str)
}

fn host(uri: &str) -> &str {
    let rest = uri.split_once("://").map_or(uri, |(_, rest)| rest);
    rest.split(['/', '?']).next().unwrap_or(rest)
}
