//! The baton note of a hand-off, written already from what is known: state, tried, next,
//! risks, who is asleep. The giver reads it, corrects it and sends it.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};

use super::Cause;
use super::coverage::Presence;
use crate::zones::Zone;

/// At most so many notes are repeated; the timeline has them all.
const NOTES: usize = 6;
/// A quoted text is cut after so many characters.
const QUOTE: usize = 240;
/// A list names at most so many tasks or people.
const LISTED: usize = 20;

/// What a baton note is written from.
#[derive(Clone, Debug)]
pub struct BatonFacts<'a> {
    /// The severity's name.
    pub severity: &'a str,
    /// The status, as it is shown.
    pub status: &'a str,
    /// Since when it has that status.
    pub status_since: DateTime<Utc>,
    /// What it is about, as it was written.
    pub summary: &'a str,
    /// How far the cause is known.
    pub cause: Cause,
    /// The cause in words.
    pub cause_text: &'a str,
    /// The last update.
    pub last_update: Option<Said<'a>>,
    /// Notes, newest first.
    pub notes: Vec<Said<'a>>,
    /// Open tasks, and who does each.
    pub tasks: Vec<(&'a str, Option<&'a str>)>,
    /// When the next update is promised for.
    pub next_update_due_at: Option<DateTime<Utc>>,
    /// Everybody who takes part, besides the giver: name, zone, whether they are at work.
    pub people: Vec<(&'a str, Zone, Presence)>,
}

/// Something that somebody wrote.
#[derive(Clone, Copy, Debug)]
pub struct Said<'a> {
    /// When.
    pub at: DateTime<Utc>,
    /// Who, when it is known.
    pub who: Option<&'a str>,
    /// What, in Markdown.
    pub body: &'a str,
}

/// The note, in Markdown, its times in `zone`. Where nothing is known it asks.
pub fn baton(facts: &BatonFacts<'_>, zone: &Zone, now: DateTime<Utc>) -> String {
    let parts = [
        ("State", state(facts, zone, now)),
        ("Tried", tried(facts, zone, now)),
        ("Next", next(facts, zone, now)),
        ("Risks", risks(facts, now)),
        ("Who is asleep", asleep(facts, now)),
    ];
    let mut note = String::new();
    for (name, lines) in parts {
        let _ = write!(note, "**{name}**\n\n");
        for line in lines {
            let _ = writeln!(note, "- {line}");
        }
        note.push('\n');
    }
    let _ = write!(note, "Times are {}.", zone.label(now));
    note
}

fn state(facts: &BatonFacts<'_>, zone: &Zone, now: DateTime<Utc>) -> Vec<String> {
    // When, not for how long: the note is read later than it is written.
    let since = clock(facts.status_since, zone, now);
    let mut lines = vec![format!("{}, {} since {since}.", facts.severity, facts.status)];
    if let Some(said) = facts.last_update {
        lines.push(format!("Last told to everybody, at {}: {}", clock(said.at, zone, now), quote(said.body)));
    } else if !facts.summary.trim().is_empty() {
        lines.push(quote(facts.summary));
    } else {
        lines.push("Nothing was told to everybody yet.".into());
    }
    lines
}

fn tried(facts: &BatonFacts<'_>, zone: &Zone, now: DateTime<Utc>) -> Vec<String> {
    let mut lines: Vec<String> = facts
        .notes
        .iter()
        .take(NOTES)
        .map(|said| {
            let who = said.who.map(|who| format!(" {who}")).unwrap_or_default();
            format!("{}{who}: {}", clock(said.at, zone, now), quote(said.body))
        })
        .collect();
    lines.reverse();
    if lines.is_empty() {
        lines.push("Nothing is written down. What was tried?".into());
    }
    lines
}

fn next(facts: &BatonFacts<'_>, zone: &Zone, now: DateTime<Utc>) -> Vec<String> {
    let mut lines: Vec<String> = facts
        .tasks
        .iter()
        .take(LISTED)
        .map(|(title, who)| format!("{} ({})", quote(title), who.unwrap_or("nobody yet")))
        .collect();
    if let Some(due) = facts.next_update_due_at {
        lines.push(format!("The next update is promised for {}.", clock(due, zone, now)));
    }
    if lines.is_empty() {
        lines.push("No task is open. What would you do next?".into());
    }
    lines
}

fn risks(facts: &BatonFacts<'_>, now: DateTime<Utc>) -> Vec<String> {
    let words = facts.cause_text.trim();
    let cause = match (facts.cause, words.is_empty()) {
        (Cause::Unknown, true) => "The cause is not known.".into(),
        (Cause::Unknown, false) => format!("The cause is not known: {}", quote(words)),
        (Cause::Suspected, true) => "The cause is suspected, not confirmed.".into(),
        (Cause::Suspected, false) => format!("The cause is suspected, not confirmed: {}", quote(words)),
        (Cause::Confirmed, true) => "The cause is confirmed.".into(),
        (Cause::Confirmed, false) => format!("The cause: {}", quote(words)),
        (Cause::AcceptedUnknown, _) => "The cause is accepted as unknown.".into(),
    };
    let mut lines = vec![cause];
    if facts.next_update_due_at.is_some_and(|due| due < now) {
        lines.push("The promised update is late.".into());
    }
    if !facts.people.is_empty() && !facts.people.iter().any(|(_, _, presence)| presence.is_at_work()) {
        lines.push("Nobody else who takes part is at work now.".into());
    }
    lines
}

