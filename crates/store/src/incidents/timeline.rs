//! The timeline of one incident, to read: by pages of fifty, newest first, each
//! page beginning where the one before ended. What another incident has to do with it
//! (`related`, `merged`) stands there for whoever may read the other one, and for nobody
//! else, as in the log.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use domain::incidents::Source;
use domain::{IncidentId, PersonId, Refusal, SeverityId, TimelineItemId, Viewer, Why};
use serde_json::Value;
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::homepage::IncidentLink;
use super::homepage_rows::{LinkRow, link};
use super::readable;
use crate::people::PersonName;
use crate::pool::Held;
use crate::{Store, StoreError};

pub use super::item_kind::ItemKind;

/// So many items are on one page of the timeline.
pub const ITEMS: u16 = 50;
/// At most so many at once, whatever is asked for.
const MOST: u16 = 500;

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
    /// Whom it is about: who took the lead, got the task, was invited, was asked to take over.
    pub subject: Option<PersonName>,
    /// The component it is about.
    pub component: Option<String>,
    /// The other incident it is about, when the viewer may read that.
    pub other: Option<IncidentLink>,
    /// What it says, in Markdown; the plain title of a task, a link or an action item.
    pub body: String,
    /// The same as safe HTML; empty when it was not rendered yet.
    pub body_html: String,
    /// Codes of a change: `from`, `to`, `kind`, `at`, `url`, `removed`, `done`, `how`.
    pub data: Value,
    /// Where it came from.
    pub source: Source,
    /// When it was last edited.
    pub edited_at: Option<DateTime<Utc>>,
    /// When it was hidden, on pages that show what is hidden.
    pub hidden_at: Option<DateTime<Utc>>,
    /// Of an update: what it told besides its words.
    pub told: Option<Told>,
}

impl Item {
    /// When it was last changed, or written down: what whoever edits it has seen.
    pub fn changed_at(&self) -> DateTime<Utc> {
        self.edited_at.unwrap_or(self.recorded_at)
    }

    /// Its place in the timeline.
    pub fn cursor(&self) -> ItemCursor {
        ItemCursor { occurred_at: self.occurred_at, id: self.id }
    }
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

/// One kind of items only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Only {
    /// What was told to everybody.
    Updates,
    /// What was done to the incident.
    Changes,
    /// What was written, pinned, linked, or said by an alert.
    Notes,
}

impl Only {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Updates, Self::Changes, Self::Notes];

    /// The code of addresses, and of the schema's `timeline_shelf`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Updates => "updates",
            Self::Changes => "changes",
            Self::Notes => "notes",
        }
    }

    /// Reads a code.
    pub fn parse(code: &str) -> Result<Self, Refusal> {
        Self::ALL.into_iter().find(|only| only.as_str() == code).ok_or_else(|| Refusal::invalid("only", Why::NotKnown))
    }
}

/// A place in the timeline: the time, and the id for items of the same time.
/// Travels in an address as `1763645520000000-01900000-…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ItemCursor {
    /// When the item happened.
    pub occurred_at: DateTime<Utc>,
    /// Which it is.
    pub id: TimelineItemId,
}

impl fmt::Display for ItemCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.occurred_at.timestamp_micros(), self.id)
    }
}

impl FromStr for ItemCursor {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let cursor: crate::page::Cursor = text.parse()?;
        Ok(Self { occurred_at: cursor.reported_at, id: TimelineItemId::from_uuid(cursor.id.uuid()) })
    }
}

/// Which part of a timeline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TimelineFilter {
    /// One kind of items only.
    pub only: Option<Only>,
    /// Only what comes after this place, that is earlier in time.
    pub before: Option<ItemCursor>,
    /// The page on which this item stands, with what came right before and after it;
    /// wins over `before`. An item that is not shown is not looked for.
    pub around: Option<TimelineItemId>,
    /// Also what was hidden.
    pub hidden: bool,
    /// At most so many items; 0 is [`ITEMS`].
    pub most: u16,
}

