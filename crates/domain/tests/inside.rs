//! What is asked of the parts of an incident: timeline, people, tasks, the lead's hand-off.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod model;

use chrono::TimeDelta;
use domain::incidents::*;
use domain::key_times::KeyTimeKind;
use domain::text::{MarkdownText, Summary, Title, Url};
use domain::*;
use model::*;
use uuid::Uuid;

fn id<T: From<Uuid>>() -> T {
    T::from(Uuid::from_u128(7))
}

fn with(minute: i64, part: Part) -> Moment {
    Moment { part, ..then(minute) }
}

fn by(moment: Moment, n: u128) -> Moment {
    Moment { actor: Actor::Person(person(n)), ..moment }
}

fn text(words: &str) -> MarkdownText {
    MarkdownText::parse(words).unwrap()
}

#[track_caller]
fn refuses(state: &IncidentState, command: Command, moment: &Moment) -> Refusal {
    decide(state, &command, moment).expect_err("should be refused")
}

fn written(is_written: bool, is_hidden: bool) -> Part {
    Part::Item(ItemState {
        is_written,
        body: "Queue is full.".into(),
        occurred_at: at(3),
        changed_at: at(4),
        is_hidden,
    })
}

#[test]
fn only_what_somebody_wrote_gets_other_words() {
    let state = declared(Status::Investigating);
    let edit = |words, minute| Command::EditItem { item: id(), body: text(words), occurred_at: at(minute) };
    assert_eq!(refuses(&state, edit("x", 3), &with(5, written(false, false))), Refusal::NotWritten);
    assert_eq!(refuses(&state, edit("x", 3), &with(5, Part::Missing)), Refusal::NotFound);
    let future = Refusal::invalid("occurred_at", Why::InTheFuture);
    assert_eq!(refuses(&state, edit("x", 6), &with(5, written(true, false))), future);
    let same = edit("Queue is full.", 3);
    assert_eq!(refuses(&state, same.clone(), &with(5, written(true, false))), Refusal::unchanged("item"));
    let mut late = with(5, written(true, false));
    late.seen.item = Some(at(3));
    assert_eq!(refuses(&state, edit("x", 3), &late), Refusal::conflict("item"));
    late.seen.item = Some(at(4));
    let events = decide(&state, &edit("x", 2), &late).unwrap();
    let Event::ItemEdited { body_before, occurred_at_before, .. } = &events[0] else { panic!("{events:?}") };
    assert_eq!((body_before.as_str(), *occurred_at_before), ("Queue is full.", at(3)));
}

#[test]
fn hiding_and_restoring_are_done_once() {
    let state = declared(Status::Investigating);
    let (hide, restore) = (Command::HideItem { item: id() }, Command::RestoreItem { item: id() });
    assert_eq!(refuses(&state, hide.clone(), &with(5, written(false, true))), Refusal::unchanged("item"));
    assert_eq!(refuses(&state, restore.clone(), &with(5, written(false, false))), Refusal::unchanged("item"));
    assert!(decide(&state, &hide, &with(5, written(false, false))).is_ok(), "what the software noted, too");
    assert!(decide(&state, &restore, &with(5, written(false, true))).is_ok());
}

#[test]
fn what_is_attached_is_attached_once_and_what_is_missing_is_not_there() {
    let state = declared(Status::Investigating);
    let link = Command::AttachLink { link: id(), url: Url::parse("https://status.example").unwrap(), label: None };
    assert_eq!(refuses(&state, link.clone(), &with(5, Part::Attached(true))), Refusal::unchanged("link"));
    assert!(decide(&state, &link, &with(5, Part::Attached(false))).is_ok());
    for (command, field) in [
        (Command::RemoveLink { link: id() }, "link"),
        (Command::RemoveComponent { component: id() }, "component"),
        (Command::RemoveTag { tag: id() }, "tag"),
        (Command::Unrelate { other: incident(3) }, "incident"),
    ] {
        assert_eq!(refuses(&state, command.clone(), &with(5, Part::Missing)), Refusal::NotFound);
        assert_eq!(refuses(&state, command.clone(), &with(5, Part::Attached(false))), Refusal::unchanged(field));
        assert!(decide(&state, &command, &with(5, Part::Attached(true))).is_ok());
    }
    let itself = refuses(&state, Command::Relate { other: state.id }, &with(5, Part::Attached(false)));
    assert_eq!(itself, Refusal::invalid("incident", Why::NotKnown));
}

