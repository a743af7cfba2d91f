//! The words for every code. Nothing else in the product turns a code into a sentence.

use domain::{Refusal, Why};

use crate::error::AppError;

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
                field_name(field)
            )
        }
        Refusal::Unchanged { .. } => "It is that already; there was nothing to change.".into(),
        Refusal::Invalid { field, why } => format!("{} {}", field_name(field), wrong(*why)),
        // The rest is said by the rule itself, without words from elsewhere.
        Refusal::GuardedOwed { .. } => "Something that a rule asks for is still owed.".into(),
        other => other.to_string(),
    }
}

/// A field by the name that stands beside it. Only names of ours: an address could say
/// anything.
fn field_name(field: &str) -> &'static str {
    match field {
        "name" => "The name",
        "company_name" => "The company’s name",
        "engineers" => "The number of engineers",
        "zone" => "The time zone",
        "zone_shown" => "The zone that is shown",
        "email" => "The e-mail address",
        "definition" => "The definition",
        "example" => "The example",
        "rank" => "The place in the order",
        "description" => "The description",
        "label" => "A link’s name",
        "url" => "A link’s address",
        "kind" => "A link’s kind",
        "works_from" => "The start of the working day",
        "works_until" => "The end of the working day",
        "works_on" => "The working days",
        "severity" => "The severity in the address",
        "component" => "The component in the address",
        "status" => "The status in the address",
        "lead" | "person" => "The person in the address",
        "from" => "The first day in the address",
        "until" => "The last day in the address",
        "q" | "words" => "The search",
        "page" => "The place in the list",
        "reference" => "The reference",
        _ => "One of the fields",
    }
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

/// What is said after a form that worked, by its code.
pub fn done(code: &str) -> Option<&'static str> {
    Some(match code {
        "company" => "The company is saved.",
        "severity" => "The severity is saved.",
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
        "demo" => "The story starts again.",
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

    #[test]
    fn words_from_an_address_are_not_repeated() {
        let forged = Refusal::invalid("Call +1 555 now", Why::Empty);
        assert_eq!(sentence(&forged.into()), "One of the fields is empty. Write something.");
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
