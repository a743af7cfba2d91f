//! What single people are told: whom, once, and nothing of what they may not read.

use domain::incidents::{Command, Role, Visibility};
use domain::notifications::Told;
use domain::{IncidentId, System, TaskId, Viewer};
use store::{About, Store};
use uuid::Uuid;

use crate::stage::{SEV1, SEV2, Stage, body, declaration, request, severity, title};

async fn does(store: &Store, who: &Viewer, incident: IncidentId, command: Command) {
    store.execute(who, request(), incident, command).await.unwrap();
}

async fn kinds(store: &Store, who: &Viewer) -> Vec<Told> {
    store.notifications(who).await.unwrap().into_iter().map(|one| one.told).collect()
}

fn update() -> Command {
    Command::Update { body: body("It grows"), status: None, severity: None, next_update_due_at: None }
}

#[tokio::test]
async fn whoever_is_concerned_is_told_and_owes_come_to_slack_too() {
    let Some(stage) = Stage::set().await else { return };
    let store = stage.database.connect(|options| options.bot = true).unwrap();
    let (plover, knot) = (stage.member("Plover").await, stage.member("Knot").await);
    stage.run("update people set slack_team_id = 'T1', slack_user_id = 'U0KNOT' where name = 'Knot'").await;
    let incident =
        store.declare(&plover, request(), declaration("Builds wait"), About::default()).await.unwrap().incident;
    does(&store, &plover, incident, Command::GiveRole { role: Role::Lead, person: knot.person }).await;
    let task = TaskId::from_uuid(Uuid::now_v7());
    does(&store, &plover, incident, Command::AddTask { task, title: title("Roll back"), assignee: Some(knot.person) })
        .await;
    does(&store, &knot, incident, update()).await;
    assert_eq!(kinds(&store, &knot).await, [Told::TaskAssigned, Told::LeadGiven]);
    assert_eq!(kinds(&store, &plover).await, [Told::Update]);
    assert_eq!(store.unread(&knot).await.unwrap(), 2);
    let told = store.notifications(&knot).await.unwrap();
    assert_eq!((told[0].what.as_deref(), told[0].by.as_deref()), (Some("Roll back"), Some("Plover")));
    assert_eq!(stage.count("select count(*) from slack_outbox where method = 'tell' and channel = 'U0KNOT'").await, 2);
    assert_eq!(stage.count("select count(*) from slack_outbox o where o::text like '%Roll back%'").await, 0);
    store.notifications_read(&knot, None).await.unwrap();
    assert_eq!(store.unread(&knot).await.unwrap(), 0);
}

#[tokio::test]
async fn what_became_private_is_told_to_nobody_outside_any_more() {
    let Some(stage) = Stage::set().await else { return };
    stage.run("update settings set private_incidents = true").await;
    let store = stage.database.connect(|options| options.bot = true).unwrap();
    let (plover, knot) = (stage.member("Plover").await, stage.member("Knot").await);
    let incident =
        store.declare(&plover, request(), declaration("Keys leaked"), About::default()).await.unwrap().incident;
    does(&store, &knot, incident, Command::Join).await;
    does(&store, &plover, incident, update()).await;
    let id = store.notifications(&knot).await.unwrap()[0].id;
    assert!(store.notification(System::Worker, id).await.unwrap().is_some());
    does(&store, &plover, incident, Command::ChangeVisibility { to: Visibility::Private }).await;
    does(&store, &plover, incident, Command::RemovePerson { person: knot.person }).await;
    does(&store, &plover, incident, update()).await;
    assert!(kinds(&store, &knot).await.is_empty());
    assert_eq!(store.unread(&knot).await.unwrap(), 0);
    assert_eq!(store.notification(System::Worker, id).await.unwrap(), None);
}

#[tokio::test]
async fn the_worst_is_told_to_everybody_in_phase_one() {
    let Some(stage) = Stage::set().await else { return };
    stage.run("update settings set engineers = 6").await;
    let (plover, knot) = (stage.member("Plover").await, stage.member("Knot").await);
    let mut worst = declaration("All builds stop");
    worst.severity = severity(SEV1);
    stage.store.declare(&plover, request(), worst, About::default()).await.unwrap();
    let told = stage.store.notifications(&knot).await.unwrap();
    assert_eq!((told.len(), told[0].told, told[0].loud), (1, Told::WorstDeclared, true));
    assert!(kinds(&stage.store, &plover).await.is_empty());
}

