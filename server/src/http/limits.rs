//! Limits of rate and time. They count people, not machines: a person by their id,
//! somebody unknown by the right-most address that no proxy of ours wrote.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use app::ctx::CurrentPerson;
use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use domain::PersonId;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use ipnet::IpNet;

use super::access;
use super::csrf::is_changing;

/// Writes how far somebody has looked. The page says it by itself.
const LOOKED: &str = "/api/incidents/looked";

/// How much of what.
#[derive(Debug, Clone, Copy)]
pub struct LimitSettings {
    /// Changes of one person a minute. Ten notes in ten seconds are far below.
    pub writes_a_minute: NonZeroU32,
    /// What a person's pages ask by POST without changing anything, a minute: each tab with
    /// the list asks at most once a second while things happen, and typing asks too.
    pub reads_a_minute: NonZeroU32,
    /// Streams that one person opens a minute. A browser opens one with each page that it
    /// opens alone, and again when it was cut.
    pub streams_a_minute: NonZeroU32,
    /// Started sign-ins from one address a minute.
    pub sign_ins_a_minute: NonZeroU32,
    /// Requests of people who are not signed in, from one address, a minute.
    pub anonymous_a_minute: NonZeroU32,
    /// What a person at this very machine may do more often than that.
    pub local_factor: NonZeroU32,
    /// How long a page or a function may take; then 503. Writes finish anyway.
    pub page_time: Duration,
    /// How long the way back from Slack may take: it asks Slack twice.
    pub sign_in_time: Duration,
}

impl Default for LimitSettings {
    fn default() -> Self {
        Self {
            writes_a_minute: n(120),
            reads_a_minute: n(600),
            streams_a_minute: n(600),
            // A whole office comes from one address, all at once when an incident is announced.
            sign_ins_a_minute: n(120),
            anonymous_a_minute: n(300),
            local_factor: n(20),
            page_time: Duration::from_millis(2_100),
            sign_in_time: Duration::from_secs(20),
        }
    }
}

const fn n(number: u32) -> NonZeroU32 {
    match NonZeroU32::new(number) {
        Some(number) => number,
        None => NonZeroU32::MIN,
    }
}

/// Who is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Counted {
    Person(PersonId),
    Address(IpAddr),
}

/// The counters. Clones share them.
#[derive(Clone)]
pub struct Limits {
    settings: LimitSettings,
    trusted_proxies: Arc<[IpNet]>,
    writes: Arc<DefaultKeyedRateLimiter<Counted>>,
    reads: Arc<DefaultKeyedRateLimiter<Counted>>,
    streams: Arc<DefaultKeyedRateLimiter<Counted>>,
    sign_ins: Arc<DefaultKeyedRateLimiter<Counted>>,
    anonymous: Arc<DefaultKeyedRateLimiter<Counted>>,
    local_sign_ins: Arc<DefaultKeyedRateLimiter<Counted>>,
    local_anonymous: Arc<DefaultKeyedRateLimiter<Counted>>,
}

impl std::fmt::Debug for Limits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Limits").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Limits {
    /// Counters that start empty.
    pub fn new(settings: LimitSettings, trusted_proxies: &[IpNet]) -> Self {
        let counter = |each_minute: NonZeroU32| Arc::new(RateLimiter::keyed(Quota::per_minute(each_minute)));
        let local = |each_minute: NonZeroU32| counter(each_minute.saturating_mul(settings.local_factor));
        Self {
            settings,
            trusted_proxies: trusted_proxies.into(),
            writes: counter(settings.writes_a_minute),
            reads: counter(settings.reads_a_minute),
            streams: counter(settings.streams_a_minute),
            sign_ins: counter(settings.sign_ins_a_minute),
            anonymous: counter(settings.anonymous_a_minute),
            local_sign_ins: local(settings.sign_ins_a_minute),
            local_anonymous: local(settings.anonymous_a_minute),
        }
    }

    /// Forgets whoever has been quiet. The sweeper calls it.
    pub fn forget_the_quiet(&self) {
        let people = [&self.writes, &self.reads, &self.streams];
        let addresses = [&self.sign_ins, &self.anonymous, &self.local_sign_ins, &self.local_anonymous];
        for counter in people.into_iter().chain(addresses) {
            counter.retain_recent();
        }
    }

    fn check(&self, request: &Request) -> Result<(), Duration> {
        let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
        if route.is_some_and(is_never_counted) {
            return Ok(());
        }
        let address = client_address(request, &self.trusted_proxies);
        let key = Counted::Address(network_of(address));
        let is_local = address.is_loopback();
        if route == Some(app::paths::SLACK_START) {
            return spend(if is_local { &self.local_sign_ins } else { &self.sign_ins }, &key);
        }
        match request.extensions().get::<CurrentPerson>() {
            Some(current) if is_changing(request.method()) => {
                let counter = if only_reads(route, request) { &self.reads } else { &self.writes };
                spend(counter, &Counted::Person(current.viewer.person))
            }
            Some(current) if route == Some(app::paths::LIVE) => {
                spend(&self.streams, &Counted::Person(current.viewer.person))
            }
            Some(_) => Ok(()),
            None => spend(if is_local { &self.local_anonymous } else { &self.anonymous }, &key),
        }
    }
}

/// Whether a POST is a page's own question, not something that somebody does. An open page
/// asks while others work; it must not use up what its person may write.
fn only_reads(route: Option<&str>, request: &Request) -> bool {
    let entry = route.and_then(|route| access::entry(route, request.method()));
    entry.is_some_and(|entry| !entry.writes || entry.path == LOOKED)
}

