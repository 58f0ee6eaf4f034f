-- A change of what has gone out, or its recall, is carried out in stretches: when the next one of a run is due, and up to which of
-- its posts everything is done. Nothing once all stretches are.
ALTER TABLE broadcast_runs ADD COLUMN change_at BIGINT;
ALTER TABLE broadcast_runs ADD COLUMN changed_until BIGINT NOT NULL DEFAULT 0;
-- The newest version of the words of which every edit has ended; the author knows what came of them.
ALTER TABLE broadcast_runs ADD COLUMN change_ended BIGINT NOT NULL DEFAULT 0;
CREATE INDEX broadcast_runs_to_change ON broadcast_runs (tenant, change_at) WHERE change_at IS NOT NULL;

-- Whether an edit of the post is on its way, or the last one failed; the reason says why.
ALTER TABLE broadcast_posts ADD COLUMN amend TEXT CHECK (amend IN ('under-way', 'failed'));
CREATE INDEX broadcast_posts_amending ON broadcast_posts (run, amend) WHERE amend IS NOT NULL;
-- The posts of a run that stand or are to come, in their order. Not word for word the condition of broadcast_posts_there, so that
-- SQLite takes this for nothing else.
CREATE INDEX broadcast_posts_in_order ON broadcast_posts (run, id) WHERE state IN ('planned', 'sent');
