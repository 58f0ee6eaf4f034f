-- How often a group was disturbed on each of the school's days, counted from 1970-01-01: a run of an announcement or a
-- lesson is one push, however many messages it is. src/burden/mod.rs says what counts.
CREATE TABLE burdens (
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    group_id BIGINT NOT NULL REFERENCES groups (id),
    kind TEXT NOT NULL CHECK (kind IN ('announcement', 'lesson')),
    -- The run, or the push.
    number BIGINT NOT NULL,
    day BIGINT NOT NULL,
    PRIMARY KEY (group_id, kind, number)
);
CREATE INDEX burdens_by_day ON burdens (tenant, day, group_id);

-- A message that holds several announcements of a group. src/broadcasts/digest/mod.rs draws the states.
CREATE TABLE digests (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    group_id BIGINT NOT NULL REFERENCES groups (id),
    -- The forum topic; empty for none.
    topic TEXT NOT NULL,
    -- When it was put together, and which of how many messages it is.
    at BIGINT NOT NULL,
    part BIGINT NOT NULL,
    parts BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('sending', 'sent', 'failed')),
    message TEXT,
    -- Counted up with every change of what it says.
    version BIGINT NOT NULL
);

-- A post that doesn't come by itself but in a digest.
CREATE TABLE digest_items (
    post BIGINT NOT NULL PRIMARY KEY REFERENCES broadcast_posts (id),
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    group_id BIGINT NOT NULL REFERENCES groups (id),
    topic TEXT NOT NULL,
    -- When it is to come, and the digest it has come into.
    due_at BIGINT NOT NULL,
    digest BIGINT REFERENCES digests (id),
    -- What the digest shows of it, as JSON, and whether the whole follows as a message of its own.
    shown TEXT,
    follows BIGINT NOT NULL CHECK (follows IN (0, 1)),
    -- Was taken out of the digest again.
    taken BIGINT NOT NULL CHECK (taken IN (0, 1))
);
CREATE INDEX digest_items_due ON digest_items (tenant, due_at) WHERE digest IS NULL;
CREATE INDEX digest_items_waiting ON digest_items (tenant, group_id, topic, due_at) WHERE digest IS NULL;
CREATE INDEX digest_items_by_digest ON digest_items (digest) WHERE digest IS NOT NULL;
