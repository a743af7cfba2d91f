//! Public incidents become private and private ones public.

use domain::incidents::{Aim, Command, Role, Visibility};
use domain::zones::Zone;
use domain::{ActionItemId, Refusal, Viewer};
use store::incidents::{Field, ItemKind, ListFilter, TimelineFilter};
use store::{ActionItemFilter, Outcome};
use uuid::Uuid;

use crate::stage::{Stage, body, refused, title};

fn make(to: Visibility) -> Command {
    Command::ChangeVisibility { to }
}

/// In how many places somebody sees anything of the incident.
async fn sees(stage: &Stage, who: &Viewer, one: &Outcome, other: &Outcome) -> usize {
    let store = &stage.store;
    let items = stage.count("select 1::bigint").await;
    assert_eq!(items, 1);
    let note: Uuid = sqlx::query_scalar("select id from timeline_items where incident_id = $1 and kind = 'note'")
        .bind(one.incident.uuid())
        .fetch_one(&stage.sql)
        .await
        .unwrap();
    let words = ListFilter { words: Some("kestrel".into()), ..ListFilter::default() };
    let listed = store.list(who, &ListFilter::default(), &Zone::UTC).await.unwrap();
    let beside = store.homepage(who, other.reference).await.unwrap().unwrap();
    [
        store.find(who, one.reference).await.unwrap().is_some(),
        store.homepage(who, one.reference).await.unwrap().is_some(),
        store.timeline(who, one.incident, &TimelineFilter::default()).await.unwrap().is_some(),
        store.activity(who, one.incident, None).await.unwrap().is_some(),
        store.provenance(who, note.into()).await.unwrap().is_some(),
        store.last_change(who, one.incident, Field::Role(domain::incidents::Role::Lead)).await.unwrap().is_some(),
        !store.action_items(who, &ActionItemFilter::default()).await.unwrap().is_empty(),
        !store.list(who, &words, &Zone::UTC).await.unwrap().rows.is_empty(),
        listed.now.iter().any(|row| row.reference == one.reference),
        !beside.related.is_empty(),
        beside.timeline.iter().any(|item| item.other.is_some()),
        stage.ask(who, one.incident, Command::Note { body: body("Here.") }).await.is_ok(),
    ]
    .into_iter()
    .filter(|seen| *seen)
    .count()
}

#[tokio::test]
async fn going_private_shuts_out_everybody_who_is_not_inside_everywhere() {
    let Some(stage) = Stage::set().await else { return };
    stage.run("update settings set private_incidents = true").await;
    let (curlew, godwit) = (stage.member("Curlew").await, stage.member("Godwit").await);
    let one = stage.declare(&curlew, "The kestrel is ill").await;
    let other = stage.declare(&curlew, "Beside").await;
    for command in [
        Command::Note { body: body("Who can see this?") },
        Command::TakeLead { person: curlew.person },
        Command::Relate { other: other.incident },
        Command::AddActionItem {
            action: ActionItemId::from_uuid(Uuid::now_v7()),
            title: title("Ask"),
            aim: Aim::Learn,
            owner: None,
        },
    ] {
        stage.ask(&curlew, one.incident, command).await.unwrap();
    }
    stage.ask(&curlew, other.incident, Command::Unrelate { other: one.incident }).await.unwrap();
    stage.ask(&curlew, other.incident, Command::Relate { other: one.incident }).await.unwrap();
    // Following is not being inside.
    stage.ask(&godwit, one.incident, Command::Join).await.unwrap();
    assert_eq!(sees(&stage, &godwit, &one, &other).await, 12);
    // Whoever makes it private stays inside, whoever they are.
    let knot = stage.member("Knot").await;
    stage.ask(&knot, one.incident, make(Visibility::Private)).await.unwrap();
    assert_eq!(sees(&stage, &godwit, &one, &other).await, 0);
    assert_eq!(sees(&stage, &stage.avocet, &one, &other).await, 0, "an admin is not inside");
    for inside in [&curlew, &knot] {
        assert_eq!(sees(&stage, inside, &one, &other).await, 12);
    }
    let homepage = stage.store.homepage(&knot, one.reference).await.unwrap().unwrap();
    assert_eq!(homepage.reference.to_string(), "INC-1", "the number stays what it was given");
    assert_eq!(
        refused(stage.ask(&knot, one.incident, make(Visibility::Private)).await),
        Refusal::unchanged("visibility")
    );
    stage.ask(&curlew, one.incident, make(Visibility::Public)).await.unwrap();
    assert_eq!(sees(&stage, &godwit, &one, &other).await, 12);
}

