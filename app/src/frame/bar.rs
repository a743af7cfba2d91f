//! The frame itself. It shows the places that exist, and nothing that does nothing.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::{FrameView, ResetDemo, Ticker, ZoneView};
use crate::incidents::{Following, declare};
use crate::notifications::bell;
use crate::people::ShowZone;
use crate::search::dialogs;
use crate::ui::{Hidden, Icon, Menu, initials};
use crate::{ctx, paths};

/// Where a page belongs, for the mark in the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The list and the homepages.
    Incidents,
    /// Action items.
    Actions,
    /// Whatever the person owes.
    ToDo,
    /// The settings' pages.
    Settings,
    /// The person's own page.
    Profile,
    /// What the person was told.
    Notifications,
    /// No place of the navigation.
    Nowhere,
}

/// The frame, around a page.
pub fn frame_view(frame: FrameView, place: Place, page: AnyView) -> impl IntoView {
    let can_reset = frame.demo
        && frame.is_admin
        && ctx::extension::<ctx::Services>().is_some_and(|services| services.reset_demo.is_some());
    // The page that asks the three questions belongs nowhere and needs no reminder of them.
    let welcome = (frame.is_admin && !frame.set_up && place != Place::Nowhere).then(unanswered);
    let now_seconds = frame.zone.now_seconds;
    view! {
        <a class="skip" href="#main">"Skip to content"</a>
        {frame.demo.then(|| demo_line(can_reset).into_any())}
        <header class="frame" id="frame">
            <div class="frame-inner">
                <a class="brand" href=paths::INCIDENTS><Icon name="mark" /><bdi class="brand-name">{frame.company}</bdi></a>
                <nav class="places" aria-label="Places">
                    <a href=paths::INCIDENTS aria-current=current(place, Place::Incidents)>"Incidents"{live(frame.happening_now)}</a>
                    <a href=paths::ACTIONS aria-current=current(place, Place::Actions)>"Action items"</a>
                    {frame.is_admin.then(|| view! { <a href=paths::SETTINGS aria-current=current(place, Place::Settings)>"Settings"</a> })}
                </nav>
                <div class="frame-tools">
                    <a class="frame-tool" data-from="desk" href=paths::SEARCH data-opens="palette">
                        <Icon name="search" /><span class="frame-words">"Find or do"</span>
                    </a>
                    <a class="frame-tool" data-from="desk" href=paths::TO_DO aria-current=current(place, Place::ToDo)>"To do"{owed(frame.to_do)}</a>
                    {bell(frame.unread, current(place, Place::Notifications)).into_any()}
                    {zone_switch(frame.zone).into_any()}
                    {person_menu(frame.person, place).into_any()}
                    <a class="button frame-declare" data-kind="primary" href=paths::DECLARE data-opens="declare-dialog">"Declare"</a>
                </div>
            </div>
        </header>
        <main class="page" id="main">{welcome} {page} <Following /></main>
        <nav class="tabs" aria-label="Quick places">
            <a href=paths::INCIDENTS aria-current=current(place, Place::Incidents)><Icon name="list" />"Incidents"</a>
            <a href=paths::SEARCH data-opens="palette"><Icon name="search" />"Find"</a>
            <a href=paths::TO_DO aria-current=current(place, Place::ToDo)><Icon name="todo" /><span>"To do"{owed(frame.to_do)}</span></a>
            {frame.is_admin.then(|| view! {
                <a href=paths::SETTINGS aria-current=current(place, Place::Settings)><Icon name="settings" />"Settings"</a>
            })}
            <a href=paths::PROFILE aria-current=current(place, Place::Profile)><Icon name="person" />"Profile"</a>
        </nav>
        {declare::dialog(frame.declare).map(IntoAny::into_any)}
        {dialogs().into_any()}
        <Ticker server_now=now_seconds />
    }
}

fn current(place: Place, here: Place) -> Option<&'static str> {
    (place == here).then_some("page")
}

fn live(happening: i64) -> Option<impl IntoView> {
    (happening > 0).then(|| {
        view! { <span class="places-live" data-mark="investigating"><span class="only-spoken">"happening now: "</span>{happening}</span> }
    })
}

/// How much the person owes; `browser/to_do.rs` keeps the number true.
fn owed(things: i64) -> impl IntoView {
    let none = things == 0;
    view! { " " <b class="frame-count" data-owed="" hidden=none>{things}</b> }
}

fn demo_line(can_reset: bool) -> impl IntoView {
    view! {
        <aside class="demo-line" aria-label="Demo">
            <span>"Demo." <span class="demo-more">" Nobody in it is real."</span></span>
            <a href=paths::SET_UP>"Make it yours"</a>
            {can_reset.then(|| view! { <form method="post" action=ResetDemo::PATH><button>"Start it again"</button></form> })}
        </aside>
    }
}

fn unanswered() -> impl IntoView {
    view! {
        <div class="notice">
            <p>"Three questions are not answered yet: the company’s name, how many engineers, which zone."</p>
            <a class="act" href=paths::WELCOME>"Answer them"</a>
        </div>
    }
}

fn zone_switch(zone: ZoneView) -> impl IntoView {
    let head = view! {
        <Icon name="clock" />
        <time datetime=zone.now.at data-ahead=zone.ahead><b>{zone.now.text}</b></time>
        <span class="frame-city">{zone.city}</span>
        <span class="only-spoken">", change the time zone"</span>
    };
    let choices = zone
        .choices
        .into_iter()
        .map(|choice| {
            let (mark, pressed) =
                if choice.current { (Some(view! { <Icon name="check" /> }), "true") } else { (None, "false") };
            view! {
                <button class="menu-choice" name="shown" value=choice.code aria-pressed=pressed>
                    <span>{mark}</span><span>{choice.label}</span><span class="soft">{choice.clock}</span>
                </button>
            }
        })
        .collect_view();
    view! {
        <Menu class="frame-tool" head=head.into_any()>
            <form method="post" action=ShowZone::PATH>
                <Hidden name="back" value=ctx::here() />
                <span class="menu-title" id="zones">"Every time on every page is shown in"</span>
                <div role="group" aria-labelledby="zones">{choices}</div>
            </form>
        </Menu>
    }
}

fn person_menu(name: String, place: Place) -> impl IntoView {
    let head = view! {
        <span class="initials" aria-hidden="true">{initials(&name)}</span>
        <span class="only-spoken">{name.clone()}", profile and sign out"</span>
    };
    view! {
        <Menu class="frame-tool" head=head.into_any()>
            <span class="menu-title"><bdi>{name}</bdi></span>
            <a class="menu-choice" href=paths::PROFILE aria-current=current(place, Place::Profile)>
                <Icon name="person" /><span>"Profile"</span>
            </a>
            <form method="post" action=paths::SIGN_OUT>
                <button class="menu-choice"><Icon name="arrow" /><span>"Sign out"</span></button>
            </form>
        </Menu>
    }
}
