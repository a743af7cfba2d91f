//! What can be chosen in an incident's forms: people, severities, components, tags.

use domain::{TagId, Viewer};
use serde::Deserialize;
use sqlx::types::Json;

use crate::components::Tag;
use crate::incidents::{ComponentChoice, SeverityName};
use crate::people::PersonName;
use crate::pool::Held;
use crate::{Store, StoreError};

/// What can be chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// Everybody who can sign in, by name.
    pub people: Vec<PersonName>,
    /// Every severity that can be taken, the worst first.
    pub severities: Vec<SeverityName>,
    /// Every component that can fail, by name.
    pub components: Vec<ComponentChoice>,
    /// Every tag of a public incident, by name. One that only stands on private ones is
    /// offered to nobody: what is offered is the same for everybody.
    pub tags: Vec<Tag>,
}

#[derive(Debug, Deserialize)]
struct TagRow {
    id: TagId,
    name: String,
}

impl Store {
    /// What can be chosen. One statement.
    pub async fn choices(&self, _viewer: &Viewer) -> Result<Choices, StoreError> {
        let mut connection = Held::of(&self.reads).await?;
        let row = sqlx::query!(
            r#"
            select
                (select json_agg(json_build_object('id', id, 'name', name, 'picture_url', picture_url) order by lower(name), id)
                 from people where deactivated_at is null) as "people: Json<Vec<PersonName>>",
                (select json_agg(json_build_object('id', id, 'name', name, 'rank', rank, 'archived', false) order by rank, name)
                 from severities where archived_at is null) as "severities: Json<Vec<SeverityName>>",
                (select json_agg(json_build_object('id', id, 'name', name, 'archived', false) order by lower(name), id)
                 from components where archived_at is null) as "components: Json<Vec<ComponentChoice>>",
                (select json_agg(json_build_object('id', t.id, 'name', t.name) order by lower(t.name))
                 from tags t where exists (
                    select 1 from incident_tags it join incidents i on i.id = it.incident_id
                    where it.tag_id = t.id and i.visibility = 'public')) as "tags: Json<Vec<TagRow>>"
            "#
        )
        .fetch_one(&mut *connection)
        .await;
        connection.done();
        let row = row?;
        let tags = row.tags.map(|json| json.0).unwrap_or_default();
        Ok(Choices {
            people: row.people.map(|json| json.0).unwrap_or_default(),
            severities: row.severities.map(|json| json.0).unwrap_or_default(),
            components: row.components.map(|json| json.0).unwrap_or_default(),
            tags: tags.into_iter().map(|TagRow { id, name }| Tag { id, name }).collect(),
        })
    }
}
