//! The facts over the list: counted incidents only, so that everybody sees the
//! same numbers.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use domain::zones::Zone;
use sqlx::{PgConnection, QueryBuilder};

use super::filter::{ListFilter, midnight};
use crate::StoreError;

/// How many counted incidents were reported in a month of the zone shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MonthCount {
    /// The year.
    pub year: i32,
    /// 1 to 12.
    pub month: u32,
    /// How many match the filters.
    pub count: i64,
}

/// A month of the zone shown, and the month of the same name in UTC, by which the
/// counts are kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Month {
    first: NaiveDate,
    here: (DateTime<Utc>, DateTime<Utc>),
    utc: (DateTime<Utc>, DateTime<Utc>),
}

impl Month {
    fn of(at: DateTime<Utc>, zone: &Zone) -> Option<Self> {
        let first = zone.day(at).with_day(1)?;
        let next = first.checked_add_months(chrono::Months::new(1))?;
        let of = |zone: &Zone| (midnight(first, zone), midnight(next, zone));
        Some(Self { first, here: of(zone), utc: of(&Zone::UTC) })
    }

    pub(crate) fn first(&self) -> NaiveDate {
        self.first
    }

    fn counted(&self, count: i64) -> MonthCount {
        MonthCount { year: self.first.year(), month: self.first.month(), count }
    }
}

/// The months of these moments, newest first, each once.
pub(crate) fn months(moments: impl Iterator<Item = DateTime<Utc>>, zone: &Zone) -> Vec<Month> {
    let mut months: Vec<Month> = Vec::new();
    for at in moments {
        if let Some(month) = Month::of(at, zone)
            && !months.iter().any(|known| known.first == month.first)
        {
            months.push(month);
        }
    }
    months.sort_by_key(|month| std::cmp::Reverse(month.first));
    months
}

/// The hours by which months of the zone shown begin or end elsewhere than
/// UTC's: what has to be counted one by one. Each from and until, once.
#[derive(Debug, Default)]
pub(crate) struct Edges {
    pub(crate) from: Vec<DateTime<Utc>>,
    pub(crate) until: Vec<DateTime<Utc>>,
}

impl Edges {
    pub(crate) fn of(months: &[Month]) -> Self {
        let mut edges = Self::default();
        for month in months {
            for (here, utc) in [(month.here.0, month.utc.0), (month.here.1, month.utc.1)] {
                let (from, until) = (here.min(utc), here.max(utc));
                if from < until && edges.place(from, until).is_none() {
                    edges.from.push(from);
                    edges.until.push(until);
                }
            }
        }
        edges
    }

    fn place(&self, from: DateTime<Utc>, until: DateTime<Utc>) -> Option<usize> {
        self.from.iter().zip(&self.until).position(|edge| edge == (&from, &until))
    }

    /// The months as they are here: UTC's count of each, more by the hours that
    /// belong to it here only, less by those that belong to it in UTC only.
    pub(crate) fn apply(&self, months: &[Month], kept: &[i64], counted: &[i64]) -> Vec<MonthCount> {
        let between = |from: DateTime<Utc>, until: DateTime<Utc>| {
            let place = self.place(from.min(until), from.max(until));
            let count = place.and_then(|place| counted.get(place)).copied().unwrap_or_default();
            if from < until { count } else { -count }
        };
        months
            .iter()
            .zip(kept)
            .map(|(month, kept)| {
                let begins = between(month.here.0, month.utc.0);
                let ends = between(month.utc.1, month.here.1);
                month.counted(kept + begins + ends)
            })
            .collect()
    }
}

/// What the kept counts cannot answer: how many match, and how many of each month.
pub(crate) async fn count(
    connection: &mut PgConnection,
    filter: &ListFilter,
    zone: &Zone,
    months: &[Month],
) -> Result<(i64, Vec<MonthCount>), StoreError> {
    let begins: Vec<_> = months.iter().map(|month| month.here.0).collect();
    let ends: Vec<_> = months.iter().map(|month| month.here.1).collect();
    let mut query = QueryBuilder::new(
        "with matching as materialized (select i.reported_at from incidents i where is_counted(i.visibility, i.kind, i.status)",
    );
    filter.push(&mut query, zone);
    query
        .push(") select (select count(*) from matching) as matching, array(select (select count(*) from matching where reported_at >= m.begins and reported_at < m.ends) from unnest(")
        .push_bind(begins)
        .push("::timestamptz[], ")
        .push_bind(ends)
        .push("::timestamptz[]) with ordinality as m (begins, ends, place) order by m.place) as months");
    let (matching, counts): (i64, Vec<i64>) =
        query.build_query_as().persistent(!filter.has_words()).fetch_one(connection).await?;
    Ok((matching, months.iter().zip(counts).map(|(month, count)| month.counted(count)).collect()))
}
