//! The one list of whatever somebody owes. The database's `owed_by` says what that is, for
//! this list and for its count in the frame.

use chrono::{DateTime, Utc};
use domain::incidents::Status;
use domain::to_do::{Debt, Urgency, by_urgency};
use domain::{ActionReference, Reference, Viewer};
use uuid::Uuid;

use crate::incidents::{IncidentLink, reference};
use crate::pool::Held;
use crate::{Store, StoreError};

/// At most so many are listed; whoever owes more has another problem first.
const MOST: i64 = 200;

/// Something that somebody owes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToDo {
    /// What.
    pub debt: Debt,
    /// In which incident; an action item need not have one.
    pub incident: Option<ToDoIncident>,
    /// The hand-off, the task, the action item.
    pub subject: Option<Uuid>,
    /// What an action item is called.
    pub action: Option<ActionReference>,
    /// Who asks, what the task or the action item is called, how many tasks are left.
    pub words: String,
    /// When it is due.
    pub due_at: Option<DateTime<Utc>>,
    /// Since when it is owed.
    pub since: DateTime<Utc>,
}

/// The incident something is owed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToDoIncident {
    /// Which, and what it is called.
    pub link: IncidentLink,
    /// Where it stands.
    pub status: Status,
    /// How bad it is, 1 the worst.
    pub rank: i16,
}

impl ToDo {
    /// The incident's reference.
    pub fn reference(&self) -> Option<Reference> {
        self.incident.as_ref().map(|incident| incident.link.reference)
    }

    fn urgency(&self) -> Urgency {
        Urgency {
            debt: self.debt,
            is_open: self.incident.as_ref().is_some_and(|incident| incident.status.is_open()),
            rank: self.incident.as_ref().map_or(i16::MAX, |incident| incident.rank),
            due_at: self.due_at,
            since: self.since,
        }
    }
}

/// What the frame counts for a person while a page is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Notifications that they have not seen, of incidents they may read.
    pub unread: i64,
    /// Things that they owe: the length of their list.
    pub to_do: i64,
}

impl Store {
    /// What the frame counts for the viewer. One statement.
    pub async fn counts(&self, viewer: &Viewer) -> Result<Counts, StoreError> {
        let mut connection = Held::of(&self.reads).await?;
        let counts = sqlx::query_as!(
            Counts,
            r#"
            select (select count(*) from owed_by($1)) as "to_do!",
                   (select count(*) from notifications n join incidents i on i.id = n.incident_id
                    where n.person_id = $1 and n.read_at is null
                      and (i.visibility = 'public' or is_inside(i.id, i.reporter_id, i.lead_id, $1))) as "unread!"
            "#,
            viewer.person.uuid()
        )
        .fetch_one(&mut *connection)
        .await;
        connection.done();
        Ok(counts?)
    }

    /// Whatever the viewer owes, the most urgent first. One statement.
    pub async fn to_do(&self, viewer: &Viewer) -> Result<Vec<ToDo>, StoreError> {
        let mut connection = Held::of(&self.reads).await?;
        let rows = sqlx::query!(
            r#"
            select kind as "kind!", incident_id as "incident_id?", series as "series?", number as "number?",
                   title as "title?", status as "status?", rank as "rank?", subject_id as "subject_id?",
                   (select a.series || '-' || a.number from action_items a where a.id = subject_id) as action,
                   words as "words!", due_at as "due_at?", since as "since!", now() as "now!"
            from owed_by($1) limit $2
            "#,
            viewer.person.uuid(),
            MOST
        )
        .fetch_all(&mut *connection)
        .await;
        connection.done();
        let rows = rows?;
        let Some(now) = rows.first().map(|row| row.now) else { return Ok(Vec::new()) };
        let mut list = rows
            .into_iter()
            .map(|row| {
                let incident = match (row.incident_id, row.series, row.number, row.title, row.status) {
                    (Some(id), Some(series), Some(number), Some(title), Some(status)) => Some(ToDoIncident {
                        link: IncidentLink { id: id.into(), reference: reference(&series, number)?, title },
                        status: Status::parse(&status)?,
                        rank: row.rank.unwrap_or(i16::MAX),
                    }),
                    _ => None,
                };
                Ok(ToDo {
                    debt: Debt::parse(&row.kind)?,
                    incident,
                    subject: row.subject_id,
                    action: row.action.as_deref().map(ActionReference::parse).transpose()?,
                    words: row.words,
                    due_at: row.due_at,
                    since: row.since,
                })
            })
            .collect::<Result<Vec<_>, StoreError>>()?;
        by_urgency(&mut list, now, ToDo::urgency);
        Ok(list)
    }
}
