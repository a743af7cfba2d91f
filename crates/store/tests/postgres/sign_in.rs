use domain::{Refusal, System};
use serde_json::json;
use store::{SessionId, SignInAttempt, SlackIdentity};

use crate::stage::{Stage, refused};

fn identity(user: &str, email: &str, verified: bool) -> SlackIdentity {
    SlackIdentity {
        team: "T0PAPERKITE".to_owned(),
        user: user.to_owned(),
        email: Some(email.to_owned()),
        email_verified: verified,
        name: user.to_owned(),
        picture: None,
        zone: Some("Asia/Tokyo".to_owned()),
    }
}

fn attempt() -> SignInAttempt {
    SignInAttempt { nonce: "nonce".to_owned(), return_to: "/incidents".to_owned() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_started_sign_in_is_taken_once() {
    let Some(stage) = Stage::set().await else { return };
    for round in 0..10 {
        let state = [round; 32];
        stage.store.start_sign_in(state, [7; 32], attempt()).await.unwrap();
        let (one, other) =
            tokio::join!(stage.store.take_sign_in(state, [7; 32]), stage.store.take_sign_in(state, [7; 32]));
        let taken = [one.unwrap(), other.unwrap()];
        assert_eq!(taken.iter().flatten().count(), 1, "{taken:?}");
    }
}

#[tokio::test]
async fn another_browser_and_a_late_one_get_nothing() {
    let Some(stage) = Stage::set().await else { return };
    stage.store.start_sign_in([1; 32], [7; 32], attempt()).await.unwrap();
    assert_eq!(stage.store.take_sign_in([1; 32], [8; 32]).await.unwrap(), None);
    assert_eq!(stage.store.take_sign_in([1; 32], [7; 32]).await.unwrap(), None, "it is gone");
    stage.store.start_sign_in([2; 32], [7; 32], attempt()).await.unwrap();
    stage.run("update sign_in_attempts set created_at = now() - interval '10 minutes 1 second'").await;
    assert_eq!(stage.store.take_sign_in([2; 32], [7; 32]).await.unwrap(), None);
    stage.store.start_sign_in([3; 32], [7; 32], attempt()).await.unwrap();
    stage.run("update sign_in_attempts set created_at = now() - interval '9 minutes 50 seconds'").await;
    assert_eq!(stage.store.take_sign_in([3; 32], [7; 32]).await.unwrap(), Some(attempt()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_first_of_the_workspace_is_admin_also_in_a_crowd() {
    let Some(stage) = Stage::set().await else { return };
    stage.run("delete from people").await;
    let crowd = (0..8).map(|n| {
        let store = stage.store.clone();
        tokio::spawn(async move {
            store.sign_in(identity(&format!("U{n}"), &format!("u{n}@paperkite.example"), true)).await
        })
    });
    let mut admins = 0;
    for person in crowd.collect::<Vec<_>>() {
        let signed_in = person.await.unwrap().unwrap();
        assert!(signed_in.first_time);
        admins += i32::from(signed_in.is_admin);
    }
    assert_eq!(admins, 1);
    assert_eq!(stage.count("select count(*) from people where is_admin").await, 1);
    let again = stage.store.sign_in(identity("U3", "u3@paperkite.example", true)).await.unwrap();
    assert!(!again.first_time);
    assert_eq!(stage.count("select count(*) from people").await, 8);
}

#[tokio::test]
async fn a_verified_address_claims_its_row_once() {
    let Some(stage) = Stage::set().await else { return };
    let waiting = stage.added("godwit@paperkite.example").await;
    let unverified = stage.store.sign_in(identity("U1", "godwit@paperkite.example", false)).await.unwrap();
    assert_ne!(unverified.person, waiting, "an address that nobody verified claims nothing");
    let claimed = stage.store.sign_in(identity("U2", "Godwit@Paperkite.example", true)).await.unwrap();
    assert_eq!(claimed.person, waiting);
    let other = stage.store.sign_in(identity("U3", "godwit@paperkite.example", true)).await.unwrap();
    assert_ne!(other.person, waiting, "once");
    assert_eq!(stage.count("select count(*) from people where email = 'godwit@paperkite.example'").await, 1);
    // The key is the identity: another address later is the same person.
    let moved = stage.store.sign_in(identity("U2", "elsewhere@paperkite.example", true)).await.unwrap();
    assert_eq!(moved.person, waiting);
}

#[tokio::test]
async fn who_was_added_by_address_and_listed_by_slack_is_one_person() {
    let Some(stage) = Stage::set().await else { return };
    let listed = |user: &str| store::RosterPerson {
        team: "T0PAPERKITE".to_owned(),
        user: user.to_owned(),
        name: user.to_owned(),
        email: None,
        picture: None,
        zone: None,
        gone: false,
    };
    let waiting = stage.added("ruff@paperkite.example").await;
    stage.store.sync_roster(System::Worker, vec![listed("U8"), listed("U9")]).await.unwrap();
    let unverified = stage.store.sign_in(identity("U8", "ruff@paperkite.example", false)).await.unwrap();
    assert_ne!(unverified.person, waiting);
    let signed_in = stage.store.sign_in(identity("U9", "ruff@paperkite.example", true)).await.unwrap();
    assert_eq!(signed_in.person, waiting);
    assert_eq!(stage.count("select count(*) from people where slack_user_id = 'U9'").await, 1);
    // Whoever is named already stays who they are.
    let late = stage.added("knot@paperkite.example").await;
    stage.store.sync_roster(System::Worker, vec![listed("U7")]).await.unwrap();
    let named = stage.store.person_of_slack(System::Worker, "T0PAPERKITE", "U7").await.unwrap().unwrap();
    stage.store.create_session(SessionId::of(b"cookie"), Some(named), json!({})).await.unwrap();
    let signed_in = stage.store.sign_in(identity("U7", "knot@paperkite.example", true)).await.unwrap();
    assert_eq!(signed_in.person, named);
    assert_ne!(signed_in.person, late);
}

#[tokio::test]
async fn an_address_that_slack_tells_later_is_kept() {
    let Some(stage) = Stage::set().await else { return };
    let mut first = identity("U6", "plover@paperkite.example", true);
    first.email = None;
    let person = stage.store.sign_in(first).await.unwrap().person;
    stage.store.sign_in(identity("U6", "Plover@paperkite.example", true)).await.unwrap();
    let people = stage.store.people(&stage.avocet).await.unwrap();
    let kept = people.into_iter().find(|one| one.id == person).unwrap();
    assert_eq!(kept.email.as_deref(), Some("plover@paperkite.example"));
}

#[tokio::test]
async fn who_was_deactivated_does_not_come_in_nor_through_a_claim() {
    let Some(stage) = Stage::set().await else { return };
    let person = stage.store.sign_in(identity("U1", "knot@paperkite.example", true)).await.unwrap().person;
    stage.store.deactivate(&stage.avocet, person).await.unwrap();
    assert_eq!(refused(stage.store.sign_in(identity("U1", "knot@paperkite.example", true)).await), Refusal::NotAllowed);
    let waiting = stage.added("plover@paperkite.example").await;
    stage.store.deactivate(&stage.avocet, waiting).await.unwrap();
    assert_eq!(
        refused(stage.store.sign_in(identity("U2", "plover@paperkite.example", true)).await),
        Refusal::NotAllowed
    );
    assert_eq!(stage.count("select count(*) from people where slack_user_id = 'U2'").await, 0);
    stage.store.reactivate(&stage.avocet, person).await.unwrap();
    assert_eq!(stage.store.sign_in(identity("U1", "knot@paperkite.example", true)).await.unwrap().person, person);
}

#[tokio::test]
async fn slacks_zone_is_taken_until_somebody_chooses() {
    let Some(stage) = Stage::set().await else { return };
    let viewer = stage.store.sign_in(identity("U1", "knot@paperkite.example", true)).await.unwrap().viewer();
    assert_eq!(stage.store.profile(&viewer).await.unwrap().zone, "Asia/Tokyo");
    let utc = domain::zones::Zone::UTC;
    stage.store.save_profile(&viewer, utc, Default::default()).await.unwrap();
    stage.store.sign_in(identity("U1", "knot@paperkite.example", true)).await.unwrap();
    assert_eq!(stage.store.profile(&viewer).await.unwrap().zone, "UTC");
    let odd = SlackIdentity { zone: Some("Mars/Olympus".to_owned()), ..identity("U9", "m@paperkite.example", true) };
    let viewer = stage.store.sign_in(odd).await.unwrap().viewer();
    assert_eq!(stage.store.profile(&viewer).await.unwrap().zone, "UTC", "not a zone");
}
