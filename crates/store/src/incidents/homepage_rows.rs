//! The homepage's first statement, and how its row is read. The short lists come
//! as JSON inside the one row, so that the page costs one round trip for all of them.

use chrono::{DateTime, Utc};
use domain::incidents::{Cause, Kind, Role, Source, Status, Visibility};
use domain::key_times::{KeyTime, KeyTimeKind};
use domain::{ComponentId, PersonId, Reference, TaskId, Viewer};
use serde::Deserialize;
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::homepage::{
    ComponentShown, Homepage, IncidentLink, LastTime, LinkShown, Participant, SeverityShown, TaskShown, next_steps,
};
use super::row::SeverityName;
use super::{number, reference};
use crate::StoreError;
use crate::people::PersonName;

#[derive(Debug, Deserialize)]
struct RoleRow {
    role: String,
    #[serde(flatten)]
    person: PersonName,
}

#[derive(Debug, Deserialize)]
struct ParticipantRow {
    #[serde(flatten)]
    person: PersonName,
    active: bool,
    since: DateTime<Utc>,
}

#[derive(Debug, Deserialize)]
struct LinkRow {
    series: String,
    number: i32,
    title: String,
}

#[derive(Debug, Deserialize)]
struct ComponentRow {
    id: ComponentId,
    name: String,
    links: Vec<LinkShown>,
    last: Option<LastRow>,
    times: i64,
}

#[derive(Debug, Deserialize)]
struct LastRow {
    #[serde(flatten)]
    link: LinkRow,
    reported_at: DateTime<Utc>,
    started_at: Option<DateTime<Utc>>,
    recovered_at: Option<DateTime<Utc>>,
    lead: Option<String>,
    last_words: Option<String>,
}

#[derive(Debug, Deserialize)]
struct TaskRow {
    id: TaskId,
    title: String,
    assignee: Option<PersonName>,
    done_at: Option<DateTime<Utc>>,
}

