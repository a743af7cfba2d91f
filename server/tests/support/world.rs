//! Who and what there is in a test: people of every kind, a public and a private
//! incident, and a private one whose every word is a canary.

use chrono::{TimeDelta, Utc};
use domain::incidents::{Cause, Command, Declaration, Kind, Status, Visibility};
use domain::text::{ComponentName, LinkLabel, MarkdownText, Summary, TagName, Title, Url};
use domain::{IncidentId, PersonId, SeverityId, System, Viewer};
use store::{Deed, History, Recorded, RosterPerson, Step};

use super::TestApp;

pub const TEAM: &str = "T0PAPERKITE";

/// The people and things of a test.
pub struct World {
    pub admin: PersonId,
    pub lead: PersonId,
    pub reporter: PersonId,
    pub invited: PersonId,
    pub participant: PersonId,
    pub member: PersonId,
    /// Has left; an admin deactivated them.
    pub left: PersonId,
    pub severity: SeverityId,
    pub component: String,
    /// A public incident that is over.
    pub public: String,
    /// A private incident: reporter, lead and invited may read it.
    pub private: String,
    /// The mark of every text of the private incident.
    pub canary: String,
}

impl World {
    pub async fn make(app: &TestApp) -> Self {
        let mut world = Self::without_private(app).await;
        let canary = world.canary.clone();
        world.private = world.record(app, Visibility::Private, &format!("{canary} title"), &canary).await;
        world
    }

    /// The same without the private incident.
    pub async fn without_private(app: &TestApp) -> Self {
        let store = &app.state.store;
        let names = ["Avocet", "Curlew", "Dunlin", "Godwit", "Knot", "Plover", "Turnstone"];
        let roster = names
            .iter()
            .map(|name| RosterPerson {
                team: TEAM.into(),
                user: format!("U0{}", name.to_ascii_uppercase()),
                name: (*name).into(),
                email: Some(format!("{}@paperkite.example", name.to_lowercase())),
                picture: None,
                zone: Some("Asia/Tokyo".into()),
                gone: false,
            })
            .collect();
        store.sync_roster(System::Worker, roster).await.unwrap();
        let mut people = Vec::new();
        for name in names {
            let user = format!("U0{}", name.to_ascii_uppercase());
            people.push(store.person_of_slack(System::Worker, TEAM, &user).await.unwrap().unwrap());
        }
        let [admin, lead, reporter, invited, participant, member, left] = people.try_into().unwrap();
        store.appoint(System::Demo, admin).await.unwrap();
        let as_admin = Viewer { person: admin, is_admin: true };
        store.deactivate(&as_admin, left).await.unwrap();
        let severity = store.severities(&as_admin).await.unwrap()[1].id;

        let canary = format!("canary{}", uuid::Uuid::new_v4().simple());
        let mut world = Self {
            admin,
            lead,
            reporter,
            invited,
            participant,
            member,
            left,
            severity,
            component: String::new(),
            public: String::new(),
            private: String::new(),
            canary,
        };
        world.public = world.record(app, Visibility::Public, "The queue is slow", "queue").await;
        let components = store.components(&as_admin).await.unwrap();
        world.component = components[0].id.to_string();
        world
    }

    /// The sample of an entry with what exists here in the places of what it needs.
    pub fn fill(&self, sample: &str, reference: &str) -> String {
        sample
            .replace("<person>", &self.member.to_string())
            .replace("<admin>", &self.lead.to_string())
            .replace("<left>", &self.left.to_string())
            .replace("<severity>", &self.severity.to_string())
            .replace("<component>", &self.component)
            .replace("<reference>", reference)
    }

    async fn record(&self, app: &TestApp, visibility: Visibility, title: &str, word: &str) -> String {
        let start = Utc::now() - TimeDelta::hours(5);
        let say = |what: &str| format!("{word} {what}");
        let text = |what: &str| MarkdownText::parse(&say(what)).unwrap();
        let mut minute = 0;
        let mut step = |person: PersonId, deed: Deed| {
            minute += 1;
            Step {
                at: start + TimeDelta::minutes(minute),
                recorded_at: None,
                person: Some(person),
                label: Some(say("label")),
                deed,
            }
        };
        let mut steps = vec![
            step(self.lead, Deed::Command(Command::TakeLead { person: self.lead })),
            step(self.lead, Deed::Invite(self.invited)),
            step(self.lead, Deed::Command(Command::Note { body: text("note") })),
            step(
                self.lead,
                Deed::Command(Command::Update {
                    body: text("update"),
                    status: Some(Status::Identified),
                    severity: None,
                    next_update_due_at: None,
                }),
            ),
            step(self.lead, Deed::Alert(text("alert"))),
            step(self.lead, Deed::Pin(text("pin"))),
            step(
                self.lead,
                Deed::Link(
                    LinkLabel::parse(&say("link")).unwrap(),
                    Url::parse(&format!("https://{word}.example/")).unwrap(),
                ),
            ),
            step(
                self.lead,
                Deed::Command(Command::SettleCause {
                    cause: Cause::Confirmed,
                    text: Summary::parse(&say("cause")).unwrap(),
                }),
            ),
            step(self.lead, Deed::Command(Command::AssignPostmortem { person: self.lead })),
        ];
        if visibility == Visibility::Public {
            steps.push(step(self.participant, Deed::Command(Command::Note { body: text("another note") })));
            steps.push(step(self.lead, Deed::Command(Command::Recover)));
        }
        let history = History {
            source_ref: Some(format!("test:{word}")),
            declared_at: start,
            declared_by: None,
            declaration: Declaration {
                id: IncidentId::from_uuid(uuid::Uuid::now_v7()),
                title: Title::parse(title).unwrap(),
                summary: Summary::parse(&say("summary")).unwrap(),
                kind: Kind::Real,
                visibility,
                status: Status::Investigating,
                severity: self.severity,
                reporter: Some(self.reporter),
                lead: None,
                key_times: Vec::new(),
            },
            components: vec![ComponentName::parse("Scheduler").unwrap()],
            tags: vec![TagName::parse(word).unwrap()],
            document_zone: None,
            steps,
        };
        match app.state.store.record(System::Demo, history).await.unwrap() {
            Recorded::New(outcome) => outcome.reference.to_string(),
            Recorded::Known => panic!("recorded twice"),
        }
    }
}
