-- What happens inside an incident while it runs: links, relations, hand-offs, action
-- items, read cursors and notifications.

-- The activity log is append-only for its owner too, and for whoever switches triggers off.
revoke update, delete, truncate on activity from current_user;
alter table activity enable always trigger activity_is_append_only;

-- A place among the timeline for whatever is told now.
alter table timeline_items drop constraint timeline_items_kind_known;
alter table timeline_items add constraint timeline_items_kind_known check (kind in
    ('declared', 'note', 'update', 'status', 'severity', 'lead', 'summary', 'cause', 'key_time', 'link', 'pin', 'alert',
     'merged', 'reopened', 'task', 'hand_off', 'component', 'related', 'visibility', 'people', 'action_item'));
-- Only what is shown is paged through; a hundred thousand items are not sorted for fifty.
create index timeline_items_shown on timeline_items (incident_id, occurred_at desc, id desc) where hidden_at is null;
-- Each filter of the timeline reads its own shelf, however much stands on the others.
create function timeline_shelf(kind text) returns text
    language sql immutable parallel safe
    return case when kind = 'update' then 'updates'
                when kind in ('note', 'pin', 'alert', 'link') then 'notes' else 'changes' end;
create index timeline_items_by_shelf on timeline_items (incident_id, timeline_shelf(kind), occurred_at desc, id desc)
    where hidden_at is null;

alter table incidents add column triage_until timestamptz;

create table cause_evidence (
    incident_id uuid not null references incidents (id) on delete cascade,
    item_id uuid not null references timeline_items (id) on delete cascade,
    primary key (incident_id, item_id)
);

create table incident_links (
    id uuid primary key,
    incident_id uuid not null references incidents (id) on delete cascade,
    url text not null constraint incident_links_url_web check (url ~ '^https?://' and char_length(url) <= 2000),
    label text not null constraint incident_links_label_length check (char_length(label) between 1 and 120),
    added_by uuid references people (id),
    added_at timestamptz not null default now(),
    removed_at timestamptz
);
create unique index incident_links_once on incident_links (incident_id, url) where removed_at is null;

-- Each pair once, the smaller id first.
create table related_incidents (
    a_id uuid not null references incidents (id) on delete cascade,
    b_id uuid not null references incidents (id) on delete cascade,
    related_by uuid references people (id),
    related_at timestamptz not null default now(),
    primary key (a_id, b_id),
    constraint related_incidents_in_order check (a_id < b_id)
);
create index related_incidents_by_b on related_incidents (b_id);

create table hand_offs (
    id uuid primary key,
    incident_id uuid not null references incidents (id) on delete cascade,
    from_id uuid not null references people (id),
    to_id uuid not null references people (id),
    note text not null constraint hand_offs_note_length check (char_length(note) between 1 and 20000),
    note_html text not null default '',
    status text not null default 'offered' constraint hand_offs_status_known check (status in ('offered', 'accepted', 'declined', 'expired', 'withdrawn')),
    offered_at timestamptz not null default now(),
    expires_at timestamptz not null,
    answered_at timestamptz,
    constraint hand_offs_answer_whole check ((status = 'offered') = (answered_at is null)),
    constraint hand_offs_to_somebody_else check (from_id <> to_id)
);
create unique index hand_offs_one_waiting on hand_offs (incident_id) where status = 'offered';
create index hand_offs_by_incident on hand_offs (incident_id, offered_at desc);
create index hand_offs_by_expiry on hand_offs (expires_at) where status = 'offered';
create index hand_offs_waiting_for on hand_offs (to_id) where status = 'offered';

