-- The append-only log, and the tables of messages to and from Slack.

create table activity (
    id bigint generated always as identity primary key,
    incident_id uuid references incidents (id),
    -- The incident's seq after this event.
    seq bigint,
    actor_id uuid references people (id),
    actor_kind text not null constraint activity_actor_kind_known check (actor_kind in ('person', 'system', 'import', 'demo')),
    verb text not null constraint activity_verb_shape check (verb ~ '^[a-z_]{1,60}$'),
    subject_id uuid,
    data jsonb not null default '{}',
    request_id uuid,
    recorded_at timestamptz not null default now()
);
create index activity_by_incident on activity (incident_id, seq);

create function activity_is_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'activity is append-only' using errcode = 'insufficient_privilege';
end $$;
create trigger activity_is_append_only before update or delete or truncate on activity
    for each statement execute function activity_is_append_only();

-- A write that was answered: the same request id gives the same answer and does nothing twice.
create table requests (
    id uuid primary key,
    actor_id uuid references people (id),
    fingerprint bytea not null,
    outcome jsonb not null default '{}',
    recorded_at timestamptz not null default now()
);
create index requests_by_age on requests (recorded_at);

create table announcements (
    incident_id uuid primary key references incidents (id) on delete cascade,
    channel text not null,
    slack_ts text,
    posted_at timestamptz,
    changed_at timestamptz not null default now()
);

create table slack_inbox (
    event_id text primary key,
    kind text not null,
    payload jsonb not null,
    received_at timestamptz not null default now(),
    processed_at timestamptz,
    attempts smallint not null default 0,
    failed_at timestamptz,
    last_error text
);
create index slack_inbox_waiting on slack_inbox (received_at) where processed_at is null and failed_at is null;

create table slack_outbox (
    id uuid primary key,
    incident_id uuid references incidents (id) on delete cascade,
    channel text not null,
    method text not null,
    payload jsonb not null,
    -- A newer row with the same key replaces one that still waits.
    coalesce_key text,
    created_at timestamptz not null default now(),
    next_try_at timestamptz not null default now(),
    attempts smallint not null default 0,
    done_at timestamptz,
    failed_at timestamptz,
    last_error text,
    slack_ts text
);
create index slack_outbox_waiting on slack_outbox (channel, created_at) where done_at is null and failed_at is null;
create index slack_outbox_by_incident on slack_outbox (incident_id, created_at);
