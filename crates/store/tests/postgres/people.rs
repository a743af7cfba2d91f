use domain::incidents::{Aim, Command, Role};
use domain::people::{WorkingHours, ZoneShown};
use domain::text::{Email, Name, Title};
use domain::zones::Zone;
use domain::{ActionItemId, PersonId, Refusal};
use serde_json::json;
use store::SessionId;

use crate::stage::{Stage, refused};

#[tokio::test]
async fn only_admins_change_people() {
    let Some(stage) = Stage::set().await else { return };
    let member = stage.member("Curlew").await;
    let email = Email::parse("new@paperkite.example").unwrap();
    let name = Name::parse("New").unwrap();
    assert_eq!(refused(stage.store.add_person(&member, email, name).await), Refusal::NotAllowed);
    for answer in [
        stage.store.make_admin(&member, member.person).await,
        stage.store.remove_admin(&member, stage.avocet.person).await,
        stage.store.deactivate(&member, stage.avocet.person).await,
        stage.store.reactivate(&member, stage.avocet.person).await,
    ] {
        assert_eq!(refused(answer), Refusal::NotAllowed);
    }
    let nobody = PersonId::from_uuid(uuid::Uuid::now_v7());
    assert_eq!(refused(stage.store.make_admin(&stage.avocet, nobody).await), Refusal::NotFound);
    assert_eq!(stage.count("select count(*) from activity").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_last_admin_cannot_step_down_not_even_two_at_once() {
    let Some(stage) = Stage::set().await else { return };
    let avocet = stage.avocet;
    assert_eq!(refused(stage.store.remove_admin(&avocet, avocet.person).await), Refusal::LastAdmin);
    assert_eq!(refused(stage.store.deactivate(&avocet, avocet.person).await), Refusal::LastAdmin);
    let curlew = stage.member("Curlew").await;
    for round in 0..10 {
        stage.run("update people set is_admin = true").await;
        let (one, other) = tokio::join!(
            stage.store.remove_admin(&avocet, avocet.person),
            stage.store.deactivate(&avocet, curlew.person)
        );
        assert_eq!(
            stage.count("select count(*) from people where is_admin and deactivated_at is null").await,
            1,
            "round {round}"
        );
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
        stage.run("update people set deactivated_at = null, deactivated_by = null").await;
    }
}

#[tokio::test]
async fn a_leaver_loses_sessions_and_what_they_owe_is_listed() {
    let Some(stage) = Stage::set().await else { return };
    let curlew = stage.member("Curlew").await;
    let session = SessionId::of(b"cookie");
    stage.store.create_session(session, Some(curlew.person), json!({})).await.unwrap();
    let led = stage.declare(&stage.avocet, "Led by Curlew").await;
    stage.ask(&stage.avocet, led.incident, Command::TakeLead { person: curlew.person }).await.unwrap();
    let written = stage.declare(&stage.avocet, "Written by Curlew").await;
    stage.ask(&stage.avocet, written.incident, Command::AssignPostmortem { person: curlew.person }).await.unwrap();
    stage.ask(&stage.avocet, written.incident, Command::Recover).await.unwrap();
    sqlx::query("insert into tasks (id, incident_id, title, assignee_id) values (gen_random_uuid(), $1, 'Write to the tenants', $2)")
        .bind(led.incident.uuid())
        .bind(curlew.person.uuid())
        .execute(&stage.sql)
        .await
        .unwrap();
    let action = Command::AddActionItem {
        action: ActionItemId::from_uuid(uuid::Uuid::now_v7()),
        title: Title::parse("Alert on the queue's length").unwrap(),
        aim: Aim::Detect,
        owner: Some(curlew.person),
    };
    stage.ask(&stage.avocet, led.incident, action).await.unwrap();
    let spoken = stage.declare(&stage.avocet, "Curlew speaks").await;
    let give = Command::GiveRole { role: Role::Communications, person: curlew.person };
    stage.ask(&stage.avocet, spoken.incident, give).await.unwrap();
    stage.store.deactivate(&stage.avocet, curlew.person).await.unwrap();
    assert!(stage.store.load_session(session).await.unwrap().is_none());
    let owed = stage.store.what_they_owe(&stage.avocet, curlew.person).await.unwrap();
    assert_eq!((owed.leads.len(), owed.postmortems.len(), owed.tasks.len()), (1, 1, 1));
    assert_eq!((owed.roles.len(), owed.action_items.len()), (1, 1));
    assert_eq!(owed.roles[0].reference, spoken.reference);
    assert_eq!(owed.leads[0].reference, led.reference);
    assert_eq!(owed.postmortems[0].reference, written.reference);
    stage.store.reactivate(&stage.avocet, curlew.person).await.unwrap();
    assert!(stage.store.load_session(session).await.unwrap().is_none(), "what ended stays ended");
    let person = stage.store.people(&stage.avocet).await.unwrap().into_iter().find(|p| p.name == "Curlew").unwrap();
    assert_eq!(person.deactivated_at, None);
}

#[tokio::test]
async fn an_address_is_one_person() {
    let Some(stage) = Stage::set().await else { return };
    stage.added("knot@paperkite.example").await;
    let again = stage
        .store
        .add_person(&stage.avocet, Email::parse("KNOT@paperkite.example").unwrap(), Name::parse("Knot").unwrap())
        .await;
    assert_eq!(refused(again), Refusal::taken("email"));
}

#[tokio::test]
async fn a_profile_is_ones_own() {
    let Some(stage) = Stage::set().await else { return };
    let curlew = stage.member("Curlew").await;
    let hours = WorkingHours::new(22 * 60, 6 * 60, &[1, 3]).unwrap();
    stage.store.save_profile(&curlew, Zone::parse("America/Los_Angeles").unwrap(), hours.clone()).await.unwrap();
    stage.store.show_zone(&curlew, ZoneShown::Company).await.unwrap();
    let profile = stage.store.profile(&curlew).await.unwrap();
    assert_eq!(
        (profile.zone.as_str(), profile.zone_shown, profile.hours),
        ("America/Los_Angeles", ZoneShown::Company, hours)
    );
    assert_eq!(stage.store.frame(&curlew).await.unwrap().zone_shown, ZoneShown::Company);
    assert_eq!(stage.store.profile(&stage.avocet).await.unwrap().zone, "UTC");
}