fn asleep(facts: &BatonFacts<'_>, now: DateTime<Utc>) -> Vec<String> {
    let away = facts.people.iter().filter_map(|(name, zone, presence)| match presence {
        Presence::Away(Some(back)) => Some(format!("{name}, back {}.", back_at(*back, zone, now))),
        Presence::Away(None) => Some(format!("{name}, back within no week.")),
        Presence::Until(_) | Presence::Always => None,
    });
    let mut lines: Vec<String> = away.take(LISTED).collect();
    if lines.is_empty() {
        lines.push(if facts.people.is_empty() { "Nobody else takes part." } else { "Nobody." }.into());
    }
    lines
}

/// `at 09:00 Portland time`, by the person's own clock; with the day when it is not today there.
fn back_at(back: DateTime<Utc>, zone: &Zone, now: DateTime<Utc>) -> String {
    let (clock, city) = (zone.clock(back), zone.city());
    if zone.day(back) == zone.day(now) {
        format!("at {clock} {city} time")
    } else {
        format!("on {} at {clock} {city} time", zone.date(back))
    }
}

fn clock(at: DateTime<Utc>, zone: &Zone, now: DateTime<Utc>) -> String {
    if zone.day(at) == zone.day(now) { zone.clock(at) } else { zone.date_and_clock(at) }
}

/// A text on one line, cut short, so that a list of the note stays a list.
fn quote(text: &str) -> String {
    let mut line = String::new();
    for (place, word) in text.split_whitespace().enumerate() {
        if place > 0 {
            line.push(' ');
        }
        line.push_str(word);
    }
    match line.char_indices().nth(QUOTE) {
        Some((cut, _)) => format!("{}…", line[..cut].trim_end()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::MarkdownText;
    use proptest::prelude::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn facts() -> BatonFacts<'static> {
        BatonFacts {
            severity: "Sev2",
            status: "Identified",
            status_since: at("2025-11-20T14:02:00Z"),
            summary: "",
            cause: Cause::Unknown,
            cause_text: "",
            last_update: None,
            notes: Vec::new(),
            tasks: Vec::new(),
            next_update_due_at: None,
            people: Vec::new(),
        }
    }

    fn tokyo() -> Zone {
        Zone::parse("Asia/Tokyo").unwrap()
    }

    #[test]
    fn everything_that_is_known_stands_in_its_part() {
        let now = at("2025-11-20T14:44:00Z");
        let portland = Zone::parse("America/Los_Angeles").unwrap();
        let said = |at_text, who, body| Said { at: at(at_text), who: Some(who), body };
        let facts = BatonFacts {
            last_update: Some(said("2025-11-20T14:38:00Z", "Curlew", "Nothing is lost.\n\nWe look at the queue.")),
            notes: vec![
                said("2025-11-20T14:42:00Z", "Turnstone", "Started the rollback."),
                said("2025-11-19T14:40:00Z", "Dunlin", "Looks related."),
            ],
            tasks: vec![("Drain the retry queue", Some("Turnstone")), ("Tell the three tenants", None)],
            next_update_due_at: Some(at("2025-11-20T14:40:00Z")),
            cause: Cause::Suspected,
            cause_text: "The 23:10 release.",
            people: vec![
                ("Turnstone", tokyo(), Presence::Away(Some(at("2025-11-21T00:00:00Z")))),
                ("Godwit", portland, Presence::Until(at("2025-11-21T02:00:00Z"))),
                ("Knot", portland, Presence::Away(Some(at("2025-11-20T17:00:00Z")))),
            ],
            ..facts()
        };
        assert_eq!(
            baton(&facts, &tokyo(), now),
            "**State**\n\n- Sev2, Identified since 23:02.\n\
             - Last told to everybody, at 23:38: Nothing is lost. We look at the queue.\n\n\
             **Tried**\n\n- Wed 19 Nov 2025, 23:40 Dunlin: Looks related.\n- 23:42 Turnstone: Started the rollback.\n\n\
             **Next**\n\n- Drain the retry queue (Turnstone)\n- Tell the three tenants (nobody yet)\n\
             - The next update is promised for 23:40.\n\n\
             **Risks**\n\n- The cause is suspected, not confirmed: The 23:10 release.\n- The promised update is late.\n\n\
             **Who is asleep**\n\n- Turnstone, back on Fri 21 Nov 2025 at 09:00 Tokyo time.\n\
             - Knot, back at 09:00 Los Angeles time.\n\n\
             Times are Tokyo, JST."
        );
    }

    #[test]
    fn what_is_not_known_is_asked_and_never_made_up() {
        let note = baton(&facts(), &Zone::UTC, at("2025-11-20T14:44:00Z"));
        for words in [
            "Nothing was told",
            "What was tried?",
            "What would you do next?",
            "cause is not known",
            "Nobody else takes part",
        ] {
            assert!(note.contains(words), "{words}: {note}");
        }
    }

    proptest! {
        #[test]
        fn it_always_fits_and_keeps_its_parts(texts in proptest::collection::vec(any::<String>(), 40), long in "\\PC{0,3000}") {
            let now = at("2025-11-20T14:44:00Z");
            let said = |body| Said { at: now, who: None, body };
            let facts = BatonFacts {
                summary: &long,
                cause_text: &long,
                last_update: Some(said(&long)),
                notes: texts.iter().map(|text| said(text)).collect(),
                tasks: texts.iter().map(|text| (text.as_str(), None)).collect(),
                ..facts()
            };
            let note = baton(&facts, &tokyo(), now);
            prop_assert!(note.chars().count() <= MarkdownText::MOST as usize);
            let parts: Vec<&str> = note.lines().filter(|line| line.starts_with("**") && line.ends_with("**") && !line.starts_with("- ")).collect();
            prop_assert_eq!(parts, ["**State**", "**Tried**", "**Next**", "**Risks**", "**Who is asleep**"]);
        }
    }
}
