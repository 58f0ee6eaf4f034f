-- The quiz of a lesson in a group. open: a poll for each question, in which everybody sees who chose what. private: its card has a button, and
-- everybody is asked alone. planned -> open -> closed.
CREATE TABLE quizzes (
    push INTEGER NOT NULL REFERENCES pushes (id),
    tenant INTEGER NOT NULL REFERENCES tenants (id),
    group_id INTEGER NOT NULL REFERENCES groups (id),
    lesson TEXT NOT NULL,
    form TEXT NOT NULL CHECK (form IN ('open', 'private')),
    state TEXT NOT NULL CHECK (state IN ('planned', 'open', 'closed')),
    -- The card.
    message TEXT,
    closes_at INTEGER NOT NULL,
    PRIMARY KEY (push)
) STRICT;

-- The first answer of a person to a question, in each try at the quiz. Polls are of the first try.
CREATE TABLE quiz_votes_by_try (
    tenant INTEGER NOT NULL REFERENCES tenants (id),
    person INTEGER NOT NULL REFERENCES people (id),
    lesson TEXT NOT NULL,
    try INTEGER NOT NULL,
    question INTEGER NOT NULL,
    post INTEGER NOT NULL REFERENCES quiz_posts (id),
    option INTEGER NOT NULL,
    correct INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'counted', 'outsider')),
    at INTEGER NOT NULL,
    PRIMARY KEY (person, lesson, try, question)
) STRICT;
INSERT INTO quiz_votes_by_try (tenant, person, lesson, try, question, post, option, correct, state, at)
    SELECT tenant, person, lesson, 1, question, post, option, correct, state, at FROM quiz_votes;
DROP TABLE quiz_votes;
ALTER TABLE quiz_votes_by_try RENAME TO quiz_votes;
CREATE INDEX quiz_votes_by_post ON quiz_votes (post);
