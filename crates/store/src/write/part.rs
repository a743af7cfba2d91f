//! What a command names inside an incident, as a decision needs it: the part it
//! is about and the person it names. Only commands that name something cost a
//! statement here; a note and an update cost none.

use chrono::{DateTime, Utc};
use domain::incidents::{Command, Engagement, HandOffState, HandOffStatus, ItemState, Named, Part, TaskState};
use domain::text::Title;
use domain::{HandOffId, IncidentId, PersonId, Refusal, TaskId, TimelineItemId};
use sqlx::PgConnection;
use uuid::Uuid;

use super::Who;
use crate::StoreError;

/// What belongs into a moment besides who, when and from where.
#[derive(Default)]
pub(crate) struct Around {
    pub(crate) part: Part,
    pub(crate) named: Option<Named>,
    pub(crate) engagement: Option<Engagement>,
    pub(crate) invited: Vec<PersonId>,
}

impl Around {
    fn part(part: Part) -> Self {
        Self { part, ..Self::default() }
    }
}

/// Who asks, and how.
#[derive(Clone, Copy)]
pub(crate) struct Asker {
    pub(crate) who: Who,
    /// The person, also when the product tells what they did.
    pub(crate) person: Option<PersonId>,
    /// History is told as it was: who could be given something then is not asked now.
    pub(crate) history: bool,
}

/// Reads what the command names. The incident is locked by the caller. Refused is
/// [`Refusal::NotFound`] for a person who does not exist.
pub(crate) async fn around(
    connection: &mut PgConnection,
    asker: Asker,
    incident: IncidentId,
    command: &Command,
) -> Result<Around, StoreError> {
    let invited = match command {
        Command::TakeLead { .. }
        | Command::GiveRole { .. }
        | Command::EndRole { .. }
        | Command::AcceptHandOff { .. }
        | Command::ChangeVisibility { .. } => invited(connection, incident).await?,
        _ => Vec::new(),
    };
    Ok(Around { invited, ..named_in(connection, asker, incident, command).await? })
}

/// What the command itself names.
async fn named_in(
    connection: &mut PgConnection,
    asker: Asker,
    incident: IncidentId,
    command: &Command,
) -> Result<Around, StoreError> {
    let attached = |is: Option<bool>| Around::part(is.map_or(Part::Missing, Part::Attached));
    Ok(match command {
        Command::EditItem { item, .. } | Command::HideItem { item } | Command::RestoreItem { item } => {
            Around::part(timeline_item(connection, incident, *item).await?)
        }
        Command::SettleCause { evidence, .. } => {
            Around::part(evidence_of(connection, incident, evidence).await?)
        }
        Command::AttachLink { url, .. } => attached(Some(
            sqlx::query_scalar!(
                r#"select exists (select 1 from incident_links where incident_id = $1 and url = $2 and removed_at is null) as "is!""#,
                incident.uuid(),
                url.as_str()
            )
            .fetch_one(connection)
            .await?,
        )),
        Command::RemoveLink { link } => attached(
            sqlx::query_scalar!(
                r#"select removed_at is null as "is!" from incident_links where id = $2 and incident_id = $1"#,
                incident.uuid(),
                link.uuid()
            )
            .fetch_optional(connection)
            .await?,
        ),
        Command::AddComponent { component } | Command::RemoveComponent { component } => {
            // A component that was put away is not added any more, but it can be taken away.
            attached(
                sqlx::query_scalar!(
                    r#"
                    select exists (select 1 from incident_components where incident_id = $1 and component_id = c.id) as "is!"
                    from components c where c.id = $2 and (c.archived_at is null or $3)
                    "#,
                    incident.uuid(),
                    component.uuid(),
                    asker.history || matches!(command, Command::RemoveComponent { .. })
                )
                .fetch_optional(connection)
                .await?,
            )
        }
        Command::AddTag { name } => attached(Some(
            sqlx::query_scalar!(
                r#"
                select exists (select 1 from incident_tags it join tags t on t.id = it.tag_id
                               where it.incident_id = $1 and lower(t.name) = lower($2)) as "is!"
                "#,
                incident.uuid(),
                name.as_str()
            )
            .fetch_one(connection)
            .await?,
        )),
        Command::RemoveTag { tag } => attached(
            sqlx::query_scalar!(
                r#"
                select exists (select 1 from incident_tags where incident_id = $1 and tag_id = t.id) as "is!"
                from tags t where t.id = $2
                "#,
                incident.uuid(),
                tag.uuid()
            )
            .fetch_optional(connection)
            .await?,
        ),
        Command::Relate { other } | Command::Unrelate { other } => {
            attached(related(connection, asker.who, incident, *other).await?)
        }
        Command::TickTask { task, .. } | Command::RenameTask { task, .. } | Command::PromoteTask { task, .. } => {
            task_and_person(connection, asker, incident, *task, None).await?
        }
        Command::AssignTask { task, assignee } => {
            task_and_person(connection, asker, incident, *task, *assignee).await?
        }
        Command::AcceptHandOff { hand_off }
        | Command::DeclineHandOff { hand_off }
        | Command::WithdrawHandOff { hand_off }
        | Command::ExpireHandOff { hand_off } => Around::part(hand_off_state(connection, incident, *hand_off).await?),
        Command::OfferHandOff { to, .. } => person(connection, asker, incident, *to).await?,
        Command::Invite { person: named } | Command::RemovePerson { person: named } => {
            let mut around = person(connection, asker, incident, *named).await?;
            around.part = Part::Whole;
            around
        }
        Command::TakeLead { person: named }
        | Command::GiveRole { person: named, .. }
        | Command::AssignPostmortem { person: named }
        | Command::AddTask { assignee: Some(named), .. }
        | Command::AddActionItem { owner: Some(named), .. }
            if asker.person != Some(*named) && !asker.history =>
        {
            person(connection, asker, incident, *named).await?
        }
        Command::Join | Command::Leave => {
            let engagement = sqlx::query_scalar!(
                "select engagement from participants where incident_id = $1 and person_id = $2",
                incident.uuid(),
                asker.person.map(PersonId::uuid)
            )
            .fetch_optional(connection)
            .await?;
            Around { engagement: engagement.map(|code| Engagement::parse(&code)).transpose()?, ..Around::default() }
        }
        _ => Around::default(),
    })
}

