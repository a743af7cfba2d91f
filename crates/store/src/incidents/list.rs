//! The incident list.
//!
//! Two statements on one connection for the list as it is opened: the rows, and
//! the facts with the choices of the filters. The months are counted from
//! `incident_counts`, which knows UTC's months; the hours by which a month of
//! the zone shown begins or ends elsewhere are counted one by one. Merged and
//! private rows cost a third statement, a filter that the kept counts do not
//! know another.

use chrono::{DateTime, Utc};
use domain::zones::Zone;
use domain::{ComponentId, Viewer};
use serde::Deserialize;
use sqlx::types::Json;
use sqlx::{PgConnection, Postgres, QueryBuilder};

use super::READABLE;
use super::counts::{self, Edges, Month, MonthCount};
use super::filter::ListFilter;
use super::row::{COLUMNS, ListRow, OWN_COLUMNS, Rare, RawRow, SeverityName};
use crate::page::Cursor;
use crate::people::PersonName;
use crate::pool::Held;
use crate::{Store, StoreError};

/// Rows on a page.
pub const PAGE: usize = 25;
/// At most so many above the history; more would be a list of its own.
const MOST_OPEN: i64 = 100;

/// One page of the list.
#[derive(Clone, Debug)]
pub struct ListPage {
    /// Happening now: on the first page of the list without filters.
    pub now: Vec<ListRow>,
    /// Over, not closed: likewise.
    pub over_not_closed: Vec<ListRow>,
    /// History, newest first; with filters, everything that matches.
    pub rows: Vec<ListRow>,
    /// The months of `rows` and how many counted incidents match in each.
    pub months: Vec<MonthCount>,
    /// Counted incidents that match the filters.
    pub matching: i64,
    /// Counted incidents altogether.
    pub counted: i64,
    /// Where the older page begins.
    pub next: Option<Cursor>,
    /// Where the newer page ends.
    pub previous: Option<Cursor>,
    /// What the filters offer.
    pub facets: Facets,
    /// When the oldest incident that the viewer may read was reported.
    pub earliest: Option<DateTime<Utc>>,
    /// The database's clock, from which elapsed times run on.
    pub read_at: DateTime<Utc>,
}

/// What the filters offer.
#[derive(Clone, Debug, Default)]
pub struct Facets {
    /// Worst first; those of the past too, marked.
    pub severities: Vec<SeverityName>,
    /// By name; those of the past too, marked.
    pub components: Vec<ComponentChoice>,
    /// Whoever is there, by name; at most two hundred.
    pub people: Vec<PersonName>,
}

/// A component to choose.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ComponentChoice {
    /// Which.
    pub id: ComponentId,
    /// Its name.
    pub name: String,
    /// Whether new incidents cannot be on it any more.
    pub archived: bool,
}

impl Store {
    /// One page, newest first. Days and months are those of `zone`.
    pub async fn list(&self, viewer: &Viewer, filter: &ListFilter, zone: &Zone) -> Result<ListPage, StoreError> {
        let mut connection = Held::of(&self.reads).await?;
        if filter.has_words() {
            // How many a word finds decides the plan; elsewhere one plan fits all.
            sqlx::raw_sql("set plan_cache_mode = auto").execute(&mut *connection).await?;
        }
        let raw = rows(&mut connection, viewer, filter, zone).await?;
        // The choices carry the severities' names, so the months are taken from the raw rows.
        let months = counts::months(raw.history().map(|row| row.reported_at), zone);
        let facts = facts(&mut connection, viewer, filter, &months).await?;
        let rare = Rare::of(&mut connection, viewer, raw.all()).await?;
        let mut page = raw.page(filter, facts, rare)?;
        if filter.needs_counting() {
            (page.matching, page.months) = counts::count(&mut connection, filter, zone, &months).await?;
        }
        if filter.has_words() {
            sqlx::raw_sql("reset plan_cache_mode").execute(&mut *connection).await?;
        }
        connection.done();
        Ok(page)
    }
}

