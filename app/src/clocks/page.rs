//! Key times and clocks on the homepage.

use leptos::either::Either;
use leptos::prelude::*;

use super::views::{ClockView, KeyTimesView, MomentView};
use crate::incidents::commands::form::handle;
use crate::incidents::commands::key_times::KeyTimeForm;
use crate::ui::time;

/// The section; nothing when nothing is known and nothing is expected.
pub fn key_times(view: KeyTimesView, forms: Vec<KeyTimeForm>, zone: String) -> Option<impl IntoView> {
    if view.moments.is_empty() {
        return None;
    }
    let clocks = (!view.clocks.is_empty())
        .then(|| view! { <dl class="clocks">{view.clocks.into_iter().map(clock).collect_view()}</dl> }.into_any());
    let is_shown = |form: &KeyTimeForm| view.moments.iter().any(|moment| moment.kind == form.kind());
    let unsaid: Vec<&KeyTimeForm> = forms.iter().filter(|form| !is_shown(form)).collect();
    let unsaid = (!unsaid.is_empty()).then(|| {
        let last = unsaid.len() - 1;
        let words = unsaid.iter().enumerate().map(|(place, form)| {
            let (open, inside) = form.view();
            let word = view! { {form.kind().word().to_lowercase()} }.into_any();
            handle(word, open, inside, if place == last { "." } else { ", " })
        });
        view! { <div class="key-times-more">"Also: " {words.collect_view()}</div> }.into_any()
    });
    let moments = view.moments.iter().map(|one| {
        let form = forms.iter().find(|form| form.kind() == one.kind);
        moment(one.clone(), form).into_any()
    });
    let moments = moments.collect_view();
    Some(view! {
        <section aria-labelledby="key-times">
            <div class="rail-head"><h2 id="key-times">"Key times"</h2> <span class="soft note-size">{zone}</span></div>
            <dl class="key-times">{moments}</dl>
            {unsaid}
            {clocks}
            {view.contradictions.into_iter().map(|odd| view! { <p class="note-size">{odd}</p> }).collect_view()}
            {view.no_number.map(|why| view! { <p class="soft note-size">{why}</p> })}
        </section>
    })
}

fn moment(moment: MomentView, form: Option<&KeyTimeForm>) -> impl IntoView + use<> {
    let gap = moment.gap.map(|gap| view! { <div class="key-gap" aria-hidden="true"><dt>{gap}</dt></div> });
    let at = match moment.at {
        Some(at) => time(at).into_any(),
        None => view! { <span class="key-unknown">"missing"</span> }.into_any(),
    };
    let at = match form.map(KeyTimeForm::view) {
        Some((open, inside)) => handle(at, open, inside, ""),
        None => at,
    };
    let day = moment.day.map(|day| view! { <div class="key-day"><dt>{day}</dt></div> });
    let assumed = moment.assumed.then_some(" (assumed)");
    view! { {gap} {day} <div><dt>{moment.name}{assumed}</dt><dd>{at}</dd></div> }
}

fn clock(clock: ClockView) -> impl IntoView {
    let reads = match clock.since {
        Some(since) => Either::Left(view! { <span data-since=since>{clock.reads}</span> " so far" }),
        None => Either::Right(clock.reads),
    };
    view! { <div><dt><abbr>{clock.name}</abbr>{clock.meaning}</dt><dd>{reads}</dd></div> }
}
