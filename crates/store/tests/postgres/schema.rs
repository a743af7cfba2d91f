use domain::Refusal;
use domain::incidents::Command;
use store::testing::guarded_constraints;

use crate::stage::{Stage, refused};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn servers_that_start_together_migrate_once() {
    let Some(stage) = Stage::set().await else { return };
    stage.run("drop schema public cascade; create schema public").await;
    let stores: Vec<_> = (0..3).map(|_| stage.database.connect(|_| {}).unwrap()).collect();
    assert!(!stores[0].migrated().await.unwrap());
    let (one, two, three) = tokio::join!(stores[0].migrate(), stores[1].migrate(), stores[2].migrate());
    one.unwrap();
    two.unwrap();
    three.unwrap();
    assert!(stores[1].migrated().await.unwrap());
    assert_eq!(stage.count("select count(*) from severities").await, 3);
    stage.run("update _sqlx_migrations set checksum = 'other' where version = 1").await;
    assert!(!stores[1].migrated().await.unwrap(), "changed after it was applied");
}

#[tokio::test]
async fn the_activity_log_is_append_only() {
    let Some(stage) = Stage::set().await else { return };
    stage.declare(&stage.avocet, "Webhooks").await;
    for sql in [
        "update activity set verb = 'other'",
        "delete from activity",
        "truncate activity",
        "delete from activity where false",
    ] {
        let error = sqlx::raw_sql(sql).execute(&stage.sql).await.unwrap_err();
        assert_eq!(error.as_database_error().unwrap().code().as_deref(), Some("42501"), "{sql}");
    }
}

#[tokio::test]
async fn each_guarded_constraint_is_one_of_the_schema() {
    let Some(stage) = Stage::set().await else { return };
    let names: Vec<String> = sqlx::query_scalar(
        "select conname::text from pg_constraint union select indexrelid::regclass::text from pg_index where indisunique",
    )
    .fetch_all(&stage.sql)
    .await
    .unwrap();
    for guarded in guarded_constraints() {
        // Raised by a trigger, under the name of a constraint.
        if guarded != "people_last_admin" {
            assert!(names.iter().any(|name| name == guarded), "{guarded} is not in the schema");
        }
    }
}

#[tokio::test]
async fn a_broken_constraint_is_the_refusal_of_its_field() {
    let Some(stage) = Stage::set().await else { return };
    let incident = stage.declare(&stage.avocet, "Webhooks").await.incident;
    let broken = [
        ("insert into severities (id, name, rank) values (gen_random_uuid(), 'sev1', 9)", "name"),
        ("insert into people (id, name, email, source) values (gen_random_uuid(), 'X', 'x', 'email')", "email"),
        ("update settings set engineers = 0", "engineers"),
        ("update people set works_from = 2000", "works_from"),
    ];
    for (sql, field) in broken {
        let error = store::StoreError::from(sqlx::query(sql).execute(&stage.sql).await.unwrap_err());
        assert_eq!(refused::<()>(Err(error)).field(), Some(field), "{sql}");
    }
    let nul = sqlx::query("update people set name = $1").bind("a\0b").execute(&stage.sql).await.unwrap_err();
    assert!(matches!(refused::<()>(Err(nul.into())), Refusal::Invalid { .. }));
    let unknown = sqlx::query("select * from no_such_table").execute(&stage.sql).await.unwrap_err();
    let told = store::StoreError::from(unknown);
    assert!(matches!(told, store::StoreError::Broken(_)));
    assert!(!told.to_string().contains("no_such_table"), "never shown");
    stage.ask(&stage.avocet, incident, Command::Recover).await.unwrap();
}

#[tokio::test]
async fn no_search_or_page_reads_incidents_without_asking_who_looks() {
    // Every statement that a viewer causes names the one rule. Writes check in the
    // domain, after locking the row; what they and workers say is listed here.
    const WITHOUT_A_VIEWER: [&str; 7] = [
        "select series, number, title, summary, kind",
        "select id from incidents where source_ref",
        "select i.id, lower(i.series",
        "select 1 from incidents)",
        "select count(*) from incidents i\n                        where i.reported_at >= e.begins",
        "select i.reported_at from incidents i where is_counted",
        "select i.merged_into_id, c.place + 1",
    ];
    let sources = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut open = vec![sources];
    let mut seen = 0;
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        for (place, _) in text.match_indices("from incidents") {
            seen += 1;
            let start = text[..place].rfind("select").unwrap_or(place);
            let asks = text[place..].chars().take(420).collect::<String>();
            let allowed = WITHOUT_A_VIEWER.iter().any(|known| text[start..].starts_with(known));
            let rule = asks.contains("is_inside(") || asks.contains("READABLE");
            assert!(rule || allowed, "{}: {}", path.display(), &text[start..place + 60]);
        }
    }
    assert!(seen >= 8, "the search itself works");
}
