//! The story as it is written in `story.toml`.

use serde::Deserialize;

use super::DemoError;

/// The company and all that happened in it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Story {
    pub company: String,
    pub engineers: i32,
    pub zone: String,
    pub announcements_channel: String,
    pub meeting_url: String,
    /// The Slack workspace that the people belong to.
    pub team: String,
    #[serde(rename = "person")]
    pub people: Vec<Person>,
    #[serde(rename = "component")]
    pub components: Vec<Component>,
    #[serde(rename = "incident")]
    pub incidents: Vec<Incident>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    pub name: String,
    pub zone: String,
    #[serde(default)]
    pub admin: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Component {
    pub name: String,
    pub description: String,
    pub links: Vec<Link>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    pub kind: String,
    pub label: String,
    pub url: String,
}

/// One incident. Minutes are counted from when it was declared.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Incident {
    /// Days before today in Tokyo, with `at`.
    pub days_ago: Option<i64>,
    /// Time of day in Tokyo.
    pub at: Option<String>,
    /// Instead of the two: so many minutes before the story is told.
    pub minutes_ago: Option<i64>,
    /// Instead of `days_ago`: two days before this zone last changed its clocks.
    pub over_clock_change: Option<String>,
    pub title: String,
    #[serde(default)]
    pub kind: Option<String>,
    #[serde(default)]
    pub private: bool,
    #[serde(default)]
    pub invited: Vec<String>,
    pub severity: String,
    pub severity_after: Option<SeverityAfter>,
    #[serde(default)]
    pub components: Vec<String>,
    pub reporter: String,
    pub lead: String,
    pub lead_after: i64,
    pub started: Option<i64>,
    pub detected: Option<i64>,
    pub identified: Option<i64>,
    pub monitoring: Option<i64>,
    pub recovered: Option<i64>,
    pub reopened: Option<i64>,
    pub reopened_because: Option<String>,
    pub recovered_again: Option<i64>,
    pub closed: Option<i64>,
    pub merged_after: Option<i64>,
    /// The title of the other one.
    pub merged_into: Option<String>,
    pub cause: Option<String>,
    pub cause_text: Option<String>,
    pub postmortem_owner: Option<String>,
    pub summary: String,
    pub summary_after: Option<i64>,
    pub moments: Vec<Moment>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeverityAfter {
    pub after: i64,
    pub by: String,
    pub to: String,
}

/// Something that was said or asked for; exactly one of `note`, `update`, `pin`, `link`,
/// `alert`, `task`, `action`, `hand_off`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Moment {
    pub after: i64,
    pub by: Option<String>,
    pub note: Option<String>,
    pub update: Option<String>,
    pub next_update_after: Option<i64>,
    pub pin: Option<String>,
    pub link: Option<String>,
    pub url: Option<String>,
    pub alert: Option<String>,
    /// A task, or with `aim` an action item; `whose` it is.
    pub task: Option<String>,
    pub action: Option<String>,
    pub aim: Option<String>,
    pub whose: Option<String>,
    /// The lead, offered to somebody with a `baton` note, who accepts some minutes later.
    pub hand_off: Option<String>,
    pub baton: Option<String>,
    pub accepted: Option<i64>,
}

impl Story {
    /// Reads the story that comes with the product.
    pub fn read() -> Result<Self, DemoError> {
        toml::from_str(include_str!("story.toml")).map_err(|error| DemoError::Story(error.to_string()))
    }
}
