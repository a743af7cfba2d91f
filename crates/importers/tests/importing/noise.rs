//! Whatever comes in, nothing breaks, and every file is either read or named.

use importers::{Import, Imported, Mapping, Report};
use proptest::prelude::*;

const GOOD: [&[u8]; 6] = [
    include_bytes!("../fixtures/statuspage/lived-through.json"),
    include_bytes!("../fixtures/statuspage/brought-over.json"),
    include_bytes!("../fixtures/statuspage/brought-over-incomplete.json"),
    include_bytes!("../fixtures/statuspage/page.json"),
    include_bytes!("../fixtures/cstate/2023-05-01-search.md"),
    include_bytes!("../fixtures/cstate/2024-03-01-mail-down.md"),
];

/// Reads, and checks what must hold of anything that is read.
fn read(bytes: &[u8]) -> (Vec<Imported>, Report) {
    let mut import = Import::new(Mapping::by_default().unwrap());
    let incidents = import.read("some/file.md", bytes);
    let report = import.report().clone();
    assert_eq!(report.imported, incidents.len());
    assert!(report.imported + report.maintenance.len() + report.not_understood.len() > 0, "a file vanished");
    for incident in &incidents {
        let mut kinds: Vec<_> = incident.key_times.iter().map(|time| time.kind).collect();
        kinds.sort();
        kinds.dedup();
        assert_eq!(kinds.len(), incident.key_times.len());
        assert!(incident.duration().is_none_or(|duration| duration >= chrono::TimeDelta::zero()));
        assert!(incident.updates.is_sorted_by_key(|update| update.at));
        assert!(incident.status_since >= incident.reported_at);
    }
    let _ = report.to_string();
    (incidents, report)
}

fn times() -> impl Strategy<Value = String> {
    prop_oneof![
        "20[0-2][0-9]-[01][0-9]-[0-3][0-9][T ][0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z?",
        "[0-9:TZ .+-]{0,30}",
        Just("999999-01-01T00:00:00Z".to_owned()),
        Just("2199-12-31T23:59:59-14:00".to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        read(&bytes);
    }

    #[test]
    fn any_text_behind_a_good_start(start in prop_oneof![Just("{"), Just("["), Just("---\n"), Just("+++\n"), Just("{\"incident\":")], text in "(?s).{0,200}") {
        read(format!("{start}{text}").as_bytes());
    }

    #[test]
    fn good_files_with_bytes_changed(pick in 0..GOOD.len(), changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut bytes = GOOD[pick].to_vec();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        read(&bytes);
    }

    #[test]
    fn good_files_cut_and_joined(first in 0..GOOD.len(), second in 0..GOOD.len(), cut in any::<prop::sample::Index>(), from in any::<prop::sample::Index>()) {
        let mut bytes = GOOD[first][..cut.index(GOOD[first].len())].to_vec();
        bytes.extend(&GOOD[second][from.index(GOOD[second].len())..]);
        read(&bytes);
    }

    #[test]
    fn any_times(created in times(), started in times(), resolved in times(), shown in times(), said in times(), status in "investigating|monitoring|resolved|postmortem|x") {
        let file = serde_json::json!({
            "id": "a", "name": "A", "status": status, "created_at": created, "started_at": started, "resolved_at": resolved,
            "incident_updates": [
                { "status": status, "body": format!("<strong>{said}</strong> - said"), "display_at": shown, "created_at": created },
                { "status": "identified", "body": "x", "display_at": said },
            ],
        });
        read(file.to_string().as_bytes());
        read(format!("---\ntitle: A\ndate: {created}\nresolvedWhen: {resolved}\nresolved: true\n---\n*Resolved* - x {{{{< track \"{said}\" >}}}}").as_bytes());
    }

    #[test]
    fn times_of_what_was_brought_over_lie_within_its_words(times in proptest::collection::vec(0_i64..2_000_000_000, 0..6), created in 0_i64..2_000_000_000) {
        let written = |seconds: i64| chrono::DateTime::from_timestamp(631_152_000 + seconds, 0).unwrap();
        let words: String = times.iter().map(|&time| format!("<li><strong>{}</strong> - said</li>", written(time).format("%Y-%m-%d %H:%M:%S"))).collect();
        let created = written(created);
        let file = serde_json::json!({
            "id": "a", "name": "A", "status": "resolved", "created_at": created, "started_at": created, "resolved_at": created,
            "incident_updates": [{ "status": "resolved", "body": format!("<ul>{words}</ul>"), "display_at": created, "created_at": "2199-01-01T00:00:00Z" }],
        });
        let (incidents, _) = read(file.to_string().as_bytes());
        if let (Some(&first), Some(&last)) = (times.iter().min(), times.iter().max()) {
            let within = written(first)..=written(last);
            for time in incidents[0].key_times.iter().map(|time| time.at).chain(incidents[0].updates.iter().map(|update| update.at)) {
                prop_assert!(within.contains(&time));
            }
            prop_assert!(within.contains(&incidents[0].reported_at) && within.contains(&incidents[0].status_since));
        }
    }
}
