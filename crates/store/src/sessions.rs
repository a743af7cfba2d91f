//! Sessions, for the server's session store. Not told who is acting: they are
//! how one finds out.
//!
//! The rules of time are kept by the database's clock: a session ends after
//! twelve hours without a request and after thirty days in any case. What is
//! revoked stays revoked: saving updates and never inserts, so a slow request
//! that ends after the person signed out brings nothing back.

use domain::people::ZoneShown;
use domain::{PersonId, Viewer};
use serde_json::Value;
use sha2::{Digest, Sha256};
use sqlx::PgConnection;

use crate::pool::Held;
use crate::{Store, StoreError};

/// SHA-256 of the cookie's value: the value itself is never stored, so that a
/// reader of a backup cannot sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SessionId([u8; 32]);

impl SessionId {
    /// The id of the session that a cookie's value opens.
    pub fn of(cookie: &[u8]) -> Self {
        Self(Sha256::digest(cookie).into())
    }
}

/// A session that is good now.
#[derive(Clone, Debug)]
pub struct LiveSession {
    /// What the server keeps in it.
    pub data: Value,
    /// Who signed in, as their row says at this moment. None before sign-in.
    pub person: Option<SessionPerson>,
}

/// What every request needs of the person who makes it; read with the session,
/// so that a changed right counts from the next request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionPerson {
    /// Who.
    pub id: PersonId,
    /// Their name.
    pub name: String,
    /// Address of their picture, when they have one.
    pub picture_url: Option<String>,
    /// Their own zone, an IANA name.
    pub zone: String,
    /// What the zone switch shows.
    pub zone_shown: ZoneShown,
    /// The zone that follows from both: theirs, the company's or UTC; an IANA name.
    pub zone_now: String,
    /// Whether they are an admin.
    pub is_admin: bool,
}

impl SessionPerson {
    /// The person as the one who looks and acts.
    pub fn viewer(&self) -> Viewer {
        Viewer { person: self.id, is_admin: self.is_admin }
    }
}

impl Store {
    /// Stores a new session. False when there is one with this id already:
    /// make another id.
    pub async fn create_session(
        &self,
        id: SessionId,
        person: Option<PersonId>,
        data: Value,
    ) -> Result<bool, StoreError> {
        let store = self.clone();
        self.to_its_end(async move {
            let mut connection = Held::of(&store.writes).await?;
            let created = insert(&mut connection, id, person, &data).await;
            connection.done();
            created
        })
        .await
    }

    /// The session and its person, or nothing when it was revoked, expired,
    /// never was, or its person was deactivated. One statement; at most once a
    /// minute a second one, behind the answer, notes that it was used.
    pub async fn load_session(&self, id: SessionId) -> Result<Option<LiveSession>, StoreError> {
        let mut connection = Held::of(&self.reads).await?;
        let row = sqlx::query!(
            r#"
            select s.data, s.seen_at < now() - interval '1 minute' as "stale!",
                   p.id as "person_id?", p.name as "name?", p.picture_url, p.zone as "zone?",
                   p.zone_shown as "zone_shown?", p.is_admin as "is_admin?",
                   case p.zone_shown when 'utc' then 'UTC' when 'company' then (select zone from settings)
                        else p.zone end as zone_now
            from sessions s left join people p on p.id = s.person_id
            where s.id = $1 and s.revoked_at is null
              and s.seen_at > now() - interval '12 hours'
              and s.created_at > now() - interval '30 days'
              and p.deactivated_at is null
            "#,
            &id.0[..]
        )
        .fetch_optional(&mut *connection)
        .await;
        connection.done();
        let Some(row) = row? else { return Ok(None) };
        if row.stale {
            self.note_session_used(id);
        }
        let person = match (row.person_id, row.name, row.zone, row.zone_shown, row.is_admin) {
            (Some(id), Some(name), Some(zone), Some(shown), Some(is_admin)) => Some(SessionPerson {
                id: id.into(),
                name,
                picture_url: row.picture_url,
                zone_now: row.zone_now.unwrap_or_else(|| zone.clone()),
                zone,
                zone_shown: ZoneShown::parse(&shown).unwrap_or(ZoneShown::Utc),
                is_admin,
            }),
            _ => None,
        };
        Ok(Some(LiveSession { data: row.data, person }))
    }

    /// Which of these sessions are good now, in one statement: for streams, which live
    /// longer than the request that opened them.
    pub async fn live_sessions(&self, ids: &[SessionId]) -> Result<Vec<SessionId>, StoreError> {
        let hashes: Vec<Vec<u8>> = ids.iter().map(|id| id.0.to_vec()).collect();
        let mut connection = Held::of(&self.reads).await?;
        let rows = sqlx::query_scalar!(
            r#"
            select s.id from sessions s join people p on p.id = s.person_id
            where s.id = any($1) and s.revoked_at is null
              and s.seen_at > now() - interval '12 hours'
              and s.created_at > now() - interval '30 days'
              and p.deactivated_at is null
            "#,
            &hashes
        )
        .fetch_all(&mut *connection)
        .await;
        connection.done();
        let good: Vec<Vec<u8>> = rows?;
        Ok(ids.iter().filter(|id| good.iter().any(|hash| hash[..] == id.0[..])).copied().collect())
    }