#[test]
fn evidence_has_to_belong_to_the_incident() {
    let state = declared(Status::Investigating);
    let settle = Command::SettleCause { cause: Cause::Unknown, text: Summary::default(), evidence: vec![id()] };
    let evidence = |is: Vec<TimelineItemId>, known| with(5, Part::Evidence { is, known });
    let foreign = refuses(&state, settle.clone(), &evidence(vec![], vec![]));
    assert_eq!(foreign, Refusal::invalid("evidence", Why::NotKnown));
    assert!(decide(&state, &settle, &evidence(vec![], vec![id()])).is_ok(), "also when nothing else changes");
    assert_eq!(refuses(&state, settle, &evidence(vec![id()], vec![id()])), Refusal::unchanged("cause"));
}

#[test]
fn evidence_that_was_not_seen_stays_and_all_of_it_can_be_taken_away() {
    let state = declared(Status::Investigating);
    let [one, two, three] = [1, 2, 3].map(|n| TimelineItemId::from_uuid(Uuid::from_u128(n)));
    let after = |text: &str, named: &[TimelineItemId], seen: Option<&[TimelineItemId]>| {
        let mut moment = with(5, Part::Evidence { is: vec![one, two], known: named.to_vec() });
        moment.seen.evidence = seen.map(<[TimelineItemId]>::to_vec);
        let text = Summary::parse(text).unwrap();
        let settle = Command::SettleCause { cause: Cause::Unknown, text, evidence: named.to_vec() };
        let evidence = |event| if let Event::CauseSettled { evidence, .. } = event { Some(evidence) } else { None };
        decide(&state, &settle, &moment).map(|events| events.into_iter().find_map(evidence).unwrap())
    };
    assert_eq!(after("An index.", &[], None), Ok(vec![one, two]), "whoever saw none takes none away");
    assert_eq!(after("An index.", &[one], Some(&[one])), Ok(vec![one, two]), "another chose the second meanwhile");
    assert_eq!(after("", &[one, three], Some(&[one, two])), Ok(vec![one, three]));
    assert_eq!(after("", &[], Some(&[one, two])), Ok(vec![]), "nothing but that");
    assert_eq!(after("", &[], Some(&[three])), Err(Refusal::unchanged("cause")));
}

#[test]
fn whoever_writes_the_cause_second_is_asked() {
    let mut state = declared(Status::Investigating);
    let settle =
        |cause, text: &str| Command::SettleCause { cause, text: Summary::parse(text).unwrap(), evidence: Vec::new() };
    let saw = |cause, text: &str| {
        let mut moment = then(6);
        moment.seen.cause = Some(cause);
        moment.seen.cause_text = Some(Summary::parse(text).unwrap());
        moment
    };
    done(&mut state, settle(Cause::Suspected, "A bad index."), &then(5));
    let stale = saw(Cause::Suspected, "");
    assert_eq!(refuses(&state, settle(Cause::Suspected, "A full disk."), &stale), Refusal::conflict("cause"));
    assert_eq!(refuses(&state, settle(Cause::Confirmed, ""), &stale), Refusal::conflict("cause"), "not put back");
    // Both wrote the same: the level is a matter of its own.
    assert!(decide(&state, &settle(Cause::Confirmed, "A bad index."), &stale).is_ok());
    assert!(decide(&state, &settle(Cause::Suspected, "A full disk."), &saw(Cause::Suspected, "A bad index.")).is_ok());
    let late = saw(Cause::Unknown, "A bad index.");
    assert_eq!(refuses(&state, settle(Cause::Confirmed, "A bad index."), &late), Refusal::conflict("cause"));
}

