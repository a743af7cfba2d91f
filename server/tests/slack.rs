//! Slack failing in every way it can: pages answer as if nothing were wrong, nothing is
//! posted while Slack asks to wait, nothing is posted twice as far as Slack lets us, and in
//! the end everything is there, in order, and the announcement is true.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::time::{Duration, Instant};

use domain::announcements::SlackChannel;
use domain::incidents::{Command, Declaration, Kind, Status, Visibility};
use domain::text::{MarkdownText, Title, Url};
use domain::{IncidentId, RequestId, Viewer};
use fake_slack::{Fault, Message};
use server::announcements::Sender;
use server::workers::outbox::{keep_sending, send_round};
use store::testing::TestDatabase;
use store::{About, Request, Store};
use support::TestApp;
use uuid::Uuid;

const CHANNEL: &str = "C0INCIDENTS";

struct Scene {
    app: TestApp,
    store: Store,
    who: Viewer,
}

impl Scene {
    async fn set() -> Option<Self> {
        let app = TestApp::start().await?;
        let store = bot(&app.database);
        let sql = "update settings set announcements_channel = 'incidents', engineers = 6, private_incidents = true";
        sqlx::query(sql).execute(&app.pool).await.unwrap();
        let person = Uuid::now_v7();
        sqlx::query("insert into people (id, name, source) values ($1, 'Plover', 'slack')")
            .bind(person)
            .execute(&app.pool)
            .await
            .unwrap();
        Some(Self { app, store, who: Viewer { person: person.into(), is_admin: false } })
    }

    fn sender(&self) -> Sender {
        let web_api = self.app.state.web_api.clone().unwrap();
        Sender { store: self.store.clone(), web_api, public_url: support::ORIGIN.into() }
    }

    async fn declare(&self, words: &str) -> IncidentId {
        let severities = self.store.severities(&self.who).await.unwrap();
        let declaration = Declaration {
            id: IncidentId::from_uuid(Uuid::now_v7()),
            title: Title::parse(words).unwrap(),
            summary: Default::default(),
            kind: Kind::Real,
            visibility: Visibility::Public,
            status: Status::Investigating,
            severity: severities[1].id,
            reporter: None,
            lead: None,
            key_times: Vec::new(),
        };
        self.store.declare(&self.who, request(), declaration, About::default()).await.unwrap().incident
    }

    async fn does(&self, incident: IncidentId, command: Command) {
        self.store.execute(&self.who, request(), incident, command).await.unwrap();
    }

    async fn update(&self, incident: IncidentId, words: &str) {
        let body = MarkdownText::parse(words).unwrap();
        self.does(incident, Command::Update { body, status: None, severity: None, next_update_due_at: None }).await;
    }

    /// What stands in the channel, with everything it shows.
    fn stands(&self) -> Vec<Message> {
        self.app.slack.messages(CHANNEL)
    }

    fn heads(&self) -> usize {
        self.stands().iter().filter(|message| message.thread_ts.is_none()).count()
    }

    fn replies(&self) -> Vec<String> {
        self.stands().into_iter().filter(|message| message.thread_ts.is_some()).map(|message| message.text).collect()
    }

    /// As if the pauses, backoffs and reservations were over.
    async fn time_passes(&self) {
        for sql in [
            "update slack_outbox set next_try_at = now() where done_at is null and failed_at is null",
            "update slack_outbox set done_at = done_at - interval '2 seconds' where done_at is not null",
            "delete from slack_pauses",
        ] {
            sqlx::query(sql).execute(&self.app.pool).await.unwrap();
        }
    }

    async fn rounds(&self, sender: &Sender, many: usize) {
        for _ in 0..many {
            self.time_passes().await;
            send_round(sender).await.unwrap();
        }
    }

    async fn waiting(&self) -> i64 {
        self.app.count("select count(*) from slack_outbox where done_at is null").await
    }

