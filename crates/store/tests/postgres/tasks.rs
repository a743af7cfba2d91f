//! Tasks during an incident, and action items after it.

use domain::incidents::{ActionStatus, Aim, Command, Visibility};
use domain::{ActionItemId, ActionReference, PersonId, Refusal, TaskId, Viewer};
use store::ActionItemFilter;
use store::incidents::ItemKind;
use uuid::Uuid;

use crate::stage::{Stage, body, refused, request, title};

fn add(task: TaskId, assignee: Option<PersonId>) -> Command {
    Command::AddTask { task, title: title("Ask the provider"), assignee }
}

fn new_task() -> TaskId {
    TaskId::from_uuid(Uuid::now_v7())
}

fn new_action() -> ActionItemId {
    ActionItemId::from_uuid(Uuid::now_v7())
}

#[tokio::test]
async fn a_task_is_added_given_ticked_and_promoted() {
    let Some(stage) = Stage::set().await else { return };
    let curlew = stage.member("Curlew").await;
    let one = stage.declare(&stage.avocet, "Webhooks").await;
    let other = stage.declare(&stage.avocet, "Uploads").await;
    let (task, action) = (new_task(), new_action());
    stage.ask(&stage.avocet, one.incident, add(task, None)).await.unwrap();
    let assign = |assignee| Command::AssignTask { task, assignee };
    stage.ask(&stage.avocet, one.incident, assign(Some(curlew.person))).await.unwrap();
    assert_eq!(
        refused(stage.ask(&stage.avocet, one.incident, assign(Some(curlew.person))).await),
        Refusal::unchanged("assignee")
    );
    // A task is looked for in its own incident only.
    for command in [assign(None), Command::TickTask { task, done: true }] {
        assert_eq!(refused(stage.ask(&stage.avocet, other.incident, command).await), Refusal::NotFound);
    }
    let rename = Command::RenameTask { task, title: title("Call the provider") };
    stage.ask(&stage.avocet, one.incident, rename).await.unwrap();
    let tick = |done| Command::TickTask { task, done };
    stage.ask(&curlew, one.incident, tick(true)).await.unwrap();
    let homepage = stage.store.homepage(&stage.avocet, one.reference).await.unwrap().unwrap();
    assert!(homepage.tasks[0].done_at.is_some());
    assert_eq!((homepage.timeline[0].kind, homepage.timeline[0].body.as_str()), (ItemKind::Task, "Call the provider"));
    stage.ask(&curlew, one.incident, tick(false)).await.unwrap();
    let promote = || Command::PromoteTask { task, action, aim: Aim::Prevent };
    stage.ask(&stage.avocet, one.incident, promote()).await.unwrap();
    for command in [promote(), tick(true)] {
        assert_eq!(refused(stage.ask(&stage.avocet, one.incident, command).await), Refusal::PromotedAlready);
    }
    let homepage = stage.store.homepage(&stage.avocet, one.reference).await.unwrap().unwrap();
    assert_eq!((homepage.tasks[0].promoted, homepage.tasks[0].done_at), (Some(action), None));
    let item = &homepage.action_items[0];
    assert_eq!((item.id, item.title.as_str()), (action, "Call the provider"));
    assert_eq!(item.reference.to_string(), "ACT-1");
    assert_eq!((item.aim, item.status), (Aim::Prevent, ActionStatus::Triage));
    assert_eq!(item.owner.as_ref().unwrap().id, curlew.person);
}

#[tokio::test]
async fn work_is_given_to_whoever_can_do_it() {
    let Some(stage) = Stage::set().await else { return };
    let (curlew, godwit) = (stage.member("Curlew").await, stage.member("Godwit").await);
    let open = stage.declare(&stage.avocet, "Open").await;
    let secret = stage.declare_private(&curlew, "Secret").await;
    let gone = stage.member("Knot").await;
    stage.run("update people set deactivated_at = now(), deactivated_by = 'admin' where name = 'Knot'").await;
    let nobody = PersonId::from_uuid(Uuid::now_v7());
    let action = |owner| Command::AddActionItem { action: new_action(), title: title("x"), aim: Aim::Learn, owner };
    for (incident, person, refusal) in [
        (open.incident, gone.person, Refusal::Deactivated),
        (open.incident, nobody, Refusal::NotFound),
        (secret.incident, godwit.person, Refusal::NotInvited),
    ] {
        let task = new_task();
        stage.ask(&curlew, incident, add(task, None)).await.unwrap();
        for command in [
            add(new_task(), Some(person)),
            Command::AssignTask { task, assignee: Some(person) },
            action(Some(person)),
            Command::AssignPostmortem { person },
            Command::TakeLead { person },
        ] {
            assert_eq!(refused(stage.ask(&curlew, incident, command.clone()).await), refusal, "{command:?}");
        }
    }
}

