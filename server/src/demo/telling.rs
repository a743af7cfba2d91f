//! The story's incidents, turned into the same commands that people give.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use domain::incidents::{Aim, Baton, Cause, Command, Declaration, Kind, StatedKeyTime, Status, Visibility};
use domain::key_times::{KeyTimeKind, KeyTimeSource, Precision};
use domain::text::{ComponentName, LinkLabel, MarkdownText, Reason, Summary, Title, Url};
use domain::zones::{LocalTime, Zone};
use domain::{ActionItemId, HandOffId, IncidentId, PersonId, SeverityId, System, TaskId};
use store::{Deed, History, Recorded, Step, Store};
use uuid::Uuid;

use super::DemoError;
use super::story::{Incident, Moment, Story};

/// Writes every incident, the oldest first, so that the numbers follow the time.
pub async fn tell(
    store: &Store,
    story: &Story,
    people: &HashMap<String, PersonId>,
    severities: &HashMap<String, SeverityId>,
    now: DateTime<Utc>,
) -> Result<(), DemoError> {
    let mut told: HashMap<String, IncidentId> = HashMap::new();
    let mut incidents = Vec::with_capacity(story.incidents.len());
    for incident in &story.incidents {
        incidents.push((declared_at(incident, now)?, incident));
    }
    incidents.sort_by_key(|(at, _)| *at);
    for (at, incident) in incidents {
        let teller = Teller { at, incident, people, severities, told: &told };
        if let Recorded::New(outcome) = store.record(System::Demo, teller.history()?).await? {
            told.insert(incident.title.clone(), outcome.incident);
            // Only what happens now is news; the store leaves out the rest.
            store.announce(System::Demo, outcome.incident).await?;
        }
    }
    Ok(())
}

/// When it was declared.
fn declared_at(incident: &Incident, now: DateTime<Utc>) -> Result<DateTime<Utc>, DemoError> {
    if let Some(minutes) = incident.minutes_ago {
        return Ok(now - TimeDelta::minutes(minutes));
    }
    let tokyo = Zone::parse("Asia/Tokyo")?;
    let day = match (&incident.over_clock_change, incident.days_ago) {
        (Some(zone), _) => tokyo.day(last_clock_change(&Zone::parse(zone)?, now)) - TimeDelta::days(2),
        (None, Some(days)) => tokyo.day(now) - TimeDelta::days(days),
        (None, None) => return Err(wrong(incident, "has no time")),
    };
    let clock = incident.at.as_deref().and_then(|at| NaiveTime::parse_from_str(at, "%H:%M").ok());
    at_local(day, clock.ok_or_else(|| wrong(incident, "has no time of day"))?, &tokyo)
}

fn at_local(day: NaiveDate, clock: NaiveTime, zone: &Zone) -> Result<DateTime<Utc>, DemoError> {
    Ok(LocalTime::resolve(day.and_time(clock), zone).known("at")?)
}

/// The last moment, to the hour and at least five days ago, at which the zone changed its
/// clocks; a zone that does not change them gives twenty days ago.
fn last_clock_change(zone: &Zone, now: DateTime<Utc>) -> DateTime<Utc> {
    (24 * 5..24 * 400)
        .map(|hours| now - TimeDelta::hours(hours))
        .find(|at| zone.ahead_of_utc(*at) != zone.ahead_of_utc(*at - TimeDelta::hours(1)))
        .unwrap_or(now - TimeDelta::days(20))
}

fn wrong(incident: &Incident, what: &str) -> DemoError {
    DemoError::Story(format!("“{}” {what}", incident.title))
}

struct Teller<'a> {
    at: DateTime<Utc>,
    incident: &'a Incident,
    people: &'a HashMap<String, PersonId>,
    severities: &'a HashMap<String, SeverityId>,
    told: &'a HashMap<String, IncidentId>,
}

