//! The pages and commands that the command menu knows, and the keys for them.

use crate::paths;

/// A page, or something that can be done on a homepage.
pub struct Known {
    /// What it is called.
    pub name: &'static str,
    /// Where it is: an address, or a place on the homepage.
    pub href: &'static str,
    /// The key that does the same; empty for none.
    pub key: &'static str,
    /// The picture before it.
    pub icon: &'static str,
    /// Whether it is of use to admins only.
    pub for_admins: bool,
}

const fn page(name: &'static str, href: &'static str, key: &'static str, icon: &'static str) -> Known {
    Known { name, href, key, icon, for_admins: false }
}

/// The pages.
pub const PAGES: &[Known] = &[
    page("Declare an incident", paths::DECLARE, "n", "plus"),
    page("Incidents", paths::INCIDENTS, "g i", "list"),
    page("To do", paths::TO_DO, "g t", "todo"),
    page("Action items", paths::ACTIONS, "", "check"),
    page("Notifications", paths::NOTIFICATIONS, "", "bell"),
    page("Profile", paths::PROFILE, "", "person"),
    page("Severities", paths::SEVERITIES, "", "settings"),
    page("Components", paths::COMPONENTS, "", "settings"),
    page("People", paths::PEOPLE, "", "settings"),
    page("Company", paths::SETTINGS, "", "settings"),
];

/// What can be done on a homepage. The menu leaves out what the present page has no form
/// for; the same ids are in `browser/shortcuts.rs`.
pub const HERE: &[Known] = &[
    page("Write an update", "#update", "u", "megaphone"),
    page("Change the status", "#change-status", "s", "investigating"),
    page("Change the severity", "#change-severity", "e", "flag"),
    page("Take the lead", "#take-lead", "l", "person"),
    page("Add a task", "#add-task", "t", "todo"),
];

/// Whether every word that was typed begins a word of the name.
pub fn matches(name: &str, typed: &str) -> bool {
    let name = name.to_lowercase();
    typed.to_lowercase().split_whitespace().all(|typed| name.split_whitespace().any(|word| word.starts_with(typed)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginnings_of_words_are_enough() {
        assert!(matches("Change the severity", "sev ch"));
        assert!(matches("Change the severity", ""));
        assert!(!matches("Change the severity", "verity"));
        assert!(!matches("Change the severity", "severity now"));
    }

    #[test]
    fn each_key_does_one_thing() {
        let mut keys: Vec<&str> =
            PAGES.iter().chain(HERE).map(|known| known.key).filter(|key| !key.is_empty()).collect();
        let count = keys.len();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), count);
    }
}
