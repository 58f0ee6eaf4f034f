-- What takes turns with others of its priority: a run of a broadcast, or 0 for digests. What has none takes turns with the
-- rest by when it was written.
ALTER TABLE outbox ADD COLUMN share BIGINT;

-- All groups of a school are gone through in the order of their numbers, a stretch at a time.
CREATE INDEX groups_by_number ON groups (tenant, id);
