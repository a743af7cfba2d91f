//! What an announcement and its thread say, read at the moment of sending. Of an incident
//! that is not announced no word is read.

use chrono::{DateTime, Utc};
use domain::announcements::calls_everybody;
use domain::incidents::Status;
use domain::{IncidentId, Reference, SeverityId, System};
use uuid::Uuid;

use super::{Stands, around};
use crate::incidents::reference;
use crate::pool::Held;
use crate::{Store, StoreError};

/// An announcement as it should be now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// What stands in Slack, if anything does.
    pub stands: Option<Stands>,
    /// The channel's id, when something of ours was posted there before.
    pub channel_id: Option<String>,
    /// What it says; nothing when the incident is practice or private.
    pub says: Option<Says>,
}

/// What an announcement says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Says {
    /// `INC-6`.
    pub reference: Reference,
    /// The incident's title.
    pub title: String,
    /// The severity's name.
    pub severity: String,
    /// The status.
    pub status: Status,
    /// Who leads.
    pub lead: Option<String>,
    /// Who reported it.
    pub reporter: Option<String>,
    /// The standing meeting.
    pub meeting_url: Option<String>,
    /// When the next update is due.
    pub next_update_due_at: Option<DateTime<Utc>>,
    /// The last update.
    pub last_update: Option<LastUpdate>,
    /// Whether it calls everybody in the channel.
    pub calls_everybody: bool,
}

/// An update in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastUpdate {
    /// Without markup.
    pub words: String,
    /// Who told it.
    pub author: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

/// An update for the announcement's thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The announcement.
    pub to: Stands,
    /// What it says.
    pub update: LastUpdate,
    /// The new status, when it changed.
    pub status: Option<Status>,
    /// When the next one is due.
    pub next_update_due_at: Option<DateTime<Utc>>,
}

impl Store {
    /// The announcement of an incident as it should be now; nothing when there is no such
    /// incident any more. `lane` is the channel as the outbox calls it.
    pub async fn announcement(
        &self,
        _worker: System,
        incident: IncidentId,
        lane: &str,
    ) -> Result<Option<Announcement>, StoreError> {
        let mut connection = Held::of(&self.reads).await?;
        let read = async {
            let row = sqlx::query!(
                r#"
                select i.kind = 'real' and i.visibility = 'public' as "announced!", i.series, i.number, i.title, i.status,
                       i.severity_id, s.name as severity, l.name as "lead?", r.name as "reporter?",
                       i.next_update_due_at, c.meeting_url, m.id as "message?", m.channel_id as "channel_id?",
                       m.ts as "ts?",
                       (select m2.channel_id from slack_messages m2 join slack_outbox o on o.id = m2.id
                        where o.channel = $2 order by m2.posted_at desc limit 1) as known_channel
                from incidents i
                join severities s on s.id = i.severity_id
                left join people l on l.id = i.lead_id
                left join people r on r.id = i.reporter_id
                cross join settings c
                left join slack_messages m
                    on m.incident_id = i.id and m.kind = 'announcement' and m.taken_back_at is null
                where i.id = $1
                "#,
                incident.uuid(),
                lane
            )
            .fetch_optional(&mut *connection)
            .await?;
            let Some(row) = row else { return Ok(None) };
            let stands = match (row.message, row.channel_id, row.ts) {
                (Some(id), Some(channel), Some(ts)) => Some(Stands { id, channel, ts }),
                _ => None,
            };
            if !row.announced {
                return Ok(Some(Announcement { stands, channel_id: row.known_channel, says: None }));
            }
            let last = sqlx::query!(
                r#"
                select u.words, u.posted_at, p.name as "author?"
                from updates u
                join timeline_items t on t.id = u.timeline_item_id
                left join people p on p.id = u.author_id
                where u.incident_id = $1 and t.hidden_at is null
                order by u.posted_at desc, u.id desc limit 1
                "#,
                incident.uuid()
            )
            .fetch_optional(&mut *connection)
            .await?;
            let company = around(&mut connection).await?.company;
            let status = Status::parse(&row.status)?;
            let says = Says {
                reference: reference(&row.series, row.number)?,
                title: row.title,
                severity: row.severity,
                status,
                lead: row.lead,
                reporter: row.reporter,
                meeting_url: row.meeting_url.filter(|_| status.is_open()),
                next_update_due_at: row.next_update_due_at,
                last_update: last.map(|u| LastUpdate { words: u.words, author: u.author, at: u.posted_at }),
                calls_everybody: calls_everybody(&company, SeverityId::from_uuid(row.severity_id), status),
            };
            Ok(Some(Announcement { stands, channel_id: row.known_channel, says: Some(says) }))
        }
        .await;
        connection.done();
        read
    }

    /// An update for the thread of its incident's announcement; nothing when the incident
    /// is not announced, the update is hidden, or no announcement stands.
    pub async fn reply(&self, _worker: System, incident: IncidentId, item: Uuid) -> Result<Option<Reply>, StoreError> {
        let mut connection = Held::of(&self.reads).await?;
        let row = sqlx::query!(
            r#"
            select u.words, u.posted_at, u.status, u.next_update_due_at, p.name as "author?", m.id, m.channel_id, m.ts
            from updates u
            join incidents i on i.id = u.incident_id
            join timeline_items t on t.id = u.timeline_item_id
            join slack_messages m on m.incident_id = i.id and m.kind = 'announcement' and m.taken_back_at is null
            left join people p on p.id = u.author_id
            where u.timeline_item_id = $1 and i.id = $2 and t.hidden_at is null
              and i.kind = 'real' and i.visibility = 'public'
            "#,
            item,
            incident.uuid()
        )
        .fetch_optional(&mut *connection)
        .await;
        connection.done();
        let Some(row) = row? else { return Ok(None) };
        Ok(Some(Reply {
            to: Stands { id: row.id, channel: row.channel_id, ts: row.ts },
            update: LastUpdate { words: row.words, author: row.author, at: row.posted_at },
            status: row.status.as_deref().map(Status::parse).transpose()?,
            next_update_due_at: row.next_update_due_at,
        }))
    }

    /// Whether the announcement whose thread a message is for was to be posted and is not
    /// yet, because Slack would not have it. One that somebody deleted in Slack is not owed:
    /// they meant it.
    pub async fn owes_announcement(&self, _worker: System, incident: IncidentId) -> Result<bool, StoreError> {
        let mut connection = Held::of(&self.reads).await?;
        let owed = sqlx::query_scalar!(
            r#"
            select exists (
                select 1 from incidents i
                join slack_outbox o on o.incident_id = i.id and o.done_at is null
                    and o.method = 'announce' and o.payload @> '{"post": true}'
                where i.id = $1 and i.kind = 'real' and i.visibility = 'public'
                  and not exists (select 1 from slack_messages m where m.incident_id = i.id
                      and m.kind = 'announcement' and m.taken_back_at is null)) as "owed!"
            "#,
            incident.uuid()
        )
        .fetch_one(&mut *connection)
        .await;
        connection.done();
        Ok(owed?)
    }

    /// Where a message of ours is, if it still stands.
    pub async fn stands(&self, _worker: System, message: Uuid) -> Result<Option<Stands>, StoreError> {
        let mut connection = Held::of(&self.reads).await?;
        let row =
            sqlx::query!("select channel_id, ts from slack_messages where id = $1 and taken_back_at is null", message)
                .fetch_optional(&mut *connection)
                .await;
        connection.done();
        Ok(row?.map(|row| Stands { id: message, channel: row.channel_id, ts: row.ts }))
    }
}
