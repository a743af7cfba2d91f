use super::*;
use domain::incidents::{Baton, Declaration, Kind, Status};
use domain::key_times::{KeyTime, KeyTimeKind, KeyTimeSource, Precision};
use domain::text::{LinkLabel, MarkdownText, Reason, Summary, TagName, Title, Url};
use domain::{ActionItemId, HandOffId, IncidentId, LinkId, TagId, TaskId, TimelineItemId};

fn uuid(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn person(n: u128) -> PersonId {
    PersonId::from_uuid(uuid(n))
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn title(text: &str) -> Title {
    Title::parse(text).unwrap()
}

fn body(text: &str) -> MarkdownText {
    MarkdownText::parse(text).unwrap()
}

fn names() -> Names {
    let named = [(1, "Curlew"), (2, "Godwit"), (11, "Sev2"), (12, "Sev1"), (21, "Webhooks"), (31, "INC-11")];
    Names::of(named.map(|(n, name)| (uuid(n), name.to_owned())))
}

/// One of each kind, and the sentence that Curlew's row says in Tokyo. An event that is new
/// has no verb in the list below, and the test says which.
fn every_event() -> Vec<(Event, &'static str)> {
    let (curlew, godwit) = (person(1), person(2));
    let (item, task) = (TimelineItemId::from_uuid(uuid(41)), TaskId::from_uuid(uuid(42)));
    let (link, action) = (LinkId::from_uuid(uuid(43)), ActionItemId::from_uuid(uuid(44)));
    let (hand_off, tag) = (HandOffId::from_uuid(uuid(45)), TagId::from_uuid(uuid(46)));
    let (sev2, sev1) = (SeverityId::from_uuid(uuid(11)), SeverityId::from_uuid(uuid(12)));
    let (webhooks, other) = (ComponentId::from_uuid(uuid(21)), IncidentId::from_uuid(uuid(31)));
    let noon = at("2025-11-20T03:00:00Z");
    let reason = Reason::parse("It came back after an hour").unwrap();
    let declaration = Declaration {
        id: other,
        title: title("Webhooks delayed"),
        summary: Summary::default(),
        kind: Kind::Real,
        visibility: Visibility::Public,
        status: Status::Triage,
        severity: sev2,
        reporter: Some(curlew),
        lead: None,
        key_times: Vec::new(),
    };
    let key_time = KeyTime {
        kind: KeyTimeKind::FailureStarted,
        at: noon,
        precision: Precision::Minute,
        source: KeyTimeSource::Manual,
        assumed: true,
        recorded_at: noon,
        recorded_by: Some(curlew),
    };
    vec![
        (Event::Declared(Box::new(declaration)), "declared it as Triage: “Webhooks delayed”."),
        (
            Event::StatusChanged { from: Status::Triage, to: Status::Cancelled, reason: Some(reason.clone()) },
            "set the status from Triage to Cancelled, because: “It came back after an hour”.",
        ),
        (Event::Merged { from: Status::Triage, into: other }, "merged it, which was Triage, into INC-11."),
        (
            Event::Reopened { from: Status::Closed, to: Status::Investigating, reason },
            "re-opened it, which was Closed, as Investigating, because: “It came back after an hour”.",
        ),
        (Event::SeverityChanged { from: sev2, to: sev1 }, "set the severity from Sev2 to Sev1."),
        (
            Event::RoleGiven { role: Role::Lead, person: godwit, before: Some(curlew) },
            "gave the lead from Curlew to Godwit.",
        ),
        (Event::RoleEnded { role: Role::Operations, person: curlew }, "gave up operations."),
        (Event::Renamed { from: title("Slow"), to: title("Late") }, "changed the title from “Slow” to “Late”."),
        (Event::Summarised { from: Summary::default(), to: Summary::default() }, "took the summary away."),
        (
            Event::CauseSettled {
                from: Cause::Unknown,
                to: Cause::Confirmed,
                text: Summary::parse("Retries").unwrap(),
                evidence: vec![item],
            },
            "set the cause from unknown to confirmed: “Retries”. One timeline item shows it.",
        ),
        (Event::KeyTimeSet(key_time), "assumed: failure started at Thu 20 Nov 2025, 12:00."),
        (Event::KeyTimeSuperseded { kind: KeyTimeKind::Recovered }, "let the time “recovered” count no more."),
        (Event::NextUpdatePromised { due_at: Some(noon) }, "promised the next update for Thu 20 Nov 2025, 12:00."),
        (
            Event::Noted { body: body("Seen"), occurred_at: Some(noon) },
            "wrote a note of what happened at Thu 20 Nov 2025, 12:00: “Seen”.",
        ),
        (
            Event::Updated { body: body("Late."), status: None, severity: None, next_update_due_at: None },
            "told everybody: “Late.”",
        ),
        (Event::PostmortemAssigned { from: None, to: godwit }, "asked Godwit to write the postmortem."),
        (
            Event::ItemEdited {
                item,
                body_before: "41,000".into(),
                occurred_at_before: noon,
                body: body("14,000"),
                occurred_at: noon,
            },
            "edited a timeline item from “41,000” to “14,000”.",
        ),
        (Event::ItemHidden { item }, "hid a timeline item."),
        (Event::ItemRestored { item }, "showed a hidden timeline item again."),
        (
            Event::LinkAttached {
                link,
                url: Url::parse("https://logs.example/").unwrap(),
                label: Some(LinkLabel::parse("Logs").unwrap()),
            },
            "attached a link: “Logs” “https://logs.example/”.",
        ),
        (Event::LinkRemoved { link }, "removed a link."),
        (Event::ComponentAdded { component: webhooks }, "added the component Webhooks."),
        (Event::ComponentRemoved { component: webhooks }, "took the component Webhooks away."),
        (Event::TagAdded { name: TagName::parse("retries").unwrap() }, "added the tag “retries”."),
        (Event::TagRemoved { tag }, "removed a tag."),
        (Event::Related { other }, "related it to INC-11."),
        (Event::Unrelated { other }, "said that it has nothing to do with INC-11."),
        (Event::VisibilityChanged { from: Visibility::Public, to: Visibility::Private }, "made it private."),
        (Event::PersonJoined { person: curlew }, "followed it from then on."),
        (Event::PersonLeft { person: godwit }, "let Godwit follow it no more."),
        (Event::PersonInvited { person: godwit }, "invited Godwit."),
        (Event::PersonRemoved { person: person(9) }, "took somebody out."),
        (
            Event::TaskAdded { task, title: title("Drain the queue"), assignee: Some(godwit) },
            "added a task for Godwit: “Drain the queue”.",
        ),
        (Event::TaskAssigned { task, from: None, to: None }, "left a task to nobody in particular."),
        (
            Event::TaskRenamed { task, from: title("Drain"), to: title("Empty") },
            "changed a task from “Drain” to “Empty”.",
        ),
        (Event::TaskTicked { task, done: true }, "ticked a task as done."),
        (Event::TaskPromoted { task, action }, "promoted a task to an action item."),
        (
            Event::ActionItemAdded { action, title: title("Cap retries"), aim: Aim::Prevent, owner: None },
            "added an action item to prevent it: “Cap retries”.",
        ),
        (
            Event::HandOffOffered {
                hand_off,
                from: curlew,
                to: godwit,
                baton: Baton { note: body("All quiet") },
                expires_at: noon,
            },
            "offered the lead to Godwit, who has until Thu 20 Nov 2025, 12:00 to answer.",
        ),
        (
            Event::HandOffEnded { hand_off, from: curlew, to: godwit, how: HandOffStatus::Expired },
            "ended the offer of the lead to Godwit: no answer, so it came back to Curlew.",
        ),
        (Event::TriageBoxed { until: noon }, "gave additional triage until Thu 20 Nov 2025, 12:00."),
    ]
}

/// The verbs of the table above, in its order; [`did`] has no arm for “any other”, so that
/// a new event does not compile without words, and is missed here without a sentence.
#[test]
fn every_event_has_its_sentence() {
    let tokyo = Zone::parse("Asia/Tokyo").unwrap();
    let mut verbs = std::collections::BTreeSet::new();
    for (event, says) in every_event() {
        assert_eq!(did(&event, Some(person(1)), &names(), &tokyo), says, "{}", event.verb());
        assert!(says.ends_with('.') || says.ends_with(".”"), "{says}");
        assert!(verbs.insert(event.verb()), "{} twice", event.verb());
    }
    assert_eq!(verbs.len(), 41, "a new event wants its sentence here: {verbs:?}");
}

#[test]
fn whom_nobody_may_know_is_somebody() {
    let (given, nobody) = (Event::RoleGiven { role: Role::Lead, person: person(7), before: None }, Names::default());
    assert_eq!(did(&given, None, &nobody, &Zone::UTC), "gave the lead to somebody.");
    let merged = Event::Merged { from: Status::Triage, into: IncidentId::from_uuid(uuid(31)) };
    assert_eq!(did(&merged, None, &nobody, &Zone::UTC), "merged it, which was Triage, into another incident.");
}

#[test]
fn a_long_text_is_cut_where_it_is_only_quoted() {
    let note = Event::Noted { body: body(&"語".repeat(400)), occurred_at: None };
    let says = did(&note, None, &names(), &Zone::UTC);
    assert!(says.ends_with("語…”.") && says.chars().count() < 330, "{says}");
}

#[test]
fn a_verb_of_an_earlier_version_is_still_said() {
    assert_eq!(did_something("invited"), "invited somebody.");
    assert_eq!(did_something("key_time_lost"), "did this: key time lost.");
}
