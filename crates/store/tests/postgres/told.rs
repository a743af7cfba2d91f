//! History tells everything that can happen in an incident.

use chrono::TimeDelta;
use domain::incidents::{Aim, Baton, Command, HandOffStatus, Role, Visibility};
use domain::text::{LinkLabel, TagName, Url};
use domain::{ActionItemId, HandOffId, LinkId, System, TaskId};
use store::{Deed, Recorded, Step};
use uuid::Uuid;

use crate::stage::{Stage, at, body, past, title};

#[tokio::test]
async fn a_story_has_links_people_tasks_and_a_hand_off() {
    let Some(stage) = Stage::set().await else { return };
    let (curlew, godwit) = (stage.member("Curlew").await.person, stage.member("Godwit").await.person);
    // Whoever left since then was there.
    stage.run("update people set deactivated_at = now(), deactivated_by = 'admin' where name = 'Godwit'").await;
    let other = stage.record(past("Before", at("2026-01-01T10:00:00Z"), 5)).await;
    let other = stage.store.find(&stage.avocet, other).await.unwrap().unwrap();
    let (task, hand_off) = (TaskId::from_uuid(Uuid::now_v7()), HandOffId::from_uuid(Uuid::now_v7()));
    let url = Url::parse("https://graphs.example/1").unwrap();
    let commands = [
        (curlew, Command::TakeLead { person: curlew }),
        (curlew, Command::GiveRole { role: Role::Operations, person: godwit }),
        (curlew, Command::AttachLink { link: LinkId::from_uuid(Uuid::now_v7()), url: url.clone(), label: None }),
        (curlew, Command::AddTag { name: TagName::parse("deploy").unwrap() }),
        (curlew, Command::AddTask { task, title: title("Ask"), assignee: Some(godwit) }),
        (curlew, Command::Relate { other }),
        (curlew, Command::Invite { person: stage.avocet.person }),
        (curlew, Command::ChangeVisibility { to: Visibility::Private }),
        (curlew, Command::OfferHandOff { hand_off, to: godwit, baton: Baton { note: body("All is said.") } }),
        (godwit, Command::AcceptHandOff { hand_off }),
        (godwit, Command::PromoteTask { task, action: ActionItemId::from_uuid(Uuid::now_v7()), aim: Aim::Prevent }),
    ];
    let start = at("2026-01-05T10:00:00Z");
    let mut story = past("Webhooks", start, 60);
    let over = std::mem::take(&mut story.steps);
    let step = |n: usize, person, deed| Step {
        at: start + TimeDelta::minutes(i64::try_from(n).unwrap()),
        recorded_at: None,
        person: Some(person),
        label: None,
        deed,
    };
    story.steps =
        commands.into_iter().enumerate().map(|(n, (who, command))| step(n, who, Deed::Command(command))).collect();
    // The same link again is no reason to refuse the whole story.
    story.steps.push(step(20, curlew, Deed::Link(LinkLabel::parse("Graph").unwrap(), url)));
    story.steps.extend(over);
    let Recorded::New(told) = stage.store.record(System::Demo, story).await.unwrap() else { panic!() };
    let homepage = stage.store.homepage(&stage.avocet, told.reference).await.unwrap().unwrap();
    assert_eq!(homepage.lead.as_ref().unwrap().id, godwit);
    assert_eq!((homepage.links.len(), homepage.tags.len(), homepage.related.len()), (1, 1, 1));
    assert_eq!((homepage.tasks.len(), homepage.action_items.len()), (1, 1));
    assert_eq!((homepage.hand_off, homepage.last_hand_off), (None, None));
    assert_eq!(homepage.visibility, Visibility::Private);
    assert_eq!(homepage.seq, told.seq);
    let answered: String = sqlx::query_scalar("select status from hand_offs").fetch_one(&stage.sql).await.unwrap();
    assert_eq!(answered, HandOffStatus::Accepted.as_str());
}
