//! People: everybody who can lead, be asked or be named, signed in or not yet.

use chrono::{DateTime, Utc};
use domain::people::{WorkingHours, ZoneShown};
use domain::text::{Email, Name};
use domain::zones::Zone;
use domain::{PersonId, Refusal, Viewer, access};
use serde_json::json;

use crate::pool::Held;
use crate::{Store, StoreError, sessions, write};

/// A person as a name in a sentence.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
pub struct PersonName {
    /// Who.
    pub id: PersonId,
    /// Their name.
    pub name: String,
    /// Address of their picture.
    pub picture_url: Option<String>,
}

/// A person as the settings list them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub id: PersonId,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: Option<String>,
    /// Address of their picture.
    pub picture_url: Option<String>,
    /// Their zone, an IANA name.
    pub zone: String,
    /// Whether they are an admin.
    pub is_admin: bool,
    /// Whether Slack knows them.
    pub in_slack: bool,
    /// When they first signed in.
    pub claimed_at: Option<DateTime<Utc>>,
    /// When they were deactivated.
    pub deactivated_at: Option<DateTime<Utc>>,
    /// Whether Slack did that rather than an admin.
    pub deactivated_by_slack: bool,
}

/// What a person sees of themselves and may change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Their name, as Slack has it.
    pub name: String,
    /// Their address.
    pub email: Option<String>,
    /// Address of their picture.
    pub picture_url: Option<String>,
    /// Their zone, an IANA name.
    pub zone: String,
    /// What the zone switch shows.
    pub zone_shown: ZoneShown,
    /// When they work.
    pub hours: WorkingHours,
    /// How many of their sessions are good now.
    pub sessions: i64,
}

impl Store {
    /// Everybody, by name; whoever was deactivated comes last.
    pub async fn people(&self, _viewer: &Viewer) -> Result<Vec<Person>, StoreError> {
        let mut connection = Held::of(&self.reads).await?;
        let rows = sqlx::query!(
            r#"
            select id, name, email, picture_url, zone, is_admin, slack_user_id is not null as "in_slack!",
                   claimed_at, deactivated_at, coalesce(deactivated_by = 'slack', false) as "by_slack!"
            from people order by deactivated_at is not null, lower(name), id
            "#
        )
        .fetch_all(&mut *connection)
        .await;
        connection.done();
        Ok(rows?
            .into_iter()
            .map(|row| Person {
                id: row.id.into(),
                name: row.name,
                email: row.email,
                picture_url: row.picture_url,
                zone: row.zone,
                is_admin: row.is_admin,
                in_slack: row.in_slack,
                claimed_at: row.claimed_at,
                deactivated_at: row.deactivated_at,
                deactivated_by_slack: row.by_slack,
            })
            .collect())
    }

    /// Adds somebody who has not signed in yet; the Slack identity with the same
    /// verified address takes the row over at its first sign-in.
    pub async fn add_person(&self, viewer: &Viewer, email: Email, name: Name) -> Result<PersonId, StoreError> {
        may_change_people(viewer)?;
        let (store, viewer) = (self.clone(), *viewer);
        self.to_its_end(async move {
            let mut transaction = store.begin().await?;
            let id = uuid::Uuid::now_v7();
            sqlx::query!(
                r#"
                insert into people (id, name, email, zone, source)
                values ($1, $2, $3, (select zone from settings), 'email')
                "#,
                id,
                name.as_str(),
                email.as_str()
            )
            .execute(&mut *transaction)
            .await?;
            write::record(&mut transaction, (&viewer).into(), "person_added", Some(id), json!({})).await?;
            transaction.commit().await?;
            Ok(id.into())
        })
        .await
    }

    /// Makes somebody an admin.
    pub async fn make_admin(&self, viewer: &Viewer, person: PersonId) -> Result<(), StoreError> {
        self.set_admin(viewer, person, true).await
    }

    /// Takes the right away. The last admin keeps it: [`Refusal::LastAdmin`].
    pub async fn remove_admin(&self, viewer: &Viewer, person: PersonId) -> Result<(), StoreError> {
        self.set_admin(viewer, person, false).await
    }

    async fn set_admin(&self, viewer: &Viewer, person: PersonId, is_admin: bool) -> Result<(), StoreError> {
        may_change_people(viewer)?;
        let (store, viewer) = (self.clone(), *viewer);
        self.to_its_end(async move {
            let mut transaction = store.begin().await?;
            let changed = sqlx::query!(
                "update people set is_admin = $2 where id = $1 and deactivated_at is null",
                person.uuid(),
                is_admin
            )
            .execute(&mut *transaction)
            .await?;
            found(changed.rows_affected())?;
            let verb = if is_admin { "admin_made" } else { "admin_removed" };
            write::record(&mut transaction, (&viewer).into(), verb, Some(person.uuid()), json!({})).await?;
            transaction.commit().await?;
            Ok(())
        })
        .await
    }

