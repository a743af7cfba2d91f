use serde_json::json;
use store::SessionId;

use crate::stage::Stage;

fn id(cookie: &str) -> SessionId {
    SessionId::of(cookie.as_bytes())
}

#[tokio::test]
async fn a_session_brings_its_person_as_they_are_now() {
    let Some(stage) = Stage::set().await else { return };
    let curlew = stage.member("Curlew").await;
    assert!(stage.store.create_session(id("a"), Some(curlew.person), json!({ "k": 1 })).await.unwrap());
    assert!(!stage.store.create_session(id("a"), None, json!({})).await.unwrap(), "the id is in use");
    let live = stage.store.load_session(id("a")).await.unwrap().unwrap();
    assert_eq!(live.data, json!({ "k": 1 }));
    assert_eq!(live.person.as_ref().unwrap().viewer(), curlew);
    stage.store.make_admin(&stage.avocet, curlew.person).await.unwrap();
    assert!(stage.store.load_session(id("a")).await.unwrap().unwrap().person.unwrap().is_admin);
    assert!(stage.store.load_session(id("b")).await.unwrap().is_none());
    stage.store.create_session(id("nobody"), None, json!({})).await.unwrap();
    assert_eq!(stage.store.load_session(id("nobody")).await.unwrap().unwrap().person, None);
    let raw: i64 = stage.count("select count(*) from sessions where id = 'a'::bytea").await;
    assert_eq!(raw, 0, "only the hash is stored");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_session_that_ended_never_comes_back() {
    let Some(stage) = Stage::set().await else { return };
    for round in 0..50 {
        let cookie = id(&round.to_string());
        stage.store.create_session(cookie, Some(stage.avocet.person), json!({})).await.unwrap();
        let saves = (0..4).map(|n| {
            let store = stage.store.clone();
            tokio::spawn(async move { store.save_session(cookie, json!({ "n": n })).await })
        });
        let saves: Vec<_> = saves.collect();
        stage.store.end_session(cookie).await.unwrap();
        for save in saves {
            save.await.unwrap().unwrap();
        }
        assert!(!stage.store.save_session(cookie, json!({ "late": true })).await.unwrap());
        assert!(stage.store.load_session(cookie).await.unwrap().is_none(), "round {round}");
        assert!(!stage.store.create_session(cookie, Some(stage.avocet.person), json!({})).await.unwrap());
    }
}

#[tokio::test]
async fn rotation_ends_the_old_id() {
    let Some(stage) = Stage::set().await else { return };
    stage.store.create_session(id("before"), None, json!({})).await.unwrap();
    assert!(stage.store.rotate_session(id("before"), id("after"), Some(stage.avocet.person), json!({})).await.unwrap());
    assert!(stage.store.load_session(id("before")).await.unwrap().is_none());
    assert!(!stage.store.save_session(id("before"), json!({})).await.unwrap());
    assert!(stage.store.load_session(id("after")).await.unwrap().unwrap().person.is_some());
}

#[tokio::test]
async fn sessions_expire_by_the_databases_clock() {
    let Some(stage) = Stage::set().await else { return };
    let store = &stage.store;
    store.create_session(id("a"), Some(stage.avocet.person), json!({})).await.unwrap();
    stage.run("update sessions set seen_at = now() - interval '11 hours 59 minutes'").await;
    assert!(store.load_session(id("a")).await.unwrap().is_some());
    // That it was used is noted behind the answer.
    let noted = async {
        while stage.count("select count(*) from sessions where seen_at > now() - interval '1 minute'").await == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), noted).await.expect("noted");
    stage.run("update sessions set seen_at = now() - interval '12 hours 1 second'").await;
    assert!(store.load_session(id("a")).await.unwrap().is_none(), "idle");
    stage.run("update sessions set seen_at = now(), created_at = now() - interval '30 days 1 second'").await;
    assert!(store.load_session(id("a")).await.unwrap().is_none(), "absolute");
    stage.run("update sessions set created_at = now() - interval '32 days'").await;
    assert_eq!(store.sweep().await.unwrap(), 1);
}

#[tokio::test]
async fn signing_out_everywhere_ends_mine_and_nobody_elses() {
    let Some(stage) = Stage::set().await else { return };
    let curlew = stage.member("Curlew").await;
    for cookie in ["a", "b"] {
        stage.store.create_session(id(cookie), Some(curlew.person), json!({})).await.unwrap();
    }
    stage.store.create_session(id("c"), Some(stage.avocet.person), json!({})).await.unwrap();
    assert_eq!(stage.store.profile(&curlew).await.unwrap().sessions, 2);
    assert_eq!(stage.store.end_all_sessions(&curlew).await.unwrap(), 2);
    assert!(stage.store.load_session(id("a")).await.unwrap().is_none());
    assert!(stage.store.load_session(id("c")).await.unwrap().is_some());
}
