use domain::incidents::Status;
use domain::key_times::{KeyTimeKind, Precision};
use importers::{Import, Mapping, ReadFrom};

use crate::{at, bodies, by_default, fixture, key_time};

#[test]
fn an_incident_as_it_was_lived_through() {
    let (incidents, report) = by_default("statuspage/lived-through.json");
    let incident = &incidents[0];
    assert_eq!((incidents.len(), report.imported, report.read), (1, 1, 1));
    assert_eq!(incident.source_ref, "statuspage:pg0paperkite:webhooks0late");
    assert_eq!(incident.title.as_str(), "Webhooks come late");
    assert_eq!(incident.link.as_ref().unwrap().as_str(), "https://stspg.example/webhooks0late");
    assert_eq!((incident.severity_name.as_str(), incident.impact.as_str()), ("Sev2", "major"));
    assert_eq!(incident.zone.name(), "Asia/Tokyo");
    assert_eq!(incident.status, Status::Closed);
    assert_eq!(incident.status_since, at("2024-05-01T11:30:00.500Z"));
    assert_eq!(incident.reported_at, at("2024-05-01T10:00:00.108Z"));
    assert_eq!(incident.components.iter().map(|name| name.as_str()).collect::<Vec<_>>(), ["Webhooks", "API"]);
    for (kind, time, assumed, read_from) in [
        (KeyTimeKind::FailureStarted, "2024-05-01T10:00:00.100Z", true, ReadFrom::Field("started_at")),
        (KeyTimeKind::Reported, "2024-05-01T10:00:00.108Z", false, ReadFrom::Field("created_at")),
        (KeyTimeKind::Identified, "2024-05-01T10:15:00Z", false, ReadFrom::Update),
        (KeyTimeKind::Fixed, "2024-05-01T10:40:00Z", false, ReadFrom::Update),
        (KeyTimeKind::Recovered, "2024-05-01T11:30:00.500Z", false, ReadFrom::Field("resolved_at")),
    ] {
        let found = incident.key_time(kind).unwrap();
        assert_eq!((found.at, found.assumed, found.read_from), (at(time), assumed, read_from), "{kind}");
    }
    assert_eq!(incident.key_times.len(), 5);
    assert_eq!(incident.duration().unwrap().num_milliseconds(), 90 * 60 * 1000 + 400);
}

#[test]
fn updates_are_told_in_the_order_in_which_they_were_said() {
    let (incidents, _) = by_default("statuspage/lived-through.json");
    assert_eq!(
        bodies(&incidents[0]),
        [
            "We are looking into it.",
            "",
            "Still looking at \\*.hooks.example.",
            "A fix is out. See [the queue](<https://status.paperkite.example/queue>).\nTom & team",
            "Everything is delivered.",
            "What we learned is in the blog.",
        ]
    );
    let statuses: Vec<_> = incidents[0].updates.iter().map(|update| update.status).collect();
    let expected = [
        Some(Status::Investigating),
        Some(Status::Identified),
        None,
        Some(Status::Monitoring),
        Some(Status::Recovered),
        None,
    ];
    assert_eq!(statuses, expected);
    // Said at 10:20 and typed five minutes later; said at 10:40 and changed at noon.
    assert_eq!(incidents[0].updates[2].at, at("2024-05-01T10:20:00Z"));
    assert_eq!(incidents[0].updates[2].edited_at, None);
    assert_eq!(incidents[0].updates[3].edited_at, Some(at("2024-05-01T12:00:00Z")));
}

#[test]
fn what_was_brought_over_later_has_its_times_in_its_words() {
    let (incidents, _) = by_default("statuspage/brought-over.json");
    let incident = &incidents[0];
    assert_eq!(key_time(incident, KeyTimeKind::FailureStarted), Some(at("2011-02-13T02:04:00Z")));
    assert_eq!(key_time(incident, KeyTimeKind::Recovered), Some(at("2011-02-13T03:51:30Z")));
    assert!(incident.key_times.iter().all(|time| time.read_from == ReadFrom::Text));
    assert_eq!(incident.key_time(KeyTimeKind::Reported).unwrap().precision, Precision::Minute);
    assert_eq!(bodies(incident), ["Mail is **slow**.", "One disk is full.", "Mail flows again."]);
    let times: Vec<_> = incident.updates.iter().map(|update| update.at).collect();
    assert_eq!(times, ["2011-02-13T02:04:00Z", "2011-02-13T02:40:00Z", "2011-02-13T03:51:30Z"].map(at));
    assert_eq!(incident.updates[2].status, Some(Status::Recovered));
    assert_eq!(incident.updates[0].status, None);
    assert_eq!(incident.components[0].as_str(), "Mail");
    assert_eq!(incident.link.as_ref().unwrap().as_str(), "https://status.paperkite.example/incidents/old0mail");
}

#[test]
fn what_the_words_do_not_say_is_missing_and_not_zero() {
    let (incidents, _) = by_default("statuspage/brought-over-incomplete.json");
    let [one_time, no_time, in_zone] = incidents.as_slice() else { panic!("{incidents:?}") };
    assert_eq!(key_time(one_time, KeyTimeKind::FailureStarted), Some(at("2012-03-01T08:00:00Z")));
    assert_eq!((one_time.duration(), key_time(one_time, KeyTimeKind::Recovered)), (None, None));
    assert_eq!(key_time(no_time, KeyTimeKind::FailureStarted), None);
    assert_eq!((no_time.duration(), no_time.key_times.len()), (None, 1));
    assert_eq!(no_time.updates[0].at, at("2019-03-05T15:49:25.592Z"));
    assert_eq!(key_time(in_zone, KeyTimeKind::Reported), Some(at("2012-06-01T17:00:00Z")));
    assert_eq!(key_time(in_zone, KeyTimeKind::Recovered), Some(at("2012-06-01T17:30:00Z")));
}

