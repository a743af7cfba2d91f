//! Private incidents are nowhere. Everything that reads is asked twice by the same
//! outsiders, before private incidents exist and with them: no answer, no number and
//! no line of the log may tell the two apart.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod secrets;
#[path = "../support/mod.rs"]
mod support;
mod sweep;

use std::time::{Duration, Instant};

use http::{Method, StatusCode};
use secrets::Secrets;
use server::http::access::{ACCESS, Entry, Kind, Who};
use support::world::World;
use support::{Answer, Call, TestApp};
use sweep::{Log, Sweep, call, plain, with_reference};

/// Everything, before and after, as a member who is not inside and as an admin whom
/// nobody invited; then what the log, the figures and Slack's outbox hold.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_tells_of_a_private_incident() {
    let log = Log::capture();
    server::http::metrics::recorder().expect("a recorder");
    let Some(app) = TestApp::start().await else { return };
    let world = World::without_private(&app).await;
    let secrets = Secrets::plan();
    secrets.prepare(&app, &world).await;

    let mut outsiders = Vec::new();
    for (name, person) in [("member", world.member), ("participant", world.participant), ("admin", world.admin)] {
        let session = app.session_of(person).await;
        let before = Sweep::run(&app, &world, &secrets, &session).await;
        outsiders.push((name, session, before));
    }
    let insider = app.session_of(world.invited).await;
    let seen_before = Sweep::run(&app, &world, &secrets, &insider).await;

    secrets.tell(&app, &world).await;

    let mut compared = 0;
    for (name, session, before) in &outsiders {
        let after = Sweep::run(&app, &world, &secrets, session).await;
        compared += after.answers.len();
        let mut told = before.differences(&after, &secrets);
        if *name == "admin" {
            let (known, rest) = told.into_iter().partition(|line: &String| is_for_admins(line));
            told = rest;
            only_that_they_exist(&known, &after);
        }
        assert!(
            told.is_empty(),
            "{name} learns of a private incident from {} answers:\n{}",
            told.len(),
            told[..told.len().min(12)].join("\n")
        );
    }
    // The same sweep sees what there is to see, so that finding nothing means something.
    let seen_after = Sweep::run(&app, &world, &secrets, &insider).await;
    let differ = seen_before.differences(&seen_after, &secrets);
    for surface in
        ["GET /incidents?", "POST /api/incidents/list?", "POST /api/incidents/list-fragment?", "POST /api/frame/read?"]
    {
        assert!(differ.iter().any(|key| key.contains(surface)), "somebody inside sees nothing at {surface}");
    }
    let found = differ.iter().filter(|key| key.contains("q=")).count();
    assert!(found >= 100, "somebody inside finds it with {found} searches only");

    refusals_say_nothing(&app, &world, &secrets).await;

    let log = log.text();
    assert!(log.contains("answered"), "nothing was logged");
    for line in log.lines() {
        assert!(!secrets.needles().iter().any(|needle| line.contains(needle)), "the log: {line}");
    }
    let figures = Sweep::figures().await;
    assert!(figures.contains("sensible_requests_total") && figures.contains("/incidents/{reference}"), "{figures}");
    assert!(!secrets.needles().iter().chain(&["PRV-"]).any(|needle| figures.contains(needle)), "{figures}");
    let announced: i64 = sqlx::query_scalar("select count(*) from slack_outbox o where o::text like '%' || $1 || '%'")
        .bind(&secrets.mark)
        .fetch_one(&app.pool)
        .await
        .unwrap();
    assert_eq!(announced, 0, "messages to Slack");
    let about = app
        .count(
            "select count(*) from slack_outbox o join incidents i on i.id = o.incident_id
             where i.visibility = 'private' and o.method in ('announce', 'reply', 'call')",
        )
        .await;
    assert_eq!(about, 0, "announcements");
    // There is a channel, and what is public goes there.
    let announcements = "select count(*) from slack_outbox where method = 'announce'";
    let before = app.count(announcements).await;
    let declared = format!("id={}&request={}&title=Webhooks+wait", uuid::Uuid::now_v7(), uuid::Uuid::now_v7());
    let answer = app.call(Call::post("/api/incidents/declare", declared).by(insider)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert_eq!(app.count(announcements).await, before + 1, "nothing is announced at all");
    println!("{compared} answers to outsiders compared, {} log lines read, 0 hits", log.lines().count());
}

/// Admins may know that private incidents exist: these two answers say it, and no other.
const FOR_ADMINS: [&str; 2] = ["GET /settings/private?", "POST /api/private/list?"];
/// What lets an admin in.
const LET_ME_IN: &str = "/api/private/let-me-in";

fn is_for_admins(line: &str) -> bool {
    FOR_ADMINS.iter().any(|place| line.starts_with(place))
}

