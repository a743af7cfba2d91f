//! The one composer and the timeline over HTTP: what a plain form does, what two people at
//! one item see, where an item is from, and the log that nobody can change.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::HashSet;

use futures::future::join_all;
use http::StatusCode;
use support::world::{Parts, World};
use support::{Answer, Call, TestApp};

struct Stage {
    app: TestApp,
    parts: Parts,
    here: String,
    curlew: String,
    dunlin: String,
}

impl Stage {
    async fn set() -> Option<Self> {
        let app = TestApp::start().await?;
        let world = World::make(&app).await;
        let (curlew, dunlin) = (app.session_of(world.lead).await, app.session_of(world.reporter).await);
        let (parts, here) = (world.parts(&world.public), app::paths::incident(&world.public));
        Some(Self { app, parts, here, curlew, dunlin })
    }

    /// As a script sends it.
    async fn sends(&self, session: &str, path: &str, form: String) -> Answer {
        self.app.call(Call::post(path, form).by(session.to_owned())).await
    }

    /// As a browser without scripts sends it; the page that it comes back to.
    async fn plainly(&self, session: &str, path: &str, form: String) -> Answer {
        let answer = self.app.call(Call::post(path, form).header("accept", "text/html").by(session.to_owned())).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        self.page(session, answer.location().split('#').next().unwrap()).await
    }

    async fn page(&self, session: &str, address: &str) -> Answer {
        let page = self.app.call(Call::get(address).by(session.to_owned())).await;
        assert_eq!(page.status, StatusCode::OK, "{address}: {}", page.body);
        page
    }

    fn note(&self, request: u8, rest: &str) -> String {
        format!("incident={}&request={}&back={}&{rest}", self.parts.incident, id(request), self.here)
    }

    async fn counted(&self, sql: String) -> i64 {
        sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&self.app.pool).await.unwrap()
    }

    fn item_page(&self) -> String {
        app::paths::timeline_item(&self.here, &self.parts.item)
    }

    fn edit(&self, request: u8, seen: &str, body: &str) -> String {
        let (incident, item) = (&self.parts.incident, &self.parts.item);
        let (seen, happened) = (seen.replace('+', "%2B"), self.parts.seen.replace('+', "%2B"));
        format!(
            "incident={incident}&request={}&back={}&item={item}&body={body}&occurred_at=2026-01-02T03:04&which=&zone=UTC&happened_at={happened}&seen_item={seen}",
            id(request),
            self.item_page()
        )
    }
}

fn id(n: u8) -> String {
    format!("01900000-0000-7000-8000-0000000001{n:02x}")
}

#[tokio::test]
async fn one_form_writes_notes_updates_and_what_happened_earlier() {
    let Some(stage) = Stage::set().await else { return };
    let note = "/api/incidents/note";
    let page = stage.plainly(&stage.curlew, note, stage.note(1, "body=Plain+note&what=note")).await;
    assert!(page.body.contains("Plain note") && page.body.contains("Written down."), "{}", page.body);
    let page = stage.plainly(&stage.curlew, note, stage.note(2, "body=Told&what=update")).await;
    assert!(page.body.contains("told everybody:") && page.body.contains("Everybody following is told."));
    let earlier = "body=Seen+first&what=earlier&occurred_at=2025-11-20T23:26&zone=Asia/Tokyo";
    let page = stage.plainly(&stage.curlew, note, stage.note(3, earlier)).await;
    assert!(page.body.contains("2025-11-20T14:26:00Z"), "in the zone that was shown");
}

#[tokio::test]
async fn the_same_update_sent_twice_is_one_though_its_promise_is_counted_from_now() {
    let Some(stage) = Stage::set().await else { return };
    let incident = &stage.parts.incident;
    let reopen = format!("update incidents set status = 'investigating' where id = '{incident}'");
    sqlx::query(sqlx::AssertSqlSafe(reopen)).execute(&stage.app.pool).await.unwrap();
    for _ in 0..2 {
        let form = stage.note(4, "body=Again&what=update&next_update_in=30");
        let answer = stage.sends(&stage.curlew, "/api/incidents/note", form).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    }
    assert_eq!(stage.app.count("select count(*) from updates where body = 'Again'").await, 1);
}

