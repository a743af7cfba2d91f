//! The one list of whatever somebody owes, and its count in the frame.

use chrono::{TimeDelta, Utc};
use domain::incidents::{Aim, Baton, Cause, Command, Role};
use domain::key_times::{KeyTimeKind, Precision};
use domain::notifications::Told;
use domain::text::Summary;
use domain::to_do::Debt;
use domain::{ActionItemId, HandOffId, IncidentId, PersonId, System, TaskId, Viewer};
use uuid::Uuid;

use crate::stage::{Stage, body, title};

fn task(assignee: PersonId) -> Command {
    Command::AddTask {
        task: TaskId::from_uuid(Uuid::now_v7()),
        title: title("Drain the queue"),
        assignee: Some(assignee),
    }
}

fn action(owner: PersonId) -> Command {
    let action = ActionItemId::from_uuid(Uuid::now_v7());
    Command::AddActionItem { action, title: title("Cap retries"), aim: Aim::Prevent, owner: Some(owner) }
}

fn promise() -> Command {
    let next_update_due_at = Some(Utc::now() + TimeDelta::minutes(10));
    Command::Update { body: body("We look at it."), status: None, severity: None, next_update_due_at }
}

impl Stage {
    /// What somebody owes, in its order; the frame counts the same.
    async fn owed(&self, who: &Viewer) -> Vec<Debt> {
        let list = self.store.to_do(who).await.unwrap();
        assert_eq!(self.store.frame(who).await.unwrap().to_do, i64::try_from(list.len()).unwrap());
        list.into_iter().map(|item| item.debt).collect()
    }

    async fn all(&self, who: &Viewer, incident: IncidentId, commands: impl IntoIterator<Item = Command>) {
        for command in commands {
            self.ask(who, incident, command).await.unwrap();
        }
    }
}

#[tokio::test]
async fn whatever_is_owed_stands_in_one_list_by_urgency() {
    let Some(stage) = Stage::set().await else { return };
    let (curlew, godwit) = (stage.member("Curlew").await, stage.member("Godwit").await);
    assert!(stage.owed(&curlew).await.is_empty());
    let one = stage.declare(&godwit, "Webhooks delayed").await.incident;
    let over = stage.declare(&curlew, "No build starts").await.incident;
    stage
        .all(&curlew, over, [Command::TakeLead { person: curlew.person }, action(curlew.person), Command::Recover])
        .await;
    stage.all(&curlew, one, [Command::TakeLead { person: curlew.person }, task(curlew.person), promise()]).await;
    let expected = [
        Debt::Update,
        Debt::Task,
        Debt::StartMissing,
        Debt::DetectedMissing,
        Debt::CauseOpen,
        Debt::NobodyWrites,
        Debt::ActionItem,
    ];
    assert_eq!(stage.owed(&curlew).await, expected);
    assert!(stage.owed(&godwit).await.is_empty());

    // Who is offered the lead owes the answer first.
    let hand_off = HandOffId::from_uuid(Uuid::now_v7());
    let offer = Command::OfferHandOff { hand_off, to: godwit.person, baton: Baton { note: body("State: calm.") } };
    stage.all(&curlew, one, [task(godwit.person), offer]).await;
    assert_eq!(stage.owed(&godwit).await, [Debt::HandOff, Debt::Task]);
    let asked = &stage.store.to_do(&godwit).await.unwrap()[0];
    assert_eq!((asked.words.as_str(), asked.subject), ("Curlew", Some(hand_off.uuid())));
    stage.all(&godwit, one, [Command::AcceptHandOff { hand_off }]).await;
    assert_eq!(stage.owed(&godwit).await, [Debt::Update, Debt::Task]);
    assert!(!stage.owed(&curlew).await.contains(&Debt::Update), "it went with the lead");

    // Communications speaks for the lead.
    stage.all(&godwit, one, [Command::GiveRole { role: Role::Communications, person: curlew.person }]).await;
    assert_eq!(stage.owed(&godwit).await, [Debt::Task]);
    assert_eq!(stage.owed(&curlew).await[0], Debt::Update);
}

