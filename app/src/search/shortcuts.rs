//! The keys, as `?` shows them.

use leptos::prelude::*;

/// Each with what it does.
const KEYS: &[(&str, &[(&str, &str)])] = &[
    (
        "Everywhere",
        &[
            ("n", "Declare an incident"),
            ("Ctrl K or ⌘ K", "Find or do anything"),
            ("/", "Search incidents"),
            ("g i", "Go to the incidents"),
            ("g t", "Go to what I owe"),
            ("?", "Show these keys"),
        ],
    ),
    (
        "On an incident’s homepage",
        &[
            ("u", "Write an update"),
            ("s", "Change the status"),
            ("e", "Change the severity"),
            ("l", "Take the lead"),
            ("t", "Add a task"),
        ],
    ),
];

/// The list.
pub fn list() -> impl IntoView {
    let groups = KEYS.iter().map(|(where_, keys)| {
        let keys = keys.iter().map(|(key, does)| {
            view! { <div><dt><kbd>{*key}</kbd></dt><dd>{*does}</dd></div> }
        });
        view! { <div class="keys-group"><p class="field-name">{*where_}</p><dl class="keys">{keys.collect_view()}</dl></div> }
    });
    groups.collect_view()
}
