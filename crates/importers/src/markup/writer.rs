//! Markdown written element by element.

use scraper::node::Element;

use super::escape::escape;

/// A part of a text, from one written time to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    /// The time in bold that it starts with, as it was written.
    pub(crate) time: Option<String>,
    /// Its words, without that time.
    pub(crate) markdown: String,
}

/// Writes one piece after the other. Breaks and list marks wait until words follow them.
#[derive(Default)]
pub(super) struct Writer {
    done: Vec<Piece>,
    time: Option<String>,
    out: String,
    /// Line ends to write before the next words: none, one, or two for a paragraph.
    breaks: usize,
    space: bool,
    bullet: bool,
    /// Where the words of the open bold, slanted and linked texts begin.
    open: Vec<Opened>,
    /// How deep the open list stands in others; numbered ones are written like the rest.
    lists: usize,
}

struct Opened {
    mark: Mark,
    at: usize,
}

enum Mark {
    Bold,
    Slanted,
    Link(String),
}

/// Marks that stand deeper inside each other are not written.
const MARKS: usize = 4;

impl Writer {
    pub(super) fn begin_piece(&mut self, time: &str) {
        self.end_piece();
        self.time = Some(time.to_owned());
    }

    fn end_piece(&mut self) {
        while let Some(opened) = self.open.pop() {
            self.write_mark(opened);
        }
        let markdown = std::mem::take(&mut self.out);
        // What stands between a time and its words: "– ", ": ".
        let markdown = match self.time {
            Some(_) => without_dash(&markdown),
            None => markdown.trim(),
        };
        if self.time.is_some() || !markdown.is_empty() {
            self.done.push(Piece { time: self.time.take(), markdown: markdown.to_owned() });
        }
        (self.breaks, self.space, self.bullet) = (0, false, false);
    }

    pub(super) fn finish(mut self) -> Vec<Piece> {
        self.end_piece();
        self.done
    }

    pub(super) fn open(&mut self, element: &Element) {
        match element.name() {
            "br" => self.breaks = (self.breaks + 1).min(2),
            "li" => {
                self.breaks = self.breaks.max(1);
                self.bullet = true;
            }
            "ul" | "ol" => {
                self.lists += 1;
                self.breaks = self.breaks.max(if self.lists == 1 { 2 } else { 1 });
            }
            name if is_block(name) => self.breaks = self.breaks.max(2),
            "strong" | "b" => self.mark(Mark::Bold),
            "em" | "i" => self.mark(Mark::Slanted),
            "a" => match element.attr("href").map(str::trim).filter(|href| is_web(href)) {
                Some(href) => self.mark(Mark::Link(href.to_owned())),
                None => self.mark(Mark::Link(String::new())),
            },
            _ => {}
        }
    }

    pub(super) fn close(&mut self, element: &Element) {
        match element.name() {
            "ul" | "ol" => {
                self.lists = self.lists.saturating_sub(1);
                self.breaks = self.breaks.max(if self.lists == 0 { 2 } else { 1 });
            }
            "li" => self.breaks = self.breaks.max(1),
            "td" | "th" => self.space = true,
            name if is_block(name) => self.breaks = self.breaks.max(2),
            "strong" | "b" | "em" | "i" | "a" => {
                if let Some(opened) = self.open.pop() {
                    self.write_mark(opened);
                }
            }
            _ => {}
        }
    }

    fn mark(&mut self, mark: Mark) {
        self.open.push(Opened { mark, at: self.out.len() });
    }

    /// Puts the marks around the words that were written since, leaving spaces outside.
    fn write_mark(&mut self, Opened { mark, at }: Opened) {
        let written = self.out.split_off(at.min(self.out.len()));
        let words = written.trim();
        let lead = &written[..written.len() - written.trim_start().len()];
        self.out.push_str(lead);
        if words.is_empty() || words.contains('\n') || words.starts_with("- ") || self.open.len() >= MARKS {
            self.out.push_str(words);
            return;
        }
        match mark {
            Mark::Bold => self.out.push_str(&format!("**{words}**")),
            Mark::Slanted => self.out.push_str(&format!("*{words}*")),
            Mark::Link(href) if href.is_empty() || words.contains("](") => self.out.push_str(words),
            Mark::Link(href) if unescaped(words) == href => self.out.push_str(&format!("<{href}>")),
            Mark::Link(href) => self.out.push_str(&format!("[{words}](<{href}>)")),
        }
    }

    pub(super) fn text(&mut self, text: &str) {
        for (n, line) in text.split('\n').enumerate() {
            if n > 0 {
                self.breaks = (self.breaks + 1).min(2);
            }
            self.line(line);
        }
    }

    fn line(&mut self, line: &str) {
        let words = line.split_whitespace().collect::<Vec<_>>().join(" ");
        if words.is_empty() {
            self.space |= !line.is_empty();
            return;
        }
        if self.out.is_empty() {
            self.breaks = 0;
        }
        let starts_line = self.breaks > 0 || self.out.is_empty();
        for _ in 0..std::mem::take(&mut self.breaks) {
            self.out.push('\n');
        }
        if std::mem::take(&mut self.bullet) {
            self.out.push_str(&"  ".repeat(self.lists.clamp(1, 4) - 1));
            self.out.push_str("- ");
        } else if !starts_line && (self.space || line.starts_with(char::is_whitespace)) {
            self.out.push(' ');
        }
        let escaped = escape(&words);
        // In the middle of a line nothing opens a heading or a list.
        let opens = !starts_line
            && escaped.strip_prefix('\\').is_some_and(|rest| rest.starts_with(['#', '>', '-', '+', '=', ':']));
        self.out.push_str(if opens { &escaped[1..] } else { &escaped });
        self.space = line.ends_with(char::is_whitespace);
    }
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "blockquote"
            | "pre"
            | "table"
            | "tr"
            | "hr"
            | "section"
    )
}

fn is_web(href: &str) -> bool {
    let lower = href.to_ascii_lowercase();
    let scheme = ["https://", "http://", "mailto:"].iter().any(|scheme| lower.starts_with(scheme));
    scheme && !href.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '\\'))
}

fn unescaped(words: &str) -> String {
    words.replace('\\', "")
}

fn without_dash(markdown: &str) -> &str {
    let words = markdown.trim();
    let rest = words.trim_start_matches('\\').trim_start_matches(['-', '–', '—', ':']);
    if rest.len() < words.len() && (rest.is_empty() || rest.starts_with(' ')) { rest.trim() } else { words }
}
