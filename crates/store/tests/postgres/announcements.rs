//! What goes into the outbox with a write, and what of it may still be said later.

use std::time::Duration;

use domain::incidents::{Command, Declaration, Kind, Visibility};
use domain::{IncidentId, System, Viewer};
use serde_json::json;
use store::announcements::{ANNOUNCE, CALL, Landed, REPLY, Stands, TAKE_BACK};
use store::{About, Change, DueMessage, Store};
use tokio_util::sync::CancellationToken;

use crate::stage::{SEV1, SEV2, Stage, body, declaration, past, request, severity, title};

/// A stage whose store has a bot and a channel, in phase 1, with private incidents.
async fn announcing() -> Option<(Stage, Store)> {
    let stage = Stage::set().await?;
    stage.run("update settings set announcements_channel = 'incidents', engineers = 6, private_incidents = true").await;
    let store = stage.database.connect(|options| options.bot = true).unwrap();
    Some((stage, store))
}

async fn told(store: &Store, who: &Viewer, incident: IncidentId, words: &str) {
    let update = Command::Update { body: body(words), status: None, severity: None, next_update_due_at: None };
    store.execute(who, request(), incident, update).await.unwrap();
}

async fn visible(store: &Store, who: &Viewer, incident: IncidentId, to: Visibility) {
    store.execute(who, request(), incident, Command::ChangeVisibility { to }).await.unwrap();
}

/// Lets the second pass that a channel waits after each message.
async fn take(stage: &Stage, store: &Store) -> Vec<DueMessage> {
    stage.run("update slack_outbox set done_at = done_at - interval '2 seconds' where done_at is not null").await;
    store.take_due(System::Worker, 20).await.unwrap()
}

async fn lands(stage: &Stage, store: &Store, method: &str) -> DueMessage {
    let due = take(stage, store).await;
    assert_eq!(due.iter().map(|due| due.message.method.as_str()).collect::<Vec<_>>(), [method]);
    let due = due.into_iter().next().unwrap();
    if method == ANNOUNCE && due.message.payload["post"] != true {
        store.done(System::Worker, due.id, None).await.unwrap();
        return due;
    }
    let landed = Landed {
        incident: due.message.incident.unwrap(),
        is_announcement: method == ANNOUNCE,
        stands: Stands { id: due.id, channel: "C1".into(), ts: format!("{}.1", due.id.as_u128() % 100_000) },
        lane: due.message.channel.clone(),
        called: method == CALL,
    };
    store.landed(System::Worker, landed).await.unwrap();
    due
}

#[tokio::test]
async fn many_changes_make_one_announcement_and_it_says_the_newest() {
    let Some((stage, store)) = announcing().await else { return };
    let plover = stage.member("Plover").await;
    let incident =
        store.declare(&plover, request(), declaration("Builds wait"), About::default()).await.unwrap().incident;
    for name in ["Builds wait long", "Builds wait very long"] {
        store.execute(&plover, request(), incident, Command::Rename { title: title(name) }).await.unwrap();
    }
    assert_eq!(stage.count("select count(*) from slack_outbox").await, 1);
    assert_eq!(stage.count("select count(*) from slack_outbox o where o::text like '%Builds%'").await, 0, "ids only");
    let due = lands(&stage, &store, ANNOUNCE).await;
    assert_eq!(due.message.payload, json!({ "post": true }));
    let says = store.announcement(System::Worker, incident, "incidents").await.unwrap().unwrap();
    assert_eq!(says.says.unwrap().title, "Builds wait very long");
    assert_eq!(says.channel_id.as_deref(), Some("C1"));
    // An update follows in the thread, after the announcement itself.
    told(&store, &plover, incident, "The queue grows").await;
    let due = lands(&stage, &store, ANNOUNCE).await;
    assert_eq!(due.message.payload, json!({}));
    let due = lands(&stage, &store, REPLY).await;
    let item = due.message.payload["item"].as_str().unwrap().parse().unwrap();
    let reply = store.reply(System::Worker, incident, item).await.unwrap().unwrap();
    assert_eq!(reply.update.words, "The queue grows");
}

#[tokio::test]
async fn practice_private_and_history_are_never_announced() {
    let Some((stage, store)) = announcing().await else { return };
    let plover = stage.member("Plover").await;
    for (kind, visibility) in [(Kind::Drill, Visibility::Public), (Kind::Real, Visibility::Private)] {
        let hidden = Declaration { kind, visibility, ..declaration("Nobody reads this") };
        let incident = store.declare(&plover, request(), hidden, About::default()).await.unwrap().incident;
        told(&store, &plover, incident, "Nor this").await;
        assert_eq!(store.announcement(System::Worker, incident, "incidents").await.unwrap().unwrap().says, None);
    }
    store.record(System::Import, past("Long ago", chrono::Utc::now() - chrono::TimeDelta::days(9), 30)).await.unwrap();
    assert_eq!(stage.count("select count(*) from slack_outbox").await, 0);
}

