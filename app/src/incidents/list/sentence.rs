//! The filter as a sentence: what its dotted words say, and what the fact says of itself.

use chrono::{DateTime, NaiveDate, Utc};
use domain::calendars::Month;
use domain::incidents::Status;
use domain::zones::Zone;
use domain::{PersonId, Refusal, Why};
use serde::{Deserialize, Serialize};
use store::incidents::{ListFilter, ListPage, StatusFilter};

/// The words of the sentence "All incidents of any severity on any component, led by
/// anybody, since September 2024."
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentence {
    /// `All`, `Closed`.
    pub status: String,
    /// `any severity`, `Sev1 or Sev2`.
    pub severity: String,
    /// `any component`, `Scheduler`.
    pub component: String,
    /// `anybody`, `Curlew`.
    pub lead: String,
    /// `since September 2024`, `from 1 Sep 2025 to 30 Sep 2025`, `at any time`.
    pub when: String,
}

impl Sentence {
    /// The words of these filters. Refused when one names something that nobody knows.
    pub fn of(filter: &ListFilter, page: &ListPage, zone: &Zone) -> Result<Self, Refusal> {
        Ok(Self {
            status: filter.status.map_or("All", status_word).to_owned(),
            severity: severity(filter, page)?.unwrap_or_else(|| "any severity".into()),
            component: component(filter, page)?.unwrap_or_else(|| "any component".into()),
            lead: lead(filter, page)?.unwrap_or_else(|| "anybody".into()),
            when: when(filter).unwrap_or_else(|| match page.earliest {
                Some(at) => format!("since {}", Month::of(zone.day(at)).heading()),
                None => "at any time".into(),
            }),
        })
    }
}

/// What the tab and a screen reader call the list: `Incidents`, `Closed incidents of Sev1
/// on Scheduler, led by Curlew, with “queue”`.
pub fn heading(filter: &ListFilter, sentence: &Sentence) -> String {
    let mut heading = match filter.status {
        None => "Incidents".to_owned(),
        Some(_) => format!("{} incidents", sentence.status),
    };
    for part in parts(filter, sentence) {
        heading.push_str(&part);
    }
    if let Some(words) = &filter.words {
        heading.push_str(&format!(" with “{words}”"));
    }
    heading
}

/// What the fact says after its figure: `are now closed, of Sev1, on Scheduler and mention
/// “queue”.` The status is the present one.
pub fn fact(filter: &ListFilter, sentence: &Sentence) -> String {
    let status = filter.status.map(|_| format!("are now {}", sentence.status.to_lowercase()));
    let parts = parts(filter, sentence);
    let start = match &status {
        None if parts.is_empty() => "",
        None => "were",
        Some(_) if parts.is_empty() => "",
        Some(_) => ",",
    };
    let were: String = status.into_iter().chain([start.to_owned()]).chain(parts).collect();
    match (were.is_empty(), &filter.words) {
        (false, None) => format!("{were}."),
        (false, Some(words)) => format!("{were} and mention “{words}”."),
        (true, Some(words)) => format!("mention “{words}”."),
        (true, None) => String::new(),
    }
}

fn parts(filter: &ListFilter, sentence: &Sentence) -> Vec<String> {
    let mut parts = Vec::new();
    if !filter.severity.is_empty() {
        parts.push(format!(" of {}", sentence.severity));
    }
    if filter.component.is_some() {
        parts.push(format!(" on {}", sentence.component));
    }
    if filter.person.is_some() {
        parts.push(format!(" led by {}", sentence.lead));
    }
    if filter.from.is_some() || filter.until.is_some() {
        parts.push(format!(" reported {}", sentence.when));
    }
    for part in parts.iter_mut().skip(1) {
        part.insert(0, ',');
    }
    parts
}

/// The first word of the sentence.
pub fn status_word(status: StatusFilter) -> &'static str {
    match status {
        StatusFilter::Open => "Open",
        StatusFilter::Over => "Over",
        StatusFilter::Is(status) => status.word(),
    }
}

/// Whether incidents with this status can be counted at all: those that are over or merged.
pub fn is_countable(status: Option<StatusFilter>) -> bool {
    match status {
        None | Some(StatusFilter::Over) => true,
        Some(StatusFilter::Open) => false,
        Some(StatusFilter::Is(status)) => status.is_over() || status == Status::Merged,
    }
}

fn severity(filter: &ListFilter, page: &ListPage) -> Result<Option<String>, Refusal> {
    let mut names = Vec::with_capacity(filter.severity.len());
    for id in &filter.severity {
        let known = page.facets.severities.iter().find(|severity| severity.id == *id);
        names.push(known.ok_or_else(|| Refusal::invalid("severity", Why::NotKnown))?.name.as_str());
    }
    Ok(match names.as_slice() {
        [] => None,
        [only] => Some((*only).to_owned()),
        [most @ .., last] => Some(format!("{} or {last}", most.join(", "))),
    })
}

