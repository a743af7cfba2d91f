-- Since when a message that was given up is tried again because somebody asked for it. Its
-- place in its channel stays that of its creation.
alter table slack_outbox add column tried_again_at timestamptz;
