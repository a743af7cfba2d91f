//! The demo story, started again by several people at once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use server::demo;
use support::TestApp;

const INCIDENTS: &str = "select count(*) from incidents";

#[tokio::test]
async fn resets_at_once_and_resets_left_half_way_leave_one_whole_story() {
    let Some(app) = TestApp::start().await else { return };
    let store = &app.state.store;
    demo::seed(store).await.unwrap();
    let told = app.count(INCIDENTS).await;
    assert!(told > 0);
    let left = tokio::time::timeout(std::time::Duration::from_millis(20), demo::reset(store)).await;
    assert!(left.is_err(), "the first hung up");
    let (second, third) = tokio::join!(demo::reset(store), demo::reset(store));
    assert!(second.is_ok() && third.is_ok(), "{second:?} {third:?}");
    assert_eq!(app.count(INCIDENTS).await, told);
}

#[tokio::test]
async fn a_reset_whose_starter_left_tells_the_story_to_its_end() {
    let Some(app) = TestApp::start().await else { return };
    let store = &app.state.store;
    demo::seed(store).await.unwrap();
    let told = app.count(INCIDENTS).await;
    let left = tokio::time::timeout(std::time::Duration::from_millis(20), demo::reset(store)).await;
    assert!(left.is_err(), "hung up");
    for _ in 0..100 {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        if app.count(INCIDENTS).await == told {
            return;
        }
    }
    panic!("{} of {told}", app.count(INCIDENTS).await);
}