fn component(filter: &ListFilter, page: &ListPage) -> Result<Option<String>, Refusal> {
    let Some(id) = filter.component else { return Ok(None) };
    let known = page.facets.components.iter().find(|component| component.id == id);
    known.map(|component| Some(component.name.clone())).ok_or_else(|| Refusal::invalid("component", Why::NotKnown))
}

fn lead(filter: &ListFilter, page: &ListPage) -> Result<Option<String>, Refusal> {
    let Some(id) = filter.person else { return Ok(None) };
    person(page, id).map(Some).ok_or_else(|| Refusal::invalid("lead", Why::NotKnown))
}

/// A lead's name: of the people there are, or, of somebody who left, from what they led.
fn person(page: &ListPage, id: PersonId) -> Option<String> {
    let leads = page.rows.iter().filter_map(|row| row.lead.as_ref());
    page.facets.people.iter().chain(leads).find(|person| person.id == id).map(|person| person.name.clone())
}

fn when(filter: &ListFilter) -> Option<String> {
    let day = |day: NaiveDate| day.format("%-d %b %Y").to_string();
    match (filter.from, filter.until) {
        (Some(from), Some(until)) if from == until => Some(format!("on {}", day(from))),
        (Some(from), Some(until)) => Some(format!("from {} to {}", day(from), day(until))),
        (Some(from), None) => Some(format!("since {}", day(from))),
        (None, Some(until)) => Some(format!("until {}", day(until))),
        (None, None) => None,
    }
}

/// How often that is, over the time there are incidents of: `about one a month`. Nothing
/// under five incidents or three months: that would be a guess.
pub fn rate(matching: i64, earliest: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Option<String> {
    let days = (now - earliest?).num_days();
    if matching < 5 || days < 90 {
        return None;
    }
    let a_month = matching as f64 / (days as f64 / 30.44);
    Some(match a_month {
        ..0.4 => return None,
        ..0.75 => "about one in two months".into(),
        ..1.5 => "about one a month".into(),
        _ => format!("about {} a month", a_month.round()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentence() -> Sentence {
        Sentence {
            status: "Closed".into(),
            severity: "Sev1 or Sev2".into(),
            component: "Scheduler".into(),
            lead: "Curlew".into(),
            when: "since 1 Sep 2025".into(),
        }
    }

    #[test]
    fn the_fact_says_what_was_asked() {
        let id = "01900000-0000-7000-8000-000000000001";
        let filter = ListFilter {
            severity: vec![id.parse().unwrap()],
            component: Some(id.parse().unwrap()),
            person: Some(id.parse().unwrap()),
            from: NaiveDate::from_ymd_opt(2025, 9, 1),
            words: Some("queue".into()),
            ..ListFilter::default()
        };
        assert_eq!(
            fact(&filter, &sentence()),
            "were of Sev1 or Sev2, on Scheduler, led by Curlew, reported since 1 Sep 2025 and mention “queue”."
        );
        let closed = ListFilter { status: Some(StatusFilter::Is(Status::Closed)), ..ListFilter::default() };
        assert_eq!(fact(&closed, &sentence()), "are now closed.");
        let words = ListFilter { words: Some("queue".into()), ..ListFilter::default() };
        assert_eq!(fact(&words, &sentence()), "mention “queue”.");
        assert_eq!(heading(&words, &sentence()), "Incidents with “queue”");
        assert_eq!(heading(&closed, &sentence()), "Closed incidents");
        assert_eq!(heading(&ListFilter::default(), &sentence()), "Incidents");
    }

    #[test]
    fn a_rate_is_no_guess() {
        let now: DateTime<Utc> = "2025-11-20T00:00:00Z".parse().unwrap();
        let fourteen_months_ago = Some(now - chrono::TimeDelta::days(425));
        assert_eq!(rate(14, fourteen_months_ago, now).as_deref(), Some("about one a month"));
        assert_eq!(rate(70, fourteen_months_ago, now).as_deref(), Some("about 5 a month"));
        assert_eq!(rate(7, fourteen_months_ago, now).as_deref(), Some("about one in two months"));
        assert_eq!(rate(4, fourteen_months_ago, now), None);
        assert_eq!(rate(14, Some(now - chrono::TimeDelta::days(60)), now), None);
        assert_eq!(rate(14, None, now), None);
    }

    #[test]
    fn days_are_said_as_they_were_given() {
        let day = |d| NaiveDate::from_ymd_opt(2025, 9, d);
        let said = |from, until| when(&ListFilter { from, until, ..ListFilter::default() });
        assert_eq!(said(day(1), None).as_deref(), Some("since 1 Sep 2025"));
        assert_eq!(said(None, day(2)).as_deref(), Some("until 2 Sep 2025"));
        assert_eq!(said(day(1), day(2)).as_deref(), Some("from 1 Sep 2025 to 2 Sep 2025"));
        assert_eq!(said(day(2), day(2)).as_deref(), Some("on 2 Sep 2025"));
        assert_eq!(said(None, None), None);
    }
}
