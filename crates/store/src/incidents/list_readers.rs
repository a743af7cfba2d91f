//! Who may notice that something happened in some incidents.

use std::collections::HashSet;

use domain::{IncidentId, PersonId, System};

use super::Readers;
use crate::pool::Held;
use crate::{Store, StoreError};

impl Store {
    /// Who may read at least one of these incidents, or could until a few seconds ago: an
    /// incident that went private, or that somebody was taken out of, leaves their list.
    pub async fn readers_of_any(&self, _system: System, incidents: &[IncidentId]) -> Result<Readers, StoreError> {
        let ids: Vec<_> = incidents.iter().map(|incident| incident.uuid()).collect();
        let mut connection = Held::of(&self.reads).await?;
        let rows = sqlx::query!(
            r#"
            select i.visibility = 'public' or exists (
                       select 1 from activity a
                       where a.incident_id = i.id and a.seq > i.seq - 100 and a.verb = 'visibility_changed'
                         and a.recorded_at > now() - interval '10 seconds') as "everybody!",
                   array_remove(array[i.reporter_id, i.lead_id], null)
                   || array(select v.person_id from invitations v where v.incident_id = i.id)
                   || array(select a.subject_id from activity a
                            where a.incident_id = i.id and a.seq > i.seq - 100
                              and a.verb in ('person_left', 'person_removed', 'role_given', 'role_ended')
                              and a.subject_id is not null
                              and a.recorded_at > now() - interval '10 seconds') as "people!"
            from incidents i where i.id = any($1)
            "#,
            &ids
        )
        .fetch_all(&mut *connection)
        .await;
        connection.done();
        let rows = rows?;
        if rows.iter().any(|row| row.everybody) {
            return Ok(Readers::Everybody);
        }
        let people: HashSet<PersonId> = rows.into_iter().flat_map(|row| row.people).map(PersonId::from_uuid).collect();
        Ok(Readers::Inside(people))
    }
}
