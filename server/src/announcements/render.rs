//! Words and blocks for Slack. What people wrote stands in plain text or escaped and taken
//! word by word (`verbatim`), so that a typed `<!channel>` or `@here` calls nobody; the one
//! call to everybody is written here and nowhere else.

use app::notifications::sentence;
use app::paths;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use slack::text::{escape_within, link};
use store::announcements::{LastUpdate, Reply, Says};
use store::notifications::NotificationShown;
use uuid::Uuid;

/// A message, ready to send: what notifications say, and what the channel shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Rendered {
    /// The fall-back.
    pub text: String,
    /// Block Kit. The first block carries the message's mark.
    pub blocks: Vec<Value>,
}

/// What Slack takes in a header, in one field, and in a section.
const HEADER: usize = 150;
const FIELD: usize = 1_000;
const SECTION: usize = 3_000;
/// Far below the 4,000 characters that a changed text may have.
const FALLBACK: usize = 600;

/// The announcement.
pub fn announcement(says: &Says, public_url: &str, mark: &Uuid) -> Rendered {
    let reference = says.reference.to_string();
    let name = format!("{reference} {}", says.title);
    let address = format!("{public_url}{}", paths::incident(&reference));
    let mut blocks = vec![
        json!({ "type": "header", "block_id": mark, "text": plain(&name, HEADER) }),
        json!({ "type": "section", "fields": [
            field("Severity", &says.severity),
            field("Status", says.status.word()),
            field("Lead", says.lead.as_deref().unwrap_or("Nobody yet")),
            field("Reporter", says.reporter.as_deref().unwrap_or("Nobody by name")),
        ] }),
    ];
    if says.calls_everybody {
        blocks.insert(
            1,
            json!({ "type": "section", "text": mrkdwn("<!channel> Everybody who can help, please look.".into()) }),
        );
    }
    if let Some(update) = &says.last_update {
        blocks.push(json!({ "type": "section", "text": plain(&update.words, SECTION) }));
        blocks.push(context(by(update)));
    }
    if let Some(due) = says.next_update_due_at {
        blocks.push(context(format!("Next update {}", moment(due))));
    }
    let mut links = link(&address, &format!("Open {reference}"));
    if let Some(meeting) = &says.meeting_url {
        links.push_str(" · ");
        links.push_str(&link(meeting, "Join the meeting"));
    }
    blocks.push(json!({ "type": "section", "text": mrkdwn(links) }));
    let lead = says.lead.as_deref().map(|lead| format!(" Lead: {lead}.")).unwrap_or_default();
    let text = format!("{name} · {} · {}.{lead}", says.severity, says.status.word());
    Rendered { text: escape_within(&text, FALLBACK), blocks }
}

/// What stands where the announcement of an incident stood that is private now.
pub fn withdrawn() -> Rendered {
    let text = "This incident is private now.".to_owned();
    Rendered { blocks: vec![json!({ "type": "section", "text": plain(&text, SECTION) })], text }
}

/// An update in the thread.
pub fn reply(reply: &Reply, mark: &Uuid) -> Rendered {
    let mut about = by(&reply.update);
    if let Some(status) = reply.status {
        about = format!("{} · {about}", status.word());
    }
    if let Some(due) = reply.next_update_due_at {
        about = format!("{about} · next update {}", moment(due));
    }
    let words = if reply.update.words.is_empty() { "An update." } else { &reply.update.words };
    Rendered {
        text: escape_within(words, FALLBACK),
        blocks: vec![json!({ "type": "section", "block_id": mark, "text": plain(words, SECTION) }), context(about)],
    }
}

/// Everybody is called, because it has become as bad as it can be.
pub fn call(says: &Says, mark: &Uuid) -> Rendered {
    let words = format!("{} is {} now.", says.reference, says.severity);
    let text = escape_within(&words, FALLBACK);
    let block = json!({ "type": "section", "block_id": mark, "text": mrkdwn(format!("<!channel> {text}")) });
    Rendered { text, blocks: vec![block] }
}

/// What somebody owes, to themselves.
pub fn direct(shown: &NotificationShown, public_url: &str, mark: &Uuid) -> Rendered {
    let reference = shown.reference.to_string();
    let words = sentence(shown.told, shown.by.as_deref(), shown.what.as_deref());
    let address = format!("{public_url}{}", paths::incident(&reference));
    let label = match &shown.title {
        Some(title) => format!("{reference} {title}"),
        None => reference,
    };
    let text = escape_within(&words, FALLBACK);
    let block = json!({
        "type": "section", "block_id": mark,
        "text": mrkdwn(format!("{}\n{}", escape_within(&words, FIELD), link(&address, &cut(&label, FIELD)))),
    });
    Rendered { text, blocks: vec![block] }
}

/// Words of our own.
pub fn section(mark: &Uuid, text: &str) -> Value {
    json!({ "type": "section", "block_id": mark, "text": plain(text, SECTION) })
}

fn by(update: &LastUpdate) -> String {
    let author = update.author.as_deref().unwrap_or("Sensible");
    format!("{}, {}", escape_within(author, FIELD), moment(update.at))
}

