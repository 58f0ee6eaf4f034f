-- Migration 0010 adds no table, but columns.
INSERT INTO broadcast_runs (tenant, broadcast, occurrence, state, reason, start_at, planned_until, tell_at)
    VALUES (1, 2, 18, 'skipped', 'superseded', 18, 0, 50);
INSERT INTO occurrences (tenant, schedule, at, outcome, reason, tell_at) VALUES (1, 'weekly', 12, 'skipped', 'late', 50);
