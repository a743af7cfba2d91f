//! What is asked once an incident is over: who writes the postmortem, how long to look for
//! the cause, and the end of looking.

use domain::incidents::{Aim, Cause, Command, Seen};
use domain::text::{Summary, Title};
use domain::{ActionItemId, IncidentId, PersonId, Refusal, RequestId, Why};
use leptos::prelude::*;
use store::{Request, StoreError};
use uuid::Uuid;

use super::ask;
use super::read::{self, ask_read, seen_person};
use super::seen_value::SeenValue;
use crate::ctx::{ctx, settle};
use crate::error::AppError;
use crate::paths;

/// Two more days for the cause, from the moment this is asked.
#[server(endpoint = "incidents/box-triage")]
pub async fn box_triage(incident: String, request: String, #[server(default)] back: String) -> Result<(), AppError> {
    ask(incident, request, back, Seen::default(), "triage-boxed", Ok(Command::BoxTriage { until: None })).await
}

/// The cause will not be known, and that is accepted. Which signal was missing, if anybody
/// knows, becomes an action item of whoever says so. `text` is what was known of the cause,
/// and stays.
#[server(endpoint = "incidents/accept-unknown")]
pub async fn accept_unknown(
    incident: String,
    request: String,
    #[server(default)] back: String,
    #[server(default)] action: String,
    #[server(default)] signal: String,
    #[server(default)] text: String,
    #[server(default)] seen_cause: String,
) -> Result<(), AppError> {
    let (asked, missed) = (accepted(&text, &seen_cause), Missed::read(&action, &signal));
    settle_both(incident, request, back, "accepted-unknown", asked, missed).await
}

/// Whoever asks writes the postmortem.
#[server(endpoint = "incidents/write-postmortem")]
pub async fn write_postmortem(
    incident: String,
    request: String,
    #[server(default)] back: String,
    #[server(default)] seen_owner: SeenValue,
) -> Result<(), AppError> {
    let person = ctx()?.viewer.person;
    ask_read(incident, request, back, "postmortem-owner", written_by(person, seen_owner.as_deref())).await
}

/// Somebody writes the postmortem, by name.
#[server(endpoint = "incidents/assign-postmortem")]
pub async fn assign_postmortem(
    incident: String,
    request: String,
    #[server(default)] back: String,
    #[server(default)] person: String,
    #[server(default)] seen_owner: SeenValue,
) -> Result<(), AppError> {
    let asked = read::person(&ctx()?, &person).await;
    let asked = asked.and_then(|person| Ok(written_by(person, seen_owner.as_deref())?));
    ask_read(incident, request, back, "postmortem-owner", asked).await
}

fn written_by(person: PersonId, seen: Option<&str>) -> Result<(Seen, Command), Refusal> {
    let seen = seen_person(seen).map_err(|_| Refusal::invalid("postmortem_owner", Why::NotKnown))?;
    Ok((Seen { postmortem_owner: seen, ..Seen::default() }, Command::AssignPostmortem { person }))
}

fn accepted(text: &str, seen: &str) -> Result<(Seen, Command), Refusal> {
    let text = Summary::parse_field(text, "cause_text")?;
    let cause = if seen.is_empty() { None } else { Some(Cause::parse(seen)?) };
    let seen = Seen { cause, cause_text: Some(text.clone()), ..Seen::default() };
    Ok((seen, Command::SettleCause { cause: Cause::AcceptedUnknown, text, evidence: Vec::new() }))
}

/// What is said under the field that asks for the signal.
pub(super) const SIGNAL_SAY: &str = "It becomes an action item of yours: next time it is noticed.";

/// The signal that was missing: something to do, so that it is noticed next time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Missed {
    action: ActionItemId,
    signal: Title,
}

