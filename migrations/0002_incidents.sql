-- Incidents and everything that happens in one. State rows are the truth;
-- activity is written beside them in the same transaction.

create table incident_series (
    series text primary key constraint incident_series_known check (series in ('INC', 'TRY', 'PRV')),
    last_number integer not null default 0
);
insert into incident_series (series) values ('INC'), ('TRY'), ('PRV');

create table incidents (
    id uuid primary key,
    series text not null references incident_series (series),
    number integer not null constraint incidents_number_positive check (number > 0),
    title text not null constraint incidents_title_length check (char_length(title) between 1 and 300),
    summary text not null default '' constraint incidents_summary_length check (char_length(summary) <= 20000),
    summary_html text not null default '',
    kind text not null default 'real' constraint incidents_kind_known check (kind in ('real', 'tutorial', 'drill')),
    visibility text not null default 'public' constraint incidents_visibility_known check (visibility in ('public', 'private')),
    status text not null constraint incidents_status_known check (status in
        ('triage', 'investigating', 'identified', 'monitoring', 'recovered', 'closed', 'declined', 'merged', 'cancelled')),
    severity_id uuid not null references severities (id),
    reporter_id uuid references people (id),
    cause text not null default 'unknown' constraint incidents_cause_known check (cause in ('unknown', 'suspected', 'confirmed', 'accepted_unknown')),
    cause_text text not null default '' constraint incidents_cause_text_length check (char_length(cause_text) <= 20000),
    postmortem_owner_id uuid references people (id),
    merged_into_id uuid references incidents (id),
    -- Zone of exports and the printed postmortem.
    document_zone text not null,
    -- The key time `reported`; what the list is ordered by.
    reported_at timestamptz not null,
    -- When the current status was entered; for an ended incident, when it ended.
    status_since timestamptz not null,
    next_update_due_at timestamptz,
    times_reopened smallint not null default 0,
    -- Copies that the list reads, kept by triggers below: the standing lead, the standing
    -- key times `failure_started` and `recovered`, and the words of the last update.
    lead_id uuid references people (id),
    started_at timestamptz,
    recovered_at timestamptz,
    last_words text,
    source text not null constraint incidents_source_known check (source in ('web', 'slack', 'api', 'alert', 'import', 'demo')),
    -- What the import calls it: importing twice changes nothing.
    source_ref text,
    -- Counts the events of this incident; taken inside the transaction, so commit order is seq order.
    seq bigint not null default 0,
    constraint incidents_reference_once unique (series, number),
    constraint incidents_merged_has_target check ((status = 'merged') = (merged_into_id is not null)),
    constraint incidents_not_merged_into_itself check (merged_into_id <> id),
    constraint incidents_practice_has_its_series check ((series = 'TRY') = (kind <> 'real'))
);
create unique index incidents_source_once on incidents (source_ref) where source_ref is not null;
create index incidents_by_reported on incidents (reported_at desc, id desc);
create index incidents_open on incidents (status, reported_at desc) where status in ('triage', 'investigating', 'identified', 'monitoring', 'recovered');
create index incidents_by_severity on incidents (severity_id, reported_at desc, id desc);
create index incidents_by_reporter on incidents (reporter_id, reported_at desc) where reporter_id is not null;
create index incidents_by_lead on incidents (lead_id, reported_at desc, id desc) where lead_id is not null;
create index incidents_private on incidents (id) where visibility = 'private';
create index incidents_merged_into on incidents (merged_into_id) where merged_into_id is not null;

-- Counted incidents by month (UTC) and severity, kept by trigger: the list's counts cost
-- the same with twenty thousand incidents as with twenty. Counted are real, public
-- incidents that are over, so that everybody sees the same numbers.
create function is_counted(visibility text, kind text, status text) returns boolean
    language sql immutable parallel safe
    return visibility = 'public' and kind = 'real' and status in ('recovered', 'closed', 'merged');

create table incident_counts (
    month date not null constraint incident_counts_month_is_first check (extract(day from month) = 1),
    severity_id uuid not null references severities (id),
    n integer not null,
    primary key (month, severity_id)
);
create function incident_counts_keep() returns trigger language plpgsql as $$
declare
    was boolean := false;
    is_now boolean := false;
begin
    if tg_op <> 'INSERT' then
        was := is_counted(old.visibility, old.kind, old.status);
    end if;
    if tg_op <> 'DELETE' then
        is_now := is_counted(new.visibility, new.kind, new.status);
    end if;
    if was and is_now and old.severity_id = new.severity_id
       and date_trunc('month', old.reported_at at time zone 'UTC') = date_trunc('month', new.reported_at at time zone 'UTC') then
        return null;
    end if;
    if was then
        update incident_counts set n = n - 1
        where month = date_trunc('month', old.reported_at at time zone 'UTC')::date and severity_id = old.severity_id;
    end if;
    if is_now then
        insert into incident_counts as c (month, severity_id, n)
        values (date_trunc('month', new.reported_at at time zone 'UTC')::date, new.severity_id, 1)
        on conflict (month, severity_id) do update set n = c.n + 1;
    end if;
    return null;
