//! One imported incident as the steps that led to where it is. A moment that the
//! source does not name is not made up: a status whose time is not known becomes a
//! plain update.

use chrono::{DateTime, Utc};
use domain::incidents::{Command, Declaration, Kind, StatedKeyTime, Status, Visibility};
use domain::key_times::{KeyTimeKind, KeyTimeSource};
use domain::text::{LinkLabel, MarkdownText, Reason};
use domain::{IncidentId, Refusal, SeverityId};
use importers::{Imported, ImportedUpdate};
use store::{Deed, History, Step};
use uuid::Uuid;

/// Why an incident opened again, when its source does not say.
const OPENED_AGAIN: &str = "It was opened again where it was imported from.";
/// The link to the incident at its source.
const LINK: &str = "Where it was imported from";

/// The history of an imported incident.
pub(super) fn of(incident: Imported, severity: SeverityId) -> Result<History, Refusal> {
    let steps = Telling::of(&incident)?.steps;
    let declaration = Declaration {
        id: IncidentId::from_uuid(Uuid::now_v7()),
        title: incident.title,
        summary: incident.summary,
        kind: Kind::Real,
        visibility: Visibility::Public,
        status: Status::Investigating,
        severity,
        reporter: None,
        lead: None,
        key_times: incident
            .key_times
            .iter()
            .filter(|time| !time.kind.follows_state())
            .map(|time| StatedKeyTime {
                kind: time.kind,
                at: time.at,
                precision: time.precision,
                source: KeyTimeSource::Import,
                assumed: time.assumed,
            })
            .collect(),
    };
    Ok(History {
        source_ref: Some(incident.source_ref),
        declared_at: incident.reported_at,
        declared_by: None,
        declaration,
        components: incident.components,
        tags: Vec::new(),
        document_zone: Some(incident.zone),
        steps,
    })
}

/// The steps so far, and the status that they lead to.
struct Telling<'a> {
    incident: &'a Imported,
    status: Status,
    steps: Vec<Step>,
}

impl<'a> Telling<'a> {
    fn of(incident: &'a Imported) -> Result<Self, Refusal> {
        let mut telling = Self { incident, status: Status::Investigating, steps: Vec::new() };
        if let Some(link) = &incident.link {
            telling.step(incident.reported_at, Deed::Link(LinkLabel::parse(LINK)?, link.clone()));
        }
        for (index, update) in incident.updates.iter().enumerate() {
            telling.tell(update, &incident.updates[index + 1..])?;
        }
        telling.end();
        Ok(telling)
    }

    fn tell(&mut self, update: &ImportedUpdate, later: &[ImportedUpdate]) -> Result<(), Refusal> {
        let wanted = update.status.filter(|status| *status != self.status);
        match wanted {
            Some(Status::Recovered) => {
                self.say(update.at, update.body.as_ref(), None);
                // The last recovery is told with its own time, at the end.
                if self.status.is_active() && later.iter().any(|update| update.status.is_some_and(Status::is_active)) {
                    self.take(update.at, Command::Recover, Status::Recovered);
                }
            }
            Some(status) if status.is_active() => {
                if self.status == Status::Recovered {
                    let reopen = Command::Reopen { to: Status::Investigating, reason: Reason::parse(OPENED_AGAIN)? };
                    self.take(update.at, reopen, Status::Investigating);
                }
                let status = Some(status).filter(|status| *status != self.status && self.is_known(*status));
                self.say(update.at, update.body.as_ref(), status);
            }
            _ => self.say(update.at, update.body.as_ref(), None),
        }
        Ok(())
    }

    /// Whether the moment that comes with a status is known, so that taking the status
    /// writes nothing that the source does not say.
    fn is_known(&self, status: Status) -> bool {
        let kind = match status {
            Status::Identified => KeyTimeKind::Identified,
            Status::Monitoring => KeyTimeKind::Fixed,
            _ => return true,
        };
        self.incident.key_time(kind).is_some()
    }

    fn say(&mut self, at: DateTime<Utc>, body: Option<&MarkdownText>, status: Option<Status>) {
        let command = match (body, status) {
            (Some(body), status) => {
                Command::Update { body: body.clone(), status, severity: None, next_update_due_at: None }
            }
            (None, Some(to)) => Command::Move { to },
            (None, None) => return,
        };
        self.take(at, command, status.unwrap_or(self.status));
    }

