use domain::incidents::Status;
use domain::key_times::{KeyTimeKind, Precision};
use importers::{Mapping, MappingError, ReadFrom, list_files};

use crate::{at, bodies, by_default, fixture, import, key_time};

#[test]
fn an_incident_typed_by_hand() {
    let (incidents, _) = by_default("cstate/2024-03-01-mail-down.md");
    let incident = &incidents[0];
    assert_eq!(incident.source_ref, "cstate:unknown:2024-03-01-mail-down");
    assert_eq!((incident.title.as_str(), incident.severity_name.as_str()), ("Mail is down", "Sev1"));
    assert_eq!(incident.status, Status::Closed);
    let started = incident.key_time(KeyTimeKind::FailureStarted).unwrap();
    assert_eq!(
        (started.at, started.precision, started.assumed),
        (at("2024-03-01T08:00:00Z"), Precision::Minute, false)
    );
    let reported = incident.key_time(KeyTimeKind::Reported).unwrap();
    assert_eq!((reported.at, reported.assumed), (started.at, true));
    let recovered = incident.key_time(KeyTimeKind::Recovered).unwrap();
    assert_eq!((recovered.at, recovered.precision), (at("2024-03-01T09:45:30Z"), Precision::Second));
    assert_eq!(recovered.read_from, ReadFrom::Field("resolvedWhen"));
    assert_eq!(incident.components.iter().map(|name| name.as_str()).collect::<Vec<_>>(), ["Mail", "Calendar"]);
    // Its words have no times: they are what it is about, not updates at invented ones.
    assert_eq!(incident.updates, []);
    assert!(incident.summary.as_str().starts_with("[Final message]\nMail is back."));
    assert!(!incident.summary.as_str().contains("not said"));
}

#[test]
fn updates_with_times_and_toml() {
    let (incidents, report) = by_default("cstate/2023-05-01-search.md");
    let incident = &incidents[0];
    assert_eq!((incident.title.as_str(), incident.severity_name.as_str()), ("Search finds nothing", "Sev2"));
    assert_eq!(
        bodies(incident),
        [
            "*Identified* - An index is gone.",
            "*Monitoring* - The index is rebuilt.\n\nIt takes a while.",
            "*Resolved* - Search finds again.",
            "**Post-mortem**: an index was dropped.",
        ]
    );
    assert_eq!(key_time(incident, KeyTimeKind::FailureStarted), Some(at("2023-05-01T10:00:00Z")));
    assert_eq!(key_time(incident, KeyTimeKind::Reported), Some(at("2023-05-01T10:40:00Z")));
    assert_eq!(key_time(incident, KeyTimeKind::Identified), Some(at("2023-05-01T10:40:00Z")));
    assert_eq!(key_time(incident, KeyTimeKind::Fixed), Some(at("2023-05-01T11:50:10Z")));
    assert_eq!(key_time(incident, KeyTimeKind::Recovered), Some(at("2023-05-01T12:30:00Z")));
    assert_eq!(incident.summary.as_str(), "*Investigating* - Nothing is found.");
    assert!(report.left_out[0].reason.contains("22023-05-01"), "{report}");
    assert_eq!(incident.components[0].as_str(), "Search");
}

#[test]
fn a_folder_with_slips_of_the_pen() {
    let (incidents, report) = by_default("cstate");
    let find = |slug: &str| incidents.iter().find(|incident| incident.source_ref.ends_with(slug)).unwrap();

    let slow = find("2022-06-13-repository-slow");
    assert_eq!((slow.status, slow.duration(), slow.severity_name.as_str()), (Status::Closed, None, "Sev3"));
    assert!(
        report
            .left_out
            .iter()
            .any(|remark| remark.file.ends_with("repository-slow.md") && remark.reason.contains("lies before date"))
    );

    let going_on = find("2024-04-01-going-on");
    assert_eq!((going_on.status, going_on.status_since), (Status::Monitoring, at("2024-04-01T08:50:00Z")));
    assert_eq!((going_on.duration(), going_on.components[0].as_str()), (None, "Queue"));

    let windows = find("windows");
    assert_eq!((windows.summary.as_str(), windows.duration().unwrap().num_minutes()), ("One.\nTwo.", 30));

    assert_eq!(incidents.len(), 5);
    let maintenance: Vec<_> = report.maintenance.iter().map(|remark| remark.reason.as_str()).collect();
    assert_eq!(
        maintenance,
        ["“Database upgrade” is planned work by its file name", "“Our office moves” is marked informational"]
    );
    let not_understood: Vec<_> = report
        .not_understood
        .iter()
        .map(|remark| (remark.file.rsplit('/').next().unwrap(), remark.reason.as_str()))
        .collect();
    let expected = [
        ("2025-03-18-year.md", "the date “22025-03-18T10:00:00-00:00” is not a date"),
        ("README.md", "neither with JSON nor with front matter"),
        ("latin-1.md", "UTF-8"),
        ("no-end.md", "has no end"),
        ("not-yaml.md", "not YAML"),
    ];
    assert_eq!(not_understood.len(), expected.len(), "{report}");
    for ((file, reason), (expected_file, words)) in not_understood.into_iter().zip(expected) {
        assert!(file == expected_file && reason.contains(words), "{file}: {reason}");
    }
}

