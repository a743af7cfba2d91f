//! How bad it is: each severity with what it means.

use domain::incidents::{Command, Seen};
use domain::{Refusal, SeverityId};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use serde::{Deserialize, Serialize};
use store::incidents::Homepage;

use super::Form;
use super::form::command;
use super::read::ask_read;
use crate::error::AppError;
use crate::refused::refused;
use crate::ui::{Hidden, Mark, badge};

/// It is worse, or less bad, than thought.
#[server(endpoint = "incidents/severity")]
pub async fn change_severity(
    incident: String,
    request: String,
    back: String,
    severity: String,
    #[server(default)] seen_severity: String,
) -> Result<(), AppError> {
    ask_read(incident, request, back, "severity-changed", read(&severity, &seen_severity)).await
}

fn read(severity: &str, seen: &str) -> Result<(Seen, Command), Refusal> {
    let id = |text: &str| SeverityId::parse(text).map_err(|_| Refusal::invalid("severity", domain::Why::NotKnown));
    let severity = id(severity)?;
    let seen = if seen.is_empty() { None } else { Some(id(seen)?) };
    Ok((Seen { severity: seen, ..Seen::default() }, Command::ChangeSeverity { to: severity }))
}

/// The severities to choose from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeverityForm {
    form: Form,
    seen: String,
    choices: Vec<SeverityChoice>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct SeverityChoice {
    id: String,
    mark: Mark,
    means: String,
    is_it: bool,
}

impl SeverityForm {
    /// Every severity that an incident can have, worst first.
    pub fn of(homepage: &Homepage, form: Form) -> Self {
        let choices = homepage
            .severities
            .iter()
            .filter(|severity| !severity.archived || severity.id == homepage.severity.id)
            .map(|severity| SeverityChoice {
                id: severity.id.to_string(),
                mark: Mark::severity(severity.rank, &severity.name, domain::incidents::Kind::Real),
                means: severity.definition.clone(),
                is_it: severity.id == homepage.severity.id,
            })
            .collect();
        Self { form, seen: homepage.severity.id.to_string(), choices }
    }

    /// Whether the form was refused.
    pub fn is_refused() -> bool {
        refused(ChangeSeverity::PATH).is_here()
    }

    /// Behind the severity in the sentence.
    pub fn view(self) -> AnyView {
        let sent = refused(ChangeSeverity::PATH);
        let wanted = sent.value("severity", "");
        let mine = self.choices.iter().find(|choice| choice.id == wanted).map(|choice| choice.mark.word.clone());
        let choices = self
            .choices
            .into_iter()
            .map(|choice| {
                let current = choice.is_it.then_some("true");
                view! {
                    <button class="choice" name="severity" value=choice.id aria-current=current>
                        <b>{badge(choice.mark)}</b><span dir="auto">{choice.means}</span>
                    </button>
                }
            })
            .collect_view();
        let inside = view! {
            <Hidden name="seen_severity" value=self.seen />
            <p class="choice-say">"Assume the worst when unsure."</p>
            {choices}
        };
        command("change-severity", ChangeSeverity::PATH, &self.form, &sent, mine, inside.into_any())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_is_read_beside_what_is_wanted() {
        let id = "01900000-0000-7000-8000-000000000001";
        let (seen, command) = read(id, id).unwrap();
        assert_eq!(seen.severity, Some(id.parse().unwrap()));
        assert_eq!(command, Command::ChangeSeverity { to: id.parse().unwrap() });
        assert_eq!(read(id, "").unwrap().0, Seen::default());
        assert_eq!(read("Sev1", "").unwrap_err().field(), Some("severity"));
    }
}