/// One page of a timeline.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TimelinePage {
    /// Newest first.
    pub items: Vec<Item>,
    /// Where the next page begins, when there is one.
    pub next: Option<ItemCursor>,
    /// Whether newer items come before this page.
    pub starts_midway: bool,
}

impl Store {
    /// A page of the timeline; nothing when the viewer may not read the incident.
    pub async fn timeline(
        &self,
        viewer: &Viewer,
        incident: IncidentId,
        filter: &TimelineFilter,
    ) -> Result<Option<TimelinePage>, StoreError> {
        let mut connection = Held::of(&self.reads).await?;
        let found = if readable(&mut connection, viewer, incident).await? {
            Some(page(&mut connection, viewer, incident, filter).await?)
        } else {
            None
        };
        connection.done();
        Ok(found)
    }
}

/// The caller has checked that the incident may be read.
pub(super) async fn page(
    connection: &mut PgConnection,
    viewer: &Viewer,
    incident: IncidentId,
    filter: &TimelineFilter,
) -> Result<TimelinePage, StoreError> {
    let most = if filter.most == 0 { ITEMS } else { filter.most.min(MOST) };
    let (mut before, mut starts_midway) = (filter.before, filter.before.is_some());
    if let Some(item) = filter.around {
        // Half a page of what came later stands above the item.
        let newer = newer(connection, viewer, incident, item, filter.hidden, most / 2 + 1).await?;
        starts_midway = newer.len() > usize::from(most / 2);
        before = newer.last().filter(|_| starts_midway).copied();
    }
    let mut items = items(connection, viewer, incident, filter, before, most + 1).await?;
    let goes_on = items.len() > usize::from(most);
    items.truncate(usize::from(most));
    let next = items.last().filter(|_| goes_on).map(Item::cursor);
    Ok(TimelinePage { items, next, starts_midway })
}

/// The places of what came after an item, the nearest first; nothing for an item that
/// is not shown.
async fn newer(
    connection: &mut PgConnection,
    viewer: &Viewer,
    incident: IncidentId,
    item: TimelineItemId,
    hidden: bool,
    most: u16,
) -> Result<Vec<ItemCursor>, StoreError> {
    let rows = sqlx::query!(
        r#"
        select t.id, t.occurred_at from timeline_items t
        where t.incident_id = $1 and ($3 or t.hidden_at is null)
          and (t.occurred_at, t.id) > (select x.occurred_at, x.id from timeline_items x
                                       where x.id = $2 and x.incident_id = $1 and ($3 or x.hidden_at is null))
          and (t.kind not in ('related', 'merged') or exists (
                select 1 from incidents i
                where i.id = coalesce(t.data ->> 'other', t.data ->> 'into')::uuid
                  and (i.visibility = 'public' or is_inside(i.id, i.reporter_id, i.lead_id, $5))))
        order by t.occurred_at, t.id limit $4
        "#,
        incident.uuid(),
        item.uuid(),
        hidden,
        i64::from(most),
        viewer.person.uuid()
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| ItemCursor { occurred_at: row.occurred_at, id: row.id.into() }).collect())
}

