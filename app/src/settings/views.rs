//! The settings, ready to show.

use domain::people::Phase;
use serde::{Deserialize, Serialize};
use store::{ComponentListed, Owed, Person, Settings, SeverityListed};

use crate::ctx::Installation;
use crate::paths;

/// The company.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompanyView {
    /// Its name.
    pub name: String,
    /// How many software engineers it has.
    pub engineers: u32,
    /// IANA name of its zone.
    pub zone: String,
    /// What that size means, in a sentence.
    pub phase: String,
    /// Whether the reader may change it.
    pub may_change: bool,
}

impl CompanyView {
    /// Puts the settings into words.
    pub fn of(settings: Settings, may_change: bool) -> Self {
        let phase = match settings.phase {
            Phase::Founding => "Phase 0: everybody does everything. The product shows the least.",
            Phase::One => "Phase 1: everybody is told. Simple, and easy to follow.",
            Phase::Two => "Phase 2: everybody can find out. Leads, hand-offs and private incidents are there.",
        };
        Self { name: settings.company_name, engineers: settings.engineers, zone: settings.zone, phase: phase.into(), may_change }
    }
}

/// The severities in use, the worst first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeveritiesView {
    /// The severities.
    pub severities: Vec<SeverityView>,
    /// Whether the reader may change them.
    pub may_change: bool,
}

/// One severity.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeverityView {
    /// Its id.
    pub id: String,
    /// `Sev2`.
    pub name: String,
    /// 1 is the worst.
    pub rank: u8,
    /// When an incident has it.
    pub definition: String,
    /// Something that happened, or could.
    pub example: String,
    /// Counted incidents that have it.
    pub so_far: i64,
}

impl From<SeverityListed> for SeverityView {
    fn from(severity: SeverityListed) -> Self {
        Self {
            id: severity.id.to_string(),
            name: severity.name,
            rank: u8::try_from(severity.rank).unwrap_or(u8::MAX),
            definition: severity.definition,
            example: severity.example,
            so_far: severity.so_far,
        }
    }
}

/// The components in use, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComponentsView {
    /// The components.
    pub components: Vec<ComponentView>,
    /// Whether the reader may change them.
    pub may_change: bool,
}

/// One component.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComponentView {
    /// Its id.
    pub id: String,
    /// `Scheduler`.
    pub name: String,
    /// What it does.
    pub description: String,
    /// Where to look.
    pub links: Vec<LinkView>,
}

/// Where to look when a component fails.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LinkView {
    /// `dashboard`, `logs`, `runbook`, `other`.
    pub kind: String,
    /// What is read.
    pub label: String,
    /// A web address.
    pub url: String,
}

impl From<ComponentListed> for ComponentView {
    fn from(component: ComponentListed) -> Self {
        let links = component.links.into_iter().map(|link| LinkView { kind: link.kind, label: link.label, url: link.url });
        Self { id: component.id.to_string(), name: component.name, description: component.description, links: links.collect() }
    }
}

/// Everybody.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeopleView {
    /// Who is here.
    pub here: Vec<PersonView>,
    /// Who is deactivated.
    pub left: Vec<PersonView>,
    /// Whether Slack is asked who is a guest.
    pub guests_checked: bool,
    /// Whether the reader may change them.
    pub may_change: bool,
}

/// One person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonView {
    /// Their id.
    pub id: String,
    /// Their name.
    pub name: String,
    /// What is known of them, in a line.
    pub says: String,
    /// Whether they are an admin.
    pub is_admin: bool,
    /// Whether they are not deactivated.
    pub is_active: bool,
    /// Whether Slack deactivated them.
    pub left_in_slack: bool,
    /// What stands in the name of somebody who left.
    pub still_theirs: Vec<OwedView>,
}

/// Something in somebody's name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwedView {
    /// Where it is.
    pub address: String,
    /// What it is.
    pub says: String,
}

impl PersonView {
    /// Puts a person into words.
    pub fn of(person: Person, owed: Owed) -> Self {
        let mut facts = Vec::new();
        if person.is_admin {
            facts.push("Admin".to_owned());
        }
        facts.extend(person.email);
        facts.push(person.zone.replace('_', " "));
        facts.push(match (person.deactivated_at, person.claimed_at, person.in_slack) {
            (Some(_), _, _) if person.deactivated_by_slack => "left the Slack workspace".into(),
            (Some(_), _, _) => "deactivated by an admin".into(),
            (None, Some(_), _) => "signs in with Slack".into(),
            (None, None, true) => "in Slack, has not signed in yet".into(),
            (None, None, false) => "has not signed in yet".into(),
        });
        let incident = |what: &str, owed: store::OwedIncident| OwedView {
            address: paths::incident(owed.reference),
            says: format!("{what} {}: {}", owed.reference, owed.title),
        };
        let mut still_theirs: Vec<OwedView> = owed.leads.into_iter().map(|owed| incident("Lead of", owed)).collect();
        still_theirs.extend(owed.postmortems.into_iter().map(|owed| incident("Postmortem of", owed)));
        still_theirs.extend(owed.tasks.into_iter().map(|task| OwedView {
            address: paths::incident(task.reference),
            says: format!("Task in {}: {}", task.reference, task.title),
        }));
        Self {
            id: person.id.to_string(),
            name: person.name,
            says: facts.join(" · "),
            is_admin: person.is_admin,
            is_active: person.deactivated_at.is_none(),
            left_in_slack: person.deactivated_by_slack,
            still_theirs,
        }
    }
}

/// The way from the demo to the real thing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetUpView {
    /// Where people reach this installation.
    pub public_url: String,
    /// It runs with the fake Slack workspace.
    pub fake_slack: bool,
    /// It runs with the Postgres that comes along.
    pub private_postgres: bool,
    /// People reach it over https.
    pub https: bool,
    /// The configured workspace.
    pub slack_team_id: Option<String>,
    /// Guests are checked, the roster is read.
    pub bot_token: bool,
    /// The three questions were answered.
    pub answered: bool,
    /// The demo story lives here.
    pub demo: bool,
    /// Names of the admins.
    pub admins: Vec<String>,
    /// Whether the reader is one.
    pub may_change: bool,
}

impl SetUpView {
    /// Puts together what the server knows of itself and what the database says.
    pub fn of(installation: &Installation, settings: &Settings, admins: Vec<String>, may_change: bool) -> Self {
        Self {
            https: installation.public_url.starts_with("https://"),
            public_url: installation.public_url.clone(),
            fake_slack: installation.fake_slack,
            private_postgres: installation.private_postgres,
            slack_team_id: installation.slack_team_id.clone(),
            bot_token: installation.bot_token,
            answered: settings.set_up,
            demo: settings.demo,
            admins,
            may_change,
        }
    }
}
