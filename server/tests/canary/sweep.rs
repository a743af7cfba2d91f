//! Everything that reads, asked once by one person.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock};

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use http::header;
use server::http::access::{ACCESS, Entry, Kind, Verb, Who};
use server::http::routes;
use tower::ServiceExt as _;
use tracing_subscriber::fmt::MakeWriter;

use super::secrets::{PUBLIC, REFERENCES, Secrets};
use super::support::world::World;
use super::support::{Answer, Call, TestApp};

/// What came back, each by what was asked.
pub struct Sweep {
    pub answers: BTreeMap<String, Answer>,
}

impl Sweep {
    pub async fn run(app: &TestApp, world: &World, secrets: &Secrets, session: &str) -> Self {
        let questions = questions(world, secrets);
        assert!(questions.len() >= 100, "{} searches and filters", questions.len());
        // What somebody has seen before is part of what they see: each has seen all of it.
        for reference in PUBLIC {
            let all = Call::post("/api/incidents/looked", format!("reference={reference}&seq=1000000"));
            let answer = app.call(all.by(session.to_owned())).await;
            assert!(answer.status.is_success(), "{}", answer.body);
        }
        let mut answers = BTreeMap::new();
        for entry in ACCESS.iter().filter(|entry| !entry.writes && entry.who != Who::Anybody) {
            let mut samples: BTreeSet<String> = PUBLIC.map(|reference| world.fill(entry.sample, reference)).into();
            samples
                .extend(PUBLIC.map(|reference| world.fill(entry.sample, reference).replace("&only_updates=true", "")));
            samples.insert(String::new());
            samples.extend(questions.iter().filter_map(|question| asked(entry, question)));
            if entry.sample.contains("<action>") {
                samples.extend(actions().map(|action| format!("said={action}")));
            }
            if entry.kind == Kind::Page || entry.sample.starts_with("person=<") {
                // A page of one person shows what stands in their name.
                samples.extend([world.left, world.lead, world.reporter].map(|person| format!("person={person}")));
            }
            for (sample, reference) in samples.iter().flat_map(|sample| PUBLIC.map(|reference| (sample, reference))) {
                let call = call(entry, sample, reference).by(session.to_owned());
                let key = format!("{} {}?{sample}", call.method, entry.path.replace("{reference}", reference));
                if answers.contains_key(&key) {
                    continue;
                }
                let answer = app.call(call).await;
                assert!(!answer.status.is_server_error(), "{key}: {}", answer.status);
                answers.insert(key, answer);
            }
        }
        for action in actions() {
            let address = format!("/actions/{action}");
            answers.insert(format!("GET {address}"), app.call(Call::get(address).by(session.to_owned())).await);
        }
        Self { answers }
    }

    /// What another sweep answers otherwise, and what carries a mark, each as one line.
    pub fn differences(&self, after: &Self, secrets: &Secrets) -> Vec<String> {
        assert!(self.answers.keys().eq(after.answers.keys()));
        let mut told = Vec::new();
        for (key, before) in &self.answers {
            let after = &after.answers[key];
            // A search is repeated in its own answer; the other word of the two is not.
            let is_searched = |needle: &&str| key.contains(*needle);
            let hits: Vec<&str> = secrets
                .needles()
                .into_iter()
                .filter(|needle| !is_searched(needle) && after.everything().contains(needle))
                .collect();
            if !hits.is_empty() {
                told.push(format!("{key}: carries {}", hits.join(" and ")));
            } else if before.status != after.status {
                told.push(format!("{key}: {} and then {}", before.status, after.status));
            } else if headers(before) != headers(after) {
                told.push(format!("{key}: {:?} and then {:?}", headers(before), headers(after)));
            } else if plain(&before.body) != plain(&after.body) {
                told.push(format!("{key}: {}", first_difference(&plain(&before.body), &plain(&after.body))));
            }
        }
        told
    }

    /// The figures as their own port gives them.
    pub async fn figures() -> String {
        let router = routes::metrics(server::http::metrics::recorder().cloned());
        let request = http::Request::get("/metrics").body(axum::body::Body::empty()).unwrap();
        Answer::of(router.oneshot(request).await.unwrap()).await.everything()
    }
}

