//! Incidents that look alike, by their words: titles first, then components, summaries
//! and updates. What is rare tells more; other words for the same thing, a word that is
//! still being typed and a slip of the finger find too, less surely.
//!
//! A search looks at a bounded number of places (`domain::incidents::alike`), so that it
//! costs the same with twenty thousand incidents as with two hundred.

mod weighed;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::incidents::Status;
use domain::{IncidentId, Reference, Viewer};
use moka::sync::Cache;
use sqlx::PgConnection;
use uuid::Uuid;

use super::reference;
use crate::pool::Held;
use crate::{Store, StoreError};
use weighed::{Weighed, weighed};

/// An incident that looks like what somebody wrote.
#[derive(Clone, Debug, PartialEq)]
pub struct Similar {
    /// Which.
    pub id: IncidentId,
    /// What people call it.
    pub reference: Reference,
    /// Its title.
    pub title: String,
    /// How bad it is: the severity's name, and its rank (1 is the worst).
    pub severity: (String, i16),
    /// Where it stands.
    pub status: Status,
    /// When it was reported.
    pub reported_at: DateTime<Utc>,
    /// From start to recovery, when both are known.
    pub elapsed: Option<TimeDelta>,
    /// Who leads or led.
    pub lead: Option<String>,
    /// The words of its last update.
    pub last_words: Option<String>,
    /// What caused it, when that is confirmed.
    pub cause: Option<String>,
    /// 0 to 1: how much of what was asked it says.
    pub closeness: f64,
}

/// At most so many are shown.
const MOST: usize = 5;
/// At most so many are looked at, whoever may read them.
const LOOKED_AT: i64 = 60;
/// How long it is known what an incident looks like, so that the many who look at one
/// homepage cost one search.
const KNOWN_FOR: Duration = Duration::from_secs(60);

/// What was found for the words of an incident, for whoever may read it: which incidents,
/// and how close.
#[derive(Clone, Debug, Default)]
pub(crate) struct Alike {
    now: Vec<(Uuid, f64)>,
    past: Vec<(Uuid, f64)>,
}

/// What was found lately, by the incident and what it says.
pub(crate) type AlikeCache = Cache<(Uuid, String, String), Arc<Alike>>;

/// An empty one.
pub(crate) fn cache() -> AlikeCache {
    Cache::builder().max_capacity(500).time_to_live(KNOWN_FOR).build()
}

impl Store {
    /// What looks like these words among what is happening and what was reported in the
    /// last thirty days, the closest first, what is happening before what is over. At
    /// most five; nothing for words that say nothing.
    pub async fn similar_now(&self, viewer: &Viewer, words: &str) -> Result<Vec<Similar>, StoreError> {
        let mut connection = Held::of(&self.reads).await?;
        let found = async {
            let found = match weighed(&mut connection, words).await? {
                Some(weighed) => near(&mut connection, &weighed).await?,
                None => return Ok(Vec::new()),
            };
            let mut known = readable(&mut connection, viewer, &found).await?;
            known.sort_by_key(|similar| !similar.status.is_open());
            known.truncate(MOST);
            Ok(known)
        };
        let found = found.await;
        connection.done();
        found
    }

    /// What looks like these words among everything, the closest first; at most five.
    pub async fn similar(&self, viewer: &Viewer, words: &str) -> Result<Vec<Similar>, StoreError> {
        let mut connection = Held::of(&self.reads).await?;
        let found = async {
            let found = match weighed(&mut connection, words).await? {
                Some(weighed) => anywhere(&mut connection, &weighed).await?,
                None => return Ok(Vec::new()),
            };
            let mut known = readable(&mut connection, viewer, &found).await?;
            known.truncate(MOST);
            Ok(known)
        };
        let found = found.await;
        connection.done();
        found
    }

    /// What looks like an incident: what is happening, and what is over. Nothing when
    /// the viewer may not read it.
    pub async fn similar_to(
        &self,
        viewer: &Viewer,
        incident: IncidentId,
    ) -> Result<(Vec<Similar>, Vec<Similar>), StoreError> {
        let mut connection = Held::of(&self.reads).await?;
        let found = self.like(&mut connection, viewer, incident).await;
        connection.done();
        found
    }

    async fn like(
        &self,
        connection: &mut PgConnection,
        viewer: &Viewer,
        incident: IncidentId,
    ) -> Result<(Vec<Similar>, Vec<Similar>), StoreError> {
        let said = sqlx::query!(
            r#"
            select i.title, left(i.summary, 300) as "summary!" from incidents i
            where i.id = $2 and (i.visibility = 'public' or is_inside(i.id, i.reporter_id, i.lead_id, $1))
            "#,
            viewer.person.uuid(),
            incident.uuid()
        )
        .fetch_optional(&mut *connection)
        .await?;
        let Some(said) = said else { return Ok((Vec::new(), Vec::new())) };
        let key = (incident.uuid(), said.title, said.summary);
        let alike = match self.alike.get(&key) {
            Some(alike) => alike,
            None => {
                let alike = Arc::new(search(connection, incident, &key.1, &key.2).await?);
                self.alike.insert(key, alike.clone());
                alike
            }
        };
        let mut both = alike.now.clone();
        add(&mut both, alike.past.iter().copied(), incident);
        let (mut now, mut past) = (Vec::new(), Vec::new());
        for similar in readable(connection, viewer, &both).await? {
            let stands_in = |found: &[(Uuid, f64)]| found.iter().any(|(id, _)| *id == similar.id.uuid());
            if similar.status.is_open() && stands_in(&alike.now) {
                now.push(similar);
            } else if similar.status.is_over() && stands_in(&alike.past) {
                past.push(similar);
            }
        }
        now.truncate(MOST);
        past.truncate(MOST);
        Ok((now, past))
    }
}

