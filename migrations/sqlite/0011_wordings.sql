-- What a person has confirmed, for each wording they were shown: it stands for those words alone. version: the broadcast's; 0 where
-- it was kept before this was, and the words had been changed by then. asked: told what they would sign, and not signed yet.
CREATE TABLE broadcast_receipts_by_wording (
    tenant INTEGER NOT NULL REFERENCES tenants (id),
    run INTEGER NOT NULL REFERENCES broadcast_runs (id),
    person INTEGER NOT NULL REFERENCES people (id),
    version INTEGER NOT NULL,
    step TEXT NOT NULL CHECK (step IN ('asked', 'read', 'signed')),
    at INTEGER NOT NULL,
    PRIMARY KEY (run, person, version)
) STRICT;
INSERT INTO broadcast_receipts_by_wording (tenant, run, person, version, step, at)
    SELECT c.tenant, c.run, c.person, CASE WHEN b.version = 1 THEN 1 ELSE 0 END, c.step, c.at
    FROM broadcast_receipts c JOIN broadcast_runs r ON r.id = c.run JOIN broadcasts b ON b.id = r.broadcast;
DROP TABLE broadcast_receipts;
ALTER TABLE broadcast_receipts_by_wording RENAME TO broadcast_receipts;

-- Whether anything of a run stands in a chat or may come to, and the newest words that do.
CREATE INDEX broadcast_posts_there ON broadcast_posts (run, version) WHERE state IN ('sent', 'planned');
