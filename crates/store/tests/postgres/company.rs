use domain::people::Phase;
use domain::text::{ComponentName, Definition, LinkLabel, Name, SeverityName, Url};
use domain::zones::Zone;
use domain::{Refusal, SeverityId};
use store::{Company, ComponentChange, LinkChange, LinkKind, SeverityChange};

use crate::stage::{SEV1, SEV2, SEV3, Stage, at, past, refused, severity};

fn new_severity(name: &str) -> SeverityChange {
    SeverityChange {
        id: None,
        name: SeverityName::parse(name).unwrap(),
        definition: Definition::parse("When it happens.").unwrap(),
        example: Definition::default(),
    }
}

#[tokio::test]
async fn the_first_run_sets_the_company_up() {
    let Some(stage) = Stage::set().await else { return };
    let member = stage.member("Curlew").await;
    let company =
        || Company { name: Name::parse("Paperkite").unwrap(), engineers: 6, zone: Zone::parse("Asia/Tokyo").unwrap() };
    assert!(!stage.store.settings(&member).await.unwrap().set_up);
    assert_eq!(refused(stage.store.welcome(&member, company()).await), Refusal::NotAllowed);
    stage.store.welcome(&stage.avocet, company()).await.unwrap();
    let settings = stage.store.settings(&member).await.unwrap();
    assert!(settings.set_up);
    assert_eq!(
        (settings.company_name.as_str(), settings.phase, settings.zone.as_str()),
        ("Paperkite", Phase::One, "Asia/Tokyo")
    );
    let frame = stage.store.frame(&member).await.unwrap();
    assert_eq!(
        (frame.company_name.as_str(), frame.company_zone.as_str(), frame.set_up),
        ("Paperkite", "Asia/Tokyo", true)
    );
    assert_eq!(stage.count("select count(*) from activity where verb = 'company_set_up'").await, 1);
}

#[tokio::test]
async fn severities_are_ranked_put_away_and_never_lost() {
    let Some(stage) = Stage::set().await else { return };
    let store = &stage.store;
    stage.record(past("One", at("2025-03-01T00:00:00Z"), 5)).await;
    let sev4 = store.save_severity(&stage.avocet, new_severity("Sev4")).await.unwrap();
    assert_eq!(refused(store.save_severity(&stage.avocet, new_severity("SEV4")).await), Refusal::taken("name"));
    let order = [sev4, severity(SEV3), severity(SEV2), severity(SEV1)];
    store.reorder_severities(&stage.avocet, order.to_vec()).await.unwrap();
    let names = |listed: &[store::SeverityListed]| {
        listed.iter().map(|s| (s.name.clone(), s.rank, s.archived)).collect::<Vec<_>>()
    };
    let listed = store.severities(&stage.avocet).await.unwrap();
    assert_eq!(names(&listed)[0], ("Sev4".to_owned(), 1, false));
    assert_eq!(listed.iter().find(|s| s.name == "Sev2").unwrap().so_far, 1, "1 so far");
    assert_eq!(refused(store.reorder_severities(&stage.avocet, vec![sev4]).await), Refusal::conflict("severities"));
    assert_eq!(refused(store.reorder_severities(&stage.avocet, vec![sev4; 4]).await), Refusal::conflict("severities"));
    store.archive_severity(&stage.avocet, severity(SEV3)).await.unwrap();
    let listed = store.severities(&stage.avocet).await.unwrap();
    let ranks: Vec<(i16, bool)> = listed.iter().map(|s| (s.rank, s.archived)).collect();
    assert_eq!(ranks[..3], [(1, false), (2, false), (3, false)], "the others move up");
    assert!(ranks[3].1);
    for severity in [severity(SEV2), severity(SEV1)] {
        store.archive_severity(&stage.avocet, severity).await.unwrap();
    }
    assert_eq!(refused(store.archive_severity(&stage.avocet, sev4).await), Refusal::NotAllowed, "the last one");
    let page = store.list(&stage.avocet, &Default::default(), &Zone::UTC).await.unwrap();
    assert_eq!(page.rows[0].severity.name, "Sev2", "old incidents keep theirs");
    let member = stage.member("Curlew").await;
    assert_eq!(refused(store.save_severity(&member, new_severity("Sev9")).await), Refusal::NotAllowed);
    let none = SeverityChange { id: Some(SeverityId::from_uuid(uuid::Uuid::now_v7())), ..new_severity("Sev8") };
    assert_eq!(refused(store.save_severity(&stage.avocet, none).await), Refusal::NotFound);
}

#[tokio::test]
async fn severities_added_at_the_same_moment_all_get_a_rank() {
    let Some(stage) = Stage::set().await else { return };
    let add = |name: &'static str| stage.store.save_severity(&stage.avocet, new_severity(name));
    let (a, b, c, d) = tokio::join!(add("Sev4"), add("Sev5"), add("Sev6"), add("Sev7"));
    assert!([a, b, c, d].iter().all(Result::is_ok));
    let listed = stage.store.severities(&stage.avocet).await.unwrap();
    assert_eq!(listed.iter().map(|s| s.rank).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6, 7]);
}

#[tokio::test]
async fn there_are_at_most_nine_severities() {
    let Some(stage) = Stage::set().await else { return };
    for rank in 4..=9 {
        stage.store.save_severity(&stage.avocet, new_severity(&format!("Sev{rank}"))).await.unwrap();
    }
    let tenth = refused(stage.store.save_severity(&stage.avocet, new_severity("Sev10")).await);
    assert_eq!(tenth.field(), Some("rank"));
}

#[tokio::test]
async fn components_keep_their_links_in_order() {
    let Some(stage) = Stage::set().await else { return };
    let link = |kind, label: &str| LinkChange {
        kind,
        label: LinkLabel::parse(label).unwrap(),
        url: Url::parse("https://grafana.paperkite.example/d/1").unwrap(),
    };
    let change = |id, links| ComponentChange {
        id,
        name: ComponentName::parse("Scheduler").unwrap(),
        description: Definition::default(),
        links,
    };
    let links = vec![link(LinkKind::Runbook, "Runbook"), link(LinkKind::Dashboard, "Dashboard")];
    let id = stage.store.save_component(&stage.avocet, change(None, links)).await.unwrap();
    assert_eq!(refused(stage.store.save_component(&stage.avocet, change(None, vec![])).await), Refusal::taken("name"));
    let listed = stage.store.components(&stage.avocet).await.unwrap();
    let labels: Vec<&str> = listed[0].links.iter().map(|link| link.label.as_str()).collect();
    assert_eq!(labels, ["Runbook", "Dashboard"]);
    let many = (0..21).map(|n| link(LinkKind::Other, &n.to_string())).collect();
    assert_eq!(refused(stage.store.save_component(&stage.avocet, change(Some(id), many)).await).field(), Some("links"));
    stage.store.archive_component(&stage.avocet, id).await.unwrap();
    stage.store.save_component(&stage.avocet, change(None, vec![])).await.unwrap();
    let listed = stage.store.components(&stage.avocet).await.unwrap();
    assert_eq!(listed.iter().map(|component| component.archived).collect::<Vec<_>>(), [false, true]);
}
