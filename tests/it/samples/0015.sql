-- Migration 0015 adds no table, but columns.
INSERT INTO schedules (tenant, name, spec, done_until, run_at, run_began, planned_until) VALUES (1, 'stretches', '0 8 * * *', 9, 9, 10, 1);
INSERT INTO pushes (tenant, group_id, schedule, occurrence, lesson, at, place, course, unsent)
    VALUES (1, 1, 'stretches', 9, 'primary-sleep', 10, 1, 0, 'quiz');
