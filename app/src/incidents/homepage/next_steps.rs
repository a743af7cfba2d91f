//! What an incident that is over still asks for, from what is really open, each with the
//! one click that answers it.

use chrono::{DateTime, Utc};
use domain::PersonId;
use domain::incidents::{Cause, Status, triage_ends};
use domain::key_times::{KeyTimeKind, Precision};
use domain::zones::Zone;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use serde::{Deserialize, Serialize};
use store::incidents::Homepage;

use super::tasks::TaskView;
use crate::incidents::commands::cause::in_words;
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
    /// It can be closed.
    closes: bool,
    /// Who writes the postmortem, by id; empty when nobody does.
    writer: String,
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
    /// Somebody gave it its time: nothing is asked until then.
    is_boxed: bool,
}

impl NextStepsView {
    /// Puts it into words, for whoever looks (`me`). What is closed owes nothing any more but
    /// the additional triage that somebody asked for, and practice owes nothing but its end.
    pub fn of(homepage: &Homepage, zone: &Zone, now: DateTime<Utc>, _me: PersonId) -> Self {
        let form = Form::of(homepage.id, paths::incident(homepage.reference)).at("next-steps");
        let cause = asks_cause(homepage).then(|| CauseStep::of(homepage, zone, now));
        if homepage.status != Status::Recovered {
            return Self { form: cause.as_ref().map(|_| form), cause, ..Self::default() };
        }
        let open = homepage.tasks.iter().filter(|task| task.done_at.is_none() && task.promoted.is_none());
        Self {
            form: Some(form),
            tasks: open.map(TaskView::of).collect(),
            key_times: ASKED
                .into_iter()
                .filter(|kind| asks_when(homepage, *kind))
                .map(|kind| Moment::of(homepage, kind, zone))
                .collect(),
            cause,
            nobody_writes: homepage.next_steps.no_postmortem_owner,
            closes: true,
            writer: homepage.postmortem_owner.as_ref().map(|writer| writer.id.to_string()).unwrap_or_default(),
        }
    }

    /// As it stands on the page.
    pub fn view(self) -> impl IntoView {
        let section = self.form.clone().map(|form| {
            let tasks = self.tasks.iter().map(|task| task_step(task, &form)).collect_view();
            let moments = self.key_times.iter().map(|moment| moment.view(&form)).collect_view();
            let cause = self.cause.map(|cause| cause.view(&form));
            let end = self.closes.then(|| end(&form));
            // Whoever was a moment too late sees who writes it, and chooses.
            let asks = self.nobody_writes || [WritePostmortem::PATH, AssignPostmortem::PATH].into_iter().any(is_late);
            let writer = asks.then(|| writer(&form, &self.writer));
            view! {
                <section class="rail-first next-steps" id="next-steps" aria-labelledby="next-steps-head">
                    <div class="rail-head"><h2 id="next-steps-head">"Next steps"</h2></div>
                    <ul>{tasks} {moments} {cause} {writer} {end}</ul>
                </section>
            }
        });
        view! { {section} }
    }
}

/// The moments that are asked for: without them nobody knows how long it took.
const ASKED: [KeyTimeKind; 2] = [KeyTimeKind::FailureStarted, KeyTimeKind::Detected];

/// Whether the next steps ask when this happened.
pub fn asks_when(homepage: &Homepage, kind: KeyTimeKind) -> bool {
    let is_missing = match kind {
        KeyTimeKind::FailureStarted => homepage.next_steps.start_missing,
        KeyTimeKind::Detected => homepage.next_steps.detected_missing,
        _ => false,
    };
    is_missing && homepage.status == Status::Recovered
}

/// Whether the next steps ask for the cause.
pub(super) fn asks_cause(homepage: &Homepage) -> bool {
    let is_triaged = homepage.status == Status::Recovered || homepage.triage_until.is_some();
    is_triaged && homepage.next_steps.cause_open
}