-- Work after an incident. The board's fields are empty until somebody says.
create table action_items (
    id uuid primary key,
    -- People say ACT-12.
    number integer generated always as identity unique,
    incident_id uuid references incidents (id) on delete cascade,
    title text not null constraint action_items_title_length check (char_length(title) between 1 and 300),
    aim text not null constraint action_items_aim_known check (aim in ('prevent', 'detect', 'recover', 'learn')),
    status text not null default 'triage' constraint action_items_status_known check (status in
        ('triage', 'backlog', 'planned', 'in_progress', 'done', 'not_doing')),
    owner_id uuid references people (id),
    created_by uuid references people (id),
    created_at timestamptz not null default now(),
    done_at timestamptz
);
create index action_items_by_incident on action_items (incident_id, created_at);
create index action_items_open_by_owner on action_items (owner_id) where status not in ('done', 'not_doing');
create index action_items_by_status on action_items (status, created_at desc);

alter table tasks add column promoted_to_id uuid references action_items (id);

-- Up to which seq somebody has seen an incident.
create table read_cursors (
    incident_id uuid not null references incidents (id) on delete cascade,
    person_id uuid not null references people (id),
    seq bigint not null,
    looked_at timestamptz not null default now(),
    primary key (incident_id, person_id)
);

create table notifications (
    id uuid primary key,
    person_id uuid not null references people (id),
    incident_id uuid references incidents (id) on delete cascade,
    kind text not null constraint notifications_kind_shape check (kind ~ '^[a-z_]{1,40}$'),
    -- What it is about inside the incident: a task, a hand-off.
    subject_id uuid,
    data jsonb not null default '{}',
    -- A louder one interrupts: a hand-off that came back, an incident of the worst severity.
    is_loud boolean not null default false,
    created_at timestamptz not null default now(),
    read_at timestamptz
);
create index notifications_of on notifications (person_id, created_at desc, id desc);
create index notifications_unread on notifications (person_id) where read_at is null;
create index notifications_by_incident on notifications (incident_id);

-- Messages of an incident that became private go before all others of their channel.
alter table slack_outbox add column urgent boolean not null default false;
-- Whether Slack may have it although nobody knows: a worker died, or no answer came.
alter table slack_outbox add column unsure boolean not null default false;
-- When a channel was last written to.
create index slack_outbox_done on slack_outbox (channel, done_at) where done_at is not null;

-- What of an incident stands in Slack, so that it can be changed and taken away. The table
-- before it knew the announcement only, and nothing ever wrote to it.
drop table announcements;
create table slack_messages (
    -- The outbox row that posted it.
    id uuid primary key,
    incident_id uuid not null references incidents (id) on delete cascade,
    kind text not null constraint slack_messages_kind_known check (kind in ('announcement', 'reply')),
    -- As Slack calls the channel and the message.
    channel_id text not null,
    ts text not null,
    posted_at timestamptz not null default now(),
    taken_back_at timestamptz
);
create unique index slack_messages_one_announcement on slack_messages (incident_id)
    where kind = 'announcement' and taken_back_at is null;
create index slack_messages_by_incident on slack_messages (incident_id, posted_at);

-- Until when Slack wants no call of a method, or nothing in a channel.
create table slack_pauses (
    what text primary key,
    until timestamptz not null
);

-- What was reminded of, so that each is said once however many servers there are.
create table reminders (
    incident_id uuid not null references incidents (id) on delete cascade,
    kind text not null constraint reminders_kind_known check (kind in ('update_overdue', 'triage_over')),
    due_at timestamptz not null,
    reminded_at timestamptz not null default now(),
    primary key (incident_id, kind, due_at)
);
create index incidents_update_due on incidents (next_update_due_at) where next_update_due_at is not null;
create index incidents_triage_until on incidents (triage_until) where triage_until is not null;

-- What tells an incident from others, for finding similar ones: English words by their
-- stem, Japanese by pairs of characters (pairs of hiragana alone say nothing).
create function alike_terms(said text) returns text[] language plpgsql immutable parallel safe as $$
declare
    words text := normalize(left(said, 20000), NFKC);
    found text[];
