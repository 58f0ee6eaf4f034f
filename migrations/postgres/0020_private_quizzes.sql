-- The quiz of a lesson in a group. open: a poll for each question, in which everybody sees who chose what. private: its card has a button, and
-- everybody is asked alone. planned -> open -> closed.
CREATE TABLE quizzes (
    push BIGINT NOT NULL REFERENCES pushes (id),
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    group_id BIGINT NOT NULL REFERENCES groups (id),
    lesson TEXT NOT NULL,
    form TEXT NOT NULL CHECK (form IN ('open', 'private')),
    state TEXT NOT NULL CHECK (state IN ('planned', 'open', 'closed')),
    -- The card.
    message TEXT,
    closes_at BIGINT NOT NULL,
    PRIMARY KEY (push)
);

-- The first answer of a person to a question, in each try at the quiz. Polls are of the first try.
ALTER TABLE quiz_votes ADD COLUMN try BIGINT;
UPDATE quiz_votes SET try = 1;
ALTER TABLE quiz_votes ALTER COLUMN try SET NOT NULL;
ALTER TABLE quiz_votes DROP CONSTRAINT quiz_votes_pkey;
ALTER TABLE quiz_votes ADD PRIMARY KEY (person, lesson, try, question);
CREATE INDEX quiz_votes_by_post ON quiz_votes (post);
