//! Tasks of an incident, and the action items that go on after it.

use chrono::{DateTime, Utc};
use domain::PersonId;
use domain::incidents::{Aim, Status};
use domain::zones::Zone;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use serde::{Deserialize, Serialize};
use store::incidents::{ActionItemShown, Homepage, TaskShown};

use crate::incidents::commands::form::command;
use crate::incidents::commands::tasks::{AddActionItem, AddTask, AssignTask, PromoteTask, RenameTask, TickTask};
use crate::incidents::commands::{Form, new_id};
use crate::paths;
use crate::refused::refused;
use crate::ui::{Choice, Field, Hidden, Select, Submit, language, text};

/// What this part of the homepage shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TasksView {
    form: Form,
    tasks: Vec<TaskView>,
    actions: Vec<ActionView>,
    /// Tasks can be added and changed.
    goes_on: bool,
    /// What is left is promoted among the next steps.
    is_over: bool,
    /// Action items can be added.
    can_want: bool,
}

/// A task, ready to show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct TaskView {
    pub(super) id: String,
    pub(super) title: String,
    /// Who does it: id and name.
    pub(super) assignee: Option<(String, String)>,
    pub(super) done: bool,
    pub(super) promoted: bool,
}

/// An action item, ready to show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct ActionView {
    /// `ACT-12`.
    number: String,
    href: String,
    title: String,
    /// `Detect. Backlog. Curlew.`
    says: String,
}

impl TasksView {
    /// Puts it into words, for whoever looks (`me`).
    pub fn of(homepage: &Homepage, _zone: &Zone, _now: DateTime<Utc>, _me: PersonId) -> Self {
        let goes_on = homepage.status.is_open() || homepage.status == Status::Recovered;
        Self {
            form: Form::of(homepage.id, paths::incident(homepage.reference)).at("tasks"),
            tasks: homepage.tasks.iter().map(TaskView::of).collect(),
            actions: homepage.action_items.iter().map(ActionView::of).collect(),
            goes_on,
            is_over: homepage.status == Status::Recovered,
            can_want: goes_on || homepage.status == Status::Closed,
        }
    }

    /// As it stands on the page.
    pub fn view(self) -> impl IntoView {
        let has_tasks = self.goes_on || !self.tasks.is_empty();
        // Until there is one, an action item needs no heading: it is added below the tasks.
        let is_below = has_tasks && self.actions.is_empty();
        let mut adds = self.can_want.then(|| add_action(&self.form.at("action-items")));
        let below = adds.take_if(|_| is_below).map(|adds| view! { <div id="action-items">{adds}</div> });
        let tasks = has_tasks.then(|| {
            let items = self.tasks.iter().map(|task| task.view(&self.form, self.goes_on, self.is_over)).collect_view();
            view! {
                <section class=place(self.tasks.is_empty()) id="tasks" aria-labelledby="tasks-head">
                    <div class="rail-head"><h2 id="tasks-head">"Tasks"</h2></div>
                    {(!self.tasks.is_empty()).then(|| view! { <ul class="tasks">{items}</ul> })}
                    {self.goes_on.then(|| add_task(&self.form))}
                    {below}
                </section>
            }
        });
        let actions = (adds.is_some() || !self.actions.is_empty()).then(|| {
            let is_empty = self.actions.is_empty();
            let items = self.actions.into_iter().map(ActionView::view).collect_view();
            view! {
                <section class=place(is_empty) id="action-items" aria-labelledby="action-items-head">
                    <div class="rail-head"><h2 id="action-items-head">"Action items"</h2></div>
                    {(!is_empty).then(|| view! { <ul class="tasks">{items}</ul> })}
                    {adds}
                </section>
            }
        });
        view! { {tasks} {actions} }
    }
}

/// On a phone what is there stands before the timeline, and the way to add to it after.
fn place(is_empty: bool) -> &'static str {
    if is_empty { "rail-last task-part" } else { "rail-first task-part" }
}

/// The aims, to choose from.
pub(super) fn aims() -> Vec<Choice> {
    Aim::ALL.iter().map(|aim| Choice::new(aim.as_str(), aim.word())).collect()
}

/// One quiet line that opens; whose it is can be said or left open.
fn add_task(form: &Form) -> AnyView {
    let sent = refused(AddTask::PATH);
    let open = sent.is_here();
    let inside = view! {
        <input type="hidden" name="task" value=new_id() data-fresh="" />
        <Field name="title" label="What is to be done?" value="" most=300 id="task" draft=format!("task-{}", form.incident) refused=&sent />
        <div class="fields">
            <Field name="person" label="Whose?" value="" list="people-to-choose" size="name" optional=true id="task" refused=&sent />
            <Submit>"Add"</Submit>
        </div>
    };
    view! {
        <details class="task-more" open=open>
            <summary class="act">"Add a task"</summary>
            {command("add-task", AddTask::PATH, form, &sent, None, inside.into_any())}
        </details>
    }
    .into_any()
}

