//! Which parameters there are: those of functions from the access table's samples, those
//! of pages from the sources that read them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::values::Value;

/// A parameter with a good value, both as they stand in a form.
#[derive(Clone, Debug)]
pub struct Parameter {
    pub name: String,
    pub value: String,
}

/// Parameters that take any text: names, sentences, and addresses to go back to, which
/// are read for what they are worth. Every other one refuses what it does not mean.
const LOOSE: [&str; 23] = [
    "summary",
    "cause_text",
    "reason",
    "tag",
    "body",
    "name",
    "company_name",
    "definition",
    "example",
    "description",
    "label",
    "back",
    "here",
    "query",
    "q",
    "title",
    // Words as they stood there. Whoever wants those that stand there now has them.
    "seen_title",
    "seen_summary",
    "seen_cause_text",
    "note",
    "signal",
    "text",
    // A name, as people write it: “#incidents”.
    "announcements_channel",
];

impl Parameter {
    /// The last name in it: `label` of `links[0][label]`.
    fn own_name(&self) -> &str {
        self.name
            .rsplit('[')
            .map(|part| part.trim_end_matches(']'))
            .find(|part| part.parse::<u32>().is_err())
            .unwrap_or(&self.name)
    }

    pub fn is(&self, name: &str) -> bool {
        self.own_name() == name
    }

    pub fn is_loose(&self) -> bool {
        LOOSE.contains(&self.own_name())
    }

    pub fn is_person(&self) -> bool {
        ["<person>", "<admin>", "<left>"].contains(&self.value.as_str())
    }

    /// Whether it is an id that the form itself makes: any new one is as good.
    pub fn is_fresh(&self) -> bool {
        self.value.starts_with("01900000-0000-7000-8000-")
            && ["id", "request", "task", "action", "hand_off", "link"].contains(&self.name.as_str())
    }

    /// Whether it says what somebody saw: it is compared, and names nothing.
    pub fn is_seen(&self) -> bool {
        self.name.starts_with("seen_")
    }

    /// Whether it carries a query of its own.
    pub fn is_query(&self) -> bool {
        self.value.contains("%3D")
    }
}

/// The parameters of a sample of the table.
pub fn of_sample(sample: &str) -> Vec<Parameter> {
    sample
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap();
            Parameter { name: name.into(), value: value.into() }
        })
        .collect()
}

/// The form with one parameter replaced.
pub fn form(sample: &[Parameter], at: usize, value: &Value) -> String {
    let pair = |(here, parameter): (usize, &Parameter)| {
        if here == at {
            format!("{}{}", parameter.name, value.assigned())
        } else {
            format!("{}={}", parameter.name, parameter.value)
        }
    };
    sample.iter().enumerate().map(pair).collect::<Vec<_>>().join("&")
}

/// A value of a filter, written once more for the parameter that carries the query.
pub fn nested(key: &str, value: &Value) -> Value {
    let inner = format!("{key}{}", value.assigned());
    Value::new(value.name, url::form_urlencoded::byte_serialize(inner.as_bytes()).collect::<String>())
}

/// The parameters of every server function, by its address, as its signature declares them.
pub fn of_functions() -> BTreeMap<String, BTreeSet<String>> {
    let mut functions = BTreeMap::new();
    for text in sources() {
        for declared in text.split("#[server(endpoint = \"").skip(1) {
            let (endpoint, rest) = declared.split_once('"').unwrap();
            let (_, rest) = rest.split_once("fn ").unwrap();
            let (head, _) = rest.split_once("-> Result").unwrap();
            let (_, arguments) = head.split_once('(').unwrap();
            let arguments = arguments.trim_end().trim_end_matches(')').replace("#[server(default)]", "");
            let names = arguments
                .split(',')
                .filter_map(|argument| argument.split_once(':'))
                .map(|(name, _)| name.trim().to_owned())
                .collect();
            functions.insert(format!("/api/{endpoint}"), names);
        }
    }
    functions
}

/// The query parameters that some page reads.
pub fn of_pages() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for text in sources() {
        let text = text.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
        for reader in ["get_str(\"", "query.get(\"", "params.get(\""] {
            names.extend(
                text.split(reader).skip(1).filter_map(|rest| rest.split_once('"')).map(|(name, _)| name.to_owned()),
            );
        }
        names.extend(filters(&text));
    }
    names
}

/// Whether it is one of the list's own filters.
pub fn is_filter(name: &str) -> bool {
    sources().iter().any(|text| filters(text).iter().any(|filter| filter == name))
}

/// The arms of the list's reader: `"status" => &mut read.status`.
fn filters(text: &str) -> Vec<String> {
    let Some((_, arms)) = text.split_once("let field = match &*key {") else { return Vec::new() };
    let (arms, _) = arms.split_once("_ =>").unwrap();
    arms.split("\" =>").filter_map(|before| before.rsplit_once('"')).map(|(_, name)| name.to_owned()).collect()
}

/// The app's sources, from its root along each `mod`.
fn sources() -> Vec<String> {
    fn look(file: &Path, folder: &Path, found: &mut Vec<String>) {
        let text = std::fs::read_to_string(file).unwrap();
        for line in text.lines() {
            let Some(name) = line
                .trim_start_matches("pub(crate) ")
                .trim_start_matches("pub ")
                .strip_prefix("mod ")
                .and_then(|rest| rest.strip_suffix(';'))
            else {
                continue;
            };
            let inside = folder.join(name);
            let file = Some(inside.join("mod.rs"))
                .filter(|file| file.is_file())
                .unwrap_or_else(|| folder.join(format!("{name}.rs")));
            look(&file, &inside, found);
        }
        found.push(text);
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../app/src");
    let mut found = Vec::new();
    look(&root.join("lib.rs"), &root, &mut found);
    found
}
