//! Steps of the life cycle: it's over, another status, an end with its reason, and back.

use domain::Refusal;
use domain::incidents::{Command, Seen, Status, Transition, transition};
use domain::text::Reason;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use serde::{Deserialize, Serialize};
use store::incidents::Homepage;

use super::form::command;
use super::read::{ask_read, seen_status};
use super::{Form, ask};
use crate::error::AppError;
use crate::refused::refused;
use crate::ui::{Hidden, Submit, TextArea};

/// It's over. Whatever somebody saw, and whatever is owed.
#[server(endpoint = "incidents/recover")]
pub async fn recover(incident: String, request: String, back: String) -> Result<(), AppError> {
    ask(incident, request, back, Seen::default(), "recovered", Ok(Command::Recover)).await
}

/// A step that needs neither a reason nor a target.
#[server(endpoint = "incidents/status")]
pub async fn change_status(
    incident: String,
    request: String,
    back: String,
    to: String,
    #[server(default)] seen_status: String,
) -> Result<(), AppError> {
    ask_read(incident, request, back, "status", step(&to, &seen_status)).await
}

/// An end that needs a reason: Declined or Cancelled.
#[server(endpoint = "incidents/end")]
pub async fn end_incident(
    incident: String,
    request: String,
    back: String,
    to: String,
    reason: String,
    #[server(default)] seen_status: String,
) -> Result<(), AppError> {
    ask_read(incident, request, back, "ended", end(&to, &reason, &seen_status)).await
}

/// It is back, or its end was a mistake.
#[server(endpoint = "incidents/reopen")]
pub async fn reopen(
    incident: String,
    request: String,
    back: String,
    reason: String,
    #[server(default)] seen_status: String,
) -> Result<(), AppError> {
    ask_read(incident, request, back, "reopened", again(&reason, &seen_status)).await
}

fn step(to: &str, seen: &str) -> Result<(Seen, Command), Refusal> {
    let (to, status) = (Status::parse(to)?, seen_status(seen)?);
    let seen = Seen { status, ..Seen::default() };
    Ok(match to {
        Status::Recovered => (Seen::default(), Command::Recover),
        Status::Closed => (seen, Command::Close),
        to if status == Some(Status::Triage) && to.is_active() => (seen, Command::Accept { to }),
        to => (seen, Command::Move { to }),
    })
}

fn end(to: &str, reason: &str, seen: &str) -> Result<(Seen, Command), Refusal> {
    let (to, seen) = (Status::parse(to)?, Seen { status: seen_status(seen)?, ..Seen::default() });
    let reason = Reason::parse(reason)?;
    Ok((seen, if to == Status::Declined { Command::Decline { reason } } else { Command::Cancel { reason } }))
}

fn again(reason: &str, seen: &str) -> Result<(Seen, Command), Refusal> {
    let seen = Seen { status: seen_status(seen)?, ..Seen::default() };
    Ok((seen, Command::Reopen { to: Status::Investigating, reason: Reason::parse(reason)? }))
}

/// What can become of the status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusForms {
    form: Form,
    status: Status,
    uses_all: bool,
}

impl StatusForms {
    /// The steps of an incident from where it stands.
    pub fn of(homepage: &Homepage, form: Form) -> Self {
        use domain::key_times::KeyTimeKind::{Fixed, Identified};
        let used = [Status::Identified, Status::Monitoring].contains(&homepage.status)
            || [Identified, Fixed].into_iter().any(|kind| homepage.key_times.has(kind));
        let uses_all = used || homepage.phase == domain::people::Phase::Two;
        Self { form, status: homepage.status, uses_all }
    }

    /// Whether the form behind the status was refused.
    pub fn is_refused() -> bool {
        refused(ChangeStatus::PATH).without("to", Status::Closed.as_str()).is_here()
    }

    /// Whether it can end with this status, and needs a reason for it.
    pub fn can_end(&self, to: Status) -> bool {
        transition(self.status, to) == Transition::LegalWithReason
    }

    /// Whether it can go on in another incident.
    pub fn can_merge(&self) -> bool {
        transition(self.status, Status::Merged) == Transition::LegalIntoTarget
    }

    /// Behind the status in the sentence: every step that makes sense now.
    pub fn view(self) -> AnyView {
        let sent = refused(ChangeStatus::PATH).without("to", Status::Closed.as_str());
        let mine = Status::parse(&sent.value("to", "")).map(|to| to.word().to_owned()).ok();
        let buttons = steps(self.status, self.uses_all)
            .into_iter()
            .map(|(to, says)| {
                view! {
                    <button class="choice" name="to" value=to.as_str()><b>{to.word()}</b><span>{says}</span></button>
                }
            })
            .collect_view();
        let elsewhere = elsewhere(self.status)
            .into_iter()
            .map(|(href, word)| view! { <a class="choice" href=href><b>{word}</b></a> })
            .collect_view();
        let inside = view! { <Hidden name="seen_status" value=self.status.as_str() /> {buttons} };
        view! {
            {command("change-status", ChangeStatus::PATH, &self.form, &sent, mine, inside.into_any())}
            {elsewhere}
        }
        .into_any()
    }

