-- A teacher's conversation about something to be published, one for each person.
CREATE TABLE dialogues (
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    person BIGINT NOT NULL PRIMARY KEY REFERENCES people (id),
    -- The number of the newest card; never used again, so that buttons of earlier cards do nothing.
    serial BIGINT NOT NULL,
    -- Where it stands, as JSON; nothing between conversations.
    open TEXT,
    changed_at BIGINT NOT NULL
);
