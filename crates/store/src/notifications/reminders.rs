//! What time alone brings about: an update that was promised and not told, a hand-off that
//! nobody answered, additional triage that has taken long enough. However many servers look,
//! each is said once.

use domain::incidents::{Command, Kind, Role, Source};
use domain::notifications::{Notification, Told};
use domain::{Actor, HandOffId, IncidentId, PersonId, RequestId, System};
use uuid::Uuid;

use super::tell;
use crate::{Request, Store, StoreError};

/// What one look brought about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reminded {
    /// Updates that are overdue now.
    pub updates: usize,
    /// Times for additional triage that are over now.
    pub triages: usize,
    /// Hand-offs that came back.
    pub hand_offs: usize,
}

/// As many of a kind are looked at in one go.
const MOST: i64 = 50;

impl Store {
    /// Says what is due now, once each.
    pub async fn remind(&self, worker: System) -> Result<Reminded, StoreError> {
        Ok(Reminded {
            updates: self.remind_of(worker, Told::UpdateOverdue).await?,
            triages: self.remind_of(worker, Told::TriageOver).await?,
            hand_offs: self.expire_hand_offs(worker).await?,
        })
    }

    async fn remind_of(&self, worker: System, told: Told) -> Result<usize, StoreError> {
        let store = self.clone();
        self.to_its_end(async move {
            let mut transaction = store.begin().await?;
            // Whoever comes second at the same moment waits for the first, finds the row
            // and does nothing.
            let due = sqlx::query!(
                r#"
                with due as (
                    select id, next_update_due_at as due_at
                    from incidents
                    where $1 = 'update_overdue' and next_update_due_at <= now()
                      and status in ('triage', 'investigating', 'identified', 'monitoring')
                    union all
                    -- A time that nobody set is said only when it has just ended: an upgrade or an
                    -- import wakes nobody for what is old.
                    select i.id, ends.at
                    from incidents i
                    cross join lateral (select triage_ends(i.status, i.triage_until, i.recovered_at)) ends (at)
                    where $1 = 'triage_over' and i.kind = 'real' and i.cause in ('unknown', 'suspected')
                      and (i.status = 'recovered' or (i.status = 'closed' and i.triage_until is not null))
                      and ends.at <= now() and (i.triage_until is not null or ends.at > now() - interval '7 days')
                ), new as (
                    insert into reminders (incident_id, kind, due_at)
                    select d.id, $1, d.due_at from due d
                    where not exists (
                        select 1 from reminders r where r.incident_id = d.id and r.kind = $1 and r.due_at = d.due_at)
                    order by d.due_at, d.id limit $2
                    on conflict do nothing
                    returning incident_id)
                select i.id, i.kind, i.lead_id, i.reporter_id, i.postmortem_owner_id,
                       (select person_id from incident_roles r where r.incident_id = i.id and r.role = $3
                        and r.ended_at is null) as communications
                from new join incidents i on i.id = new.incident_id
                "#,
                told.as_str(),
                MOST,
                Role::Communications.as_str()
            )
            .fetch_all(&mut *transaction)
            .await?;
            for row in &due {
                let person = match told {
                    Told::UpdateOverdue => row.communications.or(row.lead_id),
                    _ => row.postmortem_owner_id.or(row.lead_id),
                };
                // As in `owed_by`: whoever is told finds it on their list.
                let Some(person) = person.or(row.reporter_id) else { continue };
                let one = Notification { person: PersonId::from_uuid(person), told, subject: None };
                let incident = IncidentId::from_uuid(row.id);
                let kind = Kind::parse(&row.kind)?;
                tell(&mut transaction, &store.options, incident, kind, Actor::System(worker), &[one]).await?;
            }
            transaction.commit().await?;
            Ok(due.len())
        })
        .await
    }

    /// Each in a transaction of its own, through the door: the domain refuses the second.
    async fn expire_hand_offs(&self, worker: System) -> Result<usize, StoreError> {
        let mut connection = crate::pool::Held::of(&self.reads).await?;
        let rows = sqlx::query!(
            r#"
            select id, incident_id from hand_offs where status = 'offered' and expires_at <= now()
            order by expires_at limit $1
            "#,
            MOST
        )
        .fetch_all(&mut *connection)
        .await;
        connection.done();
        let mut expired = 0;
        for row in rows? {
            let request = Request::web(RequestId::from_uuid(Uuid::now_v7()));
            let request = Request { source: Source::Software, ..request };
            let command = Command::ExpireHandOff { hand_off: HandOffId::from_uuid(row.id) };
            match self.execute(worker, request, IncidentId::from_uuid(row.incident_id), command).await {
                Ok(_) => expired += 1,
                // Answered a moment ago, or another server was first.
                Err(StoreError::Refused(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(expired)
    }
}
