//! Our store for tower-sessions. Ids are hashed before they reach the database, and
//! saving never brings a signed-out session back.

use std::collections::HashMap;

use async_trait::async_trait;
use domain::PersonId;
use serde_json::Value;
use store::{Store, StoreError};
use tower_sessions::cookie::SameSite;
use tower_sessions::cookie::time::{Duration, OffsetDateTime};
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};
use tower_sessions::{Expiry, SessionManagerLayer, SessionStore};

use crate::config::CookieForm;

/// A session's absolute end, and the cookie's age. The database keeps the rules
/// (twelve hours without a request, thirty days in any case) by its own clock.
pub const LONGEST: Duration = Duration::days(30);
/// The key under which a session keeps its person's id.
pub const PERSON: &str = "person";

/// Sessions in Postgres.
#[derive(Debug, Clone)]
pub struct Sessions(Store);

impl Sessions {
    /// Sessions of this database.
    pub fn new(store: Store) -> Self {
        Self(store)
    }
}

/// The layer that reads and sets the cookie: HttpOnly, SameSite=Lax (with Strict it
/// would be missing on the way back from Slack), Secure under https.
pub fn layer(store: Store, cookies: CookieForm) -> SessionManagerLayer<Sessions> {
    SessionManagerLayer::new(Sessions::new(store))
        .with_name(cookies.session)
        .with_secure(cookies.secure)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(LONGEST))
}

/// The stored id of a session: the hash of the cookie's value.
pub fn stored_id(id: &Id) -> store::SessionId {
    store::SessionId::of(id.to_string().as_bytes())
}

#[async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        loop {
            let data = to_json(&record.data)?;
            if self.0.create_session(stored_id(&record.id), person_of(record), data).await.map_err(failed)? {
                return Ok(());
            }
            record.id = Id::default();
        }
    }

    /// Updates a living session. One that was signed out meanwhile stays signed out,
    /// and that is no error: the request that saves did nothing wrong.
    async fn save(&self, record: &Record) -> Result<()> {
        let data = to_json(&record.data)?;
        if !self.0.save_session(stored_id(&record.id), data).await.map_err(failed)? {
            tracing::debug!("a session ended while a request of its was under way");
        }
        Ok(())
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let Some(session) = self.0.load_session(stored_id(id)).await.map_err(failed)? else { return Ok(None) };
        let data: HashMap<String, Value> =
            serde_json::from_value(session.data).map_err(|error| Error::Decode(error.to_string()))?;
        Ok(Some(Record { id: *id, data, expiry_date: OffsetDateTime::now_utc() + LONGEST }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        self.0.end_session(stored_id(id)).await.map_err(failed)
    }
}

fn person_of(record: &Record) -> Option<PersonId> {
    record.data.get(PERSON)?.as_str()?.parse().ok()
}

fn to_json(data: &HashMap<String, Value>) -> Result<Value> {
    serde_json::to_value(data).map_err(|error| Error::Encode(error.to_string()))
}

/// The text is logged by tower-sessions and goes no further.
fn failed(error: StoreError) -> Error {
    Error::Backend(error.to_string())
}
