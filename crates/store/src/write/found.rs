//! The words of an incident that search finds.

use domain::IncidentId;
use domain::incidents::Event;
use sqlx::PgConnection;

use crate::{StoreError, words};

/// At most so many characters of an incident are found by search.
const MOST_WORDS: i32 = 500_000;

/// Makes what the events say findable. What somebody took back or hid must not be
/// found any more, and is forgotten by gathering everything anew.
pub(super) async fn find_by(
    connection: &mut PgConnection,
    incident: IncidentId,
    events: &[Event],
) -> Result<(), StoreError> {
    if events.iter().any(takes_back) {
        return gather(connection, incident).await;
    }
    let mut new = String::new();
    for event in events {
        for text in said(event).into_iter().filter(|text| !text.is_empty()) {
            new.push_str(text);
            new.push('\n');
        }
    }
    remember(connection, incident, &new).await
}

const fn takes_back(event: &Event) -> bool {
    matches!(
        event,
        Event::ItemEdited { .. }
            | Event::ItemHidden { .. }
            | Event::ItemRestored { .. }
            | Event::LinkRemoved { .. }
            | Event::TaskRenamed { .. }
    )
}

fn said(event: &Event) -> [&str; 2] {
    match event {
        Event::Declared(declaration) => [declaration.title.as_str(), declaration.summary.as_str()],
        Event::Renamed { to, .. } => [to.as_str(), ""],
        Event::Summarised { to: text, .. } | Event::CauseSettled { text, .. } => [text.as_str(), ""],
        Event::Noted { body, .. } | Event::Updated { body, .. } => [body.as_str(), ""],
        Event::StatusChanged { reason: Some(reason), .. } | Event::Reopened { reason, .. } => [reason.as_str(), ""],
        Event::LinkAttached { url, label, .. } => [label.as_ref().map_or("", |label| label.as_str()), url.as_str()],
        Event::TaskAdded { title, .. } | Event::ActionItemAdded { title, .. } => [title.as_str(), ""],
        Event::HandOffOffered { baton, .. } => [baton.note.as_str(), ""],
        _ => ["", ""],
    }
}

/// Adds to what search finds, the reference among it.
pub(crate) async fn remember(
    connection: &mut PgConnection,
    incident: IncidentId,
    text: &str,
) -> Result<(), StoreError> {
    if text.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        r#"
        insert into incident_words as w (incident_id, words)
        select i.id, lower(i.series || '-' || i.number) || E'\n' || $2 from incidents i where i.id = $1
        on conflict (incident_id) do update set words = w.words || $2
        where char_length(w.words) < $3
        "#,
        incident.uuid(),
        words::fold(text),
        MOST_WORDS
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Everything that can be found, from the rows as they stand: titles that it had,
/// summary, cause, and what is shown of timeline, links, tasks and action items.
async fn gather(connection: &mut PgConnection, incident: IncidentId) -> Result<(), StoreError> {
    let text = sqlx::query_scalar!(
        r#"
        select left(string_agg(said.text, E'\n' order by said.place), $2) as "text!"
        from (
            select 0 as place, concat_ws(E'\n', i.series || '-' || i.number, i.title, i.summary, i.cause_text) as text
            from incidents i where i.id = $1
            union all
            select 1, a.data ->> 'from' from activity a where a.incident_id = $1 and a.verb = 'renamed'
            union all
            select 2, concat_ws(E'\n', l.label, l.url) from incident_links l
            where l.incident_id = $1 and l.removed_at is null
            union all
            select 3, t.title from tasks t where t.incident_id = $1
            union all
            select 4, a.title from action_items a where a.incident_id = $1
            union all
            select 5, t.body from timeline_items t
            where t.incident_id = $1 and t.hidden_at is null and t.kind not in ('link', 'task', 'action_item')
              and t.body <> ''
        ) said
        "#,
        incident.uuid(),
        MOST_WORDS
    )
    .fetch_one(&mut *connection)
    .await?;
    sqlx::query!(
        r#"
        insert into incident_words (incident_id, words) values ($1, $2)
        on conflict (incident_id) do update set words = excluded.words
        "#,
        incident.uuid(),
        words::fold(&format!("{text}\n"))
    )
    .execute(connection)
    .await?;
    Ok(())
}