impl Teller<'_> {
    fn history(&self) -> Result<History, DemoError> {
        let incident = self.incident;
        let key_times = [(KeyTimeKind::FailureStarted, incident.started), (KeyTimeKind::Detected, incident.detected)]
            .into_iter()
            .filter_map(|(kind, minutes)| {
                minutes.map(|minutes| StatedKeyTime {
                    kind,
                    at: self.minute(minutes),
                    precision: Precision::Minute,
                    source: KeyTimeSource::Manual,
                    assumed: false,
                })
            })
            .collect();
        let declaration = Declaration {
            id: IncidentId::from_uuid(Uuid::now_v7()),
            title: Title::parse(&incident.title)?,
            summary: if incident.summary_after.is_some() {
                Summary::default()
            } else {
                Summary::parse(&incident.summary)?
            },
            kind: incident.kind.as_deref().map_or(Ok(Kind::Real), Kind::parse)?,
            visibility: if incident.private { Visibility::Private } else { Visibility::Public },
            status: Status::Investigating,
            severity: self.severity(&incident.severity)?,
            reporter: Some(self.person(&incident.reporter)?),
            lead: None,
            key_times,
        };
        let components: Result<_, _> = incident.components.iter().map(|name| ComponentName::parse(name)).collect();
        Ok(History {
            source_ref: None,
            declared_at: self.at,
            declared_by: None,
            declaration,
            components: components?,
            tags: Vec::new(),
            document_zone: Some(Zone::parse("Asia/Tokyo")?),
            steps: self.steps()?,
        })
    }

    /// What followed, in order. What an update says at the minute of a change of status is
    /// said with the change, as people do.
    fn steps(&self) -> Result<Vec<Step>, DemoError> {
        let incident = self.incident;
        let lead = &incident.lead;
        let mut steps = vec![self.step(incident.lead_after, lead, Command::TakeLead { person: self.person(lead)? })?];
        for name in &incident.invited {
            steps.push(self.deed(1, Some(&incident.reporter), Deed::Invite(self.person(name)?))?);
        }
        if let Some(change) = &incident.severity_after {
            steps.push(self.step(
                change.after,
                &change.by,
                Command::ChangeSeverity { to: self.severity(&change.to)? },
            )?);
        }
        if let Some(minutes) = incident.summary_after {
            steps.push(self.step(minutes, lead, Command::Summarise { summary: Summary::parse(&incident.summary)? })?);
        }
        let changes = self.status_changes()?;
        for (minutes, to) in &changes {
            let said_with_it =
                incident.moments.iter().any(|moment| moment.update.is_some() && moment.after == *minutes);
            if !said_with_it {
                let command = match to {
                    Status::Recovered => Command::Recover,
                    Status::Closed => Command::Close,
                    to => Command::Move { to: *to },
                };
                steps.push(self.step(*minutes, lead, command)?);
            }
        }
        for moment in &incident.moments {
            let status = changes.iter().find(|(minutes, _)| *minutes == moment.after).map(|(_, to)| *to);
            if let (Some(to), Some(baton), Some(accepted)) = (&moment.hand_off, &moment.baton, moment.accepted) {
                steps.extend(self.hand_off(moment, to, baton, accepted)?);
            } else {
                steps.push(self.moment(moment, status)?);
            }
        }
        if let Some(minutes) = incident.reopened {
            let because = incident.reopened_because.as_deref().unwrap_or_default();
            steps.push(self.step(
                minutes,
                lead,
                Command::Reopen { to: Status::Investigating, reason: Reason::parse(because)? },
            )?);
        }
        if let (Some(minutes), Some(title)) = (incident.merged_after, &incident.merged_into) {
            let target = *self.told.get(title).ok_or_else(|| wrong(incident, "merges into what was not told yet"))?;
            steps.push(self.step(minutes, lead, Command::Merge { target, chain: Vec::new() })?);
        }
        if let (Some(cause), Some(over)) = (&incident.cause, incident.recovered_again.or(incident.recovered)) {
            let text = Summary::parse(incident.cause_text.as_deref().unwrap_or_default())?;
            steps.push(self.step(
                over + 1,
                lead,
                Command::SettleCause { cause: Cause::parse(cause)?, text, evidence: Vec::new() },
            )?);
            if let Some(owner) = &incident.postmortem_owner {
                steps.push(self.step(over + 1, lead, Command::AssignPostmortem { person: self.person(owner)? })?);
            }
        }
        steps.sort_by_key(|step| step.at);
        Ok(steps)
    }

    fn status_changes(&self) -> Result<Vec<(i64, Status)>, DemoError> {
        let incident = self.incident;
        let changes = [
            (incident.identified, Status::Identified),
            (incident.monitoring, Status::Monitoring),
            (incident.recovered, Status::Recovered),
            (incident.recovered_again, Status::Recovered),
            (incident.closed, Status::Closed),
        ];
        // Closing follows the cause, which is settled a minute after the recovery.
        Ok(changes
            .into_iter()
            .filter_map(|(minutes, to)| Some((if to == Status::Closed { minutes? + 2 } else { minutes? }, to)))
            .collect())
    }

    fn moment(&self, moment: &Moment, status: Option<Status>) -> Result<Step, DemoError> {
        let deed = if let Some(body) = &moment.update {
            Deed::Command(Command::Update {
                body: MarkdownText::parse(body)?,
                status,
                severity: None,
                next_update_due_at: moment.next_update_after.map(|minutes| self.minute(minutes)),
            })
        } else if let Some(body) = &moment.note {
            Deed::Command(Command::Note { body: MarkdownText::parse(body)? })
        } else if let Some(body) = &moment.pin {
            Deed::Pin(MarkdownText::parse(body)?)
        } else if let Some(body) = &moment.alert {
            Deed::Alert(MarkdownText::parse(body)?)
        } else if let (Some(label), Some(url)) = (&moment.link, &moment.url) {
            Deed::Link(LinkLabel::parse(label)?, Url::parse(url)?)
        } else if let Some(title) = &moment.task {
            Deed::Command(Command::AddTask {
                task: TaskId::from_uuid(Uuid::now_v7()),
                title: Title::parse(title)?,
                assignee: self.whose(moment)?,
            })
        } else if let (Some(title), Some(aim)) = (&moment.action, &moment.aim) {
            Deed::Command(Command::AddActionItem {
                action: ActionItemId::from_uuid(Uuid::now_v7()),
                title: Title::parse(title)?,
                aim: Aim::parse(aim)?,
                owner: self.whose(moment)?,
            })
        } else {
            return Err(wrong(self.incident, "has a moment in which nothing is said"));
        };
        let is_alert = moment.alert.is_some();
        let mut step = self.deed(moment.after, moment.by.as_deref(), deed)?;
        if is_alert {
            step.label = Some("Alert".into());
            step.recorded_at = Some(self.minute(1));
        }
        Ok(step)
    }

    /// Offered, and accepted by whoever was asked.
    fn hand_off(&self, moment: &Moment, to: &str, baton: &str, accepted: i64) -> Result<[Step; 2], DemoError> {
        let hand_off = HandOffId::from_uuid(Uuid::now_v7());
        let giver = moment.by.as_deref().unwrap_or(&self.incident.lead);
        let offer = Command::OfferHandOff {
            hand_off,
            to: self.person(to)?,
            baton: Baton { note: MarkdownText::parse(baton)? },
        };
        let accept = Command::AcceptHandOff { hand_off };
        Ok([self.step(moment.after, giver, offer)?, self.step(accepted, to, accept)?])
    }

    fn step(&self, minutes: i64, by: &str, command: Command) -> Result<Step, DemoError> {
        self.deed(minutes, Some(by), Deed::Command(command))
    }

    fn deed(&self, minutes: i64, by: Option<&str>, deed: Deed) -> Result<Step, DemoError> {
        let person = by.map(|name| self.person(name)).transpose()?;
        Ok(Step { at: self.minute(minutes), recorded_at: None, person, label: None, deed })
    }

    fn minute(&self, minutes: i64) -> DateTime<Utc> {
        self.at + TimeDelta::minutes(minutes)
    }

    fn whose(&self, moment: &Moment) -> Result<Option<PersonId>, DemoError> {
        moment.whose.as_deref().map(|name| self.person(name)).transpose()
    }

    fn person(&self, name: &str) -> Result<PersonId, DemoError> {
        self.people.get(name).copied().ok_or_else(|| DemoError::Story(format!("{name} is nobody of the story")))
    }

    fn severity(&self, name: &str) -> Result<SeverityId, DemoError> {
        self.severities.get(name).copied().ok_or_else(|| DemoError::Story(format!("{name} is no severity")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_story_can_be_read_and_all_its_times_are_past() {
        let story = Story::read().unwrap();
        assert_eq!(story.incidents.len(), 22);
        assert_eq!(
            story
                .incidents
                .iter()
                .filter(|incident| incident.components.iter().any(|name| name == "Scheduler"))
                .count(),
            14
        );
        // Around the year, also on the days on which clocks change.
        for now in [
            "2026-11-22T15:00:00Z",
            "2026-03-08T10:00:00Z",
            "2026-11-01T09:30:00Z",
            "2027-02-28T23:59:00Z",
            "2028-02-29T00:00:00Z",
        ] {
            let now: DateTime<Utc> = now.parse().unwrap();
            for incident in &story.incidents {
                let at = declared_at(incident, now).unwrap();
                let last = incident.moments.iter().map(|moment| moment.after).chain(incident.closed).max().unwrap_or(0);
                assert!(at + TimeDelta::minutes(last) <= now, "{} at {at}", incident.title);
            }
        }
    }

    #[test]
    fn it_goes_over_the_last_change_of_portlands_clocks() {
        let story = Story::read().unwrap();
        let incident = story.incidents.iter().find(|incident| incident.over_clock_change.is_some()).unwrap();
        let portland = Zone::parse("America/Los_Angeles").unwrap();
        let begun = declared_at(incident, "2026-11-22T15:00:00Z".parse().unwrap()).unwrap();
        let over = begun + TimeDelta::minutes(incident.recovered.unwrap());
        assert_ne!(portland.ahead_of_utc(begun), portland.ahead_of_utc(over));
    }
}
