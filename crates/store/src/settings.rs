//! What a company decides about itself.

use domain::announcements::SlackChannel;
use domain::people::Phase;
use domain::text::{Name, Url};
use domain::zones::Zone;
use domain::{Refusal, Viewer, access};
use serde_json::json;

use crate::pool::Held;
use crate::{Store, StoreError, write};

/// The company's settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Its name.
    pub company_name: String,
    /// How many software engineers it has.
    pub engineers: u32,
    /// What follows from that.
    pub phase: Phase,
    /// Its zone, an IANA name.
    pub zone: String,
    /// Whether the first-run questions were answered.
    pub set_up: bool,
    /// Whether private incidents are switched on.
    pub private_incidents: bool,
    /// Whether hand-off is switched on.
    pub hand_off: bool,
    /// Where announcements go.
    pub announcements_channel: Option<String>,
    /// The standing meeting.
    pub meeting_url: Option<String>,
    /// Whether the demo story lives here.
    pub demo: bool,
}

/// The three answers of the first run, and what can be changed later.
#[derive(Clone, Debug)]
pub struct Company {
    /// Its name.
    pub name: Name,
    /// How many software engineers it has, 1 to 100,000.
    pub engineers: u32,
    /// Its zone.
    pub zone: Zone,
}

impl Store {
    /// The company's settings.
    pub async fn settings(&self, _viewer: &Viewer) -> Result<Settings, StoreError> {
        let mut connection = Held::of(&self.reads).await?;
        let row = sqlx::query!(
            r#"
            select company_name, engineers, zone, set_up_at is not null as "set_up!", private_incidents, hand_off,
                   announcements_channel, meeting_url, demo
            from settings
            "#
        )
        .fetch_one(&mut *connection)
        .await;
        connection.done();
        let row = row?;
        let engineers = u32::try_from(row.engineers).unwrap_or_default();
        Ok(Settings {
            company_name: row.company_name,
            engineers,
            phase: Phase::from_engineers(engineers),
            zone: row.zone,
            set_up: row.set_up,
            private_incidents: row.private_incidents,
            hand_off: row.hand_off,
            announcements_channel: row.announcements_channel,
            meeting_url: row.meeting_url,
            demo: row.demo,
        })
    }

    /// Changes name, size and zone. For admins.
    pub async fn save_company(&self, viewer: &Viewer, company: Company) -> Result<(), StoreError> {
        self.store_company(viewer, company, "company_changed").await
    }

    /// The answers of the first run: the same three, and that they were given.
    pub async fn welcome(&self, viewer: &Viewer, company: Company) -> Result<(), StoreError> {
        self.store_company(viewer, company, "company_set_up").await
    }

    /// Where announcements go, and the standing meeting. For admins. What goes on is
    /// announced there, too.
    pub async fn save_announcements(
        &self,
        viewer: &Viewer,
        channel: Option<SlackChannel>,
        meeting: Option<Url>,
    ) -> Result<(), StoreError> {
        may_change_settings(viewer)?;
        let (store, viewer) = (self.clone(), *viewer);
        self.to_its_end(async move {
            let mut transaction = store.begin().await?;
            let (to, meets) = (channel.as_ref().map(SlackChannel::as_str), meeting.as_ref().map(Url::as_str));
            let was = sqlx::query!(
                r#"
                update settings set announcements_channel = $1, meeting_url = $2, changed_at = now()
                from settings was
                returning was.announcements_channel as "channel?", was.meeting_url as "meeting?"
                "#,
                to,
                meets
            )
            .fetch_one(&mut *transaction)
            .await?;
            let is_new = was.channel.as_deref() != to;
            if store.options.bot && (is_new || was.meeting.as_deref() != meets) {
                crate::announcements::go_on(&mut transaction, is_new).await?;
            }
            let data = json!({ "channel": channel, "meeting": meeting });
            write::record(&mut transaction, (&viewer).into(), "announcements_changed", None, data).await?;
            transaction.commit().await?;
            Ok(())
        })
        .await
    }

    async fn store_company(&self, viewer: &Viewer, company: Company, verb: &'static str) -> Result<(), StoreError> {
        may_change_settings(viewer)?;
        let (store, viewer) = (self.clone(), *viewer);
        self.to_its_end(async move {
            let mut transaction = store.begin().await?;
            sqlx::query!(
                r#"
                update settings set company_name = $1, engineers = $2, zone = $3, changed_at = now(),
                    set_up_at = coalesce(set_up_at, now())
                "#,
                company.name.as_str(),
                i32::try_from(company.engineers).unwrap_or(i32::MAX),
                company.zone.name()
            )
            .execute(&mut *transaction)
            .await?;
            let data = json!({ "engineers": company.engineers, "zone": company.zone.name() });
            write::record(&mut transaction, (&viewer).into(), verb, None, data).await?;
            transaction.commit().await?;
            Ok(())
        })
        .await
    }
}

pub(crate) fn may_change_settings(viewer: &Viewer) -> Result<(), Refusal> {
    if access::can_change_settings(viewer) { Ok(()) } else { Err(Refusal::NotAllowed) }
}
