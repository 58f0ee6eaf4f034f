-- Migration 0014 adds no table, but how far a change has come.
UPDATE broadcast_runs SET change_at = 60, changed_until = 1, change_ended = 1 WHERE id = 1;
UPDATE broadcast_posts SET amend = 'failed', reason = 'gone' WHERE id = 1;
