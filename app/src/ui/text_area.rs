//! The one text area. Leptos 0.8.23 does not escape a text area's children on the server,
//! so that a stored `</textarea>` would become live markup; this one escapes, and puts
//! the line break that HTML swallows before a text that begins with one.

use leptos::prelude::*;

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
    /// Tells two fields of one name on a page apart.
    #[prop(optional, into)]
    id: String,
) -> impl IntoView {
    let id = if id.is_empty() { name.to_owned() } else { format!("{name}-{id}") };
    let help = (!say.is_empty()).then(|| format!("{id}-say"));
    let inner = inner(&value);
    view! {
        <div class="field">
            <label class="field-name" for=id.clone()>{label}</label>
            <textarea class="input" id=id name=name rows="2" maxlength=most dir="auto"
                aria-describedby=help.clone() inner_html=inner></textarea>
            {help.map(|id| view! { <span class="field-say" id=id>{say}</span> })}
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
