//! Everybody who can be asked, with the hours they work: who is up now, and who takes over.

use domain::incidents::coverage::Shift;
use domain::people::{Phase, WorkingHours};
use domain::zones::Zone;
use domain::{PersonId, Viewer};
use sqlx::PgConnection;

use crate::people::PersonName;
use crate::pool::Held;
use crate::{Store, StoreError};

/// Everybody who is not deactivated, by name, and whether the company hands off.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Crew {
    /// Hand-off is on: by the company's size, or because it was switched on.
    pub hands_off: bool,
    /// Everybody, by name.
    pub people: Vec<CrewMember>,
}

/// Somebody who can be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrewMember {
    /// Who.
    pub person: PersonName,
    /// When they work.
    pub shift: Shift,
}

impl Crew {
    /// Somebody of them.
    pub fn member(&self, person: PersonId) -> Option<&CrewMember> {
        self.people.iter().find(|member| member.person.id == person)
    }
}

impl Store {
    /// Everybody who can be asked. One statement.
    pub async fn crew(&self, _viewer: &Viewer) -> Result<Crew, StoreError> {
        let mut connection = Held::of(&self.reads).await?;
        let crew = read(&mut connection).await;
        connection.done();
        crew
    }
}

/// Everybody who can be asked.
pub(crate) async fn read(connection: &mut PgConnection) -> Result<Crew, StoreError> {
    let rows = sqlx::query!(
        r#"
        select s.hand_off, s.engineers, p.id as "id?", p.name as "name?", p.picture_url, p.zone as "zone?",
               p.works_from as "works_from?", p.works_until as "works_until?", p.works_on as "works_on?"
        from settings s left join people p on p.deactivated_at is null
        order by lower(p.name), p.id
        "#
    )
    .fetch_all(connection)
    .await?;
    let phase = |engineers: i32| Phase::from_engineers(u32::try_from(engineers).unwrap_or_default());
    let hands_off = rows.first().is_some_and(|row| row.hand_off || phase(row.engineers) == Phase::Two);
    let people = rows.into_iter().filter_map(|row| {
        let hours = hours(row.works_from?, row.works_until?, &row.works_on?);
        Some(CrewMember {
            person: PersonName { id: row.id?.into(), name: row.name?, picture_url: row.picture_url },
            shift: Shift { zone: Zone::parse(&row.zone?).unwrap_or(Zone::UTC), hours },
        })
    });
    Ok(Crew { hands_off, people: people.collect() })
}

/// Working hours as the schema keeps them; the usual ones where they cannot be read.
fn hours(from: i16, until: i16, on: &[i16]) -> WorkingHours {
    let minutes = |minutes: i16| u16::try_from(minutes).unwrap_or(u16::MAX);
    let on: Vec<u8> = on.iter().filter_map(|day| u8::try_from(*day).ok()).collect();
    WorkingHours::new(minutes(from), minutes(until), &on).unwrap_or_default()
}