#[tokio::test]
async fn a_task_that_is_sent_twice_is_there_once() {
    let Some(stage) = Stage::set().await else { return };
    let one = stage.declare(&stage.avocet, "Webhooks").await;
    let (sent, task) = (request(), new_task());
    let first = stage.store.execute(&stage.avocet, sent.clone(), one.incident, add(task, None)).await.unwrap();
    let again = stage.store.execute(&stage.avocet, sent, one.incident, add(task, None)).await.unwrap();
    assert_eq!(first, again);
    assert_eq!(stage.count("select count(*) from tasks").await, 1);
    // Another request with the same task is not the same task.
    assert_eq!(refused(stage.ask(&stage.avocet, one.incident, add(task, None)).await), Refusal::taken("task"));
}

#[tokio::test]
async fn two_who_give_a_task_away_at_once_do_not_overwrite_each_other() {
    let Some(stage) = Stage::set().await else { return };
    let curlew = stage.member("Curlew").await;
    let one = stage.declare(&stage.avocet, "Webhooks").await;
    let task = new_task();
    stage.ask(&stage.avocet, one.incident, add(task, None)).await.unwrap();
    let mut seen = request();
    seen.seen.assignee = Some(None);
    let assign = |person| Command::AssignTask { task, assignee: Some(person) };
    stage.ask(&curlew, one.incident, assign(curlew.person)).await.unwrap();
    let second = stage.store.execute(&stage.avocet, seen, one.incident, assign(stage.avocet.person)).await;
    assert_eq!(refused(second), Refusal::conflict("assignee"));
    let field = store::incidents::Field::of("assignee", Some(&task.to_string())).unwrap();
    let last = stage.store.last_change(&stage.avocet, one.incident, field).await.unwrap().unwrap();
    assert_eq!(last.who.unwrap().name, "Curlew");
}

async fn seen(stage: &Stage, who: &Viewer, filter: ActionItemFilter) -> Vec<String> {
    let rows = stage.store.action_items(who, &filter).await.unwrap();
    rows.iter().map(|row| row.reference.to_string()).collect()
}

#[tokio::test]
async fn action_items_of_a_private_incident_are_for_whoever_is_inside() {
    let Some(stage) = Stage::set().await else { return };
    let curlew = stage.member("Curlew").await;
    let open = stage.declare(&stage.avocet, "Open").await;
    let secret = stage.declare_private(&curlew, "Secret").await;
    for (who, incident) in [(&stage.avocet, open.incident), (&curlew, secret.incident)] {
        let owner = Some(who.person);
        let command = Command::AddActionItem { action: new_action(), title: title("Do it"), aim: Aim::Detect, owner };
        stage.ask(who, incident, command).await.unwrap();
        stage.ask(who, incident, Command::Note { body: body("x") }).await.unwrap();
    }
    let every = ActionItemFilter::default();
    assert_eq!(seen(&stage, &curlew, every.clone()).await, ["PRA-1", "ACT-1"]);
    assert_eq!(seen(&stage, &stage.avocet, every.clone()).await, ["ACT-1"]);
    let of_secret = ActionItemFilter { incident: Some(secret.incident), ..every.clone() };
    assert!(seen(&stage, &stage.avocet, of_secret.clone()).await.is_empty());
    assert_eq!(seen(&stage, &curlew, of_secret).await, ["PRA-1"]);
    assert_eq!(
        seen(&stage, &curlew, ActionItemFilter { owner: Some(stage.avocet.person), ..every.clone() }).await,
        ["ACT-1"]
    );
    let called = |said: &str| ActionReference::parse(said).ok();
    let before = |said| ActionItemFilter { before: called(said), ..every.clone() };
    assert_eq!(seen(&stage, &curlew, before("PRA-1")).await, ["ACT-1"]);
    // To somebody outside it is as if there were none, when it is a place and when it is asked for.
    assert_eq!(seen(&stage, &stage.avocet, before("PRA-1")).await, seen(&stage, &stage.avocet, before("PRA-9")).await);
    let one = |said| ActionItemFilter { reference: called(said), ..every.clone() };
    assert_eq!(seen(&stage, &curlew, one("PRA-1")).await, ["PRA-1"]);
    assert!(seen(&stage, &stage.avocet, one("PRA-1")).await.is_empty());
    assert!(seen(&stage, &curlew, ActionItemFilter { nobodys: true, ..every.clone() }).await.is_empty());
    stage.run("update action_items set status = 'done', done_at = now() where series = 'ACT'").await;
    assert_eq!(seen(&stage, &curlew, ActionItemFilter { open: true, ..every.clone() }).await, ["PRA-1"]);
    // The next ordinary one has no gap before it; what went private or public keeps what it has.
    let ask = || Command::AddActionItem { action: new_action(), title: title("Ask"), aim: Aim::Learn, owner: None };
    stage.ask(&stage.avocet, open.incident, ask()).await.unwrap();
    stage.ask(&curlew, secret.incident, Command::ChangeVisibility { to: Visibility::Public }).await.unwrap();
    stage.ask(&curlew, secret.incident, ask()).await.unwrap();
    assert_eq!(seen(&stage, &stage.avocet, every).await, ["ACT-3", "ACT-2", "PRA-1", "ACT-1"]);
}