#[tokio::test]
async fn what_is_done_is_owed_no_more() {
    let Some(stage) = Stage::set().await else { return };
    let curlew = stage.member("Curlew").await;
    let one = stage.declare(&curlew, "Webhooks delayed").await.incident;
    let left = TaskId::from_uuid(Uuid::now_v7());
    let add = Command::AddTask { task: left, title: title("Tell the tenants"), assignee: None };
    stage.all(&curlew, one, [Command::TakeLead { person: curlew.person }, add, Command::Recover]).await;
    let steps = [Debt::StartMissing, Debt::DetectedMissing, Debt::CauseOpen, Debt::NobodyWrites, Debt::TasksLeft];
    assert_eq!(stage.owed(&curlew).await, steps);

    // Two days for the cause: nothing is owed until they are over.
    stage.all(&curlew, one, [Command::BoxTriage { until: Some(Utc::now() + TimeDelta::days(2)) }]).await;
    let rest = [Debt::StartMissing, Debt::DetectedMissing, Debt::NobodyWrites, Debt::TasksLeft];
    assert_eq!(stage.owed(&curlew).await, rest);
    stage.run("update incidents set triage_until = now() - interval '1 minute'").await;
    assert_eq!(stage.owed(&curlew).await[0], Debt::TriageOver);

    let at = Utc::now() - TimeDelta::hours(1);
    let said = |kind| Command::SetKeyTime { kind, at, precision: Precision::Minute, assumed: false };
    let action = ActionItemId::from_uuid(Uuid::now_v7());
    stage
        .all(
            &curlew,
            one,
            [
                Command::SettleCause { cause: Cause::AcceptedUnknown, text: Summary::default(), evidence: Vec::new() },
                said(KeyTimeKind::FailureStarted),
                said(KeyTimeKind::Detected),
                Command::AssignPostmortem { person: curlew.person },
                Command::PromoteTask { task: left, action, aim: Aim::Detect },
            ],
        )
        .await;
    assert_eq!(stage.owed(&curlew).await, [Debt::Postmortem], "they agreed to write it");
    stage.all(&curlew, one, [said(KeyTimeKind::PostmortemReady)]).await;
    assert!(stage.owed(&curlew).await.is_empty());
}

#[tokio::test]
async fn without_a_lead_whoever_reported_it_owes() {
    let Some(stage) = Stage::set().await else { return };
    let (plover, curlew) = (stage.member("Plover").await, stage.member("Curlew").await);
    let one = stage.declare(&plover, "Webhooks delayed").await.incident;
    stage.all(&curlew, one, [promise()]).await;
    assert_eq!(stage.owed(&plover).await, [Debt::Update], "whom the reminder reminds");
    assert!(stage.owed(&curlew).await.is_empty());
    stage.all(&curlew, one, [Command::Recover]).await;
    let steps = [Debt::StartMissing, Debt::DetectedMissing, Debt::CauseOpen, Debt::NobodyWrites];
    assert_eq!(stage.owed(&plover).await, steps);
    // The cause goes to whoever writes of it; the rest stays.
    stage.all(&plover, one, [Command::AssignPostmortem { person: curlew.person }]).await;
    assert_eq!(stage.owed(&plover).await, [Debt::StartMissing, Debt::DetectedMissing]);
    assert_eq!(stage.owed(&curlew).await, [Debt::CauseOpen, Debt::Postmortem]);
}

#[tokio::test]
async fn additional_triage_ends_for_the_same_person_on_the_list_and_in_the_reminder() {
    let Some(stage) = Stage::set().await else { return };
    let (plover, curlew) = (stage.member("Plover").await, stage.member("Curlew").await);
    let one = stage.declare(&plover, "Webhooks delayed").await.incident;
    stage.all(&plover, one, [Command::Recover, Command::AssignPostmortem { person: curlew.person }]).await;
    let reminded = || stage.store.remind(System::Worker);
    assert_eq!(reminded().await.unwrap().triages, 0);
    // Two days after the recovery, although nobody set a time.
    stage.run("update key_times set occurred_at = now() - interval '49 hours' where kind = 'recovered'").await;
    assert_eq!(stage.owed(&curlew).await, [Debt::TriageOver, Debt::Postmortem]);
    assert_eq!((reminded().await.unwrap().triages, reminded().await.unwrap().triages), (1, 0));
    assert!(stage.store.notifications(&curlew).await.unwrap().iter().any(|one| one.told == Told::TriageOver));
    assert!(stage.store.notifications(&plover).await.unwrap().is_empty());
    // Closing settles it, unless somebody gave it its time.
    stage.all(&plover, one, [Command::Close]).await;
    assert!(stage.owed(&curlew).await.is_empty());
    stage.all(&plover, one, [Command::BoxTriage { until: Some(Utc::now() + TimeDelta::days(2)) }]).await;
    stage.run("update incidents set triage_until = now() - interval '1 minute'").await;
    assert_eq!(stage.owed(&curlew).await, [Debt::TriageOver]);
    assert_eq!(reminded().await.unwrap().triages, 1);
}

