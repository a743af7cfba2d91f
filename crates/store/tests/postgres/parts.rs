//! What hangs on an incident: links, components, tags, other incidents, evidence.

use chrono::{TimeDelta, Utc};
use domain::incidents::{Cause, Command, Seen, TRIAGE_BOX};
use domain::text::{ComponentName, LinkLabel, Summary, TagName, Url};
use domain::{ComponentId, IncidentId, LinkId, Refusal, RequestId, System, TimelineItemId, Viewer};
use store::Request;
use store::incidents::{ItemKind, Only, TimelineFilter};
use uuid::Uuid;

use crate::stage::{Stage, body, past, refused};

fn attach(id: Uuid, url: &str, label: Option<&str>) -> Command {
    let label = label.map(|label| LinkLabel::parse(label).unwrap());
    Command::AttachLink { link: LinkId::from_uuid(id), url: Url::parse(url).unwrap(), label }
}

fn tag(name: &str) -> Command {
    Command::AddTag { name: TagName::parse(name).unwrap() }
}

async fn component(stage: &Stage, name: &str) -> ComponentId {
    let change = store::ComponentChange {
        id: None,
        name: ComponentName::parse(name).unwrap(),
        description: Default::default(),
        links: Vec::new(),
    };
    stage.store.save_component(&stage.avocet, change).await.unwrap();
    let listed = stage.store.components(&stage.avocet).await.unwrap();
    listed.into_iter().find(|listed| listed.name == name).unwrap().id
}

#[tokio::test]
async fn links_are_attached_once_and_taken_away() {
    let Some(stage) = Stage::set().await else { return };
    let one = stage.declare(&stage.avocet, "Webhooks").await;
    let other = stage.declare(&stage.avocet, "Uploads").await;
    let (first, second) = (Uuid::now_v7(), Uuid::now_v7());
    let graph = "https://grafana.example/d/abc";
    stage.ask(&stage.avocet, one.incident, attach(first, graph, None)).await.unwrap();
    stage.ask(&stage.avocet, one.incident, attach(second, "https://meet.example/x", Some("Meeting"))).await.unwrap();
    let again = stage.ask(&stage.avocet, one.incident, attach(Uuid::now_v7(), graph, None)).await;
    assert_eq!(refused(again), Refusal::unchanged("link"));
    let same_id = stage.ask(&stage.avocet, other.incident, attach(first, graph, None)).await;
    assert_eq!(refused(same_id), Refusal::taken("link"));
    let homepage = stage.store.homepage(&stage.avocet, one.reference).await.unwrap().unwrap();
    let links: Vec<_> = homepage.links.iter().map(|link| (link.label.as_str(), link.url.as_str())).collect();
    assert_eq!(links, [("grafana.example/d/abc", graph), ("Meeting", "https://meet.example/x")]);
    assert_eq!(homepage.timeline[0].kind, ItemKind::Link);
    let remove = || Command::RemoveLink { link: LinkId::from_uuid(first) };
    assert_eq!(refused(stage.ask(&stage.avocet, other.incident, remove()).await), Refusal::NotFound, "not of this one");
    stage.ask(&stage.avocet, one.incident, remove()).await.unwrap();
    assert_eq!(refused(stage.ask(&stage.avocet, one.incident, remove()).await), Refusal::unchanged("link"));
    stage.ask(&stage.avocet, one.incident, attach(Uuid::now_v7(), graph, None)).await.unwrap();
}

