//! The timeline: edited, hidden, paged, and where an item comes from.

use chrono::{TimeDelta, Utc};
use domain::incidents::Command;
use domain::zones::Zone;
use domain::{IncidentId, Refusal, TimelineItemId, Why};
use store::Outcome;
use store::incidents::{Field, ItemKind, ListFilter, Only, TimelineFilter, TimelinePage};
use uuid::Uuid;

use crate::stage::{Stage, at, body, refused, request};

fn note(words: &str) -> Command {
    Command::Note { body: body(words) }
}

fn update(words: &str) -> Command {
    Command::Update { body: body(words), status: None, severity: None, next_update_due_at: None }
}

fn edit(item: TimelineItemId, words: &str) -> Command {
    Command::EditItem { item, body: body(words), occurred_at: at("2026-01-05T10:00:00Z") }
}

async fn wrote(stage: &Stage, incident: IncidentId, command: Command) -> TimelineItemId {
    stage.ask(&stage.avocet, incident, command).await.unwrap().items[0]
}

async fn found(stage: &Stage, words: &str) -> usize {
    let filter = ListFilter { words: Some(words.to_owned()), ..ListFilter::default() };
    stage.store.list(&stage.avocet, &filter, &Zone::UTC).await.unwrap().rows.len()
}

async fn last_words(stage: &Stage) -> String {
    let page = stage.store.list(&stage.avocet, &ListFilter::default(), &Zone::UTC).await.unwrap();
    page.now[0].last_words.clone().unwrap_or_default()
}

async fn page(stage: &Stage, outcome: &Outcome, filter: TimelineFilter) -> TimelinePage {
    stage.store.timeline(&stage.avocet, outcome.incident, &filter).await.unwrap().unwrap()
}

#[tokio::test]
async fn an_edited_item_says_the_new_words_everywhere_and_keeps_the_old() {
    let Some(stage) = Stage::set().await else { return };
    let one = stage.declare(&stage.avocet, "Webhooks").await;
    let item = wrote(&stage, one.incident, update("The kestrel queue is full.")).await;
    assert_eq!((last_words(&stage).await.as_str(), found(&stage, "kestrel").await), ("The kestrel queue is full.", 1));
    stage.ask(&stage.avocet, one.incident, edit(item, "The osprey queue is full.")).await.unwrap();
    assert_eq!(last_words(&stage).await, "The osprey queue is full.");
    assert_eq!((found(&stage, "kestrel").await, found(&stage, "osprey").await), (0, 1));
    for words in ["webhooks", "inc-1"] {
        assert_eq!(found(&stage, words).await, 1, "{words} is found as before");
    }
    let from = stage.store.provenance(&stage.avocet, item).await.unwrap().unwrap();
    assert_eq!((from.body.as_str(), from.occurred_at), ("The osprey queue is full.", at("2026-01-05T10:00:00Z")));
    assert_eq!(from.incident.reference, one.reference);
    assert_eq!(from.author.unwrap().name, "Avocet");
    assert_eq!(from.revisions.len(), 1);
    assert_eq!(from.revisions[0].body, "The kestrel queue is full.");
    assert_eq!(from.revisions[0].replaced_by.as_ref().unwrap().name, "Avocet");
    // The audit log has both.
    let log = stage.store.activity(&stage.avocet, one.incident, None).await.unwrap().unwrap();
    assert_eq!(log.entries[0].verb, "item_edited");
}

#[tokio::test]
async fn who_edits_what_somebody_else_edited_is_told() {
    let Some(stage) = Stage::set().await else { return };
    let curlew = stage.member("Curlew").await;
    let one = stage.declare(&stage.avocet, "Webhooks").await;
    let other = stage.declare(&stage.avocet, "Uploads").await;
    let item = wrote(&stage, one.incident, note("First.")).await;
    let shown = page(&stage, &one, TimelineFilter::default()).await;
    let seen = shown.items[0].changed_at();
    stage.ask(&curlew, one.incident, edit(item, "Second.")).await.unwrap();
    let mut late = request();
    late.seen.item = Some(seen);
    let answer = stage.store.execute(&stage.avocet, late, one.incident, edit(item, "Third.")).await;
    assert_eq!(refused(answer), Refusal::conflict("item"));
    let field = Field::of("item", Some(&item.to_string())).unwrap();
    let change = stage.store.last_change(&stage.avocet, one.incident, field).await.unwrap().unwrap();
    assert_eq!(change.who.unwrap().name, "Curlew");
    // An item of another incident is not there; what the software noted is not rewritten.
    assert_eq!(refused(stage.ask(&stage.avocet, other.incident, edit(item, "x")).await), Refusal::NotFound);
    let declared = shown.items[1].id;
    assert_eq!(refused(stage.ask(&stage.avocet, one.incident, edit(declared, "x")).await), Refusal::NotWritten);
    let late = Utc::now() + TimeDelta::hours(1);
    let ahead = Command::EditItem { item, body: body("x"), occurred_at: late };
    let answer = stage.ask(&stage.avocet, one.incident, ahead).await;
    assert_eq!(refused(answer), Refusal::invalid("occurred_at", Why::InTheFuture));
}

