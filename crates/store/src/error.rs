//! What can go wrong, sorted by what the person in front of it can do.

use domain::{Refusal, Why};
use sqlx::error::DatabaseError;

/// The answer of every store method that did not work.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A rule said no. Shown to the person, with the reason.
    #[error("{0}")]
    Refused(Refusal),
    /// Postgres cannot be reached, is too busy, or is only readable. Nothing was
    /// stored, or it is unknown whether it was: try again with the same request
    /// id (the server answers 503).
    #[error("the database is away")]
    Away(#[source] sqlx::Error),
    /// Our mistake. Logged with its source, never shown.
    #[error("the database answered with an error")]
    Broken(#[source] sqlx::Error),
}

impl StoreError {
    /// Whether another try may succeed without anybody changing anything.
    pub fn is_away(&self) -> bool {
        matches!(self, Self::Away(_))
    }

    /// Whether two transactions waited for each other and this one gave way.
    pub(crate) fn gave_way(&self) -> bool {
        let (Self::Away(error) | Self::Broken(error)) = self else { return false };
        error.as_database_error().and_then(DatabaseError::code).is_some_and(|code| matches!(&*code, "40001" | "40P01"))
    }
}

impl From<Refusal> for StoreError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::BeginFailed => Self::Away(error),
            sqlx::Error::Database(answer) => match refusal(answer.as_ref()) {
                Some(refusal) => Self::Refused(refusal),
                None if is_away(answer.code().as_deref().unwrap_or_default()) => Self::Away(error),
                None => Self::Broken(error),
            },
            _ => Self::Broken(error),
        }
    }
}

/// SQLSTATEs that say "not now": connection lost, server going down or starting,
/// out of resources, read-only after a failover, a timeout of ours, a deadlock.
fn is_away(code: &str) -> bool {
    code.starts_with("08")
        || code.starts_with("53")
        || code.starts_with("57")
        || matches!(code, "25006" | "25P03" | "25P04" | "40001" | "40P01" | "55P03" | "58030")
}

fn refusal(answer: &dyn DatabaseError) -> Option<Refusal> {
    // Text with a NUL never gets here through a parsed newtype; this is the second belt.
    if answer.code().as_deref() == Some("22021") {
        return Some(Refusal::invalid("text", Why::ControlCharacter));
    }
    let constraint = answer.constraint()?;
    CONSTRAINTS.iter().find(|(name, _)| *name == constraint).map(|(_, guard)| guard.refusal())
}

enum Guard {
    /// The field must be unique.
    Once(&'static str),
    /// The field has a rule.
    Rule(&'static str, Why),
    /// What is named is not there.
    Missing,
    LastAdmin,
    MergesIntoItself,
}

impl Guard {
    fn refusal(&self) -> Refusal {
        match *self {
            Self::Once(field) => Refusal::taken(field),
            Self::Rule(field, why) => Refusal::invalid(field, why),
            Self::Missing => Refusal::NotFound,
            Self::LastAdmin => Refusal::LastAdmin,
            Self::MergesIntoItself => Refusal::MergesIntoItself,
        }
    }
}

const fn most(most: u32) -> Why {
    Why::TooLong { most }
}

const fn range(least: i64, most: i64) -> Why {
    Why::OutOfRange { least, most }
}

/// Each constraint that a person's input can break, and the field it guards.
/// A test compares the names with those of the migrated database.
const CONSTRAINTS: &[(&str, Guard)] = &[
    ("people_name_length", Guard::Rule("name", most(200))),
    ("people_email_shape", Guard::Rule("email", Why::NotAnEmail)),
    ("people_email_once", Guard::Once("email")),
    ("people_slack_identity_once", Guard::Once("slack_user")),
    ("people_zone_shown_known", Guard::Rule("zone_shown", Why::NotKnown)),
    ("people_works_from_range", Guard::Rule("works_from", range(0, 1439))),
    ("people_works_until_range", Guard::Rule("works_until", range(1, 1440))),
    ("people_last_admin", Guard::LastAdmin),
    ("settings_company_name_length", Guard::Rule("company_name", most(200))),
    ("settings_engineers_range", Guard::Rule("engineers", range(1, 100_000))),
    ("severities_name_length", Guard::Rule("name", most(40))),
    ("severities_name_once", Guard::Once("name")),
    ("severities_rank_range", Guard::Rule("rank", range(1, 9))),
    ("severities_rank_once", Guard::Once("rank")),
    ("severities_definition_length", Guard::Rule("definition", most(4000))),
    ("severities_example_length", Guard::Rule("example", most(4000))),
    ("components_name_length", Guard::Rule("name", most(120))),
    ("components_name_once", Guard::Once("name")),
    ("components_description_length", Guard::Rule("description", most(4000))),
    ("component_links_kind_known", Guard::Rule("kind", Why::NotKnown)),
    ("component_links_label_length", Guard::Rule("label", most(120))),
    ("component_links_url_web", Guard::Rule("url", Why::NotAWebAddress)),
    ("tags_name_length", Guard::Rule("tag", most(60))),
    ("tags_name_once", Guard::Once("tag")),
    ("incidents_title_length", Guard::Rule("title", most(300))),
    ("incidents_summary_length", Guard::Rule("summary", most(20_000))),
    ("incidents_cause_text_length", Guard::Rule("cause", most(20_000))),
    ("incidents_source_once", Guard::Once("source_ref")),
    ("incidents_severity_id_fkey", Guard::Missing),
    ("incidents_reporter_id_fkey", Guard::Missing),
    ("incidents_postmortem_owner_id_fkey", Guard::Missing),
    ("incidents_merged_into_id_fkey", Guard::Missing),
    ("incidents_not_merged_into_itself", Guard::MergesIntoItself),
    ("incident_components_component_id_fkey", Guard::Missing),
    ("incident_tags_tag_id_fkey", Guard::Missing),
    ("incident_roles_person_id_fkey", Guard::Missing),
    ("incident_roles_in_order", Guard::Rule("at", Why::InThePast)),
    ("invitations_person_id_fkey", Guard::Missing),
    ("timeline_items_body_length", Guard::Rule("body", most(65_536))),
    ("updates_body_length", Guard::Rule("body", most(20_000))),
    ("tasks_title_length", Guard::Rule("title", most(300))),
    ("tasks_assignee_id_fkey", Guard::Missing),
    ("tasks_pkey", Guard::Once("task")),
    ("incident_links_pkey", Guard::Once("link")),
    ("incident_links_url_web", Guard::Rule("url", Why::NotAWebAddress)),
    ("incident_links_label_length", Guard::Rule("label", most(120))),
    ("incident_links_once", Guard::Once("url")),
    ("hand_offs_pkey", Guard::Once("hand_off")),
    ("hand_offs_to_id_fkey", Guard::Missing),
    ("hand_offs_note_length", Guard::Rule("note", most(20_000))),
    ("action_items_pkey", Guard::Once("action_item")),
    ("action_items_owner_id_fkey", Guard::Missing),
    ("action_items_title_length", Guard::Rule("title", most(300))),
];

/// The names in [`CONSTRAINTS`], for the test that compares them with the schema.
#[cfg(feature = "testing")]
pub(crate) fn guarded_constraints() -> impl Iterator<Item = &'static str> {
    CONSTRAINTS.iter().map(|(name, _)| *name)
}
