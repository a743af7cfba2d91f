use std::time::Duration;

use domain::incidents::Command;
use serde_json::json;
use store::{SessionId, StoreError};

use crate::stage::{Stage, body, request};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_write_is_not_cancelled_by_whoever_leaves() {
    let Some(stage) = Stage::set().await else { return };
    let incident = stage.declare(&stage.avocet, "Webhooks").await.incident;
    for n in 0..100u64 {
        let write =
            stage.store.execute(&stage.avocet, request(), incident, Command::Note { body: body(&n.to_string()) });
        // Gone after a moment, wherever that is in the course of the write.
        let _ = tokio::time::timeout(Duration::from_micros(n * 20), write).await;
    }
    // Those that had begun run to their end; closing waits for them.
    stage.store.close().await;
    let notes = stage.count("select count(*) from timeline_items where kind = 'note'").await;
    let numbered = stage.count("select seq - 2 from incidents").await;
    assert!(notes >= 95, "{notes}");
    assert!(numbered >= notes, "no timeline item without its number");
    assert_eq!(stage.count("select count(*) from timeline_items t where kind = 'note' and not exists (select 1 from activity a where a.data ->> 'body' = t.body)").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_jam_of_writers_keeps_nobody_from_reading() {
    let Some(stage) = Stage::set().await else { return };
    let outcome = stage.declare(&stage.avocet, "Webhooks").await;
    stage.store.create_session(SessionId::of(b"cookie"), Some(stage.avocet.person), json!({})).await.unwrap();
    stage.run("update sessions set seen_at = now() - interval '1 hour'").await;
    let mut jam = stage.sql.begin().await.unwrap();
    sqlx::query("lock table incidents, sessions in exclusive mode").execute(&mut *jam).await.unwrap();
    let writers: Vec<_> = (0..10)
        .map(|_| {
            let (store, avocet) = (stage.store.clone(), stage.avocet);
            tokio::spawn(async move { store.execute(&avocet, request(), outcome.incident, Command::Recover).await })
        })
        .collect();
    let read = async {
        for _ in 0..20 {
            assert!(stage.store.load_session(SessionId::of(b"cookie")).await.unwrap().is_some());
            assert!(stage.store.homepage(&stage.avocet, outcome.reference).await.unwrap().is_some());
        }
    };
    tokio::time::timeout(Duration::from_secs(2), read).await.expect("reading goes on");
    for writer in writers {
        let answer = tokio::time::timeout(Duration::from_secs(5), writer).await.expect("not for ever").unwrap();
        assert!(matches!(answer, Err(StoreError::Away(_))), "{answer:?}");
    }
    jam.rollback().await.unwrap();
    stage.ask(&stage.avocet, outcome.incident, Command::Recover).await.unwrap();
}

#[tokio::test]
async fn without_a_database_the_answer_is_away_and_quick() {
    let Some(stage) = Stage::set().await else { return };
    let nowhere = store::Store::connect(store::StoreOptions::new("postgres://nobody@127.0.0.1:1/nothing")).unwrap();
    let begun = std::time::Instant::now();
    assert!(!nowhere.ping().await);
    assert!(nowhere.frame(&stage.avocet).await.unwrap_err().is_away());
    assert!(nowhere.end_all_sessions(&stage.avocet).await.unwrap_err().is_away());
    assert!(begun.elapsed() < Duration::from_secs(6));
    assert!(stage.store.ping().await);
}

#[tokio::test]
async fn a_server_that_only_reads_answers_away_and_heals() {
    let Some(stage) = Stage::set().await else { return };
    let incident = stage.declare(&stage.avocet, "Webhooks").await.incident;
    let name: String = sqlx::query_scalar("select current_database()").fetch_one(&stage.sql).await.unwrap();
    let set = |value: &str| format!("alter database {name} set default_transaction_read_only = {value}");
    let store = stage.database.connect(|_| {}).unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(set("on"))).execute(&stage.sql).await.unwrap();
    let answer = store.execute(&stage.avocet, request(), incident, Command::Recover).await;
    assert!(answer.unwrap_err().is_away());
    assert!(!store.list(&stage.avocet, &Default::default(), &domain::zones::Zone::UTC).await.unwrap().now.is_empty());
    sqlx::raw_sql(sqlx::AssertSqlSafe(set("off"))).execute(&stage.sql).await.unwrap();
    store
        .execute(&stage.avocet, request(), incident, Command::Recover)
        .await
        .expect("the old connection is not used again");
}
