//! The page of notifications, and the bell that leads to it.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::api::{MarkAllRead, read_notifications};
use super::views::{NotificationDay, NotificationView};
use crate::frame::Place;
use crate::paths;
use crate::ui::{self, Body, Empty, Icon, Submit, text, time};

/// `/notifications`.
#[component]
pub fn NotificationsPage() -> impl IntoView {
    ui::framed(Place::Notifications, async move {
        let days = read_notifications().await?;
        Ok(Body { title: "Notifications".into(), view: page(days).into_any() })
    })
}

fn page(days: Vec<NotificationDay>) -> impl IntoView {
    let unread = days.iter().flat_map(|day| &day.notifications).any(|one| one.unread);
    let mark = unread.then(|| {
        view! { <form method="post" action=MarkAllRead::PATH><Submit>"Mark all as read"</Submit></form> }
    });
    let nothing = days.is_empty().then(|| {
        view! { <Empty says="Nobody has told you anything yet.">"What concerns you comes here: the lead, a task, a hand-off, an update."</Empty> }
    });
    view! {
        <div class="settings-body notifications">
            <header class="notifications-head"><h1>"Notifications"</h1>{mark}</header>
            {ask_browser()}
            {nothing}
            {days.into_iter().map(|day| one_day(day).into_any()).collect_view()}
        </div>
    }
}

/// Shown by `browser/notifications.rs` where a browser can and was not asked before; it is
/// asked only when somebody presses the button.
pub fn ask_browser() -> impl IntoView {
    view! {
        <div class="notifications-ask" data-tell-me="" hidden>
            <p>"This browser can tell you while Sensible is open in another tab. It shows no words of an incident."</p>
            <button type="button" class="button">"Tell me in this browser"</button>
            <p role="status" data-told=""></p>
        </div>
    }
}

fn one_day(day: NotificationDay) -> impl IntoView {
    view! {
        <section>
            <h2>{day.name}</h2>
            <ul class="notifications-list">{day.notifications.into_iter().map(|one| one_line(one).into_any()).collect_view()}</ul>
        </section>
    }
}

fn one_line(one: NotificationView) -> impl IntoView {
    let unread = one.unread.then(|| view! { <span class="only-spoken">"Not read yet: "</span> });
    view! {
        <li class="notification" data-unread=one.unread.to_string() data-loud=one.loud.to_string()>
            <p class="notification-says" dir="auto">{unread}{text(one.says)}</p>
            <p class="notification-where">
                <a href=one.href>{one.reference}" "<bdi>{one.title}</bdi></a>" "{time(one.at)}
            </p>
        </li>
    }
}

/// The bell in the frame, with how many were not seen.
pub fn bell(unread: i64, current: Option<&'static str>) -> impl IntoView {
    let none = unread == 0;
    view! {
        <a class="frame-tool bell" href=paths::NOTIFICATIONS aria-current=current data-bell="">
            <Icon name="bell" />
            <span class="only-spoken">"Notifications"</span>
            <span class="bell-count" hidden=none><span data-unread="">{unread}</span><span class="only-spoken">" not read"</span></span>
        </a>
    }
}
