//! What the one composer sends: a note, an update that everybody following is told, or
//! something that happened earlier.

use chrono::{DateTime, TimeDelta, Utc};
use domain::incidents::{Command, Seen, Status};
use domain::text::MarkdownText;
use domain::zones::Zone;
use domain::{Refusal, SeverityId, Why};
use leptos::prelude::*;

use super::ask;
use crate::error::AppError;
use crate::timeline::typed_time;

/// A note for the timeline: what is sent when nothing else is chosen.
pub const NOTE: &str = "note";
/// Told to everybody.
pub const UPDATE: &str = "update";
/// A note of something that happened earlier.
pub const EARLIER: &str = "earlier";

/// What an update can change besides, by the field that a conflict names.
pub const STATUS: &str = "status";
/// The other of the two.
pub const SEVERITY: &str = "severity";

/// After how many minutes the next update can be promised.
pub const NEXT: [u32; 4] = [15, 30, 60, 120];

/// A note that comes so long after it was written is told as something that happened then.
const LATE: TimeDelta = TimeDelta::minutes(1);

/// Writes a note. `what` is [`NOTE`], [`UPDATE`] or [`EARLIER`] and says which of the
/// fields count; the others may hold what was chosen before and put out of sight.
#[server(endpoint = "incidents/note")]
#[allow(clippy::too_many_arguments, reason = "the fields of one form")]
pub async fn note(
    incident: String,
    request: String,
    #[server(default)] back: String,
    #[server(default)] body: String,
    #[server(default)] what: String,
    #[server(default)] status: String,
    #[server(default)] severity: String,
    #[server(default)] next_update_in: String,
    #[server(default)] occurred_at: String,
    #[server(default)] which: String,
    #[server(default)] zone: String,
    #[server(default)] written_at: String,
    #[server(default)] seen_status: String,
    #[server(default)] seen_severity: String,
    #[server(default)] keep: String,
) -> Result<(), AppError> {
    let told = Told { status, severity, next_update_in, seen_status, seen_severity, keep };
    let happened = Happened { occurred_at, which, zone, written_at };
    let read = read(&body, &what, &told, &happened, Utc::now());
    let seen = read.as_ref().map_or_else(|_| Seen::default(), |(_, seen)| seen.clone());
    ask(incident, request, back, seen, done(&what), read.map(|(command, _)| command)).await
}

/// What goes with an update, as the form sends it. What is left empty stays as it is.
struct Told {
    status: String,
    severity: String,
    next_update_in: String,
    seen_status: String,
    seen_severity: String,
    /// `status` or `severity`: what somebody else made of it stays as it is.
    keep: String,
}

/// When something happened, as the form sends it.
struct Happened {
    occurred_at: String,
    which: String,
    zone: String,
    /// When a note was written that had to wait for the network; empty for every other.
    written_at: String,
}

fn done(what: &str) -> &'static str {
    match what {
        UPDATE => "updated",
        EARLIER => "recounted",
        _ => "noted",
    }
}

/// Which command it is, and what the person saw of what it changes.
fn read(
    body: &str,
    what: &str,
    told: &Told,
    happened: &Happened,
    now: DateTime<Utc>,
) -> Result<(Command, Seen), Refusal> {
    happened.can_be_read()?;
    let (update, seen) = told.with(&happened.said(body, now)?, now)?;
    let body = MarkdownText::parse(body)?;
    match what {
        NOTE | "" => Ok((happened.note(body, now)?, Seen::default())),
        EARLIER => Ok((Command::Recount { body, occurred_at: happened.at()? }, Seen::default())),
        UPDATE => Ok((update, seen)),
        _ => Err(Refusal::invalid("what", Why::NotKnown)),
    }
}

impl Told {
    fn with(&self, body: &str, now: DateTime<Utc>) -> Result<(Command, Seen), Refusal> {
        let seen_status = known(&self.seen_status, Status::parse)?;
        let seen_severity = known(&self.seen_severity, SeverityId::parse)?;
        // What was left as it was seen is no wish to set it back to that.
        let status = known(&self.status, Status::parse)?.filter(|to| seen_status != Some(*to));
        let severity = known(&self.severity, SeverityId::parse)?.filter(|to| seen_severity != Some(*to));
        let keeps = known(&self.keep, kept)?;
        let status = status.filter(|_| keeps != Some(STATUS));
        let severity = severity.filter(|_| keeps != Some(SEVERITY));
        let minutes = known(&self.next_update_in, minutes)?;
        // With “it’s over” there is no next update, whatever stood in the field before.
        let minutes = minutes.filter(|_| status.is_none_or(Status::is_open));
        let update = Command::Update {
            body: MarkdownText::parse(body)?,
            status,
            severity,
            next_update_due_at: minutes.map(|minutes| now + TimeDelta::minutes(minutes.into())),
        };
        Ok((update, Seen { status: seen_status, severity: seen_severity, ..Seen::default() }))
    }
}

