-- Migration 0019 adds no table, but what staff left as it is.
INSERT INTO acts (id, tenant, group_id, person, message, rule, action, matched, evidence, at, appealed_at, left_at, left_by, left_why)
    VALUES (19, 1, 1, 1, '19', 'R3', 'warned', '', '', 60, 61, 62, 1, 'rule');
