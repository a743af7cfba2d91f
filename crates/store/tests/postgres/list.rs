use chrono::{NaiveDate, TimeDelta, Utc};
use domain::incidents::{Command, Kind, Status};
use domain::zones::Zone;
use store::incidents::{Cursor, ListFilter, PAGE, StatusFilter};

use crate::stage::{SEV1, SEV3, Stage, at, body, declaration, past, request, severity};

#[tokio::test]
async fn pages_meet_without_gap_or_overlap_even_at_the_same_instant() {
    let Some(stage) = Stage::set().await else { return };
    // Three of each instant, so that ties fall on the edges of pages.
    for n in 0..70 {
        stage.record(past(&format!("No {n}"), at("2025-03-01T00:00:00Z") + TimeDelta::hours(n / 3), 5)).await;
    }
    let mut seen = Vec::new();
    let mut before: Option<Cursor> = None;
    let mut pages = 0;
    loop {
        let filter = ListFilter { before, ..ListFilter::default() };
        let page = stage.store.list(&stage.avocet, &filter, &Zone::UTC).await.unwrap();
        pages += 1;
        assert!(page.rows.len() <= PAGE);
        assert_eq!(page.previous.is_some(), before.is_some());
        seen.extend(page.rows.iter().map(|row| row.reference.number));
        // Going back from here shows the page before.
        if let Some(newer) = page.previous {
            let back = ListFilter { after: Some(newer), ..ListFilter::default() };
            let back = stage.store.list(&stage.avocet, &back, &Zone::UTC).await.unwrap();
            let numbers: Vec<u32> = back.rows.iter().map(|row| row.reference.number).collect();
            assert_eq!(numbers, seen[seen.len() - page.rows.len() - PAGE..seen.len() - page.rows.len()]);
            assert!(back.next.is_some());
        }
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(pages, 3);
    let mut all: Vec<u32> = seen.clone();
    all.sort_unstable();
    all.dedup();
    assert_eq!((seen.len(), all.len()), (70, 70), "each exactly once");
}

#[tokio::test]
async fn the_first_page_puts_what_happens_above_the_history() {
    let Some(stage) = Stage::set().await else { return };
    let curlew = stage.member("Curlew").await;
    let open = stage.declare(&curlew, "Happening").await.incident;
    stage.ask(&curlew, open, Command::TakeLead { person: curlew.person }).await.unwrap();
    let over = stage.declare(&curlew, "Over").await.incident;
    stage.ask(&curlew, over, Command::Recover).await.unwrap();
    stage.record(past("Long ago", at("2025-03-01T00:00:00Z"), 90)).await;
    let page = stage.store.list(&curlew, &ListFilter::default(), &Zone::UTC).await.unwrap();
    let titles = |rows: &[store::incidents::ListRow]| rows.iter().map(|row| row.title.clone()).collect::<Vec<_>>();
    assert_eq!(titles(&page.now), ["Happening"]);
    assert_eq!(titles(&page.over_not_closed), ["Over"]);
    assert_eq!(titles(&page.rows), ["Long ago"]);
    assert_eq!(page.now[0].lead.as_ref().unwrap().name, "Curlew");
    assert_eq!(page.now[0].elapsed, None);
    assert_eq!(page.over_not_closed[0].next_steps, 4, "start, detection, cause, postmortem");
    assert_eq!(page.over_not_closed[0].elapsed, None, "a missing start gives no number");
    assert_eq!(page.rows[0].elapsed, Some(TimeDelta::minutes(90)));
    assert_eq!((page.counted, page.matching), (2, 2));
    assert_eq!(page.earliest, Some(at("2025-03-01T00:00:00Z")));
    let filtered = ListFilter { status: Some(StatusFilter::Is(Status::Recovered)), ..ListFilter::default() };
    let page = stage.store.list(&curlew, &filtered, &Zone::UTC).await.unwrap();
    assert!(page.now.is_empty() && page.over_not_closed.is_empty());
    assert_eq!(titles(&page.rows), ["Over"]);
    assert_eq!((page.matching, page.counted), (1, 2), "1 of 2 incidents");
}

#[tokio::test]
async fn filters_say_their_own_fact() {
    let Some(stage) = Stage::set().await else { return };
    let curlew = stage.member("Curlew").await;
    for n in 0..6 {
        let mut history = past(&format!("Past no{n}"), at("2025-03-01T12:00:00Z") + TimeDelta::days(10 * n), 30);
        history.declaration.severity = severity(if n < 2 { SEV1 } else { SEV3 });
        if n % 2 == 0 {
            history.components = vec![domain::text::ComponentName::parse("Scheduler").unwrap()];
            history.declaration.lead = Some(curlew.person);
        }
        stage.record(history).await;
    }
    let all = stage.store.list(&stage.avocet, &ListFilter::default(), &Zone::UTC).await.unwrap();
    let scheduler = all.facets.components[0].id;
    assert_eq!(all.facets.severities.len(), 3);
    assert!(all.facets.people.iter().any(|person| person.name == "Curlew"));
    let day = |text: &str| text.parse::<NaiveDate>().ok();
    let cases = [
        (ListFilter { severity: vec![severity(SEV1)], ..ListFilter::default() }, 2),
        (ListFilter { severity: vec![severity(SEV1), severity(SEV3)], ..ListFilter::default() }, 6),
        (ListFilter { component: Some(scheduler), ..ListFilter::default() }, 3),
        (ListFilter { person: Some(curlew.person), ..ListFilter::default() }, 3),
        (ListFilter { component: Some(scheduler), severity: vec![severity(SEV1)], ..ListFilter::default() }, 1),
        (ListFilter { from: day("2025-03-11"), until: day("2025-03-21"), ..ListFilter::default() }, 2),
        (ListFilter { from: day("2025-03-12"), until: day("2025-03-20"), ..ListFilter::default() }, 0),
        (ListFilter { words: Some("past no3".to_owned()), ..ListFilter::default() }, 1),
        (
            ListFilter {
                from: NaiveDate::from_ymd_opt(-200_000, 1, 1),
                until: NaiveDate::from_ymd_opt(200_000, 1, 1),
                ..ListFilter::default()
            },
            6,
        ),
    ];
    for (filter, expected) in cases {
        let page = stage.store.list(&stage.avocet, &filter, &Zone::UTC).await.unwrap();
        assert_eq!((page.rows.len() as i64, page.matching, page.counted), (expected, expected, 6), "{filter:?}");
        assert_eq!(page.months.iter().map(|month| month.count).sum::<i64>(), expected, "{filter:?}");
    }
}

#[tokio::test]
async fn practice_is_listed_and_never_counted() {
    let Some(stage) = Stage::set().await else { return };
    let practice = domain::incidents::Declaration { kind: Kind::Tutorial, ..declaration("The office cat is stuck") };
    let outcome = stage.store.declare(&stage.avocet, request(), practice, Default::default()).await.unwrap();
    assert_eq!(outcome.reference.to_string(), "TRY-1");
    assert_eq!(stage.store.frame(&stage.avocet).await.unwrap().happening_now, 0);
    stage.ask(&stage.avocet, outcome.incident, Command::Close).await.unwrap();
    let page = stage.store.list(&stage.avocet, &ListFilter::default(), &Zone::UTC).await.unwrap();
    assert_eq!((page.rows.len(), page.counted, page.months[0].count), (1, 0, 0));
}

#[tokio::test]
async fn the_words_of_the_last_update_are_in_the_row() {
    let Some(stage) = Stage::set().await else { return };
    let incident = stage.declare(&stage.avocet, "Webhooks").await.incident;
    for words in ["First.", "Second."] {
        let update = Command::Update { body: body(words), status: None, severity: None, next_update_due_at: None };
        stage.ask(&stage.avocet, incident, update).await.unwrap();
    }
    stage.ask(&stage.avocet, incident, Command::Note { body: body("A note is no update.") }).await.unwrap();
    let page = stage.store.list(&stage.avocet, &ListFilter::default(), &Zone::UTC).await.unwrap();
    assert_eq!(page.now[0].last_words.as_deref(), Some("Second."));
    assert!((Utc::now() - page.read_at).abs() < TimeDelta::minutes(1));
}
