//! That private incidents exist, for admins, who are responsible for what nobody inside
//! can open any more. Not what they say.

use chrono::{DateTime, Utc};
use domain::{IncidentId, Reference, Refusal, Viewer};

use super::reference;
use crate::pool::Held;
use crate::{Store, StoreError};

/// A private incident as an admin outside may know of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrivateIncident {
    /// Which.
    pub id: IncidentId,
    /// What people call it.
    pub reference: Reference,
    /// Since when.
    pub reported_at: DateTime<Utc>,
    /// Whether whoever asks is inside.
    pub is_inside: bool,
}

impl Store {
    /// Which private incidents there are, the newest first. Refused:
    /// [`Refusal::NotAllowed`] for whoever is no admin.
    pub async fn private_incidents(&self, viewer: &Viewer) -> Result<Vec<PrivateIncident>, StoreError> {
        if !viewer.is_admin {
            return Err(Refusal::NotAllowed.into());
        }
        let mut connection = Held::of(&self.reads).await?;
        let rows = sqlx::query!(
            r#"
            select i.id, i.series, i.number, i.reported_at,
                   is_inside(i.id, i.reporter_id, i.lead_id, $1) as "is_inside!"
            from incidents i where i.visibility = 'private' order by i.reported_at desc, i.id desc
            "#,
            viewer.person.uuid()
        )
        .fetch_all(&mut *connection)
        .await;
        connection.done();
        rows?
            .into_iter()
            .map(|row| {
                Ok(PrivateIncident {
                    id: row.id.into(),
                    reference: reference(&row.series, row.number)?,
                    reported_at: row.reported_at,
                    is_inside: row.is_inside,
                })
            })
            .collect()
    }
}
