//! The one door: everything that happens in an incident comes through here.
//!
//! One transaction locks the incident's row, checks access, lets the domain
//! decide, and writes the rows, a timeline item, an activity row for each event,
//! the participants, the words that search finds, and `seq + 1`; then it wakes
//! the live pages. It runs in a task of its own, so that a client who leaves
//! cannot stop it half way. The same request id does nothing twice.

mod beside;
mod events;
mod found;
mod load;
mod once;
mod other;
mod part;
mod rows;
mod shown;
mod work;

pub(crate) use events::{Entry, persist};
pub(crate) use found::remember;
pub(crate) use load::load;
pub(crate) use other::{other, tell_other};
pub(crate) use part::{Around, Asker, around};
pub(crate) use rows::{NewItem, attach, create, invite, item, join, tag, with_chain};

use chrono::{DateTime, Utc};
use domain::incidents::{Command, Declaration, Event, Moment, Seen, Source, decide, declare};
use domain::key_times::KeyTimeSource;
use domain::zones::Zone;
use domain::{
    Actor, ComponentId, IncidentId, Reference, Refusal, RequestId, System, TagId, TimelineItemId, Viewer, access,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::{PgConnection, Postgres, Transaction};
use uuid::Uuid;

use crate::pool::Rendered;
use crate::{Store, StoreError, announcements, changes};

/// Who acts: a person, or the product itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// A signed-in person; what they may do is checked.
    Viewer(Viewer),
    /// A worker, an import, the demo; may do everything.
    System(System),
}

impl Who {
    /// The person whose rights count; the product itself has all.
    pub(crate) const fn viewer(&self) -> Option<&Viewer> {
        match self {
            Self::Viewer(viewer) => Some(viewer),
            Self::System(_) => None,
        }
    }
}

impl From<&Viewer> for Who {
    fn from(viewer: &Viewer) -> Self {
        Self::Viewer(*viewer)
    }
}

impl From<System> for Who {
    fn from(system: System) -> Self {
        Self::System(system)
    }
}

impl From<Who> for Actor {
    fn from(who: Who) -> Self {
        match who {
            Who::Viewer(viewer) => Self::Person(viewer.person),
            Who::System(system) => Self::System(system),
        }
    }
}

/// What comes with every write.
#[derive(Clone, Debug)]
pub struct Request {
    /// Made by the client: sent again after a lost answer, it does nothing twice.
    pub id: RequestId,
    /// Where it comes from.
    pub source: Source,
    /// What the person had before their eyes, field by field.
    pub seen: Seen,
}

impl Request {
    /// A request of a page, without claims about what was seen.
    pub fn web(id: RequestId) -> Self {
        Self { id, source: Source::Web, seen: Seen::default() }
    }
}

/// What a declaration says besides the incident itself.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct About {
    /// What failed.
    pub components: Vec<ComponentId>,
    /// Its tags.
    pub tags: Vec<TagId>,
    /// The zone of exports and the printed postmortem; the company's unless said otherwise.
    pub document_zone: Option<Zone>,
}

/// What a write led to; the same for the same request id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// In which incident.
    pub incident: IncidentId,
    /// What people call it.
    pub reference: Reference,
    /// Its seq after the write.
    pub seq: i64,
    /// The timeline items that were written, in order.
    pub items: Vec<TimelineItemId>,
}

/// Tries after two writers waited for each other.
const TRIES: u8 = 3;

impl Store {
    /// Asks something of an incident.
    ///
    /// Refused: [`Refusal::NotFound`] when there is no such incident or the
    /// viewer may not read it, [`Refusal::RequestReused`] when the request id
    /// was used with other content, and whatever [`decide`] refuses.
    pub async fn execute(
        &self,
        who: impl Into<Who>,
        request: Request,
        incident: IncidentId,
        command: Command,
    ) -> Result<Outcome, StoreError> {
        let (store, who) = (self.clone(), who.into());
        self.to_its_end(async move {
            let text = store.rendered(written(&command)).await?;
            let mut tries = 0;
            loop {
                tries += 1;
                match execute(&store, who, &request, incident, &command, &text).await {
                    Err(error) if error.gave_way() && tries < TRIES => {}
                    answer => return answer,
                }
            }
        })
        .await
    }