async fn invited(connection: &mut PgConnection, incident: IncidentId) -> Result<Vec<PersonId>, StoreError> {
    let invited = sqlx::query_scalar!("select person_id from invitations where incident_id = $1", incident.uuid())
        .fetch_all(connection)
        .await?;
    Ok(invited.into_iter().map(PersonId::from_uuid).collect())
}

/// An item of this incident; what people wrote can get other words.
async fn timeline_item(
    connection: &mut PgConnection,
    incident: IncidentId,
    item: TimelineItemId,
) -> Result<Part, StoreError> {
    let row = sqlx::query!(
        r#"
        select kind in ('note', 'update') as "is_written!", body, occurred_at,
               coalesce(edited_at, recorded_at) as "changed_at!", hidden_at is not null as "is_hidden!"
        from timeline_items where id = $2 and incident_id = $1
        "#,
        incident.uuid(),
        item.uuid()
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map_or(Part::Missing, |row| {
        Part::Item(ItemState {
            is_written: row.is_written,
            body: row.body,
            occurred_at: row.occurred_at,
            changed_at: row.changed_at,
            is_hidden: row.is_hidden,
        })
    }))
}

/// What shows the cause already, and what of the items named belongs to the incident.
async fn evidence_of(
    connection: &mut PgConnection,
    incident: IncidentId,
    named: &[TimelineItemId],
) -> Result<Part, StoreError> {
    let named: Vec<Uuid> = named.iter().map(|item| item.uuid()).collect();
    let row = sqlx::query!(
        r#"
        select array(select e.item_id from cause_evidence e join timeline_items t on t.id = e.item_id
                     where e.incident_id = $1 order by t.occurred_at, t.id) as "is!",
               array(select id from timeline_items where incident_id = $1 and id = any($2)) as "known!"
        "#,
        incident.uuid(),
        &named
    )
    .fetch_one(connection)
    .await?;
    let items = |ids: Vec<Uuid>| ids.into_iter().map(TimelineItemId::from_uuid).collect();
    Ok(Part::Evidence { is: items(row.is), known: items(row.known) })
}