fn add_action(form: &Form) -> AnyView {
    let sent = refused(AddActionItem::PATH);
    let open = sent.is_here();
    let inside = view! {
        <input type="hidden" name="action" value=new_id() data-fresh="" />
        <Field name="title" label="What is to be done after it?" value="" most=300 id="action" draft=format!("action-{}", form.incident) refused=&sent />
        <div class="fields">
            <Select name="aim" label="What for?" value=Aim::Prevent.as_str() choices=aims() id="action" refused=&sent />
            <Field name="person" label="Whose?" value="" list="people-to-choose" size="name" optional=true id="action" refused=&sent />
        </div>
        <Submit>"Add it"</Submit>
    };
    view! {
        <details class="task-more" open=open>
            <summary class="act">"Add an action item"</summary>
            {command("add-action-item", AddActionItem::PATH, form, &sent, None, inside.into_any())}
        </details>
    }
    .into_any()
}

impl TaskView {
    pub(super) fn of(task: &TaskShown) -> Self {
        Self {
            id: task.id.to_string(),
            title: task.title.clone(),
            assignee: task.assignee.as_ref().map(|person| (person.id.to_string(), person.name.clone())),
            done: task.done_at.is_some(),
            promoted: task.promoted.is_some(),
        }
    }

    fn view(&self, form: &Form, can_change: bool, is_over: bool) -> impl IntoView + use<> {
        let who = match (&self.assignee, self.promoted) {
            (_, true) => Some("goes on as an action item".to_owned()),
            (Some((_, name)), false) => Some(name.clone()),
            (None, false) => None,
        };
        let lang = language(&self.title);
        let can_change = can_change && !self.promoted;
        let tick = can_change.then(|| self.tick(form));
        let more = (can_change && !self.done).then(|| self.more(form, is_over));
        view! {
            <li class="task" id=format!("task-{}", self.id) data-done=self.done.then_some("")>
                {tick}
                <div>
                    <p><span class="task-title" dir="auto" lang=lang>{self.title.clone()}</span></p>
                    {who.map(|who| view! { <p class="soft note-size">{text(who)}</p> })}
                    {more}
                </div>
            </li>
        }
    }

    pub(super) fn tick(&self, form: &Form) -> AnyView {
        let sent = refused(TickTask::PATH).with("task", &self.id);
        let (next, pressed, word) =
            if self.done { ("false", "true", "Not done after all: ") } else { ("true", "false", "Done: ") };
        let label = format!("{word}{}", self.title);
        let inside = view! {
            <Hidden name="task" value=self.id.clone() /><Hidden name="done" value=next />
            <button class="task-tick" aria-label=label aria-pressed=pressed></button>
        };
        command(format!("tick-{}", self.id), TickTask::PATH, form, &sent, None, inside.into_any())
    }

    fn more(&self, form: &Form, is_over: bool) -> AnyView {
        let with = |path| refused(path).with("task", &self.id);
        let (rename, assign, promote) = (with(RenameTask::PATH), with(AssignTask::PATH), with(PromoteTask::PATH));
        let open = rename.is_here() || assign.is_here() || promote.is_here();
        let id = &self.id;
        let (seen, name) = self.assignee.clone().unwrap_or_default();
        let mine = Some(assign.value("person", "")).filter(|name| !name.is_empty());
        let called = Some(rename.value("title", "")).filter(|title| !title.is_empty());
        let renaming = view! {
            <Hidden name="task" value=id.clone() /><Hidden name="seen_title" value=self.title.clone() />
            <Field name="title" label="What is to be done?" value=self.title.clone() most=300 id=id.clone() draft=format!("task-title-{id}") refused=&rename />
            <Submit>"Rename"</Submit>
        };
        let assigning = view! {
            <Hidden name="task" value=id.clone() /><Hidden name="seen_assignee" value=seen />
            <Field name="person" label="Whose?" value=name list="people-to-choose" optional=true id=format!("of-{id}") refused=&assign
                say="Empty: nobody’s yet." />
            <Submit>"Assign"</Submit>
        };
        view! {
            <details class="task-more" open=open>
                <summary class="act">"Change"<span class="only-spoken">" "{self.title.clone()}</span></summary>
                {command(format!("rename-{id}"), RenameTask::PATH, form, &rename, called, renaming.into_any())}
                {command(format!("assign-{id}"), AssignTask::PATH, form, &assign, mine, assigning.into_any())}
                {(!is_over).then(|| self.promoting(form))}
            </details>
        }
        .into_any()
    }

    /// It goes on after the incident.
    pub(super) fn promoting(&self, form: &Form) -> AnyView {
        let sent = refused(PromoteTask::PATH).with("task", &self.id);
        let inside = view! {
            <Hidden name="task" value=self.id.clone() /><input type="hidden" name="action" value=new_id() data-fresh="" />
            <Select name="aim" label="What for?" value=Aim::Prevent.as_str() choices=aims() id=self.id.clone() refused=&sent />
            <Submit>"Make it an action item"</Submit>
        };
        command(format!("promote-{}", self.id), PromoteTask::PATH, form, &sent, None, inside.into_any())
    }
}

impl ActionView {
    fn of(action: &ActionItemShown) -> Self {
        let owner = action.owner.as_ref().map_or("Nobody’s yet", |owner| owner.name.as_str());
        Self {
            number: action.reference.to_string(),
            href: paths::action(action.reference),
            title: action.title.clone(),
            says: format!("{}. {}. {owner}.", action.aim, action.status),
        }
    }

    fn view(self) -> impl IntoView {
        view! {
            <li class="task">
                <div>
                    <p><a href=self.href>{self.number}</a>" "{text(self.title)}</p>
                    <p class="soft note-size">{self.says}</p>
                </div>
            </li>
        }
    }
}
