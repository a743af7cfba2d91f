//! History under headings: a month each; older months that hold one or two incidents
//! share the heading of their quarter, or the headings would be louder than the rows.

use domain::calendars::Month;

/// Rows under one heading.
#[derive(Debug, PartialEq, Eq)]
pub struct Group<T> {
    /// `November 2025`, `January to March 2025`.
    pub heading: String,
    /// Counted incidents of these months.
    pub count: i64,
    /// More than one month stands here, so a day needs its month beside it.
    pub is_quarter: bool,
    /// The rows, in the order they came.
    pub rows: Vec<T>,
}

/// Months of this many incidents or fewer are shared out by quarter…
const FEW: usize = 2;
/// … once they are older than this many months.
const RECENT: i32 = 3;

/// Puts rows, newest first and each with its month, under headings. `counts` gives the
/// counted incidents of each month, `now` is the present month.
pub fn groups<T>(rows: Vec<(Month, T)>, counts: &[(Month, i64)], now: Month) -> Vec<Group<T>> {
    let mut months: Vec<(Month, Vec<T>)> = Vec::new();
    for (month, row) in rows {
        match months.last_mut() {
            Some((last, rows)) if *last == month => rows.push(row),
            _ => months.push((month, vec![row])),
        }
    }
    let count = |month: Month| counts.iter().find(|(known, _)| *known == month).map_or(0, |(_, count)| *count);
    let shared: Vec<bool> = months
        .iter()
        .map(|(month, _)| {
            let beside = || months.iter().filter(|(other, _)| quarter(*other) == quarter(*month));
            let is_old_and_quiet = |(other, rows): &(Month, Vec<T>)| {
                age(*other, now) > RECENT && rows.len() <= FEW && count(*other) <= FEW as i64
            };
            beside().nth(1).is_some() && beside().all(is_old_and_quiet)
        })
        .collect();

    let mut groups: Vec<(Month, Group<T>)> = Vec::new();
    for ((month, mut rows), shared) in months.into_iter().zip(shared) {
        match groups.last_mut() {
            Some((last, group)) if shared && group.is_quarter && quarter(*last) == quarter(month) => {
                group.count += count(month);
                group.rows.append(&mut rows);
            }
            _ => {
                let heading = if shared { quarter_heading(month) } else { month.heading() };
                groups.push((month, Group { heading, count: count(month), is_quarter: shared, rows }));
            }
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

fn quarter(month: Month) -> (i32, u32) {
    (month.year, month.month.saturating_sub(1) / 3)
}

fn age(month: Month, now: Month) -> i32 {
    (now.year - month.year) * 12 + now.month as i32 - month.month as i32
}

fn quarter_heading(month: Month) -> String {
    const QUARTERS: [&str; 4] = ["January to March", "April to June", "July to September", "October to December"];
    let (year, quarter) = quarter(month);
    format!("{} {year}", QUARTERS[quarter as usize % QUARTERS.len()])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(year: i32, month: u32) -> Month {
        Month { year, month }
    }

    fn headings(rows: &[(i32, u32)], now: (i32, u32)) -> Vec<(String, i64, usize)> {
        let rows: Vec<(Month, ())> = rows.iter().map(|(y, m)| (month(*y, *m), ())).collect();
        let mut counts: Vec<(Month, i64)> = Vec::new();
        for (month, ()) in &rows {
            match counts.iter_mut().find(|(known, _)| known == month) {
                Some((_, count)) => *count += 1,
                None => counts.push((*month, 1)),
            }
        }
        groups(rows, &counts, month(now.0, now.1)).into_iter().map(|g| (g.heading, g.count, g.rows.len())).collect()
    }

    #[test]
    fn recent_months_stand_alone_and_old_quiet_ones_share_a_quarter() {
        let rows = [(2025, 11), (2025, 9), (2025, 9), (2025, 6), (2025, 5), (2025, 4), (2025, 2)];
        assert_eq!(
            headings(&rows, (2025, 11)),
            [
                ("November 2025".into(), 1, 1),
                ("September 2025".into(), 2, 2),
                ("April to June 2025".into(), 3, 3),
                ("February 2025".into(), 1, 1),
            ]
        );
    }

    #[test]
    fn a_busy_month_keeps_its_whole_quarter_in_months() {
        let rows = [(2025, 6), (2025, 5), (2025, 5), (2025, 5), (2025, 4)];
        let headings: Vec<String> = headings(&rows, (2025, 11)).into_iter().map(|(heading, ..)| heading).collect();
        assert_eq!(headings, ["June 2025", "May 2025", "April 2025"]);
    }

    #[test]
    fn quarters_of_two_years_are_two() {
        let rows = [(2025, 2), (2025, 1), (2024, 2), (2024, 1)];
        let headings: Vec<String> = headings(&rows, (2025, 11)).into_iter().map(|(heading, ..)| heading).collect();
        assert_eq!(headings, ["January to March 2025", "January to March 2024"]);
    }
}