#[tokio::test]
async fn a_component_that_is_added_later_counts_as_the_last_time_it_failed() {
    let Some(stage) = Stage::set().await else { return };
    let webhooks = component(&stage, "Webhooks").await;
    let before = stage.record(past("Webhooks repeat themselves", Utc::now() - TimeDelta::days(9), 41)).await;
    let before = stage.store.homepage(&stage.avocet, before).await.unwrap().unwrap();
    let now = stage.declare(&stage.avocet, "Webhooks are late").await;
    let add = || Command::AddComponent { component: webhooks };
    stage.ask(&stage.avocet, before.id, add()).await.unwrap();
    stage.ask(&stage.avocet, now.incident, add()).await.unwrap();
    assert_eq!(refused(stage.ask(&stage.avocet, now.incident, add()).await), Refusal::unchanged("component"));
    let homepage = stage.store.homepage(&stage.avocet, now.reference).await.unwrap().unwrap();
    assert_eq!(homepage.components[0].last.as_ref().unwrap().incident.id, before.id);
    assert_eq!(homepage.components[0].times_in_a_year, 1);
    assert_eq!(homepage.timeline[0].component.as_deref(), Some("Webhooks"));
    // It had nothing to do with it.
    stage.ask(&stage.avocet, before.id, Command::RemoveComponent { component: webhooks }).await.unwrap();
    let homepage = stage.store.homepage(&stage.avocet, now.reference).await.unwrap().unwrap();
    assert_eq!(homepage.components[0].last, None);
    // What was put away is added no more, and can be taken away.
    stage.run("update components set archived_at = now()").await;
    assert_eq!(refused(stage.ask(&stage.avocet, before.id, add()).await), Refusal::NotFound);
    stage.ask(&stage.avocet, now.incident, Command::RemoveComponent { component: webhooks }).await.unwrap();
    let nothing = Command::AddComponent { component: ComponentId::from_uuid(Uuid::now_v7()) };
    assert_eq!(refused(stage.ask(&stage.avocet, now.incident, nothing).await), Refusal::NotFound);
}

#[tokio::test]
async fn a_tag_is_made_once_whatever_its_capitals() {
    let Some(stage) = Stage::set().await else { return };
    let one = stage.declare(&stage.avocet, "One").await;
    let other = stage.declare(&stage.avocet, "Other").await;
    let (a, b) = tokio::join!(
        stage.ask(&stage.avocet, one.incident, tag("Deploy")),
        stage.ask(&stage.avocet, other.incident, tag("deploy"))
    );
    a.unwrap();
    b.unwrap();
    assert_eq!(refused(stage.ask(&stage.avocet, one.incident, tag("DEPLOY")).await), Refusal::unchanged("tag"));
    assert_eq!(stage.count("select count(*) from tags").await, 1);
    let homepage = stage.store.homepage(&stage.avocet, one.reference).await.unwrap().unwrap();
    let remove = || Command::RemoveTag { tag: homepage.tags[0].id };
    stage.ask(&stage.avocet, one.incident, remove()).await.unwrap();
    assert_eq!(refused(stage.ask(&stage.avocet, one.incident, remove()).await), Refusal::unchanged("tag"));
    assert_eq!(stage.count("select count(*) from incident_tags").await, 1);
}

async fn related(stage: &Stage, who: &Viewer, incident: &store::Outcome) -> Vec<IncidentId> {
    let homepage = stage.store.homepage(who, incident.reference).await.unwrap().unwrap();
    homepage.related.iter().map(|other| other.id).collect()
}

#[tokio::test]
async fn related_incidents_know_of_each_other() {
    let Some(stage) = Stage::set().await else { return };
    let one = stage.declare(&stage.avocet, "One").await;
    let other = stage.declare(&stage.avocet, "Other").await;
    let relate = |other| Command::Relate { other };
    let related_now = stage.ask(&stage.avocet, one.incident, relate(other.incident)).await.unwrap();
    assert_eq!(related_now.items.len(), 1);
    assert_eq!(related(&stage, &stage.avocet, &one).await, [other.incident]);
    assert_eq!(related(&stage, &stage.avocet, &other).await, [one.incident]);
    // The other's log says so, and its seq tells its live pages.
    let theirs = stage.store.activity(&stage.avocet, other.incident, None).await.unwrap().unwrap();
    assert_eq!((theirs.entries[0].verb.as_str(), theirs.entries[0].seq), ("related", other.seq + 1));
    let back = stage.ask(&stage.avocet, other.incident, relate(one.incident)).await;
    assert_eq!(refused(back), Refusal::unchanged("incident"));
    let homepage = stage.store.homepage(&stage.avocet, one.reference).await.unwrap().unwrap();
    assert_eq!(homepage.timeline[0].other.as_ref().unwrap().reference, other.reference);
    stage.ask(&stage.avocet, other.incident, Command::Unrelate { other: one.incident }).await.unwrap();
    assert!(related(&stage, &stage.avocet, &one).await.is_empty());
    let nowhere = relate(IncidentId::from_uuid(Uuid::now_v7()));
    assert_eq!(refused(stage.ask(&stage.avocet, one.incident, nowhere).await), Refusal::NotFound);
}