/// Slack shows it in each reader's own zone.
fn moment(at: DateTime<Utc>) -> String {
    format!("<!date^{}^{{date_short_pretty}} at {{time}}|{}>", at.timestamp(), at.format("%-d %b %Y, %H:%M UTC"))
}

fn field(name: &str, value: &str) -> Value {
    mrkdwn(format!("*{name}*\n{}", escape_within(value, FIELD)))
}

fn context(text: String) -> Value {
    json!({ "type": "context", "elements": [mrkdwn(text)] })
}

/// Slack's format, and nothing made of what only looks like a mention or a link.
fn mrkdwn(text: String) -> Value {
    json!({ "type": "mrkdwn", "text": text, "verbatim": true })
}

/// Text in which nothing means anything.
fn plain(text: &str, most: usize) -> Value {
    json!({ "type": "plain_text", "text": cut(text, most), "emoji": false })
}

fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::incidents::Status;
    use domain::notifications::Told;

    fn says() -> Says {
        Says {
            reference: "INC-6".parse().unwrap(),
            title: "Builds wait".into(),
            severity: "Sev1".into(),
            status: Status::Investigating,
            lead: Some("Curlew".into()),
            reporter: Some("Plover".into()),
            meeting_url: Some("https://meet.example/x?a=1&b=2".into()),
            next_update_due_at: Some("2025-11-20T15:00:00Z".parse().unwrap()),
            last_update: Some(LastUpdate {
                words: "The queue grows.".into(),
                author: Some("Curlew".into()),
                at: "2025-11-20T14:40:00Z".parse().unwrap(),
            }),
            calls_everybody: false,
        }
    }

    /// Everything in which Slack would find a mention.
    fn live(rendered: &Rendered) -> String {
        let mut live = rendered.text.clone();
        let mut walk = rendered.blocks.clone();
        while let Some(value) = walk.pop() {
            match value {
                Value::Object(map) if map.get("type") == Some(&json!("mrkdwn")) => {
                    assert_eq!(map["verbatim"], true, "nothing is guessed");
                    live.push_str(map["text"].as_str().unwrap());
                }
                Value::Object(map) => walk.extend(map.into_iter().map(|(_, value)| value)),
                Value::Array(list) => walk.extend(list),
                _ => {}
            }
        }
        live
    }

    #[test]
    fn an_announcement_says_what_one_needs_to_know() {
        let rendered = announcement(&says(), "https://sensible.example", &Uuid::nil());
        assert_eq!(rendered.text, "INC-6 Builds wait · Sev1 · Investigating. Lead: Curlew.");
        let all = Value::from(rendered.blocks.clone()).to_string();
        for part in [
            "INC-6 Builds wait",
            "Sev1",
            "Investigating",
            "Curlew",
            "Plover",
            "The queue grows.",
            "https://sensible.example/incidents/INC-6",
            "https://meet.example/x?a=1&amp;b=2",
            "Next update",
        ] {
            assert!(all.contains(part), "{part}");
        }
        assert!(!all.contains("<!channel>"));
        let called = announcement(&Says { calls_everybody: true, ..says() }, "https://x.example", &Uuid::nil());
        assert_eq!(live(&called).matches("<!channel>").count(), 1);
    }

    #[test]
    fn what_people_type_calls_nobody_and_fits() {
        let evil = format!("<!channel> <@U0AVOCET> @here &<> {}", "x".repeat(5_000));
        let says = Says {
            title: evil.clone(),
            severity: evil.clone(),
            lead: Some(evil.clone()),
            reporter: Some(evil.clone()),
            last_update: Some(LastUpdate { words: evil.clone(), author: Some(evil.clone()), at: Utc::now() }),
            ..says()
        };
        let rendered = announcement(&says, "https://x.example", &Uuid::nil());
        for mention in ["<!channel>", "<@U0AVOCET>"] {
            assert!(!live(&rendered).contains(mention), "{mention}");
        }
        assert!(rendered.text.chars().count() <= 4_000);
        for block in &rendered.blocks {
            let length = |text: &Value| text["text"].as_str().map_or(0, |text| text.chars().count());
            assert!(length(&block["text"]) <= if block["type"] == "header" { HEADER } else { SECTION });
            for field in block["fields"].as_array().into_iter().flatten() {
                assert!(length(field) <= 2_000);
            }
        }
    }

    #[test]
    fn a_withdrawn_announcement_tells_nothing() {
        let rendered = withdrawn();
        assert_eq!(rendered.text, "This incident is private now.");
        assert!(!Value::from(rendered.blocks).to_string().contains("INC"));
    }

    #[test]
    fn a_direct_message_about_a_private_incident_has_no_words_of_it() {
        let shown = NotificationShown {
            id: domain::NotificationId::from_uuid(Uuid::nil()),
            told: Told::LeadGiven,
            reference: "PRV-2".parse().unwrap(),
            title: None,
            by: None,
            what: None,
            loud: false,
            at: Utc::now(),
            read: false,
        };
        let rendered = direct(&shown, "https://x.example", &Uuid::nil());
        assert!(live(&rendered).contains("<https://x.example/incidents/PRV-2|PRV-2>"));
    }
}
