//! What each kind of item says. Codes come in, sentences go out; the words of people are
//! shown beside them as they are.

use chrono::{DateTime, TimeDelta, Utc};
use domain::incidents::{Cause, HandOffStatus, Kind, Role, Source, Status, Visibility};
use domain::key_times::KeyTimeKind;
use domain::zones::Zone;
use domain::{IncidentId, SeverityId};
use serde_json::Value;
use store::incidents::{Homepage, IncidentLink, Item, ItemKind, SeverityName};

use crate::paths;
use crate::ui::Mark;

/// Who did what.
pub struct Said {
    pub who: String,
    pub did: String,
    pub to: Option<Mark>,
    pub link: Option<(String, String)>,
}

/// What the words of a timeline need to know of its incident.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// Which.
    pub incident: IncidentId,
    /// What severities are called.
    pub severities: &'a [SeverityName],
    /// Who is told by an update.
    pub visibility: Visibility,
    /// Where it goes on.
    pub merged_into: Option<&'a IncidentLink>,
}

impl<'a> From<&'a Homepage> for Context<'a> {
    fn from(homepage: &'a Homepage) -> Self {
        Self {
            incident: homepage.id,
            severities: &homepage.severities,
            visibility: homepage.visibility,
            merged_into: homepage.merged_into.as_ref(),
        }
    }
}

/// The sentence of an item.
pub fn of(item: &Item, context: &Context<'_>, zone: &Zone) -> Said {
    let who = who(item);
    let said = |did: &str| Said { who: who.clone(), did: did.to_owned(), to: None, link: None };
    let has_words = !item.body.trim().is_empty();
    let colon = |did: &str| if has_words { format!("{did}:") } else { format!("{did}.") };
    match item.kind {
        ItemKind::Note | ItemKind::Pin | ItemKind::Alert => said(""),
        ItemKind::Update if context.visibility == Visibility::Private => said("told everybody inside:"),
        ItemKind::Update => said("told everybody:"),
        ItemKind::Declared => said(&colon("declared it")),
        ItemKind::Status => status(item, said(""), has_words),
        ItemKind::Severity => match severity(&item.data, "to", context) {
            Some(mark) => Said { to: Some(mark), ..said("set the severity to") },
            None => said("changed the severity."),
        },
        ItemKind::Lead => role(item, said("")),
        ItemKind::Summary if text(&item.data, "field") == "title" => said("gave it a new title:"),
        ItemKind::Summary => said("wrote the summary:"),
        ItemKind::Cause => said(&colon(match Cause::parse(text(&item.data, "to")) {
            Ok(Cause::Confirmed) => "confirmed the cause",
            Ok(Cause::Suspected) => "suspects a cause",
            Ok(Cause::AcceptedUnknown) => "accepted that the cause stays unknown",
            Ok(Cause::Unknown) if text(&item.data, "from") == Cause::Unknown.as_str() => {
                "wrote what is known of the cause"
            }
            Ok(Cause::Unknown) | Err(_) => "set the cause back to unknown",
        })),
        ItemKind::KeyTime => said(&key_time(item, zone)),
        ItemKind::Link => {
            let label = if has_words { item.body.clone() } else { text(&item.data, "url").to_owned() };
            match web_address(text(&item.data, "url")) {
                Some(url) => Said { link: Some((label, url)), ..said("added") },
                None => said(&format!("added {label}")),
            }
        }
        ItemKind::Merged => match item.other.as_ref().or(context.merged_into) {
            Some(into) => Said {
                link: Some((into.reference.to_string(), paths::incident(into.reference))),
                ..said("merged it into")
            },
            None => said("merged it into another incident."),
        },
        ItemKind::Reopened => said(&colon("re-opened it")),
        ItemKind::Task | ItemKind::ActionItem => said(&work(item)),
        ItemKind::HandOff => said(&hand_off(item)),
        ItemKind::Component => said(&component(item)),
        ItemKind::Related => related(item, said("")),
        ItemKind::Visibility => said(match Visibility::parse(text(&item.data, "to")) {
            Ok(Visibility::Private) => "made it private.",
            _ => "made it public.",
        }),
        ItemKind::People if is(item, "removed") => said(&format!("took {} out.", subject(item))),
        ItemKind::People if item.subject.is_some() && item.subject == item.author => said("let themselves in."),
        ItemKind::People => said(&format!("invited {}.", subject(item))),
    }
}

/// Whom an item is about.
fn subject(item: &Item) -> &str {
    item.subject.as_ref().map_or("somebody", |person| person.name.as_str())
}

fn is(item: &Item, key: &str) -> bool {
    item.data.get(key).and_then(Value::as_bool).unwrap_or(false)
}

fn work(item: &Item) -> String {
    let what = if item.kind == ItemKind::Task { "a task" } else { "an action item" };
    match (&item.subject, is(item, "done")) {
        (_, true) => format!("finished {what}:"),
        (Some(person), false) => format!("added {what} for {}:", person.name),
        (None, false) => format!("added {what}:"),
    }
}

