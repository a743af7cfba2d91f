//! Handing the lead over: offered with a baton note, answered, or taken back.

use domain::incidents::{Baton, Command, Seen};
use domain::text::MarkdownText;
use domain::{HandOffId, PersonId, Refusal, Why};
use leptos::prelude::*;

use super::read::ask_read;
use crate::error::AppError;

/// The lead offers the lead to somebody.
#[server(endpoint = "incidents/offer-hand-off")]
pub async fn offer_hand_off(
    incident: String,
    request: String,
    #[server(default)] back: String,
    hand_off: String,
    #[server(default)] person: String,
    #[server(default)] note: String,
) -> Result<(), AppError> {
    ask_read(incident, request, back, "hand-off-offered", offered(&hand_off, &person, &note)).await
}

/// Whoever was asked takes over.
#[server(endpoint = "incidents/accept-hand-off")]
pub async fn accept_hand_off(
    incident: String,
    request: String,
    #[server(default)] back: String,
    hand_off: String,
) -> Result<(), AppError> {
    let command = id(&hand_off).map(|hand_off| (Seen::default(), Command::AcceptHandOff { hand_off }));
    ask_read(incident, request, back, "hand-off-accepted", command).await
}

/// Whoever was asked cannot.
#[server(endpoint = "incidents/decline-hand-off")]
pub async fn decline_hand_off(
    incident: String,
    request: String,
    #[server(default)] back: String,
    hand_off: String,
) -> Result<(), AppError> {
    let command = id(&hand_off).map(|hand_off| (Seen::default(), Command::DeclineHandOff { hand_off }));
    ask_read(incident, request, back, "hand-off-declined", command).await
}

/// The giver, or whoever leads by now, takes the offer back.
#[server(endpoint = "incidents/withdraw-hand-off")]
pub async fn withdraw_hand_off(
    incident: String,
    request: String,
    #[server(default)] back: String,
    hand_off: String,
) -> Result<(), AppError> {
    let command = id(&hand_off).map(|hand_off| (Seen::default(), Command::WithdrawHandOff { hand_off }));
    ask_read(incident, request, back, "hand-off-withdrawn", command).await
}

fn offered(hand_off: &str, person: &str, note: &str) -> Result<(Seen, Command), Refusal> {
    let to = match person.trim() {
        "" => Err(Refusal::invalid("person", Why::Empty)),
        person => PersonId::parse(person).map_err(|_| Refusal::invalid("person", Why::NotKnown)),
    };
    let note = MarkdownText::parse_field(note, "note")?;
    Ok((Seen::default(), Command::OfferHandOff { hand_off: id(hand_off)?, to: to?, baton: Baton { note } }))
}

fn id(hand_off: &str) -> Result<HandOffId, Refusal> {
    HandOffId::parse(hand_off).map_err(|_| Refusal::invalid("hand_off", Why::NotAnId))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "01900000-0000-7000-8000-000000000001";

    #[test]
    fn an_offer_needs_somebody_and_a_note() {
        assert!(matches!(offered(ID, ID, "State: calm.").unwrap().1, Command::OfferHandOff { .. }));
        for (refused, field, why) in [
            (offered(ID, " ", "x"), "person", Why::Empty),
            (offered(ID, "Godwit", "x"), "person", Why::NotKnown),
            (offered(ID, ID, " "), "note", Why::Empty),
            (offered("x", ID, "x"), "hand_off", Why::NotAnId),
        ] {
            assert_eq!(refused.unwrap_err(), Refusal::invalid(field, why));
        }
    }
}