    /// Until everything is delivered, or for that long.
    async fn delivered_within(&self, longest: Duration) -> Duration {
        let began = Instant::now();
        while self.waiting().await > 0 {
            assert!(began.elapsed() < longest, "{} still wait", self.waiting().await);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        began.elapsed()
    }
}

fn bot(database: &TestDatabase) -> Store {
    let options = |options: &mut store::StoreOptions| {
        options.bot = true;
        options.render = Some(server::rendering::RENDER);
    };
    database.connect(options).unwrap()
}

fn request() -> Request {
    Request::web(RequestId::from_uuid(Uuid::now_v7()))
}

fn whole(message: &Message) -> String {
    format!("{} {}", message.text, serde_json::Value::from(message.blocks.clone()))
}

#[tokio::test]
async fn one_announcement_is_kept_true_and_updates_answer_in_its_thread() {
    let Some(scene) = Scene::set().await else { return };
    let (sender, before) = (scene.sender(), scene.heads());
    let incident = scene.declare("Builds wait <!channel> & more").await;
    scene.rounds(&sender, 1).await;
    for words in ["The queue grows", "A worker hangs"] {
        scene.update(incident, words).await;
        scene.rounds(&sender, 2).await;
    }
    scene.does(incident, Command::TakeLead { person: scene.who.person }).await;
    scene.does(incident, Command::Recover).await;
    scene.rounds(&sender, 2).await;
    assert_eq!(scene.heads(), before + 1, "one announcement");
    assert_eq!(scene.replies(), ["The queue grows", "A worker hangs"]);
    let announcement = scene.stands().into_iter().rfind(|message| message.thread_ts.is_none()).unwrap();
    let says = whole(&announcement);
    for part in ["Builds wait", "Sev2", "Recovered", "Plover", "A worker hangs", "/incidents/INC-"] {
        assert!(says.contains(part), "{part} in {says}");
    }
    assert!(!announcement.text.contains("<!channel>"), "what people type calls nobody");
    assert_eq!(scene.waiting().await, 0);
}

#[tokio::test]
async fn nothing_is_posted_while_slack_asks_to_wait() {
    let Some(scene) = Scene::set().await else { return };
    let worker = tokio::spawn(keep_sending(scene.sender(), scene.app.state.shutdown.clone()));
    scene.app.slack.fail_next("chat.postMessage", 1, Fault::RateLimited(3));
    scene.declare("One").await;
    scene.declare("Two").await;
    let called = || scene.app.slack.calls("chat.postMessage");
    let began = Instant::now();
    while called() == 0 {
        assert!(began.elapsed() < Duration::from_secs(10));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let refused = Instant::now();
    while refused.elapsed() < Duration::from_millis(2_700) {
        assert_eq!(called(), 1, "{:?} after the refusal", refused.elapsed());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    scene.delivered_within(Duration::from_secs(20)).await;
    worker.abort();
}

#[tokio::test]
async fn a_channel_that_hangs_holds_up_no_page_and_no_other_channel() {
    let Some(scene) = Scene::set().await else { return };
    let began = Instant::now();
    scene.declare("Before").await;
    let well = began.elapsed();
    scene.app.slack.fail_next("chat.postMessage", 1, Fault::Hang);
    let worker = tokio::spawn(keep_sending(scene.sender(), scene.app.state.shutdown.clone()));
    while scene.app.slack.calls("chat.postMessage") == 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let began = Instant::now();
    scene.declare("While it hangs").await;
    assert!(began.elapsed() < well + Duration::from_secs(1), "{:?}", began.elapsed());
    let other = store::Message {
        channel: "C0GENERAL".into(),
        method: "chat.postMessage".into(),
        payload: serde_json::json!({ "text": "elsewhere" }),
        ..store::Message::default()
    };
    scene.store.enqueue(domain::System::Worker, other).await.unwrap();
    while !scene.app.slack.messages("C0GENERAL").iter().any(|message| message.text == "elsewhere") {
        assert!(began.elapsed() < Duration::from_secs(5), "the other channel waits");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(scene.waiting().await > 0, "the first still hangs");
    let healing = scene.delivered_within(Duration::from_secs(60)).await;
    assert!(healing < Duration::from_secs(60));
    worker.abort();
}

#[tokio::test]
async fn what_was_posted_without_an_answer_is_found_and_not_posted_again() {
    let Some(scene) = Scene::set().await else { return };
    let (sender, before) = (scene.sender(), scene.heads());
    // The channel is known by its id after the first announcement.
    let first = scene.declare("First").await;
    scene.rounds(&sender, 1).await;
    // A worker that is killed between post and record: it posts, and nothing is noted.
    scene.declare("Second").await;
    scene.app.slack.fail_next("chat.postMessage", 1, Fault::HangAfter);
    scene.time_passes().await;
    let killed = tokio::spawn({
        let sender = sender.clone();
        async move { send_round(&sender).await }
    });
    while scene.heads() < before + 2 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    killed.abort();
    let _ = killed.await;
    scene.rounds(&sender, 2).await;
    assert_eq!(scene.heads(), before + 2, "it is there once");
    assert_eq!(scene.waiting().await, 0);
    assert_eq!(scene.app.count("select count(*) from slack_messages where kind = 'announcement'").await, 2);
    // An update in a thread likewise.
    scene.update(first, "Only once").await;
    scene.rounds(&sender, 1).await;
    scene.app.slack.fail_next("chat.postMessage", 1, Fault::HangAfter);
    scene.time_passes().await;
    let killed = tokio::spawn({
        let sender = sender.clone();
        async move { send_round(&sender).await }
    });
    while scene.replies().is_empty() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    killed.abort();
    let _ = killed.await;
    scene.rounds(&sender, 2).await;
    assert_eq!(scene.replies(), ["Only once"]);
    assert_eq!(scene.waiting().await, 0);
}

#[tokio::test]
async fn after_every_failure_all_is_delivered_in_order() {
    let Some(scene) = Scene::set().await else { return };
    let sender = scene.sender();
    let incident = scene.declare("Builds wait").await;
    for (fault, words) in [
        (Fault::ServerError, "one"),
        (Fault::RateLimited(1), "two"),
        (Fault::NotJson, "three"),
        (Fault::Refused("internal_error".into()), "four"),
    ] {
        scene.app.slack.fail_next("chat.postMessage", 1, fault.clone());
        scene.app.slack.fail_next("chat.update", 1, fault);
        scene.update(incident, words).await;
        scene.rounds(&sender, 2).await;
    }
    scene.app.slack.heal();
    scene.rounds(&sender, 12).await;
    assert_eq!(scene.replies(), ["one", "two", "three", "four"]);
    assert_eq!(scene.waiting().await, 0);
    let announcement = scene.stands().into_iter().rfind(|message| message.thread_ts.is_none()).unwrap();
    assert!(whole(&announcement).contains("four"), "the announcement is right");
}

#[tokio::test]
async fn an_update_without_its_announcement_is_shown_and_follows_it_later() {
    let Some(scene) = Scene::set().await else { return };
    let (sender, before) = (scene.sender(), scene.heads());
    scene.app.slack.fail_next("chat.postMessage", 1, Fault::Refused("not_in_channel".into()));
    let incident = scene.declare("Builds wait").await;
    scene.rounds(&sender, 1).await;
    for words in ["one", "two"] {
        scene.update(incident, words).await;
        scene.rounds(&sender, 2).await;
    }
    let late = scene.store.undelivered(&scene.who, incident).await.unwrap();
    let late: Vec<_> = late.iter().map(|one| (one.what.as_str(), one.why.as_str(), one.given_up)).collect();
    assert_eq!(
        late,
        [("announce", "not_in_channel", true), ("reply", "not_announced", true), ("reply", "not_announced", true)]
    );
    assert_eq!(scene.heads(), before, "nothing stands");
    // The bot was invited, and somebody tries again.
    scene.store.deliver_again(&scene.who, incident).await.unwrap();
    scene.rounds(&sender, 4).await;
    assert_eq!(scene.heads(), before + 1);
    assert_eq!(scene.replies(), ["one", "two"], "in their order, after it");
    assert!(scene.store.undelivered(&scene.who, incident).await.unwrap().is_empty());
    assert_eq!(scene.waiting().await, 0);
}

#[tokio::test]
async fn a_channel_that_is_chosen_later_hears_of_what_goes_on() {
    let Some(scene) = Scene::set().await else { return };
    let (sender, before) = (scene.sender(), scene.heads());
    let admin = Viewer { is_admin: true, ..scene.who };
    let save = async |channel: Option<&str>, meeting: Option<&str>| {
        let channel = channel.map(|name| SlackChannel::parse(name).unwrap());
        let meeting = meeting.map(|url| Url::parse(url).unwrap());
        scene.store.save_announcements(&admin, channel, meeting).await.unwrap();
    };
    save(None, None).await;
    let (goes_on, over) = (scene.declare("Builds wait").await, scene.declare("Deploys wait").await);
    scene.does(over, Command::Recover).await;
    scene.update(goes_on, "Before anybody heard").await;
    assert_eq!(scene.waiting().await, 0, "nobody hears it");
    save(Some("incidents"), None).await;
    scene.rounds(&sender, 2).await;
    assert_eq!(scene.heads(), before + 1, "what goes on, and nothing that is over");
    let says = || whole(&scene.stands().into_iter().rfind(|message| message.thread_ts.is_none()).unwrap());
    assert!(says().contains("Builds wait") && says().contains("Before anybody heard"), "{}", says());
    // The meeting is part of what stands there; the same once more is nothing new.
    save(Some("incidents"), Some("https://meet.paperkite.example/incident")).await;
    scene.rounds(&sender, 2).await;
    assert!(says().contains("https://meet.paperkite.example/incident"), "{}", says());
    save(Some("incidents"), Some("https://meet.paperkite.example/incident")).await;
    assert_eq!(scene.waiting().await, 0);
    assert_eq!(scene.heads(), before + 1);
}

#[tokio::test]
async fn a_private_incident_leaves_no_word_in_slack() {
    const CANARY: &str = "kestrel-ledger";
    let Some(scene) = Scene::set().await else { return };
    let (sender, before) = (scene.sender(), scene.heads());
    let incident = scene.declare(&format!("{CANARY} leaked")).await;
    scene.rounds(&sender, 1).await;
    scene.update(incident, &format!("{CANARY} is out")).await;
    scene.rounds(&sender, 2).await;
    assert_eq!(scene.heads(), before + 1);
    scene.does(incident, Command::ChangeVisibility { to: Visibility::Private }).await;
    scene.update(incident, &format!("{CANARY} is found")).await;
    scene.rounds(&sender, 4).await;
    let said: String = scene.stands().iter().map(whole).collect();
    assert!(!said.contains(CANARY), "{said}");
    assert!(said.contains("This incident is private now."));
    assert!(scene.replies().is_empty(), "the thread is empty");
    assert_eq!(scene.app.count("select count(*) from slack_outbox o where o::text like '%kestrel%'").await, 0);
    assert_eq!(scene.waiting().await, 0);
}