#[test]
fn a_page_with_everything_wrong_in_it_gives_what_is_right() {
    let (incidents, report) = by_default("statuspage/page.json");
    let refs: Vec<_> = incidents.iter().map(|incident| incident.source_ref.as_str()).collect();
    assert_eq!(
        refs,
        ["statuspage:pg0paperkite:going0on", "statuspage:pg0paperkite:slip0pen", "statuspage:pg0paperkite:bad0time"]
    );
    let [going_on, slip, bad_time] = incidents.as_slice() else { panic!() };

    assert_eq!((going_on.status, going_on.severity_name.as_str()), (Status::Identified, "Sev1"));
    assert_eq!(key_time(going_on, KeyTimeKind::Recovered), None);
    let started = going_on.key_time(KeyTimeKind::FailureStarted).unwrap();
    assert_eq!((started.at, started.assumed), (at("2024-06-01T07:10:00Z"), false));
    assert_eq!(key_time(going_on, KeyTimeKind::Reported), Some(at("2024-06-01T08:00:00Z")));
    assert_eq!(bodies(going_on), ["An index is missing."]);
    assert_eq!(going_on.zone.name(), "UTC");

    assert_eq!((slip.duration(), slip.severity_name.as_str()), (None, "Sev2"));
    assert_eq!(bad_time.key_time(KeyTimeKind::Recovered).unwrap().read_from, ReadFrom::Update);
    assert_eq!(bad_time.duration().unwrap().num_minutes(), 75);

    let reasons = |remarks: &[importers::Remark]| {
        remarks.iter().map(|remark| remark.reason.clone()).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(report.maintenance.len(), 2);
    assert_eq!(report.repeated.len(), 1);
    assert_eq!(report.not_understood.len(), 4, "{report}");
    for words in ["“no status” cannot be an id", "status “melted”", "another type", "incident 9: it is neither"]
    {
        assert!(reasons(&report.not_understood).contains(words), "{words} in {report}");
    }
    for words in [
        "an update is not understood",
        "an update without a time",
        "recovered at 2024-06-03T09:00:00+00:00 lies before its start",
        "the resolved_at “22024-06-05” is not a date",
    ] {
        assert!(reasons(&report.left_out).contains(words), "{words} in {report}");
    }
    assert!(report.not_understood.iter().all(|remark| remark.file.ends_with("page.json")));
}

#[test]
fn files_that_hold_no_incident_are_named_with_the_reason() {
    for (name, words) in [("cut-off.json", "not JSON"), ("table.csv", "neither with JSON nor with front matter")] {
        let (incidents, report) = by_default(&format!("statuspage/{name}"));
        assert!(incidents.is_empty());
        assert!(report.not_understood[0].reason.contains(words), "{report}");
        assert!(report.not_understood[0].file.ends_with(name));
    }
    for (bytes, words) in [
        (b"".as_slice(), "empty"),
        (b"[]", "no incident"),
        (b"{}", "neither an incident nor a page"),
        (b"{\"incidents\": []}", "no incident"),
        (b"{\"incident\": 7}", "holds no incident"),
        (b"[[]]", "record 1: it is not an incident"),
        (b"\xff\xfe{}", "UTF-8"),
        (b"\xef\xbb\xbf  {}", "neither an incident"),
    ] {
        let mut import = Import::new(Mapping::by_default().unwrap());
        assert!(import.read("x.json", bytes).is_empty());
        assert!(import.report().not_understood[0].reason.contains(words), "{}", import.report());
    }
    let mut import = Import::new(Mapping::by_default().unwrap());
    assert!(import.read("x.json", &b"[".repeat(100_000)).is_empty());
}

#[test]
fn reading_twice_gives_the_same_and_a_run_takes_each_once() {
    let bytes = std::fs::read(fixture("statuspage/lived-through.json")).unwrap();
    let mut import = Import::new(Mapping::by_default().unwrap());
    let first = import.read("a.json", &bytes);
    assert_eq!(import.read("b.json", &bytes), []);
    assert_eq!(import.report().repeated.len(), 1);
    assert_eq!(first, Import::new(Mapping::by_default().unwrap()).read("c.json", &bytes));
}

#[test]
fn the_report_says_everything_in_words() {
    let (_, report) = by_default("statuspage/page.json");
    let text = report.to_string();
    for line in [
        "1 file read: 3 incidents.",
        "  impact (none given) became Sev3: 1",
        "  impact dissrupted became Sev2: 1",
        "2, planned maintenance, skipped:",
        "1, met twice, taken once:",
        "4, not understood:",
    ] {
        assert!(text.lines().any(|written| written == line), "{line} in {text}");
    }
}

#[test]
fn an_update_without_end_is_cut_and_said_to_be() {
    let file = serde_json::json!({
        "id": "long", "name": "Long", "status": "investigating", "created_at": "2024-06-05T08:00:00Z",
        "incident_updates": [{ "status": "investigating", "created_at": "2024-06-05T08:00:00Z", "body": "<b>日".repeat(1_000_000) }],
    });
    let mut import = Import::new(Mapping::by_default().unwrap());
    let incidents = import.read("long.json", file.to_string().as_bytes());
    assert!(incidents[0].updates[0].body.as_ref().unwrap().as_str().ends_with('…'));
    assert_eq!(import.report().left_out.len(), 2, "{}", import.report());
}
