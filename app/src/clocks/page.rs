//! Key times and clocks on the homepage.

use leptos::either::Either;
use leptos::prelude::*;

use super::views::{ClockView, KeyTimesView, MomentView};
use crate::ui::time;

/// The section; nothing when nothing is known and nothing is expected.
pub fn key_times(view: KeyTimesView, zone: String) -> Option<impl IntoView> {
    if view.moments.is_empty() {
        return None;
    }
    let clocks = (!view.clocks.is_empty())
        .then(|| view! { <dl class="clocks">{view.clocks.into_iter().map(clock).collect_view()}</dl> }.into_any());
    Some(view! {
        <section aria-labelledby="key-times">
            <div class="rail-head"><h2 id="key-times">"Key times"</h2> <span class="soft note-size">{zone}</span></div>
            <dl class="key-times">{view.moments.into_iter().map(|one| moment(one).into_any()).collect_view()}</dl>
            {clocks}
            {view.contradictions.into_iter().map(|odd| view! { <p class="note-size">{odd}</p> }).collect_view()}
            {view.no_number.map(|why| view! { <p class="soft note-size">{why}</p> })}
        </section>
    })
}

fn moment(moment: MomentView) -> impl IntoView {
    let gap = moment.gap.map(|gap| view! { <div class="key-gap" aria-hidden="true"><dt>{gap}</dt></div> });
    let at = match moment.at {
        Some(at) => Either::Left(time(at)),
        None => Either::Right(view! { <span class="key-unknown">"missing"</span> }),
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