#[tokio::test]
async fn the_numbers_that_everybody_sees_follow() {
    let Some(stage) = Stage::set().await else { return };
    let secret = stage.declare_private(&stage.avocet, "Secret").await;
    stage.ask(&stage.avocet, secret.incident, Command::Recover).await.unwrap();
    let counted = || stage.count("select coalesce(sum(n), 0) from incident_counts");
    assert_eq!(counted().await, 0);
    stage.ask(&stage.avocet, secret.incident, make(Visibility::Public)).await.unwrap();
    assert_eq!(counted().await, 1);
    let homepage = stage.store.homepage(&stage.avocet, secret.reference).await.unwrap().unwrap();
    assert_eq!(homepage.reference.to_string(), "PRV-1");
    stage.ask(&stage.avocet, secret.incident, make(Visibility::Private)).await.unwrap();
    assert_eq!(counted().await, 0);
    // Switched off, nothing becomes private any more; what is private can become public.
    stage.run("update settings set private_incidents = false").await;
    let open = stage.declare(&stage.avocet, "Open").await;
    let answer = stage.ask(&stage.avocet, open.incident, make(Visibility::Private)).await;
    assert_eq!(refused(answer), Refusal::PrivateIncidentsOff);
    stage.ask(&stage.avocet, secret.incident, make(Visibility::Public)).await.unwrap();
}

#[tokio::test]
async fn whoever_had_a_role_stays_inside_and_whoever_left_before_does_not() {
    let Some(stage) = Stage::set().await else { return };
    stage.run("update settings set private_incidents = true").await;
    let (plover, curlew) = (stage.member("Plover").await, stage.member("Curlew").await);
    let (godwit, knot) = (stage.member("Godwit").await, stage.member("Knot").await);
    let one = stage.declare(&plover, "Keys leaked").await;
    for command in [
        Command::TakeLead { person: curlew.person },
        Command::GiveRole { role: Role::Operations, person: godwit.person },
        Command::Invite { person: knot.person },
    ] {
        stage.ask(&plover, one.incident, command).await.unwrap();
    }
    stage.ask(&knot, one.incident, Command::Leave).await.unwrap();
    stage.ask(&plover, one.incident, make(Visibility::Private)).await.unwrap();
    for command in [
        Command::EndRole { role: Role::Operations },
        Command::TakeLead { person: plover.person },
        Command::EndRole { role: Role::Lead },
    ] {
        stage.ask(&curlew, one.incident, command).await.unwrap();
    }
    let reads = async |who: &Viewer| stage.store.homepage(who, one.reference).await.unwrap().is_some();
    assert!(reads(&plover).await && reads(&curlew).await && reads(&godwit).await);
    assert!(!reads(&knot).await, "whoever stopped following is not inside by an old invitation");
    assert_eq!(
        stage.count("select count(*) from activity where verb = 'person_invited'").await,
        3,
        "each is let in once"
    );
    let items = stage.store.homepage(&plover, one.reference).await.unwrap().unwrap().timeline;
    let invited = items.iter().filter(|item| item.kind == ItemKind::People).count();
    assert_eq!(invited, 1, "only the invitation stands in the timeline: {items:?}");
    assert_eq!(stage.count("select count(*) from notifications where kind = 'invited'").await, 1);
}

#[tokio::test]
async fn admins_know_which_there_are_and_nobody_else_does() {
    let Some(stage) = Stage::set().await else { return };
    let plover = stage.member("Plover").await;
    let secret = stage.declare_private(&plover, "Payslips").await;
    stage.declare(&plover, "Builds wait").await;
    let known = stage.store.private_incidents(&stage.avocet).await.unwrap();
    assert_eq!(known.iter().map(|one| (one.reference, one.is_inside)).collect::<Vec<_>>(), [(secret.reference, false)]);
    assert_eq!(refused(stage.store.private_incidents(&plover).await), Refusal::NotAllowed);
    stage.store.invite_myself(&stage.avocet, secret.incident).await.unwrap();
    assert!(stage.store.private_incidents(&stage.avocet).await.unwrap()[0].is_inside);
}
