//! What is swept up: what was read and delivered long ago, and nothing else.

use domain::System;
use domain::incidents::{Command, Role};
use serde_json::json;
use store::Message;

use crate::stage::Stage;

#[tokio::test]
async fn notifications_go_once_they_are_read_and_old() {
    let Some(stage) = Stage::set().await else { return };
    let (plover, knot) = (stage.member("Plover").await, stage.member("Knot").await);
    for (role, title) in [(Role::Lead, "One"), (Role::Operations, "Two"), (Role::Communications, "Three")] {
        let incident = stage.declare(&plover, title).await.incident;
        stage.ask(&plover, incident, Command::GiveRole { role, person: knot.person }).await.unwrap();
    }
    stage
        .run(
            "update notifications n set created_at = now() - interval '91 days', \
                    read_at = case when i.title = 'One' then now() end \
             from incidents i where i.id = n.incident_id and i.title in ('One', 'Two')",
        )
        .await;
    stage.run("update notifications set read_at = now() where created_at > now() - interval '1 day'").await;
    assert_eq!(stage.store.sweep().await.unwrap(), 1);
    assert_eq!(stage.store.notifications(&knot).await.unwrap().len(), 2, "one is not read, one is not old");
}

#[tokio::test]
async fn delivered_messages_go_but_not_what_stands_in_the_channel() {
    let Some(stage) = Stage::set().await else { return };
    let incident = stage.declare(&stage.avocet, "Webhooks").await.incident;
    for text in ["old", "new", "waiting", "given up", "stands"] {
        let message = Message {
            incident: Some(incident),
            channel: "C0INCIDENTS".into(),
            method: "tell".into(),
            payload: json!({ "text": text }),
            coalesce_key: None,
            urgent: false,
        };
        stage.store.enqueue(System::Worker, message).await.unwrap();
    }
    stage.run("update slack_outbox set created_at = now() - interval '40 days'").await;
    stage
        .run("update slack_outbox set done_at = now() - interval '31 days' where payload ->> 'text' in ('old', 'stands')")
        .await;
    stage.run("update slack_outbox set done_at = now() - interval '29 days' where payload ->> 'text' = 'new'").await;
    stage
        .run("update slack_outbox set failed_at = now() - interval '39 days' where payload ->> 'text' = 'given up'")
        .await;
    stage
        .run(
            "insert into slack_messages (id, incident_id, kind, channel_id, ts) \
             select id, incident_id, 'announcement', 'C0INCIDENTS', '1.2' from slack_outbox where payload ->> 'text' = 'stands'",
        )
        .await;
    assert_eq!(stage.store.sweep().await.unwrap(), 1);
    assert_eq!(stage.count("select count(*) from slack_outbox where payload ->> 'text' = 'old'").await, 0);
    assert_eq!(stage.count("select count(*) from slack_outbox").await, 4);
}
