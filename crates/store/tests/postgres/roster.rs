use domain::System;
use serde_json::json;
use store::{RosterChange, RosterPerson, SessionId};

use crate::stage::Stage;

fn member(user: &str) -> RosterPerson {
    RosterPerson {
        team: "T0PAPERKITE".to_owned(),
        user: user.to_owned(),
        name: user.to_owned(),
        email: Some(format!("{}@paperkite.example", user.to_lowercase())),
        picture: None,
        zone: Some("Asia/Tokyo".to_owned()),
        gone: false,
    }
}

fn gone(user: &str) -> RosterPerson {
    RosterPerson { gone: true, ..member(user) }
}

#[tokio::test]
async fn people_exist_before_they_sign_in_and_are_not_made_twice() {
    let Some(stage) = Stage::set().await else { return };
    let waiting = stage.added("u2@paperkite.example").await;
    let change = stage.store.sync_roster(System::Worker, vec![member("U1"), member("U2"), gone("U3")]).await.unwrap();
    assert_eq!(change, RosterChange { added: 1, ..RosterChange::default() }, "U2 was waiting, U3 never was here");
    assert_eq!(stage.store.person_of_slack(System::Worker, "T0PAPERKITE", "U2").await.unwrap(), Some(waiting));
    let change = stage.store.sync_roster(System::Worker, vec![member("U1"), member("U2")]).await.unwrap();
    assert_eq!(change, RosterChange::default());
    let renamed = RosterPerson { name: "New name".to_owned(), ..member("U1") };
    stage.store.sync_roster(System::Worker, vec![renamed]).await.unwrap();
    assert_eq!(stage.count("select count(*) from people where name = 'New name' and zone = 'Asia/Tokyo'").await, 1);
}

#[tokio::test]
async fn leavers_lose_their_sessions_and_may_come_back() {
    let Some(stage) = Stage::set().await else { return };
    stage.store.sync_roster(System::Worker, vec![member("U1")]).await.unwrap();
    let person = stage.store.person_of_slack(System::Worker, "T0PAPERKITE", "U1").await.unwrap().unwrap();
    let session = SessionId::of(b"cookie");
    stage.store.create_session(session, Some(person), json!({})).await.unwrap();
    let change = stage.store.sync_roster(System::Worker, vec![gone("U1")]).await.unwrap();
    assert_eq!(change.left, [person]);
    assert!(stage.store.load_session(session).await.unwrap().is_none());
    assert_eq!(stage.store.sync_roster(System::Worker, vec![gone("U1")]).await.unwrap(), RosterChange::default());
    let change = stage.store.sync_roster(System::Worker, vec![member("U1")]).await.unwrap();
    assert_eq!(change.returned, 1);
    assert!(stage.store.load_session(session).await.unwrap().is_none());
    // Whom an admin has put out, the roster does not bring back.
    stage.store.deactivate(&stage.avocet, person).await.unwrap();
    assert_eq!(stage.store.sync_roster(System::Worker, vec![member("U1")]).await.unwrap(), RosterChange::default());
    assert_eq!(stage.count("select count(*) from people where deactivated_by = 'admin'").await, 1);
}

#[tokio::test]
async fn the_last_admin_who_leaves_slack_loses_sessions_and_stays_admin() {
    let Some(stage) = Stage::set().await else { return };
    sqlx::query("update people set slack_team_id = 'T0PAPERKITE', slack_user_id = 'U0' where id = $1")
        .bind(stage.avocet.person.uuid())
        .execute(&stage.sql)
        .await
        .unwrap();
    let session = SessionId::of(b"cookie");
    stage.store.create_session(session, Some(stage.avocet.person), json!({})).await.unwrap();
    let change = stage.store.sync_roster(System::Worker, vec![gone("U0")]).await.unwrap();
    assert_eq!(change.last_admin_left, Some(stage.avocet.person));
    assert!(change.left.is_empty());
    assert!(stage.store.load_session(session).await.unwrap().is_none());
}
