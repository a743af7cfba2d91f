//! Incidents to choose from, when one is merged into another or related to it.

use domain::Viewer;

use super::{IncidentLink, reference};
use crate::pool::Held;
use crate::{Store, StoreError};

/// So many are offered; any other is named by its reference.
const MOST: i64 = 30;

impl Store {
    /// The latest public incidents, what is happening now before what is over. Private ones
    /// are offered to nobody, because the page that offers them is the same for all; who
    /// may read one names it.
    pub async fn recent(&self, _viewer: &Viewer) -> Result<Vec<IncidentLink>, StoreError> {
        let mut connection = Held::of(&self.reads).await?;
        let rows = sqlx::query!(
            r#"
            select i.id as "id!", i.series as "series!", i.number as "number!", i.title as "title!" from (
                (select id, series, number, title, reported_at, true as is_open from incidents
                 where status in ('triage', 'investigating', 'identified', 'monitoring')
                   and visibility = 'public' and kind = 'real'
                 order by reported_at desc limit $1)
                union all
                (select id, series, number, title, reported_at, false from incidents
                 where status not in ('triage', 'investigating', 'identified', 'monitoring')
                   and visibility = 'public' and kind = 'real'
                 order by reported_at desc, id desc limit $1)
            ) i order by i.is_open desc, i.reported_at desc, i.id desc limit $1
            "#,
            MOST
        )
        .fetch_all(&mut *connection)
        .await;
        connection.done();
        rows?
            .into_iter()
            .map(|row| {
                Ok(IncidentLink { id: row.id.into(), reference: reference(&row.series, row.number)?, title: row.title })
            })
            .collect()
    }
}
