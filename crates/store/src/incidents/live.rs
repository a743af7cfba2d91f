//! An incident as the live pages need it: read once for everybody who looks.

use std::collections::HashSet;

use domain::incidents::Visibility;
use domain::{IncidentId, PersonId, System, TimelineItemId, Viewer};
use sqlx::PgConnection;
use uuid::Uuid;

use super::homepage::{Homepage, IncidentLink};
use super::timeline::{self, TimelineFilter};
use super::{number, reference};
use crate::pool::Held;
use crate::{Store, StoreError};

/// At most so many changed items are told one by one; after more than that a page is read anew.
const MOST_CHANGED: i64 = 400;
/// So many of the newest items hold every new one of them.
const NEWEST: u16 = 500;
/// So often it is read as somebody else, when whoever it was read as is outside by now.
const TRIES: u8 = 3;

/// Who may read an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Readers {
    /// Anybody who is signed in.
    Everybody,
    /// Whoever is inside.
    Inside(HashSet<PersonId>),
}

impl Readers {
    /// Whether this person is one of them.
    pub fn include(&self, person: PersonId) -> bool {
        match self {
            Self::Everybody => true,
            Self::Inside(people) => people.contains(&person),
        }
    }

    fn nobody() -> Self {
        Self::Inside(HashSet::new())
    }

    /// As whom it is read: a private incident as somebody inside, a public one as somebody
    /// who is inside of nothing, so that no private incident is named beside it.
    fn one(&self) -> Option<PersonId> {
        match self {
            Self::Everybody => Some(PersonId::from_uuid(Uuid::nil())),
            Self::Inside(people) => people.iter().next().copied(),
        }
    }
}

/// An incident, who may read it, and what changed in its timeline.
#[derive(Clone, Debug)]
pub struct LiveHomepage {
    /// Who may read it at this moment.
    pub readers: Readers,
    /// The homepage as everybody may see it: it names no private incident but itself.
    pub homepage: Homepage,
    /// The timeline items that were written, changed or hidden since, in that order.
    pub changed: Vec<ChangedItem>,
    /// There are more of them than were read.
    pub more_changed: bool,
}

/// A timeline item that changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChangedItem {
    /// Which.
    pub id: TimelineItemId,
    /// The incident's seq with which it changed.
    pub seq: i64,
    /// It is hidden now.
    pub is_hidden: bool,
}

impl Store {
    /// The homepage for everybody who looks at it, with the items that changed after
    /// `since`; nothing for an incident that is not there, or that nobody may read. Not
    /// told who asks: whoever passes it on asks [`Readers::include`] for each person.
    pub async fn homepage_for_live(
        &self,
        _system: System,
        incident: IncidentId,
        since: Option<i64>,
    ) -> Result<Option<LiveHomepage>, StoreError> {
        // Whoever it is read as may lose it between two statements; then it is read as
        // somebody else, and is gone for nobody who is still inside.
        for _ in 0..TRIES {
            let mut connection = Held::of(&self.reads).await?;
            let head = head(&mut connection, incident).await;
            connection.done();
            let Some((series, number, readers)) = head? else { return Ok(None) };
            let Some(person) = readers.one() else { return Ok(None) };
            let viewer = Viewer { person, is_admin: false };
            if let Some(homepage) = self.homepage(&viewer, reference(&series, number)?).await? {
                return self.with_changes(homepage, &viewer, readers, since).await.map(Some);
            }
        }
        Ok(None)
    }

    /// Adds what changed. `readers` are those of before the homepage was read.
    async fn with_changes(
        &self,
        mut homepage: Homepage,
        viewer: &Viewer,
        readers: Readers,
        since: Option<i64>,
    ) -> Result<LiveHomepage, StoreError> {
        let incident = homepage.id;
        let mut connection = Held::of(&self.reads).await?;
        let rest = async {
            let mut changes = Vec::new();
            if let Some(since) = since {
                // What was written after the homepage was read is told the next time as well.
                changes = changed(&mut connection, incident, since).await?;
                let is_at_hand = |item: &ChangedItem| homepage.timeline.iter().any(|shown| shown.id == item.id);
                if !changes.iter().all(|item| item.is_hidden || is_at_hand(item)) {
                    // More happened than fits on the first page, or something old changed.
                    let filter = TimelineFilter { most: NEWEST, ..TimelineFilter::default() };
                    homepage.timeline = timeline::page(&mut connection, viewer, incident, &filter).await?.items;
                }
            }
            // After every read: it was read as one person, and is passed on to all of them.
            if readers != Readers::Everybody {
                name_no_private(&mut connection, &mut homepage).await?;
            }
            // Whoever was taken out meanwhile does not get what was written since.
            let readers = head(&mut connection, incident).await?.map_or_else(Readers::nobody, |(_, _, now)| now);
            Ok::<_, StoreError>((changes, readers))
        }
        .await;
        connection.done();
        let (mut changed, readers) = rest?;
        let more_changed = i64::try_from(changed.len()).unwrap_or(i64::MAX) > MOST_CHANGED;
        changed.truncate(usize::try_from(MOST_CHANGED).unwrap_or(usize::MAX));
        Ok(LiveHomepage { readers, homepage, changed, more_changed })
    }

