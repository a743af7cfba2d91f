//! One choice out of several.

use leptos::prelude::*;

use super::help::Help;
use crate::refused::Refused;

/// One of the choices.
#[derive(Clone, Debug)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
}

impl Choice {
    /// A choice that is sent under another word than it is read.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into() }
    }
}

/// A select with its label.
#[component]
pub fn Select(
    /// The name it is sent under.
    name: &'static str,
    /// The label.
    label: &'static str,
    /// What is chosen now.
    #[prop(into)]
    value: String,
    /// All choices, in their order.
    choices: Vec<Choice>,
    /// A sentence below it.
    #[prop(optional)]
    say: &'static str,
    /// Tells two fields of one name on a page apart.
    #[prop(optional, into)]
    id: String,
    /// The form as it was refused: what was typed, and what is wrong with it.
    #[prop(optional, into)]
    refused: Refused,
) -> impl IntoView {
    let Help { id, described_by, is_wrong, view: help } = Help::of(name, &id, say, refused.wrong(name));
    let sent = refused.value(name, value.as_str());
    let value = if choices.iter().any(|choice| choice.value == sent) { sent } else { value };
    let options = choices
        .into_iter()
        .map(|choice| {
            let selected = choice.value == value;
            view! { <option value=choice.value selected=selected>{choice.label}</option> }
        })
        .collect_view();
    view! {
        <div class="field">
            <label class="field-name" for=id.clone()>{label}</label>
            <select class="input" id=id name=name aria-describedby=described_by aria-invalid=is_wrong.then_some("true")>{options}</select>
            {help}
        </div>
    }
}
