use domain::incidents::{Command, Role, Seen, Status};
use domain::key_times::{KeyTimeKind, Precision};
use domain::{IncidentId, Refusal, RequestId};
use sqlx::Row;
use store::incidents::Field;
use store::{About, Request};
use uuid::Uuid;

use crate::stage::{SEV1, Stage, body, declaration, reason, refused, request, severity};

#[tokio::test]
async fn a_declaration_is_a_row_a_timeline_item_and_the_log() {
    let Some(stage) = Stage::set().await else { return };
    let plover = stage.member("Plover").await;
    let outcome = stage.declare(&plover, "Webhooks delayed").await;
    assert_eq!(outcome.reference.to_string(), "INC-1");
    assert_eq!(outcome.items.len(), 1);
    assert_eq!(outcome.seq, 2, "declared, and the key time reported");
    let verbs: Vec<String> = sqlx::query_scalar("select verb from activity where incident_id is not null order by seq")
        .fetch_all(&stage.sql)
        .await
        .unwrap();
    assert_eq!(verbs, ["declared", "key_time_set"]);
    assert_eq!(stage.count("select count(*) from participants where engagement = 'active'").await, 1);
    assert_eq!(stage.count("select count(*) from incident_words where words like '%webhooks delayed%inc-1%' or words like 'inc-1%webhooks delayed%'").await, 1);
    let second = stage.declare(&plover, "Another").await;
    assert_eq!(second.reference.to_string(), "INC-2");
}

#[tokio::test]
async fn each_command_leaves_its_traces_in_one_transaction() {
    let Some(stage) = Stage::set().await else { return };
    let (plover, curlew) = (stage.member("Plover").await, stage.member("Curlew").await);
    let incident = stage.declare(&plover, "Webhooks delayed").await.incident;
    let steps = [
        (Command::TakeLead { person: curlew.person }, "lead"),
        (Command::ChangeSeverity { to: severity(SEV1) }, "severity"),
        (Command::Note { body: body("It began at noon.") }, "note"),
        (Command::Move { to: Status::Identified }, "status"),
        (Command::Rename { title: crate::stage::title("Webhooks late") }, "summary"),
        (Command::GiveRole { role: Role::Operations, person: plover.person }, "lead"),
        (Command::Recover, "status"),
        (Command::Reopen { to: Status::Investigating, reason: reason() }, "reopened"),
        (Command::Close, "status"),
    ];
    for (command, kind) in steps {
        let before = stage.count("select seq from incidents").await;
        let outcome = stage.ask(&curlew, incident, command.clone()).await.unwrap();
        assert!(outcome.seq > before, "{command:?}");
        let item = outcome.items.first().unwrap_or_else(|| panic!("no item: {command:?}"));
        let written: String = sqlx::query_scalar("select kind from timeline_items where id = $1")
            .bind(item.uuid())
            .fetch_one(&stage.sql)
            .await
            .unwrap();
        assert_eq!(written, kind, "{command:?}");
    }
    let row = sqlx::query("select status, title, lead_id, times_reopened, recovered_at, seq from incidents")
        .fetch_one(&stage.sql)
        .await
        .unwrap();
    assert_eq!(row.get::<String, _>("status"), "closed");
    assert_eq!(row.get::<String, _>("title"), "Webhooks late");
    assert_eq!(row.get::<Option<Uuid>, _>("lead_id"), Some(curlew.person.uuid()));
    assert_eq!(row.get::<i16, _>("times_reopened"), 1);
    assert_eq!(row.get::<Option<chrono::DateTime<chrono::Utc>>, _>("recovered_at"), None, "superseded by re-opening");
    assert_eq!(
        stage.count("select count(*) from activity where incident_id is not null").await,
        row.get::<i64, _>("seq"),
        "one row of the log for each step of seq"
    );
    assert_eq!(
        stage.count("select count(*) from key_times where kind = 'recovered' and superseded_at is not null").await,
        1
    );
}

#[tokio::test]
async fn an_update_is_told_once_and_is_the_last_word() {
    let Some(stage) = Stage::set().await else { return };
    let incident = stage.declare(&stage.avocet, "Webhooks delayed").await.incident;
    let update = Command::Update {
        body: body("Nothing is lost."),
        status: Some(Status::Monitoring),
        severity: Some(severity(SEV1)),
        next_update_due_at: Some(chrono::Utc::now() + chrono::TimeDelta::minutes(15)),
    };
    let outcome = stage.ask(&stage.avocet, incident, update).await.unwrap();
    assert_eq!(outcome.items.len(), 1, "status and severity are told by the update");
    assert_eq!(
        stage
            .count("select count(*) from incidents where last_words = 'Nothing is lost.' and status = 'monitoring'")
            .await,
        1
    );
    assert_eq!(
        stage.count("select count(*) from updates where status = 'monitoring' and severity_id is not null").await,
        1
    );
    assert_eq!(stage.count("select count(*) from key_times where kind = 'fixed'").await, 1);
}