    /// Who may read an incident; nobody when there is none.
    pub async fn readers(&self, _system: System, incident: IncidentId) -> Result<Readers, StoreError> {
        let mut connection = Held::of(&self.reads).await?;
        let head = head(&mut connection, incident).await;
        connection.done();
        Ok(head?.map_or_else(Readers::nobody, |(_, _, readers)| readers))
    }
}

/// What people call it, and who may read it: one statement.
async fn head(
    connection: &mut PgConnection,
    incident: IncidentId,
) -> Result<Option<(String, i32, Readers)>, StoreError> {
    let row = sqlx::query!(
        r#"
        select i.series, i.number, i.visibility, i.reporter_id, i.lead_id,
               array(select v.person_id from invitations v where v.incident_id = i.id) as "invited!"
        from incidents i where i.id = $1
        "#,
        incident.uuid()
    )
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let readers = match Visibility::parse(&row.visibility)? {
        Visibility::Public => Readers::Everybody,
        Visibility::Private => {
            let inside = row.invited.into_iter().chain(row.reporter_id).chain(row.lead_id);
            Readers::Inside(inside.map(PersonId::from_uuid).collect())
        }
    };
    Ok(Some((row.series, row.number, readers)))
}

/// The items that changed after `since`. Their seq is set by the database with each change.
async fn changed(
    connection: &mut PgConnection,
    incident: IncidentId,
    since: i64,
) -> Result<Vec<ChangedItem>, StoreError> {
    let rows = sqlx::query!(
        r#"
        select id, seq, hidden_at is not null as "is_hidden!" from timeline_items
        where incident_id = $1 and seq > $2 order by seq, id limit $3
        "#,
        incident.uuid(),
        since,
        MOST_CHANGED + 1
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| ChangedItem { id: row.id.into(), seq: row.seq, is_hidden: row.is_hidden }).collect())
}

/// Takes out every other incident that is private: not everybody inside this one is
/// inside that one.
async fn name_no_private(connection: &mut PgConnection, homepage: &mut Homepage) -> Result<(), StoreError> {
    let named: Vec<_> = homepage
        .merged_into
        .iter()
        .chain(&homepage.merged_here)
        .chain(&homepage.related)
        .chain(homepage.components.iter().filter_map(|component| Some(&component.last.as_ref()?.incident)))
        .chain(homepage.timeline.iter().filter_map(|item| item.other.as_ref()))
        .map(|link| link.reference)
        .collect();
    let series: Vec<String> = named.iter().map(|reference| reference.series.as_str().to_owned()).collect();
    let numbers: Vec<i32> = named.iter().map(|reference| number(*reference)).collect();
    let rows = sqlx::query!(
        r#"
        select i.series, i.number from incidents i
        join unnest($1::text[], $2::int[]) n (series, number) on n.series = i.series and n.number = i.number
        where i.visibility = 'public'
        "#,
        &series,
        &numbers
    )
    .fetch_all(connection)
    .await?;
    let public: Vec<_> = rows.into_iter().map(|row| reference(&row.series, row.number)).collect::<Result<_, _>>()?;
    let is_public = |link: &IncidentLink| public.contains(&link.reference);
    homepage.merged_into = homepage.merged_into.take().filter(is_public);
    homepage.merged_here.retain(is_public);
    homepage.related.retain(is_public);
    homepage.timeline.retain(|item| item.other.as_ref().is_none_or(is_public));
    for component in &mut homepage.components {
        component.last = component.last.take().filter(|last| is_public(&last.incident));
    }
    Ok(())
}
