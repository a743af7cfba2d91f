//! What happened since somebody last looked, and where the command menu can go.

use chrono::TimeDelta;
use domain::incidents::{Command, Status};
use domain::{Refusal, SeverityId, TimelineItemId};

use crate::stage::{SEV3, Stage, at, body, refused, severity};

fn note(words: &str) -> Command {
    Command::Note { body: body(words) }
}

fn nobody(_: SeverityId) -> Option<&'static str> {
    None
}

#[tokio::test]
async fn somebody_who_comes_back_reads_what_others_did() {
    let Some(stage) = Stage::set().await else { return };
    let godwit = stage.member("Godwit").await;
    let declared = stage.declare(&stage.avocet, "Webhooks are late").await;
    let incident = declared.incident;
    assert_eq!(stage.store.since(&godwit, incident).await.unwrap(), None, "who never looked has missed nothing");
    stage.store.looked(&godwit, incident, declared.seq).await.unwrap();
    let since = stage.store.since(&godwit, incident).await.unwrap().unwrap();
    assert!(since.new_items.is_empty());
    assert_eq!(since.changed.say(TimeDelta::hours(9), None, nobody), None);

    let first = stage.ask(&stage.avocet, incident, note("Looking.")).await.unwrap();
    stage.ask(&godwit, incident, note("My own.")).await.unwrap();
    stage.ask(&stage.avocet, incident, Command::ChangeSeverity { to: severity(SEV3) }).await.unwrap();
    let last = stage.ask(&stage.avocet, incident, Command::Move { to: Status::Monitoring }).await.unwrap();
    let since = stage.store.since(&godwit, incident).await.unwrap().unwrap();
    assert_eq!(since.new_items.len(), 3, "one's own note is not new");
    assert!(since.new_items.contains(&first.items[0]) && since.new_items.contains(&last.items[0]));
    let said = since.changed.say(TimeDelta::hours(9), None, |id| (id == severity(SEV3)).then_some("Sev3"));
    assert_eq!(said.unwrap(), "Since you last looked, 9 h ago: it became Sev3, a note, the fix is out.");

    stage.store.looked(&godwit, incident, last.seq).await.unwrap();
    assert!(stage.store.since(&godwit, incident).await.unwrap().unwrap().new_items.is_empty());
}

