-- Every page counts what its person owes. As a statement of its own this is planned anew each
-- time, which takes longer than running it; as a function of plpgsql it is planned once for
-- each connection, and what it finds does not depend on who asks.
create or replace function owed_by(person uuid) returns table (
    kind text, incident_id uuid, series text, number integer, title text, status text, rank smallint,
    subject_id uuid, subject_number integer, words text, due_at timestamptz, since timestamptz
) language plpgsql stable set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
begin
    return query
    with mine as (
        -- Hand-offs asked of them, as long as there is something to take over.
        select 'hand_off' as kind, h.incident_id, h.id as subject_id, null::integer as subject_number,
               p.name as words, h.expires_at as due_at, h.offered_at as since
        from hand_offs h join people p on p.id = h.from_id join incidents i on i.id = h.incident_id
        where h.to_id = person and h.status = 'offered' and i.lead_id = h.from_id
          and i.status in ('triage', 'investigating', 'identified', 'monitoring')
        union all
        -- Updates promised where they speak: who communicates, or else who leads, or else who
        -- reported it.
        select 'update', i.id, null, null, '', i.next_update_due_at, i.status_since
        from incidents i
        where i.next_update_due_at is not null and i.status in ('triage', 'investigating', 'identified', 'monitoring')
          and person = coalesce((select r.person_id from incident_roles r
                                 where r.incident_id = i.id and r.role = 'communications' and r.ended_at is null),
                                i.lead_id, i.reporter_id)
        union all
        -- Tasks; they end with the incident.
        select 'task', t.incident_id, t.id, null, t.title, null, t.created_at
        from tasks t join incidents i on i.id = t.incident_id
        where t.assignee_id = person and t.done_at is null and t.promoted_to_id is null
          and i.status in ('triage', 'investigating', 'identified', 'monitoring', 'recovered')
        union all
        -- What is over asks whoever led it, or else whoever reported it, for its next steps.
        -- Practice asks for none.
        select step.kind, i.id, null, null, step.words, null, i.status_since
        from incidents i cross join lateral (
            select 'start_missing' as kind, '' as words where i.started_at is null
            union all
            select 'detected_missing', '' where not exists (
                select 1 from key_times k
                where k.incident_id = i.id and k.kind = 'detected' and k.superseded_at is null)
            union all
            select 'nobody_writes', '' where i.postmortem_owner_id is null
            union all
            select 'tasks_left', count(*)::text from tasks t
            where t.incident_id = i.id and t.done_at is null and t.promoted_to_id is null having count(*) > 0
        ) step
        where coalesce(i.lead_id, i.reporter_id) = person and i.status = 'recovered' and i.kind = 'real'
        union all
        -- The cause asks whoever writes of it. What is closed has only the time that somebody
        -- gave it; a time that somebody gave is quiet until it is over.
        select case when ends.at <= now() then 'triage_over' else 'cause_open' end, i.id, null, null, i.cause,
               case when ends.at <= now() then ends.at end, i.status_since
        from incidents i cross join lateral (select triage_ends(i.status, i.triage_until, i.recovered_at)) ends (at)
        where coalesce(i.postmortem_owner_id, i.lead_id, i.reporter_id) = person and i.kind = 'real'
          and i.cause in ('unknown', 'suspected')
          and (i.status = 'recovered' or (i.status = 'closed' and i.triage_until is not null))
          and (ends.at <= now() or (i.status = 'recovered' and i.triage_until is null))
        union all
        -- The postmortem that they agreed to write, until it can be read or the incident is closed.
        select 'postmortem', i.id, null, null, '', null, i.status_since
        from incidents i
        where i.postmortem_owner_id = person and i.status = 'recovered' and i.kind = 'real'
          and not exists (select 1 from key_times k
                          where k.incident_id = i.id and k.kind = 'postmortem_ready' and k.superseded_at is null)
        union all
        -- Action items of theirs that are not at an end.
        select 'action_item', a.incident_id, a.id, a.number, a.title, null, a.created_at
        from action_items a
        where a.owner_id = person and a.status not in ('done', 'not_doing')
    )
    select m.kind, i.id, i.series, i.number, i.title, i.status, s.rank,
           m.subject_id, m.subject_number, m.words, m.due_at, m.since
    from mine m left join incidents i on i.id = m.incident_id left join severities s on s.id = i.severity_id
    where m.incident_id is null or i.visibility = 'public' or is_inside(i.id, i.reporter_id, i.lead_id, person);
end $$;
