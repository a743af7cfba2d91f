//! The parsed text: measured, settled, and written as HTML.

use std::cell::Cell;
use std::fmt;

use comrak::arena_tree::NodeEdge;
use comrak::nodes::NodeValue;
use comrak::{Arena, Node, Options};

use crate::addresses::is_our_file;
use crate::intake::Taken;
use crate::{Limits, LineBreaks, MarkdownError};

/// The HTML of a text, not yet sanitised.
pub(crate) fn to_html(taken: &Taken, limits: &Limits) -> Result<String, MarkdownError> {
    let arena = Arena::new();
    let options = options(taken, limits);
    let root = parse(&arena, &taken.text, &options, limits)?;
    settle(&arena, root, limits);
    let mut html = Bounded { text: String::with_capacity(taken.text.len() * 2), left: limits.output_bytes };
    comrak::format_html(root, &options, &mut html)
        .map_err(|fmt::Error| MarkdownError::OutputTooLong { limit: limits.output_bytes })?;
    Ok(html.text)
}

/// The words of a text on one line, at most so many characters.
pub(crate) fn to_words(taken: &Taken, limits: &Limits, characters: usize) -> Result<String, MarkdownError> {
    let arena = Arena::new();
    let root = parse(&arena, &taken.text, &options(taken, limits), limits)?;
    let mut words = Words::new(characters);
    for node in root.descendants() {
        let node = node.data();
        match &node.value {
            NodeValue::Text(text) => words.push(text),
            NodeValue::Code(code) => words.push(&code.literal),
            NodeValue::HtmlInline(html) => words.push(html),
            NodeValue::CodeBlock(block) => words.push_apart(&block.literal),
            NodeValue::HtmlBlock(block) => words.push_apart(&block.literal),
            value if value.block() || matches!(value, NodeValue::SoftBreak | NodeValue::LineBreak) => words.push(" "),
            _ => {}
        }
        if words.is_full() {
            break;
        }
    }
    Ok(words.finish())
}

fn options(taken: &Taken, limits: &Limits) -> Options<'static> {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.extension.autolink = taken.bare_links;
    options.extension.tasklist = true;
    options.render.hardbreaks = limits.line_breaks == LineBreaks::Shown;
    options.render.r#unsafe = false;
    options
}

/// Parses within a number of steps (lines, inlines, nodes) that grows with the
/// text, and refuses what is nested too deep before anything walks it again.
fn parse<'a>(
    arena: &'a Arena<'a>,
    text: &str,
    options: &Options<'_>,
    limits: &Limits,
) -> Result<Node<'a>, MarkdownError> {
    // The parser asks once in 256 steps; ordinary text takes less than a step a byte.
    let asked = Cell::new(0_usize);
    let allowed = 64 + (text.len() + limits.cells) / 32;
    let spent = || {
        asked.set(asked.get() + 1);
        asked.get() > allowed
    };
    let root = comrak::try_parse_document(arena, text, options, &spent).map_err(|_| MarkdownError::TooMuchWork)?;
    let mut depth = 0_usize;
    for edge in root.traverse() {
        match edge {
            NodeEdge::Start(node) if nests(&node.data().value) => {
                depth += 1;
                if depth > limits.nesting {
                    return Err(MarkdownError::TooDeep { limit: limits.nesting });
                }
            }
            NodeEdge::End(node) if nests(&node.data().value) => depth -= 1,
            _ => {}
        }
    }
    Ok(root)
}

fn nests(value: &NodeValue) -> bool {
    matches!(
        value,
        NodeValue::BlockQuote
            | NodeValue::Item(_)
            | NodeValue::TaskItem(_)
            | NodeValue::Emph
            | NodeValue::Strong
            | NodeValue::Strikethrough
            | NodeValue::Link(_)
            | NodeValue::Image(_)
    )
}

/// Shifts the headings, shows raw HTML as text and turns images from elsewhere into links.
fn settle<'a>(arena: &'a Arena<'a>, root: Node<'a>, limits: &Limits) {
    let nodes: Vec<Node<'a>> = root.descendants().collect();
    for node in nodes {
        let mut data = node.data_mut();
        match &mut data.value {
            NodeValue::Heading(heading) => {
                heading.level = heading.level.saturating_add(limits.headings_below).clamp(1, 6);
            }
            NodeValue::HtmlInline(html) => {
                let shown = std::mem::take(html);
                data.value = NodeValue::Text(shown.into());
            }
            NodeValue::HtmlBlock(block) => {
                let shown = std::mem::take(&mut block.literal);
                data.value = NodeValue::Paragraph;
                drop(data);
                node.append(arena.alloc(NodeValue::Text(shown.trim_end().to_owned().into()).into()));
            }
            NodeValue::Image(image) if !is_our_file(&image.url) => {
                let link = std::mem::take(image);
                drop(data);
                if node.ancestors().skip(1).any(|above| matches!(above.data().value, NodeValue::Link(_))) {
                    unwrap(node);
                } else {
                    if node.first_child().is_none() {
                        node.append(arena.alloc(NodeValue::Text(link.url.clone().into()).into()));
                    }
                    unlink_inside(node);
                    node.data_mut().value = NodeValue::Link(link);
                }
            }
            _ => {}
        }
    }
}

/// Replaces a node by what is inside it.
fn unwrap(node: Node<'_>) {
    while let Some(child) = node.first_child() {
        node.insert_before(child);
    }
    node.detach();
}

/// A link holds no other link.
fn unlink_inside(node: Node<'_>) {
    let links: Vec<_> =
        node.descendants().skip(1).filter(|inner| matches!(inner.data().value, NodeValue::Link(_))).collect();
    links.into_iter().for_each(unwrap);
}

/// Text that refuses to grow beyond its bound.
struct Bounded {
    text: String,
    left: usize,
}

impl fmt::Write for Bounded {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        self.left = self.left.checked_sub(piece.len()).ok_or(fmt::Error)?;
        self.text.push_str(piece);
        Ok(())
    }
}

/// Words with single spaces between them, up to a number of characters.
struct Words {
    text: String,
    characters: usize,
    allowed: usize,
}

impl Words {
    fn new(allowed: usize) -> Self {
        Self { text: String::new(), characters: 0, allowed }
    }

    fn is_full(&self) -> bool {
        self.characters > self.allowed
    }

    fn push_apart(&mut self, piece: &str) {
        self.push(" ");
        self.push(piece);
        self.push(" ");
    }

    fn push(&mut self, piece: &str) {
        for c in piece.chars() {
            if self.is_full() {
                return;
            }
            if !c.is_whitespace() {
                self.text.push(c);
                self.characters += 1;
            } else if !self.text.is_empty() && !self.text.ends_with(' ') {
                self.text.push(' ');
                self.characters += 1;
            }
        }
    }

    fn finish(mut self) -> String {
        if self.is_full() {
            self.text.pop();
            // Languages without spaces are cut where they are.
            if let Some(space) = self.text.rfind(' ').filter(|&at| at * 2 > self.text.len()) {
                self.text.truncate(space);
            }
            self.text.truncate(self.text.trim_end().len());
            self.text.push('…');
        }
        self.text.truncate(self.text.trim_end().len());
        self.text
    }
}
