//! What the list is narrowed to.

use chrono::{DateTime, NaiveDate, Utc};
use domain::incidents::Status;
use domain::zones::Zone;
use domain::{ComponentId, PersonId, SeverityId};
use sqlx::{Postgres, QueryBuilder};

use crate::page::Cursor;
use crate::words;

/// The filters of the list, as its address has them. All that are given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListFilter {
    /// A status, or a group of them.
    pub status: Option<StatusFilter>,
    /// Any of these severities; none given means any.
    pub severity: Vec<SeverityId>,
    /// On this component.
    pub component: Option<ComponentId>,
    /// Led by this person.
    pub person: Option<PersonId>,
    /// Reported on this day or later, in the zone shown.
    pub from: Option<NaiveDate>,
    /// Reported on this day or earlier, in the zone shown.
    pub until: Option<NaiveDate>,
    /// Each of these words somewhere in title, summary, timeline or reference.
    pub words: Option<String>,
    /// The page that is older than this place.
    pub before: Option<Cursor>,
    /// The page that is newer than this place; `before` wins over it.
    pub after: Option<Cursor>,
}

/// One status, or what people mean by several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusFilter {
    /// Happening now: Triage, Investigating, Identified, Monitoring.
    Open,
    /// Recovered or Closed.
    Over,
    /// Exactly this one.
    Is(Status),
}

impl ListFilter {
    /// Whether anything is filtered out; a page further on is not a filter.
    pub fn is_filtered(&self) -> bool {
        self.status.is_some() || self.is_more_than_severity() || !self.severity.is_empty()
    }

    /// Whether the kept counts, which know month and severity, cannot answer.
    pub(crate) fn needs_counting(&self) -> bool {
        self.status.is_some() || self.is_more_than_severity()
    }

    fn is_more_than_severity(&self) -> bool {
        self.component.is_some()
            || self.person.is_some()
            || self.from.is_some()
            || self.until.is_some()
            || self.has_words()
    }

    pub(crate) fn has_words(&self) -> bool {
        self.words.as_deref().is_some_and(|words| !words.trim().is_empty())
    }

    pub(crate) fn is_first_page(&self) -> bool {
        self.before.is_none() && self.after.is_none()
    }

    pub(crate) fn severities(&self) -> Vec<uuid::Uuid> {
        self.severity.iter().map(|id| id.uuid()).collect()
    }

    /// Adds ` and …` for each filter to a query over incidents `i`.
    pub(crate) fn push(&self, query: &mut QueryBuilder<Postgres>, zone: &Zone) {
        match self.status {
            None => {}
            Some(StatusFilter::Open) => {
                query.push(" and i.status in ('triage', 'investigating', 'identified', 'monitoring')");
            }
            Some(StatusFilter::Over) => {
                query.push(" and i.status in ('recovered', 'closed')");
            }
            Some(StatusFilter::Is(status)) => {
                query.push(" and i.status = ").push_bind(status.as_str());
            }
        }
        if !self.severity.is_empty() {
            query.push(" and i.severity_id = any(").push_bind(self.severities()).push(")");
        }
        if let Some(person) = self.person {
            query.push(" and i.lead_id = ").push_bind(person.uuid());
        }
        if let Some(from) = self.from {
            query.push(" and i.reported_at >= ").push_bind(midnight(from, zone));
        }
        if let Some(next) = self.until.and_then(|until| until.succ_opt()) {
            query.push(" and i.reported_at < ").push_bind(midnight(next, zone));
        }
        if let Some(component) = self.component {
            query
                .push(
                    " and exists (select 1 from incident_components c where c.incident_id = i.id and c.component_id = ",
                )
                .push_bind(component.uuid())
                .push(")");
        }
        let patterns = self.words.as_deref().map(words::patterns).unwrap_or_default();
        if !patterns.is_empty() {
            query.push(" and exists (select 1 from incident_words w where w.incident_id = i.id");
            for pattern in patterns {
                query.push(" and w.words like ").push_bind(pattern);
            }
            query.push(")");
        }
    }
}

/// When a day begins in a zone; where the clocks skip midnight, the first moment
/// after it. Days outside the years 1 to 9999 are taken for the first or the last of them.
pub(crate) fn midnight(day: NaiveDate, zone: &Zone) -> DateTime<Utc> {
    let year = chrono::Datelike::year(&day);
    if year < 1 {
        return DateTime::from_timestamp(-62_135_596_800, 0).unwrap_or_default();
    }
    let last = || DateTime::from_timestamp(253_402_300_799, 0).unwrap_or_default();
    if year > 9999 { last() } else { zone.day_begins(day).unwrap_or_else(last) }
}
