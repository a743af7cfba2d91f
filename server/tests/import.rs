//! The import: whole, once, and with the reasons for what was left out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::path::{Path, PathBuf};

use server::import::{ImportError, ImportOptions, dry_run, run};
use support::{Call, TestApp, world::World};

/// A folder with four files: two incidents, one planned, one that is none.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("sensible-import-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        let incident = |id: &str, name: &str, impact: &str| {
            format!(
                r#"{{"page":{{"id":"p1","name":"Page","time_zone":"Etc/UTC"}},"incident":{{"id":"{id}","name":"{name}","status":"resolved","impact":"{impact}",
                "created_at":"2025-03-01T10:00:00.000Z","started_at":"2025-03-01T10:00:00.000Z","monitoring_at":"2025-03-01T10:40:00.000Z","resolved_at":"2025-03-01T11:00:00.000Z",
                "incident_updates":[
                {{"id":"u2","status":"resolved","body":"It is over.","created_at":"2025-03-01T11:00:00.000Z","display_at":"2025-03-01T11:00:00.000Z"}},
                {{"id":"u1","status":"investigating","body":"We are looking at **webhooks**.","created_at":"2025-03-01T10:00:00.000Z","display_at":"2025-03-01T10:00:00.000Z"}}]}}}}"#
            )
        };
        std::fs::write(path.join("a.json"), incident("i1", "Webhooks are late", "major")).unwrap();
        std::fs::write(path.join("b.json"), incident("i2", "ログインできません", "critical")).unwrap();
        std::fs::write(path.join("c.json"), incident("i3", "Planned work", "maintenance")).unwrap();
        std::fs::write(path.join("d.json"), "{\"neither\": true}").unwrap();
        std::fs::write(path.join("e.txt"), "not for us").unwrap();
        Self(path)
    }

    fn options(&self, mapping: Option<&Path>) -> ImportOptions {
        ImportOptions { paths: vec![self.0.clone()], mapping: mapping.map(Path::to_owned) }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
async fn incidents_are_recorded_once_and_announced_never() {
    let Some(app) = TestApp::start().await else { return };
    let folder = Folder::new("once");
    let options = folder.options(None);
    let summary = run(&app.state.store, &options).await.unwrap();
    assert_eq!((summary.new, summary.known, summary.refused.len()), (2, 0, 0), "{summary}");
    assert_eq!((summary.report.maintenance.len(), summary.report.not_understood.len()), (1, 1));
    let text = summary.to_string();
    assert!(text.contains("d.json") && text.contains("2 recorded, 0 were here before."), "{text}");

    let before = app.digest().await;
    let summary = run(&app.state.store, &options).await.unwrap();
    assert_eq!((summary.new, summary.known), (0, 2));
    assert_eq!(app.digest().await, before, "importing twice changes nothing");

    assert_eq!(app.count("select count(*) from slack_outbox").await, 0);
    assert_eq!(app.count("select count(*) from slack_messages").await, 0);
    assert_eq!(app.count("select count(*) from incidents where status = 'closed' and source = 'import'").await, 2);
    let minutes = "select extract(epoch from r.occurred_at - s.occurred_at)::bigint / 60 from key_times r join key_times s using (incident_id) \
                   where r.kind = 'recovered' and s.kind = 'failure_started' limit 1";
    assert_eq!(app.count(minutes).await, 60);
    let world = World::make(&app).await;
    let session = app.session_of(world.member).await;
    let page = app.call(Call::get("/incidents?q=%E3%83%AD%E3%82%B0").by(session)).await;
    assert!(page.body.contains("ログインできません"), "{}", page.body);
}

#[tokio::test]
async fn a_dry_run_stores_nothing_and_needs_no_database() {
    let folder = Folder::new("dry");
    let summary = dry_run(&folder.options(None)).unwrap();
    assert_eq!(summary.report.imported, 2);
    assert!(summary.to_string().contains("Nothing was stored"));
}

#[tokio::test]
async fn a_mapping_names_severities_that_exist() {
    let Some(app) = TestApp::start().await else { return };
    let folder = Folder::new("mapping");
    let mapping = folder.0.join("mapping.toml");
    std::fs::write(&mapping, "otherwise = \"Sev3\"\n[impact]\nmajor = \"Sev1\"\n").unwrap();
    run(&app.state.store, &folder.options(Some(&mapping))).await.unwrap();
    assert_eq!(
        app.count("select count(*) from incidents i join severities s on s.id = i.severity_id where s.name = 'Sev1'")
            .await,
        2
    );

    std::fs::write(&mapping, "[impact]\nmajor = \"Catastrophe\"\n").unwrap();
    let before = app.digest().await;
    let error = run(&app.state.store, &folder.options(Some(&mapping))).await.unwrap_err();
    assert!(matches!(error, ImportError::NoSeverity(ref name) if name == "Catastrophe"), "{error}");
    assert_eq!(app.digest().await, before);
    assert!(matches!(dry_run(&folder.options(Some(Path::new("/nowhere.toml")))), Err(ImportError::MappingFile { .. })));
}

/// Real files, where they are at hand.
#[tokio::test]
async fn everything_that_real_files_hold_is_recorded() {
    let Ok(corpus) = std::env::var("SENSIBLE_CORPUS") else {
        eprintln!("skipped: set SENSIBLE_CORPUS to a folder of status page files");
        return;
    };
    let Some(app) = TestApp::start().await else { return };
    let options = ImportOptions { paths: vec![corpus.into()], mapping: None };
    let summary = run(&app.state.store, &options).await.unwrap();
    assert!(summary.refused.is_empty(), "{summary}");
    assert_eq!(summary.new, summary.report.imported, "{summary}");
    // No moment was invented: none lies outside what the import itself stated or told.
    assert_eq!(app.count("select count(*) from key_times where source <> 'import'").await, 0);
}
