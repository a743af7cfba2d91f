//! What somebody led or owes, for whoever gives it to others once they have left.

use domain::{ActionReference, PersonId, Reference, TaskId, Viewer};

use crate::incidents::reference;
use crate::pool::Held;
use crate::{Store, StoreError};

/// What somebody led or owes, to be given to somebody else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Owed {
    /// Incidents they lead that are not over.
    pub leads: Vec<OwedIncident>,
    /// Incidents whose postmortem is theirs and not closed.
    pub postmortems: Vec<OwedIncident>,
    /// Incidents that are not over in which they hold Operations or Communications.
    pub roles: Vec<OwedIncident>,
    /// Open tasks.
    pub tasks: Vec<OwedTask>,
    /// Action items of theirs that are not at an end.
    pub action_items: Vec<OwedAction>,
}

/// An incident somebody owes something in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwedIncident {
    /// What it is called.
    pub reference: Reference,
    /// Its title.
    pub title: String,
}

/// An open task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwedTask {
    /// Which.
    pub id: TaskId,
    /// What is to be done.
    pub title: String,
    /// In which incident.
    pub reference: Reference,
}

/// An action item that is not at an end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwedAction {
    /// What it is called.
    pub reference: ActionReference,
    /// What is to be done.
    pub title: String,
}

impl Store {
    /// What somebody leads or owes, of what the viewer may read.
    pub async fn what_they_owe(&self, viewer: &Viewer, person: PersonId) -> Result<Owed, StoreError> {
        let mut connection = Held::of(&self.reads).await?;
        let me = viewer.person.uuid();
        let incidents = sqlx::query!(
            r#"
            select i.series, i.number, i.title,
                   coalesce(i.lead_id = $2 and i.status <> 'recovered', false) as "leads!",
                   coalesce(i.postmortem_owner_id = $2, false) as "writes!",
                   r.person_id is not null and i.status <> 'recovered' as "has_role!"
            from incidents i left join (
                select distinct incident_id, person_id from incident_roles
                where person_id = $2 and role <> 'lead' and ended_at is null) r on r.incident_id = i.id
            where (i.visibility = 'public' or is_inside(i.id, i.reporter_id, i.lead_id, $1))
              and (i.lead_id = $2 or i.postmortem_owner_id = $2 or r.person_id is not null)
              and i.status in ('triage', 'investigating', 'identified', 'monitoring', 'recovered')
            order by i.reported_at desc, i.id desc
            "#,
            me,
            person.uuid()
        )
        .fetch_all(&mut *connection)
        .await?;
        let tasks = sqlx::query!(
            r#"
            select t.id, t.title, i.series, i.number
            from tasks t join incidents i on i.id = t.incident_id
            where t.assignee_id = $2 and t.done_at is null and t.promoted_to_id is null
              and (i.visibility = 'public' or is_inside(i.id, i.reporter_id, i.lead_id, $1))
            order by t.created_at, t.id
            "#,
            me,
            person.uuid()
        )
        .fetch_all(&mut *connection)
        .await?;
        let actions = sqlx::query!(
            r#"
            select a.series, a.number, a.title
            from action_items a join incidents i on i.id = a.incident_id
            where a.owner_id = $2 and a.status not in ('done', 'not_doing')
              and (i.visibility = 'public' or is_inside(i.id, i.reporter_id, i.lead_id, $1))
            order by a.created_at, a.id
            "#,
            me,
            person.uuid()
        )
        .fetch_all(&mut *connection)
        .await?;
        connection.done();
        let mut owed = Owed::default();
        for row in incidents {
            let incident = OwedIncident { reference: reference(&row.series, row.number)?, title: row.title };
            if row.leads {
                owed.leads.push(incident.clone());
            }
            if row.has_role {
                owed.roles.push(incident.clone());
            }
            if row.writes {
                owed.postmortems.push(incident);
            }
        }
        for row in tasks {
            let reference = reference(&row.series, row.number)?;
            owed.tasks.push(OwedTask { id: row.id.into(), title: row.title, reference });
        }
        for row in actions {
            let reference = ActionReference::parse(&format!("{}-{}", row.series, row.number))?;
            owed.action_items.push(OwedAction { reference, title: row.title });
        }
        Ok(owed)
    }
}
