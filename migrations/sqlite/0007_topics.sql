-- Reminders a person got of a run on a day.
ALTER TABLE broadcast_reminders ADD COLUMN times INTEGER NOT NULL DEFAULT 1;

-- Everybody with a number up to this has their private copy of the run; they come after its groups.
ALTER TABLE broadcast_runs ADD COLUMN people_until INTEGER NOT NULL DEFAULT 0;

-- The topics of groups that are forums, as far as updates told of them; the general one is left out.
CREATE TABLE forum_topics (
    tenant INTEGER NOT NULL REFERENCES tenants (id),
    group_id INTEGER NOT NULL REFERENCES groups (id),
    -- As the channel calls it.
    topic TEXT NOT NULL,
    title TEXT NOT NULL,
    -- 1 if only the group's staff may write there.
    closed INTEGER NOT NULL CHECK (closed IN (0, 1)),
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (group_id, topic)
) STRICT;
