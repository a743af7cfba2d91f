//! What the list's address says.

use chrono::{Datelike, NaiveDate};
use domain::incidents::Status;
use domain::{ComponentId, PersonId, Refusal, SeverityId, Why};
use serde::{Deserialize, Serialize};
use store::incidents::{Cursor, ListFilter, StatusFilter};

use crate::paths;

/// The filters of the list as they stand in its address; an empty one is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListQuery {
    /// `open`, `over`, or the code of a status.
    pub status: String,
    /// Ids of severities.
    pub severity: Vec<String>,
    /// The id of a component.
    pub component: String,
    /// The id of whoever leads.
    pub lead: String,
    /// The first day, `2025-11-20`.
    pub from: String,
    /// The last day.
    pub until: String,
    /// Words to search for.
    pub q: String,
    /// The page older than this place.
    pub before: String,
    /// The page newer than this place.
    pub after: String,
}

impl ListQuery {
    /// The most characters of a search.
    pub const LONGEST_SEARCH: u32 = 200;
    /// The most bytes of a query, as of an address.
    const LONGEST: u32 = 8 * 1024;

    /// Reads what stands after the `?`. What is not ours is left alone.
    pub fn parse(query: &str) -> Result<Self, Refusal> {
        if query.len() > Self::LONGEST as usize {
            return Err(Refusal::invalid("query", Why::TooLong { most: Self::LONGEST }));
        }
        let mut read = Self::default();
        for (key, value) in form_urlencoded::parse(query.as_bytes()) {
            if value.chars().any(char::is_control) {
                return Err(Refusal::invalid(key.into_owned(), Why::ControlCharacter));
            }
            let value = value.trim();
            let field = match &*key {
                "severity" => {
                    if !value.is_empty() {
                        read.severity.push(value.to_owned());
                    }
                    continue;
                }
                "status" => &mut read.status,
                "component" => &mut read.component,
                "lead" => &mut read.lead,
                "from" => &mut read.from,
                "until" => &mut read.until,
                "q" => &mut read.q,
                "before" => &mut read.before,
                "after" => &mut read.after,
                _ => continue,
            };
            value.clone_into(field);
        }
        Ok(read)
    }

    /// The same for the store. Refused when a part of it cannot be read.
    pub fn filter(&self) -> Result<ListFilter, Refusal> {
        let id = |field: &'static str| move |_| Refusal::invalid(field, Why::NotAnId);
        if self.q.chars().count() > Self::LONGEST_SEARCH as usize {
            return Err(Refusal::invalid("q", Why::TooLong { most: Self::LONGEST_SEARCH }));
        }
        if self.severity.len() > 50 {
            return Err(Refusal::invalid("severity", Why::NotKnown));
        }
        Ok(ListFilter {
            status: given(&self.status).map(status).transpose()?,
            severity: self
                .severity
                .iter()
                .map(|text| SeverityId::parse(text))
                .collect::<Result<_, _>>()
                .map_err(id("severity"))?,
            component: given(&self.component).map(ComponentId::parse).transpose().map_err(id("component"))?,
            person: given(&self.lead).map(PersonId::parse).transpose().map_err(id("lead"))?,
            from: given(&self.from).map(|text| day("from", text)).transpose()?,
            until: given(&self.until).map(|text| day("until", text)).transpose()?,
            words: given(&self.q).map(str::to_owned),
            before: given(&self.before).map(str::parse::<Cursor>).transpose()?,
            after: given(&self.after).map(str::parse::<Cursor>).transpose()?,
        })
    }

    /// The address of the page older than a place, under the same filters.
    pub fn older(&self, place: Cursor) -> String {
        self.address(&place.to_string(), "")
    }

    /// The address of the page newer than a place, under the same filters.
    pub fn newer(&self, place: Cursor) -> String {
        self.address("", &place.to_string())
    }

    fn address(&self, before: &str, after: &str) -> String {
        let severities = self.severity.iter().map(|id| ("severity", id.as_str()));
        let rest = [
            ("status", self.status.as_str()),
            ("component", &self.component),
            ("lead", &self.lead),
            ("from", &self.from),
            ("until", &self.until),
            ("q", &self.q),
            ("before", before),
            ("after", after),
        ];
        paths::with_query(paths::INCIDENTS, severities.chain(rest))
    }
}

fn given(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

fn status(code: &str) -> Result<StatusFilter, Refusal> {
    Ok(match code {
        "open" => StatusFilter::Open,
        "over" => StatusFilter::Over,
        code => StatusFilter::Is(Status::parse(code)?),
    })
}

fn day(field: &'static str, text: &str) -> Result<NaiveDate, Refusal> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .ok()
        .filter(|day| (1..=9999).contains(&day.year()))
        .ok_or_else(|| Refusal::invalid(field, Why::NotATime))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "01900000-0000-7000-8000-000000000001";

    #[test]
    fn an_address_is_read_and_written_again() {
        let address = format!("severity={ID}&status=over&q=queue%20is&from=2025-09-01&before=1763645520000000-{ID}");
        let query = ListQuery::parse(&address).unwrap();
        let filter = query.filter().unwrap();
        assert_eq!(filter.status, Some(StatusFilter::Over));
        assert_eq!(filter.words.as_deref(), Some("queue is"));
        let place = filter.before.unwrap();
        let older = query.older(place);
        assert_eq!(
            older,
            format!("/incidents?severity={ID}&status=over&from=2025-09-01&q=queue%20is&before=1763645520000000-{ID}")
        );
        assert!(query.newer(place).ends_with(&format!("&after=1763645520000000-{ID}")));
    }

    #[test]
    fn empty_fields_of_a_form_are_no_filters() {
        let query = ListQuery::parse("status=&severity=&component=&lead=&from=&until=&q=+&done=profile").unwrap();
        assert_eq!(query, ListQuery::default());
        assert!(!query.filter().unwrap().is_filtered());
    }

    #[test]
    fn nonsense_names_its_field() {
        let refused = |query: &str| match ListQuery::parse(query).and_then(|query| query.filter()) {
            Ok(_) => panic!("{query}"),
            Err(refusal) => refusal.field().unwrap().to_owned(),
        };
        assert_eq!(refused("status=sleeping"), "status");
        assert_eq!(refused("severity=Sev1"), "severity");
        assert_eq!(refused("component=1"), "component");
        assert_eq!(refused("lead=x"), "lead");
        assert_eq!(refused("from=yesterday"), "from");
        assert_eq!(refused("until=99999-01-01"), "until");
        assert_eq!(refused("before=1"), "page");
        assert_eq!(refused("q=a%00b"), "q");
        assert_eq!(refused(&format!("q={}", "x".repeat(201))), "q");
        assert_eq!(refused(&"x".repeat(8193)), "query");
    }
}
