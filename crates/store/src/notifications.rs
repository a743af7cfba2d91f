//! What single people are told. Written in the transaction that causes it, with ids only;
//! what a notification says is read with its reader's own rights, so that one about an
//! incident that became private tells nothing to whoever is outside.

mod reminders;

pub use reminders::Reminded;

use chrono::{DateTime, Utc};
use domain::announcements::Company;
use domain::incidents::{Event, IncidentState, Kind, Moment};
use domain::notifications::{Notification, People, Told, is_told_to_everybody, told};
use domain::to_do::{Concerned, concerned};
use domain::{Actor, IncidentId, NotificationId, PersonId, Reference, System, Viewer};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::announcements::TELL;
use crate::incidents::reference;
use crate::outbox::{Message, enqueue};
use crate::pool::{Held, StoreOptions};
use crate::{Store, StoreError, changes};

/// A notification, for the person it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotificationShown {
    /// Its id.
    pub id: NotificationId,
    /// What they are told.
    pub told: Told,
    /// Of which incident.
    pub reference: Reference,
    /// Its title; nothing in a direct message about a private incident.
    pub title: Option<String>,
    /// Who did it, when it was a person.
    pub by: Option<String>,
    /// The task's or action item's title, when it is about one.
    pub what: Option<String>,
    /// Whether it interrupts.
    pub loud: bool,
    /// When.
    pub at: DateTime<Utc>,
    /// Whether they have seen it.
    pub read: bool,
}

/// As many are shown.
const MOST: i64 = 200;

/// Who is told what of an incident's events.
pub(crate) async fn after(
    connection: &mut PgConnection,
    options: &StoreOptions,
    before: Option<&IncidentState>,
    after: &IncidentState,
    moment: &Moment,
    events: &[Event],
    company: &Company,
) -> Result<(), StoreError> {
    let mut people = People::default();
    if events.iter().any(|event| matches!(event, Event::Updated { .. })) {
        people.participants =
            sqlx::query_scalar!("select person_id from participants where incident_id = $1", after.id.uuid())
                .fetch_all(&mut *connection)
                .await?
                .into_iter()
                .map(PersonId::from_uuid)
                .collect();
    }
    if is_told_to_everybody(after, events, moment.source, company) {
        people.everybody = sqlx::query_scalar!(
            r#"
            select id from people p
            where deactivated_at is null
              and not exists (select 1 from notifications n where n.person_id = p.id and n.incident_id = $1
                              and n.kind in ('worst_declared', 'became_worst'))
            "#,
            after.id.uuid()
        )
        .fetch_all(&mut *connection)
        .await?
        .into_iter()
        .map(PersonId::from_uuid)
        .collect();
    }
    let before_them: Vec<Uuid> = events.iter().filter_map(giver).map(PersonId::uuid).collect();
    if !before_them.is_empty() {
        people.left = sqlx::query_scalar!(
            "select id from people where id = any($1) and deactivated_at is not null",
            &before_them
        )
        .fetch_all(&mut *connection)
        .await?
        .into_iter()
        .map(PersonId::from_uuid)
        .collect();
    }
    let all = told(before, after, events, &people, moment.actor);
    tell(connection, options, after.id, after.kind, moment.actor, &all).await
}

/// Who had before what an event gives to somebody.
fn giver(event: &Event) -> Option<PersonId> {
    match event {
        Event::RoleGiven { before, .. } => *before,
        Event::TaskAssigned { from, .. } | Event::PostmortemAssigned { from, .. } => *from,
        _ => None,
    }
}

