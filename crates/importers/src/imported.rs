use chrono::{DateTime, TimeDelta, Utc};
use domain::incidents::Status;
use domain::key_times::{KeyTimeKind, Precision};
use domain::text::{ComponentName, MarkdownText, SeverityName, Summary, Title, Url};
use domain::zones::Zone;

/// One incident as another tool kept it, in our words. It is history: whoever stores
/// it announces nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// A stable id, the same at every import: `statuspage:<page id>:<incident id>` or
    /// `cstate:<host>:<file name>`. What is stored under it already is left alone.
    pub source_ref: String,
    /// The incident on the page that it comes from.
    pub link: Option<Url>,
    /// What it was called.
    pub title: Title,
    /// What was written about it without a time, in Markdown.
    pub summary: Summary,
    /// The severity that the mapping gives for `impact`.
    pub severity_name: SeverityName,
    /// The impact in the words of the source; may be empty.
    pub impact: String,
    /// Closed when the source says that it is over.
    pub status: Status,
    /// When that status was entered, as far as anybody knows: the recovery, else the last update.
    pub status_since: DateTime<Utc>,
    /// When it became known to others; what the list is ordered by.
    pub reported_at: DateTime<Utc>,
    /// What is known of its moments, at most one of a kind. What the source does not
    /// say is not here.
    pub key_times: Vec<ImportedTime>,
    /// What people were told, oldest first.
    pub updates: Vec<ImportedUpdate>,
    /// The names of what was affected, without repetition.
    pub components: Vec<ComponentName>,
    /// The zone of the page, else UTC.
    pub zone: Zone,
}

/// A key time and where it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedTime {
    /// Which moment.
    pub kind: KeyTimeKind,
    /// When it was.
    pub at: DateTime<Utc>,
    /// How exactly the source says it.
    pub precision: Precision,
    /// True when the source says only something near to it, as the time of its first
    /// word for the time when the failure started.
    pub assumed: bool,
    /// Which words of the source it was read from.
    pub read_from: ReadFrom,
}

/// Where in the source a time stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadFrom {
    /// A field of the record, by its name in the format.
    Field(&'static str),
    /// The update that first had the status.
    Update,
    /// A time in the text of the updates; the fields hold the time of a later import.
    Text,
}

/// One message to everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedUpdate {
    /// When it was shown to have been said, which need not be when it was typed.
    pub at: DateTime<Utc>,
    /// The status that it brought, when it named one of ours.
    pub status: Option<Status>,
    /// What it said, in Markdown; nothing when it only changed the status.
    pub body: Option<MarkdownText>,
    /// When it was changed after it was published.
    pub edited_at: Option<DateTime<Utc>>,
}

impl Imported {
    /// The key time of this kind, when the source has it.
    #[must_use]
    pub fn key_time(&self, kind: KeyTimeKind) -> Option<&ImportedTime> {
        self.key_times.iter().find(|time| time.kind == kind)
    }

    /// From the start of the failure to the recovery; nothing when an edge is missing.
    #[must_use]
    pub fn duration(&self) -> Option<TimeDelta> {
        let started = self.key_time(KeyTimeKind::FailureStarted)?;
        let recovered = self.key_time(KeyTimeKind::Recovered)?;
        Some(recovered.at - started.at)
    }
}
