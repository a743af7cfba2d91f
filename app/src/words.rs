//! The words for every code. Nothing else in the product turns a code into a sentence.

use domain::incidents::{HandOffStatus, Status};
use domain::key_times::KeyTimeKind;
use domain::{Refusal, Why};
use http::HeaderValue;

use crate::error::AppError;
use crate::paths;

/// One whole sentence: what happened and the way forward.
pub fn sentence(error: &AppError) -> String {
    match error {
        AppError::SignedOut => "You are signed out. Sign in again; nothing is lost.".into(),
        AppError::Refused { refusal } => refused(refusal),
        AppError::BadRequest => "That could not be read. Load the page again and try once more.".into(),
        AppError::TooMany => "That was a lot at once. Wait a minute, then try again.".into(),
        AppError::Away => {
            "The database cannot be reached right now. Nothing was changed; try again in a moment.".into()
        }
        AppError::Broken => "Something is broken on our side. Nothing of yours is lost; try again.".into(),
    }
}

fn refused(refusal: &Refusal) -> String {
    match refusal {
        Refusal::NotFound => "That is not here any more.".into(),
        Refusal::NotAllowed => "That is for admins to do.".into(),
        Refusal::LastAdmin => "Somebody has to be admin. Make somebody else admin first.".into(),
        Refusal::Taken { field } => match field_name(field) {
            "The e-mail address" => "Somebody has that e-mail address already.".into(),
            name => format!("{name} is in use already. Choose another."),
        },
        Refusal::Conflict { field } => {
            format!(
                "{} was changed by somebody else while you were looking. Look again, then change it.",
                part_name(field)
            )
        }
        Refusal::Unchanged { .. } => "It is that already; there was nothing to change.".into(),
        Refusal::Invalid { field, why } => format!("{} {}", field_name(field), wrong(*why)),
        Refusal::GuardedOwed { rules } if rules.is_empty() => "Something that a rule asks for is still owed.".into(),
        // The rest is said by the refusal itself. Rules have the names that admins gave them.
        other => other.to_string(),
    }
}

/// A field by the name that stands beside it. Only names of ours: an address could say
/// anything.
fn field_name(field: &str) -> &'static str {
    match field {
        "name" => "The name",
        "body" => "The text",
        "occurred_at" => "The time",
        "company_name" => "The company’s name",
        "engineers" => "The number of engineers",
        "announcements_channel" => "The channel",
        "meeting_url" => "The meeting’s address",
        "address" => "The address",
        "zone" => "The time zone",
        "zone_shown" => "The zone that is shown",
        "email" => "The e-mail address",
        "definition" => "The definition",
        "example" => "The example",
        "rank" => "The place in the order",
        "severities" => "The list of severities",
        "description" => "The description",
        "label" => "A link’s name",
        "url" => "A link’s address",
        "kind" => "A link’s kind",
        "works_from" => "The start of the working day",
        "works_until" => "The end of the working day",
        "works_on" => "The working days",
        "severity" => "The severity",
        "component" => "The component",
        "status" => "The status",
        "lead" | "person" => "The person",
        "from" => "The first day",
        "until" => "The last day",
        "title" => "The title",
        "summary" => "The summary",
        "cause" => "How far the cause is known",
        "cause_text" => "The cause",
        "evidence" => "One of the timeline items",
        "target" | "other" | "incident" => "The incident",
        "tag" => "The tag",
        "task" => "The task",
        "aim" => "What it is for",
        "note" => "The baton note",
        "hand_off" | "hand-off" => "The hand-off",
        "signal" => "The missing signal",
        "owner" => "Whose it is",
        "number" => "The number",
        "day" => "The day",
        "time" | "at" => "The time",
        "precision" => "How exactly it is known",
        "q" | "words" => "The search",
        "page" => "The place in the list",
        "reference" => "The reference",
        _ => "One of the fields",
    }
}

