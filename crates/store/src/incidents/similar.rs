//! Incidents that look alike, by their words: titles first, then components, summaries
//! and updates. What is rare tells more; other words for the same thing, a word that is
//! still being typed and a slip of the finger find too, less surely.
//!
//! A search looks at a bounded number of places (`domain::incidents::alike`), so that it
//! costs the same with twenty thousand incidents as with two hundred.

use chrono::{DateTime, TimeDelta, Utc};
use domain::incidents::Status;
use domain::incidents::alike::{self, Asked, COMMON};
use domain::{IncidentId, Reference, Viewer};
use sqlx::PgConnection;
use uuid::Uuid;

use super::reference;
use crate::pool::Held;
use crate::{Store, StoreError, words};

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

/// Another word for what was written finds less surely than the word itself.
const ANOTHER_WORD: f64 = 0.45;
/// A neighbour of a word that stands nowhere: half typed, or a slip of the finger.
const NEIGHBOUR: f64 = 0.7;
/// What says less than this of what was asked is not similar.
const LEAST: f64 = 0.2;
/// At most so many are shown.
const MOST: i64 = 5;

impl Store {
    /// What looks like these words among what is happening and what was reported in the
    /// last thirty days, the closest first, what is happening before what is over. At
    /// most five; nothing for words that say nothing.
    pub async fn similar_now(&self, viewer: &Viewer, words: &str) -> Result<Vec<Similar>, StoreError> {
        let mut connection = Held::of(&self.reads).await?;
        let found = near(&mut connection, viewer, words, None).await;
        connection.done();
        found
    }

    /// What looks like these words among everything, the closest first; at most five.
    pub async fn similar(&self, viewer: &Viewer, words: &str) -> Result<Vec<Similar>, StoreError> {
        let mut connection = Held::of(&self.reads).await?;
        let found = anywhere(&mut connection, viewer, words, None).await;
        connection.done();
        found
    }

    /// What looks like an incident: what is happening or was not long ago, and what is
    /// over. Nothing when the viewer may not read it.
    pub async fn similar_to(
        &self,
        viewer: &Viewer,
        incident: IncidentId,
    ) -> Result<(Vec<Similar>, Vec<Similar>), StoreError> {
        let mut connection = Held::of(&self.reads).await?;
        let found = like(&mut connection, viewer, incident).await;
        connection.done();
        found
    }
}

async fn like(
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
    // The title first: most of what a summary says is said of no other incident, however
    // alike, so that together they make every other one look different.
    let mut now = near(connection, viewer, &said.title, Some(incident)).await?;
    let mut past = anywhere(connection, viewer, &said.title, Some(incident)).await?;
    if !said.summary.trim().is_empty() {
        let more = format!("{} {}", said.title, said.summary);
        add(&mut now, near(connection, viewer, &more, Some(incident)).await?);
        add(&mut past, anywhere(connection, viewer, &more, Some(incident)).await?);
    }
    now.retain(|similar| similar.status.is_open());
    past.retain(|similar| similar.status.is_over());
    Ok((now, past))
}

/// What is found in another way, too, stands after what is found already.
fn add(found: &mut Vec<Similar>, more: Vec<Similar>) {
    for one in more {
        if found.iter().all(|known| known.id != one.id) {
            found.push(one);
        }
    }
}

async fn anywhere(
    connection: &mut PgConnection,
    viewer: &Viewer,
    words: &str,
    not: Option<IncidentId>,
) -> Result<Vec<Similar>, StoreError> {
    let Some((terms, weights, total)) = weighed(connection, words).await? else { return Ok(Vec::new()) };
    let rows = sqlx::query_as!(
        Row,
        r#"
        with asked (term, weight) as (
            select term collate "C", weight from unnest($2::text[], $3::float8[]) q (term, weight)
        ), inside (id) as (
            select i.id from incidents i
            where i.visibility = 'private' and is_inside(i.id, i.reporter_id, i.lead_id, $1)
        ), hits as (
            select t.incident_id, sum(a.weight * t.weight / 4) as score
            from asked a join incident_terms t on t.term = a.term
            where t.is_public or t.incident_id in (select id from inside)
            group by t.incident_id order by score desc, t.incident_id desc limit 60
        )
        select i.id, i.series, i.number, i.title, s.name as severity, s.rank, i.status, i.reported_at, i.started_at,
               i.recovered_at, p.name as "lead?", i.last_words, i.cause, i.cause_text, h.score as "score!"
        from hits h join incidents i on i.id = h.incident_id join severities s on s.id = i.severity_id
            left join people p on p.id = i.lead_id
        where i.kind = 'real' and i.status not in ('declined', 'cancelled', 'merged') and i.id is distinct from $4
          and (i.visibility = 'public' or is_inside(i.id, i.reporter_id, i.lead_id, $1))
        order by h.score desc, i.reported_at desc limit $5
        "#,
        viewer.person.uuid(),
        &terms,
        &weights,
        not.map(IncidentId::uuid),
        MOST
    )
    .fetch_all(connection)
    .await?;
    read(rows, total)
}

