//! What is announced in Slack. The door calls [`after`] in its transaction, which puts
//! into the outbox what follows from the events; the worker reads, when it sends, what is
//! true then, and remembers what stands in Slack.

mod delivery;
mod standing;
mod words;

pub use delivery::Undelivered;
pub(crate) use delivery::undelivered;
pub use standing::{Landed, Stands};
pub use words::{Announcement, LastUpdate, Reply, Says};

use domain::announcements::{Company, Post, concerns, follows};
use domain::incidents::{IncidentState, Moment};
use domain::people::Phase;
use domain::{IncidentId, SeverityId, System};
use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::outbox::{Message, enqueue};
use crate::pool::StoreOptions;
use crate::{Store, StoreError, notifications};

/// Make the announcement true, posting it if need be (`{"post": true}`).
pub const ANNOUNCE: &str = "announce";
/// Say an update (`item`) in the announcement's thread.
pub const REPLY: &str = "reply";
/// Call everybody, because it has become as bad as it can be.
pub const CALL: &str = "call";
/// Delete a message of ours (`message`).
pub const TAKE_BACK: &str = "take_back";
/// Tell one person (`notification`) directly.
pub const TELL: &str = "tell";

/// What follows in Slack and for single people from what has just been written, in the
/// same transaction. `before` is nothing for a declaration.
pub(crate) async fn after(
    connection: &mut PgConnection,
    options: &StoreOptions,
    incident: IncidentId,
    before: Option<&IncidentState>,
    moment: &Moment,
    events: &[domain::incidents::Event],
) -> Result<(), StoreError> {
    notifications::owed_changed(connection, before, moment, events).await?;
    let (announces, tells) = (options.bot && concerns(events), domain::notifications::concerns(events));
    if !announces && !tells {
        return Ok(());
    }
    let Some(after) = state_after(before, events) else { return Ok(()) };
    let around = around(connection).await?;
    if tells {
        notifications::after(connection, options, before, &after, moment, events, &around.company).await?;
    }
    if !announces {
        return Ok(());
    }
    let posts = follows(before, &after, events, moment.source, &around.company);
    // What was said already is taken back wherever it stands, even if announcing was
    // switched off meanwhile.
    let channel = match around.channel {
        Some(channel) => channel,
        None if posts.contains(&Post::TakeBack) => String::new(),
        None => return Ok(()),
    };
    for post in posts {
        ask(connection, incident, &channel, post).await?;
    }
    Ok(())
}

fn state_after(before: Option<&IncidentState>, events: &[domain::incidents::Event]) -> Option<IncidentState> {
    use domain::incidents::Event;
    let (mut state, rest) = match (before, events) {
        (Some(before), events) => (before.clone(), events),
        (None, [Event::Declared(declaration), rest @ ..]) => (IncidentState::declared(declaration), rest),
        (None, _) => return None,
    };
    rest.iter().for_each(|event| state.apply(event));
    Some(state)
}

/// What the rules know of the company, and where it announces.
pub(crate) struct Around {
    pub(crate) company: Company,
    channel: Option<String>,
}

pub(crate) async fn around(connection: &mut PgConnection) -> Result<Around, StoreError> {
    let row = sqlx::query!(
        r#"
        select s.announcements_channel, s.engineers,
               (select id from severities where archived_at is null order by rank limit 1) as worst
        from settings s
        "#
    )
    .fetch_one(connection)
    .await?;
    Ok(Around {
        company: Company {
            phase: Phase::from_engineers(u32::try_from(row.engineers).unwrap_or_default()),
            worst: SeverityId::from_uuid(row.worst.unwrap_or(Uuid::nil())),
        },
        channel: row.announcements_channel.filter(|channel| !channel.is_empty()),
    })
}

async fn ask(connection: &mut PgConnection, incident: IncidentId, channel: &str, post: Post) -> Result<(), StoreError> {
    let row = |method: &str, payload: Value, key: Option<String>| Message {
        incident: Some(incident),
        channel: channel.to_owned(),
        method: method.to_owned(),
        payload,
        coalesce_key: key,
        urgent: false,
    };
    match post {
        Post::Announce => enqueue(connection, &row(ANNOUNCE, json!({ "post": true }), Some(key(incident)))).await?,
        Post::Renew => enqueue(connection, &row(ANNOUNCE, json!({}), Some(key(incident)))).await?,
        // Once for each incident, however often it becomes as bad as it can be.
        Post::Call if standing::called(connection, incident).await? => return Ok(()),
        Post::Call => enqueue(connection, &row(CALL, json!({}), None)).await?,
        Post::Reply => {
            let Some(item) = last_update(connection, incident).await? else { return Ok(()) };
            enqueue(connection, &row(REPLY, json!({ "item": item }), None)).await?
        }
        Post::TakeBack => return standing::take_all_back(connection, incident, channel).await,
    };
    Ok(())
}

/// Where announcements go was changed, or what they show of the company: what goes on is
/// announced in the new channel unless it stands somewhere already, and what stands is made
/// true.
pub(crate) async fn go_on(connection: &mut PgConnection, is_new_channel: bool) -> Result<(), StoreError> {
    let Some(channel) = around(connection).await?.channel else { return Ok(()) };
    let open = sqlx::query_scalar!(
        r#"
        select id from incidents
        where kind = 'real' and visibility = 'public'
          and status in ('triage', 'investigating', 'identified', 'monitoring')
        order by reported_at, id
        "#
    )
    .fetch_all(&mut *connection)
    .await?;
    let post = if is_new_channel { Post::Announce } else { Post::Renew };
    for incident in open {
        ask(connection, incident.into(), &channel, post).await?;
    }
    Ok(())
}

pub(crate) fn key(incident: IncidentId) -> String {
    format!("announcement {incident}")
}

/// The timeline item of the update that was just told.
async fn last_update(connection: &mut PgConnection, incident: IncidentId) -> Result<Option<Uuid>, StoreError> {
    Ok(sqlx::query_scalar!(
        "select timeline_item_id from updates where incident_id = $1 order by posted_at desc, id desc limit 1",
        incident.uuid()
    )
    .fetch_optional(connection)
    .await?)
}

impl Store {
    /// Announces an incident that the demo story tells as happening now. Does nothing for
    /// one that is practice, private or over, and nothing without a bot and a channel.
    pub async fn announce(&self, _system: System, incident: IncidentId) -> Result<(), StoreError> {
        let store = self.clone();
        self.to_its_end(async move {
            if !store.options.bot {
                return Ok(());
            }
            let mut transaction = store.begin().await?;
            let announced = sqlx::query_scalar!(
                r#"
                select exists (select 1 from incidents where id = $1 and kind = 'real' and visibility = 'public'
                    and status in ('triage', 'investigating', 'identified', 'monitoring')) as "announced!"
                "#,
                incident.uuid()
            )
            .fetch_one(&mut *transaction)
            .await?;
            let channel = around(&mut transaction).await?.channel.filter(|_| announced);
            if let Some(channel) = channel {
                ask(&mut transaction, incident, &channel, Post::Announce).await?;
            }
            transaction.commit().await?;
            Ok(())
        })
        .await
    }
}
