//! What is asked once an incident is over: who writes the postmortem, how long to look for
//! the cause, and the end of looking.

use chrono::DateTime;
use domain::incidents::{Aim, Cause, Command, Seen};
use domain::text::{Summary, Title};
use domain::{ActionItemId, IncidentId, PersonId, Refusal, RequestId, Why};
use leptos::prelude::*;
use store::{Request, StoreError};
use uuid::Uuid;

use super::ask;
use super::read::{self, ask_read};
use crate::ctx::{Ctx, ctx, settle};
use crate::error::AppError;
use crate::paths;

/// Two more days for the cause.
#[server(endpoint = "incidents/box-triage")]
pub async fn box_triage(
    incident: String,
    request: String,
    #[server(default)] back: String,
    until: String,
) -> Result<(), AppError> {
    ask(incident, request, back, Seen::default(), "triage-boxed", boxed(&until)).await
}

/// The cause will not be known, and that is accepted. Which signal was missing becomes an
/// action item of whoever says so.
#[server(endpoint = "incidents/accept-unknown")]
pub async fn accept_unknown(
    incident: String,
    request: String,
    #[server(default)] back: String,
    action: String,
    #[server(default)] signal: String,
    #[server(default)] text: String,
    #[server(default)] seen_cause: String,
) -> Result<(), AppError> {
    let ctx = ctx()?;
    let both = paths::fits(&back)
        .and_then(|()| Both::read([&request, &action, &signal, &text, &seen_cause], ctx.viewer.person));
    settle(given_up(&ctx, &incident, both).await, &back, "accepted-unknown")
}

/// Whoever asks writes the postmortem.
#[server(endpoint = "incidents/write-postmortem")]
pub async fn write_postmortem(
    incident: String,
    request: String,
    #[server(default)] back: String,
) -> Result<(), AppError> {
    let person = ctx()?.viewer.person;
    ask(incident, request, back, Seen::default(), "postmortem-owner", Ok(Command::AssignPostmortem { person })).await
}

/// Somebody writes the postmortem, by name.
#[server(endpoint = "incidents/assign-postmortem")]
pub async fn assign_postmortem(
    incident: String,
    request: String,
    #[server(default)] back: String,
    #[server(default)] person: String,
) -> Result<(), AppError> {
    let asked = read::person(&ctx()?, &person).await;
    let asked = asked.map(|person| (Seen::default(), Command::AssignPostmortem { person }));
    ask_read(incident, request, back, "postmortem-owner", asked).await
}

/// The end stands in the form, so that the same form asks for the same, however often it is
/// sent.
fn boxed(until: &str) -> Result<Command, Refusal> {
    let until = DateTime::parse_from_rfc3339(until).map_err(|_| Refusal::invalid("until", Why::NotATime))?;
    Ok(Command::BoxTriage { until: until.to_utc() })
}

/// Settles the cause, then writes down what would have told it. Each has a request id of
/// its own, the second made from the first: sent twice, each acts once, and what broke off
/// between the two is finished by sending again.
async fn given_up(ctx: &Ctx, incident: &str, both: Result<Both, Refusal>) -> Result<(), StoreError> {
    let (incident, both) = (IncidentId::parse(incident)?, both?);
    for (request, command) in both.commands() {
        ctx.store.execute(&ctx.viewer, request, incident, command).await?;
    }
    Ok(())
}

/// What the form asks for.
struct Both {
    request: RequestId,
    seen: Option<Cause>,
    text: Summary,
    action: ActionItemId,
    signal: Title,
    owner: PersonId,
}

impl Both {
    fn read([request, action, signal, text, seen]: [&str; 5], owner: PersonId) -> Result<Self, Refusal> {
        Ok(Self {
            text: Summary::parse_field(text, "text")?,
            request: RequestId::parse(request)?,
            seen: if seen.is_empty() { None } else { Some(Cause::parse(seen)?) },
            action: ActionItemId::parse(action).map_err(|_| Refusal::invalid("action", Why::NotAnId))?,
            signal: Title::parse_field(signal, "signal")?,
            owner,
        })
    }

    fn commands(self) -> [(Request, Command); 2] {
        let cause = Command::SettleCause { cause: Cause::AcceptedUnknown, text: self.text, evidence: Vec::new() };
        let title = self.signal;
        let detect = Command::AddActionItem { action: self.action, title, aim: Aim::Detect, owner: Some(self.owner) };
        let seen = Seen { cause: self.seen, ..Seen::default() };
        [(Request { seen, ..Request::web(self.request) }, cause), (Request::web(second(self.request)), detect)]
    }
}

/// The request id of a form's second command: always the same for the same form.
fn second(first: RequestId) -> RequestId {
    RequestId::from_uuid(Uuid::from_u128(first.uuid().as_u128() ^ 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "01900000-0000-7000-8000-000000000001";

    fn both(signal: &str, seen: &str) -> Result<Both, Refusal> {
        Both::read([ID, ID, signal, "The cache, perhaps.", seen], PersonId::parse(ID).unwrap())
    }

    #[test]
    fn giving_up_settles_the_cause_and_asks_for_the_missing_signal() {
        let [(first, cause), (other, detect)] =
            both("An alert on the age of the queue", "suspected").unwrap().commands();
        let Command::SettleCause { cause, text, .. } = cause else { panic!("{cause:?}") };
        assert_eq!((cause, text.as_str()), (Cause::AcceptedUnknown, "The cache, perhaps."));
        assert_eq!(first.seen.cause, Some(Cause::Suspected));
        assert!(matches!(detect, Command::AddActionItem { aim: Aim::Detect, owner: Some(_), .. }));
        assert_ne!(first.id, other.id);
        assert_eq!(second(first.id), other.id, "the same form makes the same two");
        assert_eq!(second(other.id), first.id);
    }

    #[test]
    fn the_same_form_asks_for_the_same_end() {
        assert_eq!(boxed("2025-11-22T14:44:00Z"), boxed("2025-11-22T14:44:00Z"));
        assert_eq!(boxed("in two days").unwrap_err().field(), Some("until"));
    }

    #[test]
    fn the_signal_has_to_be_said() {
        assert_eq!(both(" ", "").err().unwrap(), Refusal::invalid("signal", Why::Empty));
        assert_eq!(both("x", "known").err().unwrap().field(), Some("cause"));
    }
}
