//! Handing the lead over.

use domain::incidents::{Baton, Command, HandOffStatus, Source};
use domain::notifications::Told;
use domain::to_do::Debt;
use domain::{HandOffId, PersonId, Refusal, System, Viewer};
use store::Outcome;
use store::incidents::{Homepage, ItemKind};
use uuid::Uuid;

use crate::stage::{Stage, body, refused, request};

fn new() -> HandOffId {
    HandOffId::from_uuid(Uuid::now_v7())
}

fn offer(hand_off: HandOffId, to: PersonId) -> Command {
    Command::OfferHandOff { hand_off, to, baton: Baton { note: body("Ask the whimbrel team next.") } }
}

struct Led {
    stage: Stage,
    curlew: Viewer,
    godwit: Viewer,
    one: Outcome,
}

impl Led {
    /// An incident that Curlew leads.
    async fn set() -> Option<Self> {
        let stage = Stage::set().await?;
        let (curlew, godwit) = (stage.member("Curlew").await, stage.member("Godwit").await);
        let one = stage.declare(&stage.avocet, "Webhooks").await;
        stage.ask(&curlew, one.incident, Command::TakeLead { person: curlew.person }).await.unwrap();
        Some(Self { stage, curlew, godwit, one })
    }

    async fn homepage(&self) -> Homepage {
        self.stage.store.homepage(&self.curlew, self.one.reference).await.unwrap().unwrap()
    }

    async fn ask(&self, who: &Viewer, command: Command) -> Result<Outcome, store::StoreError> {
        self.stage.ask(who, self.one.incident, command).await
    }
}

#[tokio::test]
async fn an_accepted_hand_off_gives_the_lead() {
    let Some(led) = Led::set().await else { return };
    let hand_off = new();
    assert_eq!(refused(led.ask(&led.godwit, offer(new(), led.godwit.person)).await), Refusal::NotTheLead);
    led.ask(&led.curlew, offer(hand_off, led.godwit.person)).await.unwrap();
    assert_eq!(refused(led.ask(&led.curlew, offer(new(), led.stage.avocet.person)).await), Refusal::HandOffWaits);
    let homepage = led.homepage().await;
    let waiting = homepage.hand_off.unwrap();
    assert_eq!((waiting.from.id, waiting.to.id), (led.curlew.person, led.godwit.person));
    assert_eq!(homepage.lead.unwrap().id, led.curlew.person, "nothing changes hands yet");
    assert_eq!(homepage.timeline[0].kind, ItemKind::HandOff);
    assert!(homepage.participants.iter().any(|there| there.person.id == led.godwit.person && !there.active));
    assert_eq!(refused(led.ask(&led.stage.avocet, Command::AcceptHandOff { hand_off }).await), Refusal::NotAskedOfYou);
    led.ask(&led.godwit, Command::AcceptHandOff { hand_off }).await.unwrap();
    let homepage = led.homepage().await;
    assert_eq!(homepage.lead.unwrap().id, led.godwit.person);
    assert_eq!((homepage.hand_off, homepage.last_hand_off), (None, None));
    assert_eq!(homepage.timeline[0].kind, ItemKind::Lead);
    assert_eq!(homepage.timeline[0].data["handed_over"], true);
    let again = led.ask(&led.godwit, Command::AcceptHandOff { hand_off }).await;
    assert_eq!(refused(again), Refusal::HandOffEnded { how: HandOffStatus::Accepted });
}

#[tokio::test]
async fn without_an_answer_it_comes_back_to_its_giver() {
    let Some(led) = Led::set().await else { return };
    let hand_off = new();
    led.ask(&led.curlew, offer(hand_off, led.godwit.person)).await.unwrap();
    let expire = || Command::ExpireHandOff { hand_off };
    assert_eq!(refused(led.ask(&led.curlew, expire()).await), Refusal::NotAllowed);
    let worker = |id| led.stage.store.execute(System::Worker, id, led.one.incident, expire());
    assert_eq!(refused(worker(request()).await), Refusal::unchanged("hand-off"), "not yet");
    led.stage.run("update hand_offs set expires_at = now() - interval '1 second'").await;
    worker(request()).await.unwrap();
    let homepage = led.homepage().await;
    assert_eq!(homepage.hand_off, None);
    assert_eq!(homepage.last_hand_off.unwrap().status, HandOffStatus::Expired);
    assert!(homepage.timeline[0].author.is_none());
    let late = led.ask(&led.godwit, Command::AcceptHandOff { hand_off }).await;
    assert_eq!(refused(late), Refusal::HandOffEnded { how: HandOffStatus::Expired });
    // Somebody else takes the lead: the giver is not asked any more.
    led.ask(&led.godwit, Command::TakeLead { person: led.godwit.person }).await.unwrap();
    assert_eq!(led.homepage().await.last_hand_off, None);
}