fn step(what: impl IntoView + 'static, why: impl Into<String>, acts: AnyView) -> AnyView {
    let why: String = why.into();
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
        // Among the key times stands a form of the same kind.
        let sent = refused(SetKeyTime::PATH).with("kind", code).with("back", &form.back);
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
            <Hidden name="precision" value=Precision::Minute.as_str() /><Hidden name="seen_time" value="" />
            <div class="fields">
                <Field name="day" label="Day" kind="date" size="name" value=self.day.clone() id=id.clone() refused=&sent />
                <div data-asks="time">
                    <Field name="time" label="Time" kind="time" value="" id=id.clone() refused=&sent />
                </div>
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
        let recovered = homepage.key_times.at(KeyTimeKind::Recovered);
        let ends = triage_ends(homepage.status, homepage.cause, homepage.triage_until, recovered);
        Self {
            seen: homepage.cause,
            text: homepage.cause_text.clone(),
            goes_on: ends
                .filter(|ends| *ends > now)
                .map(|ends| format!("Additional triage goes on until {}.", zone.date_and_clock(ends))),
            is_over: ends.is_some_and(|ends| ends <= now),
            is_boxed: homepage.triage_until.is_some(),
        }
    }

    /// What it asks, and why.
    fn words(&self) -> (String, String) {
        let (what, why) = match (&self.goes_on, self.seen) {
            (Some(goes_on), _) if self.is_boxed => return (goes_on.clone(), String::new()),
            _ if self.is_over => (
                "Additional triage is over. Is the cause known, or accepted as unknown?",
                "That it stays unknown is an answer too. Which signal was missing to see it?",
            ),
            (_, Cause::Suspected) => {
                ("Was that the cause?", "It is suspected. It can be confirmed, or accepted as unknown.")
            }
            _ => ("What was the cause?", "It is not known yet. That it stays unknown is an answer too."),
        };
        let goes_on = self.goes_on.as_ref().map(|goes_on| format!(" {goes_on}")).unwrap_or_default();
        (what.into(), format!("{why}{goes_on}"))
    }

    fn view(self, form: &Form) -> AnyView {
        let (what, why) = self.words();
        let dig = (self.is_over || !self.is_boxed).then(|| dig(form));
        let settle = view! { <a class="act" href="#settle-cause">"Say what it was"</a> };
        step(what, why, view! { {settle} {dig} {self.give_up(form)} }.into_any())
    }

    /// Folded away as long as somebody looks for it.
    fn give_up(&self, form: &Form) -> AnyView {
        let sent = refused(AcceptUnknown::PATH);
        let open = self.is_over || sent.is_here();
        let mine = Some(in_words(Cause::AcceptedUnknown, &self.text));
        let inside = view! {
            <input type="hidden" name="action" value=new_id() data-fresh="" /><Hidden name="text" value=self.text.clone() />
            <Hidden name="seen_cause" value=self.seen.as_str() />
            <Field name="signal" label="Which signal was missing?" value="" most=300 optional=true
                draft=format!("signal-{}", form.incident)
                say="It becomes an action item of yours: next time it is noticed." refused=&sent />
            <Submit kind="primary">"Accept as unknown"</Submit>
        };
        view! {
            <details class="task-more" open=open>
                <summary class="act">"It stays unknown"</summary>
                {command("accept-unknown", AcceptUnknown::PATH, form, &sent, mine, inside.into_any())}
            </details>
        }
        .into_any()
    }
}

fn dig(form: &Form) -> AnyView {
    let sent = refused(BoxTriage::PATH);
    let inside = view! { <Submit>"Dig two more days"</Submit> };
    command("box-triage", BoxTriage::PATH, form, &sent, None, inside.into_any())
}

fn is_late(path: &str) -> bool {
    refused(path).conflict().is_some()
}

fn writer(form: &Form, seen: &str) -> AnyView {
    let (mine, others) = (refused(WritePostmortem::PATH), refused(AssignPostmortem::PATH));
    let me = view! { <Hidden name="seen_owner" value=seen.to_owned() /><Submit>"I write it"</Submit> };
    let other = view! {
        <Hidden name="seen_owner" value=seen.to_owned() />
        <Field name="person" label="Somebody else" value="" list="people-to-choose" size="name" id="writer" refused=&others />
        <Submit kind="quiet">"Ask them"</Submit>
    };
    let open = others.is_here();
    let wanted = Some(others.value("person", "")).filter(|name| !name.is_empty());
    let acts = view! {
        {command("write-postmortem", WritePostmortem::PATH, form, &mine, Some("you".into()), me.into_any())}
        <details class="task-more" open=open>
            <summary class="act">"Somebody else writes it"</summary>
            {command("assign-postmortem", AssignPostmortem::PATH, form, &others, wanted, other.into_any())}
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

#[cfg(test)]
mod tests {
    use super::*;

    fn step(seen: Cause, goes_on: bool, is_boxed: bool) -> CauseStep {
        let goes_on = goes_on.then(|| String::from("Additional triage goes on until Sat 22 Nov 2025, 23:44."));
        CauseStep { seen, text: String::new(), is_over: goes_on.is_none(), goes_on, is_boxed }
    }

    #[test]
    fn additional_triage_says_how_long_it_goes_on_and_asks_when_it_is_over() {
        let (what, why) = step(Cause::Unknown, true, false).words();
        assert_eq!(what, "What was the cause?");
        assert!(why.ends_with("Additional triage goes on until Sat 22 Nov 2025, 23:44."), "{why}");
        let (what, why) = step(Cause::Suspected, true, true).words();
        assert_eq!((what.as_str(), why.as_str()), ("Additional triage goes on until Sat 22 Nov 2025, 23:44.", ""));
        for is_boxed in [true, false] {
            let (what, _) = step(Cause::Suspected, false, is_boxed).words();
            assert_eq!(what, "Additional triage is over. Is the cause known, or accepted as unknown?");
        }
    }
}