/// What admins are told is which there are and since when, and no word of what they say.
fn only_that_they_exist(known: &[String], after: &Sweep) {
    for place in FOR_ADMINS {
        assert!(known.iter().any(|line| line.starts_with(place)), "admins are told nothing at {place}");
        for (_, answer) in after.answers.iter().filter(|(key, _)| key.starts_with(place)) {
            for reference in secrets::REFERENCES {
                assert!(answer.body.contains(reference), "{reference} is not told at {place}");
            }
        }
    }
    let carried: Vec<&String> = known.iter().filter(|line| line.contains(": carries ")).collect();
    assert!(carried.is_empty(), "{carried:?}");
}

/// An admin who lets themselves in is inside, the record says so, and who is no admin is not.
#[tokio::test]
async fn an_admin_lets_themselves_in_on_the_record() {
    let Some(app) = TestApp::start().await else { return };
    let world = World::without_private(&app).await;
    let secrets = Secrets::plan();
    secrets.prepare(&app, &world).await;
    secrets.tell(&app, &world).await;
    let [member, admin] = [app.session_of(world.member).await, app.session_of(world.admin).await];
    let home = app::paths::incident(secrets::REFERENCES[0]);
    let form = secrets.named_in("incident=<secret>");
    let ask = async |session: &String| app.call(Call::post(LET_ME_IN, form.clone()).by(session.clone())).await;
    assert_eq!(ask(&member).await.status, StatusCode::FORBIDDEN);
    let list = app.call(Call::get(app::paths::PRIVATE_INCIDENTS).by(admin.clone())).await;
    secrets.assert_absent(&list, app::paths::PRIVATE_INCIDENTS);
    assert_eq!(app.call(Call::get(home.clone()).by(admin.clone())).await.status, StatusCode::NOT_FOUND);
    for _ in 0..2 {
        let answer = ask(&admin).await;
        assert!(answer.status.is_success() || answer.status.is_redirection(), "{}: {}", answer.status, answer.body);
        secrets.assert_absent(&answer, LET_ME_IN);
    }
    for (who, session) in [("admin", admin), ("invited", app.session_of(world.invited).await)] {
        let page = app.call(Call::get(home.clone()).by(session)).await;
        assert!(page.body.contains(&secrets.mark), "{who} is not inside");
        assert!(page.body.contains("let themselves in."), "{who} does not read who came");
    }
    let written: i64 =
        sqlx::query_scalar("select count(*) from timeline_items where kind = 'people' and author_id = $1")
            .bind(world.admin.uuid())
            .fetch_one(&app.pool)
            .await
            .unwrap();
    assert_eq!(written, 1, "pressed twice, it is written once");
    assert_eq!(app.call(Call::get(home).by(member)).await.status, StatusCode::NOT_FOUND);
}

/// Every write by somebody outside, and what it leads to.
async fn refusals_say_nothing(app: &TestApp, world: &World, secrets: &Secrets) {
    for person in [world.member, world.admin] {
        let is_meant = |entry: &&Entry| entry.path == LET_ME_IN && person == world.admin;
        for entry in ACCESS.iter().filter(|entry| entry.writes && entry.path != "/api/demo/reset" && !is_meant(entry)) {
            for accept in ["application/json", "text/html"] {
                let session = app.session_of(person).await;
                let names_one = entry.sample.contains("incident=<");
                let sample = world.fill(&secrets.named_in(entry.sample), "PRV-1");
                let answer =
                    app.call(Call::post(entry.path, sample).by(session.clone()).header("accept", accept)).await;
                secrets.assert_absent(&answer, entry.path);
                if names_one && accept == "application/json" {
                    let refused = if entry.who == Who::Admin { StatusCode::FORBIDDEN } else { StatusCode::NOT_FOUND };
                    assert_eq!(answer.status, refused, "{}: {}", entry.path, answer.body);
                }
                if !answer.location().is_empty() {
                    let page = app.call(Call::get(answer.location()).by(session)).await;
                    secrets.assert_absent(&page, entry.path);
                }
            }
        }
    }
}

/// The sweep itself can fail: with the gate of the database standing open, an outsider's
/// answers differ on every surface.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_open_gate_is_seen() {
    let Some(app) = TestApp::start().await else { return };
    let world = World::without_private(&app).await;
    let secrets = Secrets::plan();
    secrets.prepare(&app, &world).await;
    let session = app.session_of(world.admin).await;
    let before = Sweep::run(&app, &world, &secrets, &session).await;
    secrets.tell(&app, &world).await;
    let open = "create or replace function is_inside(incident uuid, reporter uuid, lead uuid, person uuid) returns boolean language sql stable parallel safe as 'select true'";
    sqlx::raw_sql(open).execute(&app.pool).await.unwrap();
    let after = Sweep::run(&app, &world, &secrets, &session).await;
    let told = before.differences(&after, &secrets);
    for surface in [
        "GET /incidents?:",
        "GET /settings/people?person=",
        "POST /api/people/list?person=",
        "POST /api/frame/read?:",
        "POST /api/incidents/homepage?reference=INC-2&",
        "GET /incidents/INC-2?:",
    ] {
        assert!(told.iter().any(|key| key.starts_with(surface)), "nothing is seen at {surface}");
    }
    println!("{} answers tell of it", told.len());
}