#[tokio::test]
async fn what_became_private_is_taken_back_before_anything_else() {
    let Some((stage, store)) = announcing().await else { return };
    let plover = stage.member("Plover").await;
    let incident =
        store.declare(&plover, request(), declaration("Keys leaked"), About::default()).await.unwrap().incident;
    lands(&stage, &store, ANNOUNCE).await;
    told(&store, &plover, incident, "Somebody has them").await;
    lands(&stage, &store, ANNOUNCE).await;
    let reply = lands(&stage, &store, REPLY).await;
    // Another incident waits in the same channel, and one more update of this one.
    store.declare(&plover, request(), declaration("Another"), About::default()).await.unwrap();
    told(&store, &plover, incident, "Still").await;
    visible(&store, &plover, incident, Visibility::Private).await;
    let due = take(&stage, &store).await;
    assert_eq!((due.len(), due[0].message.method.as_str(), due[0].message.incident), (1, ANNOUNCE, Some(incident)));
    let now = store.announcement(System::Worker, incident, "incidents").await.unwrap().unwrap();
    assert!(now.stands.is_some() && now.says.is_none());
    store.done(System::Worker, due[0].id, None).await.unwrap();
    let due = take(&stage, &store).await;
    assert_eq!(due[0].message.method, TAKE_BACK);
    assert_eq!(due[0].message.payload, json!({ "message": reply.id }));
    assert_eq!(store.stands(System::Worker, reply.id).await.unwrap().unwrap().channel, "C1");
    store.gone(System::Worker, reply.id).await.unwrap();
    store.done(System::Worker, due[0].id, None).await.unwrap();
    assert_eq!(stage.count("select count(*) from slack_outbox where method = 'reply' and done_at is null").await, 0);
    // Public again: the same message says it all again.
    visible(&store, &plover, incident, Visibility::Public).await;
    let now = store.announcement(System::Worker, incident, "incidents").await.unwrap().unwrap();
    assert!(now.stands.is_some() && now.says.is_some());
}

#[tokio::test]
async fn what_lands_after_it_became_private_is_taken_back_too() {
    let Some((stage, store)) = announcing().await else { return };
    let plover = stage.member("Plover").await;
    let incident =
        store.declare(&plover, request(), declaration("Keys leaked"), About::default()).await.unwrap().incident;
    let due = take(&stage, &store).await.remove(0);
    visible(&store, &plover, incident, Visibility::Private).await;
    // The take-back comes first and finds nothing.
    let early = take(&stage, &store).await.remove(0);
    assert_eq!(store.announcement(System::Worker, incident, "incidents").await.unwrap().unwrap().stands, None);
    store.done(System::Worker, early.id, None).await.unwrap();
    let stands = Stands { id: due.id, channel: "C1".into(), ts: "1.1".into() };
    let landed = Landed { incident, is_announcement: true, stands, lane: "incidents".into(), called: false };
    store.landed(System::Worker, landed).await.unwrap();
    let again = take(&stage, &store).await;
    assert_eq!((again.len(), again[0].message.method.as_str()), (1, ANNOUNCE));
    assert!(again[0].message.urgent);
}

#[tokio::test]
async fn rising_to_the_worst_calls_everybody_once() {
    let Some((stage, store)) = announcing().await else { return };
    let plover = stage.member("Plover").await;
    let incident =
        store.declare(&plover, request(), declaration("Builds wait"), About::default()).await.unwrap().incident;
    lands(&stage, &store, ANNOUNCE).await;
    store.execute(&plover, request(), incident, Command::ChangeSeverity { to: severity(SEV1) }).await.unwrap();
    lands(&stage, &store, ANNOUNCE).await;
    lands(&stage, &store, CALL).await;
    assert!(take(&stage, &store).await.is_empty());
    for id in [SEV2, SEV1] {
        store.execute(&plover, request(), incident, Command::ChangeSeverity { to: severity(id) }).await.unwrap();
        lands(&stage, &store, ANNOUNCE).await;
    }
    assert!(take(&stage, &store).await.is_empty(), "raised again, it calls nobody");
}

#[tokio::test]
async fn a_first_announcement_that_calls_everybody_leaves_no_call_behind() {
    let Some((stage, store)) = announcing().await else { return };
    let plover = stage.member("Plover").await;
    let incident =
        store.declare(&plover, request(), declaration("Builds wait"), About::default()).await.unwrap().incident;
    // Slack is slow: it is the worst before the first announcement was sent.
    store.execute(&plover, request(), incident, Command::ChangeSeverity { to: severity(SEV1) }).await.unwrap();
    let due = take(&stage, &store).await.remove(0);
    let says = store.announcement(System::Worker, incident, "incidents").await.unwrap().unwrap().says.unwrap();
    assert!(due.message.payload["post"] == true && says.calls_everybody);
    let stands = Stands { id: due.id, channel: "C1".into(), ts: "1.1".into() };
    let landed = Landed { incident, is_announcement: true, stands, lane: "incidents".into(), called: true };
    store.landed(System::Worker, landed).await.unwrap();
    assert!(take(&stage, &store).await.is_empty(), "the first post called everybody already");
}

