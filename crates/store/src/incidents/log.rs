//! The activity log of one incident: everything that happened in it, in the order in
//! which it was written down. Apart from the timeline, which people curate.

use chrono::{DateTime, Utc};
use domain::incidents::{Event, Role};
use domain::key_times::KeyTimeKind;
use domain::{IncidentId, PersonId, System, TaskId, TimelineItemId, Viewer};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{readable, reference};
use crate::people::PersonName;
use crate::pool::Held;
use crate::{Store, StoreError};

/// So many entries are on one page.
const ENTRIES: i64 = 100;

/// One page of the log.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ActivityPage {
    /// The newest first.
    pub entries: Vec<ActivityEntry>,
    /// What the ids in the entries are called: people, severities, components, tags, and
    /// the incidents that the viewer may read.
    pub names: Vec<(Uuid, String)>,
    /// Before which seq the next page begins, when there is one.
    pub next: Option<i64>,
}

/// One row of the log. It is never changed.
#[derive(Clone, Debug, PartialEq)]
pub struct ActivityEntry {
    /// The incident's seq after it.
    pub seq: i64,
    /// When it was written down.
    pub recorded_at: DateTime<Utc>,
    /// Who did it, when it was a person.
    pub person: Option<PersonName>,
    /// Who did it, when it was the product itself.
    pub system: Option<System>,
    /// What was done.
    pub verb: String,
    /// The same with its details; nothing for what a later version wrote.
    pub event: Option<Event>,
}

/// What can be changed by two people at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Where it stands.
    Status,
    /// How bad it is.
    Severity,
    /// Who leads, or does operations or communications.
    Role(Role),
    /// What it is called.
    Title,
    /// What it is about.
    Summary,
    /// What is known of the cause.
    Cause,
    /// The words, the time or the hiding of a timeline item.
    Item(TimelineItemId),
    /// Who does a task.
    Assignee(TaskId),
    /// What a task is called.
    Task(TaskId),
    /// A key time.
    Time(KeyTimeKind),
    /// Who writes the postmortem.
    PostmortemOwner,
}

impl Field {
    /// The field that a conflict names; `part` is what the command was about: the id of a
    /// timeline item or a task, the code of a key time.
    pub fn of(name: &str, part: Option<&str>) -> Option<Self> {
        let id = || part.and_then(|part| Uuid::parse_str(part).ok());
        Some(match name {
            "status" => Self::Status,
            "severity" => Self::Severity,
            "lead" | "operations" | "communications" => Self::Role(Role::parse(name).ok()?),
            "title" => Self::Title,
            "summary" => Self::Summary,
            "cause" => Self::Cause,
            "item" => Self::Item(id()?.into()),
            "assignee" => Self::Assignee(id()?.into()),
            "task" => Self::Task(id()?.into()),
            "time" => Self::Time(KeyTimeKind::parse(part?).ok()?),
            "postmortem_owner" => Self::PostmortemOwner,
            _ => return None,
        })
    }

    const fn verbs(self) -> &'static [&'static str] {
        match self {
            Self::Status => &["status_changed", "merged", "reopened"],
            Self::Severity => &["severity_changed"],
            Self::Role(_) => &["role_given", "role_ended"],
            Self::Title => &["renamed"],
            Self::Summary => &["summarised"],
            Self::Cause => &["cause_settled"],
            Self::Item(_) => &["item_edited", "item_hidden", "item_restored"],
            Self::Assignee(_) => &["task_assigned"],
            Self::Task(_) => &["task_renamed"],
            Self::Time(_) => &["key_time_set", "key_time_superseded"],
            Self::PostmortemOwner => &["postmortem_assigned"],
        }
    }

    /// Of several of a kind: which, as the log names it.
    const fn which(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Role(role) => Some(("role", role.as_str())),
            Self::Time(kind) => Some(("kind", kind.as_str())),
            _ => None,
        }
    }

    const fn part(self) -> Option<Uuid> {
        match self {
            Self::Item(item) => Some(item.uuid()),
            Self::Assignee(task) | Self::Task(task) => Some(task.uuid()),
            _ => None,
        }
    }
}

/// Who changed something, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Who; nobody when the product did it itself.
    pub who: Option<PersonName>,
    /// When it was written down.
    pub at: DateTime<Utc>,
}

impl Store {
    /// The log of an incident, the newest first, before a seq; nothing when the viewer may
    /// not read the incident.
    pub async fn activity(
        &self,
        viewer: &Viewer,
        incident: IncidentId,
        before: Option<i64>,
    ) -> Result<Option<ActivityPage>, StoreError> {
        let mut connection = Held::of(&self.reads).await?;
        let page = if readable(&mut connection, viewer, incident).await? {
            Some(page(&mut connection, viewer, incident, before).await?)
        } else {
            None
        };
        connection.done();
        Ok(page)
    }

