//! The homepage's first statement, and how its row is read. The short lists come
//! as JSON inside the one row, so that the page costs one round trip for all of them.

use chrono::{DateTime, TimeDelta, Utc};
use domain::incidents::{Cause, HandOffStatus, Kind, Role, Source, Status, Visibility};
use domain::key_times::{KeyTime, KeyTimeKind};
use domain::people::Phase;
use domain::{ActionItemId, ComponentId, IncidentId, PersonId, Reference, TagId, TaskId, Viewer};
use serde::Deserialize;
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::homepage::{
    ActionItemShown, AttachedLink, ComponentShown, EvidenceShown, HandOffShown, Homepage, IncidentLink, LastTime,
    LinkShown, Participant, SeverityShown, TaskShown, Undone,
};
use super::next_steps::{Known, NextSteps};
use super::row::SeverityName;
use super::{number, reference};
use crate::StoreError;
use crate::components::Tag;
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
pub(super) struct LinkRow {
    id: IncidentId,
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
    cause: Option<String>,
    undone: Option<Undone>,
}

#[derive(Debug, Deserialize)]
struct TaskRow {
    id: TaskId,
    title: String,
    assignee: Option<PersonName>,
    done_at: Option<DateTime<Utc>>,
    promoted: Option<ActionItemId>,
}

#[derive(Debug, Deserialize)]
struct TagRow {
    id: TagId,
    name: String,
}

#[derive(Debug, Deserialize)]
struct LookedRow {
    seq: i64,
    at: DateTime<Utc>,
}

/// As long as this a hand-off that came back is said on every load.
const NEWS: TimeDelta = TimeDelta::hours(1);