#[tokio::test]
async fn a_no_and_a_change_of_mind_leave_the_lead_where_it_was() {
    let Some(led) = Led::set().await else { return };
    let (declined, withdrawn) = (new(), new());
    led.ask(&led.curlew, offer(declined, led.godwit.person)).await.unwrap();
    let other = led.stage.declare(&led.stage.avocet, "Uploads").await;
    let elsewhere = led.stage.ask(&led.godwit, other.incident, Command::AcceptHandOff { hand_off: declined }).await;
    assert_eq!(refused(elsewhere), Refusal::NotFound, "not of this incident");
    led.ask(&led.godwit, Command::DeclineHandOff { hand_off: declined }).await.unwrap();
    let homepage = led.homepage().await;
    assert_eq!(homepage.last_hand_off.unwrap().status, HandOffStatus::Declined);
    assert!(homepage.participants.iter().all(|there| there.person.id != led.godwit.person || !there.active));
    led.ask(&led.curlew, offer(withdrawn, led.godwit.person)).await.unwrap();
    assert_eq!(
        refused(led.ask(&led.godwit, Command::WithdrawHandOff { hand_off: withdrawn }).await),
        Refusal::NotTheLead
    );
    led.ask(&led.curlew, Command::WithdrawHandOff { hand_off: withdrawn }).await.unwrap();
    let homepage = led.homepage().await;
    assert_eq!((homepage.hand_off, homepage.last_hand_off), (None, None));
    assert_eq!(homepage.lead.unwrap().id, led.curlew.person);
}

#[tokio::test]
async fn what_waits_ends_with_what_it_is_about() {
    let Some(led) = Led::set().await else { return };
    let (first, second) = (new(), new());
    led.ask(&led.curlew, offer(first, led.godwit.person)).await.unwrap();
    // Somebody else leads: nobody owes an answer, and time brings nothing back.
    led.ask(&led.stage.avocet, Command::TakeLead { person: led.stage.avocet.person }).await.unwrap();
    let homepage = led.homepage().await;
    assert_eq!((homepage.hand_off, homepage.last_hand_off), (None, None));
    assert!(homepage.timeline.iter().all(|item| item.data["how"] != "withdrawn"), "the lead says it");
    assert_eq!(led.stage.count("select count(*) from activity where verb = 'hand_off_ended'").await, 1);
    let late = led.ask(&led.godwit, Command::AcceptHandOff { hand_off: first }).await;
    assert_eq!(refused(late), Refusal::HandOffEnded { how: HandOffStatus::Withdrawn });
    led.ask(&led.stage.avocet, offer(second, led.godwit.person)).await.unwrap();
    led.ask(&led.curlew, Command::Recover).await.unwrap();
    assert!(led.stage.store.to_do(&led.godwit).await.unwrap().iter().all(|owed| owed.debt != Debt::HandOff));
    assert_eq!(led.stage.store.remind(System::Worker).await.unwrap().hand_offs, 0);
}

#[tokio::test]
async fn an_offer_from_before_that_outlived_its_incident_is_owed_by_nobody_and_comes_back_quietly() {
    let Some(led) = Led::set().await else { return };
    led.ask(&led.curlew, offer(new(), led.godwit.person)).await.unwrap();
    // As a program before this one left it behind.
    led.stage.run("update incidents set status = 'recovered', status_since = now()").await;
    led.stage.run("update hand_offs set expires_at = now() - interval '1 second'").await;
    assert!(led.stage.store.to_do(&led.godwit).await.unwrap().is_empty());
    assert_eq!(led.stage.store.remind(System::Worker).await.unwrap().hand_offs, 1);
    for who in [&led.curlew, &led.stage.avocet] {
        let told = led.stage.store.notifications(who).await.unwrap();
        assert!(told.iter().all(|one| one.told != Told::HandOffCameBack), "{told:?}");
    }
    let status: String = sqlx::query_scalar("select status from hand_offs").fetch_one(&led.stage.sql).await.unwrap();
    assert_eq!(status, HandOffStatus::Withdrawn.as_str());
}

#[tokio::test]
async fn that_it_came_back_is_news_for_an_hour_and_told_by_the_software() {
    let Some(led) = Led::set().await else { return };
    led.ask(&led.curlew, offer(new(), led.godwit.person)).await.unwrap();
    led.stage.run("update hand_offs set expires_at = now() - interval '1 second'").await;
    assert_eq!(led.stage.store.remind(System::Worker).await.unwrap().hand_offs, 1);
    let homepage = led.homepage().await;
    assert_eq!(homepage.timeline[0].source, Source::Software);
    assert_eq!(homepage.last_hand_off.unwrap().status, HandOffStatus::Expired);
    led.stage.run("update hand_offs set answered_at = now() - interval '61 minutes'").await;
    assert_eq!(led.homepage().await.last_hand_off, None);
}
