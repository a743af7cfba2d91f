use domain::incidents::{Command, Status};
use domain::{IncidentId, Refusal};

use crate::stage::{Stage, reason, refused};

fn merge(target: IncidentId) -> Command {
    Command::Merge { target, chain: Vec::new() }
}

#[tokio::test]
async fn merging_never_makes_a_circle() {
    let Some(stage) = Stage::set().await else { return };
    let mut ids = Vec::new();
    for words in ["First", "Second", "Third"] {
        ids.push(stage.declare(&stage.avocet, words).await.incident);
    }
    assert_eq!(refused(stage.ask(&stage.avocet, ids[0], merge(ids[0])).await), Refusal::MergesIntoItself);
    stage.ask(&stage.avocet, ids[0], merge(ids[1])).await.unwrap();
    stage.ask(&stage.avocet, ids[1], merge(ids[2])).await.unwrap();
    // The chain is looked up here, whatever the caller says it is.
    assert_eq!(refused(stage.ask(&stage.avocet, ids[2], merge(ids[0])).await), Refusal::MergeCycle);
    stage.ask(&stage.avocet, ids[0], Command::Reopen { to: Status::Investigating, reason: reason() }).await.unwrap();
    assert_eq!(stage.count("select count(*) from incidents where merged_into_id is not null").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_at_once_cannot_merge_into_each_other() {
    let Some(stage) = Stage::set().await else { return };
    for round in 0..5 {
        let first = stage.declare(&stage.avocet, &format!("First {round}")).await.incident;
        let second = stage.declare(&stage.avocet, &format!("Second {round}")).await.incident;
        let (one, other) = tokio::join!(
            stage.ask(&stage.avocet, first, merge(second)),
            stage.ask(&stage.avocet, second, merge(first))
        );
        assert_eq!(one.is_ok(), other.is_err(), "exactly one");
        let refusal = refused(if one.is_err() { one } else { other });
        assert_eq!(refusal, Refusal::MergeCycle);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_halves_cannot_be_closed_into_a_circle_at_once() {
    let Some(stage) = Stage::set().await else { return };
    for round in 0..10 {
        let mut ids = Vec::new();
        for words in ["A", "B", "C", "D"] {
            ids.push(stage.declare(&stage.avocet, &format!("{words} {round}")).await.incident);
        }
        stage.ask(&stage.avocet, ids[0], merge(ids[1])).await.unwrap();
        stage.ask(&stage.avocet, ids[2], merge(ids[3])).await.unwrap();
        // Neither touches a row of the other; only taking turns keeps them apart.
        let (one, other) = tokio::join!(
            stage.ask(&stage.avocet, ids[1], merge(ids[2])),
            stage.ask(&stage.avocet, ids[3], merge(ids[0]))
        );
        assert!(one.is_ok() != other.is_ok(), "round {round}: {one:?} {other:?}");
    }
}

#[tokio::test]
async fn a_target_that_may_not_be_read_does_not_exist() {
    let Some(stage) = Stage::set().await else { return };
    let plover = stage.member("Plover").await;
    let secret = stage.declare_private(&stage.avocet, "A key has leaked").await.incident;
    let open = stage.declare(&plover, "Something").await.incident;
    assert_eq!(refused(stage.ask(&plover, open, merge(secret)).await), Refusal::TargetMissing);
    let missing = IncidentId::from_uuid(uuid::Uuid::now_v7());
    assert_eq!(refused(stage.ask(&plover, open, merge(missing)).await), Refusal::TargetMissing);
    stage.ask(&stage.avocet, open, merge(secret)).await.unwrap();
    let page = stage.store.list(&plover, &Default::default(), &domain::zones::Zone::UTC).await.unwrap();
    assert_eq!(page.rows[0].merged_into, None, "its reference would say that it exists");
    let page = stage.store.list(&stage.avocet, &Default::default(), &domain::zones::Zone::UTC).await.unwrap();
    assert_eq!(page.rows[0].merged_into.unwrap().to_string(), "PRV-1");
}
