//! What the tests play with: a few people, a few severities, any command, and the
//! sentences that must be true of every incident.

#![allow(dead_code)]

use chrono::{DateTime, TimeDelta, Utc};
use domain::incidents::*;
use domain::key_times::*;
use domain::text::*;
use domain::*;
use proptest::prelude::*;
use uuid::Uuid;

pub fn person(n: u128) -> PersonId {
    PersonId::from_uuid(Uuid::from_u128(n))
}

pub fn severity(n: u128) -> SeverityId {
    SeverityId::from_uuid(Uuid::from_u128(100 + n))
}

pub fn incident(n: u128) -> IncidentId {
    IncidentId::from_uuid(Uuid::from_u128(1000 + n))
}

pub const REPORTER: u128 = 1;
pub const RESPONDER: u128 = 2;

pub fn start() -> DateTime<Utc> {
    "2025-11-20T14:32:00Z".parse().unwrap()
}

pub fn at(minute: i64) -> DateTime<Utc> {
    start() + TimeDelta::minutes(minute)
}

/// A responder, at a page, some minutes after the declaration.
pub fn then(minute: i64) -> Moment {
    Moment::new(at(minute), Actor::Person(person(RESPONDER)), Source::Web)
}

/// The reporter, at a page, some minutes after the declaration.
pub fn reporter_then(minute: i64) -> Moment {
    Moment::new(at(minute), Actor::Person(person(REPORTER)), Source::Web)
}

pub fn reason() -> Reason {
    Reason::parse("It came back on two tenants.").unwrap()
}

pub fn declaration(status: Status) -> Declaration {
    Declaration {
        id: incident(0),
        title: Title::parse("Webhooks delayed for some tenants").unwrap(),
        summary: Summary::default(),
        kind: Kind::Real,
        visibility: Visibility::Public,
        status,
        severity: severity(2),
        reporter: Some(person(REPORTER)),
        lead: None,
        key_times: Vec::new(),
    }
}

pub fn declared(status: Status) -> IncidentState {
    declare(&declaration(status), &reporter_then(0)).unwrap().0
}

/// Decides and makes it true; every event follows from the state before it.
pub fn run(state: &mut IncidentState, command: &Command, moment: &Moment) -> Result<Vec<Event>, Refusal> {
    let events = decide(state, command, moment)?;
    for event in &events {
        state.apply(event);
    }
    Ok(events)
}

#[track_caller]
pub fn done(state: &mut IncidentState, command: Command, moment: &Moment) -> Vec<Event> {
    run(state, &command, moment).unwrap_or_else(|refusal| panic!("{command:?}: {refusal}"))
}

/// An incident with that status, brought there by commands.
pub fn with_status(status: Status) -> IncidentState {
    let open =
        if status == Status::Triage || status == Status::Declined { Status::Triage } else { Status::Investigating };
    let mut state = declared(open);
    let command = match status {
        Status::Triage | Status::Investigating => return state,
        Status::Identified | Status::Monitoring => Command::Move { to: status },
        Status::Recovered => Command::Recover,
        Status::Closed => Command::Close,
        Status::Declined => Command::Decline { reason: reason() },
        Status::Merged => Command::Merge { target: incident(9), chain: vec![] },
        Status::Cancelled => Command::Cancel { reason: reason() },
    };
    done(&mut state, command, &then(1));
    assert_eq!(state.status, status);
    state
}

/// What must be true of every incident, whatever was asked of it.
pub fn check(state: &IncidentState) {
    let has = |kind| state.key_times.has(kind);
    let status = state.status;
    assert_eq!(status == Status::Merged, state.merged_into.is_some(), "merged and its target");
    assert_ne!(state.merged_into, Some(state.id), "merged into itself");
    assert_eq!(status == Status::Closed, has(KeyTimeKind::Closed), "closed and its time");
    assert!(status != Status::Recovered || has(KeyTimeKind::Recovered), "recovered without a time");
    assert!(!status.is_open() || !has(KeyTimeKind::Recovered), "open with a recovery that counts");
    assert!(status.is_open() || state.next_update_due_at.is_none(), "a promise after the end");
    assert_eq!(state.cause.is_settled(), has(KeyTimeKind::CauseSettled), "cause and its time");
    assert!(has(KeyTimeKind::Reported), "every incident was reported");
    let in_triage = state.triage_until.is_some();
    assert!(!in_triage || !(status.is_open() || state.cause.is_settled()), "triage of what is open or settled");
}