/// The rows as they came, in the order of the list.
struct RawRows {
    above: Vec<RawRow>,
    history: Vec<RawRow>,
    more: bool,
}

async fn rows(
    connection: &mut PgConnection,
    viewer: &Viewer,
    filter: &ListFilter,
    zone: &Zone,
) -> Result<RawRows, StoreError> {
    let limit = i64::try_from(PAGE).unwrap_or(i64::MAX) + 1;
    let newer = filter.after.filter(|_| filter.before.is_none());
    let mut query = QueryBuilder::<Postgres>::new("with i as (");
    // The viewer is the first parameter of every part.
    let mut placed = false;
    if !filter.is_filtered() && filter.is_first_page() {
        query.push("(");
        part(&mut query, viewer, &mut placed);
        query
            .push(" and i.status in ('triage', 'investigating', 'identified', 'monitoring', 'recovered') order by i.reported_at desc, i.id desc limit ")
            .push_bind(MOST_OPEN)
            .push(") union all (");
        part(&mut query, viewer, &mut placed);
        query.push(" and i.status in ('closed', 'declined', 'merged', 'cancelled')");
    } else {
        query.push("(");
        part(&mut query, viewer, &mut placed);
        if filter.is_filtered() {
            filter.push(&mut query, zone);
        } else {
            query.push(" and i.status in ('closed', 'declined', 'merged', 'cancelled')");
        }
        match (filter.before, newer) {
            (Some(place), _) => push_place(&mut query, " < ", place),
            (None, Some(place)) => push_place(&mut query, " > ", place),
            (None, None) => {}
        }
    }
    let order = if newer.is_some() { "asc" } else { "desc" };
    query
        .push(format_args!(" order by i.reported_at {order}, i.id {order} limit "))
        .push_bind(limit)
        .push(")) select ")
        .push(COLUMNS)
        .push(" from i left join people p on p.id = i.lead_id");
    let mut history: Vec<RawRow> = query.build_query_as().persistent(!filter.has_words()).fetch_all(connection).await?;
    history.sort_by_key(|row| std::cmp::Reverse(row.place()));
    let mut above = Vec::new();
    if !filter.is_filtered() && filter.is_first_page() {
        (above, history) = history.into_iter().partition(RawRow::is_above_history);
    }
    let more = history.len() > PAGE;
    if more {
        let extra = if newer.is_some() { 0 } else { PAGE };
        history.remove(extra);
    }
    Ok(RawRows { above, history, more })
}

fn part(query: &mut QueryBuilder<Postgres>, viewer: &Viewer, placed: &mut bool) {
    query.push("select ").push(OWN_COLUMNS).push(" from incidents i where ");
    if *placed {
        query.push(READABLE);
    } else {
        // Bound once, where the first part mentions it.
        *placed = true;
        let (before, after) = READABLE.split_once("$1").unwrap_or((READABLE, ""));
        query.push(before).push_bind(viewer.person.uuid()).push(after);
    }
}

fn push_place(query: &mut QueryBuilder<Postgres>, side: &str, place: Cursor) {
    query
        .push(" and (i.reported_at, i.id)")
        .push(side)
        .push("(")
        .push_bind(place.reported_at)
        .push(", ")
        .push_bind(place.id.uuid())
        .push(")");
}

impl RawRows {
    fn history(&self) -> impl Iterator<Item = &RawRow> {
        self.history.iter()
    }

    fn all(&self) -> impl Iterator<Item = &RawRow> {
        self.above.iter().chain(&self.history)
    }