end $$;
create trigger incident_counts_keep_rows after insert or delete on incidents
    for each row execute function incident_counts_keep();
create trigger incident_counts_keep_changes after update of visibility, kind, status, severity_id, reported_at on incidents
    for each row execute function incident_counts_keep();

create table incident_components (
    incident_id uuid not null references incidents (id) on delete cascade,
    component_id uuid not null references components (id),
    -- The incident's, copied by trigger: "the last time this component failed" is one step.
    reported_at timestamptz not null default '-infinity',
    primary key (incident_id, component_id)
);
create index incident_components_by_component on incident_components (component_id, reported_at desc, incident_id desc);
create function incident_components_copy_time() returns trigger language plpgsql as $$
begin
    select reported_at into new.reported_at from incidents where id = new.incident_id;
    return new;
end $$;
create trigger incident_components_copy_time before insert on incident_components
    for each row execute function incident_components_copy_time();
create function incidents_move_components() returns trigger language plpgsql as $$
begin
    update incident_components set reported_at = new.reported_at where incident_id = new.id;
    return null;
end $$;
create trigger incidents_move_components after update of reported_at on incidents
    for each row when (old.reported_at is distinct from new.reported_at) execute function incidents_move_components();

create table incident_tags (
    incident_id uuid not null references incidents (id) on delete cascade,
    tag_id uuid not null references tags (id),
    primary key (incident_id, tag_id)
);
create index incident_tags_by_tag on incident_tags (tag_id, incident_id);

create table key_times (
    id uuid primary key,
    incident_id uuid not null references incidents (id) on delete cascade,
    kind text not null constraint key_times_kind_known check (kind in
        ('failure_started', 'detected', 'reported', 'engaged', 'identified', 'fixed', 'recovered', 'cause_settled',
         'postmortem_ready', 'session_held', 'learned', 'actions_chosen', 'last_action_done', 'closed')),
    occurred_at timestamptz not null,
    precision text not null default 'second' constraint key_times_precision_known check (precision in ('second', 'minute', 'hour', 'day')),
    recorded_at timestamptz not null default now(),
    recorded_by uuid references people (id),
    source text not null constraint key_times_source_known check (source in ('status', 'manual', 'alert', 'import')),
    assumed boolean not null default false,
    superseded_at timestamptz
);
create unique index key_times_one_standing on key_times (incident_id, kind) where superseded_at is null;
create index key_times_by_incident on key_times (incident_id);
create function key_times_copy() returns trigger language plpgsql as $$
declare
    of_incident uuid := case when tg_op = 'DELETE' then old.incident_id else new.incident_id end;
    of_kind text := case when tg_op = 'DELETE' then old.kind else new.kind end;
    standing timestamptz;
begin
    if of_kind in ('failure_started', 'recovered') then
        select occurred_at into standing from key_times
        where incident_id = of_incident and kind = of_kind and superseded_at is null;
        if of_kind = 'recovered' then
            update incidents set recovered_at = standing
            where id = of_incident and recovered_at is distinct from standing;
        else
            update incidents set started_at = standing
            where id = of_incident and started_at is distinct from standing;
        end if;
    end if;
    return null;
end $$;
create trigger key_times_copy after insert or update or delete on key_times
    for each row execute function key_times_copy();

-- Lead, operations, communications. One person each at a time; history is kept.
create table incident_roles (
    id uuid primary key,
    incident_id uuid not null references incidents (id) on delete cascade,
    role text not null constraint incident_roles_role_known check (role in ('lead', 'operations', 'communications')),
    person_id uuid not null references people (id),
    given_at timestamptz not null,
    ended_at timestamptz,
    constraint incident_roles_in_order check (ended_at >= given_at)
);
create unique index incident_roles_one_holder on incident_roles (incident_id, role) where ended_at is null;
create index incident_roles_by_person on incident_roles (person_id, incident_id);
create function incident_roles_copy_lead() returns trigger language plpgsql as $$
declare
    of_incident uuid := case when tg_op = 'DELETE' then old.incident_id else new.incident_id end;
    standing uuid;
begin
    select person_id into standing from incident_roles
    where incident_id = of_incident and role = 'lead' and ended_at is null;
    update incidents set lead_id = standing where id = of_incident and lead_id is distinct from standing;
    return null;
end $$;
create trigger incident_roles_copy_lead after insert or update or delete on incident_roles
    for each row execute function incident_roles_copy_lead();