pub(super) async fn incident(
    connection: &mut PgConnection,
    viewer: &Viewer,
    asked: Reference,
) -> Result<Option<Homepage>, StoreError> {
    let row = sqlx::query!(
        r#"
        select i.id, i.title, i.summary, i.summary_html, i.kind, i.visibility, i.status, i.status_since, i.cause,
            i.cause_text, i.reported_at, i.reporter_id, i.postmortem_owner_id, i.next_update_due_at, i.times_reopened,
            i.document_zone, i.source, i.seq, now() as "read_at!",
            s.id as severity_id, s.name as severity_name, s.rank, s.definition, s.example,
            (select json_agg(json_build_object('id', id, 'name', name, 'rank', rank, 'archived', archived_at is not null)
                    order by archived_at is not null, rank, name) from severities) as "severities!: Json<Vec<SeverityName>>",
            (select json_agg(json_build_object('kind', k.kind, 'at', k.occurred_at, 'precision', k.precision,
                    'source', k.source, 'assumed', k.assumed, 'recorded_at', k.recorded_at, 'recorded_by', k.recorded_by))
             from key_times k where k.incident_id = i.id and k.superseded_at is null) as "key_times: Json<Vec<KeyTime>>",
            (select json_agg(json_build_object('role', r.role, 'id', p.id, 'name', p.name, 'picture_url', p.picture_url))
             from incident_roles r join people p on p.id = r.person_id
             where r.incident_id = i.id and r.ended_at is null) as "roles: Json<Vec<RoleRow>>",
            (select json_agg(json_build_object('id', p.id, 'name', p.name, 'picture_url', p.picture_url,
                                               'active', q.engagement = 'active', 'since', q.since)
                    order by q.engagement, q.since, q.person_id)
             from participants q join people p on p.id = q.person_id
             where q.incident_id = i.id) as "participants: Json<Vec<ParticipantRow>>",
            (select json_agg(t.name order by lower(t.name)) from incident_tags it join tags t on t.id = it.tag_id
             where it.incident_id = i.id) as "tags: Json<Vec<String>>",
            (select json_agg(json_build_object('id', t.id, 'title', t.title, 'done_at', t.done_at, 'assignee', case
                        when p.id is not null then json_build_object('id', p.id, 'name', p.name, 'picture_url', p.picture_url)
                    end) order by t.created_at, t.id)
             from tasks t left join people p on p.id = t.assignee_id
             where t.incident_id = i.id) as "tasks: Json<Vec<TaskRow>>",
            (select json_agg(json_build_object('id', p.id, 'name', p.name, 'picture_url', p.picture_url))
             from invitations v join people p on p.id = v.person_id
             where v.incident_id = i.id) as "invited: Json<Vec<PersonName>>",
            (select json_build_object('series', m.series, 'number', m.number, 'title', m.title) from incidents m
             where m.id = i.merged_into_id
               and (m.visibility = 'public' or is_inside(m.id, m.reporter_id, m.lead_id, $1))) as "merged_into: Json<LinkRow>",
            (select json_agg(json_build_object('series', m.series, 'number', m.number, 'title', m.title)
                    order by m.reported_at, m.id)
             from incidents m where m.merged_into_id = i.id
               and (m.visibility = 'public' or is_inside(m.id, m.reporter_id, m.lead_id, $1))) as "merged_here: Json<Vec<LinkRow>>",
            (select json_agg(json_build_object('id', c.id, 'name', c.name,
                'links', coalesce((select json_agg(json_build_object('kind', l.kind, 'label', l.label, 'url', l.url) order by l.position)
                          from component_links l where l.component_id = c.id), '[]'),
                'last', (select json_build_object('series', b.series, 'number', b.number, 'title', b.title,
                            'reported_at', b.reported_at, 'started_at', b.started_at, 'recovered_at', b.recovered_at,
                            'lead', (select p.name from people p where p.id = b.lead_id), 'last_words', b.last_words)
                         from incident_components bc join incidents b on b.id = bc.incident_id
                         where bc.component_id = c.id and bc.reported_at < i.reported_at
                           and b.kind = 'real' and b.status in ('recovered', 'closed')
                           and (b.visibility = 'public' or is_inside(b.id, b.reporter_id, b.lead_id, $1))
                         order by bc.reported_at desc, bc.incident_id desc limit 1),
                'times', (select count(*) from (
                            select 1 from incident_components bc join incidents b on b.id = bc.incident_id
                            where bc.component_id = c.id and bc.reported_at < i.reported_at
                              and bc.reported_at >= i.reported_at - interval '1 year'
                              and is_counted(b.visibility, b.kind, b.status)
                            limit 20) b))
                order by lower(c.name))
             from incident_components ic join components c on c.id = ic.component_id
             where ic.incident_id = i.id) as "components: Json<Vec<ComponentRow>>",
            r.name as "reporter_name?", r.picture_url as reporter_picture, o.name as "owner_name?", o.picture_url as owner_picture
        from incidents i join severities s on s.id = i.severity_id
            left join people r on r.id = i.reporter_id left join people o on o.id = i.postmortem_owner_id
        where i.series = $2 and i.number = $3
          and (i.visibility = 'public' or is_inside(i.id, i.reporter_id, i.lead_id, $1))
        "#,
        viewer.person.uuid(),
        asked.series.as_str(),
        number(asked)
    )
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };

    let roles = list(row.roles);
    let holder =
        |role: Role| roles.iter().find(|row: &&RoleRow| row.role == role.as_str()).map(|row| row.person.clone());
    let named = |id: Option<Uuid>, name: Option<String>, picture_url: Option<String>| {
        id.zip(name).map(|(id, name)| PersonName { id: PersonId::from_uuid(id), name, picture_url })
    };
    let reporter = named(row.reporter_id, row.reporter_name, row.reporter_picture);
    let postmortem_owner = named(row.postmortem_owner_id, row.owner_name, row.owner_picture);
    let visibility = Visibility::parse(&row.visibility)?;
    let (kind, status, cause) = (Kind::parse(&row.kind)?, Status::parse(&row.status)?, Cause::parse(&row.cause)?);
    let key_times: domain::key_times::KeyTimes = list(row.key_times).into_iter().collect();
    let visible_to = match visibility {
        Visibility::Public => Vec::new(),
        Visibility::Private => inside(list(row.invited), [reporter.clone(), holder(Role::Lead)]),
    };
    Ok(Some(Homepage {
        id: row.id.into(),
        reference: asked,
        title: row.title,
        summary: row.summary,
        summary_html: row.summary_html,
        kind,
        visibility,
        status,
        status_since: row.status_since,
        severity: SeverityShown {
            id: row.severity_id.into(),
            name: row.severity_name,
            rank: row.rank,
            definition: row.definition,
            example: row.example,
        },
        severities: row.severities.0,
        cause,
        cause_text: row.cause_text,
        reported_at: row.reported_at,
        reporter,
        lead: holder(Role::Lead),
        operations: holder(Role::Operations),
        communications: holder(Role::Communications),
        participants: list(row.participants)
            .into_iter()
            .map(|row: ParticipantRow| Participant { person: row.person, active: row.active, since: row.since })
            .collect(),
        next_steps: next_steps(kind, status, key_times.has(KeyTimeKind::FailureStarted), cause, &postmortem_owner),
        key_times,
        components: list(row.components).into_iter().map(component).collect::<Result<_, _>>()?,
        tags: list(row.tags),
        tasks: list(row.tasks)
            .into_iter()
            .map(|row: TaskRow| TaskShown {
                id: row.id,
                title: row.title,
                assignee: row.assignee,
                done_at: row.done_at,
            })
            .collect(),
        merged_into: row.merged_into.map(|row| link(row.0)).transpose()?,
        merged_here: list(row.merged_here).into_iter().map(link).collect::<Result<_, _>>()?,
        next_update_due_at: row.next_update_due_at,
        times_reopened: row.times_reopened,
        postmortem_owner,
        document_zone: row.document_zone,
        source: Source::parse(&row.source)?,
        visible_to,
        timeline: Vec::new(),
        timeline_goes_on: false,
        seq: row.seq,
        read_at: row.read_at,
    }))
}

/// Everybody who may read a private incident, each once, by name.
fn inside(invited: Vec<PersonName>, others: [Option<PersonName>; 2]) -> Vec<PersonName> {
    let mut inside = invited;
    inside.extend(others.into_iter().flatten());
    inside.sort_by_key(|person| (person.name.to_lowercase(), person.id));
    inside.dedup_by_key(|person| person.id);
    inside
}

fn list<T>(json: Option<Json<Vec<T>>>) -> Vec<T> {
    json.map(|json| json.0).unwrap_or_default()
}

fn link(row: LinkRow) -> Result<IncidentLink, StoreError> {
    Ok(IncidentLink { reference: reference(&row.series, row.number)?, title: row.title })
}

fn component(row: ComponentRow) -> Result<ComponentShown, StoreError> {
    let last = match row.last {
        None => None,
        Some(last) => Some(LastTime {
            incident: link(last.link)?,
            reported_at: last.reported_at,
            elapsed: last.started_at.zip(last.recovered_at).map(|(started, recovered)| recovered - started),
            lead: last.lead,
            last_words: last.last_words,
        }),
    };
    Ok(ComponentShown { id: row.id, name: row.name, links: row.links, last, times_in_a_year: row.times })
}