fn component(item: &Item) -> String {
    let name = item.component.as_deref().unwrap_or("a component");
    if is(item, "removed") {
        format!("took {name} away: it had nothing to do with it.")
    } else {
        format!("added {name}.")
    }
}

fn related(item: &Item, said: Said) -> Said {
    let link = item.other.as_ref().map(|other| (other.reference.to_string(), paths::incident(other.reference)));
    let did = match (&link, is(item, "removed")) {
        (Some(_), false) => "related it to",
        (None, false) => "related it to another incident.",
        (Some(_), true) => "said that it has nothing to do with",
        (None, true) => "said that another incident has nothing to do with it.",
    };
    Said { did: did.into(), link, ..said }
}

fn hand_off(item: &Item) -> String {
    let to = subject(item);
    match HandOffStatus::parse(text(&item.data, "how")) {
        Ok(HandOffStatus::Declined) => "cannot take the lead now.".into(),
        Ok(HandOffStatus::Expired) => format!("had no answer of {to}, so the lead stays where it was."),
        Ok(HandOffStatus::Withdrawn) => format!("took back the offer of the lead to {to}."),
        Ok(HandOffStatus::Offered | HandOffStatus::Accepted) | Err(_) => format!("offered the lead to {to}:"),
    }
}

fn who(item: &Item) -> String {
    match (&item.author, &item.author_label) {
        (Some(author), _) => author.name.clone(),
        (None, Some(label)) => label.clone(),
        (None, None) => match (item.kind, item.source) {
            (ItemKind::Alert, _) => "Alert".into(),
            // Other tools seldom say who; that it is imported stands above the title.
            (_, Source::Import) => "Somebody".into(),
            (_, Source::Demo) => "A demo colleague".into(),
            _ => "Sensible".into(),
        },
    }
}

fn status(item: &Item, said: Said, has_words: bool) -> Said {
    let end = if has_words { ":" } else { "." };
    let did = |words: &str| format!("{words}{end}");
    match Status::parse(text(&item.data, "to")) {
        Ok(Status::Recovered) => Said { did: did("said it’s over"), ..said },
        Ok(Status::Closed) => Said { did: did("closed it"), ..said },
        Ok(Status::Declined) => Said { did: did("declined it"), ..said },
        Ok(Status::Cancelled) => Said { did: did("cancelled it"), ..said },
        Ok(to) => Said { did: "set the status to".into(), to: Some(Mark::status(to)), ..said },
        Err(_) => Said { did: did("changed the status"), ..said },
    }
}

fn role(item: &Item, said: Said) -> Said {
    let role = Role::parse(text(&item.data, "role")).unwrap_or(Role::Lead);
    let what = match role {
        Role::Lead => "the lead",
        Role::Operations => "operations",
        Role::Communications => "communications",
    };
    let ended = is(item, "ended");
    let subject = item.subject.as_ref();
    let is_self = subject.map(|person| person.id) == item.author.as_ref().map(|person| person.id);
    let did = match (subject, ended) {
        (Some(_), false) if is(item, "handed_over") => format!("took {what} over."),
        (Some(_), false) if is_self => format!("took {what}."),
        (Some(person), false) => format!("gave {what} to {}.", person.name),
        (Some(_), true) if is_self => format!("gave up {what}."),
        (Some(person), true) => format!("took {what} from {}.", person.name),
        (None, _) => format!("changed who has {what}."),
    };
    Said { did, ..said }
}

fn key_time(item: &Item, zone: &Zone) -> String {
    let kind = KeyTimeKind::parse(text(&item.data, "kind"));
    let at: Option<DateTime<Utc>> = text(&item.data, "at").parse().ok();
    let assumed = is(item, "assumed");
    match (kind, at) {
        (Ok(kind), Some(at)) => {
            let verb = if assumed { "assumed" } else { "wrote down" };
            format!("{verb}: {} at {}.", kind.word().to_lowercase(), beside(at, item.occurred_at, zone))
        }
        _ => "corrected a key time.".into(),
    }
}

/// The small sentences below an item.
pub fn notes(item: &Item, context: &Context<'_>, zone: &Zone) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(told) = &item.told {
        if let Some(Ok(status)) = told.status.as_deref().map(Status::parse) {
            notes.push(format!("Status: {status}."));
        }
        if let Some(severity) = told.severity.and_then(|id| severity_name(id, context)) {
            notes.push(format!("Severity: {severity}."));
        }
        if let Some(due) = told.next_update_due_at {
            notes.push(format!("Next update promised for {}.", beside(due, item.occurred_at, zone)));
        }
    }
    if item.kind == ItemKind::Pin {
        notes.push("Pinned.".into());
    }
    if item.source == Source::Slack {
        notes.push("From Slack.".into());
    }
    // History that was imported was all written down later; that goes without saying.
    let told_later = item.recorded_at - item.occurred_at > TimeDelta::minutes(2);
    if told_later && item.source != Source::Import {
        notes.push(format!("Written down at {}.", beside(item.recorded_at, item.occurred_at, zone)));
    }
    if let Some(hidden_at) = item.hidden_at {
        notes.push(format!("Hidden at {}.", beside(hidden_at, item.occurred_at, zone)));
    }
    if let Some(edited_at) = item.edited_at {
        notes.push(format!("Edited at {}.", beside(edited_at, item.occurred_at, zone)));
    }
    notes
}

