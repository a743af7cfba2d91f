//! Severities: the company's one ranked set of labels.

use domain::text::{Definition, SeverityName};
use domain::{Refusal, SeverityId, Viewer};
use serde_json::json;
use uuid::Uuid;

use crate::people::found;
use crate::pool::Held;
use crate::settings::may_change_settings;
use crate::{Store, StoreError, write};

/// A severity as the settings list it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeverityListed {
    /// Which.
    pub id: SeverityId,
    /// One word.
    pub name: String,
    /// 1 is the worst.
    pub rank: i16,
    /// When it applies.
    pub definition: String,
    /// A case of it.
    pub example: String,
    /// Whether new incidents cannot have it any more.
    pub archived: bool,
    /// How many counted incidents had it so far.
    pub so_far: i64,
}

/// A severity as it is stored.
#[derive(Clone, Debug)]
pub struct SeverityChange {
    /// Which one changes; a new one takes the least rank.
    pub id: Option<SeverityId>,
    /// One word.
    pub name: SeverityName,
    /// When it applies.
    pub definition: Definition,
    /// A case of it.
    pub example: Definition,
}

impl Store {
    /// All of them, worst first, those of the past last.
    pub async fn severities(&self, _viewer: &Viewer) -> Result<Vec<SeverityListed>, StoreError> {
        let mut connection = Held::of(&self.reads).await?;
        let rows = sqlx::query!(
            r#"
            select id, name, rank, definition, example, archived_at is not null as "archived!",
                   (select coalesce(sum(n), 0) from incident_counts c where c.severity_id = s.id) as "so_far!"
            from severities s order by archived_at is not null, rank, lower(name)
            "#
        )
        .fetch_all(&mut *connection)
        .await;
        connection.done();
        Ok(rows?
            .into_iter()
            .map(|row| SeverityListed {
                id: row.id.into(),
                name: row.name,
                rank: row.rank,
                definition: row.definition,
                example: row.example,
                archived: row.archived,
                so_far: row.so_far,
            })
            .collect())
    }

    /// Stores a new severity or changes one. There are at most nine.
    pub async fn save_severity(&self, viewer: &Viewer, change: SeverityChange) -> Result<SeverityId, StoreError> {
        may_change_settings(viewer)?;
        let (store, viewer) = (self.clone(), *viewer);
        self.to_its_end(async move {
            let mut transaction = store.begin().await?;
            let id = change.id.map_or_else(Uuid::now_v7, SeverityId::uuid);
            let (name, definition, example) = (change.name.as_str(), change.definition.as_str(), change.example.as_str());
            let changed = if change.id.is_some() {
                sqlx::query!(
                    "update severities set name = $2, definition = $3, example = $4 where id = $1 and archived_at is null",
                    id,
                    name,
                    definition,
                    example
                )
                .execute(&mut *transaction)
                .await?
            } else {
                // New ones take turns, so that two at once do not take the same rank.
                sqlx::raw_sql("lock table severities in share row exclusive mode").execute(&mut *transaction).await?;
                sqlx::query!(
                    r#"
                    insert into severities (id, name, rank, definition, example)
                    select $1, $2, coalesce(max(rank), 0) + 1, $3, $4 from severities where archived_at is null
                    "#,
                    id,
                    name,
                    definition,
                    example
                )
                .execute(&mut *transaction)
                .await?
            };
            found(changed.rows_affected())?;
            write::record(&mut transaction, (&viewer).into(), "severity_saved", Some(id), json!({ "name": name })).await?;
            transaction.commit().await?;
            Ok(id.into())
        })
        .await
    }

    /// Puts a severity away: old incidents keep it, new ones cannot have it, and
    /// those below it move up. The last one stays: [`Refusal::NotAllowed`].
    pub async fn archive_severity(&self, viewer: &Viewer, severity: SeverityId) -> Result<(), StoreError> {
        may_change_settings(viewer)?;
        let (store, viewer) = (self.clone(), *viewer);
        self.to_its_end(async move {
            let mut transaction = store.begin().await?;
            let standing =
                sqlx::query_scalar!("select id from severities where archived_at is null order by rank for update")
                    .fetch_all(&mut *transaction)
                    .await?;
            if !standing.contains(&severity.uuid()) {
                return Err(Refusal::NotFound.into());
            }
            if standing.len() == 1 {
                return Err(Refusal::NotAllowed.into());
            }
            sqlx::query!("update severities set archived_at = now() where id = $1", severity.uuid())
                .execute(&mut *transaction)
                .await?;
            sqlx::query!(
                r#"
                update severities s set rank = n.rank
                from (select id, row_number() over (order by rank) as rank from severities where archived_at is null) n
                where s.id = n.id and s.rank <> n.rank
                "#
            )
            .execute(&mut *transaction)
            .await?;
            let subject = Some(severity.uuid());
            write::record(&mut transaction, (&viewer).into(), "severity_archived", subject, json!({})).await?;
            transaction.commit().await?;
            Ok(())
        })
        .await
    }

    /// Ranks them anew, worst first. All that stand have to be named, each once:
    /// else somebody changed the set meanwhile ([`Refusal::Conflict`]).
    pub async fn reorder_severities(&self, viewer: &Viewer, order: Vec<SeverityId>) -> Result<(), StoreError> {
        may_change_settings(viewer)?;
        let (store, viewer) = (self.clone(), *viewer);
        self.to_its_end(async move {
            let mut transaction = store.begin().await?;
            let mut standing =
                sqlx::query_scalar!("select id from severities where archived_at is null order by id for update")
                    .fetch_all(&mut *transaction)
                    .await?;
            let ids: Vec<Uuid> = order.iter().map(|id| id.uuid()).collect();
            let mut named = ids.clone();
            named.sort_unstable();
            standing.sort_unstable();
            if named != standing {
                return Err(Refusal::conflict("severities").into());
            }
            sqlx::query!(
                r#"
                update severities s set rank = n.rank
                from unnest($1::uuid[]) with ordinality as n (id, rank) where s.id = n.id
                "#,
                &ids
            )
            .execute(&mut *transaction)
            .await?;
            write::record(&mut transaction, (&viewer).into(), "severities_reordered", None, json!({ "order": ids }))
                .await?;
            transaction.commit().await?;
            Ok(())
        })
        .await
    }
}