/// Entries that take the reference of an incident.
pub fn with_reference() -> impl Iterator<Item = &'static Entry> {
    ACCESS.iter().filter(|entry| entry.path.contains("{reference}") || entry.sample.contains("<reference>"))
}

/// What action items are called, private ones too.
fn actions() -> impl Iterator<Item = String> {
    ["ACT", "PRA"].into_iter().flat_map(|series| (1..=20).map(move |number| format!("{series}-{number}")))
}

pub fn call(entry: &Entry, sample: &str, reference: &str) -> Call {
    let path = entry
        .path
        .replace("{reference}", reference)
        .replace("{item}", "01900000-0000-7000-8000-0000000000ff")
        .replace("{number}", "ACT-999");
    match (entry.kind, entry.verb) {
        (Kind::Function, _) | (_, Verb::Post) => Call::post(path, sample.to_owned()),
        _ if sample.is_empty() => Call::get(path),
        _ => Call::get(format!("{path}?{sample}")),
    }
}

/// What the list is asked: words and filters that only a private incident answers.
fn questions(world: &World, secrets: &Secrets) -> Vec<String> {
    let mut questions = Vec::new();
    for word in [&secrets.word, &secrets.mark] {
        for end in 2..=word.len() {
            questions.push(format!("q={}", &word[..end]));
            questions.push(format!("q={}", &word[word.len() - end..]));
        }
        for start in 1..6 {
            questions.push(format!("q={}", word[start..start + 9].to_uppercase()));
        }
        questions.extend([
            format!("q={word}%20title"),
            format!("q=%22{word}%22"),
            format!("q={word}%25"),
            format!("q={word}note"),
        ]);
    }
    questions.extend(REFERENCES.map(|reference| format!("q={reference}")));
    questions.extend(secrets.ids().map(|id| format!("q={id}")));
    let day = secrets.oldest.format("%Y-%m-%d");
    questions.extend([
        format!("until={day}"),
        format!("from={day}&until={day}"),
        "from=2000-01-01".into(),
        "q=webhooks".into(),
        "q=prv".into(),
    ]);
    for person in [world.lead, world.reporter, world.invited, world.left, world.member, world.admin] {
        questions.push(format!("lead={person}"));
    }
    questions.push(format!("severity={}", world.severity));
    questions.push(format!("component={}", world.component));
    questions.push(format!("component={}&severity={}&lead={}", world.component, world.severity, world.lead));
    for status in [
        "open",
        "over",
        "triage",
        "investigating",
        "identified",
        "monitoring",
        "recovered",
        "closed",
        "declined",
        "merged",
        "cancelled",
    ] {
        questions.push(format!("status={status}"));
    }
    for place in secrets.places() {
        questions.extend([format!("before={place}"), format!("after={place}"), format!("status=open&after={place}")]);
    }
    questions
}

/// The question in the form that this entry takes, if it takes a search at all.
fn asked(entry: &Entry, question: &str) -> Option<String> {
    for (key, value) in form_pairs(entry.sample) {
        if key == "q" {
            return Some(question.to_owned());
        }
        // What looks like these words is asked for without saying where to look.
        if let ("title", Some(words)) = (&*key, question.strip_prefix("q=")) {
            return Some(format!("title={words}"));
        }
        if value.starts_with("q=") || value.contains("&q=") {
            let encoded: String = url::form_urlencoded::byte_serialize(question.as_bytes()).collect();
            return Some(format!("{key}={encoded}"));
        }
    }
    None
}

fn form_pairs(sample: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(sample.as_bytes()).into_owned().collect()
}

/// Headers without what differs from answer to answer.
fn headers(answer: &Answer) -> Vec<String> {
    let own = ["x-request-id", "content-security-policy", "date"];
    let mut headers: Vec<String> = answer
        .headers
        .iter()
        .filter(|(name, _)| !own.contains(&name.as_str()) && *name != header::CONTENT_LENGTH)
        .map(|(name, value)| format!("{name}: {value:?}"))
        .collect();
    headers.sort();
    headers
}

