//! The form: on a page of its own, and in a dialog over every other page.

use domain::people::Phase;
use domain::text::Title;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use serde::{Deserialize, Serialize};

use super::api::Declare;
use crate::ctx::{self, Services, ctx, extension, told};
use crate::frame::Place;
use crate::incidents::FRESH_ID;
use crate::incidents::commands::new_id;
use crate::paths;
use crate::refused::{ANCHOR, Refused, refused};
use crate::ui::{self, Body, Hidden, Icon};

/// What the form offers besides its one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeclareView {
    /// Whether an incident can be private.
    pub private: bool,
    /// Whether it can be for practice only.
    pub practice: bool,
    /// Whether it is announced in a channel.
    pub announced: bool,
}

impl DeclareView {
    /// What a company of this size is offered. Without a bot nothing is announced.
    pub fn of(phase: Phase, private_incidents: bool, has_channel: bool) -> Self {
        let has_bot = extension::<Services>().is_some_and(|services| services.installation.bot_token);
        Self {
            private: private_incidents,
            practice: !matches!(phase, Phase::Founding),
            announced: has_channel && has_bot,
        }
    }
}

/// `/declare`.
#[component]
pub fn DeclarePage() -> impl IntoView {
    ui::framed(Place::Nowhere, async move {
        let ctx = ctx()?;
        let start = ctx.store.declaring(&ctx.viewer).await.map_err(told)?;
        let view = DeclareView::of(start.phase, start.private_incidents, start.has_channel);
        let view = view! { <div class="declare-page">{form(view, "here", &refused(Declare::PATH)).into_any()}</div> };
        Ok(Body { title: "Declare an incident".into(), view: view.into_any() })
    })
}

/// The form over the present page, closed until it is asked for (`browser/declare.rs`).
/// The page of its own has it already.
pub fn dialog(view: DeclareView) -> Option<impl IntoView> {
    let is_page = ctx::here().split(['?', '#']).next() == Some(paths::DECLARE);
    (!is_page).then(|| {
        view! {
            <dialog class="dialog" id="declare-dialog" aria-labelledby="declare-over">
                {form(view, "over", &Refused::default()).into_any()}
            </dialog>
        }
    })
}

/// The form. `which` tells the two apart: `here`, on its page, or `over` another.
fn form(view: DeclareView, which: &'static str, sent: &Refused) -> impl IntoView + use<> {
    // Only a script opens the dialog, and it makes the ids then: a page that says that there
    // is nothing here is the same whatever is not there.
    let fresh = || if which == "here" { new_id() } else { FRESH_ID.to_owned() };
    let wrong = sent.wrong("title");
    let is_wrong = wrong.is_some();
    let field = if is_wrong { ANCHOR.to_owned() } else { format!("title-{which}") };
    let said = format!("declare-{which}-say");
    let wrong_id = format!("declare-{which}-wrong");
    let described_by = if is_wrong { format!("{wrong_id} {said}") } else { said.clone() };
    let label = view! { <label for=field.clone()>"What looks wrong?"</label> };
    let head = if which == "here" {
        view! { <div class="dialog-head"><h1>{label}</h1></div> }.into_any()
    } else {
        view! {
            <div class="dialog-head">
                <h2 id="declare-over">{label}</h2>
                <button class="frame-tool dialog-close" type="button" data-close="">
                    <Icon name="close" /><span class="only-spoken">"Close"</span>
                </button>
            </div>
        }
        .into_any()
    };
    let tells = match (view.announced, view.practice) {
        (true, true) => "Announces it to everybody, unless it is only to practise. Wakes nobody.",
        (true, false) => "Announces it to everybody. Wakes nobody.",
        (false, _) => "Everybody can see it. Wakes nobody.",
    };
    // Which of the two is true, the tick says (style/features/declare.css).
    let tells_nobody = view.private.then(|| {
        view! { <span class="soft note-size declare-if-private">"Only you can see it. It is announced to nobody."</span> }
    });
    view! {
        <form class="declare" method="post" action=Declare::PATH data-command="">
            <input type="hidden" name="id" value=fresh() data-fresh="" />
            <Hidden name="request" value=fresh() />
            <div class="dialog-body">
                {head}
                {sent.notice()}
                <div class="ask">
                    <input class="input" id=field name="title" value=sent.value("title", "") maxlength=Title::MOST required
                        autocomplete="off" dir="auto" autofocus={which == "here"} data-draft="declare" data-similar=""
                        aria-describedby=described_by aria-invalid=is_wrong.then_some("true") />
                </div>
                {wrong.map(|says| view! { <p class="field-error" id=wrong_id>{says}</p> })}
                <p class="soft" id=said>"No need to explain in detail. Everything can be changed later."</p>
                {view.private.then(|| private(sent).into_any())}
                <div data-similar-here="" aria-live="polite"></div>
            </div>
            <div class="dialog-foot">
                <span class="soft note-size declare-if-public">{tells}</span>
                {tells_nobody}
                // Enter in the field presses the first button: the real one stands first.
                <div class="buttons declare-buttons">
                    <button class="button" data-kind="primary">"Declare"</button>
                    {view.practice.then(|| view! {
                        <button class="button" data-kind="quiet" name="practice" value="yes">"Only to practise"</button>
                    })}
                </div>
            </div>
        </form>
    }
}

/// A private incident must never have been public: it is chosen here or not at all.
fn private(sent: &Refused) -> impl IntoView + use<> {
    let ticked = sent.is_ticked("private", "yes", false);
    view! {
        <details class="declare-private" open=ticked>
            <summary>"Only for some people"</summary>
            <label class="tick">
                <input type="checkbox" name="private" value="yes" checked=ticked />
                "Private: only you can see it, and whom you invite."
            </label>
        </details>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(view: DeclareView) -> String {
        form(view, "over", &Refused::default()).to_html()
    }

    const ALL: DeclareView = DeclareView { private: true, practice: true, announced: true };

    #[test]
    fn it_asks_for_one_thing() {
        let few = html(DeclareView { private: false, practice: false, announced: false });
        assert_eq!(few.matches("<input").count(), 3, "the words and two ids: {few}");
        assert!(few.contains("What looks wrong?") && few.contains("No need to explain in detail"), "{few}");
        assert!(!few.contains("private") && !few.contains("practice") && !few.contains("Severity"), "{few}");
        assert!(few.contains("Everybody can see it.") && !few.contains("announced"), "{few}");
    }

    #[test]
    fn more_is_offered_only_where_the_company_has_it() {
        let all = html(ALL);
        assert!(all.contains("Only for some people") && all.contains("Only to practise"), "{all}");
        assert!(all.contains("Announces it to everybody, unless it is only to practise."), "{all}");
        assert!(all.contains("Only you can see it. It is announced to nobody."), "{all}");
        let place = |words: &str| all.find(words).unwrap();
        assert!(place(">Declare</button>") < place("Only to practise"), "Enter presses the first button");
    }
}
