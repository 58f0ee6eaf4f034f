-- Rows for every table of migration 0001. One text for both databases: ids follow from the order of insertion, and bytes are X'00ff'.
INSERT INTO tenants (channel, native, button_key, menus, created_at) VALUES ('telegram', '1000', X'00ff10', 'print/20000', 1);
INSERT INTO leases (name, holder, term, until) VALUES ('send:1', 'one', 3, 9000);
INSERT INTO handled (tenant, update_id, at) VALUES (1, 76, 2), (1, 75, 1);
INSERT INTO parked (tenant, update_id, reason, raw, at) VALUES (1, NULL, 'no update number', '{}', 3);
INSERT INTO people (tenant, native, name, language, created_at) VALUES (1, '501', '小明妈妈', 'zh-CN', 4);
INSERT INTO people (tenant, native, name, chosen, private_chat, created_at) VALUES (1, '502', 'Mr Li', 'en', 'open', 5);
INSERT INTO groups (tenant, native, title, kind, state, bot_role, bot_rights, created_at)
    VALUES (1, '-100900', '三年二班家长群', 'group', 'active', 'administrator', 'delete,restrict', 6);
INSERT INTO groups (tenant, native, title, kind, state, bot_role, bot_rights, moved_to, created_at)
    VALUES (1, '-100901 before 2', '三年二班家长群', 'group', 'left', 'member', '{}', 1, 6);
INSERT INTO members (tenant, group_id, person, role, since) VALUES (1, 1, 1, 'member', 7), (1, 1, 2, 'owner', 7);
INSERT INTO outbox (tenant, dedup_key, to_kind, to_id, priority, payload, counts, state, not_before, created_at, ended_at)
    VALUES (1, 'lesson:1', 'group', 1, 2, '{}', 1, 'sent', 0, 8, 9), (1, 'lesson:2', 'group', 1, 2, '{}', 1, 'ready', 0, 8, NULL);
INSERT INTO outbox_waits (tenant, to_kind, to_id, until) VALUES (1, 'group', 1, 20);
INSERT INTO accounts (tenant, person, balance, entries, head) VALUES (1, 1, 5, 1, 'h1');
INSERT INTO ledger (person, number, tenant, delta, rule, rule_set, source_kind, source_id, actor, at, day, hash)
    VALUES (1, 1, 1, 5, 'lesson-done', 'default', 'lesson', 'listening', 'bot', 10, 20000, 'h1');
INSERT INTO schedules (tenant, name, spec, done_until) VALUES (1, 'weekly', '0 19 * * 2', 11);
INSERT INTO occurrences (tenant, schedule, at, outcome, reason) VALUES (1, 'weekly', 10, 'ran', NULL), (1, 'weekly', 11, 'skipped', 'holiday');
INSERT INTO pushes (tenant, group_id, schedule, occurrence, lesson, message, at) VALUES (1, 1, 'weekly', 10, 'listening', '41', 10);
INSERT INTO lessons_done (tenant, person, lesson, minutes, at) VALUES (1, 1, 'listening', 15, 12);
INSERT INTO quiz_posts (tenant, group_id, push, lesson, question, questions, correct, words, state, message, closes_at)
    VALUES (1, 1, 1, 'listening', 0, 2, 1, 'w', 'open', '42', 99);
INSERT INTO quiz_polls (tenant, poll, post, closes, closed_by) VALUES (1, 'p1', 1, 1, 70);
INSERT INTO quiz_votes (tenant, person, lesson, question, post, option, correct, state, at) VALUES (1, 1, 'listening', 0, 1, 1, 1, 'counted', 13);
INSERT INTO quiz_strays (tenant, poll, person, option, at) VALUES (1, 'p2', 1, 0, 14);
INSERT INTO acts (id, tenant, group_id, person, message, rule, action, matched, evidence, at)
    VALUES (1, 1, 1, 1, '43', 'advertising', 'deleted', '加V信', '加V信 abc', 15);
INSERT INTO disputes (tenant, person, group_id, at, closed_at, closed_by) VALUES (1, 1, 1, 15, 16, 2);
INSERT INTO albums (group_id, album, message, at) VALUES (1, '77', '44', 15);
INSERT INTO audit (tenant, actor, action, object, at) VALUES (1, 2, 'group-activated', '1', 16);