#[tokio::test]
async fn what_was_given_up_is_told_on_the_incident_and_tried_again() {
    let Some((stage, store)) = announcing().await else { return };
    let plover = stage.member("Plover").await;
    let incident =
        store.declare(&plover, request(), declaration("Builds wait"), About::default()).await.unwrap().incident;
    assert!(store.undelivered(&plover, incident).await.unwrap().is_empty());
    let due = take(&stage, &store).await.remove(0);
    store.give_up(System::Worker, due.id, "is_archived".into()).await.unwrap();
    let late = store.undelivered(&plover, incident).await.unwrap();
    assert_eq!((late.len(), late[0].why.as_str(), late[0].given_up), (1, "is_archived", true));
    let outsider = stage.member("Knot").await;
    visible(&store, &plover, incident, Visibility::Private).await;
    assert!(store.undelivered(&outsider, incident).await.unwrap().is_empty());
    assert!(store.deliver_again(&outsider, incident).await.is_err());
    visible(&store, &plover, incident, Visibility::Public).await;
    store.deliver_again(&plover, incident).await.unwrap();
    assert!(store.undelivered(&plover, incident).await.unwrap().is_empty());
    assert_eq!(take(&stage, &store).await.len(), 1);
}

#[tokio::test]
async fn trying_again_keeps_the_order_and_has_a_day_of_its_own() {
    let Some((stage, store)) = announcing().await else { return };
    let plover = stage.member("Plover").await;
    let incident =
        store.declare(&plover, request(), declaration("Builds wait"), About::default()).await.unwrap().incident;
    for words in ["one", "two"] {
        told(&store, &plover, incident, words).await;
    }
    let mut given_up = Vec::new();
    for _ in 0..3 {
        let due = take(&stage, &store).await.remove(0);
        store.give_up(System::Worker, due.id, "not_in_channel".into()).await.unwrap();
        given_up.push(due.id);
    }
    stage.run("update slack_outbox set created_at = created_at - interval '2 days'").await;
    store.deliver_again(&plover, incident).await.unwrap();
    let mut again = Vec::new();
    for _ in 0..3 {
        let due = take(&stage, &store).await.remove(0);
        // Slack is away for a moment: two days are no reason to give up what somebody asked for now.
        store.retry_later(System::Worker, due.id, Duration::ZERO, "away".into(), false).await.unwrap();
        assert!(!store.undelivered(&plover, incident).await.unwrap().iter().any(|one| one.given_up));
        let due = take(&stage, &store).await.remove(0);
        store.done(System::Worker, due.id, None).await.unwrap();
        again.push(due.id);
    }
    assert_eq!(again, given_up);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_hear_that_something_is_late() {
    let Some((stage, store)) = announcing().await else { return };
    let plover = stage.member("Plover").await;
    let incident =
        store.declare(&plover, request(), declaration("Builds wait"), About::default()).await.unwrap().incident;
    let stop = CancellationToken::new();
    let mut changes = store.listen(stop.clone()).subscribe();
    let mut next = async || tokio::time::timeout(Duration::from_secs(10), changes.recv()).await.unwrap().unwrap();
    assert_eq!(next().await, Change::Resync);
    let fails = async || {
        stage.run("update slack_outbox set next_try_at = now() where done_at is null").await;
        let due = take(&stage, &store).await.remove(0);
        store.retry_later(System::Worker, due.id, Duration::from_secs(20), "away".into(), false).await.unwrap();
    };
    // A moment's trouble is worth no word; the next thing heard is somebody's.
    fails().await;
    assert!(store.undelivered(&plover, incident).await.unwrap().is_empty());
    let other =
        store.declare(&plover, request(), declaration("Deploys wait"), About::default()).await.unwrap().incident;
    assert_eq!(next().await, Change::Incident(other));
    stage.run("update slack_outbox set created_at = created_at - interval '2 minutes'").await;
    fails().await;
    assert_eq!(next().await, Change::Incident(incident));
    assert_eq!(store.undelivered(&plover, incident).await.unwrap().len(), 1);
    stop.cancel();
}

#[tokio::test]
async fn a_pause_holds_for_the_method_and_the_channel_on_every_server() {
    let Some((stage, store)) = announcing().await else { return };
    let plover = stage.member("Plover").await;
    store.declare(&plover, request(), declaration("Builds wait"), About::default()).await.unwrap();
    store.pause_slack(System::Worker, "chat.postMessage", "incidents", Duration::from_secs(7)).await.unwrap();
    assert!(store.take_due(System::Worker, 20).await.unwrap().is_empty());
    let left = stage.store.slack_pause(System::Worker, "chat.postMessage").await.unwrap().unwrap();
    assert!(left > Duration::from_secs(5) && left <= Duration::from_secs(7));
    assert_eq!(stage.store.slack_pause(System::Worker, "chat.update").await.unwrap(), None);
    stage.run("update slack_pauses set until = now() - interval '1 second'").await;
    assert_eq!(store.take_due(System::Worker, 20).await.unwrap().len(), 1);
}