impl Happened {
    /// Refuses what no form of ours sends, whether it counts or not.
    fn can_be_read(&self) -> Result<(), Refusal> {
        known(&self.written_at, moment)?;
        match self.at() {
            Err(Refusal::Invalid { why: Why::Empty | Why::Skipped | Why::Twice, .. }) | Ok(_) => Ok(()),
            Err(refusal) => Err(refusal),
        }
    }

    /// When it was written, when that is long ago.
    fn written_before(&self, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, Refusal> {
        Ok(known(&self.written_at, moment)?.filter(|at| *at < now - LATE))
    }

    /// The words of an update. It is told now, so one that had to wait says since when.
    fn said(&self, body: &str, now: DateTime<Utc>) -> Result<String, Refusal> {
        let Some(at) = self.written_before(now)?.filter(|_| !body.trim().is_empty()) else {
            return Ok(body.to_owned());
        };
        let zone = known(&self.zone, Zone::parse)?.unwrap_or(Zone::UTC);
        let when = if zone.day(at) == zone.day(now) { zone.clock(at) } else { zone.date_and_clock(at) };
        let label = zone.label(at);
        let said = format!("{}\n\nWritten at {when} ({label}), when there was no network.", body.trim_end());
        // Rather without it than not at all.
        Ok(if MarkdownText::parse(&said).is_ok() { said } else { body.to_owned() })
    }

    /// A note stands where it was written in time, however late it comes.
    fn note(&self, body: MarkdownText, now: DateTime<Utc>) -> Result<Command, Refusal> {
        Ok(match self.written_before(now)? {
            Some(occurred_at) => Command::Recount { body, occurred_at },
            None => Command::Note { body },
        })
    }

    fn at(&self) -> Result<DateTime<Utc>, Refusal> {
        if self.occurred_at.trim().is_empty() {
            known(&self.zone, Zone::parse)?;
            known(&self.which, typed_time::which)?;
            return Err(Refusal::invalid("occurred_at", Why::Empty));
        }
        typed_time::read(&self.occurred_at, &self.zone, &self.which, "occurred_at")
    }
}

/// A field that may be empty.
fn known<T>(text: &str, read: impl FnOnce(&str) -> Result<T, Refusal>) -> Result<Option<T>, Refusal> {
    let text = text.trim();
    (!text.is_empty()).then(|| read(text)).transpose()
}

fn moment(text: &str) -> Result<DateTime<Utc>, Refusal> {
    let moment = DateTime::parse_from_rfc3339(text).map(|at| at.to_utc());
    moment.map_err(|_| Refusal::invalid("written_at", Why::NotATime))
}

/// Which field stays as somebody else set it.
fn kept(text: &str) -> Result<&'static str, Refusal> {
    let field = [STATUS, SEVERITY].into_iter().find(|field| *field == text);
    field.ok_or_else(|| Refusal::invalid("keep", Why::NotKnown))
}

