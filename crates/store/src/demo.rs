//! What only the demo needs.

use domain::{PersonId, Refusal, System};
use serde_json::json;

use crate::{Store, StoreError, write};

/// What the demo story sets that a company sets in other ways.
#[derive(Clone, Debug, Default)]
pub struct DemoSettings {
    /// The company's name.
    pub company_name: String,
    /// How many software engineers it has.
    pub engineers: i32,
    /// Its zone, an IANA name.
    pub zone: String,
    /// Where announcements go.
    pub announcements_channel: Option<String>,
    /// The standing meeting.
    pub meeting_url: Option<String>,
}

const OPEN_THE_LOG: &str = "
    grant truncate on activity to current_user;
    alter table activity disable trigger activity_is_append_only";
const CLOSE_THE_LOG: &str = "
    alter table activity enable always trigger activity_is_append_only;
    revoke truncate on activity from current_user";

const FIRST_NUMBERS: &str = "
    alter table action_items alter column number restart;
    alter sequence action_items_private_number restart";

/// What the first migration says of severities.
const FIRST_SEVERITIES: &str = "
    delete from severities;
    insert into severities (id, name, rank, definition, example) values
    ('01900000-0000-7000-8000-000000000001', 'Sev1', 1, 'Customers cannot work, or data is at risk.',
     'Nobody can sign in; builds of every tenant wait.'),
    ('01900000-0000-7000-8000-000000000002', 'Sev2', 2,
     'Some customers cannot do something important, or it is slow for many.', 'Webhooks of one tenant in eight come late.'),
    ('01900000-0000-7000-8000-000000000003', 'Sev3', 3, 'Minimum impact on customers. There is a way around.',
     'A page shows yesterday''s figures.')";

impl Store {
    /// Whether nobody has used this database yet: no incident, and the first-run
    /// questions not answered.
    pub async fn is_empty(&self, _system: System) -> Result<bool, StoreError> {
        Ok(sqlx::query_scalar!(
            r#"select not exists (select 1 from incidents) and (select set_up_at is null from settings) as "empty!""#
        )
        .fetch_one(&self.reads)
        .await?)
    }

    /// Says that the demo story lives here, and switches on what it shows.
    pub async fn begin_demo(&self, system: System, settings: DemoSettings) -> Result<(), StoreError> {
        let store = self.clone();
        self.to_its_end(async move {
            let mut transaction = store.begin().await?;
            sqlx::query!(
                r#"
                update settings set demo = true, company_name = $1, engineers = $2, zone = $3,
                    announcements_channel = $4, meeting_url = $5, private_incidents = true, hand_off = true,
                    set_up_at = coalesce(set_up_at, now()), changed_at = now()
                "#,
                settings.company_name,
                settings.engineers,
                settings.zone,
                settings.announcements_channel,
                settings.meeting_url
            )
            .execute(&mut *transaction)
            .await?;
            write::record(&mut transaction, system.into(), "demo_begun", None, json!({})).await?;
            transaction.commit().await?;
            Ok(())
        })
        .await
    }

    /// Makes a person of the demo an admin; the story says who founded the company.
    pub async fn appoint(&self, system: System, person: PersonId) -> Result<(), StoreError> {
        let store = self.clone();
        self.to_its_end(async move {
            let mut transaction = store.begin().await?;
            let changed = sqlx::query!("update people set is_admin = true where id = $1", person.uuid())
                .execute(&mut *transaction)
                .await?;
            crate::people::found(changed.rows_affected())?;
            write::record(&mut transaction, system.into(), "admin_made", Some(person.uuid()), json!({})).await?;
            transaction.commit().await?;
            Ok(())
        })
        .await
    }

    /// The person behind a Slack identity, when there is one.
    pub async fn person_of_slack(
        &self,
        _system: System,
        team: &str,
        user: &str,
    ) -> Result<Option<PersonId>, StoreError> {
        let found =
            sqlx::query_scalar!("select id from people where slack_team_id = $1 and slack_user_id = $2", team, user)
                .fetch_optional(&self.reads)
                .await?;
        Ok(found.map(Into::into))
    }

    /// Takes the demo story away: incidents, components, tags and everything
    /// written about them, the numbers too; severities are those of the beginning,
    /// which the story names. People and their sessions stay.
    /// Refused where no demo lives: a company's history is never erased.
    pub async fn erase_demo(&self, system: System) -> Result<(), StoreError> {
        let store = self.clone();
        self.to_its_end(async move {
            let mut transaction = store.begin().await?;
            let demo = sqlx::query_scalar!("select demo from settings for update").fetch_one(&mut *transaction).await?;
            if !demo {
                return Err(Refusal::NotAllowed.into());
            }
            // The log is append-only for everybody else, and afterwards for this role again.
            sqlx::raw_sql(OPEN_THE_LOG).execute(&mut *transaction).await?;
            sqlx::query!("truncate incidents, components, tags, incident_counts, requests, slack_outbox, slack_inbox, activity cascade")
                .execute(&mut *transaction)
                .await?;
            sqlx::raw_sql(CLOSE_THE_LOG).execute(&mut *transaction).await?;
            sqlx::raw_sql(FIRST_NUMBERS).execute(&mut *transaction).await?;
            sqlx::raw_sql(FIRST_SEVERITIES).execute(&mut *transaction).await?;
            sqlx::query!("update incident_series set last_number = 0").execute(&mut *transaction).await?;
            write::record(&mut transaction, system.into(), "demo_erased", None, json!({})).await?;
            transaction.commit().await?;
            Ok(())
        })
        .await
    }
}
