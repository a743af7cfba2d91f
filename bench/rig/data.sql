-- :n incidents over fourteen months, two hours or so long, with words, leads and updates.
-- The newest has twelve timeline items. Written as rows, because twenty thousand
-- commands would take longer than the measurement.
begin;
insert into components (id, name)
select gen_random_uuid(), 'Component ' || i from generate_series(1, 12) i;
insert into people (id, name, email, source)
select gen_random_uuid(), 'Person ' || i, 'person' || i || '@bench.example', 'email' from generate_series(1, 12) i;

create temp table s on commit drop as select id, row_number() over (order by rank) as i from severities where archived_at is null;
create temp table c on commit drop as select id, row_number() over (order by name) as i from components;
create temp table p on commit drop as select id, row_number() over (order by name) as i from people where source = 'email';
create temp table made on commit drop as
select gen_random_uuid() as id, n,
       now() - interval '2 hours' - (interval '425 days' * (:n - n) / :n) as reported,
       interval '10 minutes' + interval '1 minute' * (n * 37 % 400) as took,
       (select id from s where i = 1 + n % 3) as severity,
       (select id from c where i = 1 + n % 12) as component,
       (select id from p where i = 1 + n % 12) as lead,
       (select id from p where i = 1 + (n + 5) % 12) as reporter
from generate_series(1, :n) n;

insert into incidents (id, series, number, title, summary, summary_html, status, severity_id, reporter_id, cause, document_zone, reported_at, status_since, source, seq)
select id, 'INC', n, 'Builds of pool ' || n || ' wait before they start', 'Builds of one pool wait. Nothing is lost.', '<p>Builds of one pool wait. Nothing is lost.</p>',
       'closed', severity, reporter, 'confirmed', 'Asia/Tokyo', reported, reported + took, 'import', 6 from made;
insert into incident_components select id, component from made;
insert into incident_roles (id, incident_id, role, person_id, given_at) select gen_random_uuid(), id, 'lead', lead, reported + interval '2 minutes' from made;
insert into participants select id, lead, 'active', reported from made union all select id, reporter, 'active', reported from made where reporter <> lead;
insert into key_times (id, incident_id, kind, occurred_at, source)
select gen_random_uuid(), id, kind, reported + o * took, 'import' from made, (values
    ('failure_started', -0.2), ('detected', -0.05), ('reported', 0.0), ('engaged', 0.02), ('identified', 0.5), ('recovered', 0.9), ('closed', 1.0)) k (kind, o);
insert into timeline_items (id, incident_id, kind, occurred_at, author_id, body, body_html, source)
select gen_random_uuid(), id, case k when 1 then 'declared' else 'update' end, reported + took * k / 4, lead,
       'The queue of pool ' || n || ' is shorter now, step ' || k || '.', '<p>The queue of pool ' || n || ' is shorter now, step ' || k || '.</p>', 'import'
from made, generate_series(1, 3) k;
insert into timeline_items (id, incident_id, kind, occurred_at, author_id, body, body_html, source)
select gen_random_uuid(), id, 'note', reported + interval '1 minute' * k, reporter, 'Looked at worker ' || k || '.', '<p>Looked at worker ' || k || '.</p>', 'import'
from made, generate_series(1, 9) k where n = :n;
-- Words for similar incidents are gathered once for each, below, rather than with each update.
analyze incidents, incident_components, timeline_items;
alter table incidents disable trigger incident_terms_follow_changes;
insert into updates (id, incident_id, timeline_item_id, author_id, body, words, posted_at)
select gen_random_uuid(), t.incident_id, t.id, t.author_id, t.body, t.body, t.occurred_at from timeline_items t where t.kind = 'update';
-- What is to be done in the newest, and after it.
insert into tasks (id, incident_id, title, assignee_id, done_at)
select gen_random_uuid(), id, 'Look at worker ' || k, lead, case when k < 3 then reported + took end
from made, generate_series(1, 4) k where n = :n;
insert into action_items (id, incident_id, title, aim, owner_id)
select gen_random_uuid(), id, 'Alarm on waiting builds', 'detect', lead from made where n = :n;
insert into incident_links (id, incident_id, url, label)
select gen_random_uuid(), id, 'https://graphs.example/' || k, 'Graph ' || k from made, generate_series(1, 3) k where n = :n;
insert into related_incidents (a_id, b_id)
select least(a.id, b.id), greatest(a.id, b.id) from made a, made b where a.n = :n and b.n in (:n - 1, :n - 2);
insert into incident_words select id, 'builds of pool ' || n || ' wait before they start builds of one pool wait. nothing is lost.' from made
on conflict (incident_id) do nothing;
alter table incidents enable trigger incident_terms_follow_changes;
analyze updates;
do $$ begin perform incident_terms_refresh(id) from incidents; end $$;
update incident_series set last_number = :n where series = 'INC';
update settings set company_name = 'Bench', set_up_at = now();
commit;
vacuum analyze;