    /// The one obvious button while it is open: “It’s over”. Once it is over, the next steps
    /// are obvious; closing is the last of them.
    pub fn obvious(&self) -> Option<AnyView> {
        self.status.is_open().then(|| {
            let sent = refused(Recover::PATH);
            let inside = view! { <Submit>"It’s over"</Submit> };
            command("its-over", Recover::PATH, &self.form, &sent, None, inside.into_any())
        })
    }

    /// Why it comes back; nothing while it is open.
    pub fn reopening(&self) -> Option<(bool, AnyView)> {
        if self.status.is_open() {
            return None;
        }
        let sent = refused(Reopen::PATH);
        let inside = view! {
            <Hidden name="seen_status" value=self.status.as_str() />
            <TextArea name="reason" label="Why does it come back?" value="" most=Reason::MOST id="reopen" required=true
                draft=format!("reopen-{}", self.form.incident) refused=&sent />
            <Submit>"Re-open it"</Submit>
        };
        Some((sent.is_here(), command("reopen", Reopen::PATH, &self.form, &sent, None, inside.into_any())))
    }

    /// Why it ends as Declined or Cancelled.
    pub fn ending(&self, to: Status) -> (bool, AnyView) {
        let (id, label, word) = match to {
            Status::Declined => ("decline", "Why was it no incident?", "Decline it"),
            _ => ("cancel", "Why was it declared by mistake?", "Cancel it"),
        };
        let sent = refused(EndIncident::PATH).with("to", to.as_str());
        let inside = view! {
            <Hidden name="seen_status" value=self.status.as_str() /><Hidden name="to" value=to.as_str() />
            <TextArea name="reason" label=label value="" most=Reason::MOST id=id required=true draft=format!("{id}-{}", self.form.incident)
                say="At least ten characters, so that it can be understood later." refused=&sent />
            <Submit>{word}</Submit>
        };
        (sent.is_here(), command(id, EndIncident::PATH, &self.form, &sent, None, inside.into_any()))
    }
}

/// The steps that need nothing, with what they mean; a small team sees Identified and
/// Monitoring once they are used.
fn steps(from: Status, uses_all: bool) -> Vec<(Status, &'static str)> {
    let is_shown = |to: Status| uses_all || !matches!(to, Status::Identified | Status::Monitoring);
    let demands_nothing = |to: Status| transition(from, to) == Transition::Legal;
    // Closing has a button of its own, once it is over.
    let all = Status::ALL.iter().copied().filter(|to| *to != Status::Closed);
    all.filter(|to| demands_nothing(*to) && is_shown(*to)).map(|to| (to, means(to))).collect()
}

/// The steps that need more than a click, by the form that asks for it.
fn elsewhere(from: Status) -> Vec<(&'static str, &'static str)> {
    let back = if from.is_end() { "Undo this end …" } else { "Re-open it …" };
    [
        (Status::Investigating, "#reopen", back),
        (Status::Merged, "#merge", "Merge it into another …"),
        (Status::Declined, "#decline", "Decline it …"),
        (Status::Cancelled, "#cancel", "Cancel it …"),
    ]
    .into_iter()
    .filter(|(to, ..)| matches!(transition(from, *to), Transition::LegalWithReason | Transition::LegalIntoTarget))
    .map(|(_, href, word)| (href, word))
    .collect()
}

fn means(to: Status) -> &'static str {
    match to {
        Status::Investigating => "Somebody looks for what is broken.",
        Status::Identified => "It is known what is broken.",
        Status::Monitoring => "A fix is out; people watch whether it holds.",
        Status::Recovered => "It’s over.",
        Status::Triage | Status::Closed | Status::Declined | Status::Merged | Status::Cancelled => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_of_the_table_is_offered_once_and_no_other() {
        for &from in Status::ALL {
            let offered: Vec<Status> = steps(from, true).into_iter().map(|(to, _)| to).collect();
            for &to in Status::ALL {
                // Closing has a button of its own among the next steps.
                let is_step = transition(from, to) == Transition::Legal && to != Status::Closed;
                assert_eq!(offered.contains(&to), is_step, "{from} to {to}");
            }
        }
        assert_eq!(elsewhere(Status::Triage).len(), 3);
        assert_eq!(
            elsewhere(Status::Investigating),
            [("#merge", "Merge it into another …"), ("#cancel", "Cancel it …")]
        );
        assert_eq!(elsewhere(Status::Closed), [("#reopen", "Re-open it …")]);
        assert_eq!(elsewhere(Status::Merged), [("#reopen", "Undo this end …")]);
    }

    #[test]
    fn a_small_team_sees_few_words_until_it_uses_more() {
        let few: Vec<Status> = steps(Status::Investigating, false).into_iter().map(|(to, _)| to).collect();
        assert_eq!(few, [Status::Recovered]);
        assert_eq!(steps(Status::Investigating, true).len(), 3);
    }

    #[test]
    fn taking_it_on_is_accepting_and_recovering_never_asks_what_was_seen() {
        assert_eq!(step("identified", "triage").unwrap().1, Command::Accept { to: Status::Identified });
        assert_eq!(step("identified", "monitoring").unwrap().1, Command::Move { to: Status::Identified });
        assert_eq!(step("recovered", "triage").unwrap(), (Seen::default(), Command::Recover));
        assert_eq!(step("closed", "recovered").unwrap().1, Command::Close);
        assert!(step("Closed", "").is_err() && step("closed", "x").is_err());
        assert_eq!(end("cancelled", "short", "").unwrap_err(), Reason::too_short());
    }
}
