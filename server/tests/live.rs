//! The stream: who hears what, when it ends, and that nothing is lost or told twice.
//! Longer than 400 lines because the reader of a stream is written here too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::time::Duration;

use axum::Router;
use axum::body::BodyDataStream;
use domain::incidents::{Command, Declaration, Kind, Seen, Source, Status, Visibility};
use domain::text::{MarkdownText, Reason, Summary, Title};
use domain::{IncidentId, PersonId, RequestId, System, TaskId, Viewer};
use futures::StreamExt as _;
use http::StatusCode;
use serde_json::Value;
use server::http::limits::LimitSettings;
use server::{AppState, build_app};
use store::{About, Request, Store};
use support::world::World;
use support::{Call, TestApp};
use tower::ServiceExt as _;
use uuid::Uuid;

/// One event of a stream.
#[derive(Debug)]
struct Event {
    kind: String,
    id: String,
    data: Value,
}

/// A stream as a browser reads it.
struct Listener {
    status: StatusCode,
    headers: http::HeaderMap,
    body: BodyDataStream,
    read: String,
}

impl Listener {
    async fn open(router: &Router, session: &str, query: &str, last: Option<&str>) -> Self {
        let mut request = http::Request::get(format!("/live?{query}"))
            .header("host", "127.0.0.1:3100")
            .header("cookie", format!("sensible_session={session}"));
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let request = request.body(axum::body::Body::empty()).unwrap();
        let response = router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        Self { status: parts.status, headers: parts.headers, body: body.into_data_stream(), read: String::new() }
    }

    /// The next event that is not the bell's; nothing when the stream ended.
    async fn next(&mut self) -> Option<Event> {
        loop {
            let event = self.any().await?;
            if !["notified", "unread", "owed"].contains(&event.kind.as_str()) {
                return Some(event);
            }
        }
    }

    /// How many notifications are not read, when that is told next, and how.
    async fn bell(&mut self) -> (String, i64) {
        loop {
            let event = self.any().await.expect("not the end");
            if let Some(unread) = event.data["unread"].as_i64() {
                return (event.kind, unread);
            }
        }
    }

    /// Until so many are not read. Before the server listens it says how many there are.
    async fn until_unread(&mut self, many: i64) {
        while self.bell().await.1 != many {}
    }

    /// How much is owed, when that is told next.
    async fn owed(&mut self) -> i64 {
        loop {
            if let Some(owed) = self.any().await.expect("not the end").data["to_do"].as_i64() {
                return owed;
            }
        }
    }

    /// Until nothing is said for a moment.
    async fn until_quiet(&mut self) {
        while let Ok(event) = tokio::time::timeout(Duration::from_millis(900), self.next()).await {
            assert!(event.is_some(), "not the end");
        }
    }

    async fn any(&mut self) -> Option<Event> {
        loop {
            while let Some((frame, rest)) = self.read.split_once("\n\n") {
                let (frame, rest) = (frame.to_owned(), rest.to_owned());
                self.read = rest;
                let field = |name: &str| {
                    frame.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().trim().to_owned()
                };
                let kind = field("event:");
                if !kind.is_empty() && kind != "here" {
                    let data = serde_json::from_str(&field("data:")).expect("JSON");
                    return Some(Event { kind, id: field("id:"), data });
                }
            }
            let chunk = tokio::time::timeout(Duration::from_secs(10), self.body.next()).await.expect("in time")?;
            self.read.push_str(std::str::from_utf8(&chunk.unwrap()).unwrap());
        }
    }

    async fn expect(&mut self, kind: &str) -> Event {
        let event = self.next().await.unwrap_or_else(|| panic!("{kind}, not the end"));
        assert_eq!(event.kind, kind, "{event:?}");
        event
    }

    /// The next that is no change: a part with a clock in it may come at any time.
    async fn after_changes(&mut self, kind: &str) {
        loop {
            let event = self.next().await.unwrap_or_else(|| panic!("{kind}, not the end"));
            if event.kind == kind {
                return;
            }
            assert_eq!(event.kind, "change", "{event:?}");
        }
    }

