//! What most tests begin with: a database, an admin, some people, and short
//! ways to say what happens.

use chrono::{DateTime, TimeDelta, Utc};
use domain::incidents::{Command, Declaration, Kind, StatedKeyTime, Status, Visibility};
use domain::key_times::{KeyTimeKind, KeyTimeSource, Precision};
use domain::text::{Email, MarkdownText, Name, Title};
use domain::{IncidentId, PersonId, Reference, RequestId, SeverityId, System, Viewer};
use sqlx::PgPool;
use store::testing::TestDatabase;
use store::{About, History, Outcome, Recorded, Request, Step, Store, StoreError};
use uuid::Uuid;

pub struct Stage {
    pub store: Store,
    pub sql: PgPool,
    pub avocet: Viewer,
    pub database: TestDatabase,
}

pub const SEV1: &str = "01900000-0000-7000-8000-000000000001";
pub const SEV2: &str = "01900000-0000-7000-8000-000000000002";
pub const SEV3: &str = "01900000-0000-7000-8000-000000000003";

pub fn severity(id: &str) -> SeverityId {
    id.parse().unwrap()
}

/// A request of a page with a new id.
pub fn request() -> Request {
    Request::web(RequestId::from_uuid(Uuid::now_v7()))
}

pub fn title(text: &str) -> Title {
    Title::parse(text).unwrap()
}

pub fn body(text: &str) -> MarkdownText {
    MarkdownText::parse(text).unwrap()
}

pub fn reason() -> domain::text::Reason {
    domain::text::Reason::parse("Because this is a test.").unwrap()
}

pub fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

pub fn declaration(words: &str) -> Declaration {
    Declaration {
        id: IncidentId::from_uuid(Uuid::now_v7()),
        title: title(words),
        summary: Default::default(),
        kind: Kind::Real,
        visibility: Visibility::Public,
        status: Status::Investigating,
        severity: severity(SEV2),
        reporter: None,
        lead: None,
        key_times: Vec::new(),
    }
}

/// An incident of the past that lasted so many minutes and is closed.
pub fn past(words: &str, reported_at: DateTime<Utc>, minutes: i64) -> History {
    let step =
        |at, command| Step { at, recorded_at: None, person: None, label: None, deed: store::Deed::Command(command) };
    let over = reported_at + TimeDelta::minutes(minutes);
    History {
        source_ref: None,
        declared_at: reported_at,
        declared_by: None,
        declaration: Declaration {
            key_times: vec![StatedKeyTime {
                kind: KeyTimeKind::FailureStarted,
                at: reported_at,
                precision: Precision::Second,
                source: KeyTimeSource::Import,
                assumed: false,
            }],
            ..declaration(words)
        },
        components: Vec::new(),
        tags: Vec::new(),
        document_zone: None,
        steps: vec![step(over, Command::Recover), step(over, Command::Close)],
    }
}

impl Stage {
    /// None, with a message, when there is no Postgres to test on.
    pub async fn set() -> Option<Self> {
        let database = TestDatabase::create().await?;
        let store = database.store.clone();
        let sql = database.pool().await.unwrap();
        let avocet = Viewer { person: person(&sql, "Avocet", true).await, is_admin: true };
        Some(Self { store, sql, avocet, database })
    }

    /// A member.
    pub async fn member(&self, name: &str) -> Viewer {
        Viewer { person: person(&self.sql, name, false).await, is_admin: false }
    }

    /// A person whom an admin added.
    pub async fn added(&self, email: &str) -> PersonId {
        self.store
            .add_person(&self.avocet, Email::parse(email).unwrap(), Name::parse("Somebody").unwrap())
            .await
            .unwrap()
    }

    pub async fn declare(&self, who: &Viewer, words: &str) -> Outcome {
        self.store.declare(who, request(), declaration(words), About::default()).await.unwrap()
    }

    pub async fn declare_private(&self, who: &Viewer, words: &str) -> Outcome {
        self.count("update settings set private_incidents = true returning 1::bigint").await;
        let declaration = Declaration { visibility: Visibility::Private, ..declaration(words) };
        self.store.declare(who, request(), declaration, About::default()).await.unwrap()
    }

    pub async fn ask(&self, who: &Viewer, incident: IncidentId, command: Command) -> Result<Outcome, StoreError> {
        self.store.execute(who, request(), incident, command).await
    }

    pub async fn record(&self, history: History) -> Reference {
        match self.store.record(System::Import, history).await.unwrap() {
            Recorded::New(outcome) => outcome.reference,
            Recorded::Known => panic!("known already"),
        }
    }

    /// A number of the database's.
    pub async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.sql).await.unwrap()
    }

    /// Runs a statement by hand, as a test that breaks or ages something.
    pub async fn run(&self, sql: &'static str) {
        sqlx::raw_sql(sql).execute(&self.sql).await.unwrap();
    }
}

pub async fn person(sql: &PgPool, name: &str, is_admin: bool) -> PersonId {
    let id = Uuid::now_v7();
    sqlx::query("insert into people (id, name, is_admin, source, claimed_at) values ($1, $2, $3, 'slack', now())")
        .bind(id)
        .bind(name)
        .bind(is_admin)
        .execute(sql)
        .await
        .unwrap();
    id.into()
}

/// The refusal, or a panic: everything else is not what the test is about.
#[track_caller]
pub fn refused<T: std::fmt::Debug>(answer: Result<T, StoreError>) -> domain::Refusal {
    match answer {
        Err(StoreError::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}
