//! Clients who hang up while their write begins.
//!
//! A dropped `begin` leaves its connection inside a transaction that nobody knows of.
//! The next write of a single statement on it, such as signing somebody out, is answered
//! and seen by nobody else, and is gone when the connection is.

use std::time::{Duration, Instant};

use futures::future::join_all;
use store::{Guards, SessionId};

use crate::client;
use crate::served::Served;
use crate::support::{Call, patient};

/// Before Postgres, each way. The session takes one way there and back, and the second
/// one is the `begin`: so long that a hang-up can be aimed at it.
const LATENCY: Duration = Duration::from_millis(20);
/// People added in a round; every second client hangs up.
const ADDED: usize = 12;
/// Further ones, who all hang up while their write begins.
const AIMED: usize = 8;
/// Sign-outs in a round: more than there are connections that write.
const SIGNED_OUT: usize = 8;
/// Rounds with guards; without them the first one or two lose something.
const ROUNDS: usize = 8;
/// An unguarded product that has lost nothing in so many rounds is not what we think it is.
const MOST_ROUNDS: usize = 60;

const NO_GUARD: Guards = Guards { repair_on_release: false, uncancellable_writes: false, timeouts: true };

/// What was answered with yes, and must therefore be stored.
#[derive(Default)]
struct Acknowledged {
    added: Vec<String>,
    signed_out: Vec<SessionId>,
    asked: usize,
    /// How long it took lately to add somebody: hang-ups are spread over this.
    whole: Duration,
}

impl Acknowledged {
    fn count(&self) -> usize {
        self.added.len() + self.signed_out.len()
    }

    /// One round of both kinds of write.
    async fn round(&mut self, served: &Served, number: usize) {
        let whole = self.whole;
        let begun = Instant::now();
        let adds = (0..ADDED).map(|n| async move {
            let name = format!("bird-{number}-{n}");
            if n % 2 == 0 {
                return client::call(served.address, served.add(&name)).await.status.is_success().then_some(name);
            }
            // From 2 ms on: each another moment, so that each statement has its turn.
            let part = (number * 7 + n * 5) % 24;
            let after = Duration::from_millis(2) + whole * part as u32 / 24;
            client::hang_up_after(served.address, served.add(&name), after).await;
            None
        });
        self.added.extend(join_all(adds).await.into_iter().flatten());
        self.whole = begun.elapsed();
        let aimed = (0..AIMED).map(|n| async move {
            let after = 2 * LATENCY + 2 * LATENCY * n as u32 / AIMED as u32;
            client::hang_up_after(served.address, served.add(&format!("bird-{number}-aimed-{n}")), after).await;
        });
        join_all(aimed).await;

        let mut sessions = Vec::new();
        for _ in 0..SIGNED_OUT {
            sessions.push(served.app.session_of(served.world.member).await);
        }
        let outs = sessions.iter().map(|session| async move {
            let out = Call::post(app::paths::SIGN_OUT, "").by(session.clone());
            let answer = client::call(served.address, out).await;
            (answer.status.is_success() || answer.status.is_redirection()).then(|| SessionId::of(session.as_bytes()))
        });
        self.signed_out.extend(join_all(outs).await.into_iter().flatten());
        self.asked += ADDED / 2 + SIGNED_OUT;
    }

    /// How many of them nobody finds in the database.
    async fn missing(&self, served: &Served) -> usize {
        let mut missing = 0;
        for name in &self.added {
            missing += usize::from(served.stored(name).await == 0);
        }
        for session in &self.signed_out {
            missing += usize::from(served.app.state.store.load_session(*session).await.unwrap().is_some());
        }
        missing
    }
}

async fn is_safe_with(guards: Guards) {
    let Some(served) = Served::start_with(guards, patient(), |_| axum::Router::new()).await else { return };
    served.proxy.latency(LATENCY);
    let mut acknowledged = Acknowledged::default();
    for number in 0..ROUNDS {
        acknowledged.round(&served, number).await;
        // Now, because a later commit on the same connection would hide it.
        assert_eq!(acknowledged.missing(&served).await, 0, "acknowledged, and nobody sees it");
    }
    // Whatever was left open is rolled back.
    served.proxy.cut().await.unwrap();
    let lost = acknowledged.missing(&served).await;
    let stored = served.app.count("select count(*) from people where name like 'bird-%'").await;
    println!(
        "{guards:?}: {} of {} acknowledged, {} of them people, {stored} people stored, {lost} lost",
        acknowledged.count(),
        acknowledged.asked,
        acknowledged.added.len()
    );
    assert_eq!(lost, 0, "acknowledged and lost");
    assert!(acknowledged.count() * 10 >= acknowledged.asked * 9, "hardly anything was asked");
    let twice =
        "select count(*) from (select 1 from people where name like 'bird-%' group by name having count(*) > 1) twice";
    assert_eq!(served.app.count(twice).await, 0, "stored twice");
    let halves = "select count(*) from people p where name like 'bird-%' \
                  and (select count(*) from activity a where a.subject_id = p.id and verb = 'person_added') <> 1";
    assert_eq!(served.app.count(halves).await, 0, "stored without its line in the record");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_acknowledged_write_is_lost() {
    is_safe_with(Guards::default()).await;
}

/// The two guards do not lean on each other: this fails when the repair goes missing.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn repairing_connections_is_enough() {
    is_safe_with(Guards { repair_on_release: true, ..NO_GUARD }).await;
}

/// And this when a write can be cancelled.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writes_that_run_to_their_end_are_enough() {
    is_safe_with(Guards { uncancellable_writes: true, ..NO_GUARD }).await;
}

/// Without them the same rounds do lose what was acknowledged, so the tests above can fail.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn without_guards_acknowledged_writes_are_lost() {
    let Some(served) = Served::start_with(NO_GUARD, patient(), |_| axum::Router::new()).await else { return };
    served.proxy.latency(LATENCY);
    let mut acknowledged = Acknowledged::default();
    for number in 0..MOST_ROUNDS {
        acknowledged.round(&served, number).await;
        if acknowledged.missing(&served).await > 0 {
            break;
        }
    }
    served.proxy.cut().await.unwrap();
    let lost = acknowledged.missing(&served).await;
    println!("without guards: {lost} of {} acknowledged writes lost", acknowledged.count());
    assert!(lost > 0, "nothing was lost in {} writes: are the guards still needed?", acknowledged.count());
}
