//! What stands below a field: the word of help, and why it was refused.

use leptos::prelude::*;

use crate::refused::ANCHOR;

/// A field's id and what describes it, for the field itself and for screen readers.
pub(super) struct Help {
    /// The field's own id. The wrong one is what the address leads to.
    pub(super) id: String,
    /// The ids of the sentences below.
    pub(super) described_by: Option<String>,
    /// It was refused.
    pub(super) is_wrong: bool,
    /// The sentences.
    pub(super) view: AnyView,
}

impl Help {
    /// For the field `name`, told apart by `which`, with a word of help or none.
    pub(super) fn of(name: &'static str, which: &str, say: &'static str, wrong: Option<String>) -> Self {
        let id = if which.is_empty() { name.to_owned() } else { format!("{name}-{which}") };
        let say_id = (!say.is_empty()).then(|| format!("{id}-say"));
        let wrong_id = wrong.as_ref().map(|_| format!("{id}-wrong"));
        let ids: Vec<&str> = wrong_id.iter().chain(&say_id).map(String::as_str).collect();
        let described_by = (!ids.is_empty()).then(|| ids.join(" "));
        let is_wrong = wrong.is_some();
        let view = view! {
            {wrong.map(|says| view! { <span class="field-error" id=wrong_id>{says}</span> })}
            {say_id.map(|id| view! { <span class="field-say" id=id>{say}</span> })}
        };
        Self { id: if is_wrong { ANCHOR.into() } else { id }, described_by, is_wrong, view: view.into_any() }
    }
}
