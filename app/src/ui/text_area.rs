//! The one text area. Leptos 0.8.23 does not escape a text area's children on the server,
//! so that a stored `</textarea>` would become live markup; this one escapes, and puts
//! the line break that HTML swallows before a text that begins with one.

use leptos::prelude::*;

use super::help::Help;
use crate::refused::Refused;

/// Some lines that can be typed in.
#[component]
pub fn TextArea(
    /// The name it is sent under.
    name: &'static str,
    /// The label.
    label: &'static str,
    /// What stands in it now, as it was written.
    #[prop(into)]
    value: String,
    /// A sentence below it.
    #[prop(optional)]
    say: &'static str,
    /// The most characters.
    most: u32,
    /// The key under which the device keeps what is typed until it was received.
    #[prop(optional, into)]
    draft: String,
    /// What stands in it while it is empty.
    #[prop(optional)]
    placeholder: &'static str,
    /// Ctrl+Enter (⌘ Enter) sends the form.
    #[prop(optional)]
    ctrl_enter: bool,
    /// It may not stay empty.
    #[prop(optional)]
    required: bool,
    /// Tells two fields of one name on a page apart.
    #[prop(optional, into)]
    id: String,
    /// The form as it was refused: what was typed, and what is wrong with it.
    #[prop(optional, into)]
    refused: Refused,
) -> impl IntoView {
    let Help { id, described_by, is_wrong, view: help } = Help::of(name, &id, say, refused.wrong(name));
    let inner = inner(&refused.value(name, value));
    view! {
        <div class="field">
            <label class="field-name" for=id.clone()>{label}</label>
            <textarea class="input" id=id name=name rows="2" maxlength=most dir="auto" required=required
                placeholder=(!placeholder.is_empty()).then_some(placeholder)
                data-draft=(!draft.is_empty()).then_some(draft) data-submit-on=ctrl_enter.then_some("ctrl-enter")
                aria-describedby=described_by aria-invalid=is_wrong.then_some("true") inner_html=inner></textarea>
            {help}
        </div>
    }
}

/// The text as the inside of a text area.
fn inner(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 16);
    html.push('\n');
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            _ => html.push(character),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cannot_leave_its_text_area() {
        assert_eq!(inner("</textarea><b>&"), "\n&lt;/textarea&gt;&lt;b&gt;&amp;");
        let html = view! { <TextArea name="a" label="A" value="</textarea><b>x" most=10 /> }.to_html();
        assert!(!html.contains("</textarea><b>"), "{html}");
        assert!(html.contains("&lt;/textarea&gt;"), "{html}");
    }
}