/// What two people may change at once, by its name on the incident's page.
fn part_name(field: &str) -> &'static str {
    match field {
        "status" => "The status",
        "severity" => "The severity",
        "lead" => "The lead",
        "title" => "The title",
        "summary" => "The summary",
        "cause" => "The cause",
        "item" => "This timeline item",
        "assignee" => "Who does the task",
        "task" => "The task",
        "operations" => "Who does operations",
        "communications" => "Who does communications",
        "postmortem_owner" => "Who writes the postmortem",
        other => field_name(other),
    }
}

/// What would help after a refusal: what the link says, and where it leads. `back` is the
/// page that the form came from; the places on it are the forms' own ids.
pub fn way_forward(refusal: &Refusal, back: &str) -> Option<(&'static str, String)> {
    let (label, place) = match refusal {
        Refusal::NotAllowedNow { from, to } if !from.is_open() && to.is_active() => ("Re-open it", "reopen"),
        Refusal::NotAllowedNow { to: Status::Declined, .. } => ("Cancel it", "cancel"),
        Refusal::AlreadyEnded { .. } | Refusal::NoNextUpdateWhenOver => ("Re-open it", "reopen"),
        Refusal::GuardedOwed { .. } => ("See what is owed", "next-steps"),
        Refusal::KeyTimeTooEarly { kind: KeyTimeKind::Recovered } => ("Say that it is over", "its-over"),
        Refusal::KeyTimeTooEarly { kind: KeyTimeKind::Closed } => ("Close it", "close-it"),
        Refusal::KeyTimeTooEarly { kind: KeyTimeKind::CauseSettled } | Refusal::NothingToTriage => {
            ("Say what is known of the cause", "settle-cause")
        }
        Refusal::NotInvited => ("Invite them", "invite"),
        Refusal::NotTheLead | Refusal::NotAskedOfYou => ("Take the lead", "take-lead"),
        Refusal::HandOffEnded { how: HandOffStatus::Expired | HandOffStatus::Withdrawn } => {
            ("Take the lead", "take-lead")
        }
        Refusal::HandOffEnded { .. } => ("See who leads", "people"),
        Refusal::Deactivated => ("See who takes part", "people"),
        Refusal::NotWritten => ("Write a note beside it", "note"),
        Refusal::AlwaysThere => ("Give the lead away", "give-lead"),
        Refusal::HandOffWaits => ("Look at the hand-off", "hand-off"),
        Refusal::PrivateIncidentsOff => return Some(("Look at the settings", paths::SETTINGS.to_owned())),
        Refusal::RequestReused => return Some(("Load the page again", paths::own(page_of(back)).to_owned())),
        _ => return None,
    };
    Some((label, format!("{}#{place}", paths::own(page_of(back)))))
}

fn page_of(back: &str) -> &str {
    back.split('#').next().unwrap_or(back)
}

/// What is wrong with a field, after its name.
fn wrong(why: Why) -> String {
    match why {
        Why::Empty => "is empty. Write something.".into(),
        Why::TooShort { least } => format!("needs at least {least} characters."),
        Why::TooLong { most } => format!("is too long: at most {most} characters."),
        Why::ControlCharacter => "holds a character that cannot be shown.".into(),
        Why::TooManyMarks => "has too many marks on one letter.".into(),
        Why::NotAnEmail => "does not look like an e-mail address.".into(),
        Why::NotAWebAddress => "begins with https:// or http://.".into(),
        Why::AddressWithPassword => "holds a password. Leave it out; everybody will see the address.".into(),
        Why::NotAChannel => "has small letters, digits and hyphens, as in Slack.".into(),
        Why::NotANumber => "is not a number.".into(),
        Why::OutOfRange { least, most } => format!("is a number from {least} to {most}."),
        Why::NotATime => "is not a date or a time.".into(),
        Why::NotAZone => "is not one of the known zones.".into(),
        Why::Skipped => "was skipped by the clocks. Choose another.".into(),
        Why::Twice => "came twice. Say which one.".into(),
        Why::InTheFuture => "has not come yet.".into(),
        Why::InThePast => "has passed already.".into(),
        Why::NotAnId | Why::NotAReference | Why::NotKnown => "is not one that is known.".into(),
    }
}

