//! Private incidents of every kind, each text of them with two words that are nowhere
//! else: one that is searched for, and a mark that shows where a text came out.

use chrono::{DateTime, TimeDelta, Utc};
use domain::incidents::{Aim, Baton, Cause, Command, Declaration, Kind, Status, Visibility};
use domain::key_times::{KeyTimeKind, Precision};
use domain::text::{ComponentName, LinkLabel, MarkdownText, Summary, TagName, Title, Url};
use domain::{ActionItemId, ComponentId, HandOffId, IncidentId, PersonId, RequestId, System, TaskId, Viewer};
use store::{About, Deed, History, Recorded, Request, Step};
use uuid::Uuid;

use super::support::world::World;
use super::support::{Answer, TestApp};

/// The public incidents: one that is over, and one that is happening now.
pub const PUBLIC: [&str; 2] = ["INC-1", "INC-2"];

/// What the private incidents are called once they exist.
pub const REFERENCES: [&str; 4] = ["PRV-1", "PRV-2", "PRV-3", "PRV-4"];

/// The texts that somebody inside must see; each ends with one of these.
pub const FIELDS: [&str; 17] = [
    "title",
    "summary",
    "label",
    "note",
    "update",
    "alert",
    "pin",
    "link",
    "cause",
    "tag",
    "livenote",
    "liveupdate",
    "livesummary",
    "renamed",
    "task",
    "duty",
    "promise",
];

/// The two words, and the incidents that carry them.
pub struct Secrets {
    /// What is searched for.
    pub word: String,
    /// What is looked for in answers.
    pub mark: String,
    /// When the oldest of them was reported.
    pub oldest: DateTime<Utc>,
    ids: [IncidentId; 4],
}

impl Secrets {
    pub fn plan() -> Self {
        let letters = |uuid: Uuid| uuid.simple().to_string();
        Self {
            word: format!("qzkestrel{}", &letters(Uuid::new_v4())[..12]),
            mark: format!("vxplumage{}", &letters(Uuid::new_v4())[..12]),
            // Before everything public, so that it would be the first of all.
            oldest: Utc::now() - TimeDelta::days(400),
            ids: [(); 4].map(|()| IncidentId::from_uuid(Uuid::now_v7())),
        }
    }

    /// Public things that private ones could show through: an incident that is happening
    /// now and one that is over, both of a component that failed in private too.
    pub async fn prepare(&self, app: &TestApp, world: &World) {
        sqlx::raw_sql("update settings set private_incidents = true, announcements_channel = 'incidents'")
            .execute(&app.pool)
            .await
            .unwrap();
        let start = Utc::now() - TimeDelta::days(3) - TimeDelta::minutes(20);
        let declaration = self.declaration(
            IncidentId::from_uuid(Uuid::now_v7()),
            Visibility::Public,
            world,
            "Webhooks are late",
            world.lead,
        );
        let history = History {
            components: vec![ComponentName::parse("Scheduler").unwrap()],
            ..history(declaration, start, Vec::new())
        };
        record(app, history).await;
        let known: Vec<String> =
            sqlx::query_scalar("select series || '-' || number from incidents where series <> 'TRY' order by number")
                .fetch_all(&app.pool)
                .await
                .unwrap();
        assert_eq!(known, PUBLIC);
    }

    /// Lets the private incidents happen.
    pub async fn tell(&self, app: &TestApp, world: &World) {
        self.one_with_everything(app, world).await;
        self.one_through_the_door(app, world).await;
        self.one_of_somebody_who_left(app, world).await;
        self.one_merged_into_a_public_one(app, world).await;
    }

    /// Words that no answer to an outsider may carry.
    pub fn needles(&self) -> Vec<&str> {
        vec![&self.word, &self.mark]
    }

    pub fn assert_absent(&self, answer: &Answer, what: &str) {
        let everything = answer.everything();
        for needle in self.needles() {
            assert!(!everything.contains(needle), "{needle} in an answer of {what}: {everything}");
        }
    }