    /// Keeps what the server put into the session. False when it is revoked or
    /// gone: then nothing is stored.
    pub async fn save_session(&self, id: SessionId, data: Value) -> Result<bool, StoreError> {
        let store = self.clone();
        self.to_its_end(async move {
            let mut connection = Held::of(&store.writes).await?;
            let saved = sqlx::query!(
                "update sessions set data = $2, seen_at = now() where id = $1 and revoked_at is null",
                &id.0[..],
                data
            )
            .execute(&mut *connection)
            .await;
            connection.done();
            Ok(saved?.rows_affected() == 1)
        })
        .await
    }

    /// Signs out: the session is revoked and never comes back.
    pub async fn end_session(&self, id: SessionId) -> Result<(), StoreError> {
        let store = self.clone();
        self.to_its_end(async move {
            let mut connection = Held::of(&store.writes).await?;
            let ended = revoke(&mut connection, id).await;
            connection.done();
            ended
        })
        .await
    }

    /// At sign-in the id changes: the old session is revoked and the new one
    /// created in one transaction. False when the new id is in use.
    pub async fn rotate_session(
        &self,
        old: SessionId,
        new: SessionId,
        person: Option<PersonId>,
        data: Value,
    ) -> Result<bool, StoreError> {
        let store = self.clone();
        self.to_its_end(async move {
            let mut transaction = store.begin().await?;
            revoke(&mut transaction, old).await?;
            let created = insert(&mut transaction, new, person, &data).await?;
            transaction.commit().await?;
            Ok(created)
        })
        .await
    }

    /// "Sign out everywhere": every session of the person who asks. Answers how
    /// many ended.
    pub async fn end_all_sessions(&self, viewer: &Viewer) -> Result<u64, StoreError> {
        let (store, viewer) = (self.clone(), *viewer);
        self.to_its_end(async move {
            let mut transaction = store.begin().await?;
            let ended = revoke_all(&mut transaction, viewer.person).await?;
            crate::write::record(&mut transaction, (&viewer).into(), "signed_out_everywhere", None, Value::Null)
                .await?;
            transaction.commit().await?;
            Ok(ended)
        })
        .await
    }

    /// Forgets sessions that ended more than a day ago or expired, sign-ins
    /// that were never finished, refused forms after ten minutes, request ids
    /// older than a week, and what was read and delivered long ago
    /// (`swept.rs`). Answers how many rows went.
    pub async fn sweep(&self) -> Result<u64, StoreError> {
        let store = self.clone();
        self.to_its_end(async move {
            let mut transaction = store.begin().await?;
            let sessions = sqlx::query!(
                "delete from sessions where revoked_at < now() - interval '1 day' \
                 or seen_at < now() - interval '13 hours' or created_at < now() - interval '31 days'"
            )
            .execute(&mut *transaction)
            .await?;
            let attempts =
                sqlx::query!("delete from sign_in_attempts where created_at < now() - interval '10 minutes'")
                    .execute(&mut *transaction)
                    .await?;
            let requests = sqlx::query!("delete from requests where recorded_at < now() - interval '7 days'")
                .execute(&mut *transaction)
                .await?;
            let forms = sqlx::query!("delete from refused_forms where created_at < now() - interval '10 minutes'")
                .execute(&mut *transaction)
                .await?;
            let told = crate::swept::what_was_told(&mut transaction).await?;
            transaction.commit().await?;
            let gone = [sessions, attempts, requests, forms];
            Ok(told + gone.iter().map(sqlx::postgres::PgQueryResult::rows_affected).sum::<u64>())
        })
        .await
    }

    /// Not waited for: a jam of writers must not slow a reader down.
    fn note_session_used(&self, id: SessionId) {
        let store = self.clone();
        self.running.spawn(async move {
            let noted = async {
                let mut connection = Held::of(&store.writes).await?;
                let noted = sqlx::query!(
                    "update sessions set seen_at = now() where id = $1 and revoked_at is null \
                     and seen_at < now() - interval '1 minute'",
                    &id.0[..]
                )
                .execute(&mut *connection)
                .await;
                connection.done();
                noted.map_err(StoreError::from)
            };
            if let Err(error) = noted.await {
                tracing::warn!(%error, "the use of a session was not noted");
            }
        });
    }
}

/// Ends every session of a person; part of the transaction that deactivates one.
pub(crate) async fn revoke_all(connection: &mut PgConnection, person: PersonId) -> Result<u64, StoreError> {
    let ended = sqlx::query!(
        "update sessions set revoked_at = now() where person_id = $1 and revoked_at is null",
        person.uuid()
    )
    .execute(connection)
    .await?;
    Ok(ended.rows_affected())
}

async fn revoke(connection: &mut PgConnection, id: SessionId) -> Result<(), StoreError> {
    sqlx::query!("update sessions set revoked_at = now() where id = $1 and revoked_at is null", &id.0[..])
        .execute(connection)
        .await?;
    Ok(())
}

async fn insert(
    connection: &mut PgConnection,
    id: SessionId,
    person: Option<PersonId>,
    data: &Value,
) -> Result<bool, StoreError> {
    let created = sqlx::query!(
        "insert into sessions (id, person_id, data) values ($1, $2, $3) on conflict (id) do nothing",
        &id.0[..],
        person.map(PersonId::uuid),
        data
    )
    .execute(connection)
    .await?;
    Ok(created.rows_affected() == 1)
}
