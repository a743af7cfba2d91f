use chrono::TimeDelta;
use domain::incidents::{Command, Status};
use domain::{Refusal, System};
use store::{Deed, Recorded, Step};

use crate::stage::{Stage, at, body, past, refused};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn recording_twice_changes_nothing() {
    let Some(stage) = Stage::set().await else { return };
    let mut history = past("Builds wait", at("2025-11-12T10:00:00Z"), 108);
    history.source_ref = Some("statuspage:abc".to_owned());
    let record = || {
        let mut history = history.clone();
        history.declaration.id = domain::IncidentId::from_uuid(uuid::Uuid::now_v7());
        stage.store.record(System::Import, history)
    };
    let (one, other) = tokio::join!(record(), record());
    let known = [one.unwrap(), other.unwrap()].iter().filter(|answer| **answer == Recorded::Known).count();
    assert_eq!(known, 1, "of two at once, too");
    assert_eq!(record().await.unwrap(), Recorded::Known);
    assert_eq!(stage.count("select count(*) from incidents").await, 1);
    assert_eq!(stage.count("select count(*) from slack_outbox").await, 0, "history is not announced");
}

#[tokio::test]
async fn history_has_the_times_at_which_it_happened() {
    let Some(stage) = Stage::set().await else { return };
    let began = at("2025-11-12T10:00:00Z");
    let mut history = past("Builds wait", began, 108);
    history.declared_by = Some("Statuspage".to_owned());
    history.steps.insert(
        0,
        Step {
            at: began + TimeDelta::minutes(5),
            recorded_at: None,
            person: None,
            label: Some("Statuspage".to_owned()),
            deed: Deed::Command(Command::Update {
                body: body("We look."),
                status: None,
                severity: None,
                next_update_due_at: None,
            }),
        },
    );
    let reference = stage.record(history).await;
    let page = stage.store.homepage(&stage.avocet, reference).await.unwrap().unwrap();
    assert_eq!(page.reported_at, began);
    assert_eq!(page.status_since, began + TimeDelta::minutes(108));
    let update = page.timeline.iter().find(|item| item.told.is_some()).unwrap();
    assert_eq!(update.occurred_at, began + TimeDelta::minutes(5));
    assert_eq!(update.author_label.as_deref(), Some("Statuspage"));
    assert_eq!(update.author, None);
    assert!(update.recorded_at > began + TimeDelta::days(1), "written down now");
    assert_eq!(
        stage.count("select count(*) from activity where actor_kind <> 'import' and incident_id is not null").await,
        0
    );
}

#[tokio::test]
async fn one_refused_step_refuses_the_whole() {
    let Some(stage) = Stage::set().await else { return };
    let mut history = past("Builds wait", at("2025-11-12T10:00:00Z"), 108);
    let mut step = history.steps[0].clone();
    step.deed = store::Deed::Command(Command::Move { to: Status::Identified });
    history.steps.push(step);
    let refusal = refused(stage.store.record(System::Import, history).await);
    assert!(!matches!(refusal, Refusal::Unchanged { .. }), "{refusal:?}");
    assert_eq!(stage.count("select count(*) from incidents").await, 0);
    let next = stage.record(past("The next", at("2025-11-12T10:00:00Z"), 1)).await;
    assert_eq!(next.to_string(), "INC-1", "no number was used up");
}

#[tokio::test]
async fn only_a_demo_can_be_erased() {
    let Some(stage) = Stage::set().await else { return };
    stage.record(past("Builds wait", at("2025-11-12T10:00:00Z"), 108)).await;
    assert_eq!(refused(stage.store.erase_demo(System::Demo).await), Refusal::NotAllowed);
    assert_eq!(stage.count("select count(*) from incidents").await, 1);
    stage.run("update settings set demo = true").await;
    stage.run("update severities set name = 'Blocker', definition = 'x' where rank = 2").await;
    stage.run("update severities set archived_at = now() where rank = 3").await;
    stage.store.erase_demo(System::Demo).await.unwrap();
    assert_eq!(stage.count("select count(*) from incidents").await, 0);
    assert_eq!(stage.count("select count(*) from people").await, 1);
    let next = stage.record(past("Again", at("2025-11-12T10:00:00Z"), 1)).await;
    assert_eq!(next.to_string(), "INC-1");
    let first = Stage::set().await.unwrap();
    let first = first.store.severities(&first.avocet).await.unwrap();
    for severity in &mut stage.store.severities(&stage.avocet).await.unwrap() {
        severity.so_far = 0;
        assert!(first.contains(severity), "as the first migration has it: {severity:?}");
    }
    assert!(sqlx::query("delete from activity").execute(&stage.sql).await.is_err(), "append-only again");
}