    /// Old, open, without a component, with every kind of text.
    async fn one_with_everything(&self, app: &TestApp, world: &World) {
        let start = self.oldest;
        let commands = [
            Deed::Invite(world.invited),
            Deed::Command(Command::Note { body: self.text("note") }),
            Deed::Command(Command::Update {
                body: self.text("update"),
                status: Some(Status::Identified),
                severity: None,
                next_update_due_at: None,
            }),
            Deed::Alert(self.text("alert")),
            Deed::Pin(self.text("pin")),
            Deed::Link(
                LinkLabel::parse(&self.say("link")).unwrap(),
                Url::parse(&format!("https://{}.example/", self.word)).unwrap(),
            ),
            Deed::Command(Command::SettleCause {
                cause: Cause::Confirmed,
                text: Summary::parse(&self.say("cause")).unwrap(),
                evidence: Vec::new(),
            }),
            Deed::Command(Command::AssignPostmortem { person: world.lead }),
        ];
        let mut steps: Vec<Step> = (1..)
            .zip(commands)
            .map(|(minute, deed)| step(start + TimeDelta::minutes(minute), Some(world.lead), deed))
            .collect();
        steps.push(Step {
            person: None,
            label: Some(self.say("label")),
            ..step(start + TimeDelta::minutes(30), None, Deed::Alert(self.text("alert")))
        });
        let declaration = self.declaration(self.ids[0], Visibility::Private, world, &self.say("title"), world.lead);
        let tags = vec![TagName::parse(&format!("{}tag", self.mark)).unwrap()];
        record(app, History { tags, ..history(declaration, start, steps) }).await;
    }

    /// Now, on the component that public incidents are on, by the door that pages use, and over.
    async fn one_through_the_door(&self, app: &TestApp, world: &World) {
        let store = &app.state.store;
        let (incident, lead) = (self.ids[1], Viewer { person: world.lead, is_admin: false });
        let component: ComponentId = world.component.parse().unwrap();
        let declaration = self.declaration(incident, Visibility::Private, world, &self.say("title"), world.lead);
        store
            .declare(&lead, request(), declaration, About { components: vec![component], ..About::default() })
            .await
            .unwrap();
        store.execute(&lead, request(), incident, Command::Invite { person: world.invited }).await.unwrap();
        store.execute(&lead, request(), incident, Command::Invite { person: world.reporter }).await.unwrap();
        let hour_ago = Utc::now() - TimeDelta::hours(1);
        let due = Utc::now() + TimeDelta::minutes(30);
        let commands = [
            Command::Note { body: self.text("livenote") },
            Command::Update {
                body: self.text("liveupdate"),
                status: None,
                severity: None,
                next_update_due_at: Some(due),
            },
            Command::Rename { title: Title::parse(&self.say("renamed")).unwrap() },
            Command::Summarise { summary: Summary::parse(&self.say("livesummary")).unwrap() },
            Command::SetKeyTime {
                kind: KeyTimeKind::FailureStarted,
                at: hour_ago,
                precision: Precision::Minute,
                assumed: false,
            },
            Command::SettleCause {
                cause: Cause::Suspected,
                text: Summary::parse(&self.say("cause")).unwrap(),
                evidence: Vec::new(),
            },
            Command::Relate { other: self.public(app).await },
            // What somebody had to do with it who is not inside any more.
            Command::Invite { person: world.participant },
            Command::AddTask {
                task: TaskId::from_uuid(Uuid::now_v7()),
                title: Title::parse(&self.say("duty")).unwrap(),
                assignee: Some(world.participant),
            },
            Command::AddActionItem {
                action: ActionItemId::from_uuid(Uuid::now_v7()),
                title: Title::parse(&self.say("promise")).unwrap(),
                aim: Aim::Prevent,
                owner: Some(world.participant),
            },
            Command::OfferHandOff {
                hand_off: HandOffId::from_uuid(Uuid::now_v7()),
                to: world.participant,
                baton: Baton { note: self.text("baton") },
            },
            Command::RemovePerson { person: world.participant },
            Command::Recover,
            Command::Close,
        ];
        for command in commands {
            store.execute(&lead, request(), incident, command).await.unwrap();
        }
    }

