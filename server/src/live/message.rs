//! What goes over the stream: server-sent events whose data is JSON on one line.

use std::collections::BTreeMap;

use app::incidents::LiveItem;
use bytes::Bytes;
use domain::IncidentId;
use serde::Serialize;
use store::Counts;

/// What changed in an incident, for everybody who reads in one zone.
#[derive(Debug, Serialize)]
pub(super) struct Message<'a> {
    pub(super) incident: IncidentId,
    /// What it leads to.
    pub(super) seq: i64,
    /// What it begins from: a page that shows less has missed something.
    pub(super) from: i64,
    /// The zone of its times, an IANA name.
    pub(super) zone: &'a str,
    /// What the tab says.
    pub(super) title: &'a str,
    /// The new inside of each part that differs.
    pub(super) sections: BTreeMap<&'static str, &'a str>,
    /// What happens to the timeline, in order.
    pub(super) items: Vec<Step<'a>>,
    /// More happened than is told: the timeline is to be read anew.
    pub(super) again: bool,
    /// A sentence for those who listen.
    pub(super) says: String,
}

/// What happens to one timeline item.
#[derive(Debug, Serialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub(super) enum Step<'a> {
    /// It is there, and looks like this.
    Put {
        id: &'a str,
        html: &'a str,
        at: &'a str,
        day: &'a str,
        kind: &'a str,
        /// The next older one, which it stands before.
        before: Option<&'a str>,
    },
    /// It is hidden.
    Remove { id: String },
    /// It changed, further down than what is kept at hand.
    Stale { id: String },
}

impl<'a> Step<'a> {
    pub(super) fn put(item: &'a LiveItem, older: Option<&'a LiveItem>) -> Self {
        Self::Put {
            id: &item.anchor,
            html: &item.html,
            at: &item.at,
            day: &item.day,
            kind: &item.loudness,
            before: older.map(|item| item.anchor.as_str()),
        }
    }
}

/// `INC-20: Godwit told everybody.`, or how much happened.
pub(super) fn sentence(title: &str, items: &[&LiveItem], changed: usize) -> String {
    let reference = title.split(' ').next().unwrap_or_default();
    match (items, changed) {
        ([item], _) => format!("{reference}: {}.", item.says),
        ([], 0) => String::new(),
        ([], _) => format!("{reference}: the timeline changed."),
        (items, _) => format!("{reference}: {} new or changed on the timeline.", items.len()),
    }
}

impl Message<'_> {
    /// As it is sent. Numbers and ids stand outside of the JSON, and JSON has no line breaks.
    pub(super) fn frame(&self) -> Bytes {
        let data = serde_json::to_string(self).unwrap_or_default();
        format!("id: {}:{}\nevent: change\ndata: {data}\n\n", self.incident, self.seq).into()
    }
}

/// The stream begins; `retry` is for browsers that come back by themselves.
pub(super) fn hello() -> Bytes {
    Bytes::from_static(b"retry: 1000\nevent: hello\ndata: {}\n\n")
}

/// Somebody may not read the incident, or it is not there: the same words for both.
pub(super) fn gone(incident: IncidentId) -> Bytes {
    format!("event: gone\ndata: {{\"incident\":\"{incident}\"}}\n\n").into()
}

/// The list of incidents changed somehow.
pub(super) fn list() -> Bytes {
    Bytes::from_static(b"event: list\ndata: {}\n\n")
}

/// The person has so many notifications that they have not seen: said when a stream begins,
/// and when something may not have been heard.
pub(super) fn unread(counts: &Counts) -> Bytes {
    counted("unread", counts)
}

/// The person was told something, or has seen it, and has so many left.
pub(super) fn notified(counts: &Counts) -> Bytes {
    counted("notified", counts)
}

/// And what they owe. Two events, each with one number: the browser half reads no JSON for it.
fn counted(kind: &str, counts: &Counts) -> Bytes {
    let Counts { unread, to_do } = counts;
    format!("event: {kind}\ndata: {{\"unread\":{unread}}}\n\nevent: owed\ndata: {{\"to_do\":{to_do}}}\n\n").into()
}

/// The session ended.
pub(super) fn ended() -> Bytes {
    Bytes::from_static(b"event: ended\ndata: {}\n\n")
}

/// The server stops: come back after so many milliseconds.
pub(super) fn bye(milliseconds: u64) -> Bytes {
    format!("retry: {milliseconds}\nevent: bye\ndata: {milliseconds}\n\n").into()
}

/// Nothing happened, and the connection lives. A comment for proxies, and an event because
/// a browser shows its page no comments.
pub(super) fn still_here() -> Bytes {
    Bytes::from_static(b": still here\nevent: here\ndata: {}\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_people_cannot_end_a_line_of_the_stream() {
        let sections = BTreeMap::from([("title", "<h1>a\n\ndata: b\r\u{2028}</h1>")]);
        let message = Message {
            incident: IncidentId::from_uuid(uuid::Uuid::nil()),
            seq: 7,
            from: 6,
            zone: "UTC",
            title: "INC-1 A\nB",
            sections,
            items: vec![Step::Remove { id: "t-1".into() }],
            again: false,
            says: String::new(),
        };
        let frame = String::from_utf8(message.frame().to_vec()).unwrap();
        assert_eq!(frame.lines().count(), 4, "{frame}");
        assert!(frame.starts_with("id: 00000000-0000-0000-0000-000000000000:7\nevent: change\ndata: {"));
        assert!(!frame.contains('\r') && frame.ends_with("}\n\n"));
    }
}