    /// Nobody signs in as this person any more; their sessions end in the same
    /// transaction. What they led or owe is listed by [`Store::what_they_owe`].
    pub async fn deactivate(&self, viewer: &Viewer, person: PersonId) -> Result<(), StoreError> {
        may_change_people(viewer)?;
        let (store, viewer) = (self.clone(), *viewer);
        self.to_its_end(async move {
            let mut transaction = store.begin().await?;
            let changed = sqlx::query!(
                "update people set deactivated_at = now(), deactivated_by = 'admin' \
                 where id = $1 and deactivated_at is null",
                person.uuid()
            )
            .execute(&mut *transaction)
            .await?;
            found(changed.rows_affected())?;
            sessions::revoke_all(&mut transaction, person).await?;
            let subject = Some(person.uuid());
            write::record(&mut transaction, (&viewer).into(), "person_deactivated", subject, json!({})).await?;
            transaction.commit().await?;
            Ok(())
        })
        .await
    }

    /// Lets somebody in again. Sessions that ended stay ended.
    pub async fn reactivate(&self, viewer: &Viewer, person: PersonId) -> Result<(), StoreError> {
        may_change_people(viewer)?;
        let (store, viewer) = (self.clone(), *viewer);
        self.to_its_end(async move {
            let mut transaction = store.begin().await?;
            let changed = sqlx::query!(
                "update people set deactivated_at = null, deactivated_by = null \
                 where id = $1 and deactivated_at is not null",
                person.uuid()
            )
            .execute(&mut *transaction)
            .await?;
            found(changed.rows_affected())?;
            let subject = Some(person.uuid());
            write::record(&mut transaction, (&viewer).into(), "person_reactivated", subject, json!({})).await?;
            transaction.commit().await?;
            Ok(())
        })
        .await
    }

    /// The viewer's own profile.
    pub async fn profile(&self, viewer: &Viewer) -> Result<Profile, StoreError> {
        let mut connection = Held::of(&self.reads).await?;
        let row = sqlx::query!(
            r#"
            select name, email, picture_url, zone, zone_shown, works_from, works_until, works_on,
                   (select count(*) from sessions s where s.person_id = p.id and s.revoked_at is null
                      and s.seen_at > now() - interval '12 hours'
                      and s.created_at > now() - interval '30 days') as "sessions!"
            from people p where id = $1
            "#,
            viewer.person.uuid()
        )
        .fetch_optional(&mut *connection)
        .await;
        connection.done();
        let row = row?.ok_or(Refusal::NotFound)?;
        let on: Vec<u8> = row.works_on.iter().filter_map(|day| u8::try_from(*day).ok()).collect();
        let minutes = |minutes: i16| u16::try_from(minutes).unwrap_or_default();
        Ok(Profile {
            name: row.name,
            email: row.email,
            picture_url: row.picture_url,
            zone: row.zone,
            zone_shown: ZoneShown::parse(&row.zone_shown)?,
            hours: WorkingHours::new(minutes(row.works_from), minutes(row.works_until), &on)?,
            sessions: row.sessions,
        })
    }

    /// Stores the viewer's zone and working hours.
    pub async fn save_profile(&self, viewer: &Viewer, zone: Zone, hours: WorkingHours) -> Result<(), StoreError> {
        let (store, viewer) = (self.clone(), *viewer);
        self.to_its_end(async move {
            let mut transaction = store.begin().await?;
            let on: Vec<i16> = hours.on().iter().copied().map(i16::from).collect();
            let minutes = |minutes: u16| i16::try_from(minutes).unwrap_or(i16::MAX);
            let changed = sqlx::query!(
                "update people set zone = $2, works_from = $3, works_until = $4, works_on = $5 where id = $1",
                viewer.person.uuid(),
                zone.name(),
                minutes(hours.from()),
                minutes(hours.until()),
                &on
            )
            .execute(&mut *transaction)
            .await?;
            found(changed.rows_affected())?;
            let subject = Some(viewer.person.uuid());
            write::record(&mut transaction, (&viewer).into(), "profile_changed", subject, json!({})).await?;
            transaction.commit().await?;
            Ok(())
        })
        .await
    }

    /// Turns the zone switch. Not in the activity log: it changes what one
    /// person sees and nothing else.
    pub async fn show_zone(&self, viewer: &Viewer, shown: ZoneShown) -> Result<(), StoreError> {
        let (store, viewer) = (self.clone(), *viewer);
        self.to_its_end(async move {
            let mut transaction = store.begin().await?;
            let changed =
                sqlx::query!("update people set zone_shown = $2 where id = $1", viewer.person.uuid(), shown.as_str())
                    .execute(&mut *transaction)
                    .await?;
            found(changed.rows_affected())?;
            transaction.commit().await?;
            Ok(())
        })
        .await
    }
}

fn may_change_people(viewer: &Viewer) -> Result<(), Refusal> {
    if access::can_change_people(viewer) { Ok(()) } else { Err(Refusal::NotAllowed) }
}

pub(crate) fn found(rows: u64) -> Result<(), Refusal> {
    if rows == 0 { Err(Refusal::NotFound) } else { Ok(()) }
}