#[tokio::test]
async fn a_time_that_came_twice_is_asked_about_with_both_moments_and_nothing_is_lost() {
    let Some(stage) = Stage::set().await else { return };
    let form = "body=At+night&what=earlier&occurred_at=2025-11-02T01:30&zone=America/Los_Angeles";
    let page = stage.plainly(&stage.curlew, "/api/incidents/note", stage.note(5, form)).await;
    assert!(page.body.contains("At night</textarea>") && page.body.contains("came twice. Say which one."));
    let chosen = format!("{form}&which=later");
    let answer = stage.sends(&stage.curlew, "/api/incidents/note", stage.note(5, &chosen)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let stored = "select count(*) from timeline_items where occurred_at = '2025-11-02T09:30:00Z'";
    assert_eq!(stage.app.count(stored).await, 1);
}

#[tokio::test]
async fn the_second_of_two_who_edit_one_item_sees_the_first_and_loses_nothing() {
    let Some(stage) = Stage::set().await else { return };
    let (edit, seen) = ("/api/timeline/edit", stage.parts.seen.clone());
    let page = stage.plainly(&stage.dunlin, edit, stage.edit(6, &seen, "Theirs")).await;
    assert!(page.body.contains("What it said before is kept.") && page.body.contains("<del>"), "{}", page.body);
    let page = stage.plainly(&stage.curlew, edit, stage.edit(7, &seen, "Mine")).await;
    assert!(page.body.contains("Mine</textarea>"), "what was typed stays: {}", page.body);
    assert!(page.body.contains("Dunlin changed this "), "{}", page.body);
    let (_, now) = page.body.split_once("name=\"seen_item\" value=\"").unwrap();
    let now = now.split('"').next().unwrap().to_owned();
    let page = stage.plainly(&stage.curlew, edit, stage.edit(8, &now, "Mine")).await;
    assert!(page.body.contains("What it said before is kept."), "{}", page.body);
    assert_eq!(stage.app.count("select count(*) from timeline_revisions").await, 2);
}

#[tokio::test]
async fn hiding_is_not_losing() {
    let Some(stage) = Stage::set().await else { return };
    let form = |request: u8| stage.note(request, &format!("item={}", stage.parts.item));
    let anchor = format!("id=\"t-{}\"", stage.parts.item);
    let page = stage.plainly(&stage.curlew, "/api/timeline/hide", form(9)).await;
    assert!(!page.body.contains(&anchor));
    let address = format!("{}?only=hidden&around={}", stage.here, stage.parts.item);
    assert!(stage.page(&stage.curlew, &address).await.body.contains(&anchor));
    let own = stage.page(&stage.dunlin, &stage.item_page()).await;
    assert!(own.body.contains("by Curlew") && own.body.contains("Show it again"), "{}", own.body);
    let page = stage.plainly(&stage.dunlin, "/api/timeline/restore", form(10)).await;
    assert!(page.body.contains(&anchor));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_who_hide_with_one_form_get_one_answer() {
    let Some(stage) = Stage::set().await else { return };
    let form = |request: u8| stage.note(request, &format!("item={}", stage.parts.item));
    for (path, verb, request) in
        [("/api/timeline/hide", "item_hidden", 11), ("/api/timeline/restore", "item_restored", 12)]
    {
        let sends = (0..50).map(|_| stage.sends(&stage.curlew, path, form(request)));
        let answers = join_all(sends).await;
        let said: HashSet<_> = answers.iter().map(|answer| (answer.status, &answer.body)).collect();
        assert_eq!(said.len(), 1, "{said:?}");
        assert_eq!(answers[0].status, StatusCode::OK, "{}", answers[0].body);
        let log = format!("select count(*) from activity where verb = '{verb}' and request_id = '{}'", id(request));
        assert_eq!(stage.counted(log).await, 1, "{path}");
    }
}

#[tokio::test]
async fn the_second_of_two_who_choose_the_same_has_what_they_wanted() {
    let Some(stage) = Stage::set().await else { return };
    let sev1 = "severity=01900000-0000-7000-8000-000000000001&seen_severity=01900000-0000-7000-8000-000000000002";
    for (session, request) in [(&stage.dunlin, 13), (&stage.curlew, 14)] {
        let answer = stage.sends(session, "/api/incidents/severity", stage.note(request, sev1)).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    }
    // Another choice than the one that was made meanwhile is a question.
    let sev3 = "severity=01900000-0000-7000-8000-000000000003&seen_severity=01900000-0000-7000-8000-000000000002";
    let answer = stage.sends(&stage.curlew, "/api/incidents/severity", stage.note(15, sev3)).await;
    assert_eq!(answer.status, StatusCode::CONFLICT, "{}", answer.body);
}

#[tokio::test]
async fn an_update_against_a_change_says_who_made_it_and_can_keep_theirs() {
    let Some(stage) = Stage::set().await else { return };
    let (note, incident) = ("/api/incidents/note", &stage.parts.incident);
    let reopen = format!("update incidents set status = 'investigating' where id = '{incident}'");
    sqlx::query(sqlx::AssertSqlSafe(reopen)).execute(&stage.app.pool).await.unwrap();
    let update = |request: u8, rest: &str| stage.note(request, &format!("body=Mine&what=update&{rest}"));
    let theirs = "to=identified&seen_status=investigating";
    let answer = stage.sends(&stage.dunlin, "/api/incidents/status", stage.note(16, theirs)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let mine = "status=monitoring&seen_status=investigating";
    let page = stage.plainly(&stage.curlew, note, update(17, mine)).await;
    assert!(page.body.contains("Dunlin changed the status to Identified "), "{}", page.body);
    for says in ["Mine</textarea>", " Yours: ", "Post it and keep theirs", "name=\"seen_status\" value=\"identified\""]
    {
        assert!(page.body.contains(says), "{says}: {}", page.body);
    }
    let keep = "status=monitoring&seen_status=identified&keep=status";
    let answer = stage.sends(&stage.curlew, note, update(18, keep)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let kept = format!("select count(*) from incidents where id = '{incident}' and status = 'identified'");
    assert_eq!(stage.counted(kept).await, 1);
    let page = stage.plainly(&stage.curlew, note, update(19, "status=monitoring&seen_status=identified")).await;
    assert!(page.body.contains("Monitoring"), "{}", page.body);
}

#[tokio::test]
async fn the_log_says_in_words_what_was_done() {
    let Some(stage) = Stage::set().await else { return };
    let log = stage.page(&stage.dunlin, &app::paths::activity(&stage.here)).await.body;
    for says in ["hid a timeline item.", "took the lead", "wrote a note: “", "set the status from"] {
        assert!(log.contains(says), "{says}: {log}");
    }
    assert!(!log.contains("<form method=\"post\" action=\"/api/timeline"), "nothing there can be changed");
}

#[tokio::test]
async fn who_comes_back_is_told_what_they_missed_and_sees_it_marked_on_every_page() {
    let Some(stage) = Stage::set().await else { return };
    let reference = stage.here.rsplit('/').next().unwrap();
    // More than there is counts as what is there.
    let looks = || stage.sends(&stage.curlew, "/api/incidents/looked", format!("reference={reference}&seq=99999"));
    assert_eq!(looks().await.status, StatusCode::OK);
    let after = stage.counted("select max(seq) from read_cursors".into()).await;
    for request in 0..60 {
        let sent = stage.sends(&stage.dunlin, "/api/incidents/note", stage.note(request, "body=Late&what=note")).await;
        assert_eq!(sent.status, StatusCode::OK, "{}", sent.body);
    }
    let missed = stage.sends(&stage.curlew, "/api/incidents/missed", format!("reference={reference}")).await;
    assert!(missed.body.contains("60 notes."), "{}", missed.body);
    assert!(missed.body.contains(&format!(r#"data-after=\"{after}\""#)), "{}", missed.body);
    assert_eq!(missed.body.matches("t-").count(), 60);

    // The cursor goes on while the page is read; the marks are those of the page.
    let page = stage.page(&stage.curlew, &stage.here).await;
    assert_eq!(page.body.matches("data-new").count(), 50 + 1, "each item, and the place that names them");
    assert_eq!(looks().await.status, StatusCode::OK);
    let before = page.body.split("data-earlier=\"").nth(1).unwrap().split('"').next().unwrap();
    let earlier = async |since: &str| {
        let form = format!("reference={reference}&only=&before={before}&since={since}");
        stage.sends(&stage.curlew, "/api/timeline/page", form).await
    };
    assert_eq!(earlier(&after.to_string()).await.body.matches("data-new").count(), 10);
    assert_eq!(earlier("").await.body.matches("data-new").count(), 0);
    assert_eq!(earlier("yesterday").await.status, StatusCode::UNPROCESSABLE_ENTITY);
}
