//! A private incident is nowhere: one sweep over everything that reads.

use domain::incidents::{Command, Status, Visibility};
use domain::zones::Zone;
use domain::{Reference, Refusal};
use store::incidents::{ListFilter, StatusFilter};

use crate::stage::{Stage, body, declaration, refused, request};

const CANARY: &str = "Kanarienvogel";

#[tokio::test]
async fn outsiders_find_no_trace() {
    let Some(stage) = Stage::set().await else { return };
    let (curlew, outsider) = (stage.member("Curlew").await, stage.member("Godwit").await);
    stage.declare(&outsider, "Something else").await;
    let secret = stage.declare_private(&curlew, CANARY).await;
    let incident = secret.incident;
    stage.ask(&curlew, incident, Command::Note { body: body(CANARY) }).await.unwrap();
    stage.ask(&curlew, incident, Command::TakeLead { person: curlew.person }).await.unwrap();
    let update = Command::Update { body: body(CANARY), status: None, severity: None, next_update_due_at: None };
    stage.ask(&curlew, incident, update).await.unwrap();

    let admin = stage.avocet;
    for status in [None, Some(Status::Recovered), Some(Status::Closed)] {
        match status {
            Some(Status::Recovered) => drop(stage.ask(&curlew, incident, Command::Recover).await.unwrap()),
            Some(_) => drop(stage.ask(&curlew, incident, Command::Close).await.unwrap()),
            None => {}
        }
        for who in [outsider, admin] {
            let words = |text: &str| ListFilter { words: Some(text.to_owned()), ..ListFilter::default() };
            let filters = [
                ListFilter::default(),
                words(CANARY),
                words("kanari"),
                words("prv-1"),
                ListFilter { person: Some(curlew.person), ..ListFilter::default() },
                ListFilter { status: Some(StatusFilter::Open), ..ListFilter::default() },
                ListFilter { status: Some(StatusFilter::Over), ..ListFilter::default() },
                ListFilter { severity: vec![crate::stage::severity(crate::stage::SEV2)], ..ListFilter::default() },
            ];
            for filter in filters {
                let page = stage.store.list(&who, &filter, &Zone::UTC).await.unwrap();
                assert!(!format!("{page:?}").contains(CANARY), "{filter:?}");
                assert_eq!((page.counted, page.matching), (0, 0), "numbers tell too: {filter:?}");
            }
            assert!(stage.store.homepage(&who, secret.reference).await.unwrap().is_none());
            assert_eq!(stage.store.find(&who, secret.reference).await.unwrap(), None);
            assert_eq!(stage.store.frame(&who).await.unwrap().happening_now, 1);
            assert_eq!(stage.store.what_they_owe(&who, curlew.person).await.unwrap(), Default::default());
            assert_eq!(refused(stage.ask(&who, incident, Command::Recover).await), Refusal::NotFound);
        }
    }
    let page = stage.store.list(&curlew, &ListFilter::default(), &Zone::UTC).await.unwrap();
    let row = page.rows.iter().find(|row| row.visibility == Visibility::Private).expect("the one inside sees it");
    assert_eq!(row.visible_to, Vec::<String>::new(), "nobody but the viewer");
    assert_eq!(row.last_words.as_deref(), Some(CANARY));
    assert_eq!(page.counted, 0, "private incidents are never counted");
}

#[tokio::test]
async fn the_component_does_not_tell_of_a_private_failure() {
    let Some(stage) = Stage::set().await else { return };
    let outsider = stage.member("Godwit").await;
    stage.run("insert into components (id, name) values ('01900000-0000-7000-8000-00000000c001', 'Webhooks'); update settings set private_incidents = true").await;
    let about = || store::About {
        components: vec!["01900000-0000-7000-8000-00000000c001".parse().unwrap()],
        ..Default::default()
    };
    let words = domain::incidents::Declaration { visibility: Visibility::Private, ..declaration(CANARY) };
    let secret = stage.store.declare(&stage.avocet, request(), words, about()).await.unwrap();
    stage.ask(&stage.avocet, secret.incident, Command::Recover).await.unwrap();
    let open = stage.store.declare(&outsider, request(), declaration("Again"), about()).await.unwrap();
    let homepage = stage.store.homepage(&outsider, open.reference).await.unwrap().unwrap();
    assert_eq!(homepage.components[0].last, None);
    assert_eq!(homepage.components[0].times_in_a_year, 0);
    let homepage = stage.store.homepage(&stage.avocet, open.reference).await.unwrap().unwrap();
    assert_eq!(homepage.components[0].last.as_ref().unwrap().incident.reference, secret.reference);
}

