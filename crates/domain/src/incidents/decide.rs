//! The decision: what a command does to an incident, or why it does not.

mod changes;
mod hand_off;
mod key_times;
mod parts;
mod people;
mod status;
mod tasks;

use super::{Command, Declaration, Event, IncidentState, Moment, Role, Status};
use crate::key_times::KeyTimeKind;
use crate::{Refusal, Why};

/// Declares an incident: gives its first state and what happened, or refuses.
///
/// Refused are a start in a status that is neither Triage nor active, a stated recovery,
/// closing or settled cause (each comes with its command), and stated moments that have not
/// come yet.
pub fn declare(declaration: &Declaration, moment: &Moment) -> Result<(IncidentState, Vec<Event>), Refusal> {
    if !declaration.status.is_open() {
        return Err(Refusal::invalid("status", Why::NotKnown));
    }
    let mut decision = Decision::new(IncidentState::declared(declaration), moment);
    decision.happens(Event::Declared(Box::new(declaration.clone())));
    for stated in &declaration.key_times {
        decision.write_stated(stated)?;
    }
    decision.write_now(KeyTimeKind::Reported);
    decision.write_status_time(declaration.status);
    if let Some(lead) = declaration.lead {
        decision.give_role(Role::Lead, lead)?;
    }
    Ok((decision.state, decision.events))
}

/// Decides what a command does, without doing it. Access has been checked before.
///
/// The events, applied in order, lead from the given state to the next one. A refusal
/// changes nothing. Recovering is never refused while the incident is open.
pub fn decide(state: &IncidentState, command: &Command, moment: &Moment) -> Result<Vec<Event>, Refusal> {
    let mut decision = Decision::new(state.clone(), moment);
    match command {
        Command::Accept { to } => decision.accept(*to)?,
        Command::Move { to } => decision.take_status(*to, None)?,
        // Said twice, it is as true as said once.
        Command::Recover if state.status.is_over() => {}
        Command::Recover => decision.take_status(Status::Recovered, None)?,
        Command::Close => decision.take_status(Status::Closed, None)?,
        Command::Decline { reason } => decision.take_status(Status::Declined, Some(reason))?,
        Command::Cancel { reason } => decision.take_status(Status::Cancelled, Some(reason))?,
        Command::Merge { target, chain } => decision.merge(*target, chain)?,
        Command::Reopen { to, reason } => decision.reopen(*to, reason)?,
        Command::ChangeSeverity { to } => decision.change_severity(*to)?,
        Command::TakeLead { person } => decision.give_role(Role::Lead, *person)?,
        Command::GiveRole { role, person } => decision.give_role(*role, *person)?,
        Command::EndRole { role } => decision.end_role(*role)?,
        Command::Rename { title } => decision.rename(title)?,
        Command::Summarise { summary } => decision.summarise(summary)?,
        Command::SettleCause { cause, text, evidence } => decision.settle_cause(*cause, text, evidence)?,
        Command::SetKeyTime { kind, at, precision, assumed } => {
            decision.set_key_time(*kind, *at, *precision, *assumed)?;
        }
        Command::Note { body } => decision.happens(Event::Noted { body: body.clone(), occurred_at: None }),
        Command::Recount { body, occurred_at } => decision.recount(body, *occurred_at)?,
        Command::Update { body, status, severity, next_update_due_at } => {
            decision.update(body, *status, *severity, *next_update_due_at)?;
        }
        Command::AssignPostmortem { person } => decision.assign_postmortem(*person)?,
        Command::EditItem { item, body, occurred_at } => decision.edit_item(*item, body, *occurred_at)?,
        Command::HideItem { item } => decision.hide_item(*item)?,
        Command::RestoreItem { item } => decision.restore_item(*item)?,
        Command::AttachLink { link, url, label } => decision.attach_link(*link, url, label.as_ref())?,
        Command::RemoveLink { link } => {
            decision.detach("link")?;
            decision.happens(Event::LinkRemoved { link: *link });
        }
        Command::AddComponent { component } => {
            decision.attach("component")?;
            decision.happens(Event::ComponentAdded { component: *component });
        }
        Command::RemoveComponent { component } => {
            decision.detach("component")?;
            decision.happens(Event::ComponentRemoved { component: *component });
        }
        Command::AddTag { name } => {
            decision.attach("tag")?;
            decision.happens(Event::TagAdded { name: name.clone() });
        }
        Command::RemoveTag { tag } => {
            decision.detach("tag")?;
            decision.happens(Event::TagRemoved { tag: *tag });
        }
        Command::Relate { other } => decision.relate(*other)?,
        Command::Unrelate { other } => {
            decision.detach("incident")?;
            decision.happens(Event::Unrelated { other: *other });
        }
        Command::ChangeVisibility { to } => decision.change_visibility(*to)?,
        Command::Join => decision.join()?,
        Command::Leave => decision.leave()?,
        Command::Invite { person } => decision.invite(*person)?,
        Command::RemovePerson { person } => decision.remove_person(*person)?,
        Command::AddTask { task, title, assignee } => decision.add_task(*task, title, *assignee)?,
        Command::AssignTask { task, assignee } => decision.assign_task(*task, *assignee)?,
        Command::RenameTask { task, title } => decision.rename_task(*task, title)?,
        Command::TickTask { task, done } => decision.tick_task(*task, *done)?,
        Command::PromoteTask { task, action, aim } => decision.promote_task(*task, *action, *aim)?,
        Command::AddActionItem { action, title, aim, owner } => {
            decision.add_action_item(*action, title, *aim, *owner)?;
        }
        Command::OfferHandOff { hand_off, to, baton } => decision.offer_hand_off(*hand_off, *to, baton)?,
        Command::AcceptHandOff { hand_off } => decision.accept_hand_off(*hand_off)?,
        Command::DeclineHandOff { hand_off } => decision.decline_hand_off(*hand_off)?,
        Command::WithdrawHandOff { hand_off } => decision.withdraw_hand_off(*hand_off)?,
        Command::ExpireHandOff { hand_off } => decision.expire_hand_off(*hand_off)?,
        Command::BoxTriage { until } => decision.box_triage(*until)?,
    }
    decision.end_what_waits();
    decision.engage(command);
    Ok(decision.events)
}

/// A decision in the making: the events so far, and the state they lead to.
struct Decision<'a> {
    state: IncidentState,
    moment: &'a Moment,
    events: Vec<Event>,
}

impl<'a> Decision<'a> {
    fn new(state: IncidentState, moment: &'a Moment) -> Self {
        Self { state, moment, events: Vec::new() }
    }

    fn happens(&mut self, event: Event) {
        self.state.apply(&event);
        self.events.push(event);
    }
}

/// Refuses a change of a field that is not any more what the person saw.
fn as_seen<T: PartialEq>(field: &'static str, seen: &Option<T>, is: &T) -> Result<(), Refusal> {
    match seen {
        Some(seen) if seen != is => Err(Refusal::conflict(field)),
        _ => Ok(()),
    }
}

/// Refuses a change that changes nothing.
fn changes<T: PartialEq>(field: &'static str, from: &T, to: &T) -> Result<(), Refusal> {
    if from == to {
        return Err(Refusal::unchanged(field));
    }
    Ok(())
}