/// Whether the other incident is related; nothing when there is none that the asker may read.
async fn related(
    connection: &mut PgConnection,
    who: Who,
    incident: IncidentId,
    other: IncidentId,
) -> Result<Option<bool>, StoreError> {
    Ok(sqlx::query_scalar!(
        r#"
        select exists (select 1 from related_incidents
                       where a_id = least($1::uuid, i.id) and b_id = greatest($1::uuid, i.id)) as "is!"
        from incidents i
        where i.id = $2 and ($3::uuid is null or i.visibility = 'public'
                             or is_inside(i.id, i.reporter_id, i.lead_id, $3))
        "#,
        incident.uuid(),
        other.uuid(),
        who.viewer().map(|viewer| viewer.person.uuid())
    )
    .fetch_optional(connection)
    .await?)
}

async fn hand_off_state(
    connection: &mut PgConnection,
    incident: IncidentId,
    hand_off: HandOffId,
) -> Result<Part, StoreError> {
    let row = sqlx::query!(
        "select from_id, to_id, status, expires_at from hand_offs where id = $2 and incident_id = $1",
        incident.uuid(),
        hand_off.uuid()
    )
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(Part::Missing) };
    Ok(Part::HandOff(HandOffState {
        from: row.from_id.into(),
        to: row.to_id.into(),
        status: HandOffStatus::parse(&row.status)?,
        expires_at: row.expires_at,
    }))
}

/// A task of this incident, and whom it is to be given to, if that has to be asked.
async fn task_and_person(
    connection: &mut PgConnection,
    asker: Asker,
    incident: IncidentId,
    task: TaskId,
    assignee: Option<PersonId>,
) -> Result<Around, StoreError> {
    let row = sqlx::query!(
        r#"
        select t.title, t.assignee_id, t.done_at, t.promoted_to_id, p.id as "person_id?",
               p.deactivated_at, q.engagement as "engagement?",
               (i.visibility = 'public' or is_inside(i.id, i.reporter_id, i.lead_id, p.id)) as "is_inside!"
        from tasks t join incidents i on i.id = t.incident_id
             left join people p on p.id = $3
             left join participants q on q.incident_id = i.id and q.person_id = p.id
        where t.id = $2 and t.incident_id = $1
        "#,
        incident.uuid(),
        task.uuid(),
        assignee.map(PersonId::uuid)
    )
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(Around::part(Part::Missing)) };
    if assignee.is_some() && row.person_id.is_none() {
        return Err(Refusal::NotFound.into());
    }
    let named = named(row.deactivated_at, row.is_inside, row.engagement)?;
    Ok(Around {
        part: Part::Task(TaskState {
            title: Title::parse(&row.title)?,
            assignee: row.assignee_id.map(Into::into),
            is_done: row.done_at.is_some(),
            is_promoted: row.promoted_to_id.is_some(),
        }),
        named: assignee.filter(|_| !asker.history).map(|_| named),
        ..Around::default()
    })
}

/// Somebody whom the command names, and whether a hand-off waits.
async fn person(
    connection: &mut PgConnection,
    asker: Asker,
    incident: IncidentId,
    person: PersonId,
) -> Result<Around, StoreError> {
    let row = sqlx::query!(
        r#"
        select p.deactivated_at, q.engagement as "engagement?",
               (i.visibility = 'public' or is_inside(i.id, i.reporter_id, i.lead_id, p.id)) as "is_inside!",
               exists (select 1 from hand_offs h where h.incident_id = i.id and h.status = 'offered') as "waits!"
        from incidents i join people p on p.id = $2
             left join participants q on q.incident_id = i.id and q.person_id = p.id
        where i.id = $1
        "#,
        incident.uuid(),
        person.uuid()
    )
    .fetch_optional(connection)
    .await?
    .ok_or(Refusal::NotFound)?;
    // Whoever cannot sign in now could then.
    let gone = row.deactivated_at.filter(|_| !asker.history);
    let named = named(gone, row.is_inside || asker.history, row.engagement)?;
    Ok(Around { part: Part::Waiting(row.waits), named: Some(named), ..Around::default() })
}

fn named(gone: Option<DateTime<Utc>>, is_inside: bool, engagement: Option<String>) -> Result<Named, StoreError> {
    let engagement = engagement.map(|code| Engagement::parse(&code)).transpose()?;
    Ok(Named { is_active: gone.is_none(), is_inside, engagement })
}