impl Missed {
    /// Nothing when nobody said which.
    pub(super) fn read(action: &str, signal: &str) -> Result<Option<Self>, Refusal> {
        if signal.trim().is_empty() {
            return Ok(None);
        }
        let action = ActionItemId::parse(action).map_err(|_| Refusal::invalid("action", Why::NotAnId))?;
        Ok(Some(Self { action, signal: Title::parse_field(signal, "signal")? }))
    }
}

/// Settles the cause, then writes down what would have told it. Each has a request id of
/// its own, the second made from the first: sent twice, each acts once, and what broke off
/// between the two is finished by sending again.
pub(super) async fn settle_both(
    incident: String,
    request: String,
    back: String,
    done: &'static str,
    asked: Result<(Seen, Command), Refusal>,
    missed: Result<Option<Missed>, Refusal>,
) -> Result<(), AppError> {
    let ctx = ctx()?;
    let all = async {
        paths::fits(&back)?;
        let (incident, request) = (IncidentId::parse(&incident)?, RequestId::parse(&request)?);
        for (request, command) in both(request, asked?, missed?, ctx.viewer.person) {
            match ctx.store.execute(&ctx.viewer, request, incident, command).await {
                // Somebody else settled it just so.
                Err(StoreError::Refused(Refusal::Unchanged { .. })) => {}
                answer => drop(answer?),
            }
        }
        Ok::<_, StoreError>(())
    };
    settle(all.await, &back, done)
}

fn both(
    request: RequestId,
    (seen, cause): (Seen, Command),
    missed: Option<Missed>,
    owner: PersonId,
) -> impl Iterator<Item = (Request, Command)> {
    let first = (Request { seen, ..Request::web(request) }, cause);
    let detect = missed.map(|Missed { action, signal }| {
        let command = Command::AddActionItem { action, title: signal, aim: Aim::Detect, owner: Some(owner) };
        (Request::web(second(request)), command)
    });
    std::iter::once(first).chain(detect)
}

/// The request id of a form's second command: always the same for the same form.
fn second(first: RequestId) -> RequestId {
    RequestId::from_uuid(Uuid::from_u128(first.uuid().as_u128() ^ 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "01900000-0000-7000-8000-000000000001";

    fn all(signal: &str, seen: &str) -> Result<Vec<(Request, Command)>, Refusal> {
        let asked = accepted("The cache, perhaps.", seen)?;
        let (request, owner) = (RequestId::parse(ID)?, PersonId::parse(ID)?);
        Ok(both(request, asked, Missed::read(ID, signal)?, owner).collect())
    }

    #[test]
    fn giving_up_settles_the_cause_and_asks_for_the_missing_signal() {
        let [(first, cause), (other, detect)] =
            all("An alert on the age of the queue", "suspected").unwrap().try_into().unwrap();
        let Command::SettleCause { cause, text, evidence } = cause else { panic!("{cause:?}") };
        assert_eq!((cause, text.as_str()), (Cause::AcceptedUnknown, "The cache, perhaps."));
        assert!(evidence.is_empty() && first.seen.evidence.is_none(), "what shows it stays");
        assert_eq!(first.seen.cause, Some(Cause::Suspected));
        assert_eq!(first.seen.cause_text, Some(text), "whoever wrote other words meanwhile is heard");
        assert!(matches!(detect, Command::AddActionItem { aim: Aim::Detect, owner: Some(_), .. }));
        assert_ne!(first.id, other.id);
        assert_eq!(second(first.id), other.id, "the same form makes the same two");
        assert_eq!(second(other.id), first.id);
    }

    #[test]
    fn the_signal_need_not_be_known() {
        assert_eq!(all(" ", "").unwrap().len(), 1);
        assert_eq!(Missed::read("", "").unwrap(), None);
        assert_eq!(Missed::read("", "A lamp").unwrap_err(), Refusal::invalid("action", Why::NotAnId));
        let long = "x".repeat(Title::MOST as usize + 1);
        assert_eq!(Missed::read(ID, &long).unwrap_err().field(), Some("signal"));
        assert_eq!(all("x", "known").err().unwrap().field(), Some("cause"));
    }
}