    /// Declares an incident. A person who declares is its reporter, and what
    /// they state of its key times is their word.
    ///
    /// Refused besides what [`declare`] refuses: [`Refusal::PrivateIncidentsOff`],
    /// [`Refusal::RequestReused`], and [`Refusal::NotFound`] for a severity,
    /// component, tag or person that does not exist.
    pub async fn declare(
        &self,
        who: impl Into<Who>,
        request: Request,
        declaration: Declaration,
        about: About,
    ) -> Result<Outcome, StoreError> {
        let (store, who) = (self.clone(), who.into());
        let mut declaration = declaration;
        if let Who::Viewer(viewer) = who {
            declaration.reporter = Some(viewer.person);
            for stated in &mut declaration.key_times {
                stated.source = KeyTimeSource::Manual;
            }
        }
        self.to_its_end(async move {
            let text = store.rendered(declaration.summary.as_str()).await?;
            let mut tries = 0;
            loop {
                tries += 1;
                match declare_once(&store, who, &request, &declaration, &about, &text).await {
                    Err(error) if error.gave_way() && tries < TRIES => {}
                    answer => return answer,
                }
            }
        })
        .await
    }

    /// An admin outside a private incident lets themselves in, on the record. Everybody
    /// else is invited by somebody inside, with [`Command::Invite`].
    ///
    /// Whoever is inside already is answered alike, and nothing is written. Refused:
    /// [`Refusal::NotFound`] for whoever may not know of it.
    pub async fn invite_myself(&self, viewer: &Viewer, incident: IncidentId) -> Result<Outcome, StoreError> {
        let (store, viewer) = (self.clone(), *viewer);
        self.to_its_end(async move {
            let mut transaction = store.begin().await?;
            let loaded = load(&mut transaction, incident, Some(viewer.person)).await?.ok_or(Refusal::NotFound)?;
            let inside = loaded.state.access(loaded.invited);
            if !access::can_know_of(&viewer, &inside) {
                return Err(Refusal::NotFound.into());
            }
            let (reference, seq) = (loaded.reference, loaded.seq);
            if access::can_read(&viewer, &inside) {
                return Ok(Outcome { incident, reference, seq, items: Vec::new() });
            }
            let moment = Moment::new(loaded.now, Actor::from(&viewer), Source::Web);
            let nothing = Rendered::default();
            let entry = Entry { incident, moment: &moment, label: None, request: None, text: &nothing };
            let events = [Event::PersonInvited { person: viewer.person }];
            let (seq, items) = persist(&mut transaction, &entry, loaded.state, seq, &events).await?;
            wake(&mut transaction, incident).await?;
            transaction.commit().await?;
            Ok(Outcome { incident, reference, seq, items })
        })
        .await
    }

    /// A transaction of the one door.
    pub(crate) async fn begin(&self) -> Result<Transaction<'static, Postgres>, StoreError> {
        Ok(self.writes.begin().await?)
    }

    /// Markdown as the server's renderer reads it; done before the transaction
    /// begins, so that no row is locked meanwhile.
    pub(crate) async fn rendered(&self, markdown: &str) -> Result<Rendered, StoreError> {
        if markdown.is_empty() {
            return Ok(Rendered::default());
        }
        let (markdown, render) = (markdown.to_owned(), self.options.render);
        let rendered = tokio::task::spawn_blocking(move || Rendered::of(&markdown, render)).await;
        Ok(rendered.map_err(|_| StoreError::Broken(sqlx::Error::WorkerCrashed))??)
    }
}

async fn execute(
    store: &Store,
    who: Who,
    request: &Request,
    incident: IncidentId,
    command: &Command,
    text: &Rendered,
) -> Result<Outcome, StoreError> {
    let mut transaction = store.begin().await?;
    let actor = Actor::from(who);
    let content = once::fingerprint(&(incident, once::as_sent(command)))?;
    if let Some(outcome) = once::begin(&mut transaction, request.id, actor, &content).await? {
        return Ok(outcome);
    }
    if matches!(command, Command::Merge { .. }) {
        // Merges take turns: else two at once could close a circle.
        sqlx::query!("select pg_advisory_xact_lock(hashtext('merge'))").execute(&mut *transaction).await?;
    }
    other::lock_both(&mut transaction, incident, command).await?;
    let loaded = load(&mut transaction, incident, actor.person()).await?.ok_or(Refusal::NotFound)?;
    if let Who::Viewer(viewer) = who {
        let inside = loaded.state.access(loaded.invited);
        if !access::can_read(&viewer, &inside) {
            return Err(Refusal::NotFound.into());
        }
        if !access::can_act(&viewer, &inside) {
            return Err(Refusal::NotAllowed.into());
        }
    }
    let command = rows::with_chain(&mut transaction, who, command).await?;
    if let Command::ChangeVisibility { to } = &command {
        rows::private_incidents_on(&mut transaction, *to).await?;
    }
    let asker = Asker { who, person: actor.person(), history: false };
    let Around { part, named, engagement, invited } = around(&mut transaction, asker, incident, &command).await?;
    let (seen, waiting) = (request.seen.clone(), loaded.waiting);
    let moment =
        Moment { seen, waiting, part, named, engagement, invited, ..Moment::new(loaded.now, actor, request.source) };
    let events = decide(&loaded.state, &command, &moment)?;
    let entry = Entry { incident, moment: &moment, label: None, request: Some(request.id), text };
    let (seq, items) = persist(&mut transaction, &entry, loaded.state.clone(), loaded.seq, &events).await?;
    announcements::after(&mut transaction, &store.options, incident, Some(&loaded.state), &moment, &events).await?;
    let outcome = Outcome { incident, reference: loaded.reference, seq, items };
    if let Some(other) = other(&command) {
        tell_other(&mut transaction, actor, incident, other, &events).await?;
    }
    once::end(&mut transaction, request.id, &outcome).await?;
    wake(&mut transaction, incident).await?;
    transaction.commit().await?;
    Ok(outcome)
}

