-- What somebody typed into a form that was refused, for ten minutes, so that the form is
-- shown again as they left it. Nobody else ever reads it.
create table refused_forms (
    id uuid primary key,
    person_id uuid not null references people (id) on delete cascade,
    -- The address that the form was sent to.
    action text not null,
    -- Names and values as they were sent: [["name", "…"], ["label[]", "…"], ["label[]", "…"]].
    fields jsonb not null constraint refused_forms_fields_is_list check (jsonb_typeof(fields) = 'array'),
    -- Why: a code with its parameters, no prose.
    code text not null,
    created_at timestamptz not null default now()
);
create index refused_forms_by_person on refused_forms (person_id, created_at desc);
create index refused_forms_by_age on refused_forms (created_at);
