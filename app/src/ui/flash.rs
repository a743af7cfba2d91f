//! What a form's page says after the form was sent: that it is done, or why not.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::words;

/// What is to be said: why a form was refused, or what is done, from the address. Codes
/// only: whoever makes up an address can make the page say one of our own sentences, never
/// one of theirs.
pub fn flash(refused: Option<String>) -> Option<Flash> {
    if let Some(says) = refused {
        return Some(Flash { refused: true, says });
    }
    let query = use_query_map();
    query.with_untracked(|query| {
        let says = words::done(query.get_str("done")?)?;
        Some(Flash { refused: false, says: says.into() })
    })
}

/// One sentence above the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flash {
    /// It was refused; otherwise it is done.
    pub refused: bool,
    /// The sentence.
    pub says: String,
}

impl Flash {
    /// The notice.
    pub fn view(self) -> impl IntoView {
        let (kind, role) = if self.refused { ("refusal", "alert") } else { ("done", "status") };
        view! { <div class="notice" data-kind=kind role=role><p>{self.says}</p></div> }
    }
}
