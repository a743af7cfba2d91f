//! Incidents, to read: the list and the homepage.

mod counts;
mod declaring;
mod filter;
mod homepage;
mod homepage_rows;
mod item_kind;
mod list;
mod list_readers;
mod live;
mod log;
mod next_steps;
mod private;
mod provenance;
mod recent;
mod row;
mod similar;
mod timeline;

pub use counts::MonthCount;
pub use declaring::Declaring;
pub use filter::{ListFilter, StatusFilter};
pub use homepage::{
    ActionItemShown, AttachedLink, ComponentShown, EvidenceShown, HandOffShown, Homepage, IncidentLink, LastTime,
    LinkShown, Participant, SeverityShown, TaskShown, Undone,
};
pub use list::{ComponentChoice, Facets, ListPage, PAGE};
pub use live::{ChangedItem, LiveHomepage, Readers};
pub use log::{ActivityEntry, ActivityPage, Change, Field};
pub use next_steps::NextSteps;
pub use private::PrivateIncident;
pub use provenance::{Provenance, Revision};
pub use row::{ListRow, SeverityName};
pub use similar::Similar;
pub(crate) use similar::{AlikeCache, cache as alike_cache};
pub use timeline::{ITEMS, Item, ItemCursor, ItemKind, Only, TimelineFilter, TimelinePage, Told};

pub use crate::page::Cursor;

use domain::{IncidentId, Reference, Refusal, Series, Viewer};
use sqlx::PgConnection;

use crate::pool::Held;
use crate::{Store, StoreError};

/// Who may read an incident `i`, the viewer being the first parameter. The same
/// words stand in every checked query over incidents.
pub(crate) const READABLE: &str = "(i.visibility = 'public' or is_inside(i.id, i.reporter_id, i.lead_id, $1))";

impl Store {
    /// The incident that people call by this reference; nothing when there is
    /// none or the viewer may not read it.
    pub async fn find(&self, viewer: &Viewer, reference: Reference) -> Result<Option<IncidentId>, StoreError> {
        let mut connection = Held::of(&self.reads).await?;
        let found = sqlx::query_scalar!(
            r#"
            select i.id from incidents i
            where i.series = $2 and i.number = $3
              and (i.visibility = 'public' or is_inside(i.id, i.reporter_id, i.lead_id, $1))
            "#,
            viewer.person.uuid(),
            reference.series.as_str(),
            number(reference)
        )
        .fetch_optional(&mut *connection)
        .await;
        connection.done();
        Ok(found?.map(Into::into))
    }
}

/// Whether the viewer may read the incident.
pub(crate) async fn readable(
    connection: &mut PgConnection,
    viewer: &Viewer,
    incident: IncidentId,
) -> Result<bool, StoreError> {
    let found = sqlx::query_scalar!(
        r#"
        select true as "is!" from incidents i
        where i.id = $2 and (i.visibility = 'public' or is_inside(i.id, i.reporter_id, i.lead_id, $1))
        "#,
        viewer.person.uuid(),
        incident.uuid()
    )
    .fetch_optional(connection)
    .await?;
    Ok(found.is_some())
}

/// As the schema has it.
pub(crate) fn number(reference: Reference) -> i32 {
    i32::try_from(reference.number).unwrap_or(i32::MAX)
}

pub(crate) fn reference(series: &str, number: i32) -> Result<Reference, Refusal> {
    Ok(Reference { series: Series::parse(series)?, number: u32::try_from(number).unwrap_or_default() })
}