async fn declare_once(
    store: &Store,
    who: Who,
    request: &Request,
    declaration: &Declaration,
    about: &About,
    text: &Rendered,
) -> Result<Outcome, StoreError> {
    let mut transaction = store.begin().await?;
    let actor = Actor::from(who);
    let content = once::fingerprint(&(declaration, about))?;
    if let Some(outcome) = once::begin(&mut transaction, request.id, actor, &content).await? {
        return Ok(outcome);
    }
    let now = now(&mut transaction).await?;
    if matches!(who, Who::Viewer(_)) {
        rows::private_incidents_on(&mut transaction, declaration.visibility).await?;
    }
    let moment = Moment::new(now, actor, request.source);
    let (state, events) = declare(declaration, &moment)?;
    let reference = create(&mut transaction, &state, &moment, about.document_zone.as_ref(), None).await?;
    attach(&mut transaction, declaration.id, &about.components, &about.tags).await?;
    let entry = Entry { incident: declaration.id, moment: &moment, label: None, request: Some(request.id), text };
    let (seq, items) = persist(&mut transaction, &entry, state, 0, &events).await?;
    announcements::after(&mut transaction, &store.options, declaration.id, None, &moment, &events).await?;
    let outcome = Outcome { incident: declaration.id, reference, seq, items };
    once::end(&mut transaction, request.id, &outcome).await?;
    wake(&mut transaction, declaration.id).await?;
    transaction.commit().await?;
    Ok(outcome)
}

/// The one Markdown text that a command carries; empty when it carries none.
pub(crate) fn written(command: &Command) -> &str {
    match command {
        Command::Summarise { summary: text } | Command::SettleCause { text, .. } => text.as_str(),
        Command::Note { body }
        | Command::Recount { body, .. }
        | Command::Update { body, .. }
        | Command::EditItem { body, .. } => body.as_str(),
        Command::OfferHandOff { baton, .. } => baton.note.as_str(),
        Command::Decline { reason } | Command::Cancel { reason } | Command::Reopen { reason, .. } => reason.as_str(),
        _ => "",
    }
}

/// The database's clock, at this instant rather than at the transaction's beginning.
pub(crate) async fn now(connection: &mut PgConnection) -> Result<DateTime<Utc>, StoreError> {
    Ok(sqlx::query_scalar!(r#"select clock_timestamp() as "now!""#).fetch_one(connection).await?)
}

/// Wakes the live pages when the transaction commits.
pub(crate) async fn wake(connection: &mut PgConnection, incident: IncidentId) -> Result<(), StoreError> {
    sqlx::query!("select pg_notify($1, $2)", changes::CHANNEL, incident.to_string()).execute(connection).await?;
    Ok(())
}

/// A row of the activity log that belongs to no incident.
pub(crate) async fn record(
    connection: &mut PgConnection,
    actor: Actor,
    verb: &str,
    subject: Option<Uuid>,
    data: Value,
) -> Result<(), StoreError> {
    record_in(connection, None, actor, verb, subject, data).await
}

/// A row of the activity log.
pub(crate) async fn record_in(
    connection: &mut PgConnection,
    incident: Option<(IncidentId, i64)>,
    actor: Actor,
    verb: &str,
    subject: Option<Uuid>,
    data: Value,
) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        insert into activity (incident_id, seq, actor_id, actor_kind, verb, subject_id, data)
        values ($1, $2, $3, $4, $5, $6, $7)
        "#,
        incident.map(|(incident, _)| incident.uuid()),
        incident.map(|(_, seq)| seq),
        actor.person().map(|person| person.uuid()),
        actor.kind(),
        verb,
        subject,
        if data.is_null() { Value::Object(Default::default()) } else { data }
    )
    .execute(connection)
    .await?;
    Ok(())
}