begin
    -- NullPointerException is found by "null pointer", too.
    words := lower(words || ' ' || regexp_replace(words, '([a-z])([A-Z])', '\1 \2', 'g'));
    found := array(
        select left(lexeme, 60)
        from unnest(to_tsvector('english'::regconfig, regexp_replace(words, '[぀-ヿ㐀-鿿々]+', ' ', 'g'))));
    if words ~ '[぀-ヿ㐀-鿿々]' then
        found := found || array(
            select distinct substr(run[1], place, 2)
            from regexp_matches(words, '([぀-ヿ㐀-鿿々]{2,})', 'g') run, generate_series(1, char_length(run[1]) - 1) place
            where substr(run[1], place, 2) !~ '^[぀-ゟ]+$');
    end if;
    return found;
end $$;

-- One row for each term of an incident. Counts and neighbours of a term are taken from
-- public incidents only, so that a private one shows in nobody else's suggestions.
create table incident_terms (
    incident_id uuid not null references incidents (id) on delete cascade,
    term text collate "C" not null,
    -- Where it stands: 4 title, 3 component, 2 summary or cause, 1 an update.
    weight smallint not null,
    is_public boolean not null,
    primary key (incident_id, term)
);
create index incident_terms_by_term on incident_terms (term, is_public, incident_id) include (weight);

create function incident_terms_refresh(of_incident uuid) returns void language plpgsql as $$
begin
    with said (words, weight) as (
        select x.words, x.weight from incidents i, lateral (values
            (i.title, 4), (left(i.summary, 4000), 2), (left(i.cause_text, 4000), 2)) x (words, weight)
        where i.id = of_incident
        union all
        select c.name, 3 from incident_components ic join components c on c.id = ic.component_id
        where ic.incident_id = of_incident
        union all
        (select u.words, 1 from updates u join timeline_items t on t.id = u.timeline_item_id
         where u.incident_id = of_incident and t.hidden_at is null
         order by u.posted_at desc, u.id desc limit 10)
    ), wanted as (
        select term collate "C" as term, max(weight)::smallint as weight
        from said, unnest(alike_terms(words)) term group by 1
    ), gone as (
        delete from incident_terms t
        where t.incident_id = of_incident and not exists (select 1 from wanted w where w.term = t.term)
    )
    insert into incident_terms as t (incident_id, term, weight, is_public)
    select i.id, w.term, w.weight, i.visibility = 'public' from incidents i, wanted w where i.id = of_incident
    order by w.term
    on conflict (incident_id, term) do update set weight = excluded.weight, is_public = excluded.is_public
    where (t.weight, t.is_public) is distinct from (excluded.weight, excluded.is_public);
end $$;
create function incident_terms_follow() returns trigger language plpgsql as $$
begin
    if tg_table_name = 'incidents' then
        perform incident_terms_refresh(new.id);
    elsif tg_op = 'DELETE' then
        perform incident_terms_refresh(old.incident_id);
    else
        perform incident_terms_refresh(new.incident_id);
    end if;
    return null;
end $$;
create trigger incident_terms_follow_new after insert on incidents
    for each row execute function incident_terms_follow();
-- `last_words` changes with every update that is told, and with one that is hidden.
create trigger incident_terms_follow_changes after update of title, summary, cause_text, last_words, visibility on incidents
    for each row when ((old.title, old.summary, old.cause_text, old.last_words, old.visibility)
        is distinct from (new.title, new.summary, new.cause_text, new.last_words, new.visibility))
    execute function incident_terms_follow();
create trigger incident_terms_follow_components after insert or delete on incident_components
    for each row execute function incident_terms_follow();
do $$ begin perform incident_terms_refresh(id) from incidents; end $$;

-- With which seq of its incident an item was last written, changed or hidden: what a live
-- page that was away has to catch up with. Whoever writes holds the incident's row, so the
-- order of these numbers is the order of commits.
alter table timeline_items add column seq bigint not null default 0;
create index timeline_items_by_change on timeline_items (incident_id, seq);
create function timeline_items_count() returns trigger language plpgsql as $$
begin
    new.seq := (select i.seq + 1 from incidents i where i.id = new.incident_id);
    return new;
