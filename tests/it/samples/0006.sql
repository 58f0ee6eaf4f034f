-- Rows for every table of migration 0006.
INSERT INTO burdens (tenant, group_id, kind, number, day) VALUES (1, 1, 'announcement', 1, 20703), (1, 1, 'lesson', 1, 20703);
INSERT INTO digests (tenant, group_id, topic, at, part, parts, state, message, version) VALUES (1, 1, '', 40, 1, 1, 'sent', '61', 1);
INSERT INTO digest_items (post, tenant, group_id, topic, due_at, digest, shown, follows, taken)
    VALUES (1, 1, 1, '', 40, 1, '{"text":"a"}', 0, 0), (2, 1, 1, '7', 41, NULL, NULL, 0, 0);
