use domain::incidents::Command;
use domain::zones::Zone;
use store::incidents::ListFilter;

use crate::stage::{Stage, body};

async fn found(stage: &Stage, words: &str) -> Vec<String> {
    let filter = ListFilter { words: Some(words.to_owned()), ..ListFilter::default() };
    let page = stage.store.list(&stage.avocet, &filter, &Zone::UTC).await.unwrap();
    page.rows.into_iter().map(|row| row.title).collect()
}

#[tokio::test]
async fn words_of_any_script_are_found() {
    let Some(stage) = Stage::set().await else { return };
    let japanese = "スケジューラーの再起動後、一部テナントのビルドが待ち続ける";
    let incident = stage.declare(&stage.avocet, japanese).await.incident;
    stage.ask(&stage.avocet, incident, Command::Note { body: body("再起動の順番を戻しました。") }).await.unwrap();
    stage.declare(&stage.avocet, "Caf\u{e9} queue is slow").await;
    for words in ["スケジューラー", "再起動", "順番", "の", "ｽｹｼﾞｭｰﾗｰ", "再起動\u{3000}テナント", "inc-1"]
    {
        assert_eq!(found(&stage, words).await, [japanese], "{words}");
    }
    // One character or two, capitals or not.
    for words in ["caf\u{e9}", "cafe\u{301}", "CAF\u{c9}", "ｃａｆé", "é q", "slow queue"] {
        assert_eq!(found(&stage, words).await, ["Caf\u{e9} queue is slow"], "{words}");
    }
    assert!(found(&stage, "スケジュール").await.is_empty());
    assert!(found(&stage, "queue 再起動").await.is_empty(), "each word has to be there");
    assert_eq!(found(&stage, "  ").await.len(), 0, "no words: the list without filters has them above the history");
}

#[tokio::test]
async fn wildcards_and_quotes_are_ordinary() {
    let Some(stage) = Stage::set().await else { return };
    stage.declare(&stage.avocet, "Disk at 100%").await;
    stage.declare(&stage.avocet, "Disk at 1000 GB").await;
    stage.declare(&stage.avocet, "snake_case broke").await;
    stage.declare(&stage.avocet, r"Path C:\temp is full").await;
    assert_eq!(found(&stage, "100%").await, ["Disk at 100%"]);
    assert_eq!(found(&stage, "%").await, ["Disk at 100%"]);
    assert_eq!(found(&stage, "_").await, ["snake_case broke"]);
    assert_eq!(found(&stage, "snake_c").await, ["snake_case broke"]);
    assert_eq!(found(&stage, r"\").await, [r"Path C:\temp is full"]);
    assert!(found(&stage, "' or true --").await.is_empty());
    assert!(found(&stage, &"\0".repeat(3)).await.len() <= 4, "a NUL does not reach Postgres");
}
