//! Up to where somebody has seen an incident, and what happened in it since.

use chrono::{DateTime, Utc};
use domain::incidents::Event;
use domain::incidents::since::Changed;
use domain::{IncidentId, Refusal, TimelineItemId, Viewer};
use serde_json::Value;
use uuid::Uuid;

use crate::pool::Held;
use crate::{Store, StoreError};

/// What others did in an incident since somebody last looked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Since {
    /// When they last looked.
    pub looked_at: DateTime<Utc>,
    /// Up to which seq of the incident.
    pub seq: i64,
    /// What others wrote down or changed since, at most two hundred of the newest.
    pub new_items: Vec<TimelineItemId>,
    /// What it comes to.
    pub changed: Changed,
}

/// Who looked within this time and sees nothing new has not looked again.
const LOOKS_ON: i64 = 60;

/// At most so many changes are read one by one; notes and updates are counted.
const MOST: i64 = 500;

impl Store {
    /// What happened since the viewer last looked; nothing when they never did, or may not
    /// read the incident.
    pub async fn since(&self, viewer: &Viewer, incident: IncidentId) -> Result<Option<Since>, StoreError> {
        let mut connection = Held::of(&self.reads).await?;
        let row = sqlx::query!(
            r#"
            select c.looked_at, c.seq,
                   array(select t.id from timeline_items t
                         where t.incident_id = c.incident_id and t.seq > c.seq and t.hidden_at is null
                           and timeline_item_writer(t.id, t.author_id, t.edited_at) is distinct from $1
                         order by t.seq desc limit 200) as "new_items!",
                   (select array_agg(a.data order by a.seq) from (
                       select a.data, a.seq from activity a
                       where a.incident_id = c.incident_id and a.seq > c.seq and a.actor_id is distinct from $1
                         and a.verb not in ('noted', 'updated', 'declared', 'key_time_set', 'next_update_promised')
                       order by a.seq desc limit $3) a) as events,
                   (select count(*) from activity a where a.incident_id = c.incident_id and a.seq > c.seq
                      and a.actor_id is distinct from $1 and a.verb = 'noted') as "notes!",
                   (select count(*) from activity a where a.incident_id = c.incident_id and a.seq > c.seq
                      and a.actor_id is distinct from $1 and a.verb = 'updated') as "updates!"
            from read_cursors c join incidents i on i.id = c.incident_id
            where c.person_id = $1 and c.incident_id = $2
              and (i.visibility = 'public' or is_inside(i.id, i.reporter_id, i.lead_id, $1))
            "#,
            viewer.person.uuid(),
            incident.uuid(),
            MOST
        )
        .fetch_optional(&mut *connection)
        .await;
        connection.done();
        Ok(row?.map(|row| {
            let mut changed = Changed::default();
            changed.take_in_words(count(row.notes), count(row.updates));
            for event in row.events.unwrap_or_default().into_iter().filter_map(event) {
                changed.take_in(&event);
            }
            let new_items = row.new_items.into_iter().map(Into::into).collect();
            Since { looked_at: row.looked_at, seq: row.seq, new_items, changed }
        }))
    }

    /// Which of an incident's timeline items others wrote down or changed after `seq`;
    /// none when the viewer may not read the incident.
    pub async fn new_among(
        &self,
        viewer: &Viewer,
        incident: IncidentId,
        seq: i64,
        items: &[TimelineItemId],
    ) -> Result<Vec<TimelineItemId>, StoreError> {
        let items: Vec<Uuid> = items.iter().map(|item| item.uuid()).collect();
        let mut connection = Held::of(&self.reads).await?;
        let new = sqlx::query_scalar!(
            r#"
            select t.id from timeline_items t join incidents i on i.id = t.incident_id
            where i.id = $2 and t.id = any($3) and t.seq > $4 and t.hidden_at is null
              and timeline_item_writer(t.id, t.author_id, t.edited_at) is distinct from $1
              and (i.visibility = 'public' or is_inside(i.id, i.reporter_id, i.lead_id, $1))
            "#,
            viewer.person.uuid(),
            incident.uuid(),
            &items,
            seq
        )
        .fetch_all(&mut *connection)
        .await;
        connection.done();
        Ok(new?.into_iter().map(Into::into).collect())
    }

    /// Notes that the viewer has seen an incident up to `seq`. Writes nothing for somebody
    /// who looks at nothing new within an hour; a cursor never goes back. What was not
    /// there to be seen cannot have been seen: a greater `seq` counts as the present one.
    ///
    /// Refused: [`Refusal::NotFound`] when the viewer may not read the incident.
    pub async fn looked(&self, viewer: &Viewer, incident: IncidentId, seq: i64) -> Result<(), StoreError> {
        let mut connection = Held::of(&self.reads).await?;
        let known = sqlx::query!(
            r#"
            select least($3, i.seq) as "seq!", c.seq > 0 and c.seq >= least($3, i.seq)
                   and c.looked_at > now() - make_interval(mins => $4) as known
            from incidents i left join read_cursors c on c.incident_id = i.id and c.person_id = $1
            where i.id = $2 and (i.visibility = 'public' or is_inside(i.id, i.reporter_id, i.lead_id, $1))
            "#,
            viewer.person.uuid(),
            incident.uuid(),
            seq.max(0),
            i32::try_from(LOOKS_ON).unwrap_or(i32::MAX)
        )
        .fetch_optional(&mut *connection)
        .await;
        connection.done();
        let Some(row) = known? else { return Err(Refusal::NotFound.into()) };
        if row.known == Some(true) {
            return Ok(());
        }
        let (store, viewer) = (self.clone(), *viewer);
        self.to_its_end(async move {
            let mut transaction = store.begin().await?;
            sqlx::query!(
                r#"
                insert into read_cursors as c (incident_id, person_id, seq) values ($1, $2, $3)
                on conflict (incident_id, person_id) do update
                set seq = greatest(c.seq, excluded.seq), looked_at = excluded.looked_at
                "#,
                incident.uuid(),
                viewer.person.uuid(),
                row.seq
            )
            .execute(&mut *transaction)
            .await?;
            crate::notifications::notifications_read(&mut transaction, viewer.person, Some(incident)).await?;
            transaction.commit().await?;
            Ok(())
        })
        .await
    }

    /// [`looked`](Self::looked), after the page has been answered: it waits for nothing, and
    /// a cursor that was not written is written the next time.
    pub fn looked_meanwhile(&self, viewer: &Viewer, incident: IncidentId, seq: i64) {
        let (store, viewer) = (self.clone(), *viewer);
        tokio::spawn(async move {
            if let Err(error) = store.looked(&viewer, incident, seq).await {
                tracing::debug!(?error, "a read cursor was not written");
            }
        });
    }
}

fn count(count: i64) -> usize {
    usize::try_from(count).unwrap_or_default()
}

/// An event as the activity log has it. One of a version that is not ours is passed over.
fn event(data: Value) -> Option<Event> {
    serde_json::from_value(data).ok()
}
