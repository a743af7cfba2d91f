//! What a declaration starts with, so that nobody is asked for it.

use domain::people::Phase;
use domain::{SeverityId, Viewer};

use crate::pool::Held;
use crate::{Store, StoreError};

/// What somebody who declares need not say, and what may be offered to them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaring {
    /// The severity to start with: the second worst. "Assume the worst" is asked of people
    /// on the homepage, where they can think; the worst wakes everybody, and who fears to
    /// wake everybody does not declare.
    pub severity: SeverityId,
    /// How much of the product is shown.
    pub phase: Phase,
    /// Whether private incidents are switched on.
    pub private_incidents: bool,
    /// Whether the incident will be announced in a channel.
    pub has_channel: bool,
}

impl Store {
    /// What a declaration starts with.
    pub async fn declaring(&self, _viewer: &Viewer) -> Result<Declaring, StoreError> {
        let mut connection = Held::of(&self.reads).await?;
        let row = sqlx::query!(
            r#"
            select (select id from (select id, rank from severities where archived_at is null order by rank limit 2) s
                    order by rank desc limit 1) as "severity!",
                   engineers, has_private_incidents() as "private_incidents!", announcements_channel is not null as "has_channel!"
            from settings
            "#
        )
        .fetch_one(&mut *connection)
        .await;
        connection.done();
        let row = row?;
        Ok(Declaring {
            severity: row.severity.into(),
            phase: Phase::from_engineers(u32::try_from(row.engineers).unwrap_or_default()),
            private_incidents: row.private_incidents,
            has_channel: row.has_channel,
        })
    }
}
