-- When people are to be told that a run was skipped because the program was off; nothing once they were, or if there is
-- nothing to tell.
ALTER TABLE broadcast_runs ADD COLUMN tell_at BIGINT;
CREATE INDEX broadcast_runs_to_tell ON broadcast_runs (tenant, tell_at) WHERE tell_at IS NOT NULL;
ALTER TABLE occurrences ADD COLUMN tell_at BIGINT;
CREATE INDEX occurrences_to_tell ON occurrences (tenant, tell_at) WHERE tell_at IS NOT NULL;