create table participants (
    incident_id uuid not null references incidents (id) on delete cascade,
    person_id uuid not null references people (id),
    -- Active: did something in the incident. Observer: followed or was told.
    engagement text not null constraint participants_engagement_known check (engagement in ('active', 'observer')),
    since timestamptz not null,
    primary key (incident_id, person_id)
);
create index participants_by_person on participants (person_id, incident_id);

-- Who may read a private incident besides its reporter and its lead.
create table invitations (
    incident_id uuid not null references incidents (id) on delete cascade,
    person_id uuid not null references people (id),
    invited_by uuid references people (id),
    invited_at timestamptz not null default now(),
    primary key (incident_id, person_id)
);
create index invitations_by_person on invitations (person_id, incident_id);

-- The one place where SQL says who may read a private incident. Every query over
-- incidents says: visibility = 'public' or is_inside(id, reporter_id, lead_id, viewer).
create function is_inside(incident uuid, reporter uuid, lead uuid, person uuid) returns boolean
    language sql stable parallel safe
    return coalesce(reporter = person, false) or coalesce(lead = person, false) or exists (
        select 1 from invitations v where v.incident_id = incident and v.person_id = person);

create table timeline_items (
    id uuid primary key,
    incident_id uuid not null references incidents (id) on delete cascade,
    kind text not null constraint timeline_items_kind_known check (kind in
        ('declared', 'note', 'update', 'status', 'severity', 'lead', 'summary', 'cause', 'key_time', 'link', 'pin', 'alert', 'merged', 'reopened')),
    occurred_at timestamptz not null,
    recorded_at timestamptz not null default now(),
    author_id uuid references people (id),
    -- Who, when no person of ours: an alert source, an imported author.
    author_label text,
    body text not null default '' constraint timeline_items_body_length check (char_length(body) <= 65536),
    body_html text not null default '',
    -- Codes of a change (from, to), a link's address; never prose.
    data jsonb not null default '{}',
    source text not null constraint timeline_items_source_known check (source in ('web', 'slack', 'api', 'alert', 'import', 'demo')),
    edited_at timestamptz,
    hidden_at timestamptz,
    hidden_by uuid references people (id)
);
create index timeline_items_by_incident on timeline_items (incident_id, occurred_at desc, id desc);

-- What an edited item said before.
create table timeline_revisions (
    id uuid primary key,
    item_id uuid not null references timeline_items (id) on delete cascade,
    occurred_at timestamptz not null,
    body text not null,
    replaced_at timestamptz not null default now(),
    replaced_by uuid references people (id)
);
create index timeline_revisions_by_item on timeline_revisions (item_id, replaced_at desc);

create table updates (
    id uuid primary key,
    incident_id uuid not null references incidents (id) on delete cascade,
    timeline_item_id uuid not null references timeline_items (id) on delete cascade,
    author_id uuid references people (id),
    body text not null constraint updates_body_length check (char_length(body) between 1 and 20000),
    -- The body without its markup, on one line, cut short: what the list shows.
    words text not null constraint updates_words_length check (char_length(words) <= 300),
    status text,
    severity_id uuid references severities (id),
    next_update_due_at timestamptz,
    posted_at timestamptz not null
);
create index updates_by_incident on updates (incident_id, posted_at desc, id desc);
create unique index updates_by_item on updates (timeline_item_id);
create function updates_copy_words() returns trigger language plpgsql as $$
declare
    of_incident uuid := case when tg_op = 'DELETE' then old.incident_id else new.incident_id end;
    standing text;
begin
    select u.words into standing
    from updates u join timeline_items t on t.id = u.timeline_item_id
    where u.incident_id = of_incident and t.hidden_at is null
    order by u.posted_at desc, u.id desc limit 1;
    update incidents set last_words = standing where id = of_incident and last_words is distinct from standing;
    return null;
end $$;
create trigger updates_copy_words after insert or update or delete on updates
    for each row execute function updates_copy_words();

create table tasks (
    id uuid primary key,
    incident_id uuid not null references incidents (id) on delete cascade,
    title text not null constraint tasks_title_length check (char_length(title) between 1 and 300),
    assignee_id uuid references people (id),
    created_by uuid references people (id),
    created_at timestamptz not null default now(),
    done_at timestamptz,
    done_by uuid references people (id)
);
create index tasks_by_incident on tasks (incident_id, created_at);
create index tasks_open_by_assignee on tasks (assignee_id) where done_at is null;

-- Everything that search finds of an incident, NFKC, lower case. One row each, so
-- that a trigram index serves words of any script.
create table incident_words (
    incident_id uuid primary key references incidents (id) on delete cascade,
    words text not null
);
create index incident_words_trigrams on incident_words using gin (words gin_trgm_ops);