/// Every event must name a step that the table allows, starting where the last one ended.
pub fn check_steps(mut state: IncidentState, events: &[Event]) {
    for event in events {
        let before = state.clone();
        state.apply(event);
        let (from, to) = match event {
            Event::StatusChanged { from, to, .. } | Event::Reopened { from, to, .. } => (*from, *to),
            Event::Merged { from, .. } => (*from, Status::Merged),
            _ => {
                assert_eq!(before.status, state.status, "{} changed the status", event.verb());
                let tells_only = is_beside(event);
                assert!(tells_only || before != state, "{} changed nothing", event.verb());
                continue;
            }
        };
        assert_eq!((before.status, state.status), (from, to));
        let expected = match event {
            Event::StatusChanged { reason: None, .. } => &[Transition::Legal, Transition::WhenNothingGuardedIsOwed][..],
            Event::Merged { .. } => &[Transition::LegalIntoTarget],
            _ => &[Transition::LegalWithReason],
        };
        assert!(expected.contains(&transition(from, to)), "{event:?}");
    }
}

/// Whether an event changes something beside the incident itself, or tells only.
fn is_beside(event: &Event) -> bool {
    match event {
        // The evidence of the cause may be all that changed.
        Event::Noted { .. } | Event::Updated { .. } | Event::CauseSettled { .. } => true,
        Event::ItemEdited { .. } | Event::ItemHidden { .. } | Event::ItemRestored { .. } => true,
        Event::LinkAttached { .. } | Event::LinkRemoved { .. } => true,
        Event::ComponentAdded { .. } | Event::ComponentRemoved { .. } => true,
        Event::TagAdded { .. } | Event::TagRemoved { .. } => true,
        Event::Related { .. } | Event::Unrelated { .. } => true,
        Event::PersonJoined { .. } | Event::PersonLeft { .. } => true,
        Event::PersonInvited { .. } | Event::PersonRemoved { .. } => true,
        Event::TaskAdded { .. } | Event::TaskAssigned { .. } | Event::TaskRenamed { .. } => true,
        Event::TaskTicked { .. } | Event::TaskPromoted { .. } | Event::ActionItemAdded { .. } => true,
        Event::HandOffOffered { .. } | Event::HandOffEnded { .. } => true,
        _ => false,
    }
}

fn one_of<T: Copy + std::fmt::Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = T> {
    proptest::sample::select(all)
}

fn any_person() -> impl Strategy<Value = PersonId> {
    (1u128..5).prop_map(person)
}

fn any_severity() -> impl Strategy<Value = SeverityId> {
    (1u128..4).prop_map(severity)
}

fn any_minute() -> impl Strategy<Value = DateTime<Utc>> {
    (-300i64..300).prop_map(at)
}

fn any_summary() -> impl Strategy<Value = Summary> {
    one_of(&["", "Queue is full.", "Retries were grouped wrongly."]).prop_map(|text| Summary::parse(text).unwrap())
}

pub fn any_declaration() -> impl Strategy<Value = Declaration> {
    let stated =
        (one_of(KeyTimeKind::ALL), any_minute(), one_of(Precision::ALL), one_of(KeyTimeSource::ALL), any::<bool>())
            .prop_map(|(kind, at, precision, source, assumed)| StatedKeyTime { kind, at, precision, source, assumed });
    (
        one_of(Status::ALL),
        one_of(Kind::ALL),
        one_of(Visibility::ALL),
        proptest::option::of(any_person()),
        proptest::option::of(any_person()),
        proptest::collection::vec(stated, 0..4),
    )
        .prop_map(|(status, kind, visibility, reporter, lead, key_times)| Declaration {
            kind,
            visibility,
            reporter,
            lead,
            key_times,
            ..declaration(status)
        })
}

