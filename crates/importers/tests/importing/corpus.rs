//! Real files of real pages, which are not part of this repository: the folder that
//! holds them is named by `SENSIBLE_CORPUS`. Without it these tests say so and pass, or
//! fail where `SENSIBLE_CORPUS_REQUIRED=1` says that it has to be there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use chrono::{DateTime, NaiveDateTime, Utc};
use domain::incidents::Status;
use importers::{Imported, Mapping, ReadFrom, Report};

use crate::import;

fn corpus(folder: &str) -> Option<PathBuf> {
    let Some(corpus) = std::env::var_os("SENSIBLE_CORPUS").filter(|corpus| !corpus.is_empty()) else {
        let is_required = std::env::var("SENSIBLE_CORPUS_REQUIRED").is_ok_and(|required| required == "1");
        assert!(!is_required, "SENSIBLE_CORPUS_REQUIRED=1, and SENSIBLE_CORPUS does not name the folder of the corpus");
        eprintln!("skipped: SENSIBLE_CORPUS does not name the folder of the corpus");
        return None;
    };
    let folder = Path::new(&corpus).join(folder);
    assert!(folder.is_dir(), "there is no folder {}", folder.display());
    Some(folder)
}

fn read(folder: &Path) -> (Vec<Imported>, Report) {
    import(folder, Mapping::by_default().unwrap())
}

/// The times in bold in a body, found without an HTML parser.
fn bold_times(body: &str) -> Vec<DateTime<Utc>> {
    let after = body.split("<strong>").skip(1);
    let bold = after.filter_map(|rest| rest.split_once("</strong>"));
    bold.filter_map(|(text, _)| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").ok())
        .map(|time| time.and_utc())
        .collect()
}

#[test]
fn every_incident_of_a_statuspage_is_read() {
    let Some(folder) = corpus("github-statuspage-native/incidents") else { return };
    let (incidents, report) = read(&folder);
    assert_eq!((incidents.len(), report.read), (258, 258), "{report}");
    assert!(
        report.not_understood.is_empty() && report.left_out.is_empty() && report.maintenance.is_empty(),
        "{report}"
    );
    assert!(incidents.iter().all(|incident| incident.status == Status::Closed && incident.link.is_some()));
    assert_eq!(incidents.iter().filter(|incident| incident.key_times[0].read_from == ReadFrom::Text).count(), 169);
}

#[test]
fn every_time_of_what_was_brought_over_lies_within_what_its_words_name() {
    let Some(folder) = corpus("github-statuspage-native/incidents") else { return };
    let (incidents, _) = read(&folder);
    let mut checked = 0;
    for incident in incidents.iter().filter(|incident| incident.key_times[0].read_from == ReadFrom::Text) {
        let id = incident.source_ref.rsplit(':').next().unwrap();
        let file = std::fs::read_to_string(folder.join(format!("{id}.json"))).unwrap();
        let named = bold_times(&file.replace("\\u003c", "<").replace("\\u003e", ">"));
        let (first, last) = (named.iter().min().unwrap(), named.iter().max().unwrap());
        let fields = [incident.reported_at, incident.status_since];
        let times = incident
            .key_times
            .iter()
            .map(|time| time.at)
            .chain(incident.updates.iter().map(|update| update.at))
            .chain(fields);
        for time in times {
            assert!((first..=last).contains(&&time), "{id}: {time} is not within {first} to {last}");
            checked += 1;
        }
        assert_eq!(incident.updates.len(), named.len(), "{id}");
    }
    assert!(checked > 169 * 4);
}

#[test]
fn durations_equal_those_of_an_independent_script() {
    let Some(folder) = corpus("github-statuspage-native/incidents") else { return };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/independent_durations.mjs");
    let ran = Command::new("node").arg(script).arg(&folder).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let theirs: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
    let theirs_by_id: BTreeMap<String, f64> = serde_json::from_value(theirs["durations"].clone()).unwrap();

    let (incidents, _) = read(&folder);
    let ours: BTreeMap<String, f64> = incidents
        .iter()
        .filter_map(|incident| {
            let id = incident.source_ref.rsplit(':').next()?.to_owned();
            Some((id, incident.duration()?.num_microseconds()? as f64 / 1e6))
        })
        .collect();
    assert!(ours.len() >= 200, "{} durations", ours.len());
    assert_eq!(ours.keys().collect::<Vec<_>>(), theirs_by_id.keys().collect::<Vec<_>>());
    for (id, seconds) in &ours {
        assert!((seconds - theirs_by_id[id]).abs() < 0.0005, "{id}: {seconds} and {}", theirs_by_id[id]);
    }
    let median = median(ours.values().copied().collect());
    assert!((median - theirs["median"].as_f64().unwrap()).abs() < 0.0005);
    println!("{} durations equal, median {median} s", ours.len());
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 { values[middle] } else { f64::midpoint(values[middle - 1], values[middle]) }
}

#[test]
fn a_cstate_page_is_read_and_its_planned_work_skipped() {
    let Some(folder) = corpus("jenkins-status-cstate/content") else { return };
    let (incidents, report) = read(&folder);
    println!("{report}");
    assert_eq!(report.read, 98);
    assert!(report.not_understood.is_empty(), "{report}");
    assert_eq!(incidents.len() + report.maintenance.len(), 98);
    assert!(report.maintenance.len() > 30 && incidents.len() > 45, "{report}");
    let without_end = incidents.iter().filter(|incident| incident.duration().is_none()).count();
    assert_eq!(report.left_out.len(), without_end, "{report}");
}
