//! Every parameter of every page and function, and of the raw routes, with what nobody
//! sends who means well: a clear 4xx or a page that says so, never 5xx, never a word of
//! the database's, and nothing changed by what was refused.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod judge;
mod parameters;
#[path = "../support/mod.rs"]
mod support;
mod values;
mod wire;

use http::{Method, StatusCode};
use judge::{Judge, Quick};
use parameters::{form, nested, of_functions, of_pages, of_sample};
use server::http::access::{ACCESS, Entry, Kind, Who};
use support::world::World;
use support::{Answer, Call, TestApp};
use values::{Value, ids_of_others, values};

fn functions() -> impl Iterator<Item = &'static Entry> {
    ACCESS.iter().filter(|entry| entry.kind == Kind::Function)
}

/// The samples of the table name every parameter that the sources declare, so that the
/// tests below forget none.
#[test]
fn each_parameter_of_each_function_stands_in_its_sample() {
    let declared = of_functions();
    assert_eq!(declared.len(), functions().count(), "{:?}", declared.keys());
    for entry in functions() {
        let sampled: std::collections::BTreeSet<String> = of_sample(entry.sample)
            .into_iter()
            .map(|parameter| parameter.name.split('[').next().unwrap().to_owned())
            .collect();
        assert_eq!(sampled, declared[entry.path], "{}", entry.path);
    }
}

/// The functions are many: several tests have a share of them each, with a database of its own.
const SHARES: usize = 4;

fn share(number: usize) -> impl Iterator<Item = &'static Entry> {
    functions().enumerate().filter(move |(at, _)| at % SHARES == number).map(|(_, entry)| entry)
}

macro_rules! in_shares {
    ($whole:ident: $($name:ident = $number:literal),*) => {
        $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            const { assert!($number < SHARES) };
            $whole($number).await;
        })*
    };
}

in_shares!(functions_refuse_clearly_and_change_nothing:
    first_functions_refuse_clearly = 0, second_functions_refuse_clearly = 1,
    third_functions_refuse_clearly = 2, fourth_functions_refuse_clearly = 3);
in_shares!(plain_forms_come_back_with_a_sentence:
    first_plain_forms_come_back = 0, second_plain_forms_come_back = 1,
    third_plain_forms_come_back = 2, fourth_plain_forms_come_back = 3);

/// Each parameter of each function with each value, the others as they should be.
async fn functions_refuse_clearly_and_change_nothing(number: usize) {
    let Some(app) = TestApp::start().await else { return };
    let world = World::make(&app).await;
    let mut judge = Judge::new(Quick::of(&app).await);
    for entry in share(number) {
        let session = app.session_of(world.admin).await;
        let sample = of_sample(&world.fill(entry.sample, &world.public));
        let kinds = of_sample(entry.sample);
        for (at, parameter) in sample.iter().enumerate() {
            let mut all = values();
            all.extend(ids_of_others(&world, &kinds[at]));
            for value in &all {
                let session = if entry.path == "/api/sessions/end-all" {
                    app.session_of(world.admin).await
                } else {
                    session.clone()
                };
                let answer = app.call(Call::post(entry.path, form(&sample, at, value)).by(session)).await;
                let what = format!("{} {}={}", entry.path, parameter.name, value.name);
                let may_pass = !value.never && (kinds[at].is_loose() || value.is_ours(&kinds[at]));
                judge.function(&what, &answer, may_pass).await;
            }
        }
        for (name, body) in values::whole_forms(&sample) {
            let session = app.session_of(world.admin).await;
            let answer = app.call(Call::post(entry.path, body).by(session)).await;
            judge.function(&format!("{} {name}", entry.path), &answer, true).await;
        }
        for kind in ["application/json", "multipart/form-data; boundary=x", "text/plain", "x"] {
            let answer =
                app.call(Call::post(entry.path, "{\"id\":1}").by(session.clone()).header("content-type", kind)).await;
            judge.function(&format!("{} as {kind}", entry.path), &answer, false).await;
        }
        still_admin(&app, &world).await;
    }
    judge.verdict(500);
}

/// The list's filters inside the one parameter of its functions: text within text.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn filters_within_a_query_refuse_clearly() {
    let Some(app) = TestApp::start().await else { return };
    let world = World::make(&app).await;
    let mut judge = Judge::new(Quick::of(&app).await);
    let session = app.session_of(world.member).await;
    let mut asked = 0;
    for entry in functions() {
        for (at, parameter) in of_sample(entry.sample).iter().enumerate().filter(|(_, parameter)| parameter.is_query())
        {
            for key in of_pages() {
                for value in values().iter().filter(|value| value.is_short()) {
                    let inner = nested(&key, value);
                    let answer = app
                        .call(Call::post(entry.path, form(&of_sample(entry.sample), at, &inner)).by(session.clone()))
                        .await;
                    let may_pass = value.name != "NUL" || !parameters::is_filter(&key);
                    judge
                        .function(&format!("{} {}→{key}={}", entry.path, parameter.name, value.name), &answer, may_pass)
                        .await;
                    asked += 1;
                }
            }
        }
    }
    assert!(asked >= 300, "{asked}");
    judge.verdict(300);
}

