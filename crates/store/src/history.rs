//! What happened before it was written down here: imports and the demo story.
//!
//! An incident comes whole, in one transaction, made of the same pieces as a live
//! one: the same decisions, the same rows, each with the time at which it
//! happened. Nothing of it is announced.

use chrono::{DateTime, Utc};
use domain::incidents::{Command, Declaration, Moment, Source, WaitingHandOff, decide, declare};
use domain::text::{ComponentName, LinkLabel, MarkdownText, TagName, Url};
use domain::zones::Zone;
use domain::{Actor, ComponentId, LinkId, PersonId, Refusal, System, TagId};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::incidents::ItemKind;
use crate::pool::Rendered;
use crate::write::{self, Around, Asker, Entry, Outcome, Who, item, persist, wake};
use crate::{Store, StoreError};

/// One incident of the past.
#[derive(Clone, Debug)]
pub struct History {
    /// What its source calls it; recording it twice changes nothing.
    pub source_ref: Option<String>,
    /// When it was declared.
    pub declared_at: DateTime<Utc>,
    /// Who declared it, when it is nobody of ours.
    pub declared_by: Option<String>,
    /// How it began.
    pub declaration: Declaration,
    /// What failed, by name; a component that is not known yet is made.
    pub components: Vec<ComponentName>,
    /// Tags, by name; one that is not known yet is made.
    pub tags: Vec<TagName>,
    /// The zone of exports; the company's unless said otherwise.
    pub document_zone: Option<Zone>,
    /// What followed, in the order in which it happened.
    pub steps: Vec<Step>,
}

/// Something that followed.
#[derive(Clone, Debug)]
pub struct Step {
    /// When it happened.
    pub at: DateTime<Utc>,
    /// When it was written down; now, unless it is a story that is told.
    pub recorded_at: Option<DateTime<Utc>>,
    /// Who did it, when it is one of ours.
    pub person: Option<PersonId>,
    /// Who did it, when it is nobody of ours.
    pub label: Option<String>,
    /// What they did.
    pub deed: Deed,
}

/// What somebody did.
#[derive(Clone, Debug)]
pub enum Deed {
    /// Something asked of the incident.
    Command(Command),
    /// An alert said something.
    Alert(MarkdownText),
    /// Something said elsewhere was pinned.
    Pin(MarkdownText),
    /// A link was added.
    Link(LinkLabel, Url),
    /// Somebody was invited.
    Invite(PersonId),
    /// Somebody follows.
    Follow(PersonId),
}

/// What recording led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// It is here now.
    New(Outcome),
    /// It was here before, and nothing was changed.
    Known,
}

impl Store {
    /// Records an incident of the past. Refused as a whole when one of its steps
    /// is; [`Recorded::Known`] when its source was recorded before.
    pub async fn record(&self, system: System, history: History) -> Result<Recorded, StoreError> {
        let store = self.clone();
        self.to_its_end(async move {
            let mut texts = vec![store.rendered(history.declaration.summary.as_str()).await?];
            for step in &history.steps {
                texts.push(store.rendered(words_of(&step.deed)).await?);
            }
            let mut transaction = store.begin().await?;
            let recorded = record(&mut transaction, system, &history, &texts).await?;
            transaction.commit().await?;
            Ok(recorded)
        })
        .await
    }
}

