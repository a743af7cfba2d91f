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
async fn the_role_that_owns_the_log_may_only_add_to_it() {
    let Some(stage) = Stage::set().await else { return };
    stage.declare(&stage.avocet, "Webhooks").await;
    // A server's role is the owner of its tables, and no superuser.
    let mut connection = stage.sql.acquire().await.unwrap();
    for sql in [
        "begin",
        "do $$ begin execute format('create role log_owner_%s', pg_backend_pid());
            execute format('grant all on schema public to log_owner_%s', pg_backend_pid());
            execute format('alter table activity owner to log_owner_%s', pg_backend_pid());
            execute format('set role log_owner_%s', pg_backend_pid()); end $$",
        "insert into activity (actor_kind, verb) values ('system', 'tried')",
    ] {
        sqlx::raw_sql(sql).execute(&mut *connection).await.unwrap();
    }
    for sql in [
        "update activity set verb = 'other'",
        "delete from activity",
        "truncate activity",
        "set session_replication_role = replica",
    ] {
        sqlx::raw_sql("savepoint tried").execute(&mut *connection).await.unwrap();
        let error = sqlx::raw_sql(sql).execute(&mut *connection).await.unwrap_err();
        let error = error.as_database_error().unwrap();
        assert_eq!(error.code().as_deref(), Some("42501"), "{sql}");
        assert!(error.message().starts_with("permission denied"), "{sql}: {}", error.message());
        sqlx::raw_sql("rollback to savepoint tried").execute(&mut *connection).await.unwrap();
    }
    // Who owns everything cannot switch the trigger's role off either.
    sqlx::raw_sql("rollback; set session_replication_role = replica").execute(&mut *connection).await.unwrap();
    let error = sqlx::raw_sql("delete from activity").execute(&mut *connection).await.unwrap_err();
    assert_eq!(error.as_database_error().unwrap().message(), "activity is append-only");
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
    const WITHOUT_A_VIEWER: [&str; 20] = [
        "select series, number, title, summary, kind",
        "select id from incidents where source_ref",
        "select i.id, lower(i.series",
        "select 1 from incidents)",
        "select count(*) from incidents i\n                        where i.reported_at >= e.begins",
        "select i.reported_at from incidents i where is_counted",
        "select i.merged_into_id, c.place + 1",
        "select id from incidents where id = any($1) order by id for update",
        "select 0 as place, concat_ws",
        "select 1 from hand_offs h where h.incident_id = i.id",
        // The worker that announces: it reads whether the incident is announced with its words,
        // and gives none of them when it is not.
        "select m2.channel_id from slack_messages m2 join slack_outbox",
        // Whether a message that Slack has taken stands or is taken back.
        "select kind, visibility from incidents where id = $1 for share",
        // The worker that reminds: its notifications ask who looks when they are read.
        "select id, next_update_due_at as due_at",
        "select i.id, ends.at",
        // Who may read: the live stream asks it before it sends anything.
        "select v.person_id from invitations v where v.incident_id = i.id) as \"invited!\"",
        "select a.subject_id from activity a\n                            where a.incident_id = i.id and a.seq > i.seq - 100",
        // What looks alike is found for everybody at once; `readable` shows of it what a viewer may read.
        "select i.id from incidents i where i.status in ('triage'",
        "select i.id from incidents i where i.reported_at > now() - interval '30 days'",
        // That a private incident exists, and no word of it, for admins.
        "select i.id, i.series, i.number, i.reported_at,\n                   is_inside(",
        // Within a write, which holds the row.
        "select $1, i.id, $3, $4, $5, $6, $7, case when i.visibility",
    ];
    let sources = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut open = vec![sources];
    let mut seen = 0;
    let mut faults = Vec::new();
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
            let rule = ["is_inside(", "READABLE", "visibility = 'public'"].iter().any(|rule| asks.contains(rule));
            if !rule && !allowed {
                faults.push(format!("{}: {}", path.display(), text[start..].chars().take(300).collect::<String>()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(seen >= 8, "the search itself works");
}