#[tokio::test]
async fn what_becomes_the_worst_later_is_told_to_everybody_once() {
    let Some(stage) = Stage::set().await else { return };
    stage.run("update settings set engineers = 6, private_incidents = true").await;
    let store = &stage.store;
    let (plover, knot) = (stage.member("Plover").await, stage.member("Knot").await);
    let to = |id| Command::ChangeSeverity { to: severity(id) };
    let incident = stage.declare(&plover, "Builds wait").await.incident;
    assert!(kinds(store, &knot).await.is_empty(), "the second worst is pulled, not pushed");
    // Raised, lowered and raised again, by a change and by an update.
    does(store, &plover, incident, to(SEV1)).await;
    does(store, &plover, incident, to(SEV2)).await;
    let body = body("It is bad again.");
    let again = Command::Update { body, status: None, severity: Some(severity(SEV1)), next_update_due_at: None };
    does(store, &plover, incident, again).await;
    let told = store.notifications(&knot).await.unwrap();
    assert_eq!((told.len(), told[0].told, told[0].loud), (1, Told::BecameWorst, true));
    assert!(kinds(store, &plover).await.is_empty());
    // A private one is told to whoever is inside; once it is public, to the others.
    let secret = stage.declare_private(&plover, "Keys leaked").await.incident;
    does(store, &plover, secret, to(SEV1)).await;
    assert_eq!(kinds(store, &knot).await.len(), 1);
    does(store, &plover, secret, Command::ChangeVisibility { to: Visibility::Public }).await;
    assert_eq!(kinds(store, &knot).await, [Told::BecameWorst, Told::BecameWorst]);
    // A drill is nothing to run for.
    let drill = domain::incidents::Declaration { kind: domain::incidents::Kind::Drill, ..declaration("A drill") };
    let drill = store.declare(&plover, request(), drill, About::default()).await.unwrap().incident;
    does(store, &plover, drill, to(SEV1)).await;
    assert_eq!(kinds(store, &knot).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn time_reminds_once_however_many_servers_look() {
    let Some(stage) = Stage::set().await else { return };
    let store = &stage.store;
    let (plover, knot) = (stage.member("Plover").await, stage.member("Knot").await);
    let incident = stage.declare(&plover, "Builds wait").await.incident;
    does(store, &plover, incident, Command::GiveRole { role: Role::Lead, person: knot.person }).await;
    stage.run("update incidents set next_update_due_at = now() - interval '1 minute'").await;
    let look = || store.remind(System::Worker);
    let (a, b, c, d) = tokio::join!(look(), look(), look(), look());
    let reminded: usize = [a, b, c, d].into_iter().map(|one| one.unwrap().updates).sum();
    assert_eq!(reminded, 1);
    let told = kinds(store, &knot).await;
    assert_eq!(told.iter().filter(|told| **told == Told::UpdateOverdue).count(), 1);
    // A new promise that is not kept is said again.
    stage.run("update incidents set next_update_due_at = now() - interval '30 seconds'").await;
    assert_eq!(store.remind(System::Worker).await.unwrap().updates, 1);
    assert_eq!(store.remind(System::Worker).await.unwrap().updates, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hand_off_that_nobody_answers_comes_back_once_and_loudly() {
    let Some(stage) = Stage::set().await else { return };
    let store = &stage.store;
    let (plover, knot) = (stage.member("Plover").await, stage.member("Knot").await);
    let curlew = stage.member("Curlew").await;
    let incident = stage.declare(&plover, "Builds wait").await.incident;
    does(store, &knot, incident, Command::TakeLead { person: knot.person }).await;
    let baton = domain::incidents::Baton { note: body("Curlew knows the queue.") };
    let hand_off = domain::HandOffId::from_uuid(Uuid::now_v7());
    does(store, &knot, incident, Command::OfferHandOff { hand_off, to: curlew.person, baton }).await;
    assert_eq!(kinds(store, &curlew).await, [Told::HandOffOffered]);
    assert_eq!(store.remind(System::Worker).await.unwrap().hand_offs, 0);
    stage
        .run("update hand_offs set offered_at = offered_at - interval '16 minutes', expires_at = now() - interval '1 second'")
        .await;
    let look = || store.remind(System::Worker);
    let (a, b, c, d) = tokio::join!(look(), look(), look(), look());
    let back: usize = [a, b, c, d].into_iter().map(|one| one.unwrap().hand_offs).sum();
    assert_eq!(back, 1);
    for who in [&knot, &plover] {
        let told = store.notifications(who).await.unwrap();
        assert!(told[0].told == Told::HandOffCameBack && told[0].loud, "{told:?}");
    }
}