#[tokio::test]
async fn what_is_old_wakes_nobody() {
    let Some(stage) = Stage::set().await else { return };
    let plover = stage.member("Plover").await;
    let one = stage.declare(&plover, "Webhooks delayed").await.incident;
    stage.all(&plover, one, [Command::Recover]).await;
    stage.run("update key_times set occurred_at = now() - interval '20 days' where kind = 'recovered'").await;
    assert_eq!(stage.store.remind(System::Worker).await.unwrap().triages, 0);
    assert_eq!(stage.owed(&plover).await[0], Debt::TriageOver);
}

#[tokio::test]
async fn tasks_end_with_the_incident_and_closing_settles_the_rest() {
    let Some(stage) = Stage::set().await else { return };
    let curlew = stage.member("Curlew").await;
    let one = stage.declare(&curlew, "Webhooks delayed").await.incident;
    let all = [Command::TakeLead { person: curlew.person }, task(curlew.person), Command::Recover, Command::Close];
    stage.all(&curlew, one, all).await;
    assert!(stage.owed(&curlew).await.is_empty());
}

#[tokio::test]
async fn nothing_of_a_private_incident_is_owed_by_who_may_not_read_it() {
    let Some(stage) = Stage::set().await else { return };
    let (curlew, godwit) = (stage.member("Curlew").await, stage.member("Godwit").await);
    let secret = stage.declare_private(&curlew, "Somebody reads along").await.incident;
    let hand_off = HandOffId::from_uuid(Uuid::now_v7());
    let offer = Command::OfferHandOff { hand_off, to: godwit.person, baton: Baton { note: body("State: calm.") } };
    let inside = [
        Command::Invite { person: godwit.person },
        Command::TakeLead { person: curlew.person },
        task(godwit.person),
        action(godwit.person),
        offer,
    ];
    stage.all(&curlew, secret, inside).await;
    assert_eq!(stage.owed(&godwit).await, [Debt::HandOff, Debt::Task, Debt::ActionItem]);
    stage.run("delete from invitations").await;
    assert!(stage.owed(&godwit).await.is_empty());
    assert!(stage.store.to_do(&godwit).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_crew_is_everybody_who_can_be_asked_with_their_hours() {
    let Some(stage) = Stage::set().await else { return };
    let (curlew, godwit) = (stage.member("Curlew").await, stage.member("Godwit").await);
    stage
        .run("update people set zone = 'Asia/Tokyo', works_from = 600, works_on = '{1,2}' where name = 'Curlew'")
        .await;
    let crew = stage.store.crew(&curlew).await.unwrap();
    let member = crew.member(curlew.person).unwrap();
    assert_eq!(member.shift.zone.name(), "Asia/Tokyo");
    assert_eq!((member.shift.hours.from(), member.shift.hours.on()), (600, [1, 2].as_slice()));
    assert!(!crew.hands_off);
    stage.run("update settings set hand_off = true").await;
    stage.store.deactivate(&stage.avocet, godwit.person).await.unwrap();
    let crew = stage.store.crew(&curlew).await.unwrap();
    assert!(crew.hands_off && crew.member(godwit.person).is_none());
    stage.run("update settings set hand_off = false, engineers = 11").await;
    assert!(stage.store.crew(&curlew).await.unwrap().hands_off, "eleven and more hand off");
}