    /// Who changed a field last; nothing when nobody did or the viewer may not read it.
    pub async fn last_change(
        &self,
        viewer: &Viewer,
        incident: IncidentId,
        field: Field,
    ) -> Result<Option<Change>, StoreError> {
        let verbs: Vec<String> = field.verbs().iter().map(|verb| (*verb).to_owned()).collect();
        let mut connection = Held::of(&self.reads).await?;
        let row = sqlx::query!(
            r#"
            select a.recorded_at, p.id as "id?", p.name as "name?", p.picture_url
            from incidents i join activity a on a.incident_id = i.id left join people p on p.id = a.actor_id
            where i.id = $2 and (i.visibility = 'public' or is_inside(i.id, i.reporter_id, i.lead_id, $1))
              and a.verb = any($3) and ($4::uuid is null or a.subject_id = $4)
              and ($5::text is null or a.data ->> $5 = $6)
            order by a.seq desc limit 1
            "#,
            viewer.person.uuid(),
            incident.uuid(),
            &verbs,
            field.part(),
            field.which().map(|(name, _)| name),
            field.which().map(|(_, which)| which)
        )
        .fetch_optional(&mut *connection)
        .await;
        connection.done();
        Ok(row?.map(|row| Change {
            who: row.id.zip(row.name).map(|(id, name)| PersonName {
                id: PersonId::from_uuid(id),
                name,
                picture_url: row.picture_url,
            }),
            at: row.recorded_at,
        }))
    }
}

async fn page(
    connection: &mut PgConnection,
    viewer: &Viewer,
    incident: IncidentId,
    before: Option<i64>,
) -> Result<ActivityPage, StoreError> {
    let mut rows = sqlx::query!(
        r#"
        select a.seq as "seq!", a.recorded_at, a.actor_kind, a.verb, a.data,
               p.id as "id?", p.name as "name?", p.picture_url
        from activity a left join people p on p.id = a.actor_id
        where a.incident_id = $1 and a.seq < $2
          -- What another incident has to do with it is for those who may read the other one.
          and (a.verb not in ('related', 'unrelated', 'merged_here') or exists (
                select 1 from incidents i
                where i.id = (a.data ->> 'other')::uuid
                  and (i.visibility = 'public' or is_inside(i.id, i.reporter_id, i.lead_id, $4))))
        order by a.seq desc limit $3
        "#,
        incident.uuid(),
        before.unwrap_or(i64::MAX),
        ENTRIES + 1,
        viewer.person.uuid()
    )
    .fetch_all(&mut *connection)
    .await?;
    let goes_on = i64::try_from(rows.len()).unwrap_or(i64::MAX) > ENTRIES;
    rows.truncate(usize::try_from(ENTRIES).unwrap_or(usize::MAX));
    let next = rows.last().filter(|_| goes_on).map(|row| row.seq);
    let mut ids = Vec::new();
    rows.iter().for_each(|row| ids_in(&row.data, &mut ids));
    ids.sort_unstable();
    ids.dedup();
    let names = names(connection, viewer, &ids).await?;
    let entries = rows
        .into_iter()
        .map(|row| ActivityEntry {
            seq: row.seq,
            recorded_at: row.recorded_at,
            person: row.id.zip(row.name).map(|(id, name)| PersonName {
                id: PersonId::from_uuid(id),
                name,
                picture_url: row.picture_url,
            }),
            system: System::parse(&row.actor_kind).ok(),
            verb: row.verb,
            event: serde_json::from_value(row.data).ok(),
        })
        .collect();
    Ok(ActivityPage { entries, names, next })
}

fn ids_in(data: &Value, ids: &mut Vec<Uuid>) {
    match data {
        Value::String(text) if text.len() == 36 => ids.extend(Uuid::parse_str(text).ok()),
        Value::Array(values) => values.iter().for_each(|value| ids_in(value, ids)),
        Value::Object(fields) => fields.values().for_each(|value| ids_in(value, ids)),
        _ => {}
    }
}

async fn names(
    connection: &mut PgConnection,
    viewer: &Viewer,
    ids: &[Uuid],
) -> Result<Vec<(Uuid, String)>, StoreError> {
    let rows = sqlx::query!(
        r#"
        select id as "id!", name as "name!", series, number from (
            select p.id, p.name, null::text as series, null::integer as number from people p where p.id = any($2)
            union all select s.id, s.name, null, null from severities s where s.id = any($2)
            union all select c.id, c.name, null, null from components c where c.id = any($2)
            union all select t.id, t.name, null, null from tags t where t.id = any($2)
            union all
            select i.id, '', i.series, i.number from incidents i
            where i.id = any($2) and (i.visibility = 'public' or is_inside(i.id, i.reporter_id, i.lead_id, $1))
        ) known
        "#,
        viewer.person.uuid(),
        ids
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            let name = match row.series.zip(row.number) {
                Some((series, number)) => reference(&series, number)?.to_string(),
                None => row.name,
            };
            Ok((row.id, name))
        })
        .collect()
}
