//! Action items: what is to be done after incidents.

use chrono::{DateTime, Utc};
use domain::incidents::{ActionStatus, Aim};
use domain::{ActionItemId, ActionReference, IncidentId, PersonId, Viewer};

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
    /// Those that were written before this one; all of them, if it is not there.
    pub before: Option<ActionReference>,
    /// The one that people call this.
    pub reference: Option<ActionReference>,
}

/// An action item in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionItemRow {
    /// Which.
    pub id: ActionItemId,
    /// What people call it.
    pub reference: ActionReference,
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
        let (before, asked) = (parts(filter.before), parts(filter.reference));
        let mut connection = Held::of(&self.reads).await?;
        let rows = sqlx::query!(
            r#"
            select a.id, a.series || '-' || a.number as "reference!", a.title, a.aim, a.status, a.created_at, a.done_at,
                   p.id as "owner_id?", p.name as "owner_name?", p.picture_url as owner_picture,
                   i.id as "incident_id?", i.series as "series?", i.number as "incident_number?", i.title as "incident_title?"
            from action_items a left join incidents i on i.id = a.incident_id left join people p on p.id = a.owner_id
            left join (
                select e.created_at, e.id from action_items e left join incidents x on x.id = e.incident_id
                where e.series = $6 and e.number = $7
                  and (e.incident_id is null or x.visibility = 'public' or is_inside(x.id, x.reporter_id, x.lead_id, $1))
            ) edge on true
            where (a.incident_id is null or i.visibility = 'public' or is_inside(i.id, i.reporter_id, i.lead_id, $1))
              and ($2::uuid is null or a.incident_id = $2) and ($3::uuid is null or a.owner_id = $3)
              and (not $4 or a.owner_id is null) and (not $5 or a.status not in ('done', 'not_doing'))
              and (edge.id is null or (a.created_at, a.id) < (edge.created_at, edge.id))
              and ($8::text is null or (a.series = $8 and a.number = $9))
            order by a.created_at desc, a.id desc limit $10
            "#,
            viewer.person.uuid(),
            filter.incident.map(IncidentId::uuid),
            filter.owner.map(PersonId::uuid),
            filter.nobodys,
            filter.open,
            before.0,
            before.1,
            asked.0,
            asked.1,
            i64::from(MOST_ACTION_ITEMS)
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
                    reference: ActionReference::parse(&row.reference)?,
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

/// A reference as the columns hold it.
fn parts(reference: Option<ActionReference>) -> (Option<&'static str>, Option<i32>) {
    let number = |reference: ActionReference| i32::try_from(reference.number).unwrap_or(i32::MAX);
    (reference.map(|reference| reference.series.as_str()), reference.map(number))
}
