//! Who and what there is in a test: people of every kind, a public and a private
//! incident, and a private one whose every word is a canary.

use chrono::{TimeDelta, Utc};
use domain::incidents::{Aim, Baton, Cause, Command, Declaration, Kind, Status, Visibility};
use domain::text::{ComponentName, LinkLabel, MarkdownText, Summary, TagName, Title, Url};
use domain::{ActionItemId, HandOffId, IncidentId, PersonId, SeverityId, System, TaskId, Viewer};
use store::{ActionItemFilter, Deed, History, Recorded, RosterPerson, Step};

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
    /// What is inside of the incidents, for the samples: by reference.
    parts: Vec<(String, Parts)>,
    /// Incidents in which the member is asked for something, by the name in the samples.
    asked: Vec<(&'static str, String)>,
}

/// Ids inside an incident.
#[derive(Clone, Default)]
pub struct Parts {
    pub incident: String,
    /// A note.
    pub item: String,
    /// When the note was last changed.
    pub seen: String,
    /// A note that is hidden.
    pub hidden: String,
    /// A task.
    pub task: String,
    /// An action item, as it is said: `ACT-1`.
    pub action: String,
}

impl World {
    pub async fn make(app: &TestApp) -> Self {
        let mut world = Self::without_private(app).await;
        let canary = world.canary.clone();
        world.private = world.record(app, Visibility::Private, &format!("{canary} title"), &canary).await;
        world.look_inside(app, &world.private.clone()).await;
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
            parts: Vec::new(),
            asked: Vec::new(),
        };
        world.public = world.record(app, Visibility::Public, "The queue is slow", "queue").await;
        world.look_inside(app, &world.public.clone()).await;
        world.ask_the_member(app).await;
        let components = store.components(&as_admin).await.unwrap();
        world.component = components[0].id.to_string();
        world
    }

    /// The sample of an entry with what exists here in the places of what it needs.
    pub fn fill(&self, sample: &str, reference: &str) -> String {
        let sample = self.asked.iter().fold(sample.to_owned(), |sample, (name, id)| sample.replace(name, id));
        sample
            .replace("<person>", &self.member.to_string())
            .replace("<admin>", &self.lead.to_string())
            .replace("<left>", &self.left.to_string())
            .replace("<severity>", &self.severity.to_string())
            .replace("<component>", &self.component)
            .replace("<reference>", reference)
            .replace("<incident>", &self.parts(reference).incident)
            .replace("<secret>", &self.parts(&self.private).incident)
            .replace("<item>", &self.parts(reference).item)
            .replace("<hidden>", &self.parts(reference).hidden)
            .replace("<seen>", &self.parts(reference).seen)
            .replace("<task>", &self.parts(reference).task)
            .replace("<action>", &self.parts(reference).action)
    }

    /// What is inside of an incident; of one that is not there, what is inside of the last one.
    pub fn parts(&self, reference: &str) -> Parts {
        let known = self.parts.iter().find(|(known, _)| known == reference).or(self.parts.last());
        known.map(|(_, parts)| parts.clone()).unwrap_or_default()
    }

    /// The address of an entry of the access table.
    pub fn path(&self, path: &str, reference: &str) -> String {
        let parts = self.parts(reference);
        path.replace("{reference}", reference).replace("{item}", &parts.item).replace("{number}", &parts.action)
    }

    /// Hides one note of an incident and remembers another.
    async fn look_inside(&mut self, app: &TestApp, reference: &str) {
        let (store, viewer) = (&app.state.store, Viewer { person: self.lead, is_admin: false });
        let incident = store.find(&viewer, reference.parse().unwrap()).await.unwrap().unwrap();
        let note = async |say: &str| {
            let body = MarkdownText::parse(&format!("{} {say}", self.canary)).unwrap();
            let request = store::Request::web(domain::RequestId::from_uuid(uuid::Uuid::now_v7()));
            store.execute(&viewer, request, incident, Command::Note { body }).await.unwrap().items[0]
        };
        let (item, hidden) = (note("shown").await, note("hidden").await);
        let request = store::Request::web(domain::RequestId::from_uuid(uuid::Uuid::now_v7()));
        store.execute(&viewer, request, incident, Command::HideItem { item: hidden }).await.unwrap();
        let seen = store.provenance(&viewer, item).await.unwrap().unwrap().recorded_at;
        let word = Title::parse(&format!("{} wanted", self.canary)).unwrap();
        let (task, action) = (TaskId::from_uuid(uuid::Uuid::now_v7()), ActionItemId::from_uuid(uuid::Uuid::now_v7()));
        let asked = [
            Command::AddTask { task, title: word.clone(), assignee: None },
            Command::AddActionItem { action, title: word, aim: Aim::Detect, owner: None },
        ];
        for command in asked {
            let request = store::Request::web(domain::RequestId::from_uuid(uuid::Uuid::now_v7()));
            store.execute(&viewer, request, incident, command).await.unwrap();
        }
        let filter = ActionItemFilter { incident: Some(incident), ..Default::default() };
        let called = store.action_items(&viewer, &filter).await.unwrap()[0].reference;
        let parts = Parts {
            task: task.to_string(),
            action: called.to_string(),
            incident: incident.to_string(),
            item: item.to_string(),
            hidden: hidden.to_string(),
            seen: seen.to_rfc3339_opts(chrono::SecondsFormat::Micros, true),
        };
        self.parts.push((reference.to_owned(), parts));
    }

    /// Incidents where the member leads, is offered the lead, has offered it, and led what is
    /// over without a known cause.
    async fn ask_the_member(&mut self, app: &TestApp) {
        let [lead, member] = [self.lead, self.member].map(|person| Viewer { person, is_admin: false });
        let offer = |to: PersonId| {
            let hand_off = HandOffId::from_uuid(uuid::Uuid::now_v7());
            let baton = Baton { note: MarkdownText::parse("State: calm.").unwrap() };
            (hand_off.to_string(), Command::OfferHandOff { hand_off, to, baton })
        };
        let (asked, to_member) = offer(member.person);
        let (given, to_lead) = offer(lead.person);
        for (name, leads, then) in [
            ("<led>", member, None),
            ("<asked>", lead, Some(to_member)),
            ("<given>", member, Some(to_lead)),
            ("<over>", member, Some(Command::Recover)),
        ] {
            let id = self.led(app, &leads, then).await;
            self.asked.push((name, id.to_string()));
        }
        self.asked.extend([("<asked-hand-off>", asked), ("<given-hand-off>", given)]);
        self.let_the_member_follow(app, &lead, &member).await;
    }

    /// An incident of the lead that the member follows, with a link and a related incident.
    async fn let_the_member_follow(&mut self, app: &TestApp, lead: &Viewer, member: &Viewer) {
        let store = &app.state.store;
        let incident = self.led(app, lead, None).await;
        let other = store.find(lead, self.public.parse().unwrap()).await.unwrap().unwrap();
        let link = domain::LinkId::from_uuid(uuid::Uuid::now_v7());
        let attach = Command::AttachLink { link, url: Url::parse("https://logs.example/").unwrap(), label: None };
        for (viewer, command) in [(member, Command::Join), (lead, attach), (lead, Command::Relate { other })] {
            let request = store::Request::web(domain::RequestId::from_uuid(uuid::Uuid::now_v7()));
            store.execute(viewer, request, incident, command).await.unwrap();
        }
        let tag = store.choices(lead).await.unwrap().tags[0].id;
        sqlx::query("update settings set private_incidents = true").execute(&app.pool).await.unwrap();
        self.asked.extend([
            ("<followed>", incident.to_string()),
            ("<link>", link.to_string()),
            ("<tag>", tag.to_string()),
            ("<public>", self.public.clone()),
        ]);
    }

    /// An incident that somebody leads.
    async fn led(&self, app: &TestApp, lead: &Viewer, then: Option<Command>) -> IncidentId {
        let request = || store::Request::web(domain::RequestId::from_uuid(uuid::Uuid::now_v7()));
        let declaration = Declaration {
            id: IncidentId::from_uuid(uuid::Uuid::now_v7()),
            title: Title::parse("Webhooks delayed").unwrap(),
            summary: Summary::default(),
            kind: Kind::Drill,
            visibility: Visibility::Public,
            status: Status::Investigating,
            severity: self.severity,
            reporter: None,
            lead: Some(lead.person),
            key_times: Vec::new(),
        };
        let store = &app.state.store;
        let incident = store.declare(lead, request(), declaration, store::About::default()).await.unwrap().incident;
        if let Some(command) = then {
            store.execute(lead, request(), incident, command).await.unwrap();
        }
        incident
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
                    evidence: Vec::new(),
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
