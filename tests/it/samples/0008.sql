-- Migration 0008 adds no table, but a column.
INSERT INTO outbox (tenant, dedup_key, to_kind, to_id, priority, payload, counts, share, not_before, created_at)
    VALUES (1, 'broadcast/12', 'group', 1, 3, '{}', 1, 7, 50, 50);