#[tokio::test]
async fn a_refusal_leaves_nothing_behind() {
    let Some(stage) = Stage::set().await else { return };
    let incident = stage.declare(&stage.avocet, "Webhooks delayed").await.incident;
    let before = stage.count("select count(*) from activity").await;
    let again = request();
    let refusal = refused(
        stage.store.execute(&stage.avocet, again.clone(), incident, Command::Move { to: Status::Triage }).await,
    );
    assert_eq!(refusal, Refusal::NotAllowedNow { from: Status::Investigating, to: Status::Triage });
    assert_eq!(stage.count("select count(*) from activity").await, before);
    // The request id is free again: nothing was done with it.
    stage.store.execute(&stage.avocet, again, incident, Command::Recover).await.unwrap();
    let missing = IncidentId::from_uuid(Uuid::now_v7());
    assert_eq!(refused(stage.ask(&stage.avocet, missing, Command::Recover).await), Refusal::NotFound);
}

#[tokio::test]
async fn the_same_request_does_nothing_twice() {
    let Some(stage) = Stage::set().await else { return };
    let incident = stage.declare(&stage.avocet, "Webhooks delayed").await.incident;
    let once = request();
    let note = Command::Note { body: body("Once.") };
    let first = stage.store.execute(&stage.avocet, once.clone(), incident, note.clone()).await.unwrap();
    let second = stage.store.execute(&stage.avocet, once.clone(), incident, note).await.unwrap();
    assert_eq!(first, second);
    assert_eq!(stage.count("select count(*) from timeline_items where kind = 'note'").await, 1);
    let other = Command::Note { body: body("Twice.") };
    assert_eq!(
        refused(stage.store.execute(&stage.avocet, once.clone(), incident, other).await),
        Refusal::RequestReused
    );
    let somebody = stage.member("Curlew").await;
    let same = Command::Note { body: body("Once.") };
    assert_eq!(refused(stage.store.execute(&somebody, once, incident, same).await), Refusal::RequestReused);

    let declaring = request();
    let words = declaration("Declared once");
    let first = stage.store.declare(&stage.avocet, declaring.clone(), words.clone(), About::default()).await.unwrap();
    let second = stage.store.declare(&stage.avocet, declaring, words, About::default()).await.unwrap();
    assert_eq!(first, second);
    assert_eq!(stage.count("select count(*) from incidents").await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_at_once_with_one_request_id_write_one_row() {
    let Some(stage) = Stage::set().await else { return };
    let incident = stage.declare(&stage.avocet, "Webhooks delayed").await.incident;
    let once = request();
    let sends = (0..50).map(|_| {
        let (store, once, avocet) = (stage.store.clone(), once.clone(), stage.avocet);
        tokio::spawn(async move { store.execute(&avocet, once, incident, Command::Note { body: body("Once.") }).await })
    });
    let mut outcomes = Vec::new();
    for send in sends.collect::<Vec<_>>() {
        outcomes.push(send.await.unwrap().unwrap());
    }
    outcomes.dedup();
    assert_eq!(outcomes.len(), 1);
    assert_eq!(stage.count("select count(*) from timeline_items where kind = 'note'").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writers_on_one_incident_are_numbered_without_gaps() {
    let Some(stage) = Stage::set().await else { return };
    let incident = stage.declare(&stage.avocet, "Webhooks delayed").await.incident;
    let writers = (0..4).map(|writer| {
        let (store, avocet) = (stage.store.clone(), stage.avocet);
        tokio::spawn(async move {
            for note in 0..10 {
                let note = Command::Note { body: body(&format!("{writer}.{note}")) };
                store.execute(&avocet, request(), incident, note).await.unwrap();
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    let seqs: Vec<i64> = sqlx::query_scalar("select seq from activity where incident_id is not null order by seq")
        .fetch_all(&stage.sql)
        .await
        .unwrap();
    let expected: Vec<i64> = (1..=seqs.len() as i64).collect();
    assert_eq!(seqs, expected);
    assert_eq!(stage.count("select count(*) from timeline_items where kind = 'note'").await, 40);
    // The order of the log is the order of the numbers.
    assert_eq!(
        stage.count("select count(*) from activity a join activity b on b.seq = a.seq + 1 and b.incident_id = a.incident_id where b.id < a.id").await,
        0
    );
}

#[tokio::test]
async fn two_people_who_change_one_field_are_told_apart_field_by_field() {
    let Some(stage) = Stage::set().await else { return };
    let incident = stage.declare(&stage.avocet, "Webhooks delayed").await.incident;
    stage.ask(&stage.avocet, incident, Command::ChangeSeverity { to: severity(SEV1) }).await.unwrap();
    let saw_sev2 =
        Request { seen: Seen { severity: Some(severity(crate::stage::SEV2)), ..Seen::default() }, ..request() };
    let change = Command::ChangeSeverity { to: severity(crate::stage::SEV3) };
    assert_eq!(
        refused(stage.store.execute(&stage.avocet, saw_sev2.clone(), incident, change).await),
        Refusal::conflict("severity")
    );
    let note = Request { id: RequestId::from_uuid(Uuid::now_v7()), ..saw_sev2 };
    stage
        .store
        .execute(&stage.avocet, note, incident, Command::Note { body: body("A note is never blocked.") })
        .await
        .unwrap();
}

#[tokio::test]
async fn who_changed_a_field_last_is_known_field_by_field() {
    let Some(stage) = Stage::set().await else { return };
    let curlew = stage.member("Curlew").await;
    let incident = stage.declare(&stage.avocet, "Webhooks delayed").await.incident;
    let task = domain::TaskId::from_uuid(Uuid::now_v7());
    let title = crate::stage::title;
    let add = Command::AddTask { task, title: title("Drain it"), assignee: None };
    stage.ask(&stage.avocet, incident, add).await.unwrap();
    let started = Command::SetKeyTime {
        kind: KeyTimeKind::FailureStarted,
        at: chrono::Utc::now() - chrono::TimeDelta::hours(1),
        precision: Precision::Minute,
        assumed: false,
    };
    for command in [
        Command::GiveRole { role: Role::Operations, person: curlew.person },
        Command::AssignPostmortem { person: curlew.person },
        Command::RenameTask { task, title: title("Empty it") },
        started,
    ] {
        stage.ask(&curlew, incident, command).await.unwrap();
    }
    let task = task.to_string();
    for (name, part, is_known) in [
        ("operations", None, true),
        ("communications", None, false),
        ("lead", None, false),
        ("postmortem_owner", None, true),
        ("task", Some(task.as_str()), true),
        ("time", Some("failure_started"), true),
        ("time", Some("fixed"), false),
    ] {
        let change = stage.store.last_change(&stage.avocet, incident, Field::of(name, part).unwrap()).await.unwrap();
        let who = change.and_then(|change| change.who).map(|who| who.name);
        assert_eq!(who.as_deref(), is_known.then_some("Curlew"), "{name} {part:?}");
    }
    assert_eq!((Field::of("time", None), Field::of("task", Some("7")), Field::of("rank", None)), (None, None, None));
}

#[tokio::test]
async fn a_person_cannot_declare_in_another_name() {
    let Some(stage) = Stage::set().await else { return };
    let plover = stage.member("Plover").await;
    let mut words = declaration("Webhooks delayed");
    words.reporter = Some(stage.avocet.person);
    stage.store.declare(&plover, request(), words, About::default()).await.unwrap();
    let reporter: Uuid = sqlx::query_scalar("select reporter_id from incidents").fetch_one(&stage.sql).await.unwrap();
    assert_eq!(reporter, plover.person.uuid());
}

#[tokio::test]
async fn whoever_is_named_has_to_exist() {
    let Some(stage) = Stage::set().await else { return };
    let incident = stage.declare(&stage.avocet, "Webhooks delayed").await.incident;
    let nobody = domain::PersonId::from_uuid(Uuid::now_v7());
    assert_eq!(
        refused(stage.ask(&stage.avocet, incident, Command::TakeLead { person: nobody }).await),
        Refusal::NotFound
    );
    let none = domain::SeverityId::from_uuid(Uuid::now_v7());
    assert_eq!(
        refused(stage.ask(&stage.avocet, incident, Command::ChangeSeverity { to: none }).await),
        Refusal::NotFound
    );
    let about = About { components: vec![domain::ComponentId::from_uuid(Uuid::now_v7())], ..About::default() };
    let answer = stage.store.declare(&stage.avocet, request(), declaration("Something"), about).await;
    assert_eq!(refused(answer), Refusal::NotFound);
    assert_eq!(stage.count("select count(*) from incidents").await, 1);
}
