//! What an incident that is over still asks for, from what is really open, each with the
//! one click that answers it.

use chrono::{DateTime, Utc};
use domain::PersonId;
use domain::incidents::{Cause, Status, TRIAGE_BOX};
use domain::key_times::{KeyTimeKind, Precision};
use domain::zones::{Zone, rfc3339};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use serde::{Deserialize, Serialize};
use store::incidents::Homepage;

use super::tasks::TaskView;
use crate::incidents::commands::form::command;
use crate::incidents::commands::key_times::SetKeyTime;
use crate::incidents::commands::next_steps::{AcceptUnknown, AssignPostmortem, BoxTriage, WritePostmortem};
use crate::incidents::commands::status::ChangeStatus;
use crate::incidents::commands::{Form, new_id};
use crate::paths;
use crate::refused::refused;
use crate::timeline::typed_time;
use crate::ui::{Field, Hidden, Submit, text};

/// What this part of the homepage shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextStepsView {
    /// Nothing but what is over and not closed asks for anything.
    form: Option<Form>,
    tasks: Vec<TaskView>,
    key_times: Vec<Moment>,
    cause: Option<CauseStep>,
    nobody_writes: bool,
}

/// A moment that nobody has said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Moment {
    kind: KeyTimeKind,
    /// The day it was reported on.
    day: String,
    zone: String,
    /// `Tokyo, JST`.
    label: String,
}

/// The cause that is not settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct CauseStep {
    seen: Cause,
    text: String,
    /// `Additional triage goes on until Sat 22 Nov 2025, 23:44.`
    goes_on: Option<String>,
    /// The time for it is over.
    is_over: bool,
    /// When two more days end, RFC 3339.
    until: String,
}

impl NextStepsView {
    /// Puts it into words, for whoever looks (`me`). What is closed owes nothing any more, and
    /// practice owes nothing but its end.
    pub fn of(homepage: &Homepage, zone: &Zone, now: DateTime<Utc>, _me: PersonId) -> Self {
        if homepage.status != Status::Recovered {
            return Self::default();
        }
        let steps = homepage.next_steps;
        let form = Form::of(homepage.id, paths::incident(homepage.reference)).at("next-steps");
        let asks = |kind| !homepage.kind.is_practice() && !homepage.key_times.has(kind);
        let open = homepage.tasks.iter().filter(|task| task.done_at.is_none() && task.promoted.is_none());
        Self {
            form: Some(form),
            tasks: open.map(TaskView::of).collect(),
            key_times: ASKED
                .into_iter()
                .filter(|kind| asks(*kind))
                .map(|kind| Moment::of(homepage, kind, zone))
                .collect(),
            cause: steps.cause_open.then(|| CauseStep::of(homepage, zone, now)),
            nobody_writes: steps.no_postmortem_owner,
        }
    }

    /// As it stands on the page.
    pub fn view(self) -> impl IntoView {
        let section = self.form.clone().map(|form| {
            let tasks = self.tasks.iter().map(|task| task_step(task, &form)).collect_view();
            let moments = self.key_times.iter().map(|moment| moment.view(&form)).collect_view();
            let cause = self.cause.map(|cause| cause.view(&form));
            let writer = self.nobody_writes.then(|| writer(&form));
            view! {
                <section class="rail-first next-steps" id="next-steps" aria-labelledby="next-steps-head">
                    <div class="rail-head"><h2 id="next-steps-head">"Next steps"</h2></div>
                    <ul>{tasks} {moments} {cause} {writer} {end(&form)}</ul>
                </section>
            }
        });
        view! { {section} }
    }
}

/// The moments that are asked for: without them nobody knows how long it took.
const ASKED: [KeyTimeKind; 2] = [KeyTimeKind::FailureStarted, KeyTimeKind::Detected];

fn step(what: impl IntoView + 'static, why: &'static str, acts: AnyView) -> AnyView {
    let why = (!why.is_empty()).then(|| view! { <p class="owed-say">{why}</p> });
    view! { <li class="owed"><p class="owed-what">{what}</p>{why}<div class="owed-acts">{acts}</div></li> }.into_any()
}

fn task_step(task: &TaskView, form: &Form) -> AnyView {
    let acts = task.promoting(form);
    step(
        text(task.title.clone()),
        "This task stayed open. It goes on as an action item, or it is ticked among the tasks.",
        acts,
    )
}

impl Moment {
    fn of(homepage: &Homepage, kind: KeyTimeKind, zone: &Zone) -> Self {
        Self {
            kind,
            day: zone.local(homepage.reported_at).format("%Y-%m-%d").to_string(),
            zone: zone.name().into(),
            label: zone.label(homepage.reported_at),
        }
    }

