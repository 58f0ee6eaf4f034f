-- One bot account on one channel, and so one school. Every other row belongs to one.
CREATE TABLE tenants (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    channel TEXT NOT NULL,
    native TEXT NOT NULL,
    button_key BYTEA NOT NULL,
    -- Which command menus were last staged, and on which day.
    menus TEXT,
    created_at BIGINT NOT NULL,
    UNIQUE (channel, native)
);

-- A row a process holds to be the only one that does something; a higher term fences off an older holder.
CREATE TABLE leases (
    name TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    term BIGINT NOT NULL,
    until BIGINT NOT NULL
);

-- Updates whose effects are committed. Kept for 48 hours; the channel delivers none later than 24.
CREATE TABLE handled (
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    update_id BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (tenant, update_id)
);
CREATE INDEX handled_by_age ON handled (at);

-- Updates that could not be handled, with the reason, for the operator.
CREATE TABLE parked (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    update_id BIGINT,
    reason TEXT NOT NULL,
    raw TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX parked_by_age ON parked (at, tenant);

CREATE TABLE people (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    native TEXT NOT NULL,
    name TEXT NOT NULL,
    -- That of their client when they last wrote, and the one they chose, which wins.
    language TEXT,
    chosen TEXT,
    -- Whether the bot may write first: not before the person has opened the private chat.
    private_chat TEXT NOT NULL DEFAULT 'unknown' CHECK (private_chat IN ('unknown', 'open', 'blocked')),
    created_at BIGINT NOT NULL,
    UNIQUE (tenant, native)
);

CREATE TABLE groups (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    native TEXT NOT NULL,
    title TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('basic-group', 'group')),
    -- joined: there but not set up; active: set up; left: removed or gone.
    state TEXT NOT NULL CHECK (state IN ('joined', 'active', 'left')),
    bot_role TEXT NOT NULL,
    bot_rights TEXT NOT NULL,
    language TEXT,
    -- The message with the setting-up button, edited as rights come and go.
    greeting TEXT,
    -- The group whose new place this row turned out to be; it is only a pointer then.
    moved_to BIGINT REFERENCES groups (id),
    created_at BIGINT NOT NULL,
    UNIQUE (tenant, native)
);

CREATE TABLE members (
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    group_id BIGINT NOT NULL REFERENCES groups (id),
    person BIGINT NOT NULL REFERENCES people (id),
    role TEXT NOT NULL CHECK (role IN ('owner', 'administrator', 'member', 'restricted', 'absent')),
    since BIGINT NOT NULL,
    PRIMARY KEY (group_id, person)
);
CREATE INDEX members_by_person ON members (person);

-- What must be sent. Nothing is sent that isn't here; nothing here is forgotten.
--   ready -> sending -> sent | failed | quarantined | expired;  sending -> ready (try again)
CREATE TABLE outbox (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    -- What makes it one thing: planning it twice inserts one row.
    dedup_key TEXT NOT NULL,
    to_kind TEXT NOT NULL CHECK (to_kind IN ('group', 'person', 'bot')),
    to_id BIGINT NOT NULL,
    priority BIGINT NOT NULL,
    payload TEXT NOT NULL,
    -- 1 if the channel counts it as a message to its chat.
    counts BIGINT NOT NULL CHECK (counts IN (0, 1)),
    -- Which feature hears how it ended, and about what.
    about TEXT,
    state TEXT NOT NULL DEFAULT 'ready'
        CHECK (state IN ('ready', 'sending', 'sent', 'failed', 'quarantined', 'expired')),
    not_before BIGINT NOT NULL,
    expires_at BIGINT,
    -- Tries that failed for a reason that may pass; tries of which nobody knows whether they reached the reader.
    attempts BIGINT NOT NULL DEFAULT 0,
    uncertain BIGINT NOT NULL DEFAULT 0,
    -- The message that came of it, as the channel calls it; the last reason why there is none.
    message TEXT,
    error TEXT,
    created_at BIGINT NOT NULL,
    -- When it ended, in whatever way.
    ended_at BIGINT,
    UNIQUE (tenant, dedup_key)
);
-- Rows for later don't slow down the search for due ones.
CREATE INDEX outbox_open ON outbox (tenant, not_before, id) WHERE state IN ('ready', 'sending');
-- What was spent of the pace in the last minute.
CREATE INDEX outbox_spent ON outbox (tenant, ended_at) WHERE state = 'sent' AND counts = 1;

-- What was given up, for the operator; few rows.
CREATE INDEX outbox_quarantined ON outbox (tenant, id) WHERE state = 'quarantined';

-- Waits the channel asked for, so that a restart keeps them: for one chat, or for everything (kind bot, id 0).
CREATE TABLE outbox_waits (
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    to_kind TEXT NOT NULL CHECK (to_kind IN ('group', 'person', 'bot')),
    to_id BIGINT NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (tenant, to_kind, to_id)
);

-- A person's points: the sum, the number and the last hash of their ledger entries.
CREATE TABLE accounts (
    person BIGINT NOT NULL PRIMARY KEY REFERENCES people (id),
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    balance BIGINT NOT NULL CHECK (balance >= 0),
    entries BIGINT NOT NULL CHECK (entries >= 0),
    head TEXT NOT NULL
);

