//! Who takes part in an incident, and who is taken out of it.

use domain::incidents::Command;
use domain::{PersonId, Refusal, Viewer};
use store::Outcome;
use uuid::Uuid;

use crate::stage::{Stage, body, refused};

/// Everybody who takes part, with whether they did something.
async fn there(stage: &Stage, who: &Viewer, incident: &Outcome) -> Vec<(String, bool)> {
    let homepage = stage.store.homepage(who, incident.reference).await.unwrap().unwrap();
    homepage.participants.into_iter().map(|there| (there.person.name, there.active)).collect()
}

fn names(there: &[(String, bool)]) -> Vec<(&str, bool)> {
    there.iter().map(|(name, active)| (name.as_str(), *active)).collect()
}

#[tokio::test]
async fn whoever_joins_follows_and_whoever_acts_is_active() {
    let Some(stage) = Stage::set().await else { return };
    let curlew = stage.member("Curlew").await;
    let one = stage.declare(&stage.avocet, "Webhooks").await;
    assert_eq!(refused(stage.ask(&curlew, one.incident, Command::Leave).await), Refusal::unchanged("participant"));
    stage.ask(&curlew, one.incident, Command::Join).await.unwrap();
    assert_eq!(names(&there(&stage, &curlew, &one).await), [("Avocet", true), ("Curlew", false)]);
    assert_eq!(refused(stage.ask(&curlew, one.incident, Command::Join).await), Refusal::unchanged("participant"));
    stage.ask(&curlew, one.incident, Command::Leave).await.unwrap();
    assert_eq!(names(&there(&stage, &curlew, &one).await), [("Avocet", true)]);
    stage.ask(&curlew, one.incident, Command::Note { body: body("I saw it too.") }).await.unwrap();
    assert_eq!(names(&there(&stage, &curlew, &one).await), [("Avocet", true), ("Curlew", true)]);
    // The reporter and whoever holds a role stay.
    assert_eq!(refused(stage.ask(&stage.avocet, one.incident, Command::Leave).await), Refusal::ReporterStays);
    stage.ask(&curlew, one.incident, Command::TakeLead { person: curlew.person }).await.unwrap();
    assert_eq!(refused(stage.ask(&curlew, one.incident, Command::Leave).await), Refusal::AlwaysThere);
}

#[tokio::test]
async fn inviting_and_taking_out_opens_and_closes_a_private_incident() {
    let Some(stage) = Stage::set().await else { return };
    let (curlew, godwit) = (stage.member("Curlew").await, stage.member("Godwit").await);
    let secret = stage.declare_private(&curlew, "Secret").await;
    let invite = || Command::Invite { person: godwit.person };
    let remove = |person| Command::RemovePerson { person };
    assert_eq!(
        refused(stage.ask(&curlew, secret.incident, remove(godwit.person)).await),
        Refusal::unchanged("participant")
    );
    stage.ask(&curlew, secret.incident, invite()).await.unwrap();
    assert_eq!(refused(stage.ask(&curlew, secret.incident, invite()).await), Refusal::unchanged("participant"));
    assert_eq!(names(&there(&stage, &godwit, &secret).await), [("Curlew", true), ("Godwit", false)]);
    let homepage = stage.store.homepage(&godwit, secret.reference).await.unwrap().unwrap();
    assert_eq!(homepage.invited[0].id, godwit.person);
    assert_eq!(homepage.timeline[0].subject.as_ref().unwrap().id, godwit.person);
    assert_eq!(refused(stage.ask(&godwit, secret.incident, remove(curlew.person)).await), Refusal::ReporterStays);
    stage.ask(&curlew, secret.incident, remove(godwit.person)).await.unwrap();
    assert!(stage.store.homepage(&godwit, secret.reference).await.unwrap().is_none());
    assert_eq!(refused(stage.ask(&godwit, secret.incident, Command::Join).await), Refusal::NotFound);
    // Invited again, they are back.
    stage.ask(&curlew, secret.incident, invite()).await.unwrap();
    assert!(stage.store.homepage(&godwit, secret.reference).await.unwrap().is_some());
}

#[tokio::test]
async fn only_who_can_sign_in_is_invited() {
    let Some(stage) = Stage::set().await else { return };
    let knot = stage.member("Knot").await;
    let one = stage.declare(&stage.avocet, "Webhooks").await;
    stage.run("update people set deactivated_at = now(), deactivated_by = 'admin' where name = 'Knot'").await;
    let invite = |person| Command::Invite { person };
    assert_eq!(refused(stage.ask(&stage.avocet, one.incident, invite(knot.person)).await), Refusal::Deactivated);
    let nobody = PersonId::from_uuid(Uuid::now_v7());
    assert_eq!(refused(stage.ask(&stage.avocet, one.incident, invite(nobody)).await), Refusal::NotFound);
    assert!(stage.store.choices(&stage.avocet).await.unwrap().people.iter().all(|person| person.name != "Knot"));
}
