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
/// for, or hides from whoever looks; the ids of those with a key are in `browser/shortcuts.rs`.
pub const HERE: &[Known] = &[
    page("Write an update", "#update", "u", "megaphone"),
    page("Write a note", "#note", "", "note"),
    page("Say it’s over", "#its-over", "", "check"),
    page("Change the status", "#change-status", "s", "investigating"),
    page("Change the severity", "#change-severity", "e", "flag"),
    page("Take the lead", "#take-lead", "l", "person"),
    page("Add a task", "#add-task", "t", "todo"),
    page("Take over, as asked", "#accept-hand-off", "", "check"),
    page("Decline to take over", "#decline-hand-off", "", "person"),
    page("Take the offer of the lead back", "#withdraw-hand-off", "", "person"),
    page("Hand off the lead", "#offer-hand-off", "", "person"),
    page("Give the lead to somebody", "#give-lead", "", "person"),
    page("Say that nobody leads", "#end-lead", "", "person"),
    page("Split off Operations", "#give-operations", "", "person"),
    page("Give Operations back to the lead", "#end-operations", "", "person"),
    page("Split off Communications", "#give-communications", "", "person"),
    page("Give Communications back to the lead", "#end-communications", "", "person"),
    page("Follow this incident", "#join", "", "bell"),
    page("Stop following this incident", "#leave", "", "bell"),
    page("Invite somebody", "#invite", "", "person"),
    page("Remove somebody", "#remove-person", "", "person"),
    page("Rename it", "#rename", "", "note"),
    page("Write the summary", "#summarise", "", "note"),
    page("Say what the cause was", "#settle-cause", "", "search"),
    page("Accept the cause as unknown", "#accept-unknown", "", "search"),
    page("Dig two more days", "#box-triage", "", "search"),
    page("Add a link", "#add-link", "", "link"),
    page("Add a component", "#add-component", "", "flag"),
    page("Add a tag", "#add-tag", "", "flag"),
    page("Relate another incident", "#relate", "", "bolt"),
    page("Merge it into another incident", "#merge", "", "bolt"),
    page("Add an action item", "#add-action-item", "", "check"),
    page("Write the postmortem", "#write-postmortem", "", "note"),
    page("Ask somebody to write the postmortem", "#assign-postmortem", "", "person"),
    page("Make it private or public", "#visibility", "", "lock"),
    page("Close it", "#close-it", "", "check"),
    page("Re-open it", "#reopen", "", "bolt"),
    page("Decline it: it was no incident", "#decline", "", "close"),
    page("Cancel it: declared by mistake", "#cancel", "", "close"),
    page("Set when the failure started", "#key-time-failure_started", "", "clock"),
    page("Set when it was detected", "#key-time-detected", "", "clock"),
    page("Set when it was reported", "#key-time-reported", "", "clock"),
    page("Set when somebody engaged", "#key-time-engaged", "", "clock"),
    page("Set when it was identified", "#key-time-identified", "", "clock"),
    page("Set when it was fixed", "#key-time-fixed", "", "clock"),
    page("Set when it recovered", "#key-time-recovered", "", "clock"),
    page("Set when the cause was settled", "#key-time-cause_settled", "", "clock"),
    page("Set when the postmortem was ready", "#key-time-postmortem_ready", "", "clock"),
    page("Set when the session was held", "#key-time-session_held", "", "clock"),
    page("Set when the last participant learned of it", "#key-time-learned", "", "clock"),
    page("Set when actions were chosen", "#key-time-actions_chosen", "", "clock"),
    page("Set when the last action was done", "#key-time-last_action_done", "", "clock"),
    page("Set when it was closed", "#key-time-closed", "", "clock"),
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

    /// The sources of the homepage and its commands.
    fn sources(folder: &std::path::Path) -> String {
        let mut all = String::new();
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            all.push_str(&if path.is_dir() { sources(&path) } else { std::fs::read_to_string(&path).unwrap() });
        }
        all
    }

    /// The ids of forms, as they are written: `command("rename", …)`.
    fn forms(sources: &str) -> Vec<&str> {
        let rest = sources.split("command(\"").skip(1);
        rest.filter_map(|rest| rest.split_once('"')).map(|(id, _)| id).collect()
    }

    #[test]
    fn every_form_of_a_homepage_can_be_found_and_nothing_else() {
        let sources = sources(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/incidents"));
        let known: Vec<&str> = HERE.iter().filter_map(|known| known.href.strip_prefix('#')).collect();
        assert_eq!(known.len(), HERE.len());
        let forms = forms(&sources);
        assert!(forms.len() > 20, "{forms:?}");
        // The button of whoever comes first does what the form behind “Take the lead” does.
        for form in forms.into_iter().filter(|form| *form != "lead-it") {
            assert!(known.contains(&form), "the command menu does not know #{form}");
        }
        for place in known.into_iter().filter(|place| *place != "update") {
            let key_time = place.strip_prefix("key-time-").map(domain::key_times::KeyTimeKind::parse);
            let role = place.strip_prefix("end-").map(domain::incidents::Role::parse);
            let is_there = sources.contains(&format!("\"{place}\""))
                || key_time.is_some_and(|kind| kind.is_ok())
                || role.is_some_and(|role| role.is_ok());
            assert!(is_there, "no form of a homepage is #{place}");
        }
    }

    #[test]
    fn each_command_has_a_name_and_a_place_of_its_own() {
        let names: std::collections::HashSet<&str> = HERE.iter().map(|known| known.name).collect();
        let places: std::collections::HashSet<&str> = HERE.iter().map(|known| known.href).collect();
        assert_eq!((names.len(), places.len()), (HERE.len(), HERE.len()));
    }
}
