-- Migration 0017 adds no table, but a column.
INSERT INTO broadcasts (tenant, author, state, draft, version, done_until, answer_until, created_at)
    VALUES (1, 1, 'awaiting-approval', '{}', 1, 60, 90, 60);