-- Append only. The source makes an award idempotent; the hashes chain an account's entries.
CREATE TABLE ledger (
    person BIGINT NOT NULL REFERENCES accounts (person),
    number BIGINT NOT NULL CHECK (number > 0),
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    delta BIGINT NOT NULL,
    rule TEXT NOT NULL,
    rule_set TEXT NOT NULL,
    -- What was done. A reversal's is ('reversal', number of the entry it takes back).
    source_kind TEXT NOT NULL,
    source_id TEXT NOT NULL,
    actor TEXT NOT NULL,
    at BIGINT NOT NULL,
    -- The school's calendar day it counts on for the caps: days since 1970-01-01. A reversal has its entry's day.
    day BIGINT NOT NULL,
    -- The cap that left less than the rule's points, if one did.
    cap TEXT,
    -- Why a reversal was made.
    reason TEXT,
    hash TEXT NOT NULL,
    PRIMARY KEY (person, number),
    UNIQUE (person, rule, source_kind, source_id)
);
CREATE INDEX ledger_by_day ON ledger (person, day);

-- Where each schedule stands: every occurrence up to and including this time has been dealt with.
CREATE TABLE schedules (
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    name TEXT NOT NULL,
    -- The timing as configured; a change of it starts afresh from the time of the change.
    spec TEXT NOT NULL,
    done_until BIGINT NOT NULL,
    PRIMARY KEY (tenant, name)
);

-- Occurrences and how they ended, so that each is known to have run once or been skipped for a reason.
CREATE TABLE occurrences (
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    schedule TEXT NOT NULL,
    at BIGINT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('ran', 'skipped')),
    reason TEXT,
    PRIMARY KEY (tenant, schedule, at)
);

-- One lesson pushed to one group.
CREATE TABLE pushes (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    group_id BIGINT NOT NULL REFERENCES groups (id),
    schedule TEXT NOT NULL,
    occurrence BIGINT NOT NULL,
    lesson TEXT NOT NULL,
    message TEXT,
    at BIGINT NOT NULL,
    UNIQUE (group_id, schedule, occurrence)
);
CREATE INDEX pushes_by_lesson ON pushes (tenant, lesson);

CREATE TABLE lessons_done (
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    person BIGINT NOT NULL REFERENCES people (id),
    lesson TEXT NOT NULL,
    minutes BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (person, lesson)
);

-- One quiz question posted in one group. planned -> open -> closed.
CREATE TABLE quiz_posts (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    group_id BIGINT NOT NULL REFERENCES groups (id),
    push BIGINT NOT NULL REFERENCES pushes (id),
    lesson TEXT NOT NULL,
    question BIGINT NOT NULL,
    questions BIGINT NOT NULL,
    correct BIGINT NOT NULL,
    words TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('planned', 'open', 'closed')),
    message TEXT,
    closes_at BIGINT NOT NULL,
    -- When the bot had closed it, or could not any more.
    closed_at BIGINT,
    UNIQUE (push, question)
);
CREATE INDEX quiz_posts_by_words ON quiz_posts (tenant, words);

-- The polls that show a question. More than one where the answer to a send was lost and it was sent again.
CREATE TABLE quiz_polls (
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    poll TEXT NOT NULL,
    post BIGINT NOT NULL REFERENCES quiz_posts (id),
    -- 1 if the bot closes it: only if it has learnt in which message it is.
    closes BIGINT NOT NULL CHECK (closes IN (0, 1)),
    -- The update that told of its end.
    closed_by BIGINT,
    PRIMARY KEY (tenant, poll)
);

-- The first answer of a person to a question. waiting: not yet known whether they are a member of the group.
CREATE TABLE quiz_votes (
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    person BIGINT NOT NULL REFERENCES people (id),
    lesson TEXT NOT NULL,
    question BIGINT NOT NULL,
    post BIGINT NOT NULL REFERENCES quiz_posts (id),
    option BIGINT NOT NULL,
    correct BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'counted', 'outsider')),
    at BIGINT NOT NULL,
    PRIMARY KEY (person, lesson, question)
);

-- Answers to polls whose id the bot has not learnt (yet). Kept for 48 hours.
CREATE TABLE quiz_strays (
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    poll TEXT NOT NULL,
    person BIGINT NOT NULL REFERENCES people (id),
    option BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (tenant, poll, person)
);

-- What moderation did or, in observe mode, would have done.
CREATE TABLE acts (
    -- Given by the program, which needs it before the row is written.
    id BIGINT PRIMARY KEY,
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    group_id BIGINT NOT NULL REFERENCES groups (id),
    person BIGINT NOT NULL REFERENCES people (id),
    message TEXT NOT NULL,
    rule TEXT NOT NULL,
    action TEXT NOT NULL CHECK (action IN ('observed', 'deleted', 'warned', 'muted')),
    -- What matched, and the text it was found in. Kept for 180 days.
    matched TEXT NOT NULL,
    evidence TEXT NOT NULL,
    at BIGINT NOT NULL,
    appealed_at BIGINT,
    undone_at BIGINT,
    undone_by BIGINT REFERENCES people (id),
    UNIQUE (message, group_id, rule)
);
CREATE INDEX acts_by_person ON acts (person, group_id, at);

-- A person says that their points are wrong; staff of the group look. One of a person is open at a time.
CREATE TABLE disputes (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    person BIGINT NOT NULL REFERENCES people (id),
    group_id BIGINT NOT NULL REFERENCES groups (id),
    at BIGINT NOT NULL,
    closed_at BIGINT,
    closed_by BIGINT REFERENCES people (id)
);
CREATE UNIQUE INDEX disputes_open ON disputes (person) WHERE closed_at IS NULL;

-- Messages of albums that stay so far, so that a later piece of the album can take them along. Kept for a day.
CREATE TABLE albums (
    group_id BIGINT NOT NULL REFERENCES groups (id),
    album TEXT NOT NULL,
    message TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (group_id, album, message)
);
CREATE INDEX albums_by_age ON albums (at);

-- Who changed what. Never edited.
CREATE TABLE audit (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant BIGINT NOT NULL REFERENCES tenants (id),
    actor BIGINT REFERENCES people (id),
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    at BIGINT NOT NULL
);
