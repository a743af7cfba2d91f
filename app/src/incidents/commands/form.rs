//! The form of a command: its id, what it carries, and what stands above it when it was
//! refused.

use leptos::prelude::*;

use super::Form;
use super::meanwhile::Meanwhile;
use crate::refused::{ANCHOR, Refused};
use crate::ui::Menu;

/// A form that asks a command of an incident. `id` is what shortcuts, next steps and
/// refusals point to; `mine` is what its sender wanted, in words, for when somebody else
/// changed the same field.
pub fn command(
    id: impl Into<String>,
    action: &'static str,
    form: &Form,
    sent: &Refused,
    mine: Option<String>,
    inside: AnyView,
) -> AnyView {
    let notice = match sent.conflict() {
        Some(_) => Some(choice(sent, mine, form).into_any()),
        None => sent.notice(),
    };
    view! {
        <form class="command-form" id=id.into() method="post" action=action data-command="">
            {notice}
            {form.hidden().into_any()}
            {inside}
        </form>
    }
    .into_any()
}

/// A handle of the page: a word that opens a small menu, with the mark that follows it.
pub fn handle(word: AnyView, open: bool, inside: AnyView, after: &'static str) -> AnyView {
    // The mark stays with its word; the line may break at the space after it.
    let (mark, space) = after.strip_suffix(' ').map_or((after, None), |mark| (mark, Some(" ")));
    // An empty text would be sent as a space, and stand before the full stop.
    let mark = (!mark.is_empty()).then_some(mark);
    view! {
        <span class="handle"><Menu class="word" align="start" open=open head=word>{inside}</Menu>{mark}</span>
        {space}
    }
    .into_any()
}

/// One of several forms behind one menu.
pub fn entry(title: &'static str, (open, form): (bool, AnyView)) -> AnyView {
    view! { <details class="more-form" name="more" open=open><summary class="choice"><b>{title}</b></summary>{form}</details> }
        .into_any()
}

/// Theirs or mine: the form below carries what stands there now as what was seen.
fn choice(sent: &Refused, mine: Option<String>, form: &Form) -> impl IntoView + use<> {
    let page = form.back.split('#').next().unwrap_or_default().to_owned();
    let keep = view! { <a class="act" href=page>"Keep theirs"</a>", or send yours again." };
    conflict(sent, mine, keep.into_any())
}

/// What somebody else did meanwhile and what its sender wanted, with the ways to go on. It
/// stands there until the form is sent again.
pub fn conflict(sent: &Refused, mine: Option<String>, ways: AnyView) -> AnyView {
    let known = use_context::<Meanwhile>().map(|theirs| theirs.0);
    let theirs = known.unwrap_or_else(|| sent.sentence().unwrap_or_default());
    let mine = mine.map(|mine| view! { " Yours: " <b><bdi>{mine}</bdi></b> "." });
    view! {
        <div class="conflict" id=ANCHOR tabindex="-1" role="group" data-said=""
            aria-label="Somebody else changed it meanwhile">
            <p>{theirs}{mine}</p>
            <p>{ways}</p>
        </div>
    }
    .into_any()
}
