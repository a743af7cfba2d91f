//! Signing in with Slack: the started attempts, and the person who comes back.

use domain::{Actor, PersonId, Viewer};
use serde_json::json;
use sqlx::{Connection as _, PgConnection};

use crate::pool::Held;
use crate::{Store, StoreError, write};

/// What a started sign-in remembers until Slack sends the browser back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInAttempt {
    /// Must be in the id_token.
    pub nonce: String,
    /// The page the person wanted; a path of ours.
    pub return_to: String,
}

/// Who Slack says it is, after the id_token was checked.
#[derive(Clone, Debug)]
pub struct SlackIdentity {
    /// The workspace.
    pub team: String,
    /// The person in it. Both together are the key; an e-mail address never is.
    pub user: String,
    /// Their address, lower case.
    pub email: Option<String>,
    /// Whether Slack has verified the address. Only then it claims a row.
    pub email_verified: bool,
    /// Their name.
    pub name: String,
    /// Address of their picture.
    pub picture: Option<String>,
    /// Their zone, an IANA name, when Slack said it.
    pub zone: Option<String>,
}

/// A person who may come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// Who.
    pub person: PersonId,
    /// Whether they are an admin; the first of the workspace becomes one.
    pub is_admin: bool,
    /// Whether it is their first sign-in: they are asked how they work.
    pub first_time: bool,
    /// Whether the company has answered the first-run questions.
    pub set_up: bool,
}

impl SignedIn {
    /// The person as the one who looks and acts.
    pub fn viewer(&self) -> Viewer {
        Viewer { person: self.person, is_admin: self.is_admin }
    }
}

impl Store {
    /// Remembers a started sign-in, by hashes only.
    pub async fn start_sign_in(
        &self,
        state_hash: [u8; 32],
        browser_hash: [u8; 32],
        attempt: SignInAttempt,
    ) -> Result<(), StoreError> {
        let store = self.clone();
        self.to_its_end(async move {
            let mut connection = Held::of(&store.writes).await?;
            let started = sqlx::query!(
                "insert into sign_in_attempts (state_hash, browser_hash, nonce, return_to) values ($1, $2, $3, $4)",
                &state_hash[..],
                &browser_hash[..],
                attempt.nonce,
                attempt.return_to
            )
            .execute(&mut *connection)
            .await;
            connection.done();
            started?;
            Ok(())
        })
        .await
    }

    /// Takes a started sign-in: once, by the browser that started it, within ten
    /// minutes of the database's clock. Whoever comes second gets nothing; an
    /// attempt taken by another browser is gone too.
    pub async fn take_sign_in(
        &self,
        state_hash: [u8; 32],
        browser_hash: [u8; 32],
    ) -> Result<Option<SignInAttempt>, StoreError> {
        let store = self.clone();
        self.to_its_end(async move {
            let mut connection = Held::of(&store.writes).await?;
            let taken = sqlx::query!(
                r#"
                delete from sign_in_attempts where state_hash = $1
                returning nonce, return_to, browser_hash = $2 and created_at > now() - interval '10 minutes' as "good!"
                "#,
                &state_hash[..],
                &browser_hash[..]
            )
            .fetch_optional(&mut *connection)
            .await;
            connection.done();
            Ok(taken?.filter(|row| row.good).map(|row| SignInAttempt { nonce: row.nonce, return_to: row.return_to }))
        })
        .await
    }

    /// Finds or makes the person behind a checked Slack identity. Refused when
    /// they were deactivated. The first person to sign in becomes admin; a row
    /// that waits under their verified address (from an import or added by an
    /// admin) becomes theirs, once.
    pub async fn sign_in(&self, identity: SlackIdentity) -> Result<SignedIn, StoreError> {
        let store = self.clone();
        self.to_its_end(async move {
            let mut transaction = store.begin().await?;
            // Sign-ins take turns, so that exactly one is the first.
            sqlx::query!("select pg_advisory_xact_lock(hashtext('sign_in'))").execute(&mut *transaction).await?;
            let known = match known(&mut transaction, &identity).await? {
                Some(person) if person.waits => give_way(&mut transaction, person, &identity).await?,
                Some(person) => Some(person),
                None => claim(&mut transaction, &identity).await?,
            };
            let person = match known {
                Some(Known { deactivated: true, .. }) => return Err(domain::Refusal::NotAllowed.into()),
                Some(known) => known.id,
                None => insert(&mut transaction, &identity).await?,
            };
            let signed_in = welcome(&mut transaction, person, &identity).await?;
            write::record(
                &mut transaction,
                Actor::Person(person),
                "signed_in",
                Some(person.uuid()),
                json!({ "first_time": signed_in.first_time }),
            )
            .await?;
            transaction.commit().await?;
            Ok(signed_in)
        })
        .await
    }
}

