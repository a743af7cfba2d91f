//! The first start asks three things.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::company::{CompanyView, questions, read, read_company};
use crate::ctx::{ctx, settle, told};
use crate::error::AppError;
use crate::frame::Place;
use crate::paths;
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
        if !ctx()?.viewer.is_admin {
            return Err(told(Refusal::NotAllowed));
        }
        let company = read_company().await?;
        Ok(Body { title: "Welcome".into(), view: welcome_view(company).into_any() })
    })
}

fn welcome_view(company: CompanyView) -> impl IntoView {
    view! {
        <div class="welcome">
            <h1>"Three questions, and it is yours."</h1>
            <form class="form" method="post" action=AnswerWelcome::PATH>
                {questions(company, "What is your company called?", "How many software engineers do you have?").into_any()}
                <Submit kind="primary">"That is us"</Submit>
            </form>
        </div>
    }
}
