//! The list, ready to show: words instead of codes, times in the shown zone.

use domain::Refusal;
use domain::calendars::Month;
use domain::incidents::Kind;
use domain::practice::is_counted;
use domain::zones::Zone;
use serde::{Deserialize, Serialize};
use store::incidents::{ListFilter, ListPage, ListRow};

use super::groups::groups;
use super::incident::{DAY, DAY_AND_MONTH, NowView, RowView};
use super::query::ListQuery;
use super::sentence::{self, Sentence};
use crate::ui::Mark;

/// One page of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListView {
    /// What the tab and a screen reader call it.
    pub heading: String,
    /// The filters, as the address has them.
    pub query: ListQuery,
    /// The filters as words.
    pub sentence: Sentence,
    /// What the filters offer.
    pub choices: Choices,
    /// Whether anything is filtered out.
    pub is_filtered: bool,
    /// Happening now.
    pub now: Vec<NowView>,
    /// What the filtered list says of itself.
    pub fact: Option<FactView>,
    /// Over, not closed.
    pub over: Vec<RowView>,
    /// History.
    pub groups: Vec<GroupView>,
    /// The address of the newer page.
    pub newer: Option<String>,
    /// The address of the older page.
    pub older: Option<String>,
    /// Counted incidents altogether.
    pub counted: i64,
}

/// What the filters offer: value and word each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choices {
    /// Worst first.
    pub severities: Vec<(String, Mark)>,
    /// By name.
    pub components: Vec<(String, String)>,
    /// By name.
    pub people: Vec<(String, String)>,
}

/// What the filtered list says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactView {
    /// `14 of 19 incidents`.
    pub figure: String,
    /// `were on Scheduler, about one a month.`
    pub says: String,
}

/// Rows under one heading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupView {
    /// `November 2025`.
    pub heading: String,
    /// Counted incidents of that time.
    pub count: i64,
    /// The rows.
    pub rows: Vec<RowView>,
}

impl ListView {
    /// Puts a page of the list into words. Refused when the address names something that
    /// nobody knows.
    pub fn of(query: ListQuery, page: ListPage, zone: &Zone) -> Result<Self, Refusal> {
        let filter = query.filter()?;
        let now = page.read_at;
        let sentence = Sentence::of(&filter, &page, zone)?;
        let uncounted = page.rows.len() as i64 > page.matching;
        let fact = filter.is_filtered().then(|| fact(&filter, &sentence, &page, uncounted)).flatten();
        let counts = counts(&page, zone);
        let choices = Choices::of(&filter, &page);
        let rows: Vec<(Month, ListRow)> =
            page.rows.into_iter().map(|row| (Month::of(zone.day(row.reported_at)), row)).collect();
        let groups = groups(rows, &counts, Month::of(zone.day(now)))
            .into_iter()
            .map(|group| GroupView {
                heading: group.heading,
                count: group.count,
                rows: group
                    .rows
                    .into_iter()
                    .map(|row| RowView::of(row, zone, now, if group.is_quarter { DAY_AND_MONTH } else { DAY }))
                    .collect(),
            })
            .collect();
        Ok(Self {
            heading: sentence::heading(&filter, &sentence),
            is_filtered: filter.is_filtered(),
            now: page.now.into_iter().map(|row| NowView::of(row, now)).collect(),
            over: page.over_not_closed.into_iter().map(|row| RowView::of(row, zone, now, DAY_AND_MONTH)).collect(),
            groups,
            fact,
            newer: page.previous.map(|place| query.newer(place)),
            older: page.next.map(|place| query.older(place)),
            counted: page.counted,
            choices,
            sentence,
            query,
        })
    }

    /// Whether there is nothing to list.
    pub fn is_empty(&self) -> bool {
        self.now.is_empty() && self.over.is_empty() && self.groups.is_empty()
    }
}

/// The counted incidents of each month, as far as they stand under its heading: what is
/// over and not closed stands above, with a count of its own.
fn counts(page: &ListPage, zone: &Zone) -> Vec<(Month, i64)> {
    let is_above = |row: &&ListRow, month: Month| {
        Month::of(zone.day(row.reported_at)) == month && is_counted(row.kind, row.visibility, row.status)
    };
    let months = page.months.iter().map(|m| (Month { year: m.year, month: m.month }, m.count));
    months
        .map(|(month, count)| {
            let above = page.over_not_closed.iter().filter(|row| is_above(row, month)).count();
            (month, count - i64::try_from(above).unwrap_or_default())
        })
        .collect()
}

fn fact(filter: &ListFilter, sentence: &Sentence, page: &ListPage, uncounted: bool) -> Option<FactView> {
    if !sentence::is_countable(filter.status) || page.counted == 0 {
        return None;
    }
    let noun = if page.counted == 1 { "incident" } else { "incidents" };
    let mut says = sentence::fact(filter, sentence);
    let whole_time = filter.from.is_none() && filter.until.is_none();
    if let Some(rate) = sentence::rate(page.matching, page.earliest, page.read_at).filter(|_| whole_time) {
        says.truncate(says.len() - 1);
        says = format!("{says}, {rate}.");
    }
    if uncounted {
        says.push_str(" Practice, private and open incidents are listed, not counted.");
    }
    Some(FactView { figure: format!("{} of {} {noun}", page.matching, page.counted), says })
}

impl Choices {
    fn of(filter: &ListFilter, page: &ListPage) -> Self {
        let facets = &page.facets;
        let severities =
            facets.severities.iter().filter(|severity| !severity.archived || filter.severity.contains(&severity.id));
        let components =
            facets.components.iter().filter(|component| !component.archived || filter.component == Some(component.id));
        Self {
            severities: severities
                .map(|severity| (severity.id.to_string(), Mark::severity(severity.rank, &severity.name, Kind::Real)))
                .collect(),
            components: components.map(|component| (component.id.to_string(), component.name.clone())).collect(),
            people: facets.people.iter().map(|person| (person.id.to_string(), person.name.clone())).collect(),
        }
    }
}