async fn items(
    connection: &mut PgConnection,
    viewer: &Viewer,
    incident: IncidentId,
    filter: &TimelineFilter,
    before: Option<ItemCursor>,
    most: u16,
) -> Result<Vec<Item>, StoreError> {
    let before = before.unwrap_or(ItemCursor {
        occurred_at: DateTime::from_timestamp(253_402_300_799, 0).unwrap_or_default(),
        id: TimelineItemId::from_uuid(Uuid::max()),
    });
    // One branch runs: each of them walks an index from the place on, and only the
    // items of the page are read whole.
    let rows = sqlx::query!(
        r#"
        with picked as (
            (select id from timeline_items t
             where $3::text is null and not $4 and incident_id = $2 and hidden_at is null and (occurred_at, id) < ($5, $6)
               and (kind not in ('related', 'merged') or exists (
                     select 1 from incidents i where i.id = coalesce(t.data ->> 'other', t.data ->> 'into')::uuid
                       and (i.visibility = 'public' or is_inside(i.id, i.reporter_id, i.lead_id, $1))))
             order by occurred_at desc, id desc limit $7)
            union all
            (select id from timeline_items t
             where not $4 and incident_id = $2 and timeline_shelf(kind) = $3 and hidden_at is null
               and (occurred_at, id) < ($5, $6)
               and (kind not in ('related', 'merged') or exists (
                     select 1 from incidents i where i.id = coalesce(t.data ->> 'other', t.data ->> 'into')::uuid
                       and (i.visibility = 'public' or is_inside(i.id, i.reporter_id, i.lead_id, $1))))
             order by occurred_at desc, id desc limit $7)
            union all
            (select id from timeline_items t
             where $4 and incident_id = $2 and ($3::text is null or timeline_shelf(kind) = $3) and (occurred_at, id) < ($5, $6)
               and (kind not in ('related', 'merged') or exists (
                     select 1 from incidents i where i.id = coalesce(t.data ->> 'other', t.data ->> 'into')::uuid
                       and (i.visibility = 'public' or is_inside(i.id, i.reporter_id, i.lead_id, $1))))
             order by occurred_at desc, id desc limit $7)
        )
        select t.id, t.kind, t.occurred_at, t.recorded_at, t.author_label, t.body, t.body_html, t.data, t.source,
               t.edited_at, t.hidden_at,
               a.id as "author_id?", a.name as "author_name?", a.picture_url as author_picture,
               p.id as "subject_id?", p.name as "subject_name?", p.picture_url as subject_picture,
               c.name as "component?",
               (select json_build_object('id', i.id, 'series', i.series, 'number', i.number, 'title', i.title)
                from incidents i
                where t.kind in ('merged', 'related') and i.id = coalesce(t.data ->> 'other', t.data ->> 'into')::uuid
                  and (i.visibility = 'public' or is_inside(i.id, i.reporter_id, i.lead_id, $1))) as "other: Json<LinkRow>",
               u.id as "update_id?", u.status as told_status, u.severity_id as told_severity,
               u.next_update_due_at as told_due
        from picked join timeline_items t on t.id = picked.id
        left join people a on a.id = t.author_id
        left join people p on t.kind in ('lead', 'people', 'task', 'hand_off', 'action_item') and p.id = (t.data ->> 'person')::uuid
        left join components c on t.kind = 'component' and c.id = (t.data ->> 'component')::uuid
        left join updates u on t.kind = 'update' and u.timeline_item_id = t.id
        order by t.occurred_at desc, t.id desc
        "#,
        viewer.person.uuid(),
        incident.uuid(),
        filter.only.map(Only::as_str),
        filter.hidden,
        before.occurred_at,
        before.id.uuid(),
        i64::from(most)
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            let person = |id: Option<Uuid>, name: Option<String>, picture_url: Option<String>| {
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
                component: row.component,
                other: row.other.map(|other| link(other.0)).transpose()?,
                body: row.body,
                body_html: row.body_html,
                data: row.data,
                source: Source::parse(&row.source)?,
                edited_at: row.edited_at,
                hidden_at: row.hidden_at,
                told: row.update_id.map(|_| Told {
                    status: row.told_status,
                    severity: row.told_severity.map(SeverityId::from_uuid),
                    next_update_due_at: row.told_due,
                }),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_survives_an_address() {
        let cursor = ItemCursor {
            occurred_at: DateTime::from_timestamp_micros(1_763_645_520_123_456).unwrap(),
            id: "01900000-0000-7000-8000-000000000001".parse().unwrap(),
        };
        assert_eq!(cursor.to_string().parse::<ItemCursor>().unwrap(), cursor);
        assert!("x".parse::<ItemCursor>().is_err());
    }

    #[test]
    fn each_kind_of_items_has_its_code() {
        for only in Only::ALL {
            assert_eq!(Only::parse(only.as_str()).unwrap(), only);
        }
        assert!(Only::parse("everything").is_err());
    }
}