/// Each parameter that some page reads, on each page, with each value; and the parts of
/// addresses themselves.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_explain_and_never_break() {
    let Some(app) = TestApp::start().await else { return };
    let world = World::make(&app).await;
    let mut judge = Judge::new(Quick::of(&app).await);
    let session = app.session_of(world.admin).await;
    // How far somebody has looked is kept; once they have seen everything, looking again
    // changes nothing.
    let viewer = domain::Viewer { person: world.admin, is_admin: true };
    let seen = app.state.store.find(&viewer, world.public.parse().unwrap()).await.unwrap().unwrap();
    app.state.store.looked(&viewer, seen, i64::MAX).await.unwrap();
    let names = of_pages();
    for known in [
        "status",
        "severity",
        "component",
        "lead",
        "from",
        "until",
        "q",
        "before",
        "after",
        "only",
        "person",
        "to",
        "refused",
        "done",
    ] {
        assert!(names.contains(known), "{known} was not found in the sources: {names:?}");
    }
    for entry in ACCESS.iter().filter(|entry| entry.kind == Kind::Page) {
        let path = world.path(entry.path, &world.public);
        for name in &names {
            for value in values().iter().filter(|value| value.fits_an_address()) {
                let answer =
                    app.call(Call::get(format!("{path}?{name}{}", value.assigned())).by(session.clone())).await;
                judge.page(&format!("{path} {name}={}", value.name), &answer, !value.never);
            }
        }
        judge.nothing_changed(&path).await;
    }
    judge.verdict(500);
}

/// What stands in the place of a reference or a file's name.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn parts_of_addresses_refuse_clearly() {
    let Some(app) = TestApp::start().await else { return };
    let world = World::make(&app).await;
    let mut judge = Judge::new(Quick::of(&app).await);
    for entry in ACCESS.iter().filter(|entry| entry.path.contains('{')) {
        let (head, _) = entry.path.split_once('{').unwrap();
        let mut all: Vec<String> = values()
            .into_iter()
            .filter(Value::fits_an_address)
            .map(|value| value.encoded)
            .filter(|text| !text.is_empty())
            .collect();
        all.extend(
            [
                "INC-0",
                "INC--1",
                "INC-9223372036854775807",
                "INC-4294967296",
                "XYZ-1",
                "INC-1%00",
                "INC-%EF%BC%91",
                "..%2f..%2fetc%2fpasswd",
                "%2e%2e/%2e%2e/etc/passwd",
                "..;/",
            ]
            .map(String::from),
        );
        all.extend([world.component.clone(), world.severity.to_string(), world.member.to_string()]);
        for value in all {
            for method in [Method::GET, Method::HEAD] {
                let mut call = Call::get(format!("{head}{value}")).by(app.session_of(world.member).await);
                call.method = method.clone();
                let answer = app.call(call).await;
                let what = format!("{method} {head}{}", &value[..value.len().min(40)]);
                judge.refused_page(&what, &answer, method == Method::HEAD || entry.who == Who::Anybody);
            }
        }
    }
    judge.nothing_changed("parts of addresses").await;
    judge.verdict(50);
}

/// The raw routes' queries.
#[tokio::test]
async fn routes_refuse_clearly() {
    let Some(app) = TestApp::start().await else { return };
    let world = World::make(&app).await;
    let mut judge = Judge::new(Quick::of(&app).await);
    let is_page = |entry: &&Entry| entry.kind == Kind::Route && entry.path != app::paths::LIVE;
    for entry in ACCESS.iter().filter(is_page) {
        let mut own: Vec<String> = of_sample(entry.sample).into_iter().map(|parameter| parameter.name).collect();
        own.push("x".into());
        for name in own {
            for value in values().iter().filter(|value| value.fits_an_address()) {
                let path = entry.path.replace("{*file}", "app-0123456789abcdef.css");
                let address = format!("{path}?{name}{}", value.assigned());
                let call = if entry.writes {
                    Call::post(address, "").header("accept", "text/html")
                } else {
                    Call::get(address)
                };
                let answer = app
                    .call(call.by(app.session_of(world.member).await).cookie("sensible_browser", &"a".repeat(43)))
                    .await;
                judge.page(&format!("{} {name}={}", entry.path, value.name), &answer, !value.never);
                let location = answer.location();
                assert!(!location.contains("evil.example") || location.starts_with(app.slack.url()), "{location}");
            }
        }
    }
    judge.verdict(50);
}