/// Who is inside sees every text of it, so that the sweep looks for texts that are shown.
#[tokio::test]
async fn whoever_is_inside_sees_every_word() {
    let Some(app) = TestApp::start().await else { return };
    let world = World::without_private(&app).await;
    let secrets = Secrets::plan();
    secrets.prepare(&app, &world).await;
    secrets.tell(&app, &world).await;
    for person in [world.reporter, world.lead, world.invited] {
        let session = app.session_of(person).await;
        let mut seen = String::new();
        for reference in secrets::REFERENCES {
            seen.push_str(&app.call(Call::get(app::paths::incident(reference)).by(session.clone())).await.body);
        }
        for field in secrets::FIELDS {
            assert!(seen.contains(&format!("{}{field}", secrets.mark)), "{field} is not shown to somebody inside");
        }
    }
}

/// A private incident and a reference that nobody ever had: the same status, the same
/// length and the same words, for every entry that takes a reference.
#[tokio::test]
async fn private_and_missing_are_the_same_answer() {
    let Some(app) = TestApp::start().await else { return };
    let world = World::without_private(&app).await;
    let secrets = Secrets::plan();
    secrets.prepare(&app, &world).await;
    secrets.tell(&app, &world).await;
    let mut compared = 0;
    for session in [Some(app.session_of(world.member).await), Some(app.session_of(world.admin).await), None] {
        for entry in with_reference() {
            for (accept, method) in
                [("text/html", Method::GET), ("application/json", Method::GET), ("*/*", Method::HEAD)]
            {
                for private in secrets::REFERENCES {
                    let ask = async |reference: &str| {
                        let mut call = call(entry, &world.fill(entry.sample, reference), reference);
                        if call.method == Method::GET {
                            call.method = method.clone();
                        }
                        app.call(call.header("accept", accept).by(session.clone())).await
                    };
                    let (private, missing) = (ask(private).await, ask("PRV-9").await);
                    assert_same(entry, &private, &missing, session.is_some());
                    secrets.assert_absent(&private, entry.path);
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 0);
    println!("{compared} pairs of private and missing compared");
}

fn assert_same(entry: &Entry, private: &Answer, missing: &Answer, signed_in: bool) {
    assert_eq!(private.status, missing.status, "{}", entry.path);
    if signed_in && entry.who == Who::Reader {
        assert_eq!(private.status, StatusCode::NOT_FOUND, "{}", entry.path);
    }
    assert_eq!(private.body.len(), missing.body.len(), "{}", entry.path);
    assert_eq!(
        plain(&private.body),
        plain(&missing.body).replace("PRV-9", private_in(&private.body)),
        "{}",
        entry.path
    );
    let names = |answer: &Answer| answer.headers.keys().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(names(private), names(missing), "{}", entry.path);
}

fn private_in(body: &str) -> &'static str {
    secrets::REFERENCES.into_iter().find(|reference| body.contains(*reference)).unwrap_or("PRV-9")
}

/// Nor does the clock tell: medians of two hundred pairs, asked in turns (T-26).
#[tokio::test]
async fn private_and_missing_take_the_same_time() {
    let Some(app) = TestApp::start().await else { return };
    let world = World::without_private(&app).await;
    let secrets = Secrets::plan();
    secrets.prepare(&app, &world).await;
    secrets.tell(&app, &world).await;
    let session = app.session_of(world.member).await;
    for entry in
        with_reference().filter(|entry| entry.kind == Kind::Function && !entry.writes && entry.who == Who::Reader)
    {
        let mut took = [Vec::new(), Vec::new()];
        for _ in 0..200 {
            for (reference, took) in ["PRV-1", "PRV-9"].into_iter().zip(&mut took) {
                let call = call(entry, &world.fill(entry.sample, reference), reference).by(session.clone());
                let began = Instant::now();
                app.call(call).await;
                took.push(began.elapsed());
            }
        }
        let [private, missing] = took.map(|mut took| {
            took.sort();
            took[took.len() / 2]
        });
        println!("{}: private {private:?}, missing {missing:?}", entry.path);
        assert!(private.abs_diff(missing) < Duration::from_millis(5), "{}: {private:?} and {missing:?}", entry.path);
    }
}
