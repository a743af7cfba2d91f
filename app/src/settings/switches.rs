//! What a company switches on before its size asks for it.

use domain::people::Phase;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use serde::{Deserialize, Serialize};
use store::Switches;

use crate::ctx::{ctx, settle, told};
use crate::error::AppError;
use crate::paths;
use crate::refused::refused;
use crate::ui::{Check, Submit};

/// What is switched on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SwitchesView {
    private_incidents: bool,
    hand_off: bool,
    /// The company is so large that both are there anyway.
    are_all_on: bool,
}

/// What is switched on.
#[server(endpoint = "switches/read")]
pub async fn read_switches() -> Result<SwitchesView, AppError> {
    let ctx = ctx()?;
    let settings = ctx.store.settings(&ctx.viewer).await.map_err(told)?;
    Ok(SwitchesView {
        private_incidents: settings.private_incidents,
        hand_off: settings.hand_off,
        are_all_on: settings.phase == Phase::Two,
    })
}

/// Switches on what is ticked and off what is not. For admins.
#[server(endpoint = "switches/save")]
pub async fn save_switches(
    #[server(default)] private_incidents: String,
    #[server(default)] hand_off: String,
) -> Result<(), AppError> {
    let ctx = ctx()?;
    let on = read(&private_incidents)
        .and_then(|private_incidents| Ok(Switches { private_incidents, hand_off: read(&hand_off)? }));
    let saved = match on {
        Ok(switches) => ctx.store.save_switches(&ctx.viewer, switches).await,
        Err(refusal) => Err(refusal.into()),
    };
    settle(saved, paths::SETTINGS, "switches")
}

/// A box that is ticked, or not sent.
fn read(ticked: &str) -> Result<bool, domain::Refusal> {
    match ticked {
        "on" => Ok(true),
        "" => Ok(false),
        _ => Err(domain::Refusal::invalid("switch", domain::Why::NotKnown)),
    }
}

/// The form; for a large company, what is there anyway.
pub(super) fn form(view: SwitchesView) -> impl IntoView {
    let sent = refused(SaveSwitches::PATH);
    if view.are_all_on {
        return view! { <p class="soft">"Private incidents and hand-off are on for a company of this size."</p> }
            .into_any();
    }
    view! {
        <form class="form" method="post" action=SaveSwitches::PATH>
            <h2>"Switched on"</h2>
            {sent.notice()}
            <fieldset>
                <legend class="only-spoken">"Switched on"</legend>
                <Check name="private_incidents" value="on" checked=view.private_incidents
                    label="Private incidents: only the reporter, the lead and whom they invite can see one" />
                <Check name="hand_off" value="on" checked=view.hand_off
                    label="Hand-off: a lead offers the incident to somebody, with a note, and sees when coverage ends" />
            </fieldset>
            <Submit>"Save what is on"</Submit>
        </form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_is_ticked_or_not_sent() {
        assert_eq!((read("on"), read("")), (Ok(true), Ok(false)));
        assert_eq!(read("yes").unwrap_err().field(), Some("switch"));
    }
}
