//! Components: what can fail, with the links one wants when it does. And tags.

use domain::text::{ComponentName, Definition, LinkLabel, Url};
use domain::{ComponentId, Refusal, TagId, Viewer, Why};
use serde_json::json;
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use crate::incidents::LinkShown;
use crate::people::found;
use crate::pool::Held;
use crate::settings::may_change_settings;
use crate::{Store, StoreError, write};

/// A component as the settings list it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComponentListed {
    /// Which.
    pub id: ComponentId,
    /// Its name.
    pub name: String,
    /// What it is.
    pub description: String,
    /// Its links, in their order.
    pub links: Vec<LinkShown>,
    /// Whether new incidents cannot be on it any more.
    pub archived: bool,
}

/// What a link of a component leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// Its dashboard.
    Dashboard,
    /// Its logs.
    Logs,
    /// Its runbook.
    Runbook,
    /// Something else.
    Other,
}

impl LinkKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Dashboard, Self::Logs, Self::Runbook, Self::Other];

    /// The stored code.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dashboard => "dashboard",
            Self::Logs => "logs",
            Self::Runbook => "runbook",
            Self::Other => "other",
        }
    }

    /// Reads a code.
    pub fn parse(code: &str) -> Result<Self, Refusal> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == code).ok_or_else(|| Refusal::invalid("kind", Why::NotKnown))
    }
}

/// A link of a component, as it is stored.
#[derive(Clone, Debug)]
pub struct LinkChange {
    /// What it leads to.
    pub kind: LinkKind,
    /// What it says.
    pub label: LinkLabel,
    /// Where it goes.
    pub url: Url,
}

/// A component as it is stored.
#[derive(Clone, Debug)]
pub struct ComponentChange {
    /// Which one changes; none makes a new one.
    pub id: Option<ComponentId>,
    /// Its name.
    pub name: ComponentName,
    /// What it is.
    pub description: Definition,
    /// All its links, in their order; at most twenty.
    pub links: Vec<LinkChange>,
}

/// A tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// Which.
    pub id: TagId,
    /// Its name.
    pub name: String,
}

/// At most so many links on one component.
const MOST_LINKS: usize = 20;

impl Store {
    /// All of them by name, those of the past last.
    pub async fn components(&self, _viewer: &Viewer) -> Result<Vec<ComponentListed>, StoreError> {
        let mut connection = Held::of(&self.reads).await?;
        let rows = sqlx::query!(
            r#"
            select c.id, c.name, c.description, c.archived_at is not null as "archived!",
                   (select json_agg(json_build_object('kind', l.kind, 'label', l.label, 'url', l.url) order by l.position)
                    from component_links l where l.component_id = c.id) as "links: Json<Vec<LinkShown>>"
            from components c order by c.archived_at is not null, lower(c.name), c.id
            "#
        )
        .fetch_all(&mut *connection)
        .await;
        connection.done();
        Ok(rows?
            .into_iter()
            .map(|row| ComponentListed {
                id: row.id.into(),
                name: row.name,
                description: row.description,
                links: row.links.map(|links| links.0).unwrap_or_default(),
                archived: row.archived,
            })
            .collect())
    }

    /// Stores a new component or changes one, its links with it.
    pub async fn save_component(&self, viewer: &Viewer, change: ComponentChange) -> Result<ComponentId, StoreError> {
        may_change_settings(viewer)?;
        if change.links.len() > MOST_LINKS {
            return Err(Refusal::invalid("links", Why::OutOfRange { least: 0, most: MOST_LINKS as i64 }).into());
        }
        let (store, viewer) = (self.clone(), *viewer);
        self.to_its_end(async move {
            let mut transaction = store.begin().await?;
            let id = store_component(&mut transaction, &change).await?;
            store_links(&mut transaction, id, &change.links).await?;
            let data = json!({ "name": change.name });
            write::record(&mut transaction, (&viewer).into(), "component_saved", Some(id), data).await?;
            transaction.commit().await?;
            Ok(id.into())
        })
        .await
    }

    /// Puts a component away: old incidents keep it, new ones cannot be on it.
    pub async fn archive_component(&self, viewer: &Viewer, component: ComponentId) -> Result<(), StoreError> {
        may_change_settings(viewer)?;
        let (store, viewer) = (self.clone(), *viewer);
        self.to_its_end(async move {
            let mut transaction = store.begin().await?;
            let changed = sqlx::query!(
                "update components set archived_at = now() where id = $1 and archived_at is null",
                component.uuid()
            )
            .execute(&mut *transaction)
            .await?;
            found(changed.rows_affected())?;
            let subject = Some(component.uuid());
            write::record(&mut transaction, (&viewer).into(), "component_archived", subject, json!({})).await?;
            transaction.commit().await?;
            Ok(())
        })
        .await
    }
}

async fn store_component(connection: &mut PgConnection, change: &ComponentChange) -> Result<Uuid, StoreError> {
    let id = change.id.map_or_else(Uuid::now_v7, ComponentId::uuid);
    let changed = if change.id.is_some() {
        sqlx::query!(
            "update components set name = $2, description = $3 where id = $1 and archived_at is null",
            id,
            change.name.as_str(),
            change.description.as_str()
        )
        .execute(connection)
        .await?
    } else {
        sqlx::query!(
            "insert into components (id, name, description) values ($1, $2, $3)",
            id,
            change.name.as_str(),
            change.description.as_str()
        )
        .execute(connection)
        .await?
    };
    found(changed.rows_affected())?;
    Ok(id)
}

async fn store_links(connection: &mut PgConnection, component: Uuid, links: &[LinkChange]) -> Result<(), StoreError> {
    sqlx::query!("delete from component_links where component_id = $1", component).execute(&mut *connection).await?;
    let kinds: Vec<String> = links.iter().map(|link| link.kind.as_str().to_owned()).collect();
    let labels: Vec<String> = links.iter().map(|link| link.label.as_str().to_owned()).collect();
    let urls: Vec<String> = links.iter().map(|link| link.url.as_str().to_owned()).collect();
    sqlx::query!(
        r#"
        insert into component_links (component_id, position, kind, label, url)
        select $1, l.position, l.kind, l.label, l.url
        from unnest($2::text[], $3::text[], $4::text[]) with ordinality as l (kind, label, url, position)
        "#,
        component,
        &kinds,
        &labels,
        &urls
    )
    .execute(connection)
    .await?;
    Ok(())
}