#[test]
fn following_inviting_and_saying_no_engage_nobody() {
    let state = declared(Status::Investigating);
    let named = Named { is_active: true, is_inside: true, engagement: None };
    let hand_off = HandOffState {
        from: person(REPORTER),
        to: person(RESPONDER),
        status: HandOffStatus::Offered,
        expires_at: at(20),
    };
    let engages = |command: Command, moment: Moment| {
        let mut state = state.clone();
        done(&mut state, command, &moment);
        state.key_times.has(KeyTimeKind::Engaged)
    };
    assert!(!engages(Command::Join, then(5)));
    assert!(!engages(Command::Leave, Moment { engagement: Some(Engagement::Observer), ..then(5) }));
    assert!(!engages(Command::Invite { person: person(3) }, Moment { named: Some(named), ..then(5) }));
    assert!(!engages(Command::ChangeVisibility { to: Visibility::Private }, then(5)));
    assert!(!engages(Command::DeclineHandOff { hand_off: id() }, with(5, Part::HandOff(hand_off))));
    assert!(engages(Command::Note { body: text("I look at it.") }, then(5)));
}

#[test]
fn the_reporter_and_whoever_holds_a_role_are_always_there() {
    let mut state = declared(Status::Investigating);
    done(&mut state, Command::GiveRole { role: Role::Operations, person: person(3) }, &then(1));
    let taken_part = |moment: Moment| Moment { engagement: Some(Engagement::Active), ..moment };
    for (n, stays) in [(REPORTER, Refusal::ReporterStays), (3, Refusal::AlwaysThere)] {
        assert_eq!(refuses(&state, Command::Leave, &taken_part(by(then(2), n))), stays);
        let named = Some(Named { is_active: true, is_inside: true, engagement: Some(Engagement::Active) });
        let remove = Command::RemovePerson { person: person(n) };
        assert_eq!(refuses(&state, remove, &Moment { named, ..then(2) }), stays);
    }
    assert!(decide(&state, &Command::Leave, &taken_part(by(then(2), 4))).is_ok());
}

#[test]
fn whoever_makes_it_private_stays_inside() {
    let mut state = declared(Status::Investigating);
    let private = Command::ChangeVisibility { to: Visibility::Private };
    let events = decide(&state, &private, &by(then(2), 4)).unwrap();
    assert!(matches!(events[1], Event::PersonInvited { person: invited } if invited == person(4)));
    assert_eq!(decide(&state, &private, &reporter_then(2)).unwrap().len(), 1, "the reporter is inside anyway");
    let invited = Moment { invited: vec![person(4)], ..by(then(2), 4) };
    assert_eq!(decide(&state, &private, &invited).unwrap().len(), 1, "whoever was invited is inside anyway");
    done(&mut state, private.clone(), &reporter_then(2));
    assert_eq!(refuses(&state, private, &reporter_then(3)), Refusal::unchanged("visibility"));
    done(&mut state, Command::ChangeVisibility { to: Visibility::Public }, &reporter_then(3));
}

/// Whom the events let in, in their order.
fn let_in(events: &[Event]) -> Vec<PersonId> {
    let invited = |event: &Event| match event {
        Event::PersonInvited { person } => Some(*person),
        _ => None,
    };
    events.iter().filter_map(invited).collect()
}

#[test]
fn whoever_has_a_role_stays_inside_when_it_goes_private_and_when_they_give_it_away() {
    let mut state = declared(Status::Investigating);
    let give = |role, n| Command::GiveRole { role, person: person(n) };
    for (role, n) in [(Role::Lead, 3), (Role::Operations, 4), (Role::Communications, 5)] {
        let events = done(&mut state, give(role, n), &then(1));
        assert_eq!(let_in(&events), [], "a public incident is for everybody");
    }
    let private = Command::ChangeVisibility { to: Visibility::Private };
    let events = decide(&state, &private, &by(then(2), 4)).unwrap();
    assert_eq!(let_in(&events), [person(3), person(4), person(5)]);
    // It went private at a time when nobody with a role was invited.
    state.visibility = Visibility::Private;
    for command in
        [give(Role::Lead, REPORTER), Command::TakeLead { person: person(6) }, Command::EndRole { role: Role::Lead }]
    {
        let events = decide(&state, &command, &by(then(3), 3)).unwrap();
        assert_eq!(let_in(&events), [person(3)], "{command:?}");
        let invited = Moment { invited: vec![person(3)], ..by(then(3), 3) };
        assert_eq!(let_in(&decide(&state, &command, &invited).unwrap()), [], "once");
    }
    let reporter_leads = IncidentState { lead: Some(person(REPORTER)), ..state };
    assert_eq!(let_in(&decide(&reporter_leads, &give(Role::Lead, 3), &then(4)).unwrap()), []);
}

