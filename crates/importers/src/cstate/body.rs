//! The text of a file: its updates, and what stands there without a time.

use domain::incidents::Status;
use domain::zones::Zone;

use crate::{ImportedUpdate, fitting, moments};

/// What a file says below its front matter.
#[derive(Debug, Default)]
pub(super) struct Body {
    /// Oldest first.
    pub(super) updates: Vec<ImportedUpdate>,
    /// Words that no update holds, in Markdown.
    pub(super) rest: String,
}

impl Body {
    /// Cuts the text behind every `{{< track "…" >}}`. What names a time that is none
    /// keeps its words and loses its place: it goes with the rest.
    pub(super) fn read(text: &str, zone: Zone, left_out: &mut Vec<String>) -> Self {
        let text = without_comments(text);
        let mut body = Self::default();
        let mut words_from = 0;
        let mut search_from = 0;
        while let Some(track) = next_track(&text, search_from) {
            search_from = track.end;
            let words = trimmed(&text[words_from..track.start]);
            words_from = track.end;
            match moments::read(track.time, zone) {
                Ok(moment) => body.add(moment.at, words, left_out),
                Err(reason) => {
                    left_out.push(format!("the time “{}” of an update {reason}", fitting::shown(track.time)));
                    body.add_rest(words);
                }
            }
        }
        body.add_rest(trimmed(&text[words_from..]));
        // Newest first in the file; of two at the same time the later in the file was first.
        body.updates.reverse();
        body.updates.sort_by_key(|update| update.at);
        body
    }

    fn add(&mut self, at: chrono::DateTime<chrono::Utc>, words: &str, left_out: &mut Vec<String>) {
        let (text, is_cut) = fitting::body(words);
        if is_cut {
            left_out.push(format!("the end of the update of {}, which is too long", at.to_rfc3339()));
        }
        if text.is_some() {
            self.updates.push(ImportedUpdate { at, status: leading_status(words), body: text, edited_at: None });
        }
    }

    fn add_rest(&mut self, words: &str) {
        if !words.is_empty() {
            let between = if self.rest.is_empty() { "" } else { "\n\n" };
            self.rest.push_str(between);
            self.rest.push_str(words);
        }
    }
}

struct Track<'a> {
    start: usize,
    end: usize,
    time: &'a str,
}

/// `{{< track "2018-04-13 16:50:00" >}}`, also with `%` and without quotes.
fn next_track(text: &str, from: usize) -> Option<Track<'_>> {
    let mut from = from;
    loop {
        let start = from + text[from..].find("{{")?;
        let inside_from = start + 2;
        let inside_to = inside_from + text[inside_from..].find("}}")?;
        let inside = text[inside_from..inside_to].trim_matches(['<', '>', '%']).trim();
        if let Some(time) = inside.strip_prefix("track").filter(|rest| rest.starts_with([' ', '"', '`'])) {
            let time = time.trim().trim_matches(['"', '`', '\'']);
            return Some(Track { start, end: inside_to + 2, time });
        }
        from = inside_from;
    }
}

/// The status that an update names in its first word: `*Investigating* -`, `**Resolved**:`,
/// `[Monitoring]`.
fn leading_status(words: &str) -> Option<Status> {
    if !words.starts_with(['*', '_', '[', '#']) {
        return None;
    }
    let first: String =
        words.trim_start_matches(['*', '_', '[', '#', ' ']).chars().take_while(|c| c.is_alphabetic()).collect();
    match first.to_lowercase().as_str() {
        "investigating" => Some(Status::Investigating),
        "identified" => Some(Status::Identified),
        "monitoring" => Some(Status::Monitoring),
        "resolved" | "recovered" => Some(Status::Recovered),
        _ => None,
    }
}

/// Without `<!-- … -->`, which the page does not show either.
fn without_comments(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("<!--") {
        kept.push_str(before);
        rest = after.split_once("-->").map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
    kept
}

/// Without empty lines and rules (`---`) around.
fn trimmed(words: &str) -> &str {
    let mut words = words.trim();
    loop {
        let less =
            words.strip_prefix("---").or_else(|| words.strip_suffix("---")).map(|less| less.trim_matches('-').trim());
        match less {
            Some(less) => words = less,
            None => return words,
        }
    }
}
