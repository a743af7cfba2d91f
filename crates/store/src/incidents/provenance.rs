//! Where a timeline item comes from, and what it said before.

use chrono::{DateTime, Utc};
use domain::incidents::Source;
use domain::{PersonId, TimelineItemId, Viewer};
use serde::Deserialize;
use sqlx::types::Json;
use uuid::Uuid;

use super::homepage::IncidentLink;
use super::{ItemKind, reference};
use crate::people::PersonName;
use crate::pool::Held;
use crate::{Store, StoreError};

/// Who said a timeline item, when, from where, and what it said before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// Which item.
    pub item: TimelineItemId,
    /// What it is.
    pub kind: ItemKind,
    /// In which incident.
    pub incident: IncidentLink,
    /// Who wrote it or did it.
    pub author: Option<PersonName>,
    /// Who, when it is nobody of ours.
    pub author_label: Option<String>,
    /// Where it came from.
    pub source: Source,
    /// When it happened, as it stands now.
    pub occurred_at: DateTime<Utc>,
    /// When it was written down first.
    pub recorded_at: DateTime<Utc>,
    /// What it says now, in Markdown.
    pub body: String,
    /// When it was last edited.
    pub edited_at: Option<DateTime<Utc>>,
    /// When it was hidden, while it is.
    pub hidden_at: Option<DateTime<Utc>>,
    /// Who hid it, when it was a person.
    pub hidden_by: Option<PersonName>,
    /// What it said before, the newest first.
    pub revisions: Vec<Revision>,
}

/// What a timeline item said until it was edited.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Revision {
    /// When it was said to have happened.
    pub occurred_at: DateTime<Utc>,
    /// What it said, in Markdown.
    pub body: String,
    /// Until when.
    pub replaced_at: DateTime<Utc>,
    /// Who gave it other words, when it was a person.
    pub replaced_by: Option<PersonName>,
}

impl Store {
    /// Where an item comes from; nothing when there is none or the viewer may not read its
    /// incident. A hidden item can be asked for: hiding keeps it, with who hid it.
    pub async fn provenance(&self, viewer: &Viewer, item: TimelineItemId) -> Result<Option<Provenance>, StoreError> {
        let mut connection = Held::of(&self.reads).await?;
        let row = sqlx::query!(
            r#"
            select t.id, t.kind, t.author_label, t.source, t.occurred_at, t.recorded_at, t.body, t.edited_at, t.hidden_at,
                   i.id as incident_id, i.series, i.number, i.title,
                   a.id as "author_id?", a.name as "author_name?", a.picture_url as author_picture,
                   h.id as "hider_id?", h.name as "hider_name?", h.picture_url as hider_picture,
                   (select json_agg(json_build_object('occurred_at', r.occurred_at, 'body', r.body,
                            'replaced_at', r.replaced_at, 'replaced_by', case when p.id is not null then
                                json_build_object('id', p.id, 'name', p.name, 'picture_url', p.picture_url)
                            end) order by r.replaced_at desc, r.id desc)
                    from timeline_revisions r left join people p on p.id = r.replaced_by
                    where r.item_id = t.id) as "revisions: Json<Vec<Revision>>"
            from timeline_items t join incidents i on i.id = t.incident_id
                 left join people a on a.id = t.author_id left join people h on h.id = t.hidden_by
            where t.id = $2 and (i.visibility = 'public' or is_inside(i.id, i.reporter_id, i.lead_id, $1))
            "#,
            viewer.person.uuid(),
            item.uuid()
        )
        .fetch_optional(&mut *connection)
        .await;
        connection.done();
        let Some(row) = row? else { return Ok(None) };
        let person = |id: Option<Uuid>, name: Option<String>, picture_url: Option<String>| {
            id.zip(name).map(|(id, name)| PersonName { id: PersonId::from_uuid(id), name, picture_url })
        };
        Ok(Some(Provenance {
            item: row.id.into(),
            kind: ItemKind::read(&row.kind),
            incident: IncidentLink {
                id: row.incident_id.into(),
                reference: reference(&row.series, row.number)?,
                title: row.title,
            },
            author: person(row.author_id, row.author_name, row.author_picture),
            author_label: row.author_label,
            source: Source::parse(&row.source)?,
            occurred_at: row.occurred_at,
            recorded_at: row.recorded_at,
            body: row.body,
            edited_at: row.edited_at,
            hidden_at: row.hidden_at,
            hidden_by: person(row.hider_id, row.hider_name, row.hider_picture),
            revisions: row.revisions.map(|json| json.0).unwrap_or_default(),
        }))
    }
}