/// The time, with its date when that is another than the item's.
fn beside(at: DateTime<Utc>, item_at: DateTime<Utc>, zone: &Zone) -> String {
    if zone.day(at) == zone.day(item_at) { zone.clock(at) } else { zone.date_and_clock(at) }
}

fn severity(data: &Value, key: &str, context: &Context<'_>) -> Option<Mark> {
    let id: SeverityId = text(data, key).parse().ok()?;
    let severity = context.severities.iter().find(|severity| severity.id == id)?;
    Some(Mark::severity(severity.rank, &severity.name, Kind::Real))
}

fn severity_name<'a>(id: SeverityId, context: &Context<'a>) -> Option<&'a str> {
    context.severities.iter().find(|severity| severity.id == id).map(|severity| severity.name.as_str())
}

fn text<'a>(data: &'a Value, key: &str) -> &'a str {
    data.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// An address that leads to the web and nowhere else.
fn web_address(url: &str) -> Option<String> {
    (url.starts_with("https://") || url.starts_with("http://")).then(|| url.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::PersonId;
    use serde_json::json;
    use store::PersonName;

    fn person(n: u128, name: &str) -> PersonName {
        PersonName { id: PersonId::from_uuid(uuid::Uuid::from_u128(n)), name: name.into(), picture_url: None }
    }

    fn item(kind: ItemKind, body: &str, data: Value) -> Item {
        let at: DateTime<Utc> = "2025-11-20T14:38:00Z".parse().unwrap();
        Item {
            id: domain::TimelineItemId::from_uuid(uuid::Uuid::nil()),
            kind,
            occurred_at: at,
            recorded_at: at,
            author: Some(person(1, "Curlew")),
            author_label: None,
            subject: None,
            body: body.into(),
            body_html: String::new(),
            data,
            source: Source::Web,
            edited_at: None,
            hidden_at: None,
            component: None,
            other: None,
            told: None,
        }
    }

    #[test]
    fn taking_and_giving_a_role_are_told_apart() {
        let took = Item { subject: Some(person(1, "Curlew")), ..item(ItemKind::Lead, "", json!({"role": "lead"})) };
        let empty = || Said { who: String::new(), did: String::new(), to: None, link: None };
        assert_eq!(role(&took, empty()).did, "took the lead.");
        let gave = Item { subject: Some(person(2, "Godwit")), ..took };
        assert_eq!(role(&gave, empty()).did, "gave the lead to Godwit.");
        let ended = Item { data: json!({"role": "communications", "ended": true}), ..gave };
        assert_eq!(role(&ended, empty()).did, "took communications from Godwit.");
    }

    #[test]
    fn work_and_hand_offs_say_whose_they_are() {
        let task = Item { subject: Some(person(2, "Godwit")), ..item(ItemKind::Task, "Drain it", json!({})) };
        assert_eq!(work(&task), "added a task for Godwit:");
        assert_eq!(work(&Item { data: json!({"done": true}), ..task.clone() }), "finished a task:");
        let offered = Item { kind: ItemKind::HandOff, ..task };
        assert_eq!(hand_off(&offered), "offered the lead to Godwit:");
        let expired = Item { data: json!({"how": "expired"}), ..offered };
        assert_eq!(hand_off(&expired), "had no answer of Godwit, so the lead stays where it was.");
    }

    #[test]
    fn a_key_time_is_said_in_the_shown_zone() {
        let stated = item(ItemKind::KeyTime, "", json!({"kind": "failure_started", "at": "2025-11-20T14:26:00Z"}));
        let tokyo = Zone::parse("Asia/Tokyo").unwrap();
        assert_eq!(key_time(&stated, &tokyo), "wrote down: failure started at 23:26.");
    }

    #[test]
    fn nobody_of_ours_still_has_a_name() {
        let alert = Item { author: None, ..item(ItemKind::Alert, "", json!({})) };
        assert_eq!(who(&alert), "Alert");
        assert_eq!(who(&Item { author_label: Some("Pager".into()), ..alert }), "Pager");
    }

    #[test]
    fn a_link_leads_to_the_web_only() {
        assert!(web_address("javascript:alert(1)").is_none());
        assert!(web_address("https://logs.example/x").is_some());
    }

    #[test]
    fn a_time_of_another_day_brings_its_date() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        assert_eq!(beside(at("2025-11-20T14:48:00Z"), at("2025-11-20T14:38:00Z"), &Zone::UTC), "14:48");
        assert_eq!(
            beside(at("2025-11-21T08:00:00Z"), at("2025-11-20T14:38:00Z"), &Zone::UTC),
            "Fri 21 Nov 2025, 08:00"
        );
    }
}
