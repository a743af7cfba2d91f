//! Action items, ready to show.

use chrono::{DateTime, Utc};
use domain::incidents::ActionStatus;
use domain::zones::{Zone, rfc3339};
use serde::{Deserialize, Serialize};
use store::{ActionItemRow, MOST_ACTION_ITEMS};

use crate::paths;
use crate::ui::TimeView;

/// The action items that are still to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionsView {
    /// Only those of whoever looks.
    pub mine: bool,
    /// By incident, the newest first.
    pub groups: Vec<GroupView>,
    /// Where the older ones are.
    pub older: Option<String>,
}

/// The action items after one incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupView {
    /// The incident: reference, address, title; nothing for those that belong to none.
    pub incident: Option<(String, String, String)>,
    /// What is to be done after it.
    pub items: Vec<ActionView>,
}

/// An action item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionView {
    /// `ACT-12`.
    pub number: String,
    /// Its address.
    pub href: String,
    /// What is to be done.
    pub title: String,
    /// What for: `Detect`.
    pub aim: String,
    /// How far it is, with its mark.
    pub status: (String, String),
    /// Whose it is.
    pub owner: Option<String>,
    /// The incident: reference, address, title.
    pub incident: Option<(String, String, String)>,
    /// Since when.
    pub since: TimeView,
}

impl ActionsView {
    /// Puts a list into words, grouped by incident.
    pub fn of(rows: Vec<ActionItemRow>, mine: bool, zone: &Zone) -> Self {
        let is_full = rows.len() >= usize::from(MOST_ACTION_ITEMS);
        let last = rows.last().map(|row| row.reference.to_string()).unwrap_or_default();
        let owner = if mine { "mine" } else { "" };
        let older = is_full.then(|| paths::with_query(paths::ACTIONS, [("owner", owner), ("before", last.as_str())]));
        let mut groups: Vec<GroupView> = Vec::new();
        for row in rows {
            let item = ActionView::of(row, zone);
            match groups.iter_mut().find(|group| group.incident == item.incident) {
                Some(group) => group.items.push(item),
                None => groups.push(GroupView { incident: item.incident.clone(), items: vec![item] }),
            }
        }
        Self { mine, groups, older }
    }
}

impl ActionView {
    /// Puts an action item into words.
    pub fn of(row: ActionItemRow, zone: &Zone) -> Self {
        Self {
            number: row.reference.to_string(),
            href: paths::action(row.reference),
            title: row.title,
            aim: row.aim.word().into(),
            status: (mark(row.status).into(), row.status.word().into()),
            owner: row.owner.map(|owner| owner.name),
            incident: row
                .incident
                .map(|incident| (incident.reference.to_string(), paths::incident(incident.reference), incident.title)),
            since: since(row.created_at, zone),
        }
    }
}

fn since(at: DateTime<Utc>, zone: &Zone) -> TimeView {
    TimeView { at: rfc3339(at), text: zone.date(at) }
}

fn mark(status: ActionStatus) -> &'static str {
    match status {
        ActionStatus::Triage => "want",
        ActionStatus::Backlog => "backlog",
        ActionStatus::Planned => "planned",
        ActionStatus::InProgress => "progress",
        ActionStatus::Done => "done",
        ActionStatus::NotDoing => "notdoing",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::incidents::Aim;
    use domain::{ActionItemId, ActionReference, ActionSeries};
    use store::incidents::IncidentLink;

    fn row(number: u32, incident: Option<&str>) -> ActionItemRow {
        let id = uuid::Uuid::from_u128(u128::from(number));
        ActionItemRow {
            id: ActionItemId::from_uuid(id),
            reference: ActionReference { series: ActionSeries::Act, number },
            title: format!("Action {number}"),
            aim: Aim::Detect,
            status: ActionStatus::Triage,
            owner: None,
            incident: incident.map(|reference| IncidentLink {
                id: uuid::Uuid::nil().into(),
                reference: reference.parse().unwrap(),
                title: "Webhooks delayed".into(),
            }),
            created_at: "2025-11-20T14:44:00Z".parse().unwrap(),
            done_at: None,
        }
    }

    #[test]
    fn an_incident_has_its_action_items_together() {
        let rows = vec![row(5, Some("INC-20")), row(4, None), row(3, Some("INC-20"))];
        let view = ActionsView::of(rows, false, &Zone::UTC);
        let numbers: Vec<Vec<&str>> =
            view.groups.iter().map(|group| group.items.iter().map(|item| item.number.as_str()).collect()).collect();
        assert_eq!(numbers, [vec!["ACT-5", "ACT-3"], vec!["ACT-4"]]);
        assert_eq!(view.older, None);
    }

    #[test]
    fn a_full_page_leads_to_the_older_ones() {
        let rows = (1..=u32::from(MOST_ACTION_ITEMS)).rev().map(|number| row(number + 7, None)).collect();
        assert_eq!(ActionsView::of(rows, true, &Zone::UTC).older.as_deref(), Some("/actions?owner=mine&before=ACT-8"));
    }
}
