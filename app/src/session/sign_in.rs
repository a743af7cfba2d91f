//! The sign-in page: one sentence, one button.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::ctx::{CurrentPerson, Services, extension};
use crate::ui::{Icon, flash, tab};
use crate::{paths, words};

/// `/sign-in`. Whoever is signed in already goes on to where they wanted to go.
#[component]
pub fn SignInPage() -> impl IntoView {
    let query = use_query_map();
    let to = query.with_untracked(|query| paths::own(query.get_str("to").unwrap_or_default()).to_owned());
    if extension::<CurrentPerson>().is_some() {
        leptos_axum::redirect(&to);
    }
    let refused = query.with_untracked(|query| query.get_str("refused").map(words::sign_in_refused));
    let said = match refused {
        Some(says) => {
            Some(view! { <div class="notice" data-kind="refusal" role="alert"><p>{says}</p></div> }.into_any())
        }
        None => flash(None).map(|flash| flash.view().into_any()),
    };
    let is_demo = extension::<Services>().is_some_and(|services| services.installation.fake_slack);
    let demo = is_demo.then(|| {
        view! { <span>"This is the demo. On the next page you choose who you are; nobody in it is real."</span> }
    });
    let start = paths::with_query(paths::SLACK_START, [("to", to.as_str())]);
    view! {
        {tab("Sign in · Sensible")}
        <div class="signin">
            <header><span class="brand"><Icon name="mark" />"Sensible"</span></header>
            <main class="signin-body" id="main">
                <h1>"Something looks broken? Say so."</h1>
                <p>"Your company’s incidents, from the first word to the last lesson. Sign in with the Slack you already have."</p>
                {said}
                <a class="button" data-kind="primary" data-size="large" href=start>"Sign in with Slack"</a>
            </main>
            <footer class="signin-foot">
                {demo}
                <span>"Asks Slack for your name, picture and e-mail address. Nothing else."</span>
            </footer>
        </div>
    }
}