/// A sentence as it travels in an answer's head, to the script that sent the form:
/// percent-encoded, so that it may hold any letter.
pub fn in_a_header(sentence: &str) -> HeaderValue {
    let encoded: String = form_urlencoded::byte_serialize(sentence.as_bytes()).collect();
    // A form writes a space as a plus, and a plus as %2B.
    HeaderValue::from_str(&encoded.replace('+', "%20")).unwrap_or(HeaderValue::from_static(""))
}

/// What is said after a form that worked, by its code.
pub fn done(code: &str) -> Option<&'static str> {
    Some(match code {
        "company" => "The company is saved.",
        "announcements" => "Saved. New incidents are announced there.",
        "announcements-without-bot" => "Saved. Nothing goes to Slack until Sensible has a bot token.",
        "announcements-nowhere" => "Saved. Without a channel no incident is announced in Slack.",
        "switches" => "What is on is saved.",
        "let-in" => "You are inside now. That is on its record.",
        "notifications-read" => "All are read.",
        "deliver-again" => "It is being delivered again.",
        "severity" => "The severity is saved.",
        "severities-order" => "The order is saved.",
        "severity-archived" => "The severity is archived. Incidents that have it keep it.",
        "component" => "The component is saved.",
        "component-archived" => "The component is archived. Incidents on it keep it.",
        "person" => "Added. They can be named from now on, and sign in with Slack when they like.",
        "admin" => "They are an admin now.",
        "no-admin" => "They are no admin any more.",
        "deactivated" => "Deactivated. They are signed out everywhere, and keep their place in the history.",
        "reactivated" => "They can sign in again.",
        "signed-out" => "You are signed out everywhere.",
        "welcome" => "That is all. Sensible is yours.",
        "profile" => "Your profile is saved.",
        "noted" => "Written down.",
        "updated" => "Everybody following is told.",
        "recounted" => "Written down, in its place in time.",
        "item-edited" => "Changed. What it said before is kept.",
        "item-hidden" => "Hidden, and not lost.",
        "item-restored" => "It is shown again.",
        "demo" => "The story starts again.",
        "recovered" => "It’s over. What is still to be done stands under next steps.",
        "status" => "The status is changed.",
        "ended" => "It has ended. It can be undone, with a reason.",
        "reopened" => "It is open again.",
        "merged" => "It is merged. It can be undone, with a reason.",
        "severity-changed" => "The severity is changed.",
        "lead" => "You lead. Thank you.",
        "role" => "The role is given.",
        "role-ended" => "The role has ended.",
        "joined" => "You follow it.",
        "left" => "You follow it no more.",
        "invited" => "They are invited.",
        "removed" => "They take part no more.",
        "renamed" => "It has another title.",
        "summarised" => "The summary is saved.",
        "cause" => "What is known of the cause is saved.",
        "key-time" => "The time is saved. Every clock follows it.",
        "task-added" => "The task is added.",
        "task-assigned" => "It is said whose task it is.",
        "task-renamed" => "The task has another title.",
        "task-done" => "The task is done.",
        "task-open" => "The task is to be done again.",
        "task-promoted" => "The task goes on as an action item.",
        "action-item-added" => "The action item is added.",
        "hand-off-offered" => "The lead is offered. You lead until they accept.",
        "hand-off-accepted" => "You lead. Thank you.",
        "hand-off-declined" => "They know that you cannot.",
        "hand-off-withdrawn" => "The offer is taken back. You lead.",
        "postmortem-owner" => "It is said who writes the postmortem.",
        "triage-boxed" => "Two more days for the cause.",
        "accepted-unknown" => "The cause is accepted as unknown. The missing signal is an action item.",
        "related" => "It is related.",
        "unrelated" => "It is related no more.",
        "component-added" => "The component is added.",
        "component-removed" => "The component is removed.",
        "tag-added" => "The tag is added.",
        "tag-removed" => "The tag is removed.",
        "visibility" => "Who can see it is changed.",
        "link" => "The link is added.",
        "link-removed" => "The link is removed.",
        "declared" => "Declared. Everything else can wait; what is missing stands below.",
        _ => return None,
    })
}