#[test]
fn work_is_for_whoever_can_sign_in_and_may_read() {
    let state = declared(Status::Investigating);
    let task = TaskState { title: Title::parse("x").unwrap(), assignee: None, is_done: false, is_promoted: false };
    let named = |is_active, is_inside| Some(Named { is_active, is_inside, engagement: None });
    let to = person(4);
    for command in [
        Command::TakeLead { person: to },
        Command::GiveRole { role: Role::Communications, person: to },
        Command::AssignPostmortem { person: to },
        Command::AddTask { task: id(), title: Title::parse("x").unwrap(), assignee: Some(to) },
        Command::AssignTask { task: id(), assignee: Some(to) },
        Command::AddActionItem { action: id(), title: Title::parse("x").unwrap(), aim: Aim::Learn, owner: Some(to) },
    ] {
        let moment = |named| Moment { named, ..with(5, Part::Task(task.clone())) };
        assert_eq!(refuses(&state, command.clone(), &moment(named(false, true))), Refusal::Deactivated);
        assert_eq!(refuses(&state, command.clone(), &moment(named(true, false))), Refusal::NotInvited);
        assert!(decide(&state, &command, &moment(named(true, true))).is_ok());
        assert!(decide(&state, &command, &moment(None)).is_ok(), "history is told as it was");
    }
}

#[test]
fn a_promoted_task_goes_on_as_an_action_item() {
    let state = declared(Status::Investigating);
    let task = |is_done, is_promoted| {
        let title = Title::parse("Ask the provider").unwrap();
        Part::Task(TaskState { title, assignee: Some(person(3)), is_done, is_promoted })
    };
    let promote = Command::PromoteTask { task: id(), action: id(), aim: Aim::Prevent };
    let events = decide(&state, &promote, &with(5, task(false, false))).unwrap();
    let Event::ActionItemAdded { title, owner, .. } = &events[0] else { panic!("{events:?}") };
    assert_eq!((title.as_str(), *owner), ("Ask the provider", Some(person(3))));
    assert_eq!(refuses(&state, promote.clone(), &with(5, task(true, false))), Refusal::unchanged("task"));
    for command in [promote, Command::TickTask { task: id(), done: true }] {
        assert_eq!(refuses(&state, command, &with(5, task(false, true))), Refusal::PromotedAlready);
    }
}

#[test]
fn a_task_is_compared_with_what_was_seen_of_it() {
    let state = declared(Status::Investigating);
    let title = |text: &str| Title::parse(text).unwrap();
    let task = TaskState { title: title("Drain it"), assignee: Some(person(3)), is_done: false, is_promoted: false };
    let mut late = with(5, Part::Task(task));
    late.seen = Seen { task: Some(title("Empty it")), assignee: Some(None), ..Seen::default() };
    let rename = |text: &str| Command::RenameTask { task: id(), title: title(text) };
    let assign = |to: u128| Command::AssignTask { task: id(), assignee: Some(person(to)) };
    assert_eq!(refuses(&state, rename("Flush it"), &late), Refusal::conflict("task"));
    assert_eq!(refuses(&state, assign(4), &late), Refusal::conflict("assignee"));
    // Whoever chose what stands there already has no quarrel.
    assert_eq!(refuses(&state, rename("Drain it"), &late), Refusal::unchanged("title"));
    assert_eq!(refuses(&state, assign(3), &late), Refusal::unchanged("assignee"));
}

fn offered() -> (IncidentState, Part) {
    let mut state = declared(Status::Investigating);
    done(&mut state, Command::TakeLead { person: person(RESPONDER) }, &then(1));
    let offer =
        Command::OfferHandOff { hand_off: id(), to: person(3), baton: Baton { note: text("Next: roll back.") } };
    let events = done(&mut state, offer, &with(2, Part::Waiting(false)));
    let Event::HandOffOffered { from, to, expires_at, .. } = events[0] else { panic!("{events:?}") };
    assert_eq!(expires_at, at(2) + HAND_OFF_PATIENCE);
    (state, Part::HandOff(HandOffState { from, to, status: HandOffStatus::Offered, expires_at }))
}

