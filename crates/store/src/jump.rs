//! Where the command menu can go: incidents, people, components, by a few letters.

use chrono::{DateTime, Utc};
use domain::incidents::Status;
use domain::{PersonId, Reference, Viewer};
use uuid::Uuid;

use crate::incidents::{ComponentChoice, number, reference};
use crate::people::PersonName;
use crate::pool::Held;
use crate::{Store, StoreError, words};

/// What some letters lead to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Jumps {
    /// Incidents: the one that is called so first, then what is happening, then the newest.
    pub incidents: Vec<JumpTo>,
    /// People by name.
    pub people: Vec<PersonName>,
    /// Components by name.
    pub components: Vec<ComponentChoice>,
}

/// An incident to go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JumpTo {
    /// What people call it.
    pub reference: Reference,
    /// Its title.
    pub title: String,
    /// Where it stands.
    pub status: Status,
    /// When it was reported.
    pub reported_at: DateTime<Utc>,
}

impl Store {
    /// What some letters lead to, of what the viewer may read: at most eight incidents and
    /// five of each other kind. Without letters, what is happening.
    pub async fn jump(&self, viewer: &Viewer, typed: &str) -> Result<Jumps, StoreError> {
        let mut connection = Held::of(&self.reads).await?;
        let mut patterns = words::patterns(typed);
        // The longest is looked up; the others are looked for in what it finds.
        patterns.sort_by_key(|pattern| std::cmp::Reverse(pattern.chars().count()));
        let asked = called(typed);
        let longest = patterns.first().cloned().unwrap_or_default();
        if !patterns.is_empty() {
            // How many a word finds decides the plan.
            sqlx::raw_sql("set plan_cache_mode = auto").execute(&mut *connection).await?;
        }
        let rows = sqlx::query!(
            r#"
            select f.series as "series!", f.number as "number!", f.title as "title!", f.status as "status!",
                   f.reported_at as "reported_at!"
            from (
                (select 0 as place, i.id, i.series, i.number, i.title, i.status, i.reported_at from incidents i
                 where i.number = $5 and ($4 = '' or i.series = $4)
                   and (i.visibility = 'public' or is_inside(i.id, i.reporter_id, i.lead_id, $1)) limit 3)
                union all
                (select 1, i.id, i.series, i.number, i.title, i.status, i.reported_at from incidents i
                 where i.status in ('triage', 'investigating', 'identified', 'monitoring')
                   and ($2 = '' or exists (select 1 from incident_words w
                                           where w.incident_id = i.id and w.words like all($3::text[])))
                   and (i.visibility = 'public' or is_inside(i.id, i.reporter_id, i.lead_id, $1))
                 order by i.reported_at desc limit 8)
                union all
                (select 2, i.id, i.series, i.number, i.title, i.status, i.reported_at from incidents i
                 where $2 <> '' and i.status not in ('triage', 'investigating', 'identified', 'monitoring')
                   and exists (select 1 from incident_words w where w.incident_id = i.id and w.words like $2
                                 and w.words like all($3::text[]))
                   and (i.visibility = 'public' or is_inside(i.id, i.reporter_id, i.lead_id, $1))
                 order by i.reported_at desc limit 8)) f
            order by f.place, f.reported_at desc
            "#,
            viewer.person.uuid(),
            longest,
            &patterns,
            asked.map_or("", |(series, _)| series),
            asked.map_or(-1, |(_, number)| number)
        )
        .fetch_all(&mut *connection)
        .await?;
        let people = if patterns.is_empty() {
            Vec::new()
        } else {
            sqlx::query!(
                r#"
                select id, name, picture_url from people
                where deactivated_at is null and lower(name) like all($1::text[]) order by lower(name), id limit 5
                "#,
                &patterns
            )
            .fetch_all(&mut *connection)
            .await?
        };
        let components = if patterns.is_empty() {
            Vec::new()
        } else {
            sqlx::query!(
                r#"
                select id, name, archived_at is not null as "archived!" from components
                where lower(name) like all($1::text[]) order by archived_at is not null, lower(name) limit 5
                "#,
                &patterns
            )
            .fetch_all(&mut *connection)
            .await?
        };
        if !patterns.is_empty() {
            sqlx::raw_sql("reset plan_cache_mode").execute(&mut *connection).await?;
        }
        connection.done();
        let mut incidents: Vec<JumpTo> = Vec::new();
        for row in rows {
            let reference = reference(&row.series, row.number)?;
            if incidents.len() < 8 && !incidents.iter().any(|known| known.reference == reference) {
                let (title, reported_at) = (row.title, row.reported_at);
                incidents.push(JumpTo { reference, title, status: Status::parse(&row.status)?, reported_at });
            }
        }
        let person = |id: Uuid| PersonId::from_uuid(id);
        Ok(Jumps {
            incidents,
            people: people
                .into_iter()
                .map(|row| PersonName { id: person(row.id), name: row.name, picture_url: row.picture_url })
                .collect(),
            components: components
                .into_iter()
                .map(|row| ComponentChoice { id: row.id.into(), name: row.name, archived: row.archived })
                .collect(),
        })
    }
}

/// A reference as people type it: `INC-20`, `inc20`, or only the number.
fn called(typed: &str) -> Option<(&'static str, i32)> {
    let typed = words::fold(typed.trim());
    if let Ok(reference) = Reference::parse(&typed.to_uppercase()) {
        return Some((reference.series.as_str(), number(reference)));
    }
    let digits = typed.trim_start_matches(|character: char| character.is_ascii_alphabetic() || character == ' ');
    let number: i32 = digits.parse().ok().filter(|number| *number > 0)?;
    let series = match typed.strip_suffix(digits)?.trim() {
        "" | "#" => "",
        "inc" => "INC",
        "try" => "TRY",
        "prv" => "PRV",
        _ => return None,
    };
    Some((series, number))
}

#[cfg(test)]
mod tests {
    use super::called;

    #[test]
    fn a_reference_is_typed_in_many_ways() {
        for typed in ["INC-20", "inc-20", "inc20", "inc 20", " INC-20 "] {
            assert_eq!(called(typed), Some(("INC", 20)), "{typed}");
        }
        assert_eq!(called("20"), Some(("", 20)));
        assert_eq!(called("ＩＮＣ－20").is_some(), called("INC-20").is_some());
        for typed in ["", "queue", "queue 20", "-3", "0", "99999999999", "inc"] {
            assert_eq!(called(typed), None, "{typed}");
        }
    }
}