end $$;
create trigger timeline_items_counted before insert or update on timeline_items
    for each row execute function timeline_items_count();

-- A session that ended loses its streams at once, on whatever server they are.
create function sessions_wake() returns trigger language plpgsql as $$
begin
    perform pg_notify('incidents', 'person:' || new.person_id);
    return null;
end $$;
create trigger sessions_ended after update of revoked_at on sessions
    for each row when (new.revoked_at is not null and old.revoked_at is null and new.person_id is not null)
    execute function sessions_wake();
create function people_wake() returns trigger language plpgsql as $$
begin
    perform pg_notify('incidents', 'person:' || new.id);
    return null;
end $$;
create trigger people_left after update of deactivated_at on people
    for each row when (new.deactivated_at is not null and old.deactivated_at is null)
    execute function people_wake();

-- Whatever somebody owes, in one place: the page lists it and the frame counts it, so that
-- the two never disagree. The same words as everywhere say who may read the incident.
create function to_do_of(person uuid) returns table (
    kind text, incident_id uuid, series text, number integer, title text, status text, rank smallint,
    subject_id uuid, subject_number integer, words text, due_at timestamptz, since timestamptz
) language sql stable as $$
    with mine as (
        -- Hand-offs asked of them.
        select 'hand_off' as kind, h.incident_id, h.id as subject_id, null::integer as subject_number,
               p.name as words, h.expires_at as due_at, h.offered_at as since
        from hand_offs h join people p on p.id = h.from_id
        where h.to_id = person and h.status = 'offered'
        union all
        -- Updates promised where they speak: who communicates, or else who leads.
        select 'update', i.id, null, null, '', i.next_update_due_at, i.status_since
        from incidents i
        where i.next_update_due_at is not null and i.status in ('triage', 'investigating', 'identified', 'monitoring')
          and person = coalesce((select r.person_id from incident_roles r
                                 where r.incident_id = i.id and r.role = 'communications' and r.ended_at is null), i.lead_id)
        union all
        -- Tasks; they end with the incident.
        select 'task', t.incident_id, t.id, null, t.title, null, t.created_at
        from tasks t join incidents i on i.id = t.incident_id
        where t.assignee_id = person and t.done_at is null and t.promoted_to_id is null
          and i.status in ('triage', 'investigating', 'identified', 'monitoring', 'recovered')
        union all
        -- What is over where they led asks for its next steps. Practice asks for none.
        select step.kind, i.id, null, null, step.words, step.due_at, i.status_since
        from incidents i cross join lateral (
            select 'start_missing' as kind, '' as words, null::timestamptz as due_at where i.started_at is null
            union all
            select case when i.triage_until is null then 'cause_open' else 'triage_over' end, i.cause, i.triage_until
            where i.cause in ('unknown', 'suspected') and (i.triage_until is null or i.triage_until <= now())
            union all
            select 'nobody_writes', '', null where i.postmortem_owner_id is null
            union all
            select 'tasks_left', count(*)::text, null from tasks t
            where t.incident_id = i.id and t.done_at is null and t.promoted_to_id is null having count(*) > 0
        ) step
        where i.lead_id = person and i.status = 'recovered' and i.kind = 'real'
        union all
        -- Action items of theirs that are not at an end.
        select 'action_item', a.incident_id, a.id, a.number, a.title, null, a.created_at
        from action_items a
        where a.owner_id = person and a.status not in ('done', 'not_doing')
    )
    select m.kind, i.id, i.series, i.number, i.title, i.status, s.rank,
           m.subject_id, m.subject_number, m.words, m.due_at, m.since
    from mine m left join incidents i on i.id = m.incident_id left join severities s on s.id = i.severity_id
    where m.incident_id is null or i.visibility = 'public' or is_inside(i.id, i.reporter_id, i.lead_id, person)
$$;
create index incidents_led_and_over on incidents (lead_id) where status = 'recovered';

-- What was written down since somebody last looked.
create index timeline_items_by_recorded on timeline_items (incident_id, recorded_at desc);
