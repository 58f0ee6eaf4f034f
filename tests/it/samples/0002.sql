-- Rows for every table of migration 0002.
INSERT INTO broadcasts (tenant, author, state, draft, version, approved_by, done_until, next_at, created_at)
    VALUES (1, 2, 'sent', '{"contents":[]}', 2, NULL, 20, NULL, 17), (1, 2, 'scheduled', '{"contents":[]}', 1, 2, 20, 30, 18);
INSERT INTO broadcast_runs (tenant, broadcast, occurrence, state, reason, start_at, planned_until)
    VALUES (1, 1, 20, 'sent', NULL, 20, 1), (1, 2, 19, 'skipped', 'late', 19, 0);
INSERT INTO broadcast_posts (tenant, run, to_kind, to_id, part, version, state, reason, messages, sent_at, counted_at, count_at)
    VALUES (1, 1, 'group', 1, 0, 2, 'sent', NULL, '["51"]', 21, 22, 52), (1, 1, 'person', 1, 0, 2, 'failed', 'gone', NULL, NULL, NULL, NULL);
INSERT INTO broadcast_receipts (tenant, run, person, step, at) VALUES (1, 1, 1, 'read', 23);
INSERT INTO broadcast_reminders (tenant, run, person, day) VALUES (1, 1, 1, 20000);
INSERT INTO topic_choices (tenant, person, topic, wanted, at) VALUES (1, 1, 'lunch', 1, 24);