#[test]
fn the_mapping_can_be_changed() {
    let mapping = Mapping::parse(
        "otherwise = \"Sev4\"\n[impact]\nDown = \"P1\"\n\"partial outage\" = \"P2\"\n[cstate]\nzone = \"Europe/Zurich\"\naddress = \"https://Status.paperkite.example/\"\nmaintenance = [\"upgrade\"]\n",
    )
    .unwrap();
    assert_eq!(mapping.severity_for("DOWN").as_str(), "P1");
    assert_eq!(mapping.severity_for("Partial_Outage").as_str(), "P2");
    assert_eq!(mapping.severity_for("major").as_str(), "Sev2");
    assert_eq!(mapping.severity_for("").as_str(), "Sev4");
    let printed = mapping.to_string();
    assert!(printed.lines().any(|line| line == "P1: down") && printed.contains("Sev4: everything else"), "{printed}");
    assert_eq!(mapping.severities().len(), 6);

    let (incidents, report) = import(&fixture("cstate"), mapping);
    assert_eq!(report.maintenance.len(), 2);
    let slow = incidents.iter().find(|incident| incident.title.as_str() == "Repository slow").unwrap();
    assert_eq!(key_time(slow, KeyTimeKind::FailureStarted), Some(at("2022-06-13T06:30:00Z")));
    assert_eq!((slow.zone.name(), slow.severity_name.as_str()), ("Europe/Zurich", "Sev4"));
    assert_eq!(slow.source_ref, "cstate:status.paperkite.example:2022-06-13-repository-slow");
    assert!(slow.link.as_ref().unwrap().as_str().ends_with("/issues/2022-06-13-repository-slow/"));
}

#[test]
fn the_default_mapping_knows_both_formats() {
    let mapping = Mapping::by_default().unwrap();
    for (impact, severity) in [
        ("critical", "Sev1"),
        ("major", "Sev2"),
        ("minor", "Sev3"),
        ("none", "Sev3"),
        ("down", "Sev1"),
        ("disrupted", "Sev2"),
        ("dissrupted", "Sev2"),
        ("disrupt", "Sev3"),
        ("notice", "Sev3"),
        ("partial-outage", "Sev2"),
        ("HIGH", "Sev1"),
        ("2", "Sev2"),
        ("monitoring", "Sev3"),
        ("", "Sev3"),
        ("minro", "Sev3"),
    ] {
        assert_eq!(mapping.severity_for(impact).as_str(), severity, "{impact}");
    }
}

#[test]
fn a_wrong_mapping_is_refused_with_the_reason() {
    for (file, words) in [
        ("[impact]\ncritical = 1", "not understood"),
        ("[impcat]\ncritical = \"Sev1\"", "impcat"),
        ("otherwise = \"\"", "cannot be the name"),
        ("[cstate]\nzone = \"Zurich\"", "no time zone"),
        ("[cstate]\naddress = \"status\"", "no web address"),
    ] {
        let refused: MappingError = Mapping::parse(file).unwrap_err();
        assert!(refused.to_string().contains(words), "{file}: {refused}");
    }
}

#[test]
fn files_of_a_folder_are_found_by_their_ending() {
    let found =
        list_files(&[fixture("cstate"), fixture("statuspage"), fixture("statuspage/table.csv"), fixture("nowhere")]);
    let names: Vec<_> = found.files.iter().map(|file| file.file_name().unwrap().to_str().unwrap()).collect();
    assert!(names.contains(&"README.md") && names.contains(&"page.json") && names.contains(&"table.csv"));
    assert!(!names.contains(&"_index.md"));
    assert_eq!(found.passed_over, 2);
    assert_eq!(found.unreadable.len(), 1);
}
