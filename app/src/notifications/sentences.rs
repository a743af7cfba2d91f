//! What each notification says, in one sentence. Also what a direct message in Slack says.

use domain::notifications::Told;

/// One sentence. `by` is who did it; `what` the title of the task or action item.
pub fn sentence(told: Told, by: Option<&str>, what: Option<&str>) -> String {
    let who = by.unwrap_or("Sensible");
    let named = what.map(|what| format!(": {what}")).unwrap_or_default();
    match told {
        Told::LeadGiven => format!("{who} gave you the lead. You lead this incident now."),
        Told::RoleGiven => format!("{who} gave you a role in this incident."),
        Told::Reassigned => format!("{who} gave you what somebody had who has left{named}."),
        Told::TaskAssigned => format!("{who} gave you a task{named}."),
        Told::ActionItemAssigned => format!("{who} gave you an action item{named}."),
        Told::PostmortemAssigned => format!("{who} asks you to write the postmortem."),
        Told::HandOffOffered => format!("{who} offers you the lead. Accept or decline within fifteen minutes."),
        Told::HandOffAccepted => format!("{who} accepted your hand-off and leads now."),
        Told::HandOffDeclined => format!("{who} declined your hand-off. The lead is still where it was."),
        Told::HandOffCameBack => {
            "Nobody accepted the hand-off in fifteen minutes. The lead is still where it was.".into()
        }
        Told::HandOffWithdrawn => "The lead is not offered to you any more.".into(),
        Told::Invited => format!("{who} invited you."),
        Told::Update => format!("{who} wrote an update for everybody."),
        Told::WorstDeclared => format!("{who} declared an incident of the worst severity."),
        Told::BecameWorst => "This incident has the worst severity now.".into(),
        Told::UpdateOverdue => "The next update was promised for now. Tell everybody where it stands.".into(),
        Told::TriageOver => {
            "The time for additional triage is over. Is the cause known, or accepted as unknown?".into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_notification_is_a_whole_sentence() {
        for told in Told::ALL.iter().copied() {
            for (by, what) in [(None, None), (Some("Curlew"), Some("Look at the queue"))] {
                let said = sentence(told, by, what);
                assert!(said.ends_with(['.', '?']) && said.starts_with(char::is_uppercase), "{said}");
            }
        }
        assert_eq!(
            sentence(Told::TaskAssigned, Some("Curlew"), Some("Roll back")),
            "Curlew gave you a task: Roll back."
        );
    }
}