    fn page(self, filter: &ListFilter, facts: Facts, mut rare: Rare) -> Result<ListPage, StoreError> {
        let severities = &facts.facets.severities;
        let mut read = |rows: Vec<RawRow>| {
            rows.into_iter().map(|row| row.read(severities, &mut rare)).collect::<Result<Vec<_>, _>>()
        };
        let (now, over_not_closed) = read(self.above)?.into_iter().partition(|row: &ListRow| row.status.is_open());
        let rows = read(self.history)?;
        // Whichever way one came, on the other side there is at least the page one came from.
        let newer = filter.after.is_some() && filter.before.is_none();
        let older_exist = if newer { true } else { self.more };
        let newer_exist = if newer { self.more } else { filter.before.is_some() };
        Ok(ListPage {
            now,
            over_not_closed,
            next: rows.last().filter(|_| older_exist).map(ListRow::cursor),
            previous: rows.first().filter(|_| newer_exist).map(ListRow::cursor),
            rows,
            months: facts.months,
            matching: facts.matching,
            counted: facts.counted,
            facets: facts.facets,
            earliest: facts.earliest,
            read_at: facts.read_at,
        })
    }
}

struct Facts {
    facets: Facets,
    months: Vec<MonthCount>,
    matching: i64,
    counted: i64,
    earliest: Option<DateTime<Utc>>,
    read_at: DateTime<Utc>,
}

async fn facts(
    connection: &mut PgConnection,
    viewer: &Viewer,
    filter: &ListFilter,
    months: &[Month],
) -> Result<Facts, StoreError> {
    let firsts: Vec<_> = months.iter().map(Month::first).collect();
    let edges = Edges::of(months);
    let row = sqlx::query!(
        r#"
        select now() as "read_at!",
            (select coalesce(json_agg(json_build_object(
                        'id', id, 'name', name, 'rank', rank, 'archived', archived_at is not null)
                    order by archived_at is not null, rank, name), '[]') from severities)
                as "severities!: Json<Vec<SeverityName>>",
            (select coalesce(json_agg(json_build_object(
                        'id', id, 'name', name, 'archived', archived_at is not null)
                    order by archived_at is not null, lower(name)), '[]') from components)
                as "components!: Json<Vec<ComponentChoice>>",
            (select coalesce(json_agg(p), '[]') from (
                select id, name, picture_url from people where deactivated_at is null order by lower(name), id limit 200) p)
                as "people!: Json<Vec<PersonName>>",
            (select i.reported_at from incidents i
             where i.visibility = 'public' or is_inside(i.id, i.reporter_id, i.lead_id, $1)
             order by i.reported_at, i.id limit 1) as earliest,
            t.counted as "counted!", t.matching as "matching!",
            array(
                select coalesce(sum(c.n), 0)
                from unnest($3::date[]) with ordinality as m (first, place)
                left join incident_counts c
                    on c.month = m.first and (cardinality($2::uuid[]) = 0 or c.severity_id = any($2))
                group by m.place order by m.place) as "kept!: Vec<i64>",
            array(
                select (select count(*) from incidents i
                        where i.reported_at >= e.begins and i.reported_at < e.ends
                          and is_counted(i.visibility, i.kind, i.status)
                          and (cardinality($2) = 0 or i.severity_id = any($2)))
                from unnest($4::timestamptz[], $5::timestamptz[]) with ordinality as e (begins, ends, place)
                order by e.place) as "edges!: Vec<i64>"
        from (
            select coalesce(sum(n), 0) as counted,
                   coalesce(sum(n) filter (where cardinality($2::uuid[]) = 0 or severity_id = any($2)), 0) as matching
            from incident_counts) t
        "#,
        viewer.person.uuid(),
        &filter.severities(),
        &firsts,
        &edges.from,
        &edges.until
    )
    .fetch_one(connection)
    .await?;
    Ok(Facts {
        facets: Facets { severities: row.severities.0, components: row.components.0, people: row.people.0 },
        months: edges.apply(months, &row.kept, &row.edges),
        matching: row.matching,
        counted: row.counted,
        earliest: row.earliest,
        read_at: row.read_at,
    })
}
