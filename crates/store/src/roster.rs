//! The people of the Slack workspace, read by a worker.

use domain::{Actor, PersonId, System};
use serde_json::json;
use sqlx::PgConnection;

use crate::{Store, StoreError, sessions, write};

/// One member of the workspace, as Slack's roster has them. Guests and bots are
/// left out by whoever reads the roster.
#[derive(Clone, Debug)]
pub struct RosterPerson {
    /// The workspace.
    pub team: String,
    /// The person in it.
    pub user: String,
    /// Their name.
    pub name: String,
    /// Their address; the workspace vouches for it.
    pub email: Option<String>,
    /// Address of their picture.
    pub picture: Option<String>,
    /// Their zone, an IANA name.
    pub zone: Option<String>,
    /// Deactivated in Slack, or a guest by now: not to come in.
    pub gone: bool,
}

/// What reading the roster changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RosterChange {
    /// New people.
    pub added: u32,
    /// People who left; their sessions have ended.
    pub left: Vec<PersonId>,
    /// People who came back.
    pub returned: u32,
    /// The last admin has left. They stay admin, so that there is one, but
    /// their sessions have ended.
    pub last_admin_left: Option<PersonId>,
}

impl Store {
    /// Takes over what Slack knows of its people. Leavers lose their sessions in
    /// the same transaction. A zone that somebody chose here is kept, and so is
    /// an admin's deactivation. People whom this roster does not name are left alone.
    pub async fn sync_roster(&self, worker: System, roster: Vec<RosterPerson>) -> Result<RosterChange, StoreError> {
        let store = self.clone();
        self.to_its_end(async move {
            let mut transaction = store.begin().await?;
            let mut change = RosterChange::default();
            for person in &roster {
                take_over(&mut transaction, worker, person, &mut change).await?;
            }
            transaction.commit().await?;
            Ok(change)
        })
        .await
    }
}

async fn take_over(
    connection: &mut PgConnection,
    worker: System,
    person: &RosterPerson,
    change: &mut RosterChange,
) -> Result<(), StoreError> {
    if !person.gone {
        add(connection, worker, person, change).await?;
    }
    let Some(row) = sqlx::query!(
        r#"
        select id, name, picture_url, deactivated_by, claimed_at is not null as "claimed!", zone, is_admin,
               exists (select 1 from sessions s where s.person_id = p.id and s.revoked_at is null) as "signed_in!"
        from people p where slack_team_id = $1 and slack_user_id = $2
        "#,
        person.team,
        person.user
    )
    .fetch_optional(&mut *connection)
    .await?
    else {
        return Ok(());
    };
    let id = PersonId::from_uuid(row.id);
    if person.gone {
        if row.deactivated_by.is_none() || row.signed_in {
            leave(connection, worker, id, change).await?;
        }
        return Ok(());
    }
    if row.deactivated_by.as_deref() == Some("slack") {
        come_back(connection, worker, id).await?;
        change.returned += 1;
    }
    let zone = zone(person).filter(|_| !row.claimed);
    let new_zone = zone.is_some_and(|zone| zone != row.zone);
    if row.name != person.name || row.picture_url != person.picture || new_zone {
        refresh(connection, id, person, zone).await?;
    }
    Ok(())
}

async fn add(
    connection: &mut PgConnection,
    worker: System,
    person: &RosterPerson,
    change: &mut RosterChange,
) -> Result<(), StoreError> {
    let id = uuid::Uuid::now_v7();
    // A row that waits under this address becomes this person's; else a new one
    // is made, without the address when somebody has it.
    let added = sqlx::query!(
        r#"
        with known as (
            select id from people where slack_team_id = $2 and slack_user_id = $3
        ), claimed as (
            update people set slack_team_id = $2, slack_user_id = $3
            where email = lower($5) and slack_user_id is null and not exists (select 1 from known)
            returning id
        )
        insert into people (id, name, email, zone, slack_team_id, slack_user_id, source)
        select $1, left($4, 200),
               case when not exists (select 1 from people where email = lower($5)) then lower($5) end,
               coalesce($6, (select zone from settings)), $2, $3, 'slack'
        where not exists (select 1 from known) and not exists (select 1 from claimed)
        "#,
        id,
        person.team,
        person.user,
        person.name,
        person.email,
        zone(person)
    )
    .execute(&mut *connection)
    .await?;
    if added.rows_affected() == 1 {
        change.added += 1;
        write::record(connection, Actor::System(worker), "person_added", Some(id), json!({})).await?;
    }
    Ok(())
}

async fn leave(
    connection: &mut PgConnection,
    worker: System,
    person: PersonId,
    change: &mut RosterChange,
) -> Result<(), StoreError> {
    sessions::revoke_all(connection, person).await?;
    // The rule that there is an admin stands above the roster.
    let left = sqlx::query!(
        r#"
        update people set deactivated_at = now(), deactivated_by = 'slack'
        where id = $1 and deactivated_at is null and (not is_admin or exists (
            select 1 from people other where other.is_admin and other.deactivated_at is null and other.id <> $1))
        "#,
        person.uuid()
    )
    .execute(&mut *connection)
    .await?;
    if left.rows_affected() == 1 {
        change.left.push(person);
        let subject = Some(person.uuid());
        write::record(connection, Actor::System(worker), "person_deactivated", subject, json!({})).await?;
    } else {
        let is_last_admin =
            sqlx::query_scalar!("select is_admin and deactivated_at is null from people where id = $1", person.uuid())
                .fetch_one(connection)
                .await?;
        change.last_admin_left = is_last_admin.unwrap_or(false).then_some(person);
    }
    Ok(())
}

async fn come_back(connection: &mut PgConnection, worker: System, person: PersonId) -> Result<(), StoreError> {
    sqlx::query!("update people set deactivated_at = null, deactivated_by = null where id = $1", person.uuid())
        .execute(&mut *connection)
        .await?;
    write::record(connection, Actor::System(worker), "person_reactivated", Some(person.uuid()), json!({})).await
}

async fn refresh(
    connection: &mut PgConnection,
    id: PersonId,
    person: &RosterPerson,
    zone: Option<&str>,
) -> Result<(), StoreError> {
    sqlx::query!(
        "update people set name = left($2, 200), picture_url = $3, zone = coalesce($4, zone) where id = $1",
        id.uuid(),
        person.name,
        person.picture,
        zone
    )
    .execute(connection)
    .await?;
    Ok(())
}

fn zone(person: &RosterPerson) -> Option<&str> {
    person.zone.as_deref().filter(|zone| domain::zones::Zone::parse(zone).is_ok())
}
