use std::time::Duration;

use domain::incidents::Command;
use store::Change;
use tokio_util::sync::CancellationToken;

use crate::stage::{Stage, body};

async fn next(changes: &mut tokio::sync::broadcast::Receiver<Change>) -> Change {
    tokio::time::timeout(Duration::from_secs(10), changes.recv()).await.expect("in time").expect("open")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_committed_write_wakes_and_a_cut_line_is_told() {
    let Some(stage) = Stage::set().await else { return };
    let stop = CancellationToken::new();
    let mut changes = stage.store.listen(stop.clone()).subscribe();
    assert_eq!(next(&mut changes).await, Change::Resync, "whatever was before");
    let incident = stage.declare(&stage.avocet, "Webhooks").await.incident;
    assert_eq!(next(&mut changes).await, Change::Incident(incident));
    stage.ask(&stage.avocet, incident, Command::Note { body: body("A note.") }).await.unwrap();
    assert_eq!(next(&mut changes).await, Change::Incident(incident));
    // Refused: nothing to wake for. The next thing heard is the cut.
    assert!(
        stage.ask(&stage.avocet, incident, Command::Accept { to: domain::incidents::Status::Triage }).await.is_err()
    );
    stage.run("select pg_terminate_backend(pid) from pg_stat_activity where query ilike 'listen%' and pid <> pg_backend_pid()").await;
    assert_eq!(next(&mut changes).await, Change::Resync);
    stage.ask(&stage.avocet, incident, Command::Recover).await.unwrap();
    // Whoever owes its next steps now may hear of it first.
    let mut heard = next(&mut changes).await;
    while matches!(heard, Change::Person(_)) {
        heard = next(&mut changes).await;
    }
    assert_eq!(heard, Change::Incident(incident), "heard again");
    stop.cancel();
}