pub(super) async fn incident(
    connection: &mut PgConnection,
    viewer: &Viewer,
    asked: Reference,
) -> Result<Option<Homepage>, StoreError> {
    let row = sqlx::query!(
        r#"
        select i.id, i.title, i.summary, i.summary_html, i.kind, i.visibility, i.status, i.status_since, i.cause,
            i.cause_text, i.reported_at, i.reporter_id, i.postmortem_owner_id, i.next_update_due_at, i.times_reopened,
            i.document_zone, i.source, i.triage_until, i.seq, now() as "read_at!",
            (select engineers from settings) as "engineers!", has_private_incidents() as "private_incidents!",
            case when i.kind = 'real' and i.visibility = 'public'
                then (select nullif(announcements_channel, '') from settings) end as "announced_in?",
            s.id as severity_id, s.name as severity_name, s.rank, s.definition, s.example,
            (select json_agg(json_build_object('id', id, 'name', name, 'rank', rank, 'archived', archived_at is not null,
                        'definition', definition)
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
            (select json_agg(json_build_object('id', t.id, 'name', t.name) order by lower(t.name))
             from incident_tags it join tags t on t.id = it.tag_id
             where it.incident_id = i.id) as "tags: Json<Vec<TagRow>>",
            (select json_agg(json_build_object('id', l.id, 'url', l.url, 'label', l.label) order by l.added_at, l.id)
             from incident_links l
             where l.incident_id = i.id and l.removed_at is null) as "links: Json<Vec<AttachedLink>>",
            (select json_agg(json_build_object('id', a.id, 'reference', a.series || '-' || a.number, 'title', a.title, 'aim', a.aim,
                        'status', a.status, 'owner', case when p.id is not null then
                            json_build_object('id', p.id, 'name', p.name, 'picture_url', p.picture_url)
                    end) order by a.created_at, a.id)
             from action_items a left join people p on p.id = a.owner_id
             where a.incident_id = i.id) as "action_items: Json<Vec<ActionItemShown>>",
            (select json_build_object('id', h.id, 'note', h.note, 'note_html', h.note_html, 'status', h.status,
                        'offered_at', h.offered_at, 'expires_at', h.expires_at, 'answered_at', h.answered_at,
                        'from', json_build_object('id', f.id, 'name', f.name, 'picture_url', f.picture_url),
                        'to', json_build_object('id', t.id, 'name', t.name, 'picture_url', t.picture_url))
             from hand_offs h join people f on f.id = h.from_id join people t on t.id = h.to_id
             where h.incident_id = i.id order by h.offered_at desc limit 1) as "hand_off: Json<HandOffShown>",
            (select json_agg(json_build_object('id', m.id, 'series', m.series, 'number', m.number, 'title', m.title)
                    order by m.reported_at desc, m.id)
             from incidents m
             where m.id in (select b_id from related_incidents where a_id = i.id
                            union all select a_id from related_incidents where b_id = i.id)
               and (m.visibility = 'public' or is_inside(m.id, m.reporter_id, m.lead_id, $1))) as "related: Json<Vec<LinkRow>>",
            (select json_agg(json_build_object('id', t.id, 'at', t.occurred_at, 'body',
                        case when t.kind in ('note', 'update', 'pin', 'alert', 'link') then left(t.body, 400) else '' end)
                    order by t.occurred_at, t.id)
             from cause_evidence e join timeline_items t on t.id = e.item_id
             where e.incident_id = i.id and t.hidden_at is null) as "evidence: Json<Vec<EvidenceShown>>",
            (select json_build_object('seq', c.seq, 'at', c.looked_at) from read_cursors c
             where c.incident_id = i.id and c.person_id = $1) as "looked: Json<LookedRow>",
            (select json_agg(json_build_object('id', t.id, 'title', t.title, 'done_at', t.done_at,
                        'promoted', t.promoted_to_id, 'assignee', case
                        when p.id is not null then json_build_object('id', p.id, 'name', p.name, 'picture_url', p.picture_url)
                    end) order by t.created_at, t.id)
             from tasks t left join people p on p.id = t.assignee_id
             where t.incident_id = i.id) as "tasks: Json<Vec<TaskRow>>",
            (select json_agg(json_build_object('id', p.id, 'name', p.name, 'picture_url', p.picture_url)
                    order by v.invited_at, p.id)
             from invitations v join people p on p.id = v.person_id
             where v.incident_id = i.id) as "invited: Json<Vec<PersonName>>",
            (select json_build_object('id', m.id, 'series', m.series, 'number', m.number, 'title', m.title) from incidents m
             where m.id = i.merged_into_id
               and (m.visibility = 'public' or is_inside(m.id, m.reporter_id, m.lead_id, $1))) as "merged_into: Json<LinkRow>",
            (select json_agg(json_build_object('id', m.id, 'series', m.series, 'number', m.number, 'title', m.title)
                    order by m.reported_at, m.id)
             from incidents m where m.merged_into_id = i.id
               and (m.visibility = 'public' or is_inside(m.id, m.reporter_id, m.lead_id, $1))) as "merged_here: Json<Vec<LinkRow>>",
            (select json_agg(json_build_object('id', c.id, 'name', c.name,
                'links', coalesce((select json_agg(json_build_object('kind', l.kind, 'label', l.label, 'url', l.url) order by l.position)
                          from component_links l where l.component_id = c.id), '[]'),
                'last', (select json_build_object('id', b.id, 'series', b.series, 'number', b.number, 'title', b.title,
                            'reported_at', b.reported_at, 'started_at', b.started_at, 'recovered_at', b.recovered_at,
                            'lead', (select p.name from people p where p.id = b.lead_id), 'last_words', b.last_words,
                            'cause', case when b.cause = 'confirmed' then nullif(trim(b.cause_text), '') end,
                            'undone', (select json_build_object('reference', a.series || '-' || a.number, 'title', a.title) from action_items a
                                       where a.incident_id = b.id and a.status not in ('done', 'not_doing')
                                       order by a.created_at, a.id limit 1))
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
    let invited: Vec<PersonName> = list(row.invited);
    let visible_to = match visibility {
        Visibility::Public => Vec::new(),
        Visibility::Private => inside(invited.clone(), [reporter.clone(), holder(Role::Lead)]),
    };
    let (hand_off, last_hand_off) = match row.hand_off.map(|json| json.0) {
        Some(waiting) if waiting.status == HandOffStatus::Offered => (Some(waiting), None),
        Some(ended) if came_back(&ended, holder(Role::Lead), row.read_at) => (None, Some(ended)),
        _ => (None, None),
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
        next_steps: NextSteps::of(&Known {
            kind,
            status,
            started: key_times.has(KeyTimeKind::FailureStarted),
            detected: key_times.has(KeyTimeKind::Detected),
            cause,
            has_postmortem_owner: postmortem_owner.is_some(),
        }),
        key_times,
        components: list(row.components).into_iter().map(component).collect::<Result<_, _>>()?,
        tags: list(row.tags).into_iter().map(|row: TagRow| Tag { id: row.id, name: row.name }).collect(),
        links: list(row.links),
        action_items: list(row.action_items),
        hand_off,
        last_hand_off,
        related: list(row.related).into_iter().map(link).collect::<Result<_, _>>()?,
        invited,
        evidence: list(row.evidence),
        triage_until: row.triage_until,
        last_looked: row.looked.map(|json| (json.0.seq, json.0.at)),
        undelivered: Vec::new(),
        tasks: list(row.tasks)
            .into_iter()
            .map(|row: TaskRow| TaskShown {
                id: row.id,
                title: row.title,
                assignee: row.assignee,
                done_at: row.done_at,
                promoted: row.promoted,
            })
            .collect(),
        merged_into: row.merged_into.map(|row| link(row.0)).transpose()?,
        merged_here: list(row.merged_here).into_iter().map(link).collect::<Result<_, _>>()?,
        next_update_due_at: row.next_update_due_at,
        times_reopened: row.times_reopened,
        postmortem_owner,
        document_zone: row.document_zone,
        phase: Phase::from_engineers(u32::try_from(row.engineers).unwrap_or_default()),
        private_incidents: row.private_incidents,
        announced_in: row.announced_in,
        source: Source::parse(&row.source)?,
        visible_to,
        timeline: Vec::new(),
        crew: Default::default(),
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

/// Whether the lead has the lead still because nobody took it over, which is news for an hour.
fn came_back(ended: &HandOffShown, lead: Option<PersonName>, now: DateTime<Utc>) -> bool {
    matches!(ended.status, HandOffStatus::Declined | HandOffStatus::Expired)
        && lead.is_some_and(|lead| lead.id == ended.from.id)
        && ended.answered_at.is_some_and(|answered| now - answered < NEWS)
}

pub(super) fn link(row: LinkRow) -> Result<IncidentLink, StoreError> {
    Ok(IncidentLink { id: row.id, reference: reference(&row.series, row.number)?, title: row.title })
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
            cause: last.cause,
            undone: last.undone,
        }),
    };
    Ok(ComponentShown { id: row.id, name: row.name, links: row.links, last, times_in_a_year: row.times })
}