    fn view(&self, form: &Form) -> AnyView {
        let (what, why) = match self.kind {
            KeyTimeKind::FailureStarted => ("When did it start?", "Without it nobody knows how long it took."),
            _ => ("When was it noticed?", "By a person or a machine, whoever came first."),
        };
        let code = self.kind.as_str();
        let sent = refused(SetKeyTime::PATH).with("kind", code);
        let id = format!("next-{code}");
        let typed = format!("{}T{}", sent.value("day", ""), sent.value("time", ""));
        let choices = Zone::parse(&self.zone).ok().and_then(|zone| typed_time::choices(&typed, &zone));
        let which = choices.map(|choices| {
            let ticks = choices.map(|(value, says)| {
                let checked = sent.is_ticked("which", value, false);
                view! { <label class="tick"><input type="radio" name="which" value=value checked=checked />{says}</label> }
            });
            view! { <fieldset class="which"><legend>"Which one?"</legend>{ticks.into_iter().collect_view()}</fieldset> }
        });
        let inside = view! {
            <Hidden name="kind" value=code /><Hidden name="zone" value=self.zone.clone() />
            <Hidden name="precision" value=Precision::Minute.as_str() />
            <div class="fields">
                <Field name="day" label="Day" kind="date" size="name" value=self.day.clone() id=id.clone() refused=&sent />
                <Field name="time" label="Time" kind="time" value="" id=id.clone() refused=&sent />
            </div>
            <p class="soft note-size">{self.label.clone()}</p>
            {which}
            <Submit>"Save the time"</Submit>
        };
        step(what, why, command(id, SetKeyTime::PATH, form, &sent, None, inside.into_any()))
    }
}

impl CauseStep {
    fn of(homepage: &Homepage, zone: &Zone, now: DateTime<Utc>) -> Self {
        let until = homepage.triage_until;
        Self {
            seen: homepage.cause,
            text: homepage.cause_text.clone(),
            goes_on: until
                .filter(|until| *until > now)
                .map(|until| format!("Additional triage goes on until {}.", zone.date_and_clock(until))),
            is_over: until.is_some_and(|until| until <= now),
            until: rfc3339(now + TRIAGE_BOX),
        }
    }

    fn view(self, form: &Form) -> AnyView {
        let settle = || view! { <a class="act" href="#settle-cause">"Say what it was"</a> };
        if let Some(goes_on) = self.goes_on.clone() {
            return step(goes_on, "", settle().into_any());
        }
        if self.is_over {
            let acts = view! { {self.give_up(form)} {self.dig(form)} {settle()} };
            return step(
                "Two days of digging. Accept as unknown?",
                "It can be. What was missing to see it?",
                acts.into_any(),
            );
        }
        let (what, why) = match self.seen {
            Cause::Suspected => {
                ("Was that the cause?", "It is suspected. It can be confirmed, or accepted as unknown.")
            }
            _ => ("What was the cause?", "It is not known yet. That it stays unknown is an answer too."),
        };
        step(what, why, view! { {settle()} {self.dig(form)} }.into_any())
    }

    fn dig(&self, form: &Form) -> AnyView {
        let sent = refused(BoxTriage::PATH);
        let inside = view! { <Hidden name="until" value=self.until.clone() /><Submit>"Dig two more days"</Submit> };
        command("box-triage", BoxTriage::PATH, form, &sent, None, inside.into_any())
    }

    fn give_up(&self, form: &Form) -> AnyView {
        let sent = refused(AcceptUnknown::PATH);
        let mine = Some(sent.value("signal", "")).filter(|signal| !signal.is_empty());
        let inside = view! {
            <input type="hidden" name="action" value=new_id() data-fresh="" /><Hidden name="text" value=self.text.clone() />
            <Hidden name="seen_cause" value=self.seen.as_str() />
            <Field name="signal" label="Which signal was missing?" value="" most=300
                say="It becomes an action item of yours: next time it is noticed." refused=&sent />
            <Submit kind="primary">"Accept as unknown"</Submit>
        };
        command("accept-unknown", AcceptUnknown::PATH, form, &sent, mine, inside.into_any())
    }
}

fn writer(form: &Form) -> AnyView {
    let (mine, others) = (refused(WritePostmortem::PATH), refused(AssignPostmortem::PATH));
    let me = view! { <Submit>"I write it"</Submit> };
    let other = view! {
        <Field name="person" label="Somebody else" value="" list="people" size="name" id="writer" refused=&others />
        <Submit kind="quiet">"Ask them"</Submit>
    };
    let open = others.is_here();
    let acts = view! {
        {command("write-postmortem", WritePostmortem::PATH, form, &mine, None, me.into_any())}
        <details class="task-more" open=open>
            <summary class="act">"Somebody else writes it"</summary>
            {command("assign-postmortem", AssignPostmortem::PATH, form, &others, None, other.into_any())}
        </details>
    };
    step("Who writes the postmortem?", "Somebody who was there. It need not be the lead.", acts.into_any())
}

/// Closing, when a rule guards it, says which; nothing else stands before it.
fn end(form: &Form) -> AnyView {
    let sent = refused(ChangeStatus::PATH).with("to", Status::Closed.as_str());
    let inside = view! {
        <Hidden name="seen_status" value=Status::Recovered.as_str() /><Hidden name="to" value=Status::Closed.as_str() />
        <Submit>"Close it"</Submit>
    };
    let close = command("close-it", ChangeStatus::PATH, form, &sent, None, inside.into_any());
    step("Nothing more to do?", "What is closed can be re-opened, and stays to be read.", close)
}