/// A body without what differs from answer to answer: nonces, request ids, and the
/// minutes and instants of now.
pub fn plain(body: &str) -> String {
    // HTML in an answer of JSON is HTML.
    let body = without(&body.replace("\\\"", "\""), "nonce=\"", '"');
    let body = without_fresh_ids(&body);
    let body = without(&body, "name=\"request\" value=\"", '"');
    let body = without(&body, "If you tell somebody, give them this number: <code>", '<');
    let body = without_now(&body);
    let mut kept = String::new();
    let mut rest = body.as_str();
    while let Some((head, tail)) = rest.split_once(" min") {
        // A young incident becomes a minute old while everything is asked.
        kept.push_str(head.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches("under "));
        kept.push_str("N min");
        rest = tail;
    }
    kept + rest
}

/// Instants and seconds of this hour, and every clock's hours and minutes.
fn without_now(body: &str) -> String {
    let now = Utc::now();
    let is_now = |at: DateTime<Utc>| (now - at).abs() < TimeDelta::hours(1);
    let mut kept = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        kept.push_str(&rest[..at]);
        rest = &rest[at..];
        let instant = rest.get(..19).and_then(|text| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S").ok());
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let seconds = if digits == 10 {
            rest[..10].parse().ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0))
        } else {
            None
        };
        let is_clock = digits == 2
            && rest.as_bytes().get(2) == Some(&b':')
            && rest.get(3..5).is_some_and(|minutes| minutes.bytes().all(|b| b.is_ascii_digit()));
        let length = if instant.is_some_and(|instant| is_now(instant.and_utc())) {
            kept.push_str("NOW");
            19
        } else if seconds.is_some_and(is_now) {
            kept.push_str("NOW");
            10
        } else if is_clock {
            kept.push_str("CLOCK");
            5
        } else {
            kept.push_str(&rest[..digits]);
            digits
        };
        rest = &rest[length..];
    }
    kept + rest
}

/// Ids that a form carries for what it is about to make: made for this one answer.
fn without_fresh_ids(body: &str) -> String {
    const UUID: usize = 36;
    let values = body.split("value=\"").map(|rest| {
        let is_fresh = rest.get(UUID..).is_some_and(|after| after.starts_with("\" data-fresh"));
        if is_fresh { &rest[UUID..] } else { rest }
    });
    values.collect::<Vec<_>>().join("value=\"")
}

fn without(body: &str, mark: &str, end: char) -> String {
    let mut kept = String::new();
    let mut rest = body;
    while let Some((head, tail)) = rest.split_once(mark) {
        kept.push_str(head);
        kept.push_str(mark);
        rest = tail.find(end).map_or("", |at| &tail[at..]);
    }
    kept + rest
}

fn first_difference(before: &str, after: &str) -> String {
    let at = before.bytes().zip(after.bytes()).position(|(a, b)| a != b).unwrap_or(before.len().min(after.len()));
    let around = |text: &str| {
        String::from_utf8_lossy(&text.as_bytes()[at.saturating_sub(60)..text.len().min(at + 100)]).into_owned()
    };
    format!("…{}… and then …{}…", around(before), around(after))
}

/// Everything that this process logs, ours in every detail.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    pub fn capture() -> Self {
        static LOG: OnceLock<Log> = OnceLock::new();
        LOG.get_or_init(|| {
            let log = Self::default();
            let filter = "info,server=debug,app=debug,store=debug,domain=debug,slack=debug,markdown=debug,sqlx=debug,tower_sessions_core=debug,server_fn=debug,leptos_axum=debug";
            let subscriber = server::telemetry::subscriber(server::config::LogFormat::Json, filter, log.clone());
            tracing::subscriber::set_global_default(subscriber).expect("the first subscriber");
            log
        })
        .clone()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'writer> MakeWriter<'writer> for Log {
    type Writer = Self;

    fn make_writer(&'writer self) -> Self {
        self.clone()
    }
}
