-- Something published to groups, once or again and again. src/broadcasts/mod.rs draws the states.
CREATE TABLE broadcasts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant INTEGER NOT NULL REFERENCES tenants (id),
    author INTEGER NOT NULL REFERENCES people (id),
    state TEXT NOT NULL CHECK (state IN
        ('draft', 'awaiting-approval', 'scheduled', 'sending', 'sent', 'paused', 'cancelled', 'recalled')),
    -- What was decided, as JSON; counted up with every change of its contents.
    draft TEXT NOT NULL,
    version INTEGER NOT NULL,
    -- Who let an urgent one go out.
    approved_by INTEGER REFERENCES people (id),
    -- Every occurrence up to here is decided, and when the next is to be.
    done_until INTEGER NOT NULL,
    next_at INTEGER CHECK (next_at IS NULL OR state IN ('scheduled', 'sending')),
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX broadcasts_due ON broadcasts (tenant, next_at) WHERE next_at IS NOT NULL;
CREATE INDEX broadcasts_by_state ON broadcasts (tenant, state, id);

-- One occurrence of a broadcast: what goes out to all its groups at one time, or why it doesn't.
--   waiting -> planning -> sending -> sent -> recalled;  waiting -> cancelled;  skipped
CREATE TABLE broadcast_runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant INTEGER NOT NULL REFERENCES tenants (id),
    broadcast INTEGER NOT NULL REFERENCES broadcasts (id),
    occurrence INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN
        ('waiting', 'planning', 'sending', 'sent', 'skipped', 'cancelled', 'recalled')),
    reason TEXT,
    -- Not begun before this: the end of the quiet hours, or a school day.
    start_at INTEGER NOT NULL,
    -- Every group with a number up to this has its rows; a crash between two stretches goes on from here.
    planned_until INTEGER NOT NULL,
    UNIQUE (broadcast, occurrence)
) STRICT;
CREATE INDEX broadcast_runs_due ON broadcast_runs (tenant, start_at) WHERE state IN ('waiting', 'planning');

-- One message, or one album, of a run in one chat.
CREATE TABLE broadcast_posts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant INTEGER NOT NULL REFERENCES tenants (id),
    run INTEGER NOT NULL REFERENCES broadcast_runs (id),
    to_kind TEXT NOT NULL CHECK (to_kind IN ('group', 'person')),
    to_id INTEGER NOT NULL,
    -- Its place among the contents of the broadcast; the one after the last only carries the buttons.
    part INTEGER NOT NULL,
    -- Which version of the contents it shows.
    version INTEGER NOT NULL,
    -- stuck: recalled, and still there.
    state TEXT NOT NULL CHECK (state IN ('planned', 'sent', 'failed', 'withdrawn', 'deleted', 'stuck')),
    reason TEXT,
    -- The messages that came of it, as JSON.
    messages TEXT,
    sent_at INTEGER,
    -- When the count of confirmations under it was last brought up to date, and when it is to be.
    counted_at INTEGER,
    count_at INTEGER,
    UNIQUE (run, to_kind, to_id, part)
) STRICT;
CREATE INDEX broadcast_posts_open ON broadcast_posts (run) WHERE state = 'planned';
CREATE INDEX broadcast_posts_to_count ON broadcast_posts (tenant, count_at) WHERE count_at IS NOT NULL;

-- What a person has confirmed. asked: told what they would sign, and not signed yet.
CREATE TABLE broadcast_receipts (
    tenant INTEGER NOT NULL REFERENCES tenants (id),
    run INTEGER NOT NULL REFERENCES broadcast_runs (id),
    person INTEGER NOT NULL REFERENCES people (id),
    step TEXT NOT NULL CHECK (step IN ('asked', 'read', 'signed')),
    at INTEGER NOT NULL,
    PRIMARY KEY (run, person)
) STRICT;

-- Who was reminded on which of the school's days, counted from 1970-01-01.
CREATE TABLE broadcast_reminders (
    tenant INTEGER NOT NULL REFERENCES tenants (id),
    run INTEGER NOT NULL REFERENCES broadcast_runs (id),
    person INTEGER NOT NULL REFERENCES people (id),
    day INTEGER NOT NULL,
    PRIMARY KEY (run, person, day)
) STRICT;

-- Which topics a person gets in private too.
CREATE TABLE topic_choices (
    tenant INTEGER NOT NULL REFERENCES tenants (id),
    person INTEGER NOT NULL REFERENCES people (id),
    topic TEXT NOT NULL,
    wanted INTEGER NOT NULL CHECK (wanted IN (0, 1)),
    at INTEGER NOT NULL,
    PRIMARY KEY (person, topic)
) STRICT;
CREATE INDEX topic_choices_by_topic ON topic_choices (tenant, topic);
