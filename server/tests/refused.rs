//! What somebody typed into a form that was refused comes back to them, and to nobody else.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use http::StatusCode;
use support::world::World;
use support::{Answer, Call, ORIGIN, TestApp};

const SAVE: &str = "/api/severities/save";

/// A form as a browser without scripts sends it.
fn plain(path: &str, form: impl Into<bytes::Bytes>) -> Call {
    Call::post(path, form).header("accept", "text/html")
}

/// The page that a refused form leads to.
async fn page_of(app: &TestApp, answer: &Answer, session: &str) -> Answer {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let (address, anchor) = answer.location().split_once('#').expect("an anchor");
    assert_eq!(anchor, "refused");
    app.call(Call::get(address).by(session.to_owned())).await
}

#[tokio::test]
async fn a_refused_form_stands_there_as_it_was_typed() {
    let Some(app) = TestApp::start().await else { return };
    let world = World::make(&app).await;
    let session = app.session_of(world.admin).await;
    let form =
        format!("id={}&name=Sev1&definition=%3C%2Ftextarea%3E%22Nobody%26&example=%E6%97%A5%E6%9C%AC", world.severity);
    let answer = app.call(plain(SAVE, form).by(session.clone())).await;
    assert!(answer.location().starts_with("/settings/severities?refused="), "{}", answer.location());
    assert!(!answer.everything().contains("Nobody") && !answer.everything().contains("in use"));
    let page = page_of(&app, &answer, &session).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("&lt;/textarea&gt;\"Nobody&amp;</textarea>"), "{}", page.body);
    assert!(page.body.contains("日本</textarea>"));
    assert_eq!(page.body.matches("id=\"refused\"").count(), 1, "one place to go to");
    assert!(page.body.contains("aria-invalid=\"true\"") && page.body.contains("class=\"field-error\""));
    assert!(page.body.contains("data-kind=\"refusal\"") && page.body.contains("The name is in use already."));
    assert_eq!(page.body.matches("<details open").count(), 1, "the form of that severity and no other");
}

#[tokio::test]
async fn nobody_else_reads_it_and_after_ten_minutes_nobody_does() {
    let Some(app) = TestApp::start().await else { return };
    let world = World::make(&app).await;
    let session = app.session_of(world.admin).await;
    let answer = app.call(plain(SAVE, "id=&name=Sev1&definition=canary").by(session.clone())).await;
    assert!(page_of(&app, &answer, &session).await.body.contains("canary"));
    app.state.store.appoint(domain::System::Demo, world.lead).await.unwrap();
    let other = app.session_of(world.lead).await;
    let page = page_of(&app, &answer, &other).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.body.contains("canary") && !page.body.contains("refusal"), "another admin");
    sqlx::query("update refused_forms set created_at = now() - interval '11 minutes'")
        .execute(&app.pool)
        .await
        .unwrap();
    assert!(!page_of(&app, &answer, &session).await.body.contains("canary"));
}

#[tokio::test]
async fn sixty_four_kilobytes_come_back_whole_and_secrets_are_not_kept() {
    let Some(app) = TestApp::start().await else { return };
    let world = World::make(&app).await;
    let session = app.session_of(world.admin).await;
    let long = "x".repeat(64 * 1024);
    let form = format!("id=&name=New&definition={long}&api_token=hushhush&client_secret=hushhush");
    let answer = app.call(plain(SAVE, form).by(session.clone())).await;
    assert!(answer.location().len() < 100, "nothing of it in the address: {}", answer.location());
    assert!(page_of(&app, &answer, &session).await.body.contains(&long));
    assert_eq!(app.count("select count(*) from refused_forms where fields::text like '%hushhush%'").await, 0);
    let links = "id=&name=Logs&kind[]=logs&label[]=&url[]=https://me:hushhush@logs.example/x";
    let answer = app.call(plain("/api/components/save", links).by(session.clone())).await;
    let page = page_of(&app, &answer, &session).await;
    assert!(page.body.contains("https://logs.example/x") && !page.body.contains("hushhush"));
    assert_eq!(app.count("select count(*) from refused_forms where fields::text like '%hushhush%'").await, 0);
}