#[tokio::test]
async fn who_is_invited_or_leads_reads_and_acts() {
    let Some(stage) = Stage::set().await else { return };
    let (curlew, godwit, knot) =
        (stage.member("Curlew").await, stage.member("Godwit").await, stage.member("Knot").await);
    let secret = stage.declare_private(&curlew, CANARY).await;
    // Nobody outside may invite; an admin may invite themselves, and that is on the record.
    let godwit_comes = || Command::Invite { person: godwit.person };
    for outsider in [godwit, stage.avocet] {
        assert_eq!(refused(stage.ask(&outsider, secret.incident, godwit_comes()).await), Refusal::NotFound);
    }
    assert_eq!(refused(stage.store.invite_myself(&godwit, secret.incident).await), Refusal::NotFound);
    stage.ask(&curlew, secret.incident, godwit_comes()).await.unwrap();
    stage.store.invite_myself(&stage.avocet, secret.incident).await.unwrap();
    for inside in [godwit, stage.avocet] {
        let again = stage.store.invite_myself(&inside, secret.incident).await.unwrap();
        assert!(again.items.is_empty(), "whoever is inside is not let in again");
    }
    assert_eq!(stage.count("select count(*) from activity where verb = 'person_invited'").await, 2);
    for who in [godwit, stage.avocet] {
        assert!(stage.store.homepage(&who, secret.reference).await.unwrap().is_some());
        stage.ask(&who, secret.incident, Command::Note { body: body("I am inside.") }).await.unwrap();
    }
    // Leading is for whoever is inside.
    let lead = || Command::TakeLead { person: knot.person };
    assert_eq!(refused(stage.ask(&curlew, secret.incident, lead()).await), Refusal::NotInvited);
    stage.ask(&curlew, secret.incident, Command::Invite { person: knot.person }).await.unwrap();
    stage.ask(&curlew, secret.incident, lead()).await.unwrap();
    let homepage = stage.store.homepage(&knot, secret.reference).await.unwrap().unwrap();
    let inside: Vec<&str> = homepage.visible_to.iter().map(|person| person.name.as_str()).collect();
    assert_eq!(inside, ["Avocet", "Curlew", "Godwit", "Knot"]);
    let page = stage.store.list(&knot, &ListFilter::default(), &Zone::UTC).await.unwrap();
    assert_eq!(page.now[0].visible_to, ["Avocet", "Curlew", "Godwit"]);
    // The lead stays inside for as long as they lead.
    let remove = || Command::RemovePerson { person: knot.person };
    assert_eq!(refused(stage.ask(&curlew, secret.incident, remove()).await), Refusal::AlwaysThere);
    stage.ask(&curlew, secret.incident, Command::TakeLead { person: curlew.person }).await.unwrap();
    stage.ask(&curlew, secret.incident, remove()).await.unwrap();
    assert!(stage.store.homepage(&knot, secret.reference).await.unwrap().is_none());
}

#[tokio::test]
async fn private_incidents_can_be_switched_off() {
    let Some(stage) = Stage::set().await else { return };
    let words = domain::incidents::Declaration { visibility: Visibility::Private, ..declaration(CANARY) };
    let answer = stage.store.declare(&stage.avocet, request(), words, Default::default()).await;
    assert_eq!(refused(answer), Refusal::PrivateIncidentsOff);
}

#[tokio::test]
async fn numbers_have_no_gap_that_tells() {
    let Some(stage) = Stage::set().await else { return };
    stage.declare(&stage.avocet, "One").await;
    let secret = stage.declare_private(&stage.avocet, CANARY).await;
    let next = stage.declare(&stage.avocet, "Two").await;
    assert_eq!(secret.reference, Reference::parse("PRV-1").unwrap());
    assert_eq!(next.reference, Reference::parse("INC-2").unwrap());
}
