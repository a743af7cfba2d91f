//! What the live pages are given: the same for all who are inside, and nothing of what one
//! of them alone may read.

use domain::System;
use domain::incidents::{Command, Visibility};

use crate::stage::{Stage, body};

#[tokio::test]
async fn two_private_incidents_that_overlap_do_not_name_each_other() {
    let Some(stage) = Stage::set().await else { return };
    let (plover, knot) = (stage.member("Plover").await, stage.member("Knot").await);
    let shared = stage.declare_private(&plover, "Payslips").await;
    stage.ask(&plover, shared.incident, Command::Invite { person: knot.person }).await.unwrap();
    let own = stage.declare_private(&plover, "A dismissal").await;
    let before = stage.store.homepage(&knot, shared.reference).await.unwrap().unwrap().seq;
    stage.ask(&plover, shared.incident, Command::Relate { other: own.incident }).await.unwrap();
    // So many that what came first has left the first page.
    for n in 0..60 {
        let note = Command::Note { body: body(&format!("Note {n}.")) };
        stage.ask(&plover, shared.incident, note).await.unwrap();
    }
    // Each time it is read as anybody of them.
    for _ in 0..20 {
        let live = stage.store.homepage_for_live(System::Worker, shared.incident, Some(before)).await.unwrap().unwrap();
        assert!(live.readers.include(knot.person) && live.readers.include(plover.person));
        assert!(live.homepage.timeline.len() > 60 && live.changed.len() > 60, "the long way is taken");
        let named: Vec<_> = live.homepage.timeline.iter().filter_map(|item| item.other.as_ref()).collect();
        assert!(named.is_empty() && live.homepage.related.is_empty(), "{named:?}");
    }
    let page = stage.store.homepage(&plover, shared.reference).await.unwrap().unwrap();
    assert_eq!(page.related[0].reference, own.reference, "whoever is inside both sees both");
}

#[tokio::test]
async fn whoever_is_outside_by_now_is_no_reader() {
    let Some(stage) = Stage::set().await else { return };
    let (plover, knot) = (stage.member("Plover").await, stage.member("Knot").await);
    let secret = stage.declare_private(&plover, "Payslips").await;
    stage.ask(&plover, secret.incident, Command::Invite { person: knot.person }).await.unwrap();
    stage.ask(&plover, secret.incident, Command::RemovePerson { person: knot.person }).await.unwrap();
    let live = stage.store.homepage_for_live(System::Worker, secret.incident, Some(0)).await.unwrap().unwrap();
    assert!(live.readers.include(plover.person) && !live.readers.include(knot.person));
    stage.ask(&plover, secret.incident, Command::ChangeVisibility { to: Visibility::Public }).await.unwrap();
    let live = stage.store.homepage_for_live(System::Worker, secret.incident, Some(0)).await.unwrap().unwrap();
    assert!(live.readers.include(knot.person));
}