fn spend(counter: &DefaultKeyedRateLimiter<Counted>, key: &Counted) -> Result<(), Duration> {
    counter.check_key(key).map_err(|refused| refused.wait_time_from(DefaultClock::default().now()))
}

/// Files and health are cheap, and a proxy or a browser asks for them often.
fn is_never_counted(route: &str) -> bool {
    route.starts_with("/pkg/") || route.starts_with("/icons/") || matches!(route, "/healthz" | "/readyz")
}

/// Answers 429 with `Retry-After` to who asks too often.
pub async fn rate(State(limits): State<Limits>, request: Request, next: Next) -> Response {
    match limits.check(&request) {
        Ok(()) => next.run(request).await,
        Err(wait) => too_often(wait),
    }
}

fn too_often(wait: Duration) -> Response {
    let mut response = StatusCode::TOO_MANY_REQUESTS.into_response();
    let seconds = wait.as_secs().saturating_add(1);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// Answers 503 when a request takes too long. Nothing is lost by it: a write goes on
/// in its own task, and the same request id gives its answer.
pub async fn time(State(limits): State<Limits>, request: Request, next: Next) -> Response {
    let is_way_back = request.uri().path() == crate::auth::slack_login::CALLBACK;
    let allowed = if is_way_back { limits.settings.sign_in_time } else { limits.settings.page_time };
    match tokio::time::timeout(allowed, next.run(request)).await {
        Ok(response) => response,
        Err(_) => away(),
    }
}

/// 503 with `Retry-After: 1`: what waits for the database says.
pub fn away() -> Response {
    let mut response = StatusCode::SERVICE_UNAVAILABLE.into_response();
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    response
}

fn client_address(request: &Request, trusted: &[IpNet]) -> IpAddr {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |ConnectInfo(peer)| peer.ip().to_canonical());
    rightmost_untrusted(peer, request.headers(), trusted)
}

/// Walks `X-Forwarded-For` from the right while its writers are proxies of ours.
/// The first entry is whatever the client wrote, so it is never taken by itself.
fn rightmost_untrusted(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|net| net.contains(address));
    let mut client = peer;
    // Bytes, not text: one odd byte of the client's must not hide what the proxy added to it.
    let entries: Vec<&[u8]> = headers
        .get_all("x-forwarded-for")
        .iter()
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b','))
        .collect();
    for entry in entries.into_iter().rev() {
        if !is_trusted(&client) {
            break;
        }
        let Some(address) = std::str::from_utf8(entry).ok().and_then(|entry| entry.trim().parse::<IpAddr>().ok())
        else {
            break;
        };
        client = address.to_canonical();
    }
    client
}

/// An IPv6 household has a whole /64, so it is counted as one.
fn network_of(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forwarded(values: &[&str]) -> HeaderMap {
        values
            .iter()
            .map(|value| {
                (http::HeaderName::from_static("x-forwarded-for"), HeaderValue::from_bytes(value.as_bytes()).unwrap())
            })
            .collect()
    }

    #[test]
    fn the_client_is_the_rightmost_address_that_no_proxy_of_ours_has() {
        let proxy: IpAddr = "10.0.0.2".parse().unwrap();
        let nets: Vec<IpNet> = vec!["10.0.0.0/8".parse().unwrap()];
        for (headers, expected) in [
            (vec![], "10.0.0.2"),
            (vec!["203.0.113.9"], "203.0.113.9"),
            (vec!["1.1.1.1, 203.0.113.9"], "203.0.113.9"),
            (vec!["1.1.1.1", "203.0.113.9, 10.0.0.7"], "203.0.113.9"),
            (vec!["nonsense"], "10.0.0.2"),
            (vec!["é, 203.0.113.9"], "203.0.113.9"),
        ] {
            assert_eq!(rightmost_untrusted(proxy, &forwarded(&headers), &nets).to_string(), expected, "{headers:?}");
        }
    }

    #[test]
    fn a_stranger_cannot_choose_who_they_are() {
        let stranger: IpAddr = "203.0.113.9".parse().unwrap();
        for i in 0..200 {
            let headers = forwarded(&[&format!("198.51.100.{i}")]);
            assert_eq!(rightmost_untrusted(stranger, &headers, &[]), stranger);
        }
    }

    #[test]
    fn what_pages_ask_by_themselves_is_no_write() {
        let asked = |path: &str| {
            let request = http::Request::post(path).body(axum::body::Body::empty()).unwrap();
            only_reads(Some(path), &request)
        };
        for path in ["/api/incidents/list-fragment", "/api/incidents/similar", "/api/search/jump", LOOKED] {
            assert!(asked(path), "{path}");
        }
        for path in ["/api/incidents/note", "/api/timeline/hide", "/auth/sign-out", "/nowhere"] {
            assert!(!asked(path), "{path}");
        }
        assert!(access::ACCESS.iter().any(|entry| entry.path == LOOKED), "it is called that");
    }

    #[test]
    fn ten_notes_in_ten_seconds_are_never_limited_and_the_121st_write_is() {
        let limits = Limits::new(LimitSettings::default(), &[]);
        let person = Counted::Person(PersonId::from_uuid(uuid::Uuid::nil()));
        let refused = (0..121).filter(|_| spend(&limits.writes, &person).is_err()).count();
        assert_eq!(refused, 1);
        assert!(spend(&limits.writes, &Counted::Person(PersonId::from_uuid(uuid::Uuid::max()))).is_ok());
    }
}
