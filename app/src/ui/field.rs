//! Fields: a name above, a word of help below, and the browser's own checks, so that most
//! mistakes are found before anything is sent.

use leptos::prelude::*;

use super::help::Help;
use crate::refused::Refused;

/// A line that can be typed in.
#[component]
pub fn Field(
    /// The name it is sent under; unique on the page together with `id`.
    name: &'static str,
    /// The label.
    label: &'static str,
    /// What stands in it now.
    #[prop(into)]
    value: String,
    /// `text`, `email`, `number`, `url`, `time`, `date`.
    #[prop(default = "text")]
    kind: &'static str,
    /// `short`, `name`, `line`, or nothing for the whole width.
    #[prop(optional)]
    size: &'static str,
    /// A sentence below it.
    #[prop(optional)]
    say: &'static str,
    /// The most characters; 0 for no limit of its own.
    #[prop(optional)]
    most: u32,
    /// The least and greatest number.
    #[prop(optional)]
    range: Option<(u32, u32)>,
    /// It may stay empty.
    #[prop(optional)]
    optional: bool,
    /// What the browser may fill in: `off`, `name`, `email`, `organization`.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// The id of a list of what can be typed.
    #[prop(optional)]
    list: &'static str,
    /// The key under which the device keeps what is typed until it was received.
    #[prop(optional, into)]
    draft: String,
    /// Tells two fields of one name on a page apart.
    #[prop(optional, into)]
    id: String,
    /// The form as it was refused: what was typed, and what is wrong with it.
    #[prop(optional, into)]
    refused: Refused,
) -> impl IntoView {
    let Help { id, described_by, is_wrong, view: help } = Help::of(name, &id, say, refused.wrong(name));
    view! {
        <div class="field">
            <label class="field-name" for=id.clone()>{label}</label>
            <input class="input" id=id type=kind name=name value=refused.value(name, value) dir="auto"
                data-size=(!size.is_empty()).then_some(size)
                maxlength=(most > 0).then_some(most)
                min=range.map(|range| range.0) max=range.map(|range| range.1)
                required=!optional autocomplete=autocomplete list=(!list.is_empty()).then_some(list)
                data-draft=(!draft.is_empty()).then_some(draft)
                aria-describedby=described_by aria-invalid=is_wrong.then_some("true") />
            {help}
        </div>
    }
}

/// A value that is sent along.
#[component]
pub fn Hidden(name: &'static str, #[prop(into)] value: String) -> impl IntoView {
    view! { <input type="hidden" name=name value=value /> }
}

/// A box to tick.
#[component]
pub fn Check(
    /// The name it is sent under.
    name: &'static str,
    /// What is sent when it is ticked.
    #[prop(into)]
    value: String,
    /// Whether it is ticked now.
    checked: bool,
    /// The words beside it.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    view! { <label class="tick"><input type="checkbox" name=name value=value checked=checked />{label}</label> }
}
