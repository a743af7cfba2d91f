use chrono::{TimeDelta, Utc};
use domain::incidents::{Cause, Command, Status};
use domain::key_times::{KeyTimeKind, Precision};
use domain::text::{ComponentName, LinkLabel, Summary, TagName, Url};
use domain::{Reference, System};
use store::incidents::ItemKind;
use store::{ComponentChange, Deed, LinkChange, LinkKind, Step};

use crate::stage::{SEV1, Stage, body, past, reason, severity};

#[tokio::test]
async fn everything_about_one_incident_is_on_its_page() {
    let Some(stage) = Stage::set().await else { return };
    let (curlew, plover) = (stage.member("Curlew").await, stage.member("Plover").await);
    let component = ComponentChange {
        id: None,
        name: ComponentName::parse("Webhooks").unwrap(),
        description: Default::default(),
        links: vec![
            LinkChange {
                kind: LinkKind::Dashboard,
                label: LinkLabel::parse("Dashboard").unwrap(),
                url: Url::parse("https://d.example").unwrap(),
            },
            LinkChange {
                kind: LinkKind::Runbook,
                label: LinkLabel::parse("Runbook").unwrap(),
                url: Url::parse("https://r.example").unwrap(),
            },
        ],
    };
    stage.store.save_component(&stage.avocet, component).await.unwrap();
    let mut before = past("Webhooks repeat themselves", Utc::now() - TimeDelta::days(100), 41);
    before.components = vec![ComponentName::parse("webhooks").unwrap()];
    let before = stage.record(before).await;

    let mut history = past("Webhooks delayed", Utc::now() - TimeDelta::minutes(12), 5);
    history.components = vec![ComponentName::parse("Webhooks").unwrap()];
    history.tags = vec![TagName::parse("deploy").unwrap()];
    history.declaration.reporter = Some(plover.person);
    let step = |deed| Step {
        at: Utc::now() - TimeDelta::minutes(9),
        recorded_at: None,
        person: Some(curlew.person),
        label: None,
        deed,
    };
    history.declaration.key_times.clear();
    history.steps = vec![
        step(Deed::Command(Command::TakeLead { person: curlew.person })),
        step(Deed::Command(Command::ChangeSeverity { to: severity(SEV1) })),
        step(Deed::Alert(body("Webhook delivery takes longer than 60 s."))),
        step(Deed::Link(LinkLabel::parse("Logs").unwrap(), Url::parse("https://l.example").unwrap())),
        step(Deed::Follow(stage.avocet.person)),
        step(Deed::Command(Command::Update {
            body: body("Nothing is lost."),
            status: Some(Status::Identified),
            severity: None,
            next_update_due_at: None,
        })),
    ];
    let outcome = match stage.store.record(System::Demo, history).await.unwrap() {
        store::Recorded::New(outcome) => outcome,
        store::Recorded::Known => panic!(),
    };
    let page = stage.store.homepage(&plover, outcome.reference).await.unwrap().unwrap();
    assert_eq!(page.title, "Webhooks delayed");
    assert_eq!(page.reporter.as_ref().unwrap().name, "Plover");
    assert_eq!(page.lead.as_ref().unwrap().name, "Curlew");
    assert_eq!(page.severity.name, "Sev1");
    assert_eq!(page.severities.len(), 3);
    assert_eq!(page.tags.iter().map(|tag| tag.name.as_str()).collect::<Vec<_>>(), ["deploy"]);
    assert_eq!(page.links.iter().map(|link| link.label.as_str()).collect::<Vec<_>>(), ["Logs"]);
    let active: Vec<(&str, bool)> = page.participants.iter().map(|p| (p.person.name.as_str(), p.active)).collect();
    assert_eq!(active, [("Plover", true), ("Curlew", true), ("Avocet", false)]);
    let last = page.components[0].last.as_ref().unwrap();
    assert_eq!((last.incident.reference, last.elapsed), (before, Some(TimeDelta::minutes(41))));
    assert_eq!(page.components[0].links.len(), 2);
    assert_eq!(page.components[0].times_in_a_year, 1);
    assert!(page.key_times.has(KeyTimeKind::Engaged) && page.key_times.has(KeyTimeKind::Identified));
    assert!(!page.key_times.has(KeyTimeKind::FailureStarted), "never invented");
    let kinds: Vec<ItemKind> = page.timeline.iter().map(|item| item.kind).collect();
    assert_eq!(
        kinds,
        [ItemKind::Update, ItemKind::Link, ItemKind::Alert, ItemKind::Severity, ItemKind::Lead, ItemKind::Declared],
        "newest first"
    );
    assert_eq!(page.timeline[0].told.as_ref().unwrap().status.as_deref(), Some("identified"));
    assert_eq!(page.timeline[4].subject.as_ref().unwrap().name, "Curlew");
    assert_eq!(page.next_steps, Default::default(), "only when it is over");
    assert_eq!(page.seq, stage.count("select max(seq) from activity").await);
}