/// The stream's query, and the header by which a browser says what it has seen: a stream or
/// a refusal, which a script reads, and nothing of either changes anything.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_refuse_clearly() {
    let Some(app) = TestApp::start().await else { return };
    let world = World::make(&app).await;
    let mut judge = Judge::new(Quick::of(&app).await);
    judge.nothing_changed("nothing yet").await;
    let entry = ACCESS.iter().find(|entry| entry.path == app::paths::LIVE).unwrap();
    let kinds = of_sample(entry.sample);
    let sample = of_sample(&world.fill(entry.sample, &world.public));
    let whole = sample.iter().map(|one| format!("{}={}", one.name, one.value)).collect::<Vec<_>>().join("&");
    assert!(sample.len() >= 4, "{whole}");
    let session = app.session_of(world.member).await;
    let (mut streams, mut refusals) = (0, 0);
    for (at, parameter) in sample.iter().enumerate() {
        let mut all = values();
        all.extend(ids_of_others(&world, &kinds[at]));
        all.push(Value::new("no incident's id", "INC-1:1"));
        all.push(Value::new("a seq before all", format!("{}:-1", world.parts(&world.public).incident)));
        all.push(Value::new("many", "01900000-0000-7000-8000-000000000001,".repeat(100)));
        for value in all.iter().filter(|value| value.fits_an_address()) {
            let address = format!("{}?{}", entry.path, form(&sample, at, value));
            let answer = app.call(Call::get(address).by(session.clone())).await;
            let what = format!("{} {}={}", entry.path, parameter.name, value.name);
            let is_list_of_ids = ["incidents", "since"].contains(&parameter.name.as_str());
            let names_nobodys = is_list_of_ids && uuid::Uuid::parse_str(&value.encoded).is_ok();
            if answer.status.is_success() {
                streams += 1;
                // A pair of another name is nobody's business.
                let is_another = value.sign != "=" && !value.sign.is_empty();
                if value.never || !(names_nobodys || is_another || value.is_ours(&kinds[at])) {
                    judge.fault(&what, answer.status.to_string());
                }
            } else {
                refusals += 1;
                judge.refused_page(&what, &answer, true);
            }
            judge.nothing_changed(&what).await;
        }
    }
    for value in values().iter().filter(|value| value.is_short()) {
        let address = format!("{}?{whole}", entry.path);
        let answer = app.call(Call::get(address).by(session.clone()).header("last-event-id", &value.encoded)).await;
        let what = format!("{} with Last-Event-ID {}", entry.path, value.name);
        // It counts only where it says more than the address does.
        if answer.status != StatusCode::OK {
            judge.fault(&what, answer.status.to_string());
        }
        judge.nothing_changed(&what).await;
    }
    println!("{streams} streams, {refusals} refusals");
    assert!(streams > 0 && refusals > 80, "{streams} streams, {refusals} refusals");
    judge.verdict(80);
}

/// Plain forms, without a script: a refusal comes back as a page that says why.
async fn plain_forms_come_back_with_a_sentence(number: usize) {
    let Some(app) = TestApp::start().await else { return };
    let world = World::make(&app).await;
    let mut judge = Judge::new(Quick::of(&app).await);
    for entry in share(number).filter(|entry| entry.writes) {
        let sample = of_sample(&world.fill(entry.sample, &world.public));
        for (at, parameter) in sample.iter().enumerate() {
            for value in values().iter().filter(|value| value.is_short() || value.never) {
                let session = app.session_of(world.admin).await;
                let call =
                    Call::post(entry.path, form(&sample, at, value)).by(session.clone()).header("accept", "text/html");
                let answer = app.call(call).await;
                let what = format!("{} {}={} as a plain form", entry.path, parameter.name, value.name);
                let back = answer.location().to_owned();
                if answer.status != StatusCode::SEE_OTHER {
                    judge.page(&what, &answer, false);
                    judge.nothing_changed(&what).await;
                    continue;
                }
                if !back.starts_with('/') || back.starts_with("//") {
                    judge.fault(&what, format!("sent to {back}"));
                    continue;
                }
                let page = app.call(Call::get(back.as_str()).by(session)).await;
                judge.page(&what, &page, true);
                if back.contains("refused=") {
                    judge.nothing_changed(&what).await;
                    if !page.body.contains("data-kind=\"refusal\"") {
                        judge.fault(&what, "the page does not say that it was refused".into());
                    }
                } else if value.never {
                    judge.fault(&what, format!("done, back to {back}"));
                } else {
                    judge.accept_change().await;
                }
            }
        }
    }
    judge.verdict(300);
}

async fn still_admin(app: &TestApp, world: &World) {
    let session = app.session_of(world.admin).await;
    let answer: Answer = app.call(Call::post("/api/frame/read", "").by(session)).await;
    assert_eq!(answer.status, StatusCode::OK, "whoever asks is nobody any more, so nothing is tested: {}", answer.body);
    assert!(answer.body.contains("\"is_admin\":true") || !answer.body.contains("is_admin"), "{}", answer.body);
}
