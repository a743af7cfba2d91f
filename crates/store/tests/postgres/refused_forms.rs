use domain::RequestId;
use store::RefusedForm;
use uuid::Uuid;

use crate::stage::Stage;

fn form(text: &str) -> RefusedForm {
    RefusedForm {
        action: "/api/components/save".into(),
        fields: vec![("name".into(), text.into()), ("label[]".into(), "a".into()), ("label[]".into(), "b".into())],
        code: r#"{"error":"away"}"#.into(),
    }
}

fn id() -> RequestId {
    RequestId::from_uuid(Uuid::now_v7())
}

#[tokio::test]
async fn a_refused_form_is_kept_whole_for_whoever_sent_it_and_nobody_else() {
    let Some(stage) = Stage::set().await else { return };
    let curlew = stage.member("Curlew").await;
    let (mine, long) = (id(), form(&"日本 \r\n</textarea>\"".repeat(4_000)));
    stage.store.keep_refused_form(&curlew, mine, long.clone()).await.unwrap();
    assert_eq!(stage.store.refused_form(&curlew, mine).await.unwrap(), Some(long));
    assert_eq!(stage.store.refused_form(&stage.avocet, mine).await.unwrap(), None, "an admin neither");
    assert_eq!(stage.store.refused_form(&curlew, id()).await.unwrap(), None);
}

#[tokio::test]
async fn after_ten_minutes_it_is_gone() {
    let Some(stage) = Stage::set().await else { return };
    let (old, new) = (id(), id());
    stage.store.keep_refused_form(&stage.avocet, old, form("old")).await.unwrap();
    stage.run("update refused_forms set created_at = now() - interval '10 minutes 1 second'").await;
    stage.store.keep_refused_form(&stage.avocet, new, form("new")).await.unwrap();
    assert_eq!(stage.store.refused_form(&stage.avocet, old).await.unwrap(), None, "before it is swept, too");
    assert_eq!(stage.store.sweep().await.unwrap(), 1);
    assert!(stage.store.refused_form(&stage.avocet, new).await.unwrap().is_some());
}

#[tokio::test]
async fn one_person_keeps_twenty_at_most() {
    let Some(stage) = Stage::set().await else { return };
    let first = id();
    stage.store.keep_refused_form(&stage.avocet, first, form("first")).await.unwrap();
    for _ in 0..20 {
        stage.store.keep_refused_form(&stage.avocet, id(), form("more")).await.unwrap();
    }
    assert_eq!(stage.count("select count(*) from refused_forms").await, 20);
    assert_eq!(stage.store.refused_form(&stage.avocet, first).await.unwrap(), None);
}