    /// Led by somebody who left, who owes its postmortem and a task.
    async fn one_of_somebody_who_left(&self, app: &TestApp, world: &World) {
        let start = Utc::now() - TimeDelta::days(2);
        let steps = vec![
            step(start + TimeDelta::minutes(1), Some(world.lead), Deed::Invite(world.invited)),
            step(start + TimeDelta::minutes(1), Some(world.lead), Deed::Invite(world.lead)),
            step(
                start + TimeDelta::minutes(2),
                Some(world.left),
                Deed::Command(Command::AssignPostmortem { person: world.left }),
            ),
        ];
        let declaration = self.declaration(self.ids[2], Visibility::Private, world, &self.say("title"), world.left);
        record(app, history(declaration, start, steps)).await;
        sqlx::query("insert into tasks (id, incident_id, title, assignee_id) values ($1, $2, $3, $4)")
            .bind(Uuid::now_v7())
            .bind(self.ids[2].uuid())
            .bind(self.say("task"))
            .bind(world.left.uuid())
            .execute(&app.pool)
            .await
            .unwrap();
    }

    /// It went on in the public one that is happening now.
    async fn one_merged_into_a_public_one(&self, app: &TestApp, world: &World) {
        let store = &app.state.store;
        let (incident, lead) = (self.ids[3], Viewer { person: world.lead, is_admin: false });
        let declaration = self.declaration(incident, Visibility::Private, world, &self.say("title"), world.lead);
        store.declare(&lead, request(), declaration, About::default()).await.unwrap();
        store.execute(&lead, request(), incident, Command::Invite { person: world.invited }).await.unwrap();
        store.execute(&lead, request(), incident, Command::Invite { person: world.reporter }).await.unwrap();
        let merge = Command::Merge { target: self.public(app).await, chain: Vec::new() };
        store.execute(&lead, request(), incident, merge).await.unwrap();
    }

    /// The public incident that is happening now.
    async fn public(&self, app: &TestApp) -> IncidentId {
        let found: Uuid = sqlx::query_scalar("select id from incidents where title = 'Webhooks are late'")
            .fetch_one(&app.pool)
            .await
            .unwrap();
        found.into()
    }

    /// A sample of the access table about the first of them.
    pub fn named_in(&self, sample: &str) -> String {
        let Some((head, rest)) = sample.split_once("incident=<") else { return sample.to_owned() };
        let (_, rest) = rest.split_once('>').unwrap();
        format!("{head}incident={}{rest}", self.ids[0])
    }

    fn declaration(
        &self,
        id: IncidentId,
        visibility: Visibility,
        world: &World,
        title: &str,
        lead: PersonId,
    ) -> Declaration {
        let summary =
            if visibility == Visibility::Private { self.say("summary") } else { "They come an hour late.".into() };
        Declaration {
            id,
            title: Title::parse(title).unwrap(),
            summary: Summary::parse(&summary).unwrap(),
            kind: Kind::Real,
            visibility,
            status: Status::Investigating,
            severity: world.severity,
            reporter: Some(world.reporter),
            lead: Some(lead),
            key_times: Vec::new(),
        }
    }

    fn say(&self, field: &str) -> String {
        format!("{} {}{field}", self.word, self.mark)
    }

    fn text(&self, field: &str) -> MarkdownText {
        MarkdownText::parse(&self.say(field)).unwrap()
    }

    /// Where the private incidents stand in the list: the places between two pages.
    pub fn places(&self) -> Vec<String> {
        self.ids.iter().map(|id| format!("{}-{id}", self.oldest.timestamp_micros())).collect()
    }

    /// Their ids, as they are known to nobody outside.
    pub fn ids(&self) -> impl Iterator<Item = String> {
        self.ids.iter().map(ToString::to_string)
    }
}

fn request() -> Request {
    Request::web(RequestId::from_uuid(Uuid::now_v7()))
}

fn step(at: DateTime<Utc>, person: Option<PersonId>, deed: Deed) -> Step {
    Step { at, recorded_at: None, person, label: None, deed }
}

fn history(declaration: Declaration, declared_at: DateTime<Utc>, steps: Vec<Step>) -> History {
    History {
        source_ref: None,
        declared_at,
        declared_by: None,
        declaration,
        components: Vec::new(),
        tags: Vec::new(),
        document_zone: None,
        steps,
    }
}

async fn record(app: &TestApp, history: History) {
    assert!(matches!(app.state.store.record(System::Demo, history).await.unwrap(), Recorded::New(_)));
}