async fn search(
    connection: &mut PgConnection,
    incident: IncidentId,
    title: &str,
    summary: &str,
) -> Result<Alike, StoreError> {
    // The title first: most of what a summary says is said of no other incident, however
    // alike, so that together they make every other one look different.
    let mut asked = vec![title.to_owned()];
    if !summary.trim().is_empty() {
        asked.push(format!("{title} {summary}"));
    }
    let mut alike = Alike::default();
    for words in asked {
        let Some(weighed) = weighed(connection, &words).await? else { continue };
        add(&mut alike.now, near(connection, &weighed).await?, incident);
        add(&mut alike.past, anywhere(connection, &weighed).await?, incident);
    }
    Ok(alike)
}

/// What is found in another way, too, stands after what is found already.
fn add(found: &mut Vec<(Uuid, f64)>, more: impl IntoIterator<Item = (Uuid, f64)>, not: IncidentId) {
    for one in more {
        if one.0 != not.uuid() && found.iter().all(|known| known.0 != one.0) {
            found.push(one);
        }
    }
}

/// Among everything that is real, the closest first.
async fn anywhere(connection: &mut PgConnection, asked: &Weighed) -> Result<Vec<(Uuid, f64)>, StoreError> {
    let rows = sqlx::query!(
        r#"
        with asked (term, weight) as (
            select term collate "C", weight from unnest($1::text[], $2::float8[]) q (term, weight)
        ), hits as (
            select t.incident_id, sum(a.weight * t.weight / 4) as score
            from asked a join incident_terms t on t.term = a.term
            group by t.incident_id order by score desc, t.incident_id desc limit 4 * $3::bigint
        )
        select h.incident_id, h.score as "score!"
        from hits h join incidents i on i.id = h.incident_id
        where i.kind = 'real' and i.status not in ('declined', 'cancelled', 'merged')
        order by h.score desc, i.reported_at desc limit $3
        "#,
        &asked.terms,
        &asked.weights,
        LOOKED_AT
    )
    .fetch_all(connection)
    .await?;
    Ok(asked.close(rows.into_iter().map(|row| (row.incident_id, row.score))))
}

/// Among what is happening and what was reported in the last thirty days, the closest first.
async fn near(connection: &mut PgConnection, asked: &Weighed) -> Result<Vec<(Uuid, f64)>, StoreError> {
    let rows = sqlx::query!(
        r#"
        with asked (term, weight) as (
            select term collate "C", weight from unnest($1::text[], $2::float8[]) q (term, weight)
        ), open as (
            select i.id from incidents i where i.status in ('triage', 'investigating', 'identified', 'monitoring')
            order by i.reported_at desc limit 150
        ), late as (
            select i.id from incidents i where i.reported_at > now() - interval '30 days'
            order by i.reported_at desc limit 150
        ), hits as (
            select t.incident_id, sum(a.weight * t.weight / 4) as score
            from (select id from open union select id from late) n, asked a, incident_terms t
            where t.incident_id = n.id and t.term = a.term
            group by t.incident_id
        )
        select h.incident_id, h.score as "score!"
        from hits h join incidents i on i.id = h.incident_id
        where i.kind = 'real' and i.status not in ('declined', 'cancelled', 'merged')
        order by h.score desc, i.reported_at desc limit $3
        "#,
        &asked.terms,
        &asked.weights,
        LOOKED_AT
    )
    .fetch_all(connection)
    .await?;
    Ok(asked.close(rows.into_iter().map(|row| (row.incident_id, row.score))))
}

/// Those of what was found that the viewer may read and that are still worth showing, in
/// the same order.
async fn readable(
    connection: &mut PgConnection,
    viewer: &Viewer,
    found: &[(Uuid, f64)],
) -> Result<Vec<Similar>, StoreError> {
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let (ids, closeness): (Vec<Uuid>, Vec<f64>) = found.iter().copied().unzip();
    let rows = sqlx::query_as!(
        Row,
        r#"
        select i.id, i.series, i.number, i.title, s.name as severity, s.rank, i.status, i.reported_at, i.started_at,
               i.recovered_at, p.name as "lead?", i.last_words, i.cause, i.cause_text, f.closeness as "closeness!"
        from unnest($2::uuid[], $3::float8[]) with ordinality f (id, closeness, place)
            join incidents i on i.id = f.id join severities s on s.id = i.severity_id
            left join people p on p.id = i.lead_id
        where i.kind = 'real' and i.status not in ('declined', 'cancelled', 'merged')
          and (i.visibility = 'public' or is_inside(i.id, i.reporter_id, i.lead_id, $1))
        order by f.place
        "#,
        viewer.person.uuid(),
        &ids,
        &closeness
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Similar::try_from).collect()
}

struct Row {
    id: Uuid,
    series: String,
    number: i32,
    title: String,
    severity: String,
    rank: i16,
    status: String,
    reported_at: DateTime<Utc>,
    started_at: Option<DateTime<Utc>>,
    recovered_at: Option<DateTime<Utc>>,
    lead: Option<String>,
    last_words: Option<String>,
    cause: String,
    cause_text: String,
    closeness: f64,
}

impl TryFrom<Row> for Similar {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let is_known = row.cause == "confirmed" && !row.cause_text.trim().is_empty();
        Ok(Self {
            id: row.id.into(),
            reference: reference(&row.series, row.number)?,
            title: row.title,
            severity: (row.severity, row.rank),
            status: Status::parse(&row.status)?,
            reported_at: row.reported_at,
            elapsed: row.started_at.zip(row.recovered_at).map(|(started, recovered)| recovered - started),
            lead: row.lead,
            last_words: row.last_words,
            cause: is_known.then_some(row.cause_text),
            closeness: row.closeness,
        })
    }
}