/// Tells people: a row each, a wake-up for their pages, and a direct message for what
/// they owe. Whoever has left or may not read the incident is told nothing.
pub(crate) async fn tell(
    connection: &mut PgConnection,
    options: &StoreOptions,
    incident: IncidentId,
    kind: Kind,
    actor: Actor,
    all: &[Notification],
) -> Result<(), StoreError> {
    if all.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = all.iter().map(|_| Uuid::now_v7()).collect();
    let people: Vec<Uuid> = all.iter().map(|one| one.person.uuid()).collect();
    let kinds: Vec<String> = all.iter().map(|one| one.told.as_str().to_owned()).collect();
    let subjects: Vec<Option<Uuid>> = all.iter().map(|one| one.subject).collect();
    let loud: Vec<bool> = all.iter().map(|one| one.told.is_loud()).collect();
    let rows = sqlx::query!(
        r#"
        with new as (
            insert into notifications (id, person_id, incident_id, kind, subject_id, data, is_loud, created_at)
            select n.id, n.person, i.id, n.kind, n.subject, $7, n.loud, clock_timestamp()
            from unnest($2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::bool[])
                as n (id, person, kind, subject, loud)
            join people p on p.id = n.person and p.deactivated_at is null
            join incidents i on i.id = $1
            where i.visibility = 'public' or is_inside(i.id, i.reporter_id, i.lead_id, n.person)
            returning id, person_id, kind)
        select new.id, new.kind, new.person_id, p.slack_user_id from new join people p on p.id = new.person_id
        "#,
        incident.uuid(),
        &ids,
        &people,
        &kinds,
        &subjects as &[Option<Uuid>],
        &loud,
        json!({ "by": actor.person() })
    )
    .fetch_all(&mut *connection)
    .await?;
    let told: Vec<Uuid> = rows.iter().map(|row| row.person_id).collect();
    wake(connection, &told).await?;
    if !options.bot || kind != Kind::Real {
        return Ok(());
    }
    for row in rows {
        if let Some(channel) = row.slack_user_id
            && Told::parse(&row.kind)?.is_owed()
        {
            let message = Message {
                incident: Some(incident),
                channel,
                method: TELL.to_owned(),
                payload: json!({ "notification": row.id }),
                coalesce_key: None,
                urgent: false,
            };
            enqueue(connection, &message).await?;
        }
    }
    Ok(())
}

