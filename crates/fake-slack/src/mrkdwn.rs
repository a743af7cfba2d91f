//! Slack's text format and its blocks as HTML, as far as our own messages use
//! them, so that a person sees roughly what Slack would show.

use serde_json::Value;

use crate::Workspace;
use crate::page::escape;
use crate::workspace::BOT_USER;

/// A message's words as HTML.
pub(crate) fn text(workspace: &Workspace, words: &str) -> String {
    let mut html = String::new();
    let mut rest = words;
    while let Some(start) = rest.find('<') {
        let (before, tagged) = rest.split_at(start);
        html.push_str(&styled(before));
        let Some(end) = tagged.find('>') else {
            rest = tagged;
            break;
        };
        html.push_str(&tag(workspace, &tagged[1..end]));
        rest = &tagged[end + 1..];
    }
    html.push_str(&styled(rest));
    html
}

/// A message's blocks as HTML; what we do not know is shown by its kind.
pub(crate) fn blocks(workspace: &Workspace, blocks: &[Value]) -> String {
    blocks.iter().map(|block| one_block(workspace, block)).collect()
}

fn one_block(workspace: &Workspace, block: &Value) -> String {
    let shown = |part: &Value| {
        let words = part["text"].as_str().unwrap_or_default();
        if part["type"] == "mrkdwn" { text(workspace, words) } else { plain(words) }
    };
    let each = |list: &Value, class: &str| -> String {
        let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
        list.iter().map(|part| format!("<span class=\"{class}\">{}</span>", shown(part))).collect()
    };
    match block["type"].as_str().unwrap_or_default() {
        "header" => format!("<p class=\"block-header\">{}</p>", shown(&block["text"])),
        "section" => {
            let fields = each(&block["fields"], "block-field");
            let fields = if fields.is_empty() { fields } else { format!("<p class=\"block-fields\">{fields}</p>") };
            let words = shown(&block["text"]);
            if words.is_empty() { fields } else { format!("<p>{words}</p>{fields}") }
        }
        "context" => format!("<p class=\"block-context\">{}</p>", each(&block["elements"], "block-part")),
        "divider" => "<hr>".to_owned(),
        "actions" => {
            let list = block["elements"].as_array().map(Vec::as_slice).unwrap_or_default();
            let buttons: String = list
                .iter()
                .map(|element| format!("<span class=\"block-button\">{}</span>", shown(&element["text"])))
                .collect();
            format!("<p class=\"block-actions\">{buttons}</p>")
        }
        kind => format!("<p class=\"block-context\">[{}]</p>", escape(kind)),
    }
}

/// What stands between `<` and `>`: a mention, a channel, a date or a link.
fn tag(workspace: &Workspace, inside: &str) -> String {
    let (what, label) = inside.split_once('|').unwrap_or((inside, ""));
    if let Some(id) = what.strip_prefix('@') {
        return format!("<span class=\"mention\">@{}</span>", escape(name(workspace, id)));
    }
    if let Some(id) = what.strip_prefix('#') {
        let known = workspace.channels.iter().find(|channel| channel.id == id);
        let name = known.map_or(if label.is_empty() { id } else { label }, |channel| &channel.name);
        return format!("<span class=\"mention\">#{}</span>", escape(name));
    }
    if let Some(special) = what.strip_prefix('!') {
        // A date shows its fall-back words, since each reader has another zone.
        let shown = if label.is_empty() { format!("@{special}") } else { label.to_owned() };
        return format!("<span class=\"mention\">{}</span>", plain(&shown));
    }
    let label = if label.is_empty() { what } else { label };
    if what.starts_with("https://") || what.starts_with("http://") || what.starts_with("mailto:") {
        format!("<a href=\"{}\" rel=\"noreferrer\">{}</a>", escape(&unescape(what)), plain(label))
    } else {
        plain(label)
    }
}

/// Somebody's name, the application's own included.
pub(crate) fn name<'a>(workspace: &'a Workspace, id: &'a str) -> &'a str {
    if id == BOT_USER {
        return "Sensible";
    }
    workspace.person(id).map_or(id, |person| person.name.as_str())
}

/// Words without a tag: `*bold*`, `_italic_`, `~struck~`, `` `code` ``, lines.
fn styled(words: &str) -> String {
    const MARKS: [(char, &str); 4] = [('`', "code"), ('*', "b"), ('_', "i"), ('~', "s")];
    let mut html = String::new();
    let mut rest = words;
    let mut before = ' ';
    while let Some(c) = rest.chars().next() {
        let after_mark = &rest[c.len_utf8()..];
        let mark = MARKS.iter().find(|(mark, _)| *mark == c && !before.is_alphanumeric());
        let closed = mark.and_then(|(mark, element)| Some((element, span(after_mark, *mark)?)));
        if let Some((element, inside)) = closed {
            let content = if *element == "code" { plain(inside) } else { styled(inside) };
            html.push_str(&format!("<{element}>{content}</{element}>"));
            rest = &after_mark[inside.len() + 1..];
            before = c;
        } else {
            let end = rest.char_indices().skip(1).find(|(_, c)| MARKS.iter().any(|(mark, _)| mark == c));
            let (piece, later) = rest.split_at(end.map_or(rest.len(), |(at, _)| at));
            html.push_str(&plain(piece));
            before = piece.chars().next_back().unwrap_or(before);
            rest = later;
        }
    }
    html
}

/// The words up to the closing mark, on the same line and not empty.
fn span(words: &str, mark: char) -> Option<&str> {
    let inside = &words[..words.find(mark)?];
    let next = words[inside.len() + mark.len_utf8()..].chars().next();
    let fits = !inside.is_empty()
        && !inside.contains('\n')
        && !inside.starts_with(' ')
        && !inside.ends_with(' ')
        && next.is_none_or(|c| !c.is_alphanumeric());
    fits.then_some(inside)
}

fn plain(words: &str) -> String {
    escape(&unescape(words)).replace('\n', "<br>")
}

fn unescape(words: &str) -> String {
    words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(words: &str) -> String {
        text(&Workspace::paperkite(), words)
    }

    #[test]
    fn words_are_styled_and_harmless() {
        assert_eq!(shown("*Sev2* is _bad_, `a &lt; b`"), "<b>Sev2</b> is <i>bad</i>, <code>a &lt; b</code>");
        assert_eq!(shown("2 * 3 * 4 and snake_case_name"), "2 * 3 * 4 and snake_case_name");
        assert_eq!(shown("one\ntwo &amp;lt;"), "one<br>two &amp;lt;");
        assert_eq!(shown("&lt;script&gt; <script> <"), "&lt;script&gt; script &lt;");
        assert_eq!(shown("キューが *長い*"), "キューが <b>長い</b>");
    }

    #[test]
    fn tags_become_mentions_and_links() {
        assert_eq!(shown("<@U0CURLEW>"), "<span class=\"mention\">@Curlew</span>");
        assert_eq!(shown("<#C0INCIDENTS|old-name>"), "<span class=\"mention\">#incidents</span>");
        assert_eq!(shown("<!channel>"), "<span class=\"mention\">@channel</span>");
        assert_eq!(
            shown("<https://a.example/?x=1&amp;y=2|INC-6>"),
            "<a href=\"https://a.example/?x=1&amp;y=2\" rel=\"noreferrer\">INC-6</a>"
        );
        assert_eq!(shown("<javascript:alert(1)|click>"), "click");
    }
}
