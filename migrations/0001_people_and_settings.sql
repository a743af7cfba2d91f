-- People, sign-in, and what a company decides about itself.

create extension if not exists pg_trgm;

create table people (
    id uuid primary key,
    name text not null constraint people_name_length check (char_length(name) between 1 and 200),
    -- Lower case; the Slack identity with the same verified address claims the row once.
    email text constraint people_email_shape check (email = lower(email) and email like '_%@_%' and char_length(email) <= 320),
    slack_team_id text,
    slack_user_id text,
    picture_url text,
    zone text not null default 'UTC',
    -- What the zone switch in the frame shows this person: their own, the company's, or UTC.
    zone_shown text not null default 'mine' constraint people_zone_shown_known check (zone_shown in ('mine', 'company', 'utc')),
    -- Minutes after local midnight; ISO weekdays (1 Monday … 7 Sunday).
    works_from smallint not null default 540 constraint people_works_from_range check (works_from between 0 and 1439),
    works_until smallint not null default 1080 constraint people_works_until_range check (works_until between 1 and 1440),
    works_on smallint[] not null default '{1,2,3,4,5}',
    is_admin boolean not null default false,
    source text not null constraint people_source_known check (source in ('slack', 'email', 'import')),
    created_at timestamptz not null default now(),
    -- First sign-in.
    claimed_at timestamptz,
    deactivated_at timestamptz,
    deactivated_by text constraint people_deactivated_by_known check (deactivated_by in ('slack', 'admin')),
    constraint people_slack_identity_whole check ((slack_team_id is null) = (slack_user_id is null)),
    constraint people_deactivation_whole check ((deactivated_at is null) = (deactivated_by is null))
);
create unique index people_email_once on people (email) where email is not null;
create unique index people_slack_identity_once on people (slack_team_id, slack_user_id) where slack_user_id is not null;
create index people_by_name on people (lower(name));

-- The last admin cannot step down or be deactivated. The advisory lock makes
-- two admins who step down at the same moment take turns.
create function people_keep_an_admin() returns trigger language plpgsql as $$
begin
    if old.is_admin and old.deactivated_at is null
       and (not new.is_admin or new.deactivated_at is not null) then
        perform pg_advisory_xact_lock(hashtext('people_keep_an_admin'));
        if not exists (select 1 from people where is_admin and deactivated_at is null and id <> old.id) then
            raise exception 'the last admin cannot step down' using errcode = 'check_violation', constraint = 'people_last_admin';
        end if;
    end if;
    return new;
end $$;
create trigger people_keep_an_admin before update of is_admin, deactivated_at on people
    for each row execute function people_keep_an_admin();

create table sessions (
    -- SHA-256 of the cookie's value: a reader of a backup cannot sign in.
    id bytea primary key constraint sessions_id_is_hash check (octet_length(id) = 32),
    person_id uuid references people (id),
    data jsonb not null default '{}',
    created_at timestamptz not null default now(),
    seen_at timestamptz not null default now(),
    revoked_at timestamptz
);
create index sessions_live_by_person on sessions (person_id) where revoked_at is null;
create index sessions_by_seen on sessions (seen_at);

-- One row for each started sign-in; taken (deleted) by the callback, so a state works once.
create table sign_in_attempts (
    state_hash bytea primary key constraint sign_in_attempts_state_is_hash check (octet_length(state_hash) = 32),
    browser_hash bytea not null constraint sign_in_attempts_browser_is_hash check (octet_length(browser_hash) = 32),
    nonce text not null,
    return_to text not null,
    created_at timestamptz not null default now()
);
create index sign_in_attempts_by_age on sign_in_attempts (created_at);

-- One row.
create table settings (
    singleton boolean primary key default true constraint settings_one_row check (singleton),
    company_name text not null default 'Your company' constraint settings_company_name_length check (char_length(company_name) between 1 and 200),
    engineers integer not null default 6 constraint settings_engineers_range check (engineers between 1 and 100000),
    zone text not null default 'UTC',
    -- First run answered.
    set_up_at timestamptz,
    private_incidents boolean not null default false,
    hand_off boolean not null default false,
    announcements_channel text,
    meeting_url text,
    -- The demo story lives here; shown in a banner.
    demo boolean not null default false,
    changed_at timestamptz not null default now()
);
insert into settings default values;

create table severities (
    id uuid primary key,
    name text not null constraint severities_name_length check (char_length(name) between 1 and 40),
    -- 1 is the worst.
    rank smallint not null constraint severities_rank_range check (rank between 1 and 9),
    definition text not null default '' constraint severities_definition_length check (char_length(definition) <= 4000),
    example text not null default '' constraint severities_example_length check (char_length(example) <= 4000),
    archived_at timestamptz,
    -- Looked at when the transaction ends, so that two can change places.
    constraint severities_rank_once exclude using btree (rank with =) where (archived_at is null) deferrable initially deferred
);
create unique index severities_name_once on severities (lower(name)) where archived_at is null;
insert into severities (id, name, rank, definition, example) values
    ('01900000-0000-7000-8000-000000000001', 'Sev1', 1, 'Customers cannot work, or data is at risk.', 'Nobody can sign in; builds of every tenant wait.'),
    ('01900000-0000-7000-8000-000000000002', 'Sev2', 2, 'Some customers cannot do something important, or it is slow for many.', 'Webhooks of one tenant in eight come late.'),
    ('01900000-0000-7000-8000-000000000003', 'Sev3', 3, 'Minimum impact on customers. There is a way around.', 'A page shows yesterday''s figures.');

create table components (
    id uuid primary key,
    name text not null constraint components_name_length check (char_length(name) between 1 and 120),
    description text not null default '' constraint components_description_length check (char_length(description) <= 4000),
    archived_at timestamptz
);
create unique index components_name_once on components (lower(name)) where archived_at is null;

create table component_links (
    component_id uuid not null references components (id) on delete cascade,
    position smallint not null,
    kind text not null constraint component_links_kind_known check (kind in ('dashboard', 'logs', 'runbook', 'other')),
    label text not null constraint component_links_label_length check (char_length(label) between 1 and 120),
    url text not null constraint component_links_url_web check (url ~ '^https?://' and char_length(url) <= 2000),
    primary key (component_id, position)
);

create table tags (
    id uuid primary key,
    name text not null constraint tags_name_length check (char_length(name) between 1 and 60)
);
create unique index tags_name_once on tags (lower(name));