async fn near(
    connection: &mut PgConnection,
    viewer: &Viewer,
    words: &str,
    not: Option<IncidentId>,
) -> Result<Vec<Similar>, StoreError> {
    let Some((terms, weights, total)) = weighed(connection, words).await? else { return Ok(Vec::new()) };
    let rows = sqlx::query_as!(
        Row,
        r#"
        with asked (term, weight) as (
            select term collate "C", weight from unnest($2::text[], $3::float8[]) q (term, weight)
        ), open as (
            select i.id from incidents i where i.status in ('triage', 'investigating', 'identified', 'monitoring')
              and (i.visibility = 'public' or is_inside(i.id, i.reporter_id, i.lead_id, $1))
            order by i.reported_at desc limit 150
        ), late as (
            select i.id from incidents i where i.reported_at > now() - interval '30 days'
              and (i.visibility = 'public' or is_inside(i.id, i.reporter_id, i.lead_id, $1))
            order by i.reported_at desc limit 150
        ), hits as (
            select t.incident_id, sum(a.weight * t.weight / 4) as score
            from (select id from open union select id from late) n, asked a, incident_terms t
            where t.incident_id = n.id and t.term = a.term
            group by t.incident_id
        )
        select i.id, i.series, i.number, i.title, s.name as severity, s.rank, i.status, i.reported_at, i.started_at,
               i.recovered_at, p.name as "lead?", i.last_words, i.cause, i.cause_text, h.score as "score!"
        from hits h join incidents i on i.id = h.incident_id join severities s on s.id = i.severity_id
            left join people p on p.id = i.lead_id
        where i.kind = 'real' and i.status not in ('declined', 'cancelled', 'merged') and i.id is distinct from $4
          and (i.visibility = 'public' or is_inside(i.id, i.reporter_id, i.lead_id, $1))
        order by h.score desc, i.reported_at desc limit $5
        "#,
        viewer.person.uuid(),
        &terms,
        &weights,
        not.map(IncidentId::uuid),
        MOST
    )
    .fetch_all(connection)
    .await?;
    let mut found = read(rows, total)?;
    found.sort_by_key(|similar| !similar.status.is_open());
    Ok(found)
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
    score: f64,
}

fn read(rows: Vec<Row>, total: f64) -> Result<Vec<Similar>, StoreError> {
    let close = rows.into_iter().filter(|row| row.score >= LEAST * total);
    close
        .map(|row| {
            let is_known = row.cause == "confirmed" && !row.cause_text.trim().is_empty();
            Ok(Similar {
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
                closeness: (row.score / total.max(f64::MIN_POSITIVE)).min(1.0),
            })
        })
        .collect()
}

/// The terms of what was written, how much each tells, and how much all of them would;
/// nothing when there is nothing to search for.
async fn weighed(
    connection: &mut PgConnection,
    typed: &str,
) -> Result<Option<(Vec<String>, Vec<f64>, f64)>, StoreError> {
    let typed: String = typed.chars().filter(|character| *character != '\0').take(600).collect();
    let also = alike::also(&words::fold(&typed)).join(" . ");
    let rows = sqlx::query!(
        r#"
        with said (term, meant) as (
            select term, 1.0::float8 from unnest(alike_terms($1)) term
            union all
            select term, $3::float8 from unnest(alike_terms($2)) term
        ), asked as (
            select term collate "C" as term, max(meant) as meant from said group by 1 order by 2 desc, 1 limit 60
        )
        select a.term as "term!", a.meant as "meant!",
               (select count(*) from (
                   select 1 from incident_terms t where t.term = a.term and t.is_public limit $4) t) as "stands_in!",
               (select coalesce(sum(last_number), 0)::bigint from incident_series where series <> 'PRV') as "incidents!"
        from asked a
        "#,
        typed,
        also,
        ANOTHER_WORD,
        COMMON
    )
    .fetch_all(&mut *connection)
    .await?;
    let incidents = rows.first().map_or(0, |row| row.incidents);
    let mut asked: Vec<Asked> =
        rows.into_iter().map(|row| Asked { term: row.term, meant: row.meant, stands_in: row.stands_in }).collect();
    let unknown: Vec<String> = asked
        .iter()
        .filter(|asked| asked.meant >= 1.0 && asked.stands_in == 0 && asked.term.len() >= 4 && asked.term.is_ascii())
        .map(|asked| asked.term.clone())
        .take(4)
        .collect();
    if !unknown.is_empty() {
        asked.extend(neighbours(connection, &unknown).await?);
    }
    let (weighed, total) = alike::weigh(asked, incidents);
    let (terms, weights) = weighed.into_iter().unzip::<_, _, Vec<_>, Vec<_>>();
    Ok((!terms.is_empty()).then_some((terms, weights, total)))
}

/// The known words that a word which stands nowhere may mean. They share its first two
/// letters: what is told apart by its beginning is not mixed up.
async fn neighbours(connection: &mut PgConnection, unknown: &[String]) -> Result<Vec<Asked>, StoreError> {
    let rows = sqlx::query!(
        r#"
        with recursive unknown (word, low, high) as (
            select word collate "C", left(word, 2) collate "C", (left(word, 2) || chr(1114111)) collate "C"
            from unnest($1::text[]) word
        ), known (word, high, term, place) as (
            select u.word, u.high, t.term, 1 from unknown u, lateral (
                select t.term from incident_terms t
                where t.is_public and t.term >= u.low and t.term < u.high order by t.term limit 1) t
            union all
            select k.word, k.high, t.term, k.place + 1 from known k, lateral (
                select t.term from incident_terms t
                where t.is_public and t.term > k.term and t.term < k.high order by t.term limit 1) t
            where k.place < 400
        ), close as (
            select term, max(similarity(word, term)) as likeness from known
            where similarity(word, term) >= 0.4 or starts_with(term, word)
            group by term order by 2 desc, 1 limit 6
        )
        select c.term as "term!",
               (select count(*) from (
                   select 1 from incident_terms t where t.term = c.term and t.is_public limit $2) t) as "stands_in!"
        from close c
        "#,
        unknown,
        COMMON
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| Asked { term: row.term, meant: NEIGHBOUR, stands_in: row.stands_in }).collect())
}