fn minutes(text: &str) -> Result<u32, Refusal> {
    let minutes = text.parse().ok().filter(|minutes| NEXT.contains(minutes));
    minutes.ok_or_else(|| Refusal::invalid("next_update_in", Why::NotKnown))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(status: &str, next_update_in: &str) -> Told {
        Told {
            status: status.into(),
            severity: String::new(),
            next_update_in: next_update_in.into(),
            seen_status: "investigating".into(),
            seen_severity: String::new(),
            keep: String::new(),
        }
    }

    fn at(occurred_at: &str) -> Happened {
        Happened {
            occurred_at: occurred_at.into(),
            which: String::new(),
            zone: "America/Los_Angeles".into(),
            written_at: String::new(),
        }
    }

    fn asked(what: &str, told: &Told, happened: &Happened) -> Result<(Command, Seen), Refusal> {
        read("Late hooks are sent again.", what, told, happened, "2026-11-01T12:00:00Z".parse().unwrap())
    }

    #[test]
    fn what_is_chosen_decides_and_what_is_out_of_sight_does_not_count() {
        let (told, happened) = (told("monitoring", "30"), at("2026-10-31T09:00"));
        let (note, seen) = asked("", &told, &happened).unwrap();
        assert!(matches!(note, Command::Note { .. }) && seen == Seen::default());
        let (update, seen) = asked(UPDATE, &told, &happened).unwrap();
        let Command::Update { status, next_update_due_at, .. } = update else { panic!("{update:?}") };
        assert_eq!((status, seen.status), (Some(Status::Monitoring), Some(Status::Investigating)));
        assert_eq!(next_update_due_at, Some("2026-11-01T12:30:00Z".parse().unwrap()));
        let (earlier, _) = asked(EARLIER, &told, &happened).unwrap();
        let Command::Recount { occurred_at, .. } = earlier else { panic!("{earlier:?}") };
        assert_eq!(occurred_at, "2026-10-31T16:00:00Z".parse::<DateTime<Utc>>().unwrap());
    }

    #[test]
    fn a_status_that_was_left_alone_is_not_set_back() {
        let (update, _) = asked(UPDATE, &told("investigating", ""), &at("")).unwrap();
        assert!(matches!(update, Command::Update { status: None, .. }));
    }

    #[test]
    fn what_somebody_else_set_is_kept_when_the_sender_says_so() {
        let id = "01900000-0000-7000-8000-000000000001";
        let both = |keep: &str| Told { severity: id.into(), keep: keep.into(), ..told("monitoring", "") };
        let changes = |keep: &str| match asked(UPDATE, &both(keep), &at("")).unwrap().0 {
            Command::Update { status, severity, .. } => (status.is_some(), severity.is_some()),
            other => panic!("{other:?}"),
        };
        assert_eq!([changes(""), changes(STATUS), changes(SEVERITY)], [(true, true), (false, true), (true, false)]);
    }

    #[test]
    fn with_its_over_no_next_update_is_promised() {
        let (update, _) = asked(UPDATE, &told("recovered", "30"), &at("")).unwrap();
        assert!(matches!(update, Command::Update { next_update_due_at: None, .. }));
    }

    #[test]
    fn a_note_that_had_to_wait_stands_where_it_was_written() {
        let late = |written_at: &str| Happened { written_at: written_at.into(), ..at("") };
        for (written_at, occurred) in [
            ("", None),
            ("2026-11-01T11:59:30.000Z", None),
            ("2026-11-02T12:00:00.000Z", None),
            ("2026-11-01T10:04:05.250Z", Some("2026-11-01T10:04:05.250Z".parse::<DateTime<Utc>>().unwrap())),
        ] {
            let (command, _) = asked(NOTE, &told("", ""), &late(written_at)).unwrap();
            let told = match command {
                Command::Recount { occurred_at, .. } => Some(occurred_at),
                _ => None,
            };
            assert_eq!(told, occurred, "{written_at}");
        }
    }

    #[test]
    fn an_update_that_had_to_wait_says_when_it_was_written() {
        let told_of = |written_at: &str, body: &str| {
            let late = Happened { written_at: written_at.into(), ..at("") };
            let read = read(body, UPDATE, &told("", ""), &late, "2026-11-01T12:00:00Z".parse().unwrap());
            match read.unwrap().0 {
                Command::Update { body, .. } => body.to_string(),
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(told_of("2026-11-01T11:59:30Z", "Webhooks are late."), "Webhooks are late.");
        assert_eq!(
            told_of("2026-11-01T10:04:05Z", "Webhooks are late."),
            "Webhooks are late.\n\nWritten at 02:04 (Los Angeles, PST), when there was no network."
        );
        let days_later = told_of("2026-10-30T10:04:05Z", "Late.");
        assert!(days_later.contains("Written at Fri 30 Oct 2026, 03:04 (Los Angeles, PDT)"), "{days_later}");
        let long = "x".repeat(MarkdownText::MOST as usize);
        assert_eq!(told_of("2026-11-01T10:04:05Z", &long), long, "a text that leaves no room is told as it is");
        let empty = Happened { written_at: "2026-11-01T10:04:05Z".into(), ..at("") };
        assert_eq!(asked_empty(&empty).unwrap_err().field(), Some("body"));
    }

    fn asked_empty(happened: &Happened) -> Result<(Command, Seen), Refusal> {
        read(" ", UPDATE, &told("", ""), happened, "2026-11-01T12:00:00Z".parse().unwrap())
    }

    #[test]
    fn a_doubtful_time_is_asked_about_only_where_it_counts() {
        let twice = at("2026-11-01T01:30");
        assert_eq!(asked(EARLIER, &told("", ""), &twice), Err(Refusal::invalid("occurred_at", Why::Twice)));
        assert!(asked(NOTE, &told("", ""), &twice).is_ok());
        assert_eq!(asked(EARLIER, &told("", ""), &at("")), Err(Refusal::invalid("occurred_at", Why::Empty)));
    }

    #[test]
    fn what_no_form_sends_is_refused() {
        for (what, told, happened, field) in [
            ("shout", told("", ""), at(""), "what"),
            (NOTE, told("gone", ""), at(""), "status"),
            (NOTE, told("", "31"), at(""), "next_update_in"),
            (NOTE, Told { keep: "all".into(), ..told("", "") }, at(""), "keep"),
            (NOTE, told("", ""), at("yesterday"), "occurred_at"),
            (NOTE, told("", ""), Happened { zone: "Mars".into(), ..at("") }, "zone"),
            (NOTE, told("", ""), Happened { which: "both".into(), ..at("") }, "which"),
            (NOTE, told("", ""), Happened { written_at: "noon".into(), ..at("") }, "written_at"),
        ] {
            assert_eq!(asked(what, &told, &happened).unwrap_err().field(), Some(field));
        }
        assert_eq!(read(" ", NOTE, &told("", ""), &at(""), Utc::now()).unwrap_err().field(), Some("body"));
    }
}
