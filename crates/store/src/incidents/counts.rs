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

/// A month of the zone shown: where it begins and ends, and where the month of
/// the same name begins and ends in UTC, by which the counts are kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Month {
    first: NaiveDate,
    begins: DateTime<Utc>,
    ends: DateTime<Utc>,
}

impl Month {
    fn of(at: DateTime<Utc>, zone: &Zone) -> Option<Self> {
        let first = zone.day(at).with_day(1)?;
        let next = first.checked_add_months(chrono::Months::new(1))?;
        Some(Self { first, begins: midnight(first, zone), ends: midnight(next, zone) })
    }

    pub(crate) fn counted(&self, count: i64) -> MonthCount {
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

/// The three columns of months that a statement unnests: UTC's month, then where
/// it begins here and ends here.
pub(crate) fn columns(months: &[Month]) -> (Vec<NaiveDate>, Vec<DateTime<Utc>>, Vec<DateTime<Utc>>) {
    (
        months.iter().map(|month| month.first).collect(),
        months.iter().map(|month| month.begins).collect(),
        months.iter().map(|month| month.ends).collect(),
    )
}

/// What the kept counts cannot answer: how many match, and how many of each month.
pub(crate) async fn count(
    connection: &mut PgConnection,
    filter: &ListFilter,
    zone: &Zone,
    months: &[Month],
) -> Result<(i64, Vec<MonthCount>), StoreError> {
    let (_, begins, ends) = columns(months);
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
    let (matching, counts): (i64, Vec<i64>) = query.build_query_as().persistent(false).fetch_one(connection).await?;
    Ok((matching, months.iter().zip(counts).map(|(month, count)| month.counted(count)).collect()))
}
