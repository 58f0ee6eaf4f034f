-- Migration 0012 adds no table, but an index.
INSERT INTO acts (id, tenant, group_id, person, message, rule, action, matched, evidence, at)
    VALUES (12, 1, 1, 1, '12', 'R3', 'observed', '', '', 50);