#[test]
fn only_the_lead_offers_and_one_offer_at_a_time() {
    let (state, _) = offered();
    let offer = |n| Command::OfferHandOff { hand_off: id(), to: person(n), baton: Baton { note: text("x") } };
    assert_eq!(refuses(&state, offer(3), &by(with(3, Part::Waiting(false)), 4)), Refusal::NotTheLead);
    assert_eq!(refuses(&state, offer(3), &with(3, Part::Waiting(true))), Refusal::HandOffWaits);
    let myself = refuses(&state, offer(RESPONDER), &with(3, Part::Waiting(false)));
    assert_eq!(myself, Refusal::invalid("person", Why::NotKnown));
    let mut over = state;
    done(&mut over, Command::Recover, &then(4));
    let ended = refuses(&over, offer(3), &with(5, Part::Waiting(false)));
    assert_eq!(ended, Refusal::AlreadyEnded { status: Status::Recovered });
}

#[test]
fn only_whoever_was_asked_answers_and_only_time_expires() {
    let (state, part) = offered();
    let answers = [Command::AcceptHandOff { hand_off: id() }, Command::DeclineHandOff { hand_off: id() }];
    for command in answers {
        assert_eq!(refuses(&state, command.clone(), &by(with(3, part.clone()), 4)), Refusal::NotAskedOfYou);
        assert!(decide(&state, &command, &by(with(3, part.clone()), 3)).is_ok());
    }
    let expire = Command::ExpireHandOff { hand_off: id() };
    assert_eq!(refuses(&state, expire.clone(), &with(40, part.clone())), Refusal::NotAllowed);
    let worker = |minute: i64| Moment { actor: Actor::System(System::Worker), ..with(minute, part.clone()) };
    assert_eq!(refuses(&state, expire.clone(), &worker(16)), Refusal::unchanged("hand-off"));
    assert!(decide(&state, &expire, &worker(17)).is_ok());
}

#[test]
fn accepting_gives_the_lead_unless_somebody_took_it_meanwhile() {
    let (state, part) = offered();
    let accept = Command::AcceptHandOff { hand_off: id() };
    let mut accepted = state.clone();
    done(&mut accepted, accept.clone(), &by(with(3, part.clone()), 3));
    assert_eq!(accepted.lead, Some(person(3)));
    let mut taken = state;
    done(&mut taken, Command::TakeLead { person: person(4) }, &by(then(3), 4));
    assert_eq!(refuses(&taken, accept, &by(with(4, part.clone()), 3)), Refusal::conflict("lead"));
    // The offer of an earlier lead can be taken back by the one who leads now.
    assert!(decide(&taken, &Command::WithdrawHandOff { hand_off: id() }, &by(with(4, part.clone()), 4)).is_ok());
    assert_eq!(
        refuses(&taken, Command::WithdrawHandOff { hand_off: id() }, &by(with(4, part), 9)),
        Refusal::NotTheLead
    );
}

#[test]
fn additional_triage_is_for_what_is_over_and_not_understood() {
    let mut state = declared(Status::Investigating);
    let until = |minute: i64| Command::BoxTriage { until: Some(at(minute)) };
    assert_eq!(refuses(&state, until(60), &then(2)), Refusal::NothingToTriage);
    done(&mut state, Command::Recover, &then(3));
    assert_eq!(refuses(&state, until(3), &then(4)), Refusal::invalid("until", Why::InThePast));
    done(&mut state, until(60), &then(4));
    assert_eq!(state.triage_until, Some(start() + TimeDelta::minutes(60)));
    let mut more = state.clone();
    done(&mut more, Command::BoxTriage { until: None }, &then(7));
    assert_eq!(more.triage_until, Some(at(7) + TRIAGE_BOX), "two days from when it was asked for");
    let reopen = Command::Reopen { to: Status::Investigating, reason: reason() };
    let mut again = state.clone();
    done(&mut again, reopen, &then(5));
    assert_eq!(again.triage_until, None);
    let accept = Command::SettleCause { cause: Cause::AcceptedUnknown, text: Summary::default(), evidence: vec![] };
    done(&mut state, accept, &then(6));
    assert_eq!(state.triage_until, None);
    assert_eq!(refuses(&state, until(90), &then(7)), Refusal::NothingToTriage);
}