pub fn any_command() -> impl Strategy<Value = Command> {
    let status = || one_of(Status::ALL);
    prop_oneof![
        1 => status().prop_map(|to| Command::Accept { to }),
        4 => status().prop_map(|to| Command::Move { to }),
        1 => Just(Command::Recover),
        1 => Just(Command::Close),
        1 => Just(Command::Decline { reason: reason() }),
        1 => Just(Command::Cancel { reason: reason() }),
        1 => (0u128..4, proptest::collection::vec((0u128..4).prop_map(incident), 0..3))
            .prop_map(|(target, chain)| Command::Merge { target: incident(target), chain }),
        4 => (prop_oneof![3 => Just(Status::Investigating), 1 => status()])
            .prop_map(|to| Command::Reopen { to, reason: reason() }),
        1 => any_severity().prop_map(|to| Command::ChangeSeverity { to }),
        1 => any_person().prop_map(|person| Command::TakeLead { person }),
        1 => (one_of(Role::ALL), any_person()).prop_map(|(role, person)| Command::GiveRole { role, person }),
        1 => one_of(Role::ALL).prop_map(|role| Command::EndRole { role }),
        1 => one_of(&["Webhooks delayed", "Webhooks late"]).prop_map(|title| Command::Rename { title: Title::parse(title).unwrap() }),
        1 => any_summary().prop_map(|summary| Command::Summarise { summary }),
        1 => (one_of(Cause::ALL), any_summary()).prop_map(|(cause, text)| Command::SettleCause { cause, text, evidence: Vec::new() }),
        9 => any_part_command(),
        3 => (one_of(KeyTimeKind::ALL), any_minute(), one_of(Precision::ALL), any::<bool>())
            .prop_map(|(kind, at, precision, assumed)| Command::SetKeyTime { kind, at, precision, assumed }),
        1 => Just(Command::Note { body: MarkdownText::parse("The queue is at 41,000.").unwrap() }),
        3 => (proptest::option::of(status()), proptest::option::of(any_severity()), proptest::option::of(any_minute()))
            .prop_map(|(status, severity, next_update_due_at)| Command::Update {
                body: MarkdownText::parse("Rollback is out.").unwrap(), status, severity, next_update_due_at,
            }),
        1 => any_person().prop_map(|person| Command::AssignPostmortem { person }),
    ]
}

fn id<T: From<Uuid>>(n: u128) -> T {
    T::from(Uuid::from_u128(2000 + n))
}

/// Anything about a part of the incident: its timeline, links, people, tasks, hand-off.
pub fn any_part_command() -> impl Strategy<Value = Command> {
    let text = || MarkdownText::parse("Ask the provider.").unwrap();
    let title = || Title::parse("Ask the provider").unwrap();
    let one = || 0u128..3;
    let items = prop_oneof![
        any_minute().prop_map(move |occurred_at| Command::Recount { body: text(), occurred_at }),
        (one(), any_minute()).prop_map(move |(n, occurred_at)| Command::EditItem {
            item: id(n),
            body: text(),
            occurred_at
        }),
        one().prop_map(|n| Command::HideItem { item: id(n) }),
        one().prop_map(|n| Command::RestoreItem { item: id(n) }),
        (one_of(Cause::ALL), any_summary(), proptest::collection::vec(one().prop_map(id), 1..3))
            .prop_map(|(cause, text, evidence)| Command::SettleCause { cause, text, evidence }),
    ];
    let attached = prop_oneof![
        one().prop_map(|n| Command::AttachLink {
            link: id(n),
            url: Url::parse("https://status.example").unwrap(),
            label: None
        }),
        one().prop_map(|n| Command::RemoveLink { link: id(n) }),
        one().prop_map(|n| Command::AddComponent { component: id(n) }),
        one().prop_map(|n| Command::RemoveComponent { component: id(n) }),
        Just(Command::AddTag { name: TagName::parse("deploy").unwrap() }),
        one().prop_map(|n| Command::RemoveTag { tag: id(n) }),
        one().prop_map(|n| Command::Relate { other: incident(n) }),
        one().prop_map(|n| Command::Unrelate { other: incident(n) }),
    ];
    let people = prop_oneof![
        one_of(Visibility::ALL).prop_map(|to| Command::ChangeVisibility { to }),
        Just(Command::Join),
        Just(Command::Leave),
        any_person().prop_map(|person| Command::Invite { person }),
        any_person().prop_map(|person| Command::RemovePerson { person }),
    ];
    let whom = || proptest::option::of(any_person());
    let tasks = prop_oneof![
        (one(), whom()).prop_map(move |(n, assignee)| Command::AddTask { task: id(n), title: title(), assignee }),
        (one(), whom()).prop_map(|(n, assignee)| Command::AssignTask { task: id(n), assignee }),
        one().prop_map(move |n| Command::RenameTask { task: id(n), title: title() }),
        (one(), any::<bool>()).prop_map(|(n, done)| Command::TickTask { task: id(n), done }),
        (one(), one_of(Aim::ALL)).prop_map(|(n, aim)| Command::PromoteTask { task: id(n), action: id(n), aim }),
        (one_of(Aim::ALL), whom()).prop_map(move |(aim, owner)| Command::AddActionItem {
            action: id(9),
            title: title(),
            aim,
            owner
        }),
        proptest::option::of(any_minute()).prop_map(|until| Command::BoxTriage { until }),
    ];
    let hand_off = prop_oneof![
        any_person().prop_map(move |to| Command::OfferHandOff { hand_off: id(0), to, baton: Baton { note: text() } }),
        Just(Command::AcceptHandOff { hand_off: id(0) }),
        Just(Command::DeclineHandOff { hand_off: id(0) }),
        Just(Command::WithdrawHandOff { hand_off: id(0) }),
        Just(Command::ExpireHandOff { hand_off: id(0) }),
    ];
    prop_oneof![items, attached, people, tasks, hand_off]
}