#[tokio::test]
async fn what_is_hidden_is_said_nowhere_and_can_come_back() {
    let Some(stage) = Stage::set().await else { return };
    let one = stage.declare(&stage.avocet, "Webhooks").await;
    wrote(&stage, one.incident, update("The first update.")).await;
    let item = wrote(&stage, one.incident, update("Mallard lost his password.")).await;
    let hide = || Command::HideItem { item };
    stage.ask(&stage.avocet, one.incident, hide()).await.unwrap();
    assert_eq!(last_words(&stage).await, "The first update.");
    assert_eq!(found(&stage, "mallard").await, 0);
    assert!(page(&stage, &one, TimelineFilter::default()).await.items.iter().all(|shown| shown.id != item));
    let with_hidden = page(&stage, &one, TimelineFilter { hidden: true, ..TimelineFilter::default() }).await;
    assert!(with_hidden.items.iter().any(|shown| shown.id == item && shown.hidden_at.is_some()));
    let from = stage.store.provenance(&stage.avocet, item).await.unwrap().unwrap();
    assert_eq!(from.hidden_by.unwrap().name, "Avocet");
    assert_eq!(refused(stage.ask(&stage.avocet, one.incident, hide()).await), Refusal::unchanged("item"));
    stage.ask(&stage.avocet, one.incident, Command::RestoreItem { item }).await.unwrap();
    assert_eq!((last_words(&stage).await.as_str(), found(&stage, "mallard").await), ("Mallard lost his password.", 1));
}

#[tokio::test]
async fn pages_meet_whatever_is_filtered() {
    let Some(stage) = Stage::set().await else { return };
    let one = stage.declare(&stage.avocet, "Webhooks").await;
    // Many at the same instant, so that ties fall on the edges of pages.
    for n in 0..60 {
        let occurred_at = at("2026-01-05T10:00:00Z") + TimeDelta::minutes(n / 10);
        let told = Command::Recount { body: body(&format!("Note {n}")), occurred_at };
        stage.ask(&stage.avocet, one.incident, told).await.unwrap();
    }
    for n in 0..3 {
        stage.ask(&stage.avocet, one.incident, update(&format!("Update {n}"))).await.unwrap();
    }
    let first = page(&stage, &one, TimelineFilter::default()).await;
    assert_eq!((first.items.len(), first.starts_midway), (50, false));
    for (only, expected) in [(None, 64), (Some(Only::Notes), 60), (Some(Only::Updates), 3), (Some(Only::Changes), 1)] {
        let mut filter = TimelineFilter { only, most: 7, ..TimelineFilter::default() };
        let mut seen: Vec<(chrono::DateTime<Utc>, TimelineItemId)> = Vec::new();
        loop {
            let page = page(&stage, &one, filter.clone()).await;
            seen.extend(page.items.iter().map(|item| (item.occurred_at, item.id)));
            filter.before = page.next;
            if page.next.is_none() {
                break;
            }
        }
        assert_eq!(seen.len(), expected, "{only:?}");
        assert!(seen.is_sorted_by(|a, b| a > b), "newest first, each once");
    }
    // A permalink shows what came right before and after.
    let all = page(&stage, &one, TimelineFilter { most: 500, ..TimelineFilter::default() }).await.items;
    for place in [0, 1, 4, 5, 30, 63] {
        let around = TimelineFilter { around: Some(all[place].id), most: 10, ..TimelineFilter::default() };
        let page = page(&stage, &one, around).await;
        let at = page.items.iter().position(|item| item.id == all[place].id).unwrap();
        assert_eq!((at, page.starts_midway), (place.min(5), place > 5), "item {place}");
    }
    let nowhere =
        TimelineFilter { around: Some(TimelineItemId::from_uuid(Uuid::now_v7())), ..TimelineFilter::default() };
    assert_eq!(page(&stage, &one, nowhere).await.items[0].id, all[0].id);
}

#[tokio::test]
async fn a_note_of_what_happened_earlier_stands_where_it_happened() {
    let Some(stage) = Stage::set().await else { return };
    let one = stage.declare(&stage.avocet, "Webhooks").await;
    let told = Command::Recount { body: body("A deploy began."), occurred_at: at("2026-01-05T10:00:00Z") };
    let item = wrote(&stage, one.incident, told).await;
    let shown = page(&stage, &one, TimelineFilter::default()).await.items;
    let last = shown.last().unwrap();
    assert_eq!((last.id, last.kind, last.occurred_at), (item, ItemKind::Note, at("2026-01-05T10:00:00Z")));
    assert!(last.recorded_at > Utc::now() - TimeDelta::minutes(5));
    assert_eq!(found(&stage, "deploy began").await, 1);
}

#[tokio::test]
async fn the_log_is_paged_and_its_ids_have_names() {
    let Some(stage) = Stage::set().await else { return };
    let curlew = stage.member("Curlew").await;
    let one = stage.declare(&stage.avocet, "Webhooks").await;
    stage.ask(&stage.avocet, one.incident, Command::TakeLead { person: curlew.person }).await.unwrap();
    for n in 0..110 {
        stage.ask(&stage.avocet, one.incident, note(&format!("Note {n}"))).await.unwrap();
    }
    let first = stage.store.activity(&stage.avocet, one.incident, None).await.unwrap().unwrap();
    assert_eq!(first.entries.len(), 100);
    let second = stage.store.activity(&stage.avocet, one.incident, first.next).await.unwrap().unwrap();
    assert_eq!(second.next, None);
    let mut seqs: Vec<i64> = first.entries.iter().chain(&second.entries).map(|entry| entry.seq).collect();
    seqs.reverse();
    let last = stage.count("select max(seq) from incidents").await;
    assert_eq!(seqs, (1..=last).collect::<Vec<_>>(), "every seq once");
    assert!(second.entries.iter().all(|entry| entry.event.is_some()));
    let names: Vec<&str> = second.names.iter().map(|(_, name)| name.as_str()).collect();
    assert!(names.contains(&"Curlew") && names.contains(&"Sev2"), "{names:?}");
}