/// Why a sign-in did not work, by the code that the sign-in route puts into the address.
pub fn sign_in_refused(code: &str) -> &'static str {
    match code {
        "denied" => "Slack says that you did not agree. That is all right; you can try again.",
        "expired" => "That took longer than ten minutes, or was begun in another window. Begin again here.",
        "wrong_workspace" => {
            "You signed in to another Slack workspace. Choose this company’s workspace on Slack’s page."
        }
        "guest" => "Guests of the workspace cannot sign in. Ask somebody of the company to tell you what you need.",
        "bot" => "That is a bot, not a person.",
        "deactivated" => "This account is deactivated. An admin can switch it on again.",
        "slack_away" => "Slack does not answer right now. Try again in a moment.",
        "bot_refused" => {
            "Slack no longer accepts Sensible’s bot token, so nobody can be checked. Whoever runs the server sets a new SLACK_BOT_TOKEN, or takes it out."
        }
        "database_away" => "The database cannot be reached right now. Try again in a moment.",
        "not_configured" => {
            "Signing in is not set up yet. Whoever runs this server finds out how with: sensible check-config"
        }
        "signed_out" => "You are signed out.",
        _ => "Slack’s answer could not be checked, so nobody was signed in. Try again.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::RuleRef;

    #[test]
    fn words_from_an_address_are_not_repeated() {
        let forged = Refusal::invalid("Call +1 555 now", Why::Empty);
        assert_eq!(sentence(&forged.into()), "One of the fields is empty. Write something.");
    }

    #[test]
    fn a_sentence_in_a_header_is_what_a_browser_decodes() {
        assert_eq!(in_a_header("A link’s name + 1%"), "A%20link%E2%80%99s%20name%20%2B%201%25");
    }

    #[test]
    fn a_refusal_leads_to_the_form_that_helps() {
        let way = |refusal: Refusal| way_forward(&refusal, "/incidents/INC-20?only=updates#tasks");
        let (label, href) = way(Refusal::AlreadyEnded { status: Status::Closed }).unwrap();
        assert_eq!((label, href.as_str()), ("Re-open it", "/incidents/INC-20?only=updates#reopen"));
        assert_eq!(way(Refusal::NotTheLead).unwrap().1, "/incidents/INC-20?only=updates#take-lead");
        assert_eq!(way(Refusal::PrivateIncidentsOff).unwrap().1, paths::SETTINGS);
        let late = Refusal::HandOffEnded { how: HandOffStatus::Expired };
        assert_eq!(way(late).unwrap(), ("Take the lead", "/incidents/INC-20?only=updates#take-lead".into()));
        for refusal in [Refusal::Deactivated, Refusal::NotWritten, Refusal::AlwaysThere, Refusal::RequestReused] {
            assert!(way(refusal.clone()).is_some(), "{refusal:?}");
        }
        assert_eq!(way(Refusal::ReporterStays), None, "giving the lead away would help nobody who reported it");
        assert_eq!(way(Refusal::NotFound), None);
        assert_eq!(way_forward(&Refusal::NotTheLead, "//evil.example").unwrap().1, "/incidents#take-lead");
    }

    #[test]
    fn what_a_rule_asks_for_is_named() {
        let rule = |name: &str| RuleRef { name: name.into(), paragraph: "p7".into() };
        let owed =
            Refusal::GuardedOwed { rules: vec![rule("Somebody writes the postmortem"), rule("The cause is said")] };
        let says = sentence(&owed.into());
        assert_eq!(says, "It can be closed when this is done: Somebody writes the postmortem; The cause is said.");
    }

    #[test]
    fn each_sentence_ends() {
        let errors = [AppError::SignedOut, AppError::BadRequest, AppError::TooMany, AppError::Away, AppError::Broken];
        for error in errors {
            assert!(sentence(&error).ends_with('.'), "{error:?}");
        }
        for refusal in [Refusal::NotFound, Refusal::LastAdmin, Refusal::taken("email"), Refusal::conflict("name")] {
            assert!(sentence(&refusal.into()).ends_with('.'));
        }
    }
}