    /// The change with these words, and what it is.
    async fn until_words(&mut self, words: &str) -> Event {
        loop {
            let event = self.next().await.expect("not the end");
            if event.kind == "change" && event.data["items"].to_string().contains(words) {
                return event;
            }
        }
    }

    /// Everything until the stream ends.
    async fn until_the_end(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        while let Some(event) = self.next().await {
            events.push(event);
        }
        events
    }
}

/// What a page shows of a timeline, as a browser applies the events.
#[derive(Default)]
struct Shown {
    seq: i64,
    items: HashMap<String, String>,
    twice: usize,
}

impl Shown {
    fn apply(&mut self, event: &Event) {
        let (from, seq) = (event.data["from"].as_i64().unwrap(), event.data["seq"].as_i64().unwrap());
        assert!(from <= self.seq, "a gap: {from} after {}", self.seq);
        if seq <= self.seq {
            self.twice += 1;
            return;
        }
        self.seq = seq;
        assert_eq!(event.data["again"], false);
        for item in event.data["items"].as_array().unwrap() {
            let id = item["id"].as_str().unwrap().to_owned();
            match item["op"].as_str().unwrap() {
                "put" => drop(self.items.insert(id, item["html"].as_str().unwrap().to_owned())),
                "remove" => drop(self.items.remove(&id)),
                other => panic!("{other}"),
            }
        }
    }
}

struct Scene {
    app: TestApp,
    world: World,
}

impl Scene {
    async fn set() -> Option<Self> {
        let app = TestApp::start().await?;
        let world = World::without_private(&app).await;
        Some(Self { app, world })
    }

    async fn declare(&self, visibility: Visibility) -> IncidentId {
        let declaration = Declaration {
            id: IncidentId::from_uuid(Uuid::now_v7()),
            title: Title::parse("canary of the queue").unwrap(),
            summary: Summary::default(),
            kind: Kind::Real,
            visibility,
            status: Status::Investigating,
            severity: self.world.severity,
            reporter: None,
            lead: None,
            key_times: Vec::new(),
        };
        let request = Request::web(RequestId::from_uuid(Uuid::now_v7()));
        let reporter = viewer(self.world.reporter);
        self.app.state.store.declare(&reporter, request, declaration, About::default()).await.unwrap().incident
    }

    async fn say(&self, incident: IncidentId, words: &str) {
        say(&self.app.state.store, self.world.reporter, incident, words).await;
    }

    async fn ask(&self, incident: IncidentId, command: Command) {
        let request = Request::web(RequestId::from_uuid(Uuid::now_v7()));
        self.app.state.store.execute(&viewer(self.world.reporter), request, incident, command).await.unwrap();
    }

    /// As a page asks that shows the incident as it is now.
    async fn as_shown_now(&self, incident: IncidentId) -> String {
        let seq: i64 = sqlx::query_scalar("select seq from incidents where id = $1")
            .bind(incident.uuid())
            .fetch_one(&self.app.pool)
            .await
            .unwrap();
        format!("incidents={incident}&since={incident}:{seq}")
    }

    async fn listen(&self, person: PersonId, query: &str) -> (String, Listener) {
        let session = self.app.session_of(person).await;
        let mut listener = Listener::open(&self.app.router, &session, query, None).await;
        assert_eq!(listener.status, StatusCode::OK);
        listener.expect("hello").await;
        (session, listener)
    }

    /// Another server on the same database.
    fn second(&self) -> Router {
        let store = self.app.database.connect(|options| options.render = Some(server::rendering::RENDER)).unwrap();
        let config = support::config(&self.app.slack, &self.app.database.url, &support::Wanted::default());
        let state = AppState::new(config, store, support::patient(), server::shutdown::Shutdown::new()).unwrap();
        build_app(state).unwrap()
    }
}

fn viewer(person: PersonId) -> Viewer {
    Viewer { person, is_admin: false }
}