    /// Its end: recovered at its own time, then closed. Without a known recovery it is
    /// only closed, and has no time to recover.
    fn end(&mut self) {
        let Imported { status, status_since, .. } = *self.incident;
        let recovered_at = self.incident.key_time(KeyTimeKind::Recovered).map(|time| time.at);
        if !matches!(status, Status::Recovered | Status::Closed) {
            if status != self.status && status.is_active() && self.is_known(status) {
                self.take(status_since, Command::Move { to: status }, status);
            }
            return;
        }
        if let Some(at) = recovered_at.filter(|_| self.status.is_active()) {
            self.take(at, Command::Recover, Status::Recovered);
        }
        if status == Status::Closed {
            let at = recovered_at.map_or(status_since, |recovered_at| recovered_at.max(status_since));
            self.take(at, Command::Close, Status::Closed);
        }
    }

    fn take(&mut self, at: DateTime<Utc>, command: Command, status: Status) {
        self.step(at, Deed::Command(command));
        self.status = status;
    }

    fn step(&mut self, at: DateTime<Utc>, deed: Deed) {
        self.steps.push(Step { at, recorded_at: None, person: None, label: None, deed });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;
    use domain::key_times::Precision;
    use domain::text::{SeverityName, Summary, Title};
    use domain::zones::Zone;
    use importers::{ImportedTime, ReadFrom};

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)
    }

    fn update(minute: i64, status: Option<Status>) -> ImportedUpdate {
        ImportedUpdate { at: at(minute), status, body: Some(MarkdownText::parse("words").unwrap()), edited_at: None }
    }

    fn incident(status: Status, known: &[(KeyTimeKind, i64)], updates: Vec<ImportedUpdate>) -> Imported {
        let key_times = known
            .iter()
            .map(|(kind, minute)| ImportedTime {
                kind: *kind,
                at: at(*minute),
                precision: Precision::Minute,
                assumed: false,
                read_from: ReadFrom::Text,
            })
            .collect();
        Imported {
            source_ref: "statuspage:p:i".into(),
            link: None,
            title: Title::parse("Late").unwrap(),
            summary: Summary::default(),
            severity_name: SeverityName::parse("Sev3").unwrap(),
            impact: String::new(),
            status,
            status_since: at(90),
            reported_at: at(0),
            key_times,
            updates,
            components: Vec::new(),
            zone: Zone::UTC,
        }
    }

    /// The statuses that the steps take, with the minute of each.
    fn statuses(incident: &Imported) -> Vec<(Status, i64)> {
        let minute = |step: &Step| (step.at - at(0)).num_minutes();
        Telling::of(incident)
            .unwrap()
            .steps
            .iter()
            .filter_map(|step| match &step.deed {
                Deed::Command(
                    Command::Update { status: Some(to), .. } | Command::Move { to } | Command::Reopen { to, .. },
                ) => Some((*to, minute(step))),
                Deed::Command(Command::Recover) => Some((Status::Recovered, minute(step))),
                Deed::Command(Command::Close) => Some((Status::Closed, minute(step))),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn a_status_whose_moment_is_not_known_is_only_said() {
        let updates = || vec![update(10, Some(Status::Identified)), update(20, Some(Status::Monitoring))];
        let known = [(KeyTimeKind::Fixed, 15), (KeyTimeKind::Recovered, 60)];
        let told = statuses(&incident(Status::Closed, &known, updates()));
        assert_eq!(told, [(Status::Monitoring, 20), (Status::Recovered, 60), (Status::Closed, 90)]);
    }

    #[test]
    fn without_a_known_recovery_there_is_none() {
        let told = statuses(&incident(Status::Closed, &[], vec![update(10, Some(Status::Recovered))]));
        assert_eq!(told, [(Status::Closed, 90)]);
    }

    #[test]
    fn the_last_recovery_counts() {
        let updates = vec![
            update(10, Some(Status::Recovered)),
            update(20, Some(Status::Investigating)),
            update(30, Some(Status::Recovered)),
        ];
        let told = statuses(&incident(Status::Closed, &[(KeyTimeKind::Recovered, 29)], updates));
        assert_eq!(
            told,
            [(Status::Recovered, 10), (Status::Investigating, 20), (Status::Recovered, 29), (Status::Closed, 90)]
        );
    }

    #[test]
    fn what_goes_on_stays_open() {
        let told = statuses(&incident(
            Status::Identified,
            &[(KeyTimeKind::Identified, 10)],
            vec![update(10, Some(Status::Identified))],
        ));
        assert_eq!(told, [(Status::Identified, 10)]);
    }
}
