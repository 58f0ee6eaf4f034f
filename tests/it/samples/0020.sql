INSERT INTO quizzes (push, tenant, group_id, lesson, form, state, message, closes_at)
    VALUES (1, 1, 1, 'listening', 'private', 'open', '20', 60);
INSERT INTO quiz_votes (tenant, person, lesson, try, question, post, option, correct, state, at)
    VALUES (1, 1, 'listening', 2, 0, 1, 1, 1, 'counted', 50);