async fn say(store: &Store, person: PersonId, incident: IncidentId, words: &str) {
    let request = Request { id: RequestId::from_uuid(Uuid::now_v7()), source: Source::Web, seen: Seen::default() };
    let command = Command::Note { body: MarkdownText::parse(words).unwrap() };
    store.execute(&viewer(person), request, incident, command).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_comes_with_its_number_and_what_differs() {
    let Some(scene) = Scene::set().await else { return };
    let incident = scene.declare(Visibility::Public).await;
    let (_, mut listener) =
        scene.listen(scene.world.member, &format!("{}&list=1", scene.as_shown_now(incident).await)).await;
    assert_eq!(listener.headers["content-type"], "text/event-stream");
    assert_eq!(listener.headers["cache-control"], "no-store");
    assert_eq!(listener.headers["x-accel-buffering"], "no");
    assert!(!listener.headers.contains_key("content-encoding"));
    // Until it was read once, a change is told as what is missing: with every part.
    scene.say(incident, "The first.").await;
    listener.until_words("The first.").await;
    scene.say(incident, "Workers are *idle*.").await;
    let event = listener.until_words("idle").await;
    assert_eq!(event.id, format!("{incident}:{}", event.data["seq"]));
    let items = event.data["items"].as_array().unwrap();
    assert_eq!(items.len(), 1, "{items:?}");
    let html = items[0]["html"].as_str().unwrap();
    assert!(html.contains("<em>idle</em>") && html.starts_with("<li"), "{html}");
    assert!(html.contains(&format!("id=\"{}\"", items[0]["id"].as_str().unwrap())));
    let sections = event.data["sections"].as_object().unwrap();
    assert!(!sections.contains_key("title"), "the title is as it was: {sections:?}");
    assert!(event.data["says"].as_str().unwrap().ends_with('.'));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_form_offers_of_the_timeline_is_made_when_it_is_asked_for() {
    let Some(scene) = Scene::set().await else { return };
    sqlx::query("update settings set hand_off = true").execute(&scene.app.pool).await.unwrap();
    let incident = scene.declare(Visibility::Public).await;
    scene.ask(incident, Command::TakeLead { person: scene.world.reporter }).await;
    let (session, mut listener) = scene.listen(scene.world.reporter, &scene.as_shown_now(incident).await).await;
    scene.say(incident, "The first.").await;
    listener.until_words("The first.").await;
    scene.say(incident, "Rolled the worker back.").await;
    let parts = listener.until_words("Rolled").await.data["sections"].as_object().unwrap().clone();
    for part in ["change", "about", "hand-off", "next-steps"] {
        assert!(!parts.contains_key(part), "a note changes nothing of it: {part}");
    }
    let reference = scene.app.state.store.homepage_for_live(System::Worker, incident, None).await.unwrap().unwrap();
    let reference = reference.homepage.reference;
    for address in ["/api/incidents/baton", "/api/incidents/evidence"] {
        let call = Call::post(address, format!("reference={reference}")).by(session.clone());
        let answer = scene.app.call(call).await;
        assert!(answer.status.is_success() && answer.body.contains("Rolled the worker back."), "{}", answer.body);
    }
    let page = scene.app.call(Call::get(format!("/incidents/{reference}")).by(session)).await.body;
    assert!(page.matches("The first.").count() >= 3, "on the timeline, in the note, as evidence");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_was_cut_gets_what_is_missing_and_nothing_twice() {
    let Some(scene) = Scene::set().await else { return };
    let incident = scene.declare(Visibility::Public).await;
    let session = scene.app.session_of(scene.world.member).await;
    let second = scene.second();
    let mut shown = Shown::default();
    let mut listener =
        Listener::open(&scene.app.router, &session, &format!("incidents={incident}&since={incident}:0"), None).await;
    for round in 0..12 {
        scene.say(incident, &format!("Note {round}.")).await;
        scene.say(incident, &format!("Another {round}.")).await;
        // Read some of it, none of it, all of it; then come back to the one server or the other.
        for _ in 0..round % 3 {
            match listener.next().await.unwrap() {
                event if event.kind == "change" => shown.apply(&event),
                event => assert_eq!(event.kind, "hello"),
            }
        }
        let router = if round % 2 == 0 { &second } else { &scene.app.router };
        let last = format!("{incident}:{}", shown.seq);
        // The browser's header is newer than the address that the page began with.
        let query = format!("incidents={incident}&since={incident}:0");
        listener = Listener::open(router, &session, &query, Some(&last)).await;
    }
    let wanted = scene
        .app
        .count(
            "select count(*) from timeline_items t join incidents i on i.id = t.incident_id and i.title like 'canary%'",
        )
        .await;
    while i64::try_from(shown.items.len()).unwrap() < wanted {
        match listener.next().await.unwrap() {
            event if event.kind == "change" => shown.apply(&event),
            event => assert_eq!(event.kind, "hello"),
        }
    }
    assert_eq!(shown.items.len() as i64, wanted);
    assert_eq!(shown.twice, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_on_one_database_tell_the_same() {
    let Some(scene) = Scene::set().await else { return };
    let incident = scene.declare(Visibility::Public).await;
    let second = scene.second();
    let query = scene.as_shown_now(incident).await;
    let (session, mut here) = scene.listen(scene.world.member, &query).await;
    let mut there = Listener::open(&second, &session, &query, None).await;
    there.expect("hello").await;
    // Until both have read it once, a change is what somebody who comes is shown.
    scene.say(incident, "first").await;
    let (one, other) = (here.until_words("first").await, there.until_words("first").await);
    assert_eq!(one.id, other.id);
    assert_eq!(one.data["items"], other.data["items"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_outside_hears_of_a_private_incident() {
    let Some(scene) = Scene::set().await else { return };
    let incident = scene.declare(Visibility::Private).await;
    let query = format!("incidents={incident}&since={incident}:0");
    let (_, mut outside) = scene.listen(scene.world.member, &query).await;
    let (_, mut admin) = scene.listen(scene.world.admin, &query).await;
    let (_, mut inside) = scene.listen(scene.world.reporter, &query).await;
    let missing = IncidentId::from_uuid(Uuid::now_v7());
    let (_, mut nowhere) = scene.listen(scene.world.member, &format!("incidents={missing}&since={missing}:0")).await;
    let (gone, none) = (outside.expect("gone").await, nowhere.expect("gone").await);
    assert_eq!(gone.data.as_object().unwrap().len(), none.data.as_object().unwrap().len(), "the same answer");
    admin.expect("gone").await;
    scene.say(incident, "canary words").await;
    let mut heard = String::new();
    while !heard.contains("canary words") {
        heard.push_str(&inside.expect("change").await.data.to_string());
    }
    scene.app.state.shutdown.begin();
    for listener in [&mut outside, &mut admin, &mut nowhere] {
        let rest = listener.until_the_end().await;
        assert!(rest.iter().all(|event| event.kind == "bye"), "{rest:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_is_not_woken_by_a_private_incident_of_others() {
    let Some(scene) = Scene::set().await else { return };
    let incident = scene.declare(Visibility::Private).await;
    let (_, mut outside) = scene.listen(scene.world.member, "list=1").await;
    let (_, mut inside) = scene.listen(scene.world.reporter, "list=1").await;
    outside.until_quiet().await;
    inside.until_quiet().await;
    scene.say(incident, "canary words").await;
    inside.expect("list").await;
    let heard = tokio::time::timeout(Duration::from_millis(900), outside.next()).await;
    assert!(heard.is_err(), "{heard:?}");
    // What comes onto their list, and what leaves it, they hear of.
    for to in [Visibility::Public, Visibility::Private] {
        scene.ask(incident, Command::ChangeVisibility { to }).await;
        outside.expect("list").await;
        outside.until_quiet().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_follows_nothing_hears_what_its_person_is_told() {
    let Some(scene) = Scene::set().await else { return };
    let incident = scene.declare(Visibility::Public).await;
    let (_, mut listener) = scene.listen(scene.world.invited, "me=1&incidents=&since=").await;
    assert_eq!(listener.bell().await, ("unread".into(), 0), "as it is now");
    scene.ask(incident, Command::Invite { person: scene.world.invited }).await;
    listener.until_unread(1).await;
    drop(listener);
    scene.ask(incident, Command::RemovePerson { person: scene.world.invited }).await;
    // What came while nothing was heard is told with the next stream.
    let (_, mut listener) = scene.listen(scene.world.invited, "me=1").await;
    assert_eq!(listener.bell().await, ("unread".into(), 1));
    // Whoever does not ask is told what comes, and nothing before.
    let (_, mut other) = scene.listen(scene.world.lead, "list=1").await;
    scene.ask(incident, Command::Invite { person: scene.world.lead }).await;
    assert_eq!(other.bell().await.0, "notified");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn how_much_somebody_owes_is_told_as_it_changes_and_to_nobody_else() {
    let Some(scene) = Scene::set().await else { return };
    let incident = scene.declare(Visibility::Public).await;
    let (_, mut listener) = scene.listen(scene.world.invited, "me=1").await;
    let before = listener.owed().await;
    let (_, mut other) = scene.listen(scene.world.lead, "list=1").await;
    let task = TaskId::from_uuid(Uuid::now_v7());
    let title = Title::parse("Drain the queue").unwrap();
    scene.ask(incident, Command::AddTask { task, title, assignee: Some(scene.world.invited) }).await;
    while listener.owed().await != before + 1 {}
    // It ends with the incident, whoever ends that.
    let reason = Reason::parse("It was only a test.").unwrap();
    scene.ask(incident, Command::Cancel { reason }).await;
    while listener.owed().await != before {}
    while let Ok(event) = tokio::time::timeout(Duration::from_millis(300), other.any()).await {
        assert_ne!(event.expect("not the end").kind, "owed");
    }
}

#[tokio::test]
async fn what_pages_ask_by_themselves_takes_no_words_from_whoever_writes() {
    let limits = LimitSettings { writes_a_minute: NonZeroU32::new(3).unwrap(), ..support::patient() };
    let Some(app) = TestApp::start_with(support::Wanted { limits, ..Default::default() }).await else { return };
    let world = World::without_private(&app).await;
    let session = app.session_of(world.member).await;
    let ask =
        async |path: &'static str, form: String| app.call(Call::post(path, form).by(session.clone())).await.status;
    for i in 0..50 {
        for (path, form) in [
            ("/api/incidents/similar", "title=Webhooks+are+late"),
            ("/api/incidents/list-fragment", "query="),
            ("/api/search/jump", "q=queue&here=/incidents"),
            ("/api/incidents/looked", "reference=INC-1&seq=1"),
        ] {
            assert_eq!(ask(path, form.into()).await, StatusCode::OK, "{path}, {i}");
        }
    }
    let incident = world.parts(&world.public).incident.clone();
    let note = || format!("incident={incident}&request={}&body=Still+here&what=note&back=/incidents", Uuid::now_v7());
    for _ in 0..3 {
        assert_eq!(ask("/api/incidents/note", note()).await, StatusCode::OK);
    }
    assert_eq!(ask("/api/incidents/note", note()).await, StatusCode::TOO_MANY_REQUESTS, "writing is what is limited");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_taken_out_hears_that_and_nothing_more() {
    let Some(scene) = Scene::set().await else { return };
    let incident = scene.declare(Visibility::Private).await;
    scene.ask(incident, Command::Invite { person: scene.world.invited }).await;
    let (_, mut listener) = scene.listen(scene.world.invited, &scene.as_shown_now(incident).await).await;
    scene.say(incident, "while inside").await;
    listener.until_words("while inside").await;
    scene.ask(incident, Command::RemovePerson { person: scene.world.invited }).await;
    scene.say(incident, "canary after").await;
    let event = loop {
        let event = listener.next().await.expect("not the end");
        assert!(!event.data.to_string().contains("canary after"), "{event:?}");
        if event.kind == "gone" {
            break event;
        }
    };
    assert_eq!(event.data, serde_json::json!({ "incident": incident }));
    scene.say(incident, "canary again").await;
    scene.app.state.shutdown.begin();
    let rest = listener.until_the_end().await;
    assert!(rest.iter().all(|event| event.kind == "bye"), "{rest:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_ends_with_its_session_and_with_its_person() {
    let Some(scene) = Scene::set().await else { return };
    let incident = scene.declare(Visibility::Public).await;
    let query = scene.as_shown_now(incident).await;
    let second = scene.second();
    let (session, mut signed_out) = scene.listen(scene.world.member, &query).await;
    let mut elsewhere = Listener::open(&second, &session, &query, None).await;
    elsewhere.expect("hello").await;
    let (_, mut stays) = scene.listen(scene.world.member, &query).await;
    let (_, mut leaver) = scene.listen(scene.world.lead, &query).await;
    // Whatever is heard on the way, everybody listens.
    scene.say(incident, "hello").await;
    for listener in [&mut signed_out, &mut elsewhere, &mut stays, &mut leaver] {
        listener.expect("change").await;
    }
    let at = std::time::Instant::now();
    scene.app.call(Call::post(app::paths::SIGN_OUT, "").by(session)).await;
    for listener in [&mut signed_out, &mut elsewhere] {
        listener.after_changes("ended").await;
        assert!(listener.next().await.is_none());
    }
    assert!(at.elapsed() < Duration::from_secs(2), "{:?}", at.elapsed());
    let admin = Viewer { person: scene.world.admin, is_admin: true };
    scene.app.state.store.deactivate(&admin, scene.world.lead).await.unwrap();
    leaver.after_changes("ended").await;
    assert!(leaver.next().await.is_none());
    scene.say(incident, "still").await;
    stays.until_words("still").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_streams_of_one_person_are_too_many_and_each_gives_its_place_back() {
    let Some(scene) = Scene::set().await else { return };
    let session = scene.app.session_of(scene.world.member).await;
    let mut open = Vec::new();
    let refused = loop {
        let listener = Listener::open(&scene.app.router, &session, "list=1", None).await;
        if listener.status != StatusCode::OK {
            break listener;
        }
        open.push(listener);
        assert!(open.len() < 200, "hundreds");
    };
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.headers.contains_key("retry-after"));
    assert!(open.len() >= 20, "many tabs are fine: {}", open.len());
    assert_eq!(scene.app.state.live.streams(), open.len());
    let other = scene.app.session_of(scene.world.lead).await;
    assert_eq!(Listener::open(&scene.app.router, &other, "list=1", None).await.status, StatusCode::OK);
    drop(open);
    let until = std::time::Instant::now() + Duration::from_secs(5);
    while scene.app.state.live.streams() > 1 {
        assert!(std::time::Instant::now() < until);
        tokio::task::yield_now().await;
    }
    let nothing = Listener::open(&scene.app.router, &session, "", None).await;
    assert_eq!(nothing.status, StatusCode::NO_CONTENT);
    for nonsense in ["incidents=x", "since=1", "incidents[]=1&incidents=%ff"] {
        assert_eq!(
            Listener::open(&scene.app.router, &session, nonsense, None).await.status,
            StatusCode::BAD_REQUEST,
            "{nonsense}"
        );
    }
    assert_eq!(Listener::open(&scene.app.router, "forged", "list=1", None).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_made_for_everybody_holds_no_id_of_one_form() {
    let Some(scene) = Scene::set().await else { return };
    let incident = scene.declare(Visibility::Public).await;
    let (_, mut listener) = scene.listen(scene.world.member, &format!("incidents={incident}&since={incident}:0")).await;
    let event = listener.expect("change").await;
    for (name, html) in event.data["sections"].as_object().unwrap() {
        for field in html.as_str().unwrap().split("name=\"request\"").skip(1) {
            assert!(
                field.starts_with(&format!(" value=\"{}\"", app::incidents::FRESH_ID)),
                "{name}: {}",
                &field[..80.min(field.len())]
            );
        }
    }
    let title = event.data["sections"]["title"].as_str().unwrap();
    assert!(title.contains("canary of the queue"), "{title}");
    scene.ask(incident, Command::Rename { title: Title::parse("Another title").unwrap() }).await;
    let event = loop {
        let event = listener.expect("change").await;
        if event.data["sections"].get("title").is_some() {
            break event;
        }
    };
    assert!(event.data["sections"]["title"].as_str().unwrap().contains("Another title"));
    assert!(event.data["title"].as_str().unwrap().ends_with("Another title"));
}
