-- What a person has confirmed, for each wording they were shown: it stands for those words alone. version: the broadcast's; 0 where
-- it was kept before this was, and the words had been changed by then. asked: told what they would sign, and not signed yet.
ALTER TABLE broadcast_receipts ADD COLUMN version BIGINT;
UPDATE broadcast_receipts c SET version = CASE WHEN b.version = 1 THEN 1 ELSE 0 END
    FROM broadcast_runs r JOIN broadcasts b ON b.id = r.broadcast WHERE r.id = c.run;
ALTER TABLE broadcast_receipts ALTER COLUMN version SET NOT NULL;
ALTER TABLE broadcast_receipts DROP CONSTRAINT broadcast_receipts_pkey;
ALTER TABLE broadcast_receipts ADD PRIMARY KEY (run, person, version);

-- Whether anything of a run stands in a chat or may come to, and the newest words that do.
CREATE INDEX broadcast_posts_there ON broadcast_posts (run, version) WHERE state IN ('sent', 'planned');