struct Known {
    id: PersonId,
    deactivated: bool,
    /// Never signed in yet, and may.
    waits: bool,
}

async fn known(connection: &mut PgConnection, identity: &SlackIdentity) -> Result<Option<Known>, StoreError> {
    let row = sqlx::query!(
        "select id, deactivated_at, claimed_at from people where slack_team_id = $1 and slack_user_id = $2 for update",
        identity.team,
        identity.user
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| {
        let deactivated = row.deactivated_at.is_some();
        Known { id: row.id.into(), deactivated, waits: !deactivated && row.claimed_at.is_none() }
    }))
}

/// Somebody added by their address before, and listed by Slack without one, is one person:
/// what stands under the address is theirs. What was listed goes, unless an incident names
/// it already.
async fn give_way(
    connection: &mut PgConnection,
    listed: Known,
    identity: &SlackIdentity,
) -> Result<Option<Known>, StoreError> {
    let Some(email) = identity.email.as_ref().filter(|_| identity.email_verified) else { return Ok(Some(listed)) };
    let added = sqlx::query_scalar!(
        r#"select exists (select 1 from people where email = lower($1) and slack_user_id is null) as "added!""#,
        email
    )
    .fetch_one(&mut *connection)
    .await?;
    if !added {
        return Ok(Some(listed));
    }
    let mut trial = connection.begin().await?;
    match sqlx::query!("delete from people where id = $1", listed.id.uuid()).execute(&mut *trial).await {
        Ok(_) => trial.commit().await?,
        Err(sqlx::Error::Database(error)) if error.is_foreign_key_violation() => {
            trial.rollback().await?;
            return Ok(Some(listed));
        }
        Err(error) => return Err(error.into()),
    }
    claim(connection, identity).await
}

/// A row with the same verified address and nobody behind it yet.
async fn claim(connection: &mut PgConnection, identity: &SlackIdentity) -> Result<Option<Known>, StoreError> {
    let Some(email) = identity.email.as_ref().filter(|_| identity.email_verified) else { return Ok(None) };
    let row = sqlx::query!(
        r#"
        update people set slack_team_id = $2, slack_user_id = $3
        where email = lower($1) and slack_user_id is null
        returning id, deactivated_at
        "#,
        email,
        identity.team,
        identity.user
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| Known { id: row.id.into(), deactivated: row.deactivated_at.is_some(), waits: false }))
}

/// A new person. An address that somebody else has (claimed before, or not
/// verified now) is left out rather than shared.
async fn insert(connection: &mut PgConnection, identity: &SlackIdentity) -> Result<PersonId, StoreError> {
    let id = uuid::Uuid::now_v7();
    sqlx::query!(
        r#"
        insert into people (id, name, email, slack_team_id, slack_user_id, source)
        values ($1, left($2, 200),
                case when $4 and not exists (select 1 from people where email = lower($3)) then lower($3) end,
                $5, $6, 'slack')
        "#,
        id,
        identity.name,
        identity.email,
        identity.email_verified,
        identity.team,
        identity.user
    )
    .execute(connection)
    .await?;
    Ok(id.into())
}

/// What a sign-in changes in the person's row: the picture is Slack's, the zone
/// too until the first sign-in, a verified address where none is known, and nobody else being admin makes them one.
async fn welcome(
    connection: &mut PgConnection,
    person: PersonId,
    identity: &SlackIdentity,
) -> Result<SignedIn, StoreError> {
    let row = sqlx::query!(
        r#"
        with before as (select claimed_at is null as first_time from people where id = $1)
        update people set
            picture_url = $2,
            zone = case when claimed_at is null then coalesce($3, zone) else zone end,
            email = case when email is null and $4 and not exists (select 1 from people other where other.email = lower($5))
                         then lower($5) else email end,
            claimed_at = coalesce(claimed_at, now()),
            is_admin = is_admin or not exists (
                select 1 from people other where other.is_admin and other.deactivated_at is null)
        where id = $1
        returning is_admin, (select first_time from before) as "first_time!",
                  (select set_up_at is not null from settings) as "set_up!"
        "#,
        person.uuid(),
        identity.picture,
        identity.zone.as_deref().filter(|zone| domain::zones::Zone::parse(zone).is_ok()),
        identity.email_verified,
        identity.email
    )
    .fetch_one(connection)
    .await?;
    Ok(SignedIn { person, is_admin: row.is_admin, first_time: row.first_time, set_up: row.set_up })
}
