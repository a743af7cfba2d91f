//! Tasks during an incident, and action items after it.

use domain::incidents::{Aim, Command, Seen};
use domain::text::Title;
use domain::{ActionItemId, PersonId, Refusal, TaskId, Why};
use leptos::prelude::*;
use store::StoreError;

use super::read::{self, ask_read, seen_person};
use super::seen_value::SeenValue;
use crate::ctx::ctx;
use crate::error::AppError;

/// Something is to be done during the incident, by somebody or by nobody yet.
#[server(endpoint = "incidents/add-task")]
pub async fn add_task(
    incident: String,
    request: String,
    #[server(default)] back: String,
    task: String,
    title: String,
    #[server(default)] person: String,
) -> Result<(), AppError> {
    let added = whose(&person).await.and_then(|assignee| Ok(added(&task, &title, assignee)?));
    ask_read(incident, request, back, "task-added", added).await
}

/// A task is somebody's from now on, or nobody's.
#[server(endpoint = "incidents/assign-task")]
pub async fn assign_task(
    incident: String,
    request: String,
    #[server(default)] back: String,
    task: String,
    #[server(default)] person: String,
    #[server(default)] seen_assignee: SeenValue,
) -> Result<(), AppError> {
    let assigned = whose(&person).await.and_then(|to| Ok(assigned(&task, to, seen_assignee.as_deref())?));
    ask_read(incident, request, back, "task-assigned", assigned).await
}

/// A task is called something else.
#[server(endpoint = "incidents/rename-task")]
pub async fn rename_task(
    incident: String,
    request: String,
    #[server(default)] back: String,
    task: String,
    title: String,
    #[server(default)] seen_title: String,
) -> Result<(), AppError> {
    ask_read(incident, request, back, "task-renamed", renamed(&task, &title, &seen_title)).await
}

/// A task is done, or it is not after all.
#[server(endpoint = "incidents/tick-task")]
pub async fn tick_task(
    incident: String,
    request: String,
    #[server(default)] back: String,
    task: String,
    done: bool,
) -> Result<(), AppError> {
    let says = if done { "task-done" } else { "task-open" };
    let ticked = id(&task).map(|task| (Seen::default(), Command::TickTask { task, done }));
    ask_read(incident, request, back, says, ticked).await
}

/// A task goes on after the incident, as an action item.
#[server(endpoint = "incidents/promote-task")]
pub async fn promote_task(
    incident: String,
    request: String,
    #[server(default)] back: String,
    task: String,
    action: String,
    aim: String,
) -> Result<(), AppError> {
    ask_read(incident, request, back, "task-promoted", promoted(&task, &action, &aim)).await
}

/// Something is to be done after the incident.
#[server(endpoint = "incidents/add-action-item")]
pub async fn add_action_item(
    incident: String,
    request: String,
    #[server(default)] back: String,
    action: String,
    title: String,
    aim: String,
    #[server(default)] person: String,
) -> Result<(), AppError> {
    let wanted = whose(&person).await.and_then(|owner| Ok(wanted(&action, &title, &aim, owner)?));
    ask_read(incident, request, back, "action-item-added", wanted).await
}

fn added(task: &str, title: &str, assignee: Option<PersonId>) -> Result<(Seen, Command), Refusal> {
    Ok((Seen::default(), Command::AddTask { task: id(task)?, title: Title::parse(title)?, assignee }))
}

fn assigned(task: &str, assignee: Option<PersonId>, seen: Option<&str>) -> Result<(Seen, Command), Refusal> {
    let task = id(task)?;
    let seen = seen_person(seen).map_err(|_| Refusal::invalid("assignee", Why::NotKnown))?;
    Ok((Seen { assignee: seen, ..Seen::default() }, Command::AssignTask { task, assignee }))
}

fn renamed(task: &str, title: &str, seen: &str) -> Result<(Seen, Command), Refusal> {
    let seen = if seen.is_empty() { None } else { Some(Title::parse(seen)?) };
    Ok((Seen { task: seen, ..Seen::default() }, Command::RenameTask { task: id(task)?, title: Title::parse(title)? }))
}

fn promoted(task: &str, action: &str, aim: &str) -> Result<(Seen, Command), Refusal> {
    let (task, action) = (id(task)?, ActionItemId::parse(action)?);
    Ok((Seen::default(), Command::PromoteTask { task, action, aim: Aim::parse(aim)? }))
}

fn wanted(action: &str, title: &str, aim: &str, owner: Option<PersonId>) -> Result<(Seen, Command), Refusal> {
    let (action, title, aim) = (ActionItemId::parse(action)?, Title::parse(title)?, Aim::parse(aim)?);
    Ok((Seen::default(), Command::AddActionItem { action, title, aim, owner }))
}

fn id(task: &str) -> Result<TaskId, Refusal> {
    TaskId::parse(task).map_err(|_| Refusal::invalid("task", Why::NotAnId))
}

/// Somebody by name or id, or nobody.
async fn whose(typed: &str) -> Result<Option<PersonId>, StoreError> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    let ctx = ctx().map_err(|_| Refusal::NotAllowed)?;
    read::person(&ctx, typed).await.map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "01900000-0000-7000-8000-000000000001";

    #[test]
    fn a_task_is_somebodys_or_nobodys() {
        let somebody = Some(PersonId::parse(ID).unwrap());
        let Command::AddTask { assignee, .. } = added(ID, "Drain the queue", somebody).unwrap().1 else { panic!() };
        assert_eq!(assignee, somebody);
        assert_eq!(assigned(ID, None, Some(ID)).unwrap().0.assignee, Some(somebody));
        assert_eq!(assigned(ID, None, Some("")).unwrap().0.assignee, Some(None));
        assert_eq!(assigned(ID, None, None).unwrap().0, Seen::default());
        assert_eq!(renamed(ID, "Empty it", "Drain it").unwrap().0.task, Some(Title::parse("Drain it").unwrap()));
        assert_eq!(renamed(ID, "Empty it", "").unwrap().0, Seen::default());
    }

    #[test]
    fn what_cannot_be_read_is_refused_in_the_name_of_its_field() {
        for (refused, field) in [
            (added("x", "a", None), "task"),
            (added(ID, " ", None), "title"),
            (assigned(ID, None, Some("x")), "assignee"),
            (promoted(ID, ID, "repair"), "aim"),
            (wanted(ID, "a", "x", None), "aim"),
        ] {
            assert_eq!(refused.unwrap_err().field(), Some(field));
        }
    }
}
