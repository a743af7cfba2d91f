//! The counts of months, in any zone, are those of somebody who counts by hand.

use std::collections::BTreeMap;

use chrono::{Datelike, TimeDelta};
use domain::incidents::Command;
use domain::zones::Zone;
use store::incidents::ListFilter;

use crate::stage::{SEV1, SEV2, Stage, at, past, severity};

#[tokio::test]
async fn months_equal_a_count_by_hand_in_every_zone() {
    let Some(stage) = Stage::set().await else { return };
    // Around the turn of months and over both changes of the clocks.
    let mut moments = Vec::new();
    for turn in ["2025-03-01T00:00:00Z", "2025-04-01T00:00:00Z", "2025-11-01T00:00:00Z", "2024-12-01T00:00:00Z"] {
        for hours in [-30, -15, -9, -8, -7, -1, 0, 1, 7, 8, 9, 14, 30] {
            moments.push(at(turn) + TimeDelta::hours(hours) - TimeDelta::seconds(hours % 2));
        }
    }
    for (n, moment) in moments.iter().enumerate() {
        let mut history = past(&format!("No {n}"), *moment, 20);
        if n % 3 == 0 {
            history.declaration.severity = severity(SEV1);
        }
        stage.record(history).await;
    }
    for name in ["Asia/Tokyo", "America/Los_Angeles", "UTC", "Asia/Kathmandu", "Pacific/Apia", "Australia/Lord_Howe"] {
        let zone = Zone::parse(name).unwrap();
        for severities in [vec![], vec![severity(SEV1)], vec![severity(SEV2)]] {
            let expected = by_hand(&moments, &zone, &severities);
            let mut counted = BTreeMap::new();
            let mut before = None;
            loop {
                let filter = ListFilter { before, severity: severities.clone(), ..ListFilter::default() };
                let page = stage.store.list(&stage.avocet, &filter, &zone).await.unwrap();
                assert_eq!(page.matching, expected.values().sum::<i64>());
                for month in &page.months {
                    counted.insert((month.year, month.month), month.count);
                }
                before = page.next;
                if before.is_none() {
                    break;
                }
            }
            assert_eq!(counted, expected, "{name} {severities:?}");
        }
    }
}

fn by_hand(
    moments: &[chrono::DateTime<chrono::Utc>],
    zone: &Zone,
    severities: &[domain::SeverityId],
) -> BTreeMap<(i32, u32), i64> {
    let mut months = BTreeMap::new();
    for (n, moment) in moments.iter().enumerate() {
        let its = severity(if n % 3 == 0 { SEV1 } else { SEV2 });
        if severities.is_empty() || severities.contains(&its) {
            let day = zone.day(*moment);
            *months.entry((day.year(), day.month())).or_default() += 1;
        }
    }
    months
}

#[tokio::test]
async fn counts_follow_every_change() {
    let Some(stage) = Stage::set().await else { return };
    let kept = "select coalesce(sum(n), 0)::bigint from incident_counts";
    let by_hand = "select count(*) from incidents where is_counted(visibility, kind, status)";
    let incident = stage.declare(&stage.avocet, "Webhooks").await.incident;
    let again = Command::Reopen { to: domain::incidents::Status::Investigating, reason: crate::stage::reason() };
    let steps = [
        (Command::Recover, 1),
        (Command::ChangeSeverity { to: severity(SEV1) }, 1),
        (
            Command::SetKeyTime {
                kind: domain::key_times::KeyTimeKind::Reported,
                at: at("2024-02-29T12:00:00Z"),
                precision: domain::key_times::Precision::Second,
                assumed: false,
            },
            1,
        ),
        (Command::Close, 1),
        (again.clone(), 0),
        (Command::Cancel { reason: crate::stage::reason() }, 0),
        (again, 0),
        (Command::Close, 1),
    ];
    for (command, expected) in steps {
        stage.ask(&stage.avocet, incident, command.clone()).await.unwrap();
        assert_eq!(stage.count(kept).await, expected, "{command:?}");
        assert_eq!(stage.count(by_hand).await, expected, "{command:?}");
    }
    assert_eq!(stage.count("select n::bigint from incident_counts where month = '2024-02-01' and n > 0").await, 1);
    assert_eq!(stage.count("select count(*) from incident_counts where n < 0").await, 0);
}