/// Wakes the streams of everybody whose to-do list can be another now.
pub(crate) async fn owed_changed(
    connection: &mut PgConnection,
    before: Option<&IncidentState>,
    moment: &Moment,
    events: &[Event],
) -> Result<(), StoreError> {
    let Concerned { people, has_tasks } = concerned(before, events, &moment.part);
    let Some(before) = before.filter(|_| has_tasks || !people.is_empty()) else { return Ok(()) };
    let people: Vec<Uuid> = people.into_iter().map(PersonId::uuid).collect();
    sqlx::query!(
        r#"
        select pg_notify($1, 'person:' || p) from (
            select unnest($2::uuid[])::text
            union select assignee_id::text from tasks
            where $3 and incident_id = $4 and assignee_id is not null and done_at is null) as owing (p)
        "#,
        changes::CHANNEL,
        &people,
        has_tasks,
        before.id.uuid()
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Wakes people's own streams when the transaction commits.
async fn wake(connection: &mut PgConnection, people: &[Uuid]) -> Result<(), StoreError> {
    sqlx::query!(
        "select pg_notify($1, 'person:' || p) from (select distinct unnest($2::uuid[])::text) as told (p)",
        changes::CHANNEL,
        people
    )
    .execute(connection)
    .await?;
    Ok(())
}

impl Store {
    /// How many notifications the person has not seen, of incidents they may read.
    pub async fn unread(&self, viewer: &Viewer) -> Result<i64, StoreError> {
        let mut connection = Held::of(&self.reads).await?;
        let count = sqlx::query_scalar!(
            r#"
            select count(*) as "count!" from notifications n join incidents i on i.id = n.incident_id
            where n.person_id = $1 and n.read_at is null
              and (i.visibility = 'public' or is_inside(i.id, i.reporter_id, i.lead_id, $1))
            "#,
            viewer.person.uuid()
        )
        .fetch_one(&mut *connection)
        .await;
        connection.done();
        Ok(count?)
    }

    /// The person's notifications, the newest first, of incidents they may read.
    pub async fn notifications(&self, viewer: &Viewer) -> Result<Vec<NotificationShown>, StoreError> {
        let mut connection = Held::of(&self.reads).await?;
        let rows = sqlx::query!(
            r#"
            select n.id, n.kind, n.is_loud, n.created_at, n.read_at is not null as "read!", i.series, i.number, i.title,
                   b.name as "by?", coalesce(t.title, a.title) as what
            from notifications n
            join incidents i on i.id = n.incident_id
            left join people b on b.id = (n.data ->> 'by')::uuid
            left join tasks t on t.id = n.subject_id and t.incident_id = i.id
            left join action_items a on a.id = n.subject_id and a.incident_id = i.id
            where n.person_id = $1 and (i.visibility = 'public' or is_inside(i.id, i.reporter_id, i.lead_id, $1))
            order by n.created_at desc, n.id desc
            limit $2
            "#,
            viewer.person.uuid(),
            MOST
        )
        .fetch_all(&mut *connection)
        .await;
        connection.done();
        rows?
            .into_iter()
            .map(|row| {
                Ok(NotificationShown {
                    id: row.id.into(),
                    told: Told::parse(&row.kind)?,
                    reference: reference(&row.series, row.number)?,
                    title: Some(row.title),
                    by: row.by,
                    what: row.what,
                    loud: row.is_loud,
                    at: row.created_at,
                    read: row.read,
                })
            })
            .collect()
    }

    /// The person has seen all their notifications; with an incident, those about it.
    pub async fn notifications_read(&self, viewer: &Viewer, incident: Option<IncidentId>) -> Result<(), StoreError> {
        let (store, person) = (self.clone(), viewer.person);
        self.to_its_end(async move {
            let mut transaction = store.begin().await?;
            notifications_read(&mut transaction, person, incident).await?;
            transaction.commit().await?;
            Ok(())
        })
        .await
    }

    /// One notification for a direct message; nothing when the person has left, has seen
    /// it, or may not read the incident any more. Of a private incident it has no words.
    pub async fn notification(
        &self,
        _worker: System,
        id: NotificationId,
    ) -> Result<Option<NotificationShown>, StoreError> {
        let mut connection = Held::of(&self.reads).await?;
        let row = sqlx::query!(
            r#"
            select n.kind, n.is_loud, n.created_at, i.series, i.number, i.title, i.visibility = 'public' as "public!",
                   b.name as "by?", coalesce(t.title, a.title) as what
            from notifications n
            join incidents i on i.id = n.incident_id
            join people p on p.id = n.person_id and p.deactivated_at is null
            left join people b on b.id = (n.data ->> 'by')::uuid
            left join tasks t on t.id = n.subject_id and t.incident_id = i.id
            left join action_items a on a.id = n.subject_id and a.incident_id = i.id
            where n.id = $1 and n.read_at is null
              and (i.visibility = 'public' or is_inside(i.id, i.reporter_id, i.lead_id, n.person_id))
            "#,
            id.uuid()
        )
        .fetch_optional(&mut *connection)
        .await;
        connection.done();
        let Some(row) = row? else { return Ok(None) };
        Ok(Some(NotificationShown {
            id,
            told: Told::parse(&row.kind)?,
            reference: reference(&row.series, row.number)?,
            title: row.public.then_some(row.title),
            by: row.by.filter(|_| row.public),
            what: row.what.filter(|_| row.public),
            loud: row.is_loud,
            at: row.created_at,
            read: false,
        }))
    }
}

/// Also for whoever looks at an incident: what it told them they have seen.
pub(crate) async fn notifications_read(
    connection: &mut PgConnection,
    person: PersonId,
    incident: Option<IncidentId>,
) -> Result<(), StoreError> {
    let read = sqlx::query!(
        r#"
        update notifications set read_at = clock_timestamp()
        where person_id = $1 and read_at is null and ($2::uuid is null or incident_id = $2)
        "#,
        person.uuid(),
        incident.map(IncidentId::uuid)
    )
    .execute(&mut *connection)
    .await?;
    if read.rows_affected() > 0 {
        wake(connection, &[person.uuid()]).await?;
    }
    Ok(())
}