#[tokio::test]
async fn a_list_of_fields_comes_back_row_by_row_with_the_error_in_its_row() {
    let Some(app) = TestApp::start().await else { return };
    let world = World::make(&app).await;
    let session = app.session_of(world.admin).await;
    let rows = "kind[]=logs&label[]=First&url[]=https://a.example&kind[]=other&label[]=Second&url[]=nonsense\
                &kind[]=runbook&label[]=Third&url[]=https://c.example";
    let form = format!("id=&name=New&description=What&{rows}");
    let answer = app.call(plain("/api/components/save", form).by(session.clone())).await;
    let page = page_of(&app, &answer, &session).await;
    for typed in ["First", "https://a.example", "Second", "nonsense", "Third", "https://c.example", "What"] {
        assert!(page.body.contains(typed), "{typed}");
    }
    let at = |needle: &str| page.body.find(needle).unwrap_or_else(|| panic!("{needle}: {}", page.body));
    assert!(at("value=\"Second\"") < at("id=\"refused\"") && at("id=\"refused\"") < at("value=\"Third\""));
}

#[tokio::test]
async fn a_script_gets_its_code_and_nothing_is_kept() {
    let Some(app) = TestApp::start().await else { return };
    let world = World::make(&app).await;
    let session = app.session_of(world.admin).await;
    let answer = app.call(Call::post(SAVE, "id=&name=Sev1&definition=x").by(session)).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert_eq!((answer.header("x-code"), answer.header("x-field")), ("taken", "name"));
    assert_eq!(answer.header("x-sentence"), "The%20name%20is%20in%20use%20already.%20Choose%20another.");
    assert_eq!(app.count("select count(*) from refused_forms").await, 0);
}

#[tokio::test]
async fn a_script_is_told_in_words_what_is_done_and_that_nobody_is_signed_in() {
    let Some(app) = TestApp::start().await else { return };
    let world = World::make(&app).await;
    let call = Call::post(SAVE, "id=&name=Sev9&definition=x");
    let answer = app.call(call.clone()).await;
    assert_eq!((answer.status, answer.header("x-code")), (StatusCode::UNAUTHORIZED, "signed_out"));
    assert!(answer.header("x-sentence").starts_with("You%20are%20signed%20out."), "{:?}", answer.headers);
    let answer = app.call(call.by(app.session_of(world.admin).await)).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("x-done"), "The%20severity%20is%20saved.");
}

#[tokio::test]
async fn what_was_written_on_one_persons_page_is_never_sent_as_another() {
    let Some(app) = TestApp::start().await else { return };
    let world = World::make(&app).await;
    let session = app.session_of(world.admin).await;
    let before = app.count("select count(*) from severities").await;
    let call = |person: domain::PersonId| {
        Call::post(SAVE, "id=&name=Sev9&definition=x").header("x-person", &person.to_string()).by(session.clone())
    };
    assert_eq!(app.call(call(world.lead)).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(app.count("select count(*) from severities").await, before);
    assert_eq!(app.call(call(world.admin)).await.status, StatusCode::OK);
    assert_eq!(app.count("select count(*) from severities").await, before + 1);
}

#[tokio::test]
async fn what_could_not_be_answered_is_carried_by_the_page_that_says_so() {
    let Some(app) = TestApp::start().await else { return };
    let form = "id=&name=New&definition=%22canary%22";
    let answer = app.call(plain(SAVE, form)).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    for part in
        ["<form method=\"post\" action=\"/api/severities/save\">", "value=\"&quot;canary&quot;\"", "Send it again"]
    {
        assert!(answer.body.contains(part), "{part}: {}", answer.body);
    }
    // Another site's form must not become one of ours that is only a click away.
    let forged = app
        .call(plain(SAVE, form).header("origin", "https://evil.example").header("sec-fetch-site", "cross-site"))
        .await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    assert!(!forged.body.contains("canary") && !forged.body.contains(ORIGIN));
}
