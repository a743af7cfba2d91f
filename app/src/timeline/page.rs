//! The timeline on the homepage.

use leptos::prelude::*;

use super::views::{DayView, ItemView};
use crate::ui::{Empty, badge, said, time};

/// The timeline: what happened, newest first, by day. `here` is the incident's address,
/// `zone` the name of the zone that every time is shown in.
pub fn timeline(days: Vec<DayView>, zone: String, here: String, only_updates: bool, goes_on: bool) -> impl IntoView {
    let is_empty = days.is_empty();
    let mut first = Some((zone, filter_link(&here, only_updates)));
    let days = days.into_iter().map(|day| one_day(day, first.take(), &here).into_any()).collect_view();
    view! {
        <section class="timeline" aria-label="Timeline" id="timeline">
            {is_empty.then(|| nothing(&here, only_updates))}
            {days}
            {goes_on.then(|| view! { <p class="soft note-size">"The five hundred newest are shown."</p> })}
        </section>
    }
}

fn filter_link(here: &str, only_updates: bool) -> impl IntoView + use<> {
    let (href, words) = if only_updates {
        (format!("{here}#timeline"), "Show everything")
    } else {
        (format!("{here}?only=updates#timeline"), "Only updates")
    };
    view! { <a class="soft note-size" href=href>{words}</a> }
}

fn one_day<L: IntoView + 'static>(day: DayView, first: Option<(String, L)>, here: &str) -> impl IntoView + use<L> {
    let (zone, link) = first.unzip();
    view! {
        <div class="timeline-head">
            <h2>{day.heading}{zone.map(|zone| view! { " " <span>{zone}</span> })}</h2>
            {link}
        </div>
        <ol>{day.items.into_iter().map(|item| one_item(item, here).into_any()).collect_view()}</ol>
    }
}

fn one_item(item: ItemView, here: &str) -> impl IntoView + use<> {
    let address = format!("{here}#{}", item.anchor);
    let icon = item.icon.map(|icon| view! { <span class="icon" data-icon=icon aria-hidden="true"></span> });
    let sentence = (!item.did.is_empty()).then(|| format!(" {}", item.did));
    let to = item.to.map(|mark| view! { " " {badge(mark)} });
    let link =
        item.link.map(|(label, href)| view! { " " <a href=href rel="noopener noreferrer"><bdi>{label}</bdi></a> });
    let notes = (!item.notes.is_empty()).then(|| view! { <p class="moment-meta">{item.notes.join(" ")}</p> });
    let head = view! { <b class="moment-who"><bdi>{item.who}</bdi></b>{sentence}{to}{link} };
    view! {
        <li class="moment" data-kind=item.loudness id=item.anchor>
            <a class="moment-time" href=address>{time(item.at)}</a>
            {icon}
            <div class="moment-what">{said(head, item.html, item.words, item.is_quote)} {notes}</div>
        </li>
    }
}

fn nothing(here: &str, only_updates: bool) -> AnyView {
    if only_updates {
        let timeline = format!("{here}#timeline");
        view! {
            <Empty says="No updates yet.">
                "Nobody has told everybody anything. " <a href=timeline>"Show the whole timeline"</a> "."
            </Empty>
        }
        .into_any()
    } else {
        view! { <Empty says="Nothing is written down yet.">"What happens stands here, newest first."</Empty> }
            .into_any()
    }
}
