-- What is new to somebody is what was written, changed or shown again after the seq up to
-- which they looked (timeline_items_by_change); the moment of writing is not asked any more.
drop index if exists timeline_items_by_recorded;

-- Who gave a timeline item the words that it has now: whoever edited it last, or its author.
create function timeline_item_writer(item uuid, author uuid, edited_at timestamptz) returns uuid
    language sql stable parallel safe
    return case when edited_at is null then author
                else coalesce((select r.replaced_by from timeline_revisions r where r.item_id = item
                               order by r.replaced_at desc limit 1), author) end;
