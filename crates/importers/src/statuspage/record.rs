//! The fields of the format, as they are written.

use domain::zones::Zone;
use serde::Deserialize;
use serde_json::Value;

/// An incident. Every field may be missing or null.
#[derive(Debug, Deserialize)]
pub(super) struct Record {
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) status: Option<String>,
    /// Words, in old exports a number.
    pub(super) impact: Option<Value>,
    pub(super) impact_override: Option<Value>,
    pub(super) created_at: Option<String>,
    pub(super) started_at: Option<String>,
    pub(super) monitoring_at: Option<String>,
    pub(super) resolved_at: Option<String>,
    pub(super) scheduled_for: Option<String>,
    pub(super) shortlink: Option<String>,
    pub(super) page_id: Option<String>,
    #[serde(default)]
    pub(super) incident_updates: Option<Vec<Value>>,
    #[serde(default)]
    pub(super) components: Option<Vec<Value>>,
}

/// An update of an incident.
#[derive(Debug, Deserialize)]
pub(super) struct UpdateRecord {
    pub(super) status: Option<String>,
    pub(super) body: Option<String>,
    pub(super) created_at: Option<String>,
    pub(super) updated_at: Option<String>,
    pub(super) display_at: Option<String>,
    #[serde(default)]
    pub(super) affected_components: Option<Vec<Value>>,
}

/// The page that an incident was on.
#[derive(Debug, Clone)]
pub(super) struct Page {
    pub(super) id: Option<String>,
    pub(super) url: Option<String>,
    pub(super) zone: Option<Zone>,
}

impl Record {
    pub(super) fn read(value: Value) -> Result<Self, String> {
        let looks_like_one = ["id", "name", "incident_updates"].iter().filter(|key| value.get(key).is_some()).count();
        if looks_like_one < 2 {
            return Err("it is neither an incident nor a page with incidents".to_owned());
        }
        serde_json::from_value(value).map_err(|error| format!("a field has another type than in the format: {error}"))
    }

    /// The impact in words; what a person set stands before what was computed.
    pub(super) fn impact(&self) -> String {
        [&self.impact_override, &self.impact]
            .into_iter()
            .flatten()
            .find_map(|value| match value {
                Value::String(words) if !words.trim().is_empty() => Some(words.trim().to_owned()),
                Value::Number(number) => Some(number.to_string()),
                _ => None,
            })
            .unwrap_or_default()
    }
}

impl Page {
    pub(super) fn read(value: &Value) -> Option<Self> {
        let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
        value.as_object()?;
        Some(Self {
            id: text("id"),
            url: text("url"),
            zone: text("time_zone").and_then(|zone| Zone::parse(&zone).ok()),
        })
    }
}