async fn record(
    connection: &mut PgConnection,
    system: System,
    history: &History,
    texts: &[Rendered],
) -> Result<Recorded, StoreError> {
    let now = write::now(connection).await?;
    if let Some(source_ref) = &history.source_ref {
        // Two imports of one source take turns.
        sqlx::query!("select pg_advisory_xact_lock(hashtextextended($1, 0))", source_ref)
            .execute(&mut *connection)
            .await?;
        let known = sqlx::query!("select id from incidents where source_ref = $1", source_ref)
            .fetch_optional(&mut *connection)
            .await?;
        if known.is_some() {
            return Ok(Recorded::Known);
        }
    }
    let source = source(system);
    let id = history.declaration.id;
    let actor = history.declaration.reporter.filter(|_| system == System::Demo).map_or(system.into(), Actor::Person);
    let moment =
        Moment::in_history(history.declared_at, written_at(system, history.declared_at, None, now), actor, source);
    let (mut state, events) = declare(&history.declaration, &moment)?;
    let zone = history.document_zone.as_ref();
    let reference = write::create(connection, &state, &moment, zone, history.source_ref.as_deref()).await?;
    let components = components(connection, &history.components).await?;
    let mut tags: Vec<TagId> = Vec::with_capacity(history.tags.len());
    for name in &history.tags {
        tags.push(write::tag(connection, name).await?);
    }
    write::attach(connection, id, &components, &tags).await?;
    let nothing = Rendered::default();
    let entry = Entry {
        incident: id,
        moment: &moment,
        label: history.declared_by.as_deref(),
        request: None,
        text: texts.first().unwrap_or(&nothing),
    };
    let (mut seq, mut items) = persist(connection, &entry, state.clone(), 0, &events).await?;
    let mut waiting = None;
    for (step, text) in history.steps.iter().zip(texts.iter().skip(1)) {
        let actor = step.person.map_or(system.into(), Actor::Person);
        let written_at = written_at(system, step.at, step.recorded_at, now);
        let moment = Moment::in_history(step.at, written_at, actor, source);
        let (command, by_the_way) = match &step.deed {
            Deed::Command(command) => (Some(write::with_chain(connection, Who::System(system), command).await?), false),
            Deed::Link(label, url) => (Some(attached(url, label)), true),
            _ => (None, false),
        };
        let Around { part, named, engagement, invited } = match &command {
            Some(command) => {
                let asker = Asker { who: Who::System(system), person: step.person, history: true };
                write::around(connection, asker, id, command).await?
            }
            None => Around::default(),
        };
        let moment = Moment { waiting, part, named, engagement, invited, ..moment };
        let entry = Entry { incident: id, moment: &moment, label: step.label.as_deref(), request: None, text };
        if let Some(command) = command {
            let events = match decide(&state, &command, &moment) {
                // The same link again.
                Err(Refusal::Unchanged { .. }) if by_the_way => continue,
                decided => decided?,
            };
            let new;
            (seq, new) = persist(connection, &entry, state.clone(), seq, &events).await?;
            items.extend(new);
            events.iter().for_each(|event| state.apply(event));
            waiting = WaitingHandOff::after(waiting, &events);
            if let Some(other) = write::other(&command) {
                write::tell_other(connection, actor, id, other, &events).await?;
            }
            continue;
        }
        match &step.deed {
            Deed::Invite(person) => write::invite(connection, id, *person, step.person).await?,
            Deed::Follow(person) => write::join(connection, id, *person, false, step.at).await?,
            Deed::Command(_) | Deed::Link(..) => {}
            Deed::Alert(_) | Deed::Pin(_) => {
                seq += 1;
                items.push(written(connection, &entry, &step.deed, seq).await?);
            }
        }
    }
    wake(connection, id).await?;
    Ok(Recorded::New(Outcome { incident: id, reference, seq, items }))
}

fn attached(url: &Url, label: &LinkLabel) -> Command {
    Command::AttachLink { link: LinkId::from_uuid(Uuid::now_v7()), url: url.clone(), label: Some(label.clone()) }
}

/// A timeline item that changes nothing else.
async fn written(
    connection: &mut PgConnection,
    entry: &Entry<'_>,
    deed: &Deed,
    seq: i64,
) -> Result<domain::TimelineItemId, StoreError> {
    let (kind, verb, data) = match deed {
        Deed::Alert(_) => (ItemKind::Alert, "alerted", json!({})),
        Deed::Pin(_) => (ItemKind::Pin, "pinned", json!({})),
        Deed::Command(_) | Deed::Link(..) | Deed::Invite(_) | Deed::Follow(_) => return Err(Refusal::NotFound.into()),
    };
    let new = write::NewItem {
        kind,
        occurred_at: entry.moment.now,
        recorded_at: entry.moment.recorded_at,
        author: entry.moment.actor.person(),
        label: entry.label,
        body: words_of(deed).into(),
        html: &entry.text.html,
        data: data.clone(),
        source: entry.moment.source,
    };
    let item = item(connection, entry.incident, new).await?;
    let at = Some((entry.incident, seq));
    write::record_in(connection, at, entry.moment.actor, verb, Some(item.uuid()), data).await?;
    sqlx::query!("update incidents set seq = $2 where id = $1", entry.incident.uuid(), seq)
        .execute(&mut *connection)
        .await?;
    write::remember(connection, entry.incident, &format!("{}\n", words_of(deed))).await?;
    if let Some(person) = entry.moment.actor.person() {
        write::join(connection, entry.incident, person, true, entry.moment.now).await?;
    }
    Ok(item)
}

fn words_of(deed: &Deed) -> &str {
    match deed {
        Deed::Command(command) => write::written(command),
        Deed::Alert(body) | Deed::Pin(body) => body.as_str(),
        Deed::Link(..) | Deed::Invite(_) | Deed::Follow(_) => "",
    }
}

fn source(system: System) -> Source {
    match system {
        System::Import => Source::Import,
        System::Demo => Source::Demo,
        System::Worker => Source::Software,
    }
}

/// A story is told as if each step had been written down when it happened.
fn written_at(
    system: System,
    at: DateTime<Utc>,
    recorded_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> DateTime<Utc> {
    recorded_at.unwrap_or(if system == System::Demo { at } else { now })
}

async fn components(connection: &mut PgConnection, names: &[ComponentName]) -> Result<Vec<ComponentId>, StoreError> {
    let mut ids = Vec::with_capacity(names.len());
    for name in names {
        let id = sqlx::query_scalar!(
            r#"
            with known as (
                select id from components where lower(name) = lower($2) and archived_at is null
            ), made as (
                insert into components (id, name) select $1, $2 where not exists (select 1 from known)
                on conflict do nothing returning id
            )
            select id as "id!" from known union all select id from made
            "#,
            Uuid::now_v7(),
            name.as_str()
        )
        .fetch_one(&mut *connection)
        .await?;
        ids.push(id.into());
    }
    Ok(ids)
}
