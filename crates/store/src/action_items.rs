//! Action items: what is to be done after incidents.

use chrono::{DateTime, Utc};
use domain::incidents::{ActionStatus, Aim};
use domain::{ActionItemId, IncidentId, PersonId, Viewer};

use crate::incidents::{IncidentLink, reference};
use crate::people::PersonName;
use crate::pool::Held;
use crate::{Store, StoreError};

/// At most so many are read at once.
pub const MOST_ACTION_ITEMS: u16 = 200;

/// Which action items.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActionItemFilter {
    /// Those of one incident.
    pub incident: Option<IncidentId>,
    /// Those of one person.
    pub owner: Option<PersonId>,
    /// Those that nobody owns.
    pub nobodys: bool,
    /// Those that are still to be done.
    pub open: bool,
    /// Those that were written before this number.
    pub before: Option<i32>,
    /// The one that has this number.
    pub number: Option<i32>,
}

/// An action item in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionItemRow {
    /// Which.
    pub id: ActionItemId,
    /// People say ACT-12.
    pub number: i32,
    /// What is to be done.
    pub title: String,
    /// What it is to achieve.
    pub aim: Aim,
    /// How far it is.
    pub status: ActionStatus,
    /// Whose it is.
    pub owner: Option<PersonName>,
    /// After which incident.
    pub incident: Option<IncidentLink>,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// When it was done.
    pub done_at: Option<DateTime<Utc>>,
}

impl Store {
    /// Action items, the newest first, at most [`MOST_ACTION_ITEMS`]. Those of a private
    /// incident are for whoever is inside.
    pub async fn action_items(
        &self,
        viewer: &Viewer,
        filter: &ActionItemFilter,
    ) -> Result<Vec<ActionItemRow>, StoreError> {
        let mut connection = Held::of(&self.reads).await?;
        let rows = sqlx::query!(
            r#"
            select a.id, a.number, a.title, a.aim, a.status, a.created_at, a.done_at,
                   p.id as "owner_id?", p.name as "owner_name?", p.picture_url as owner_picture,
                   i.id as "incident_id?", i.series as "series?", i.number as "incident_number?", i.title as "incident_title?"
            from action_items a left join incidents i on i.id = a.incident_id left join people p on p.id = a.owner_id
            where (a.incident_id is null or i.visibility = 'public' or is_inside(i.id, i.reporter_id, i.lead_id, $1))
              and ($2::uuid is null or a.incident_id = $2) and ($3::uuid is null or a.owner_id = $3)
              and (not $4 or a.owner_id is null) and (not $5 or a.status not in ('done', 'not_doing'))
              and ($6::integer is null or a.number < $6) and ($8::integer is null or a.number = $8)
            order by a.number desc limit $7
            "#,
            viewer.person.uuid(),
            filter.incident.map(IncidentId::uuid),
            filter.owner.map(PersonId::uuid),
            filter.nobodys,
            filter.open,
            filter.before,
            i64::from(MOST_ACTION_ITEMS),
            filter.number
        )
        .fetch_all(&mut *connection)
        .await;
        connection.done();
        rows?
            .into_iter()
            .map(|row| {
                let incident = match (row.incident_id, row.series, row.incident_number, row.incident_title) {
                    (Some(id), Some(series), Some(number), Some(title)) => {
                        Some(IncidentLink { id: id.into(), reference: reference(&series, number)?, title })
                    }
                    _ => None,
                };
                Ok(ActionItemRow {
                    id: row.id.into(),
                    number: row.number,
                    title: row.title,
                    aim: Aim::parse(&row.aim)?,
                    status: ActionStatus::parse(&row.status)?,
                    owner: row.owner_id.zip(row.owner_name).map(|(id, name)| PersonName {
                        id: PersonId::from_uuid(id),
                        name,
                        picture_url: row.owner_picture,
                    }),
                    incident,
                    created_at: row.created_at,
                    done_at: row.done_at,
                })
            })
            .collect()
    }
}