#[tokio::test]
async fn a_private_incident_is_related_by_whoever_is_inside_and_shown_to_them_only() {
    let Some(stage) = Stage::set().await else { return };
    let curlew = stage.member("Curlew").await;
    let open = stage.declare(&stage.avocet, "Open").await;
    let secret = stage.declare_private(&curlew, "Secret").await;
    let outside = stage.ask(&stage.avocet, open.incident, Command::Relate { other: secret.incident }).await;
    assert_eq!(refused(outside), Refusal::NotFound, "as if it were not there");
    stage.ask(&curlew, open.incident, Command::Relate { other: secret.incident }).await.unwrap();
    assert_eq!(related(&stage, &curlew, &open).await, [secret.incident]);
    assert!(related(&stage, &stage.avocet, &open).await.is_empty());
    // The timeline, too, says nothing of it, on none of its pages; a page holds as many as it can.
    let shown = |who: Viewer, most: u16, only: Option<Only>, hidden: bool| {
        let filter = TimelineFilter { most, only, hidden, ..TimelineFilter::default() };
        let (store, incident) = (stage.store.clone(), open.incident);
        async move { store.timeline(&who, incident, &filter).await.unwrap().unwrap() }
    };
    for (only, hidden) in [(None, false), (Some(Only::Changes), false), (None, true), (Some(Only::Changes), true)] {
        let (inside, outside) = (shown(curlew, 0, only, hidden).await, shown(stage.avocet, 0, only, hidden).await);
        assert_eq!(inside.items[0].other.as_ref().unwrap().reference, secret.reference);
        assert_eq!(outside.items, inside.items[1..], "{only:?}");
        let page = shown(stage.avocet, 1, only, hidden).await;
        assert_eq!((page.items.len(), page.next), (1, None), "the one that is left fills the page and ends it");
    }
    let inside = shown(curlew, 0, None, false).await;
    let around = TimelineFilter { around: Some(inside.items[1].id), ..TimelineFilter::default() };
    let page = stage.store.timeline(&stage.avocet, open.incident, &around).await.unwrap().unwrap();
    assert_eq!((page.items.len(), page.starts_midway), (1, false), "nothing newer is there for them");
    // Nor does it come live to those who are outside.
    let live = stage.store.homepage_for_live(System::Worker, open.incident, Some(0)).await.unwrap().unwrap();
    assert!(live.homepage.timeline.iter().all(|item| item.kind != ItemKind::Related));
    let log = stage.store.activity(&stage.avocet, open.incident, None).await.unwrap().unwrap();
    assert!(!log.names.iter().any(|(_, name)| name.starts_with("PRV")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_who_relate_the_same_two_at_once_take_turns() {
    let Some(stage) = Stage::set().await else { return };
    for round in 0..10 {
        let a = stage.declare(&stage.avocet, &format!("A {round}")).await.incident;
        let b = stage.declare(&stage.avocet, &format!("B {round}")).await.incident;
        let (one, other) = tokio::join!(
            stage.ask(&stage.avocet, a, Command::Relate { other: b }),
            stage.ask(&stage.avocet, b, Command::Relate { other: a })
        );
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
        assert_eq!(refused(if one.is_err() { one } else { other }), Refusal::unchanged("incident"));
    }
}

#[tokio::test]
async fn evidence_belongs_to_the_incident_and_goes_only_when_it_was_seen() {
    let Some(stage) = Stage::set().await else { return };
    let one = stage.declare(&stage.avocet, "One").await;
    let other = stage.declare(&stage.avocet, "Other").await;
    let mut notes: Vec<TimelineItemId> = Vec::new();
    for incident in [one.incident, one.incident, other.incident] {
        let note = Command::Note { body: body("Graph of the queue.") };
        notes.extend(stage.ask(&stage.avocet, incident, note).await.unwrap().items);
    }
    let settle = |evidence: &[TimelineItemId]| Command::SettleCause {
        cause: Cause::Suspected,
        text: Summary::parse("The queue.").unwrap(),
        evidence: evidence.to_vec(),
    };
    let foreign = stage.ask(&stage.avocet, one.incident, settle(&[notes[0], notes[2]])).await;
    assert_eq!(refused(foreign), Refusal::invalid("evidence", domain::Why::NotKnown));
    let shown = || async {
        let homepage = stage.store.homepage(&stage.avocet, one.reference).await.unwrap().unwrap();
        homepage.evidence.into_iter().map(|shown| (shown.id, shown.body)).collect::<Vec<_>>()
    };
    let note = |place: usize| (notes[place], String::from("Graph of the queue."));
    stage.ask(&stage.avocet, one.incident, settle(&notes[..2])).await.unwrap();
    assert_eq!(shown().await, [note(0), note(1)]);

    // Other words, an accepted unknown, a form that showed none of it: the evidence stays.
    let again = Command::SettleCause {
        cause: Cause::AcceptedUnknown,
        text: Summary::parse("The queue, or its disk.").unwrap(),
        evidence: Vec::new(),
    };
    stage.ask(&stage.avocet, one.incident, again).await.unwrap();
    assert_eq!(shown().await, [note(0), note(1)]);
    let saw = |evidence: &[TimelineItemId]| {
        let seen = Seen { evidence: Some(evidence.to_vec()), ..Seen::default() };
        Request { seen, ..Request::web(RequestId::from_uuid(Uuid::now_v7())) }
    };
    let request = saw(&notes[..1]);
    stage.store.execute(&stage.avocet, request, one.incident, settle(&[])).await.unwrap();
    assert_eq!(shown().await, [note(1)]);
    // What is hidden is not shown, and is evidence still.
    stage.ask(&stage.avocet, one.incident, Command::HideItem { item: notes[1] }).await.unwrap();
    assert!(shown().await.is_empty());
    stage.ask(&stage.avocet, one.incident, Command::RestoreItem { item: notes[1] }).await.unwrap();
    assert_eq!(shown().await, [note(1)]);
    // The last of it goes alone.
    stage.store.execute(&stage.avocet, saw(&notes[1..2]), one.incident, settle(&[])).await.unwrap();
    assert!(shown().await.is_empty());
}

#[tokio::test]
async fn the_second_who_writes_the_cause_is_asked() {
    let Some(stage) = Stage::set().await else { return };
    let one = stage.declare(&stage.avocet, "One").await;
    let settle = |words: &str| Command::SettleCause {
        cause: Cause::Suspected,
        text: Summary::parse(words).unwrap(),
        evidence: Vec::new(),
    };
    let saw = |words: &str| {
        let seen = Seen { cause_text: Some(Summary::parse(words).unwrap()), ..Seen::default() };
        Request { seen, ..Request::web(RequestId::from_uuid(Uuid::now_v7())) }
    };
    stage.store.execute(&stage.avocet, saw(""), one.incident, settle("The queue.")).await.unwrap();
    let second = stage.store.execute(&stage.avocet, saw(""), one.incident, settle("The disk.")).await;
    assert_eq!(refused(second), Refusal::conflict("cause"));
    let mine = stage.store.execute(&stage.avocet, saw("The queue."), one.incident, settle("The disk.")).await;
    mine.unwrap();
}

#[tokio::test]
async fn additional_triage_has_its_time() {
    let Some(stage) = Stage::set().await else { return };
    let one = stage.declare(&stage.avocet, "One").await;
    let until = Utc::now() + TRIAGE_BOX;
    let triage = || Command::BoxTriage { until: Some(until) };
    assert_eq!(refused(stage.ask(&stage.avocet, one.incident, triage()).await), Refusal::NothingToTriage);
    stage.ask(&stage.avocet, one.incident, Command::Recover).await.unwrap();
    stage.ask(&stage.avocet, one.incident, triage()).await.unwrap();
    let homepage = || async { stage.store.homepage(&stage.avocet, one.reference).await.unwrap().unwrap() };
    assert_eq!(homepage().await.triage_until.unwrap().timestamp_micros(), until.timestamp_micros());
    let accept = Command::SettleCause { cause: Cause::AcceptedUnknown, text: Summary::default(), evidence: Vec::new() };
    stage.ask(&stage.avocet, one.incident, accept).await.unwrap();
    assert_eq!(homepage().await.triage_until, None);
}