#[tokio::test]
async fn what_others_changed_is_new_again_and_what_was_seen_is_not() {
    let Some(stage) = Stage::set().await else { return };
    let godwit = stage.member("Godwit").await;
    let incident = stage.declare(&stage.avocet, "Webhooks are late").await.incident;
    let mut written = Vec::new();
    for (who, words) in [(&stage.avocet, "Seen."), (&stage.avocet, "Edited."), (&godwit, "Mine."), (&godwit, "Both.")] {
        written.push(stage.ask(who, incident, note(words)).await.unwrap());
    }
    let item = |place: usize| written[place].items[0];
    // Written by writers who waited: their items are younger than what begins after them.
    stage.run("alter table timeline_items disable trigger timeline_items_counted").await;
    stage.run("update timeline_items set recorded_at = now() + interval '1 minute'").await;
    stage.run("alter table timeline_items enable trigger timeline_items_counted").await;
    let seen = written[3].seq;
    stage.store.looked(&godwit, incident, seen).await.unwrap();

    let edit =
        |item, words: &str| Command::EditItem { item, body: body(words), occurred_at: at("2026-01-05T10:00:00Z") };
    stage.ask(&stage.avocet, incident, edit(item(1), "Edited by its author.")).await.unwrap();
    stage.ask(&stage.avocet, incident, edit(item(3), "Both, edited by another.")).await.unwrap();
    stage.ask(&godwit, incident, edit(item(0), "Edited by whoever looks.")).await.unwrap();
    let hidden = stage.ask(&stage.avocet, incident, note("Hidden at once.")).await.unwrap().items[0];
    stage.ask(&stage.avocet, incident, Command::HideItem { item: hidden }).await.unwrap();
    let since = stage.store.since(&godwit, incident).await.unwrap().unwrap();
    assert_eq!(since.seq, seen);
    assert_eq!(sorted(since.new_items), sorted(vec![item(1), item(3)]));

    // The same of a page that is asked for later, when the cursor has moved on.
    let last = stage.ask(&stage.avocet, incident, note("Last.")).await.unwrap();
    stage.store.looked(&godwit, incident, last.seq).await.unwrap();
    let page: Vec<TimelineItemId> = (0..4).map(item).chain([hidden]).collect();
    let new = stage.store.new_among(&godwit, incident, seen, &page).await.unwrap();
    assert_eq!(sorted(new), sorted(vec![item(1), item(3)]));
    assert!(stage.store.new_among(&godwit, incident, last.seq, &page).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_is_new_in_a_private_incident_is_for_nobody_outside() {
    let Some(stage) = Stage::set().await else { return };
    let curlew = stage.member("Curlew").await;
    let secret = stage.declare_private(&curlew, "Payslips leaked").await;
    let item = stage.ask(&curlew, secret.incident, note("Who had the link?")).await.unwrap().items[0];
    let new = stage.store.new_among(&stage.avocet, secret.incident, 0, &[item]).await.unwrap();
    assert!(new.is_empty());
}

fn sorted(mut items: Vec<TimelineItemId>) -> Vec<TimelineItemId> {
    items.sort_by_key(|item| item.uuid());
    items
}

#[tokio::test]
async fn a_cursor_never_goes_back_nor_beyond_what_is_there() {
    let Some(stage) = Stage::set().await else { return };
    let declared = stage.declare(&stage.avocet, "Webhooks are late").await;
    for seq in [i64::MAX, 0, -7, i64::MIN] {
        stage.store.looked(&stage.avocet, declared.incident, seq).await.unwrap();
        assert_eq!(stage.count("select seq from read_cursors").await, declared.seq, "after {seq}");
    }
}

#[tokio::test]
async fn who_looks_at_nothing_new_writes_nothing() {
    let Some(stage) = Stage::set().await else { return };
    let declared = stage.declare(&stage.avocet, "Webhooks are late").await;
    stage.store.looked(&stage.avocet, declared.incident, declared.seq).await.unwrap();
    let row = "select (extract(epoch from looked_at) * 1000000)::bigint from read_cursors";
    let before = stage.count(row).await;
    stage.store.looked(&stage.avocet, declared.incident, declared.seq).await.unwrap();
    assert_eq!(stage.count(row).await, before);
    stage.run("update read_cursors set looked_at = looked_at - interval '2 hours'").await;
    stage.store.looked(&stage.avocet, declared.incident, declared.seq).await.unwrap();
    assert!(stage.count(row).await > before, "two hours later it is another look");
}

#[tokio::test]
async fn a_private_incident_has_no_cursor_for_others() {
    let Some(stage) = Stage::set().await else { return };
    let curlew = stage.member("Curlew").await;
    let secret = stage.declare_private(&curlew, "Payslips leaked").await;
    let answer = stage.store.looked(&stage.avocet, secret.incident, 1).await;
    assert_eq!(refused(answer), Refusal::NotFound);
    assert_eq!(stage.store.since(&stage.avocet, secret.incident).await.unwrap(), None);
    assert_eq!(stage.count("select count(*) from read_cursors").await, 0);
}

#[tokio::test]
async fn the_command_menu_finds_by_reference_words_and_names() {
    let Some(stage) = Stage::set().await else { return };
    let curlew = stage.member("Curlew").await;
    let first = stage.declare(&curlew, "Webhooks are late").await.reference;
    stage.declare(&curlew, "Builds wait").await;
    stage.declare_private(&curlew, "Webhook payloads leaked").await;
    let titles = async |who, typed: &str| -> Vec<String> {
        let jumps = stage.store.jump(who, typed).await.unwrap();
        jumps.incidents.into_iter().map(|to| to.title).collect()
    };
    let called = first.to_string();
    for typed in [called.as_str(), "inc 1", "1", "late web"] {
        assert_eq!(titles(&stage.avocet, typed).await, ["Webhooks are late"], "{typed}");
    }
    assert_eq!(titles(&stage.avocet, "").await.len(), 2, "what is happening");
    for typed in ["leaked", "PRV-1", "prv1", "payloads"] {
        assert!(titles(&stage.avocet, typed).await.is_empty(), "{typed}");
    }
    assert_eq!(titles(&curlew, "PRV-1").await, ["Webhook payloads leaked"]);
    let people = stage.store.jump(&stage.avocet, "curl").await.unwrap().people;
    assert_eq!(people.iter().map(|person| person.name.as_str()).collect::<Vec<_>>(), ["Curlew"]);
    for hostile in ["\0", "%", "' or true --", &"x".repeat(5_000)] {
        assert!(titles(&stage.avocet, hostile).await.len() <= 8);
    }
}
