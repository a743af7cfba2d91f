//! The profile's page.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::api::{EndAllSessions, SaveProfile, profile};
use super::views::ProfileView;
use super::zones::zones;
use crate::frame::Place;
use crate::refused::refused;
use crate::ui::{self, Body, Check, Field, Select, Submit};

const DAYS: [(u8, &str); 7] = [(1, "Mon"), (2, "Tue"), (3, "Wed"), (4, "Thu"), (5, "Fri"), (6, "Sat"), (7, "Sun")];

/// `/profile`.
#[component]
pub fn ProfilePage() -> impl IntoView {
    ui::framed(Place::Profile, async move {
        let profile = profile().await?;
        Ok(Body { title: "Profile".into(), view: profile_view(profile).into_any() })
    })
}

fn profile_view(profile: ProfileView) -> impl IntoView {
    let sent = refused(SaveProfile::PATH);
    let days = DAYS
        .into_iter()
        .map(|(day, name)| {
            let value = day.to_string();
            let checked = sent.is_ticked("works_on[]", &value, profile.works_on.contains(&day));
            view! { <Check name="works_on[]" value=value checked=checked label=name /> }
        })
        .collect_view();
    let sessions = match profile.sessions {
        ..=1 => "You are signed in here and nowhere else.".to_owned(),
        many => format!("You are signed in here and in {} other place{}.", many - 1, if many == 2 { "" } else { "s" }),
    };
    view! {
        <div class="settings-body">
            <header>
                <h1 dir="auto">{profile.name}</h1>
                <p>{profile.email}</p>
                <p class="note-size">"Name, picture and address come from Slack."</p>
            </header>
            <form class="form" method="post" action=SaveProfile::PATH>
                {sent.notice()}
                <Select name="zone" label="Your time zone" value=profile.zone.clone() choices=zones(&profile.zone)
                    say="Every time is shown in it, unless you choose another at the top of a page." refused=&sent />
                <div class="fields">
                    <Field name="works_from" label="You work from" kind="time" value=profile.works_from refused=&sent />
                    <Field name="works_until" label="until" kind="time" value=profile.works_until refused=&sent />
                </div>
                <fieldset>
                    <legend class="field-name">"on"</legend>
                    <div class="days">{days}</div>
                    <p class="field-say">"Others see whether you are up. Nobody is kept from asking you."</p>
                </fieldset>
                <Submit kind="primary">"Save"</Submit>
            </form>
            {crate::notifications::ask_browser()}
            <section class="form">
                <p>{sessions}</p>
                <form method="post" action=EndAllSessions::PATH><Submit>"Sign out everywhere"</Submit></form>
            </section>
        </div>
    }
}
