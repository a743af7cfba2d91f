//! What the command menu found, ready to show.

use chrono::{DateTime, Utc};
use domain::Reference;
use domain::zones::Zone;
use store::{JumpTo, Jumps};

use super::commands::{HERE, PAGES, matches};
use crate::paths;
use crate::ticking;

/// What some letters lead to, in groups.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FoundView {
    /// Each with its heading; none is empty.
    pub groups: Vec<(String, Vec<OneView>)>,
}

/// One thing to go to or to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneView {
    /// The picture before it.
    pub icon: &'static str,
    /// What it is.
    pub name: String,
    /// What else there is to say: where an incident stands, the key for a command.
    pub say: String,
    /// Where it leads; `#…` is a place on the present page.
    pub href: String,
}

impl FoundView {
    /// Puts what was found into words; `here` is the address of the present page.
    pub fn of(jumps: Jumps, q: &str, here: &str, is_admin: bool, zone: &Zone, now: DateTime<Utc>) -> Self {
        let q = q.trim();
        let incidents = jumps.incidents.into_iter().map(|one| incident(one, zone, now)).collect();
        let people = jumps.people.into_iter().map(|person| OneView {
            icon: "person",
            say: "incidents they lead or led".into(),
            href: paths::with_query(paths::INCIDENTS, [("lead", person.id.to_string().as_str())]),
            name: person.name,
        });
        let components = jumps.components.into_iter().map(|component| OneView {
            icon: "flag",
            say: "incidents on this component".into(),
            href: paths::with_query(paths::INCIDENTS, [("component", component.id.to_string().as_str())]),
            name: component.name,
        });
        let pages = PAGES.iter().filter(|page| (is_admin || !page.for_admins) && matches(page.name, q)).map(|page| {
            OneView { icon: page.icon, name: page.name.into(), say: page.key.into(), href: page.href.into() }
        });
        let mut rest: Vec<OneView> = pages.collect();
        if !q.is_empty() {
            rest.push(OneView {
                icon: "search",
                name: format!("Search all incidents for “{q}”"),
                say: String::new(),
                href: paths::with_query(paths::INCIDENTS, [("q", q)]),
            });
        }
        let groups = [
            (present(here).map(|reference| format!("Do, in {reference}")).unwrap_or_default(), commands(q, here)),
            (if q.is_empty() { "Happening now" } else { "Incidents" }.to_owned(), incidents),
            ("People".to_owned(), people.collect()),
            ("Components".to_owned(), components.collect()),
            ("Go to".to_owned(), rest),
        ];
        Self { groups: groups.into_iter().filter(|(_, found)| !found.is_empty()).collect() }
    }
}

fn incident(one: JumpTo, zone: &Zone, now: DateTime<Utc>) -> OneView {
    let when = if one.status.is_open() {
        ticking::since((now - one.reported_at).num_seconds().max(0))
    } else {
        zone.date(one.reported_at)
    };
    OneView {
        icon: "bolt",
        name: one.title,
        say: format!("{}, {}, {when}", one.reference, one.status.word()),
        href: paths::incident(one.reference),
    }
}

/// The incident whose homepage the present page is.
fn present(here: &str) -> Option<Reference> {
    let path = here.split(['?', '#']).next()?;
    Reference::parse(path.strip_prefix(paths::INCIDENTS)?.strip_prefix('/')?).ok()
}

fn commands(q: &str, here: &str) -> Vec<OneView> {
    if present(here).is_none() {
        return Vec::new();
    }
    HERE.iter()
        .filter(|command| matches(command.name, q))
        .map(|command| OneView {
            icon: command.icon,
            name: command.name.into(),
            say: command.key.into(),
            href: command.href.into(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::incidents::Status;

    fn found(q: &str, here: &str) -> FoundView {
        let jumps = Jumps {
            incidents: vec![JumpTo {
                reference: "INC-20".parse().unwrap(),
                title: "Webhooks delayed".into(),
                status: Status::Investigating,
                reported_at: "2025-11-20T14:32:00Z".parse().unwrap(),
            }],
            ..Jumps::default()
        };
        FoundView::of(jumps, q, here, false, &Zone::UTC, "2025-11-20T14:44:00Z".parse().unwrap())
    }

    fn headings(found: &FoundView) -> Vec<&str> {
        found.groups.iter().map(|(heading, _)| heading.as_str()).collect()
    }

    #[test]
    fn on_a_homepage_it_brings_what_can_be_done_there() {
        assert_eq!(headings(&found("", "/incidents/INC-20?x#y")), ["Do, in INC-20", "Happening now", "Go to"]);
        for elsewhere in ["/incidents", "/incidents?q=INC-20", "/settings", "https://evil.example/incidents/INC-20", ""]
        {
            assert_eq!(headings(&found("", elsewhere)), ["Happening now", "Go to"], "{elsewhere}");
        }
    }

    #[test]
    fn words_narrow_it_and_can_be_searched_for_everywhere() {
        let found = found("sever", "/incidents/INC-20");
        let names: Vec<&str> = found.groups.iter().flat_map(|(_, all)| all).map(|one| one.name.as_str()).collect();
        assert_eq!(
            names,
            ["Change the severity", "Webhooks delayed", "Severities", "Search all incidents for “sever”"]
        );
        let say = &found.groups[1].1[0].say;
        assert_eq!(say, "INC-20, Investigating, 12 min");
    }
}
