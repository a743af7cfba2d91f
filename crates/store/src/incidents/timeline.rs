//! The timeline of one incident, to read.

use chrono::{DateTime, Utc};
use domain::incidents::Source;
use domain::{IncidentId, PersonId, SeverityId, TimelineItemId};
use serde_json::Value;
use sqlx::PgConnection;

use crate::StoreError;
use crate::people::PersonName;

/// At most so many items on one page.
const MOST: i64 = 500;

/// One item.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Which.
    pub id: TimelineItemId,
    /// What it is.
    pub kind: ItemKind,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// When it was written down.
    pub recorded_at: DateTime<Utc>,
    /// Who wrote it or did it.
    pub author: Option<PersonName>,
    /// Who, when it is nobody of ours.
    pub author_label: Option<String>,
    /// Whom it is about: who took the lead.
    pub subject: Option<PersonName>,
    /// What it says, in Markdown.
    pub body: String,
    /// The same as safe HTML; empty when it was not rendered yet.
    pub body_html: String,
    /// Codes of a change: `from`, `to`, `kind`, `at`, `url`.
    pub data: Value,
    /// Where it came from.
    pub source: Source,
    /// When it was last edited.
    pub edited_at: Option<DateTime<Utc>>,
    /// Of an update: what it told besides its words.
    pub told: Option<Told>,
}

/// What an update told everybody besides its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The new status, as a code.
    pub status: Option<String>,
    /// The new severity.
    pub severity: Option<SeverityId>,
    /// When the next one was promised for.
    pub next_update_due_at: Option<DateTime<Utc>>,
}

/// What a timeline item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ItemKind {
    /// It was declared.
    Declared,
    /// A note.
    Note,
    /// An update to everybody.
    Update,
    /// A change of status.
    Status,
    /// A change of severity.
    Severity,
    /// A role was taken, given or ended.
    Lead,
    /// A new title or summary.
    Summary,
    /// What is known of the cause.
    Cause,
    /// A person stated when something happened.
    KeyTime,
    /// A link.
    Link,
    /// Something said elsewhere, pinned here.
    Pin,
    /// An alert.
    Alert,
    /// It goes on in another incident.
    Merged,
    /// It came back.
    Reopened,
}

impl ItemKind {
    const ALL: [(Self, &'static str); 14] = [
        (Self::Declared, "declared"),
        (Self::Note, "note"),
        (Self::Update, "update"),
        (Self::Status, "status"),
        (Self::Severity, "severity"),
        (Self::Lead, "lead"),
        (Self::Summary, "summary"),
        (Self::Cause, "cause"),
        (Self::KeyTime, "key_time"),
        (Self::Link, "link"),
        (Self::Pin, "pin"),
        (Self::Alert, "alert"),
        (Self::Merged, "merged"),
        (Self::Reopened, "reopened"),
    ];

    /// The stored code.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("note", |(_, code)| *code)
    }

    /// Reads a stored code; a code of a later version counts as a note.
    pub fn read(code: &str) -> Self {
        Self::ALL.iter().find(|(_, known)| *known == code).map_or(Self::Note, |(kind, _)| *kind)
    }
}

/// The newest visible items, and whether there are more. The caller has checked
/// that the incident may be read.
pub(super) async fn newest(
    connection: &mut PgConnection,
    incident: IncidentId,
) -> Result<(Vec<Item>, bool), StoreError> {
    let mut rows = sqlx::query!(
        r#"
        select t.id, t.kind, t.occurred_at, t.recorded_at, t.author_label, t.body, t.body_html, t.data, t.source,
               t.edited_at,
               a.id as "author_id?", a.name as "author_name?", a.picture_url as author_picture,
               p.id as "subject_id?", p.name as "subject_name?", p.picture_url as subject_picture,
               u.id as "update_id?", u.status as told_status, u.severity_id as told_severity,
               u.next_update_due_at as told_due
        from timeline_items t
        left join people a on a.id = t.author_id
        left join people p on t.kind = 'lead' and p.id = (t.data ->> 'person')::uuid
        left join updates u on t.kind = 'update' and u.timeline_item_id = t.id
        where t.incident_id = $1 and t.hidden_at is null
        order by t.occurred_at desc, t.id desc
        limit $2
        "#,
        incident.uuid(),
        MOST + 1
    )
    .fetch_all(connection)
    .await?;
    let goes_on = i64::try_from(rows.len()).unwrap_or(i64::MAX) > MOST;
    rows.truncate(usize::try_from(MOST).unwrap_or(usize::MAX));
    let items = rows
        .into_iter()
        .map(|row| {
            let person = |id: Option<uuid::Uuid>, name: Option<String>, picture_url: Option<String>| {
                id.zip(name).map(|(id, name)| PersonName { id: PersonId::from_uuid(id), name, picture_url })
            };
            Ok(Item {
                id: row.id.into(),
                kind: ItemKind::read(&row.kind),
                occurred_at: row.occurred_at,
                recorded_at: row.recorded_at,
                author: person(row.author_id, row.author_name, row.author_picture),
                author_label: row.author_label,
                subject: person(row.subject_id, row.subject_name, row.subject_picture),
                body: row.body,
                body_html: row.body_html,
                data: row.data,
                source: Source::parse(&row.source)?,
                edited_at: row.edited_at,
                told: row.update_id.map(|_| Told {
                    status: row.told_status,
                    severity: row.told_severity.map(SeverityId::from_uuid),
                    next_update_due_at: row.told_due,
                }),
            })
        })
        .collect::<Result<Vec<_>, StoreError>>()?;
    Ok((items, goes_on))
}

#[cfg(test)]
mod tests {
    use super::ItemKind;

    #[test]
    fn each_kind_has_its_own_code() {
        for (kind, code) in ItemKind::ALL {
            assert_eq!(kind.as_str(), code);
            assert_eq!(ItemKind::read(code), kind);
        }
    }
}
