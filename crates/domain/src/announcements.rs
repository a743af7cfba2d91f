//! What is announced to everybody, and when. Only real, public incidents are; practice and
//! private ones never, and history that is told afterwards neither.

use serde::{Deserialize, Serialize};

use crate::incidents::{Event, IncidentState, Role, Source, Status, Visibility};
use crate::people::Phase;
use crate::practice::is_announced;
use crate::{Refusal, SeverityId, Why};

/// What is to be done in the announcements channel. It says which message, never what it
/// says: that is read when the message is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Post {
    /// The announcement, a new one if none stands.
    Announce,
    /// The announcement, if it stands, made true again.
    Renew,
    /// The update that was just told, in the announcement's thread.
    Reply,
    /// Everybody is called, because it is now as bad as it can be.
    Call,
    /// The announcement is replaced by words that tell nothing, and its thread emptied.
    TakeBack,
}

/// What the rules have to know of the company.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Company {
    /// How much of the product it sees.
    pub phase: Phase,
    /// Its worst severity.
    pub worst: SeverityId,
}

/// What follows from events, in the order in which it is to be done. `before` is nothing
/// for a declaration.
pub fn follows(
    before: Option<&IncidentState>,
    after: &IncidentState,
    events: &[Event],
    source: Source,
    company: &Company,
) -> Vec<Post> {
    if matches!(source, Source::Import | Source::Demo) {
        return Vec::new();
    }
    if !is_announced(after.kind, after.visibility) {
        let was = before.is_some_and(|before| is_announced(before.kind, before.visibility));
        return if was { vec![Post::TakeBack] } else { Vec::new() };
    }
    let mut posts = Vec::new();
    if events.iter().any(begins) && !is_past(after.status) {
        posts.push(Post::Announce);
    } else if events.iter().any(shows) {
        posts.push(Post::Renew);
    }
    if events.iter().any(|event| matches!(event, Event::Updated { .. })) {
        posts.push(Post::Reply);
    }
    let rose = events.iter().any(|event| matches!(event, Event::SeverityChanged { .. }));
    if rose && !posts.contains(&Post::Announce) && calls_everybody(company, after.severity, after.status) {
        posts.push(Post::Call);
    }
    posts
}

/// Whether any of the events can lead to a post at all, so that nothing is read for a note.
pub fn concerns(events: &[Event]) -> bool {
    events.iter().any(|event| begins(event) || shows(event) || matches!(event, Event::VisibilityChanged { .. }))
}

/// Whether an announcement calls everybody (`@channel`): the worst severity, while it goes
/// on, in a company that is told by push.
pub fn calls_everybody(company: &Company, severity: SeverityId, status: Status) -> bool {
    company.phase == Phase::One && severity == company.worst && status.is_open()
}

/// What makes an incident news.
fn begins(event: &Event) -> bool {
    matches!(
        event,
        Event::Declared(_) | Event::Reopened { .. } | Event::VisibilityChanged { to: Visibility::Public, .. }
    )
}

/// What the announcement shows.
fn shows(event: &Event) -> bool {
    match event {
        Event::StatusChanged { .. }
        | Event::Merged { .. }
        | Event::SeverityChanged { .. }
        | Event::Renamed { .. }
        | Event::Updated { .. }
        | Event::NextUpdatePromised { .. }
        | Event::ItemEdited { .. }
        | Event::ItemHidden { .. }
        | Event::ItemRestored { .. } => true,
        Event::RoleGiven { role, .. } | Event::RoleEnded { role, .. } => *role == Role::Lead,
        _ => false,
    }
}

/// An end that is no news any more.
const fn is_past(status: Status) -> bool {
    matches!(status, Status::Closed | Status::Declined | Status::Merged | Status::Cancelled)
}

/// A channel of Slack's, by its name or its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SlackChannel(String);

impl SlackChannel {
    /// The most characters that a name has.
    pub const MOST: u32 = 80;

    /// Reads `incidents`, `#incidents` or an id such as `C0123ABCD`. A name has small
    /// letters, digits, hyphens and underscores, as Slack wants it.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let name = text.trim().trim_start_matches('#');
        let refused = |why| Err(Refusal::invalid("announcements_channel", why));
        if name.is_empty() {
            return refused(Why::Empty);
        }
        if name.chars().count() > Self::MOST as usize {
            return refused(Why::TooLong { most: Self::MOST });
        }
        let is_id = name.len() >= 9
            && name.starts_with(['C', 'G'])
            && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        let in_name =
            |letter: char| (letter.is_alphanumeric() && !letter.is_uppercase()) || matches!(letter, '-' | '_');
        if is_id || name.chars().all(in_name) { Ok(Self(name.to_owned())) } else { refused(Why::NotAChannel) }
    }

    /// As Slack is told it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for SlackChannel {
    type Error = Refusal;
    fn try_from(text: String) -> Result<Self, Refusal> {
        Self::parse(&text)
    }
}

impl From<SlackChannel> for String {
    fn from(channel: SlackChannel) -> Self {
        channel.0
    }
}
