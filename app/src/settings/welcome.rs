//! The first start asks three things.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::company::{CompanyView, questions, read};
use crate::ctx::{ctx, settle, told};
use crate::error::AppError;
use crate::frame::Place;
use crate::paths;
use crate::refused::refused;
use crate::ui::{self, Body, Submit};
use domain::Refusal;

/// Stores the answers of the first start. For admins.
#[server(endpoint = "welcome/answer")]
pub async fn answer_welcome(company_name: String, engineers: String, zone: String) -> Result<(), AppError> {
    let ctx = ctx()?;
    match read(&company_name, &engineers, &zone) {
        Ok(company) => {
            let stored = ctx.store.welcome(&ctx.viewer, company).await;
            let back = if stored.is_ok() { paths::INCIDENTS } else { paths::WELCOME };
            settle(stored, back, "welcome")
        }
        Err(refusal) => settle(Err(refusal), paths::WELCOME, ""),
    }
}

/// `/welcome`.
#[component]
pub fn WelcomePage() -> impl IntoView {
    ui::framed(Place::Nowhere, async move {
        let ctx = ctx()?;
        if !ctx.viewer.is_admin {
            return Err(told(Refusal::NotAllowed));
        }
        let settings = ctx.store.settings(&ctx.viewer).await.map_err(told)?;
        // A made-up answer that stands there already would be sent unread.
        let company = if settings.set_up {
            settings.into()
        } else {
            CompanyView { name: String::new(), engineers: 0, zone: ctx.zone.name().to_owned() }
        };
        Ok(Body { title: "Welcome".into(), view: welcome_view(company).into_any() })
    })
}

fn welcome_view(company: CompanyView) -> impl IntoView {
    let sent = refused(AnswerWelcome::PATH);
    view! {
        <div class="welcome">
            <h1>"Three questions, and it is yours."</h1>
            <form class="form" method="post" action=AnswerWelcome::PATH>
                {questions(company, &sent, "What is your company called?", "How many software engineers do you have?").into_any()}
                <Submit kind="primary">"That is us"</Submit>
            </form>
        </div>
    }
}
