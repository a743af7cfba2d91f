//! Reads rendered HTML the way a suspicious reader would: every element and every
//! attribute must be on a list that is kept here, apart from the sanitiser's own.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used)]

/// The elements of a rendered text, in order, as (name, attributes); closing tags start with `/`.
pub fn elements(html: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut found = Vec::new();
    let mut rest = html;
    while let Some(open) = rest.find('<') {
        let close = tag_end(&rest[open..]).unwrap_or_else(|| panic!("a tag is left open: {}", &rest[open..]));
        let inside = &rest[open + 1..open + close];
        let name: String = inside.chars().take_while(|c| !c.is_whitespace()).collect();
        found.push((name.clone(), attributes(&inside[name.len()..])));
        rest = &rest[open + close + 1..];
    }
    found
}

/// Panics with the reason when anything in the HTML is not on the list.
pub fn must_be_harmless(html: &str) {
    const NAMES: &str =
        " a blockquote br code del em h1 h2 h3 h4 h5 h6 hr img input li ol p pre strong table tbody td th thead tr ul ";
    for (name, attributes) in elements(html) {
        let name = name.trim_start_matches('/');
        assert!(NAMES.contains(&format!(" {name} ")), "element <{name}> in {html}");
        for (attribute, value) in attributes {
            let fine = match (name, attribute.as_str()) {
                ("a", "href") => {
                    ["https://", "http://", "mailto:", "#"].iter().any(|start| value.starts_with(start))
                        || (value.starts_with('/')
                            && !value[1..].starts_with(['/', '\\'])
                            && !value.contains(['\t', '\n', '\r']))
                }
                ("a", "rel") => value.contains("noopener"),
                ("a" | "img", "title") | ("img", "alt") => true,
                ("img", "src") => value.starts_with("/files/") && !value.contains(".."),
                ("img", "loading") => value == "lazy",
                ("input", "type") => value == "checkbox",
                ("input", "disabled" | "checked") => value.is_empty(),
                ("ol", "start") => value.bytes().all(|byte| byte.is_ascii_digit()),
                ("td" | "th", "align") => matches!(value.as_str(), "left" | "center" | "right"),
                _ => false,
            };
            assert!(fine, "attribute {attribute}={value:?} of <{name}> in {html}");
        }
    }
}

/// How deep elements stand inside each other.
pub fn depth(html: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for (name, _) in elements(html) {
        if name.starts_with('/') {
            depth -= 1;
        } else if !matches!(name.as_str(), "br" | "hr" | "img" | "input") {
            depth += 1;
            deepest = deepest.max(depth);
        }
    }
    deepest
}

fn tag_end(html: &str) -> Option<usize> {
    let mut quoted = false;
    html.bytes().position(|byte| {
        quoted ^= byte == b'"';
        byte == b'>' && !quoted
    })
}

fn attributes(mut rest: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    while let Some((name, after)) = rest.split_once("=\"") {
        let (value, after) = after.split_once('"').expect("a value is left open");
        found.push((name.trim().to_owned(), value.to_owned()));
        rest = after;
    }
    assert!(rest.trim().is_empty(), "an attribute without a value: {rest}");
    found
}