#[tokio::test]
async fn what_is_over_asks_for_its_next_steps() {
    let Some(stage) = Stage::set().await else { return };
    let outcome = stage.declare(&stage.avocet, "Webhooks").await;
    stage.ask(&stage.avocet, outcome.incident, Command::Recover).await.unwrap();
    let steps = stage.store.homepage(&stage.avocet, outcome.reference).await.unwrap().unwrap().next_steps;
    assert!(steps.start_missing && steps.detected_missing && steps.cause_open && steps.no_postmortem_owner);
    let said = |kind| {
        let at = Utc::now() - TimeDelta::hours(1);
        Command::SetKeyTime { kind, at, precision: Precision::Minute, assumed: true }
    };
    let settled = [
        said(KeyTimeKind::FailureStarted),
        said(KeyTimeKind::Detected),
        Command::SettleCause {
            cause: Cause::Confirmed,
            text: Summary::parse("The cache.").unwrap(),
            evidence: Vec::new(),
        },
        Command::AssignPostmortem { person: stage.avocet.person },
    ];
    for command in settled {
        stage.ask(&stage.avocet, outcome.incident, command).await.unwrap();
    }
    let page = stage.store.homepage(&stage.avocet, outcome.reference).await.unwrap().unwrap();
    assert_eq!(page.next_steps, Default::default());
    assert_eq!(page.cause_text, "The cache.");
    assert!(page.key_times.get(KeyTimeKind::FailureStarted).unwrap().assumed);
    assert_eq!(page.postmortem_owner.unwrap().name, "Avocet");
}

#[tokio::test]
async fn merged_incidents_know_each_other_and_what_is_missing_is_nothing() {
    let Some(stage) = Stage::set().await else { return };
    let (one, other) =
        (stage.declare(&stage.avocet, "One side").await, stage.declare(&stage.avocet, "Other side").await);
    stage.ask(&stage.avocet, one.incident, Command::Merge { target: other.incident, chain: vec![] }).await.unwrap();
    let page = stage.store.homepage(&stage.avocet, one.reference).await.unwrap().unwrap();
    assert_eq!(page.merged_into.unwrap().reference, other.reference);
    let page = stage.store.homepage(&stage.avocet, other.reference).await.unwrap().unwrap();
    assert_eq!(page.merged_here[0].title, "One side");
    stage
        .ask(&stage.avocet, one.incident, Command::Reopen { to: Status::Investigating, reason: reason() })
        .await
        .unwrap();
    let page = stage.store.homepage(&stage.avocet, other.reference).await.unwrap().unwrap();
    assert!(page.merged_here.is_empty());
    let missing = Reference::parse("INC-2147483647").unwrap();
    assert!(stage.store.homepage(&stage.avocet, missing).await.unwrap().is_none());
}

#[tokio::test]
async fn a_long_timeline_ends_after_its_first_page_and_hidden_items_are_not_shown() {
    let Some(stage) = Stage::set().await else { return };
    let outcome = stage.declare(&stage.avocet, "Webhooks").await;
    sqlx::query("insert into timeline_items (id, incident_id, kind, occurred_at, body, source) select gen_random_uuid(), $1, 'note', now() - n * interval '1 minute', n::text, 'web' from generate_series(1, 600) n")
        .bind(outcome.incident.uuid())
        .execute(&stage.sql)
        .await
        .unwrap();
    let page = stage.store.homepage(&stage.avocet, outcome.reference).await.unwrap().unwrap();
    assert_eq!((page.timeline.len(), page.timeline_goes_on), (50, true));
    stage.run("update timeline_items set hidden_at = now() where body <> '' and body::int > 10").await;
    let page = stage.store.homepage(&stage.avocet, outcome.reference).await.unwrap().unwrap();
    assert_eq!((page.timeline.len(), page.timeline_goes_on), (11, false));
}
