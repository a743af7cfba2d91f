//! What stands between the first two lines of `---` (YAML) or `+++` (TOML).

use std::collections::{BTreeMap, HashSet};

use domain::text::ComponentName;

use crate::fitting;

/// The fields of a file. Their names are read in any case, as Hugo does.
#[derive(Debug, Default)]
pub(super) struct FrontMatter {
    fields: BTreeMap<String, Value>,
}

#[derive(Debug)]
enum Value {
    One(String),
    Many(Vec<String>),
}

/// The fields and the text after them.
pub(super) fn split(text: &str) -> Result<(FrontMatter, &str), String> {
    let mut lines = text.split_inclusive('\n');
    let fence = lines.next().unwrap_or_default();
    let mark = fence.trim_end();
    let mut end = fence.len();
    for line in lines {
        if line.trim_end() == mark {
            let matter = &text[fence.len()..end];
            let fields = match mark {
                "---" => from_yaml(matter)?,
                "+++" => from_toml(matter)?,
                _ => break,
            };
            return Ok((FrontMatter { fields }, &text[end + line.len()..]));
        }
        end += line.len();
    }
    Err("its front matter has no end".to_owned())
}

impl FrontMatter {
    /// A field's words; empty when it is missing.
    pub(super) fn text(&self, field: &str) -> String {
        match self.fields.get(field) {
            Some(Value::One(text)) => text.trim().to_owned(),
            Some(Value::Many(texts)) => texts.join(", "),
            None => String::new(),
        }
    }

    /// `true`, `True`, `yes`, `on`, `1`; everything else is a no.
    pub(super) fn says_yes(&self, field: &str) -> bool {
        matches!(self.text(field).to_lowercase().as_str(), "true" | "yes" | "y" | "on" | "1")
    }

    /// What was affected: `affected`, in old files `affectedsystems`; may be one name alone.
    pub(super) fn components(&self) -> Vec<ComponentName> {
        let named = ["affected", "affectedsystems"].into_iter().filter_map(|field| self.fields.get(field));
        let names = named.flat_map(|value| match value {
            Value::One(name) => std::slice::from_ref(name),
            Value::Many(names) => names.as_slice(),
        });
        let mut met = HashSet::new();
        names
            .filter_map(|name| fitting::component(name))
            .filter(|name| met.insert(name.as_str().to_lowercase()))
            .collect()
    }
}

fn from_yaml(matter: &str) -> Result<BTreeMap<String, Value>, String> {
    use serde_yaml_ng::Value as Yaml;
    fn one(value: &Yaml) -> Option<String> {
        match value {
            Yaml::String(text) => Some(text.clone()),
            Yaml::Bool(answer) => Some(answer.to_string()),
            Yaml::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }
    let yaml: Yaml =
        serde_yaml_ng::from_str(matter).map_err(|error| format!("its front matter is not YAML: {error}"))?;
    let Yaml::Mapping(mapping) = yaml else {
        return Err("its front matter has no fields".to_owned());
    };
    let fields = mapping.iter().filter_map(|(key, value)| {
        let value = match value {
            Yaml::Sequence(values) => Value::Many(values.iter().filter_map(one).collect()),
            value => Value::One(one(value)?),
        };
        Some((one(key)?.to_lowercase(), value))
    });
    Ok(fields.collect())
}

fn from_toml(matter: &str) -> Result<BTreeMap<String, Value>, String> {
    fn one(value: &toml::Value) -> Option<String> {
        match value {
            toml::Value::String(text) => Some(text.clone()),
            toml::Value::Array(_) | toml::Value::Table(_) => None,
            value => Some(value.to_string()),
        }
    }
    let table: toml::Table =
        toml::from_str(matter).map_err(|error| format!("its front matter is not TOML: {}", error.message()))?;
    let fields = table.iter().filter_map(|(key, value)| {
        let value = match value {
            toml::Value::Array(values) => Value::Many(values.iter().filter_map(one).collect()),
            value => Value::One(one(value)?),
        };
        Some((key.to_lowercase(), value))
    });
    Ok(fields.collect())
}
