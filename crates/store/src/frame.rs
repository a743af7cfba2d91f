//! What stands around every page.

use domain::Viewer;
use domain::people::{Phase, ZoneShown};

use crate::people::PersonName;
use crate::pool::Held;
use crate::{Store, StoreError};

/// The company, the person, and how much is happening.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The company's name.
    pub company_name: String,
    /// The company's zone, an IANA name.
    pub company_zone: String,
    /// How much of the product is shown.
    pub phase: Phase,
    /// Whether the first-run questions were answered.
    pub set_up: bool,
    /// Whether the demo story lives here.
    pub demo: bool,
    /// Whether private incidents are switched on.
    pub private_incidents: bool,
    /// Whether incidents are announced in a channel.
    pub has_channel: bool,
    /// Who looks.
    pub person: PersonName,
    /// Their own zone, an IANA name.
    pub zone: String,
    /// What the zone switch shows.
    pub zone_shown: ZoneShown,
    /// Whether they are an admin.
    pub is_admin: bool,
    /// Real incidents that are active and that the viewer may read.
    pub happening_now: i64,
    /// How much the viewer owes: the length of their to-do list.
    pub to_do: i64,
    /// Notifications that the viewer has not seen, of incidents they may read.
    pub unread: i64,
}

impl Store {
    /// One statement.
    pub async fn frame(&self, viewer: &Viewer) -> Result<Frame, StoreError> {
        let mut connection = Held::of(&self.reads).await?;
        let row = sqlx::query!(
            r#"
            select s.company_name, s.zone as company_zone, s.engineers, s.set_up_at is not null as "set_up!", s.demo,
                   has_private_incidents() as "private_incidents!", s.announcements_channel is not null as "has_channel!",
                   p.name, p.picture_url, p.zone, p.zone_shown, p.is_admin,
                   (select count(*) from incidents i
                    where i.status in ('triage', 'investigating', 'identified', 'monitoring') and i.kind = 'real'
                      and (i.visibility = 'public' or is_inside(i.id, i.reporter_id, i.lead_id, $1))
                   ) as "happening_now!",
                   (select count(*) from owed_by($1)) as "to_do!",
                   (select count(*) from notifications n join incidents i on i.id = n.incident_id
                    where n.person_id = $1 and n.read_at is null
                      and (i.visibility = 'public' or is_inside(i.id, i.reporter_id, i.lead_id, $1))
                   ) as "unread!"
            from settings s, people p where p.id = $1
            "#,
            viewer.person.uuid()
        )
        .fetch_optional(&mut *connection)
        .await;
        connection.done();
        let row = row?.ok_or(domain::Refusal::NotFound)?;
        Ok(Frame {
            company_name: row.company_name,
            company_zone: row.company_zone,
            phase: Phase::from_engineers(u32::try_from(row.engineers).unwrap_or_default()),
            set_up: row.set_up,
            demo: row.demo,
            private_incidents: row.private_incidents,
            has_channel: row.has_channel,
            person: PersonName { id: viewer.person, name: row.name, picture_url: row.picture_url },
            zone: row.zone,
            zone_shown: ZoneShown::parse(&row.zone_shown)?,
            is_admin: row.is_admin,
            happening_now: row.happening_now,
            unread: row.unread,
            to_do: row.to_do,
        })
    }
}