/// What a store might find of the part and the person that a command names: anything.
pub fn any_around() -> impl Strategy<Value = (Part, Option<Named>, Option<Engagement>)> {
    let item = (any::<bool>(), any_minute(), any::<bool>()).prop_map(|(is_written, at, is_hidden)| {
        Part::Item(ItemState { is_written, body: "Queue is full.".into(), occurred_at: at, changed_at: at, is_hidden })
    });
    let task = (proptest::option::of(any_person()), any::<bool>(), any::<bool>()).prop_map(
        |(assignee, is_done, is_promoted)| {
            let title = Title::parse("Look at the queue").unwrap();
            Part::Task(TaskState { title, assignee, is_done, is_promoted })
        },
    );
    let hand_off = (any_person(), any_person(), one_of(HandOffStatus::ALL), any_minute())
        .prop_map(|(from, to, status, expires_at)| Part::HandOff(HandOffState { from, to, status, expires_at }));
    let items = || proptest::collection::vec((0u128..3).prop_map(id), 0..3);
    let part = prop_oneof![
        2 => Just(Part::Whole),
        1 => Just(Part::Missing),
        3 => item,
        3 => task,
        4 => hand_off,
        1 => any::<bool>().prop_map(Part::Attached),
        1 => any::<bool>().prop_map(Part::Waiting),
        1 => (items(), items()).prop_map(|(is, known)| Part::Evidence { is, known }),
    ];
    let engagement = || proptest::option::of(one_of(Engagement::ALL));
    let named = (any::<bool>(), any::<bool>(), engagement()).prop_map(|(is_active, is_inside, engagement)| Named {
        is_active,
        is_inside,
        engagement,
    });
    (part, proptest::option::of(named), engagement())
}

/// Anybody, from anywhere, up to an hour after the moment before; sometimes with something
/// owed, sometimes having looked at something else.
pub fn any_moment() -> impl Strategy<Value = (TimeDelta, Actor, Source, bool, Seen)> {
    let actor = prop_oneof![
        4 => any_person().prop_map(Actor::Person),
        1 => one_of(System::ALL).prop_map(Actor::System),
    ];
    let seen = (proptest::option::weighted(0.2, one_of(Status::ALL)), proptest::option::weighted(0.2, any_severity()))
        .prop_map(|(status, severity)| Seen { status, severity, ..Seen::default() });
    let later = (0i64..60).prop_map(TimeDelta::minutes);
    (later, actor, one_of(Source::ALL), proptest::bool::weighted(0.2), seen)
}
