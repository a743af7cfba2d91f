//! What the words of a search tell: their terms, other words for the same thing, and how
//! much each of them says.

use domain::incidents::alike::{self, Asked, COMMON};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{StoreError, words};

/// Another word for what was written finds less surely than the word itself.
const ANOTHER_WORD: f64 = 0.45;
/// A neighbour of a word that stands nowhere: half typed, or a slip of the finger.
const NEIGHBOUR: f64 = 0.7;
/// What says less than this of what was asked is not similar.
const LEAST: f64 = 0.2;
/// The words of a search: how much each tells, and how much all of them would.
pub(super) struct Weighed {
    pub(super) terms: Vec<String>,
    pub(super) weights: Vec<f64>,
    total: f64,
}

impl Weighed {
    /// Those that say enough of what was asked, and how much.
    pub(super) fn close(&self, hits: impl Iterator<Item = (Uuid, f64)>) -> Vec<(Uuid, f64)> {
        let total = self.total.max(f64::MIN_POSITIVE);
        hits.filter(|(_, score)| *score >= LEAST * self.total)
            .map(|(id, score)| (id, (score / total).min(1.0)))
            .collect()
    }
}

/// The terms of what was written, how much each tells, and how much all of them would;
/// nothing when there is nothing to search for.
pub(super) async fn weighed(connection: &mut PgConnection, typed: &str) -> Result<Option<Weighed>, StoreError> {
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
    Ok((!terms.is_empty()).then_some(Weighed { terms, weights, total }))
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
