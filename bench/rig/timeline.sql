-- :n timeline items in the newest incident, one every three seconds until now: notes of a
-- few lines, every twentieth an update, every tenth a change, every fiftieth hidden.
begin;
create temp table p on commit drop as select id, row_number() over (order by name) as i from people where source = 'email';
create temp table made on commit drop as
select gen_random_uuid() as id, k, now() - interval '3 seconds' * (:n - k) as at,
       (select id from p where i = 1 + k % 12) as author,
       case when k % 20 = 0 then 'update' when k % 10 = 5 then 'status' else 'note' end as kind,
       (select id from incidents where series = 'INC' order by number desc limit 1) as incident
from generate_series(1, :n) k;
insert into timeline_items (id, incident_id, kind, occurred_at, recorded_at, author_id, body, body_html, data, source, hidden_at)
select id, incident, kind, at, at, author,
       case kind when 'status' then '' else 'Worker ' || k || ' answers again after it was drained. The queue of pool ' || k % 40 || ' is shorter now; nothing is lost, and late builds start by themselves.' end,
       case kind when 'status' then '' else '<p>Worker ' || k || ' answers again after it was drained. The queue of pool ' || k % 40 || ' is shorter now; nothing is lost, and late builds start by themselves.</p>' end,
       case kind when 'status' then '{"from": "investigating", "to": "identified"}'::jsonb else '{}' end, 'web',
       case when k % 50 = 7 then at end
from made;
insert into updates (id, incident_id, timeline_item_id, author_id, body, words, posted_at)
select gen_random_uuid(), incident, id, author, 'Worker ' || k || ' answers again.', 'Worker ' || k || ' answers again.', at from made where kind = 'update';
commit;
vacuum analyze;
